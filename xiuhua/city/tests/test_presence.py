"""Check-ins: distance and lateness are facts, positions stay off the lines; roll calls; presence with its age."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import INSIDE, Town
from xiuhua.city.models import CheckIn
from xiuhua.city.posting import Posted, set_posting
from xiuhua.city.presence import call_roll, check_in, last_seen, presence
from xiuhua.city.rosters import name_shift, set_roster
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
HERE = {"lon_e7": round(INSIDE[0] * 1e7), "lat_e7": round(INSIDE[1] * 1e7)}


def posted(town: Town, hours: str = "08:30—12:00", place: str = "范公亭路") -> None:
    people = [Posted(town.people["p-zhao"], place=place, hours=hours), Posted(town.people["p-liu"], status="leave")]
    set_posting(town.act("p-chief"), day=town.at.date(), unit=town.units["Z1"], people=people)


def test_a_check_in_tells_the_distance_to_the_post_and_the_minutes_late(town: Town) -> None:
    posted(town)
    made = check_in(town.act("p-zhao"), turn="in", accuracy_m=12, **HERE)
    assert made.late_min == 30
    assert made.distance_m == 11
    line = Line.objects.get(kind="attendance.told")
    assert '"late_min":30' in line.facts and '"near":"yes"' in line.facts


def test_a_check_in_far_away_counts_and_says_so(town: Town) -> None:
    posted(town)
    made = check_in(town.act("p-zhao"), turn="in", lon_e7=1_184_820_000, lat_e7=366_980_000)
    assert made.distance_m is not None and made.distance_m > 800
    assert '"near":"no"' in Line.objects.get(kind="attendance.told").facts


def test_positions_are_on_no_line_and_rows_can_be_erased(town: Town) -> None:
    made = check_in(town.act("p-zhao"), turn="in", **HERE)
    line = Line.objects.get(kind="attendance.told")
    assert line.lon_e7 is None and line.lat_e7 is None and str(HERE["lon_e7"]) not in line.facts
    made.delete()
    assert not CheckIn.objects.exists()


def test_without_a_position_or_a_posting_the_check_in_still_counts(town: Town) -> None:
    made = check_in(town.act("p-zhao"), turn="in")
    assert (made.distance_m, made.late_min) == (None, None)


def test_a_night_shift_is_checked_in_before_midnight_and_out_after_it(town: Town) -> None:
    name_shift(town.act("p-office"), code="N", name="夜班", short="夜", hours="22:00—06:00")
    set_roster(town.act("p-chief"), unit=town.units["Z1"], cells={(town.people["p-zhao"], town.at.date()): ["N"]})
    evening = town.at.replace(hour=21, minute=50)
    assert check_in(town.act("p-zhao", at=evening), turn="in").late_min == -10
    morning = evening + dt.timedelta(hours=7, minutes=50)
    out = check_in(town.act("p-zhao", at=morning), turn="out")
    assert out.late_min == 20  # gone twenty minutes early
    assert out.shift is not None and out.shift.code == "N"


def test_checking_in_twice_is_refused_and_the_same_tap_again_is_the_same(town: Town) -> None:
    first = check_in(town.act("p-zhao", name="tap"), turn="in", **HERE)
    assert check_in(town.act("p-zhao", name="tap"), turn="in", **HERE) == first
    with pytest.raises(Refused) as refused:
        check_in(town.act("p-zhao", minutes=3), turn="in", **HERE)
    assert refused.value.code == "check_in.twice"


@pytest.mark.parametrize(
    "bad", [{"turn": "sideways"}, {"turn": "in", "lon_e7": 1}, {"turn": "in", "lon_e7": 1, "lat_e7": 10**12}]
)
def test_nonsense_is_refused(town: Town, bad: dict) -> None:
    with pytest.raises(Refused):
        check_in(town.act("p-zhao"), **bad)


def test_the_desk_does_not_check_in(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        check_in(town.act("p-desk"), turn="in")
    assert refused.value.code == "access.role"


def test_who_is_on_due_away_or_off_and_when_they_were_last_seen(town: Town) -> None:
    posted(town)
    check_in(town.act("p-zhao", minutes=-20), turn="in", **HERE)
    found = {one.person.code: one for one in presence(town.at, under="QZ/Z1/")}
    assert {code: one.state for code, one in found.items()} == {
        "p-chief": "due", "p-zhao": "on", "p-liu": "leave", "p-helper": "due",
    }  # fmt: skip
    assert found["p-zhao"].seen_at == town.act(minutes=-20).at
    assert found["p-zhao"].place == "范公亭路"
    assert last_seen(town.at, ["p-zhao"])["p-zhao"][:2] == pytest.approx(INSIDE)
    check_in(town.act("p-zhao", minutes=60), turn="out")
    assert {one.person.code: one.state for one in presence(town.act(minutes=61).at)}["p-zhao"] == "off"


def test_a_roll_is_called_by_the_leader_with_everybody_told(town: Town) -> None:
    answers = {"p-chief": "here", "p-zhao": "here", "p-liu": "late", "p-helper": "missing"}
    roll = call_roll(town.act("p-chief"), unit=town.units["Z1"], answers=answers)
    assert roll.answers.count() == 4
    facts = Line.objects.get(kind="roll.called").facts
    assert '"due":4' in facts and '"here":2' in facts and '"missing":1' in facts
    with pytest.raises(Refused):
        call_roll(town.act("p-chief", minutes=1), unit=town.units["Z2"], answers={"p-other": "here"})
    with pytest.raises(Refused):
        call_roll(town.act("p-chief", minutes=1), unit=town.units["Z1"], answers={"p-other": "here"})
