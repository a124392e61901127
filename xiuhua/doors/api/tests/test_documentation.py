"""The description of the API is whole, is what `docs/openapi.json` says, and its page needs no other host."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from xiuhua.doors.api.schema import openapi_text


def once(pairs):
    """A mapping whose keys stand in it once: readers of YAML refuse others."""
    assert len({name for name, _value in pairs}) == len(pairs), pairs
    return dict(pairs)


TOLD = json.loads(openapi_text(), object_pairs_hook=once)
OPERATIONS = [
    (method, where, operation) for where, methods in TOLD["paths"].items() for method, operation in methods.items()
]


def test_the_description_in_docs_is_that_of_the_program():
    kept = Path(__file__).parents[4] / "docs" / "openapi.json"
    assert kept.read_text(encoding="utf-8") == openapi_text(), "run `xiuhua docs --write`"


def _example_in(content):
    schema = next(iter(content.values()))["schema"]
    if schema.get("format") == "binary":
        return True
    named = schema.get("items", schema).get("$ref", "").rpartition("/")[2]
    return bool((TOLD["components"]["schemas"][named] if named else schema).get("examples"))


@pytest.mark.parametrize(("method", "where", "operation"), OPERATIONS, ids=[f"{m} {w}" for m, w, _ in OPERATIONS])
def test_every_operation_has_a_summary_a_description_and_examples(method, where, operation):
    assert operation["summary"] and not operation["summary"].isascii()
    assert len(operation["description"]) > 20 and operation["tags"]
    if method == "post":
        assert _example_in(operation["requestBody"]["content"])
    good = [one["content"] for code, one in operation["responses"].items() if code[0] == "2" and "content" in one]
    assert good and all(_example_in(content) for content in good)


def test_every_operation_is_named_once():
    names = [operation["operationId"] for _m, _w, operation in OPERATIONS]
    assert len(set(names)) == len(names)


def test_the_page_asks_no_other_host_and_runs_no_inline_script(client, db):
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)
    inline = re.findall(r"<script(?![^>]*(?:src=|application/json))", answer.text)
    assert not inline and "script-src 'self'" in answer.headers["Content-Security-Policy"]
    for asked in re.findall(r'(?:src|href)="(/static/[^"]+)"', answer.text):
        assert client.get(asked).status_code == 200, asked


def test_the_description_is_served_under_the_same_addresses(client, db):
    assert client.get("/api/v1/openapi.json").json() == TOLD
