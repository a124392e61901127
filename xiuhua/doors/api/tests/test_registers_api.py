"""Who may call, and what the registers, the ledger and the figures tell machines."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client

from xiuhua.cases.counts import record_count
from xiuhua.city.models import Token
from xiuhua.city.tokens import end_token
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line

# ---------------------------------------------------------------- who calls


def test_without_a_token_or_with_a_wrong_one_nothing_opens(town, machine):
    from xiuhua.doors.api.tests.conftest import Machine

    for caller in (machine(""), Machine("xh_wrong"), Machine("")):
        answer = caller.get("/cases")
        assert (answer.status_code, answer.json()["error"]["code"]) == (401, "access.token")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_ended_token_opens_nothing(town, machine):
    caller = machine("p-desk")
    assert caller.get("/units").status_code == 200
    end_token(town.act("p-admin"), token=Token.objects.get())
    assert caller.get("/units").status_code == 401


def test_a_token_of_a_person_without_a_post_says_so(town, machine):
    from xiuhua.city.models import Post

    caller = machine("p-liu")
    Post.objects.filter(person=town.people["p-liu"]).update(ends_on="2020-03-01")
    answer = caller.get("/units")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "access.no_post")


def test_a_signed_in_browser_may_read_and_needs_the_csrf_header_to_write(town, signed_in, machine):
    reader = signed_in("desk")
    assert reader.get("/api/v1/units").status_code == 200
    writer = Client(enforce_csrf_checks=True)
    writer.cookies = reader.cookies
    case, told = town.case(), {"key": str(uuid4()), "version": 1}
    where = f"/api/v1/cases/{case.number}/accept"
    answer = writer.post(where, json.dumps(told), content_type="application/json")
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "access.csrf")
    writer.get("/public/report/")
    csrf = writer.cookies["xiuhua_csrf"].value
    answer = writer.post(where, json.dumps(told), content_type="application/json", headers={"x-csrftoken": csrf})
    assert (answer.status_code, answer.json()["state"]) == (200, "accepted")
    assert Line.objects.of_kind("case.accepted").get().by == "p-desk"


def test_health_and_version_need_nobody(town, machine):
    assert machine("").get("/health").json() == {"ok": True}
    told = machine("").get("/version").json()
    assert (told["api"], told["bureau"]) == ("1", "青州市综合行政执法局")


# ---------------------------------------------------------------- registers


def test_units_standards_items_and_segments(town, machine):
    caller = machine("p-desk")
    paths = [unit["path"] for unit in caller.get("/units").json()]
    assert paths == ["QZ/", "QZ/CG/", "QZ/Z1/", "QZ/Z2/", "QZ/ZHZX/"]
    stalls = caller.get("/standards", category="stall", on="2020-03-16").json()
    assert [(row["code"], row["limit_amount"]) for row in stalls] == [
        ("S1", "2"),
        ("S2", "2"),
        ("S3", "1"),
        ("S4", "2"),
    ]
    assert caller.get("/standards", on="1999-01-01").json() == []
    items = {item["code"]: item for item in caller.get("/counts/items").json()}
    assert items["posting_pasted"] == {"code": "posting_pasted", "label": "张贴小广告", "unit": "处", "countable": True}
    assert items["vehicle_fined"]["countable"] is False
    answer = caller.get("/segments")
    features = json.loads(answer.content)["features"]
    assert [one["properties"]["code"] for one in features] == ["S1", "S2", "S3", "S4"]
    assert features[0]["properties"]["length_m"] == 345.0
    again = caller.client.get("/api/v1/segments", headers={"if-none-match": answer.headers["ETag"]})
    assert again.status_code == 304


# ---------------------------------------------------------------- the ledger


def test_following_the_ledger_leaves_no_line_out_and_repeats_none(town, machine):
    caller = machine("p-office")
    seen, after = [], 0
    town.case("first", upto="closed")
    for n in range(40):
        bind()
        answer = caller.get("/lines", after=after, limit=7).json()
        seen += [(line["seq"], line["key"]) for line in answer["lines"]]
        if not answer["lines"]:
            break
        after = answer["after"]
        if n < 3:
            town.case(f"meanwhile-{n}")
    assert [seq for seq, _key in seen] == list(range(1, Line.objects.count() + 1))
    assert {key for _seq, key in seen} == {str(key) for key in Line.objects.values_list("key", flat=True)}
    assert answer["head"]["seq"] == after


def test_lines_name_persons_by_code_and_say_nothing_personal(town, machine):
    town.case(upto="dispatched", contact="13800001111")
    bind()
    answer = machine("p-office").get("/lines", limit=2000)
    by_kind = {line["kind"]: line for line in answer.json()["lines"]}
    assert by_kind["case.dispatched"]["facts"]["to_person"] == "p-zhao"
    assert by_kind["case.dispatched"]["by"] == "p-desk"
    names = [person.name for person in town.people.values()]
    assert not [word for word in [*names, "13800001111", "水果摊占道", "12 号门前"] if word in answer.text]


def test_figures_are_those_of_the_brief_and_stand_for_ever(town, machine):
    for n, quantity in enumerate((40, 2)):
        record_count(town.act("p-zhao", name=f"count-{n}"), item="posting_pasted", quantity=quantity, segment="S1")
    caller = machine("p-office")
    span = {"from": "2020-03-01", "to": "2020-03-31"}
    told = caller.get("/figures", **span).json()
    postings = next(one for one in told["figures"] if one["label"] == "清理张贴、喷涂及橱窗广告")
    assert (postings["quantity"], postings["lines"], postings["unit"]) == (42, 2, "处")
    assert told["period"] == span
    record_count(town.act("p-zhao", minutes=1), item="posting_pasted", quantity=5, segment="S2")
    assert caller.get("/figures", **span, bound_to=told["bound_to"]).json()["figures"] == told["figures"]
    later = caller.get("/figures", **span, unit="Z1").json()["figures"]
    assert next(one for one in later if one["label"] == postings["label"])["quantity"] == 47
    other = caller.get("/figures", **span, unit="Z2").json()["figures"]
    assert next(one for one in other if one["label"] == postings["label"])["quantity"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2020-03-31", "to": "2020-03-01"}, "to"),
        ({"from": "2020-02-30", "to": "2020-03-01"}, "from"),
        ({"from": "0001-01-01", "to": "2020-03-01"}, "to"),
        ({"from": "2020-03-01"}, "to"),
        ({"from": "2020-03-01", "to": "2020-03-31", "unit": "Z9"}, "unit"),
        ({"from": "2020-03-01", "to": "2020-03-31", "bound_to": 10**9}, "bound_to"),
        ({"from": "2020-03-01", "to": "2020-03-31", "bound_to": 10**30}, "bound_to"),
    ],
)
def test_a_period_that_cannot_be_counted_is_refused_by_field(town, machine, query, field):
    answer = machine("p-office").get("/figures", **query)
    assert (answer.status_code, answer.json()["error"]["field"]) == (422, field)
