"""Rosters, leave, fixed posts and check-ins of the living days, by the same actions as real ones."""

from __future__ import annotations

import calendar
import datetime as dt
from random import Random

from xiuhua.city.leave import ask_leave, ask_swap, decide_leave
from xiuhua.city.models import FixedPost, Leave, Pattern, Person, Posting, Rostered, ShiftKind, Site
from xiuhua.city.posting import Posted, open_fixed_post, set_posting
from xiuhua.city.presence import call_roll, check_in, expected
from xiuhua.city.rosters import from_pattern, name_shift, set_pattern, set_roster
from xiuhua.config.demo.build_agenda import Deed, moment, zone
from xiuhua.config.demo.build_cast import Cast, Squad
from xiuhua.kit.refusals import Refused

SHIFTS = (
    # code, name, sign, hours
    ("DAY", "日班", "日", "08:00-18:00"),
    ("EARLY", "早班", "早", "06:30-14:30"),
    ("LATE", "晚班", "晚", "14:00-22:00"),
    ("NIGHT", "夜班", "夜", "22:00-06:00"),
    ("REST", "休息", "休", ""),
)
CYCLE = ("EARLY", "EARLY", "DAY", "DAY", "LATE", "LATE", "REST")
NIGHT_CYCLE = ("EARLY", "DAY", "LATE", "NIGHT", "REST", "REST")
"""The mobile squad has the nights."""
SCHOOL_HOURS = "07:10-07:50"


def first_roster(cast: Cast, day: dt.date) -> Deed:
    """Kinds of shifts, every squad's cycle, its fixed posts at schools: once; and the month's roster when it is new."""

    def deed(at: dt.datetime) -> None:
        office = cast.staff["SRK"][0]
        if not ShiftKind.objects.exists():
            for code, name, short, hours in SHIFTS:
                name_shift(cast.act(office, at), code=code, name=name, short=short, hours=hours)
        for squad in cast.squads:
            if not Pattern.objects.filter(unit=squad.unit).exists():
                cycle = NIGHT_CYCLE if squad is cast.mobile else CYCLE
                offsets = {one.code: 2 * n + 1 for n, one in enumerate(squad.street)}
                set_pattern(
                    cast.act(squad.leader, at),
                    unit=squad.unit,
                    cycle=cycle,
                    anchor_on=day.replace(day=1),
                    offsets=offsets,
                )
            _month(cast, squad, day, at)
        _school_posts(cast, at)

    return deed


def _month(cast: Cast, squad: Squad, day: dt.date, at: dt.datetime) -> None:
    days = [day.replace(day=n + 1) for n in range(calendar.monthrange(day.year, day.month)[1])]
    if Rostered.objects.filter(unit=squad.unit, day__range=(days[0], days[-1])).exists():
        return
    pattern = Pattern.objects.get(unit=squad.unit)
    cells = from_pattern(pattern, squad.street, days)
    cells |= {(squad.leader, one): ("REST" if one.weekday() == 6 else "DAY",) for one in days}
    set_roster(cast.act(squad.leader, at), unit=squad.unit, cells=cells)


def _school_posts(cast: Cast, at: dt.datetime) -> None:
    """A school's gate is manned before lessons, by the squad that has its street."""
    for site in Site.objects.filter(type_code="H").select_related("segment").order_by("code"):
        answer = cast.answers.get(site.segment.code) if site.segment else None
        if answer is None or FixedPost.objects.filter(thing=f"site:{site.code}").exists():
            continue
        open_fixed_post(
            cast.act(answer.squad.leader, at), unit=answer.squad.unit, name=f"{site.name}门口", hours=SCHOOL_HOURS,
            thing=f"site:{site.code}", lon_e7=site.lon_e7, lat_e7=site.lat_e7,
        )  # fmt: skip


def leaves(cast: Cast, day: dt.date) -> Deed:
    """Somebody of two squads is on leave with a stand-in; another waits for the answer, and two want to swap."""

    def deed(at: dt.datetime) -> None:
        if Leave.objects.filter(begins_on__lte=day, ends_on__gt=day).exists():
            return
        for n, (squad, sort) in enumerate(zip(cast.ground[:2], ("annual", "sick"), strict=False)):
            person, by = squad.officers[1], squad.officers[2]
            leave = ask_leave(
                cast.act(person, at), person=person, sort=sort, begins_on=day, last_on=day + dt.timedelta(days=2 + n),
                words="回家看望父母" if sort == "annual" else "感冒发烧",
            )  # fmt: skip
            decide_leave(
                cast.act(squad.leader, at + dt.timedelta(minutes=20)), leave=leave, approve=True, substitute=by
            )
        squad = cast.ground[0]
        assistant = squad.assistants[0]
        later = day + dt.timedelta(days=4)
        ask_leave(
            cast.act(assistant, at),
            person=assistant,
            sort="personal",
            begins_on=later,
            last_on=later,
            words="孩子家长会",
        )
        first, second = squad.assistants[1:3]
        try:
            ask_swap(
                cast.act(first, at), person=first, day=day + dt.timedelta(days=1), other=second,
                other_day=day + dt.timedelta(days=1), words="晚上有事",
            )  # fmt: skip
        except Refused as refused:  # the next month has no roster yet
            if refused.code != "swap.empty":
                raise

    return deed


def day_posting(cast: Cast, squad: Squad, day: dt.date, random: Random) -> Deed:
    """A squad's day after leave and roster: each on the own streets, some at the school's gate, with car and recorder."""

    def deed(at: dt.datetime) -> None:
        roads: dict[str, list[str]] = {}
        for code, answer in cast.answers.items():
            for person in (answer.officer, answer.assistant):
                road = cast.segments[code].road
                if road not in (mine := roads.setdefault(person.code, [])):
                    mine.append(road)
        everybody = [squad.leader, *squad.street]
        shifts = {
            row.person_id: row.shift
            for row in Rostered.objects.filter(person__in=everybody, day=day).select_related("shift")
        }
        away = set(Leave.objects.approved().on(day).filter(person__in=everybody).values_list("person_id", flat=True))
        people = []
        gates = {
            one.code: one.needs for one in FixedPost.objects.standing(day).filter(unit=squad.unit) if one.manned_on(day)
        }
        for n, person in enumerate(everybody):
            shift = shifts.get(person.pk)
            rests = shift is not None and shift.is_rest and person is not squad.leader
            status = (
                "leave" if person.pk in away else "rest" if rests else "lent" if random.random() < 0.02 else "present"
            )
            if status != "present":
                people.append(Posted(person, status))
                continue
            leads = person is squad.leader
            place = "中队驻地" if leads else "、".join(roads.get(person.code, [])[:2]) or "全市机动"
            gate = next((code for code, left in gates.items() if left and shift and shift.code == "EARLY"), "")
            if gate:
                gates[gate] -= 1
            people.append(
                Posted(
                    person, status, place, shift.hours if shift else "08:00-18:00",
                    vehicle=f"执法 {squad.unit.code[1:]} 号车" if n < 2 else "",
                    recorder=f"{squad.unit.code}-{n:02d}" if person in squad.officers else "", fixed=(gate,) if gate else (),
                )
            )  # fmt: skip
        set_posting(cast.act(squad.leader, at), day=day, unit=squad.unit, people=people)

    return deed


def arrivals(cast: Cast, day: dt.date, until: dt.datetime, random: Random) -> list[tuple[dt.datetime, Deed]]:
    """Who is present checks in near the own streets about when the shift begins, and out when it ends; each once."""
    found: list[tuple[dt.datetime, Deed]] = []
    for squad in cast.squads:
        for person in squad.street:
            early = random.gauss(7, 5) if random.random() < 0.9 else -random.uniform(4, 25)
            leaves_late = random.uniform(1, 15)
            spot = cast.spot(random, segments=_own(cast, person))
            for begins in (6.5, 8.0, 14.0):
                at = moment(day, begins) - dt.timedelta(minutes=early)
                if at <= until:
                    found.append((at, _arriving(cast, person, begins, spot.e7)))
            for ends in (14.5, 18.0, 22.0):
                at = moment(day, ends) + dt.timedelta(minutes=leaves_late)
                if at <= until:
                    found.append((at, _leaving(cast, person, ends, spot.e7)))
    return found


def _own(cast: Cast, person: Person) -> list[str] | None:
    mine = [code for code, one in cast.answers.items() if person in (one.officer, one.assistant) and code in cast.shops]
    return mine or None


def _hour(at: dt.datetime | None) -> float | None:
    return None if at is None else at.hour + at.minute / 60


def _arriving(cast: Cast, person: Person, begins: float, spot: dict[str, int]) -> Deed:
    def deed(at: dt.datetime) -> None:
        day = at.astimezone(zone()).date()
        there = Posting.objects.filter(day=day, person=person, status="present").exists()
        if there and _hour(expected(person, at).begins) == begins:
            check_in(cast.act(person, at), turn="in", accuracy_m=12, **spot)

    return deed


def _leaving(cast: Cast, person: Person, ends: float, spot: dict[str, int]) -> Deed:
    def deed(at: dt.datetime) -> None:
        day = at.astimezone(zone()).date()
        last = person.check_ins.filter(day=day).order_by("-at").first()
        if last is not None and last.turn == "in" and _hour(expected(person, at).ends) == ends:
            check_in(cast.act(person, at), turn="out", accuracy_m=15, **spot)

    return deed


def roll(cast: Cast, squad: Squad, day: dt.date) -> Deed:
    """The squad leader calls the roll in the morning: those of the early shifts, and who is away says why."""

    def deed(at: dt.datetime) -> None:
        rows = Posting.objects.filter(day=day, unit=squad.unit).select_related("person")
        told = {"leave": "leave", "present": "here"}
        answers = {row.person.code: told[row.status] for row in rows if row.status in told and row.hours < "12"}
        if answers:
            call_roll(cast.act(squad.leader, at), unit=squad.unit, answers=answers)

    return deed
