"""Presence: check-ins on the spot, roll calls, and where somebody was last seen, with its age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.conf import settings

from xiuhua.city.access import must
from xiuhua.city.availability import whereabouts
from xiuhua.city.hours import windows_of
from xiuhua.city.models import (
    Answered,
    CheckIn,
    Person,
    Post,
    PostedAt,
    Posting,
    RollCall,
    Rostered,
    ShiftKind,
    Site,
    Unit,
)  # fmt: skip
from xiuhua.city.places import places
from xiuhua.kit.points import Point, distance_m
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import roster as kinds
from xiuhua.ledger.models import Line

SEEN_WITHIN = dt.timedelta(minutes=90)
NEAR_M = 150
"""Within this a check-in counts as at the post (our choice: a phone among houses errs by tens of metres)."""


def last_seen(
    at: dt.datetime, codes: Iterable[str], *, within: dt.timedelta = SEEN_WITHIN
) -> dict[str, tuple[float, float, dt.datetime]]:
    """Where each person (by code) last acted or checked in with a point: longitude, latitude, when."""
    people = list(codes)
    lines = Line.objects.filter(
        by__in=people, happened_at__gt=at - within, happened_at__lte=at, lon_e7__isnull=False
    ).values_list("by", "lon_e7", "lat_e7", "happened_at")
    tapped = CheckIn.objects.filter(
        person__code__in=people, at__gt=at - within, at__lte=at, lon_e7__isnull=False
    ).values_list("person__code", "lon_e7", "lat_e7", "at")
    found: dict[str, tuple[float, float, dt.datetime]] = {}
    for code, lon, lat, when in [*lines, *tapped]:
        if lon is not None and lat is not None and (code not in found or found[code][2] <= when):
            found[code] = (lon / 1e7, lat / 1e7, when)
    return found


def checked_in(at: dt.datetime, codes: Iterable[str]) -> set[str]:
    """Who of these (by code) has checked in today and not out again."""
    rows = CheckIn.objects.filter(person__code__in=list(codes), day=bureau_day(at), at__lte=at).order_by("at", "id")
    last = dict(rows.values_list("person__code", "turn"))
    return {code for code, turn in last.items() if turn == CheckIn.Turn.IN}


@dataclass(frozen=True)
class Expected:
    """Where and when somebody should be: the place in words, its things, the shift, its begin and end as wall clock."""

    place: str = ""
    things: tuple[str, ...] = ()
    point: Point | None = None
    shift: ShiftKind | None = None
    begins: dt.datetime | None = None
    ends: dt.datetime | None = None


def expected(person: Person, at: dt.datetime) -> Expected:
    """Where and when a person should be: by the day's posting, its hours; else by the roster's running or next shift."""
    day, wall = bureau_day(at), _wall(at)
    posting = Posting.objects.filter(day=day, person=person, status=Posting.Status.PRESENT).first()
    rows = Rostered.objects.filter(person=person, day__in=(day - dt.timedelta(days=1), day)).select_related("shift")
    shift = _shift_near(list(rows.order_by("day", "id")), wall)
    spans = [shift[1]] if shift else []
    things: tuple[str, ...] = ()
    point = None
    if posting is not None:
        spans = _spans(posting.hours, day) or spans
        spots = list(PostedAt.objects.filter(posting=posting).select_related("fixed"))
        things = tuple(dict.fromkeys(spot.fixed.thing if spot.fixed else spot.thing for spot in spots))
        point = next((_at(spot.fixed.lon, spot.fixed.lat) for spot in spots if spot.fixed and spot.fixed.lon), None)
    span = _nearest(spans, wall)
    return Expected(
        place=posting.place if posting else "", things=things, point=point, shift=shift[0] if shift else None,
        begins=span[0] if span else None, ends=span[1] if span else None,
    )  # fmt: skip


def _at(lon: float | None, lat: float | None) -> Point | None:
    return None if lon is None or lat is None else Point(lon, lat)


def _wall(at: dt.datetime) -> dt.datetime:
    return at.astimezone(ZoneInfo(settings.TIME_ZONE)).replace(tzinfo=None)


def _shift_near(rows: list[Rostered], wall: dt.datetime) -> tuple[ShiftKind, tuple[dt.datetime, dt.datetime]] | None:
    spans = [(row.shift, span) for row in rows if (span := row.shift.span(row.day))]
    best = _nearest([span for _shift, span in spans], wall)
    return next(((shift, span) for shift, span in spans if span == best), None)


def _spans(hours: str, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
    try:
        windows = windows_of(hours)
    except Refused:
        return []
    made = [(dt.datetime.combine(day, begins), dt.datetime.combine(day, ends)) for begins, ends in windows]
    return [(begins, ends if ends > begins else ends + dt.timedelta(days=1)) for begins, ends in made]


def _nearest(spans: list[tuple[dt.datetime, dt.datetime]], wall: dt.datetime) -> tuple[dt.datetime, dt.datetime] | None:
    """The span that runs, else the one whose begin or end is nearest."""

    def far(span: tuple[dt.datetime, dt.datetime]) -> dt.timedelta:
        begins, ends = span
        return dt.timedelta() if begins <= wall < ends else min(abs(begins - wall), abs(ends - wall))

    return min(spans, key=far, default=None)


def distance_to(want: Expected, point: Point) -> float | None:
    """Metres from the nearest of the things where somebody should be; none when none of them lies on the map."""
    found = [distance_m(want.point, point)] if want.point else []
    codes = {
        sort: [one.partition(":")[2] for one in want.things if one.startswith(f"{sort}:")]
        for sort in ("segment", "site")
    }
    for lon_e7, lat_e7 in Site.objects.filter(code__in=codes["site"], lon_e7__isnull=False).values_list(
        "lon_e7", "lat_e7"
    ):
        if lon_e7 is not None and lat_e7 is not None:
            found.append(distance_m(Point(lon_e7 / 1e7, lat_e7 / 1e7), point))
    shapes = places()
    far = (shapes.distance_m(code, point) for code in codes["segment"])
    found += [metres for metres in far if metres is not None]
    return min(found, default=None)


@action(answer=lambda line: CheckIn.objects.get(key=line.key))
def check_in(
    act: Act, *, turn: str, lon_e7: int | None = None, lat_e7: int | None = None, accuracy_m: int | None = None
) -> CheckIn:
    """Somebody on the street says "I am here" or "I am off": the distance to the post and the minutes are kept.

    Late is told as a fact, never refused: whoever comes late has come. Without a position the check-in counts, its
    distance is not known.
    """
    must(act.by, "check_in")
    if turn not in CheckIn.Turn.values:
        raise Refused("check_in.turn", "请选择到岗或离岗。", field="turn")
    if (lon_e7 is None) != (lat_e7 is None) or (lon_e7 is not None and not -1_800_000_000 <= lon_e7 <= 1_800_000_000):
        raise Refused("check_in.point", "位置读不出来，请重新定位后再签到。", field="lon")
    if lat_e7 is not None and not -900_000_000 <= lat_e7 <= 900_000_000:
        raise Refused("check_in.point", "位置读不出来，请重新定位后再签到。", field="lon")
    person = Person.objects.select_for_update().get(code=act.by.code)
    unit = Unit.objects.get(path=act.by.unit)
    day = bureau_day(act.at)
    last = CheckIn.objects.filter(person=person, day=day, at__lte=act.at).order_by("-at", "-id").first()
    if last is not None and last.turn == turn:
        label = CheckIn.Turn(turn).label
        raise Refused(
            "check_in.twice", "{moment} 已经签过{label}了，不用再签。", moment=f"{_wall(last.at):%H:%M}", label=label
        )
    want = expected(person, act.at)
    distance = (
        distance_to(want, Point(lon_e7 / 1e7, lat_e7 / 1e7)) if lon_e7 is not None and lat_e7 is not None else None
    )
    late = _late_min(want, turn, act.at)
    made = CheckIn.objects.create(
        key=act.key, person=person, unit=unit, at=act.at, day=day, turn=turn, lon_e7=lon_e7, lat_e7=lat_e7,
        accuracy_m=accuracy_m, place=want.place, distance_m=None if distance is None else round(distance),
        shift=want.shift, late_min=late,
    )  # fmt: skip
    near = "" if distance is None else "yes" if distance <= NEAR_M + (accuracy_m or 0) else "no"
    act.record(
        kinds.AttendanceTold(turn=turn, shift=want.shift.code if want.shift else "", late_min=late or 0, near=near),
        about=f"person:{person.code}",
    )
    return made


def _late_min(want: Expected, turn: str, at: dt.datetime) -> int | None:
    """Whole minutes after the beginning, or before the end; below 0 is early to come, or later to go."""
    wall = _wall(at)
    if want.begins is None or want.ends is None:
        return None
    seconds = (wall - want.begins).total_seconds() if turn == CheckIn.Turn.IN else (want.ends - wall).total_seconds()
    return int(seconds // 60)


@action(answer=lambda line: RollCall.objects.get(code=line.about.partition(":")[2]))
def call_roll(act: Act, *, unit: Unit, answers: Mapping[str, str]) -> RollCall:
    """A squad leader calls the names: each answers here, late, on leave or not at all. `answers` is by person code."""
    must(act.by, "call_roll", unit=unit.path)
    people = {one.code: one for one in Person.objects.filter(code__in=answers, posts__in=_posts(unit, act)).distinct()}
    if not answers or set(people) != set(answers):
        raise Refused("roll.people", "名单和中队现在的人员对不上，请刷新页面后再点名。")
    if set(answers.values()) - set(Answered.State.values):
        raise Refused("roll.state", "请给每个人选到、迟到、请假或未到。")
    roll = RollCall.objects.create(code=act.key.hex[:24], unit=unit, by=act.by.code, at=act.at, day=bureau_day(act.at))
    Answered.objects.bulk_create(
        [Answered(roll=roll, person=people[code], state=state) for code, state in answers.items()]
    )
    told = list(answers.values())
    act.record(
        kinds.RollCalled(
            due=len(told), here=told.count("here"), late=told.count("late"), leave=told.count("leave"),
            missing=told.count("missing"),
        ),
        about=f"roll:{roll.code}", for_unit=unit.path,
    )  # fmt: skip
    return roll


def _posts(unit: Unit, act: Act) -> object:
    return Post.objects.held_on(bureau_day(act.at)).filter(unit__path__startswith=unit.path)


@dataclass(frozen=True)
class Present:
    """One person of a squad as the dispatcher sees them now.

    `state` is `on` (checked in), `due` (should be there, has not checked in), `off` (checked out), `later` (out of the
    hours of the shift), `leave`, `lent`, `rest`.
    """

    person: Person
    post: Post
    state: str
    place: str
    checked_at: dt.datetime | None
    late_min: int | None
    seen_at: dt.datetime | None
    point: tuple[float, float] | None


def presence(at: dt.datetime, *, under: str = "") -> list[Present]:
    """Everybody who works the street now, by unit: eight queries however many."""
    day = bureau_day(at)
    posts = Post.objects.held_on(day).filter(
        role__in=("squad_leader", "officer", "assistant"), unit__path__startswith=under
    )
    chosen: dict[int, Post] = {}
    for post in posts.select_related("person", "unit").order_by("unit__path", "id"):
        chosen.setdefault(post.person_id, post)
    there = whereabouts(chosen, at)
    checks: dict[int, list[CheckIn]] = {}
    for one in CheckIn.objects.filter(person__in=list(chosen), day=day, at__lte=at).order_by("at", "id"):
        checks.setdefault(one.person_id, []).append(one)
    seen = last_seen(at, [post.person.code for post in chosen.values()], within=dt.timedelta(hours=12))
    found = []
    for pk, post in chosen.items():
        mine, where, last = checks.get(pk, []), there[pk], seen.get(post.person.code)
        arrived = next((one for one in mine if one.turn == CheckIn.Turn.IN), None)
        state = where.away or _state(mine, off_hours=where.off_hours)
        found.append(
            Present(
                post.person, post, state, where.place, arrived.at if arrived else None, arrived.late_min if arrived else None,
                last[2] if last else None, last[:2] if last else None,
            )
        )  # fmt: skip
    return found


def _state(mine: list[CheckIn], *, off_hours: bool) -> str:
    if mine:
        return "off" if mine[-1].turn == CheckIn.Turn.OUT else "on"
    return "later" if off_hours else "due"
