"""The living part: whenever somebody opens the demonstration, the desk is of now."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from xiuhua.campaigns.actions import declare_campaign
from xiuhua.cases.models import Case
from xiuhua.city.models import Person, Post, Posting, Role
from xiuhua.city.presence import last_seen
from xiuhua.city.queries import by_of
from xiuhua.config.demo.build_city import found_city
from xiuhua.config.demo.build_office import CAMPAIGNS, DECLARED_ON, ENDS_ON
from xiuhua.config.demo.build_photos import Studio
from xiuhua.config.demo.build_today import build_today, is_fresh
from xiuhua.config.folds import compare
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Supervision

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("Asia/Shanghai")
AFTERNOON = dt.datetime(2026, 5, 6, 15, 20, tzinfo=ZONE)
NIGHT = dt.datetime(2026, 5, 7, 3, 10, tzinfo=ZONE)


@pytest.fixture
def studio() -> Iterator[Studio]:
    with Studio(7, each=2) as hands:
        hands.begin()
        yield hands


def left_min(at: dt.datetime) -> list[float]:
    """What is left of the limit of cases that wait for a dispatch or are in work, in minutes."""
    running = Case.objects.waiting("filed", "dispatched").filter(paused_at=None)
    return sorted((due - at).total_seconds() / 60 for due in running.values_list("due_at", flat=True) if due)


def declare_all() -> None:
    """The campaigns that operations belong to."""
    office = Person.objects.filter(posts__role=Role.OFFICE).order_by("id")[0]
    for n, planned in enumerate(CAMPAIGNS):
        at = dt.datetime.combine(DECLARED_ON, dt.time(10, n), ZONE)
        declare_campaign(
            Act(by=by_of(office, at), at=at, recorded_at=at), code=planned.code, name=planned.name,
            categories=list(planned.categories), items=list(planned.items), starts_on=planned.starts_on, ends_on=ENDS_ON,
        )  # fmt: skip


def states() -> set[str]:
    return set(Case.objects.open().values_list("state", flat=True))


def test_the_desk_is_alive_by_day_and_calm_at_night(studio: Studio) -> None:
    found_city(7, shops=60)
    declare_all()
    still_open = build_today(seed=7, at=AFTERNOON, studio=studio)
    assert 40 <= still_open <= 65
    assert states() == {"reported", "accepted", "filed", "dispatched", "handled", "checked"}
    assert Case.objects.earliest("reported_at").reported_at >= AFTERNOON - dt.timedelta(days=2)
    assert Line.objects.latest("happened_at").happened_at <= AFTERNOON
    left = left_min(AFTERNOON)
    assert 2 <= sum(minutes < 0 for minutes in left) <= 8, "a few are late"
    assert 2 <= sum(0 < minutes < 60 for minutes in left) <= 12, "a few have little time left"
    assert Supervision.objects.count() >= 1
    street = Post.objects.filter(role__in=(Role.OFFICER, Role.ASSISTANT)).values_list("person__code", flat=True)
    assert len(last_seen(AFTERNOON, list(street))) >= 12
    assert Posting.objects.filter(day=AFTERNOON.date()).values("unit").distinct().count() == 8
    assert all(case.photos.exists() for case in Case.objects.waiting("filed").exclude(source="hotline"))
    assert is_fresh(AFTERNOON + dt.timedelta(hours=1)) and not is_fresh(NIGHT)

    old = set(Case.objects.open().values_list("number", flat=True))
    assert 25 <= build_today(seed=7, at=NIGHT, studio=studio) <= 65
    assert not old & set(Case.objects.open().values_list("number", flat=True)), "what was left open went on to its end"
    assert sum(0 < minutes < 120 for minutes in left_min(NIGHT)) <= 6, "at night few are urgent"
    mobile = Post.objects.filter(unit__code="Z8").values_list("person__code", flat=True)
    recent = Line.objects.of_kind("count.recorded").filter(
        about__startswith="count:", happened_at__gt=NIGHT - dt.timedelta(minutes=90)
    )
    assert set(recent.values_list("by", flat=True)) <= set(mobile)
    assert compare() == []


def test_of_the_six_campaigns_three_had_begun_by_the_end_of_the_stage() -> None:
    begun = [one for one in CAMPAIGNS if one.begun_on]
    assert len(CAMPAIGNS) == 6 and len(begun) == 3
    assert all(one.begun_on and one.begun_on < dt.date(2020, 5, 3) for one in begun)
    assert all(one.starts_on > dt.date(2020, 5, 3) for one in CAMPAIGNS if not one.begun_on)
