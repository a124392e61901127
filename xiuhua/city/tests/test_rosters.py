"""Rosters: cycles unrolled over days, conflicts found with their words, swaps that the leader approves."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.town import Town
from xiuhua.city.leave import ask_leave, ask_swap, decide_leave, decide_swap
from xiuhua.city.models import Leave, Person, Rostered, ShiftKind
from xiuhua.city.rosters import cells_of, conflicts, from_pattern, name_shift, set_pattern, set_roster
from xiuhua.kit.refusals import Refused

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 3, 16)


def day(n: int) -> dt.date:
    return DAY + dt.timedelta(days=n)


@pytest.fixture
def shifts(town: Town) -> dict[str, ShiftKind]:
    for code, short, hours in (
        ("E", "早", "06:00—14:00"),
        ("M", "中", "14:00—22:00"),
        ("N", "夜", "22:00—06:00"),
        ("R", "休", ""),
    ):
        name_shift(town.act("p-office"), code=code, name=f"{short}班", short=short, hours=hours)
    return {one.code: one for one in ShiftKind.objects.all()}


def test_a_cycle_goes_round_and_each_person_has_a_place_in_it(town: Town, shifts) -> None:
    pattern = set_pattern(
        town.act("p-chief"),
        unit=town.units["Z1"],
        cycle=["E", "E", "M", "R"],
        anchor_on=DAY,
        offsets={"p-zhao": 0, "p-liu": 2},
    )
    days = [day(n) for n in range(5)]
    cells = from_pattern(pattern, [town.people["p-zhao"], town.people["p-liu"], town.people["p-helper"]], days)
    assert [cells[town.people["p-zhao"], one] for one in days] == [("E",), ("E",), ("M",), ("R",), ("E",)]
    assert [cells[town.people["p-liu"], one] for one in days] == [("M",), ("R",), ("E",), ("E",), ("M",)]
    assert not any(person.code == "p-helper" for person, _day in cells)  # no place in the cycle
    assert from_pattern(pattern, [town.people["p-zhao"]], [day(-1)])[town.people["p-zhao"], day(-1)] == ("R",)


def told(found) -> list[tuple[str, str]]:
    return [(one.sort, one.day.isoformat()[5:]) for one in found]


def test_two_shifts_short_rest_a_long_run_and_a_shift_on_leave_are_found(town: Town, shifts) -> None:
    zhao = town.people["p-zhao"]
    assert told(conflicts({(zhao, day(0)): ("E", "M")}, shifts)) == [("twice", "03-16")]
    night_then_early = {(zhao, day(0)): ("N",), (zhao, day(1)): ("E",)}
    found = conflicts(night_then_early, shifts)
    assert told(found) == [("rest", "03-17")] and "只有 0 小时" in found[0].words
    late_then_early = {(zhao, day(0)): ("M",), (zhao, day(1)): ("E",)}
    assert "只有 8 小时" in conflicts(late_then_early, shifts)[0].words
    assert conflicts({(zhao, day(0)): ("E",), (zhao, day(1)): ("N",)}, shifts) == []
    week = {(zhao, day(n)): ("E",) for n in range(8)}
    assert told(conflicts(week, shifts)) == [("run", "03-22")]
    week[zhao, day(3)] = ("R",)
    assert conflicts(week, shifts) == []
    away = Leave(person=zhao, begins_on=day(0), ends_on=day(1))
    assert told(conflicts({(zhao, day(0)): ("E",), (zhao, day(1)): ("E",)}, shifts, [away])) == [("leave", "03-16")]


@given(st.lists(st.sampled_from(["E", "M", "N", "R", ""]), min_size=1, max_size=40))
def test_a_run_of_at_most_six_days_and_eleven_hours_between_has_no_conflict(codes) -> None:
    hours = {"E": (6, 14), "M": (14, 22), "N": (22, 6)}
    kinds = {code: ShiftKind(code=code, begins=dt.time(b), ends=dt.time(e)) for code, (b, e) in hours.items()}
    kinds["R"] = ShiftKind(code="R")
    person = Person(pk=1, name="甲")
    cells = {(person, day(n)): (code,) for n, code in enumerate(codes) if code}
    starts = [n * 24 + hours[c][0] for n, c in enumerate(codes) if c in hours]
    short = sum(b - a - 8 < 11 for a, b in pairwise(starts))
    runs = "".join("x" if c in hours else "." for c in codes).split(".")
    found = conflicts(cells, kinds)
    assert sum(one.sort == "rest" for one in found) == short
    assert sum(one.sort == "run" for one in found) == sum(len(run) > 6 for run in runs)


def test_setting_again_replaces_a_cell_and_the_same_again_is_refused(town: Town, shifts) -> None:
    zhao, unit = town.people["p-zhao"], town.units["Z1"]
    assert set_roster(town.act("p-chief"), unit=unit, cells={(zhao, day(0)): ["E"], (zhao, day(1)): ["N"]}) == 2
    assert set_roster(town.act("p-chief", minutes=1), unit=unit, cells={(zhao, day(0)): ["E"], (zhao, day(1)): []}) == 1
    assert cells_of([zhao.pk], day(0), day(9)) == {(zhao, day(0)): ("E",)}
    with pytest.raises(Refused) as refused:
        set_roster(town.act("p-chief", minutes=2), unit=unit, cells={(zhao, day(0)): ["E"]})
    assert refused.value.code == "roster.same"


def test_other_squads_and_strange_shifts_are_refused(town: Town, shifts) -> None:
    for who, unit, person, code in (
        ("p-chief", "Z2", "p-other", "access.role"),
        ("p-chief", "Z1", "p-other", "roster.person"),
        ("p-zhao", "Z1", "p-zhao", "access.role"),
    ):
        with pytest.raises(Refused) as refused:
            set_roster(town.act(who), unit=town.units[unit], cells={(town.people[person], DAY): ["E"]})
        assert refused.value.code == code
    with pytest.raises(Refused) as refused:
        set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(town.people["p-zhao"], DAY): ["X"]})
    assert refused.value.code == "roster.shift"


def test_a_swap_changes_both_rows_when_the_leader_approves(town: Town, shifts) -> None:
    zhao, liu, unit = town.people["p-zhao"], town.people["p-liu"], town.units["Z1"]
    cells = {(zhao, day(1)): ["E"], (zhao, day(2)): ["R"], (liu, day(1)): ["R"], (liu, day(2)): ["N"]}
    set_roster(town.act("p-chief"), unit=unit, cells=cells)
    swap = ask_swap(town.act("p-zhao"), person=zhao, day=day(1), other=liu, other_day=day(2))
    before = set(Rostered.objects.values_list("person__code", "day", "shift__code"))
    with pytest.raises(Refused):
        decide_swap(town.act("p-liu"), swap=swap, approve=True)
    assert set(Rostered.objects.values_list("person__code", "day", "shift__code")) == before
    decide_swap(town.act("p-chief", minutes=1), swap=swap, approve=True)
    assert cells_of([zhao.pk, liu.pk], day(0), day(9)) == {
        (liu, day(1)): ("E",), (zhao, day(1)): ("R",), (zhao, day(2)): ("N",), (liu, day(2)): ("R",),
    }  # fmt: skip
    with pytest.raises(Refused) as refused:
        decide_swap(town.act("p-chief", minutes=2), swap=swap, approve=True)
    assert refused.value.code == "swap.decided"


def test_a_swap_on_the_same_day_changes_the_two(town: Town, shifts) -> None:
    zhao, liu = town.people["p-zhao"], town.people["p-liu"]
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(zhao, day(1)): ["E"], (liu, day(1)): ["N"]})
    swap = ask_swap(town.act("p-zhao"), person=zhao, day=day(1), other=liu, other_day=day(1))
    decide_swap(town.act("p-chief"), swap=swap, approve=True)
    assert cells_of([zhao.pk, liu.pk], day(1), day(1)) == {(zhao, day(1)): ("N",), (liu, day(1)): ("E",)}


def test_swaps_that_cannot_be_are_refused_with_the_reason(town: Town, shifts) -> None:
    zhao, liu, other = town.people["p-zhao"], town.people["p-liu"], town.people["p-other"]
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(zhao, day(1)): ["E"]})
    for to, mine, theirs, code in ((other, day(1), day(1), "swap.unit"), (zhao, day(1), day(1), "swap.self"),
                                   (liu, day(1), day(2), "swap.empty"), (liu, day(-1), day(1), "swap.past")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            ask_swap(town.act("p-zhao"), person=zhao, day=mine, other=to, other_day=theirs)
        assert refused.value.code == code


def test_leave_asked_twice_backwards_or_too_long_is_refused(town: Town) -> None:
    zhao = town.people["p-zhao"]
    first = ask_leave(town.act("p-zhao"), person=zhao, sort="annual", begins_on=day(1), last_on=day(3))
    assert (first.days, first.last_on) == (3, day(3))
    for begins, last, code in ((day(3), day(4), "leave.overlap"), (day(9), day(8), "leave.days"), (day(10), day(300), "leave.long"),
                               (day(-30), day(-29), "leave.past")):  # fmt: skip
        with pytest.raises(Refused) as refused:
            ask_leave(town.act("p-zhao"), person=zhao, sort="annual", begins_on=begins, last_on=last)
        assert refused.value.code == code
    ask_leave(town.act("p-zhao"), person=zhao, sort="off", begins_on=day(4), last_on=day(4))  # half-open: no overlap
    with pytest.raises(Refused) as refused:
        decide_leave(town.act("p-chief"), leave=first, approve=False)
    assert refused.value.code == "leave.why"


def test_a_chief_decides_for_the_own_squad_alone(town: Town) -> None:
    leave = ask_leave(town.act("p-other"), person=town.people["p-other"], sort="sick", begins_on=DAY, last_on=DAY)
    with pytest.raises(Refused) as refused:
        decide_leave(town.act("p-chief"), leave=leave, approve=True)
    assert refused.value.code == "access.role"
    decide_leave(town.act("p-office"), leave=leave, approve=True)
