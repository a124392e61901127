"""The reference page says all that the description says, in both languages, and finds what is looked for."""

from __future__ import annotations

import html
import json
import re

import pytest

from xiuhua.doors.api.reference import groups_of
from xiuhua.doors.api.schema import openapi_text

DOCS = "/api/v1/docs"
TOLD = json.loads(openapi_text())
NAMES = {operation["operationId"] for methods in TOLD["paths"].values() for operation in methods.values()}

pytestmark = pytest.mark.django_db


def shown(page: str) -> set[str]:
    return set(re.findall(r'<details class="ref-one" id="([a-z_]+)"', page))


def test_every_operation_stands_on_the_page_with_its_fields(client) -> None:
    page = client.get(DOCS).content.decode()
    assert shown(page) == NAMES
    for path, methods in TOLD["paths"].items():
        assert f">{path}</code>" in page
        for operation in methods.values():
            for parameter in operation["parameters"]:
                assert f"<code>{parameter['name']}</code>" in page
    assert "<code>adopted.state</code>" in page, "fields inside fields have dotted names"
    assert "<code>problems[].name</code>" in page or "[]." in page


def test_words_are_looked_for_in_addresses_fields_and_names(client) -> None:
    assert shown(client.get(DOCS, {"q": "outside_number hotline"}).content.decode()) >= {"report_case"}
    assert shown(client.get(DOCS, {"q": "PHOTOS post"}).content.decode()) >= {"send_photo"}
    assert "没有含“&lt;b&gt;”的接口" in client.get(DOCS, {"q": "<b>"}).content.decode()


def test_the_chosen_operation_is_unfolded(client) -> None:
    page = client.get(DOCS, {"op": "lines"}).content.decode()
    assert re.findall(r'id="([a-z_]+)" open', page) == ["lines"]


def test_the_page_is_in_the_language_of_the_reader(client) -> None:
    client.cookies["django_language"] = "en"
    page = client.get(DOCS).content.decode()
    assert "Report case" in page and "Ledger and figures" in page
    told = r"<pre.*?</pre>|<span lang=\"en\">.*?</span>|<div lang=\"en\">.*?</div>"  # examples may name a street
    words = re.sub(rf"{told}|<[^>]+>", " ", page[page.index("<main") :], flags=re.S)
    assert not re.findall(r"[\u4e00-\u9fff]+", html.unescape(words)), "the chrome has no Chinese left"


def test_a_call_can_be_pasted_into_a_terminal() -> None:
    every = {one.name: one for group in groups_of(TOLD, host="https://cg.example") for one in group.operations}
    report = every["report_case"].curl
    assert report.startswith("curl -X POST https://cg.example/api/v1/cases") and "Bearer $TOKEN" in report
    body = report[report.index("-d '") + 4 : -1]
    assert json.loads(body)["category"] == "stall"
    assert "--data-binary @photo.jpg" in every["send_photo"].curl
    assert "from=2020-03-01&to=2020-05-03" in every["figures"].curl
    assert "Bearer" not in every["health"].curl
