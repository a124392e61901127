"""责任审计: what is found stands on the page with a way to put it right; map, Excel and another day."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
import python_calamine
from django.test import Client
from django.urls import reverse

from tests.town import Town
from xiuhua.city.models import Duty, Segment

SignedIn = Callable[..., Client]

pytestmark = pytest.mark.django_db


def page(client: Client, **asked: str) -> str:
    answer = client.get(reverse("desk:audit"), asked)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_dead_corner_is_named_with_a_link_that_puts_it_right(town: Town, signed_in: SignedIn) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").delete()
    shown = page(signed_in("office"))
    assert "没有第一责任人" in shown and reverse("desk:segment", args=["S1"]) in shown
    assert "75%" in shown, "three of four streets of equal length"
    only = page(signed_in("office"), check="gap")
    assert "没有第一责任人" in only and "缺包靠领导" not in only


def test_the_same_findings_are_on_the_map_and_in_the_sheet(town: Town, signed_in: SignedIn) -> None:
    Duty.objects.filter(thing="segment:S1", part="officer").delete()
    drawn = signed_in("office").get(reverse("desk:map_audit")).json()["features"]
    states = {one["properties"]["url"]: one["properties"]["state"] for one in drawn}
    assert states[reverse("desk:segment", args=["S1"])] == "squad"
    assert len(states) == Segment.objects.count()
    sheet = signed_in("office").get(reverse("desk:audit"), {"format": "xlsx", "check": "gap"})
    rows = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sheet.content)).get_sheet_by_index(0).to_python()
    assert [row[3] for row in rows[3:]] == ["segment:S1"]


def test_another_day_is_audited_as_it_stood(town: Town, signed_in: SignedIn) -> None:
    before = dt.date(2000, 1, 1).isoformat()
    assert "0%" in page(signed_in("office"), on=before)
    assert page(signed_in("office"), on="not a day") and page(signed_in("office"), page="-3", check="' OR 1=1")


def test_who_holds_no_post_sees_nothing(town: Town, client: Client) -> None:
    assert client.get(reverse("desk:audit")).status_code == 302
