"""清场: what closed is looked at, once clean and as often as dirty, within the time or late, and never before closing."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import Town
from xiuhua.city.clearing import check_clearing, openings_to_clear
from xiuhua.city.models import Clearing
from xiuhua.city.tests.test_permitted import place, when
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
CLOSED = "2020-03-16 22:00"


@pytest.fixture
def market(town: Town):
    return place(town, clear_within_min=30, unit=town.units["Z1"])


def look(town: Town, at: str, *, who: str = "p-zhao", closed: str = CLOSED, **told):
    return check_clearing(town.act(who, at=when(at)), place="P1", closed_at=when(closed), **told)


def test_an_opening_is_to_be_looked_at_from_the_moment_it_closed(town: Town, market) -> None:
    closed = when(CLOSED)
    hair = dt.timedelta(microseconds=1)
    assert closed not in [one.closed_at for one in openings_to_clear(closed - hair)]
    (last, before) = openings_to_clear(closed)
    assert (last.closed_at, last.due_at, last.look) == (closed, when("2020-03-16 22:30"), None)
    assert before.closed_at == when("2020-03-15 22:00")
    assert not last.late(when("2020-03-16 22:30")) and last.late(when("2020-03-16 22:30") + hair)


def test_only_the_unit_that_looks_is_asked_and_only_where_minutes_are_given(town: Town, market) -> None:
    place(town, code="P2", name="无人清场处")
    at = when(CLOSED)
    assert {one.place.code for one in openings_to_clear(at)} == {"P1"}
    assert openings_to_clear(at, unit=town.units["Z1"].path) and not openings_to_clear(at, unit=town.units["Z2"].path)


def test_dirty_is_looked_at_again_until_it_is_clean(town: Town, market) -> None:
    with pytest.raises(Refused, match="拍一张照片"):
        look(town, "2020-03-16 22:10", clean=False)
    first = look(town, "2020-03-16 22:10", clean=False, photos=[town.photo()], words="地上有油污")
    second = look(town, "2020-03-16 22:45", clean=True)
    assert (first.late, second.late) == (False, True)
    (last, _before) = openings_to_clear(when("2020-03-16 23:00"))
    assert last.done and last.look == second
    lines = Line.objects.of_kind("place.cleared").order_by("id")
    assert [(one.about, one.facts) for one in lines] == [
        ("permitted:P1", '{"clean":false,"closed_at":"2020-03-16T14:00:00+00:00","late":false,"photos":1}'),
        ("permitted:P1", '{"clean":true,"closed_at":"2020-03-16T14:00:00+00:00","late":true,"photos":0}'),
    ]
    with pytest.raises(Refused, match="已经查过"):
        look(town, "2020-03-16 22:50", clean=True)


def test_what_never_closed_then_or_closed_long_ago_is_not_looked_at(town: Town, market) -> None:
    with pytest.raises(Refused, match="没有在这个时间收摊"):
        look(town, "2020-03-16 22:10", closed="2020-03-16 21:00", clean=True)
    for at in ("2020-03-16 21:59", "2020-03-18 10:01"):
        with pytest.raises(Refused, match="36 小时"):
            look(town, at, clean=True)
    with pytest.raises(Refused, match="没有传完整"):
        look(town, "2020-03-16 22:10", clean=False, photos=["sha256:gone"])
    with pytest.raises(Absent):
        check_clearing(town.act("p-zhao", at=when(CLOSED)), place="none", closed_at=when(CLOSED), clean=True)
    assert not Clearing.objects.exists()


def test_the_same_key_again_is_the_same_look(town: Town, market) -> None:
    act = town.act("p-zhao", at=when("2020-03-16 22:10"))
    made = [check_clearing(act, place="P1", closed_at=when(CLOSED), clean=True)]
    again = town.act("p-zhao", at=when("2020-03-16 22:10"))
    again.key = act.key
    made.append(check_clearing(again, place="P1", closed_at=when(CLOSED), clean=True))
    assert made[0] == made[1] and Clearing.objects.count() == 1
