"""Deeds are done in the order of time, a day in one transaction; times of day are those of the street."""

from __future__ import annotations

import datetime as dt
from random import Random

import pytest

from xiuhua.config.demo.build_agenda import Agenda, moment
from xiuhua.config.demo.build_open import SCENES, SLEEPS, WAKES
from xiuhua.config.demo.build_parking import plate
from xiuhua.config.demo.build_tales import FATES, LOOP, desk_hours, street_hours
from xiuhua.config.demo.build_times import GRILLS, MARKET_AND_EVENING, hour_of, moments
from xiuhua.enforcement.actions import PLATE
from xiuhua.kit.calendar import Calendar
from xiuhua.kit.models import Series

DAY = dt.date(2020, 3, 16)


@pytest.mark.django_db
def test_deeds_are_done_in_order_and_may_put_further_ones() -> None:
    agenda, done = Agenda(), []

    def first(at: dt.datetime) -> None:
        done.append("first")
        agenda.put(at + dt.timedelta(minutes=5), lambda _at: done.append("between"))

    agenda.put(moment(DAY, 20), lambda _at: done.append("evening"))
    agenda.put(moment(DAY, 9), first)
    agenda.put(moment(DAY, 33), lambda _at: done.append("next day"))
    days: list[dt.date] = []
    agenda.run(after_day=days.append)
    assert done == ["first", "between", "evening", "next day"]
    assert days == [DAY, DAY + dt.timedelta(days=1)]


@pytest.mark.django_db(transaction=True)
def test_a_day_that_breaks_is_undone_whole() -> None:
    agenda = Agenda()

    def breaks(_at: dt.datetime) -> None:
        raise OSError("the machine stops")

    agenda.put(moment(DAY, 9), lambda _at: Series.objects.create(code="a"))
    agenda.put(moment(DAY, 10), breaks)
    with pytest.raises(OSError, match="stops"):
        agenda.run()
    assert not Series.objects.exists()


def test_working_days_have_more_work_than_days_off() -> None:
    week = [DAY + dt.timedelta(days=n) for n in range(7)]
    found = moments(Random(1), 4000, days=week, hours=GRILLS, calendar=Calendar(), off=0.25)
    assert found == sorted(found)
    weekend = sum(at.weekday() >= 5 for at in found)
    assert 0.06 < weekend / 4000 < 0.12, "two days of a quarter among five whole ones are a eleventh"


def test_stalls_come_in_the_morning_and_in_the_evening() -> None:
    hours = [hour_of(Random(seed), MARKET_AND_EVENING) for seed in range(2000)]
    assert all(6.4 <= hour <= 21.6 for hour in hours)
    assert sum(hour < 8.6 or hour > 18 for hour in hours) > 1200


def test_the_desk_and_the_street_leave_the_night_to_the_morning() -> None:
    for minute in range(0, 24 * 60, 7):
        at = moment(DAY, minute / 60)
        for shifted in (desk_hours(at), street_hours(at)):
            assert shifted >= at
            assert 6.5 * 60 <= shifted.hour * 60 + shifted.minute <= 22 * 60 + 20
    assert desk_hours(moment(DAY, 10)) == moment(DAY, 10)


def test_every_fate_of_a_case_goes_round_the_loop_or_is_refused() -> None:
    for _weight, steps in FATES.values():
        assert steps[-1] in ("close", "refuse")
        if steps[-1] == "close":
            assert [one for one in steps if one in LOOP][-3:] == ["handle", "check", "close"]


@pytest.mark.parametrize("hour", [15.3, 7.0, 3.2, 23.9])
def test_open_cases_lie_before_now_in_order_and_none_falls_into_the_night(hour: float) -> None:
    now = moment(DAY, hour)
    base = now if WAKES <= hour < SLEEPS else moment(DAY - dt.timedelta(days=hour < WAKES), 22)
    for scene in SCENES:
        for seed in range(10):
            times = scene.times(Random(seed), base=base, awake=True)
            assert len(times) == len(scene.steps) + 1
            assert times == sorted(times) and times[-1] <= now
            assert all(WAKES <= at.hour + at.minute / 60 < SLEEPS for at in times)


def test_urgent_cases_are_filed_as_long_ago_as_their_scene_says() -> None:
    now = moment(DAY, 15)
    for scene in SCENES:
        if scene.filed_min is None:
            continue
        least, most = scene.filed_min
        for seed in range(10):
            filed = scene.times(Random(seed), base=now, awake=False)[scene.steps.index("file") + 1]
            assert least <= (now - filed).total_seconds() / 60 <= max(most, scene.since_min[1] + 20)


def test_plates_of_the_demonstration_are_read_as_plates_and_are_nobodys() -> None:
    for n in (1, 777, 99_999):
        assert PLATE.match(plate(n)) and plate(n).startswith("青Z")
