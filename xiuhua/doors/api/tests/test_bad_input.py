"""Whatever a machine sends wrong is answered with 4xx and a sentence, changes nothing, and is never a fault of ours."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.cases.models import Case
from xiuhua.ledger.models import Line

AT = "2020-03-16T08:55:00+08:00"
GOOD = {"category": "stall", "at": AT, "place": "范公亭路 12 号门前"}

WRONG = {
    "a wrong type": ({"place": 12}, "place"),
    "a list for a word": ({"place": ["a"]}, "place"),
    "null for a word": ({"description": None}, "description"),
    "a word for a number": ({"lon": "east", "lat": 1}, "lon"),
    "half a point": ({"lon": 118.48}, "lon"),
    "a point off the earth": ({"lon": 999, "lat": 1}, "lon"),
    "a point outside the city": ({"lon": 1.5, "lat": 1.5}, "lon"),
    "an unknown field": ({"plaec": "x"}, "plaec"),
    "a null character": ({"place": "a\x00b"}, "place"),
    "half a surrogate pair": ({"place": "\ud800"}, "place"),
    "far too long": ({"description": "长" * 100_000}, "description"),
    "rather too long": ({"description": "长" * 2001}, "description"),
    "a place too long": ({"place": "路" * 201}, "place"),
    "no place at all": ({"place": ""}, "place"),
    "an unknown category": ({"category": "dragon"}, "category"),
    "a moment without a zone": ({"at": "2020-03-16T08:55:00"}, "at"),
    "a moment before time": ({"at": "0001-01-01T00:00:00+14:00"}, "at"),
    "a moment to come": ({"at": "2020-03-17T08:55:00+08:00"}, "at"),
    "no moment": ({"at": "yesterday"}, "at"),
    "a key that is none": ({"key": "1"}, "key"),
    "a segment that is none": ({"segment": "S999"}, "segment"),
    "a path for a segment": ({"segment": "../../etc"}, "segment"),
    "a photo that never came": ({"photos": ["sha256:" + "0" * 64]}, "photos"),
    "a digest that is none": ({"photos": ["x"]}, "photos.0"),
    "too many photos": ({"photos": ["sha256:" + "0" * 64] * 21}, "photos"),
    "an outside number too long": ({"outside_number": "9" * 41}, "outside_number"),
    "an object for a word": ({"place": {"$ne": ""}}, "place"),
    "a state of its own": ({"adopted": {"state": "closed"}}, "adopted.state_there"),
}


@pytest.mark.parametrize("name", list(WRONG))
def test_a_wrong_report_is_refused_by_its_field(machine, name):
    changes, field = WRONG[name]
    caller = machine("p-admin")
    answer = caller.post("/cases", {"key": str(uuid4())} | GOOD | changes)
    assert answer.status_code == 422, answer.text
    error = answer.json()["error"]
    assert error["field"] == field, error
    assert len(error["message"]) > 4 and "\x00" not in error["message"]
    assert not Case.objects.exists() and not Line.objects.of_kind("case.reported").exists()


@pytest.mark.parametrize("field", ["key", "category", "at"])
def test_a_report_without_what_it_needs_is_refused_by_field(machine, field):
    told = {"key": str(uuid4())} | GOOD
    del told[field]
    error = machine("p-desk").post("/cases", told).json()["error"]
    assert (error["field"], error["message"]) == (field, f"缺少 {field}。")


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"not json", b"[]", b"null", b"17", b'"text"', b"{", b"\xff\xfe\x00", b'{"key": NaN}',
        b"[" * 200_000, b'{"a":' * 100_000, b'{"lon": ' + b"9" * 5000 + b"}", b'{"key": 1e999}',
    ],
    ids=lambda raw: raw[:12].decode("latin-1"),
)  # fmt: skip
@pytest.mark.parametrize("where", ["/cases", "/cases/batch", "/cases/XH20200316-0001/accept", "/counts"])
def test_a_body_that_is_none_is_refused(machine, raw, where):
    answer = machine("p-admin").post(where, raw=raw)
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["message"]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_a_number_that_is_none_is_refused(machine, number):
    told = json.dumps({"key": str(uuid4())} | GOOD)[:-1] + f', "lon": {number}, "lat": 36.69}}'
    answer = machine("p-desk").post("/cases", raw=told.encode())
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, "lon")


@pytest.mark.parametrize(
    "where",
    [
        "/cases/a%00b", "/cases/" + "9" * 300, "/cases/..%2f..", "/cases?limit=0", "/cases?limit=9999", "/cases?limit=x",
        "/cases?cursor=zz", "/cases?cursor=" + "f" * 99, "/cases?state=%00", "/cases?unit=a%00b", "/cases?category=%27",
        "/cases?since=x", "/lines?after=-1", "/lines?after=" + "9" * 30, "/lines?limit=99999", "/standards?on=x",
        "/photos/XH20200316-0001/sha256:zz", "/photos/XH20200316-0001/sha256:" + "0" * 64 + "?size=huge", "/nowhere",
        "/cases?sate=closed", "/lines?afterr=1", "/figures", "/figures?from=x&to=y",
    ],
)  # fmt: skip
def test_a_strange_address_is_refused(machine, where):
    answer = machine("p-admin").client.get(f"/api/v1{where}")
    assert 400 <= answer.status_code < 500, answer.content
    assert answer.json()["error"]["message"]


def test_a_wrong_method_is_told_which_are_right(machine):
    answer = machine("p-admin").client.delete("/api/v1/cases")
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "input.method")
    assert "GET" in answer.headers["Allow"] and "POST" in answer.headers["Allow"]


def test_a_body_beyond_the_limit_is_refused(machine, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    for where in ("/cases", "/photos"):
        answer = machine("p-admin").post(where, raw=b" " * 2000)
        assert 400 <= answer.status_code < 500 and answer.json()["error"]["message"]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.sampled_from(
    ["key", "category", "source", "at", "place", "description", "lon", "lat", "segment", "photos", "contact",
     "outside_number", "matter", "for_unit", "adopted", "version", "reason", "unit", "item", "quantity"]
)  # fmt: skip
WHERE = st.sampled_from(["/cases", "/cases/XH20200316-0001/refuse", "/cases/XH20200316-0001/dispatch", "/counts"])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(where=WHERE, changes=st.dictionaries(FIELDS, VALUES, max_size=6))
def test_no_body_is_a_fault(machine, where, changes):
    told = {"key": str(uuid4()), "version": 1, "reason": "not_ours"} | GOOD | changes
    answer = machine("p-admin").post(where, told)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.json()["error"]["message"]
