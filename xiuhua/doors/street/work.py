"""Whose work is where: what an officer sees, what is theirs to do, in which order, near which street."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from xiuhua.cases import flow
from xiuhua.cases.counts import COUNTABLE, SAME_ACT
from xiuhua.cases.models import Case, CasePhoto, CaseQuerySet, Category, Count
from xiuhua.city.access import may
from xiuhua.city.models import Duty, Role, Segment
from xiuhua.city.places import places
from xiuhua.city.queries import unit_names
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.items import ITEMS, Item
from xiuhua.ledger.models import Line

STREET = frozenset({Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT})
LOOK_BACK = dt.timedelta(days=30)
MOST = 60


def visible_cases(by: By) -> CaseQuerySet:
    """The cases that somebody may see: the own unit's on the street, all at the desk."""
    own = Case.objects.filter(Q(reporter=by.code) | Q(handler=by.code) | Q(for_unit__startswith=by.unit))
    if by.roles <= STREET:
        return own
    return Case.objects.all() if may(by, "see_desk") else Case.objects.filter(reporter=by.code)


def case_of(by: By, number: str) -> Case:
    """The case of a number; what is not there and what is not theirs look the same."""
    case = visible_cases(by).select_related("standard").filter(number=number).first()
    if case is None:
        raise Absent("case.absent")
    return case


def to_handle(by: By) -> CaseQuerySet:
    """What is mine to put right, the one with the least time left first."""
    mine = Case.objects.waiting("dispatched").filter(Q(handler=by.code) | Q(handler="", for_unit__startswith=by.unit))
    return mine.select_related("standard").order_by(F("due_at").asc(nulls_last=True), "id")


def to_check(by: By) -> CaseQuerySet:
    """What others of my unit have put right and I may look at: the checker is never the fixer."""
    others = Case.objects.waiting("handled").filter(for_unit__startswith=by.unit).exclude(handler=by.code)
    return others.order_by("handled_at", "id")


def handled_on(by: By, day: dt.date) -> QuerySet[Line]:
    """The lines of what I have put right on a day."""
    return Line.objects.filter(kind="case.handled", by=by.code, day=day)


def closed_on(by: By, day: dt.date) -> QuerySet[Line]:
    """The lines of what was closed on a day and put right by me."""
    mine = Case.objects.handled_by(by.code).filter(state="closed").values("number")
    return Line.objects.filter(kind="case.closed", day=day, about__in=mine)


LISTS = ("todo", "handled", "closed", "check")


def listed(by: By, show: str, day: dt.date) -> Sequence[Case]:
    """The cases behind a number of the home page."""
    if show == "todo":
        return list(to_handle(by)[:MOST])
    if show == "check":
        return list(to_check(by)[:MOST])
    lines = handled_on(by, day) if show == "handled" else closed_on(by, day)
    numbers = list(lines.order_by("-happened_at").values_list("about", flat=True)[:MOST])
    found = Case.objects.in_bulk(numbers, field_name="number")
    return [found[number] for number in numbers if number in found]


@dataclass(frozen=True)
class Card:
    """A case as a card on the phone."""

    case: Case
    photo: str
    unit: str

    @property
    def late(self) -> str:
        return "" if self.case.is_open else "closed"


def cards(cases: Iterable[Case]) -> list[Card]:
    """Cards with their first photo, in three queries however many there are."""
    rows = list(cases)
    units = unit_names() if rows else {}
    first: dict[int, int] = {}
    for pk, case in CasePhoto.objects.filter(case__in=rows).order_by("-id").values_list("pk", "case_id"):
        first[case] = pk
    return [
        Card(
            case,
            reverse("street:picture", args=[first[case.pk]]) if case.pk in first else "",
            units.get(case.for_unit, ""),
        )
        for case in rows
    ]


# ---------------------------------------------------------------- where


def segment_names(codes: Iterable[str]) -> dict[str, str]:
    """The names of segments by code."""
    return {segment.code: str(segment) for segment in Segment.objects.filter(code__in=set(codes))}


def my_segments(by: By, at: dt.datetime) -> dict[str, str]:
    """The segments that somebody answers for, the own before the unit's, by code."""
    duties = Duty.objects.in_force(bureau_day(at)).filter(thing__startswith="segment:")
    mine = duties.filter(person__code=by.code).values_list("thing", flat=True)
    squad = duties.filter(unit__path=by.unit).values_list("thing", flat=True)
    codes = [thing.removeprefix("segment:") for thing in dict.fromkeys([*mine, *squad])]
    names = segment_names(codes)
    return {code: names[code] for code in codes if code in names}


@dataclass(frozen=True)
class Spot:
    """What the city says about where somebody stands: which segment, or which of several, and what is usual there."""

    inside: bool
    segments: dict[str, str]
    category: str

    def told(self) -> dict[str, Any]:
        rows = [{"code": code, "name": name} for code, name in self.segments.items()]
        return {"inside": self.inside, "segments": rows, "category": self.category}


def spot_at(by: By, lon: float, lat: float, at: dt.datetime) -> Spot:
    """The segments at a point, nearest first; more than one when it is nearly as near to others."""
    shapes = places()
    point = Point(lon, lat)
    near = shapes.segment_at(point)
    codes = [near.segment, *near.rivals] if near else []
    names = segment_names(codes)
    return Spot(
        inside=shapes.inside(point),
        segments={code: names[code] for code in codes if code in names},
        category=usual_category(by, at, segment=codes[0] if codes else ""),
    )


def usual_category(by: By, at: dt.datetime, *, segment: str = "") -> str:
    """The kind of problem that was reported most on a segment in 30 days; without one, that I reported most."""
    recent = Case.objects.filter(reported_at__gt=at - LOOK_BACK)
    there = Counter(recent.filter(segment=segment).values_list("category", flat=True)[:200]) if segment else Counter()
    usual = there or Counter(recent.filter(reporter=by.code).values_list("category", flat=True)[:200])
    order = list(Category.values)
    return min(usual, key=lambda one: (-usual[one], order.index(one))) if usual else Category.STALL.value


# ---------------------------------------------------------------- counts


def countable() -> list[Item]:
    return [ITEMS[code] for code in COUNTABLE]


@dataclass(frozen=True)
class Told:
    """A count as a row: what, how many, where, when."""

    key: str
    label: str
    quantity: str
    unit: str
    at: dt.datetime
    where: str


def told(counts: Iterable[Count]) -> list[Told]:
    rows = list(counts)
    names = segment_names(row.segment for row in rows)
    return [
        Told(
            str(row.key), ITEMS[row.item].label, f"{row.quantity.normalize():f}", ITEMS[row.item].unit, row.at,
            names.get(row.segment, row.segment),
        )
        for row in rows
    ]  # fmt: skip


def counts_of(by: By, day: dt.date) -> list[Told]:
    """What I counted on a day that still stands, the latest first."""
    keys = Line.objects.filter(kind="count.recorded", by=by.code, day=day).standing().values("key")
    return told(Count.objects.filter(key__in=keys).order_by("-at")[:MOST])


def counts_near(by: By, case: Case, at: dt.datetime) -> list[Told]:
    """Counts of my unit on the case's segment that may tell the same act."""
    if not case.segment:
        return []
    found = Count.objects.filter(
        unit=by.unit, segment=case.segment, case=None, at__range=(at - SAME_ACT, at + SAME_ACT)
    )
    standing = Line.objects.filter(key__in=found.values("key")).standing().values("key")
    return told(found.filter(key__in=standing).order_by("-at"))


# ---------------------------------------------------------------- map


def marks(cases: Iterable[Case], at: dt.datetime) -> dict[str, Any]:
    """Cases as points for the map: hollow waiting, solid in work, red ring late, grey closed."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": case.number,
                "geometry": {"type": "Point", "coordinates": [case.lon, case.lat]},
                "properties": {
                    "id": case.number,
                    "category": case.category,
                    "state": mark_state(case, at),
                    "url": reverse("street:case", args=[case.number]),
                },
            }
            for case in cases
            if case.lon is not None
        ],
    }


def mark_state(case: Case, at: dt.datetime) -> str:
    if not case.is_open:
        return "closed"
    if case.due_at and case.due_at < at and case.paused_at is None and case.state in ("filed", "dispatched"):
        return "late"
    return "work" if case.state in ("dispatched", "handled") else "waiting"


def streets() -> dict[str, Any]:
    """The streets as lines for the map."""
    rows = Segment.objects.values_list("code", "road", "cls", "line")
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "LineString", "coordinates": line},
                "properties": {"id": code, "name": road, "cls": cls},
            }
            for code, road, cls, line in rows
            if len(line) > 1
        ],
    }


# ---------------------------------------------------------------- one case


def stitches_of(case: Case, at: dt.datetime) -> list[dict[str, Any]]:
    """The seven stitches of a case with their times."""
    times = (
        case.reported_at, case.accepted_at, case.filed_at, case.dispatched_at, case.handled_at, case.checked_at,
        case.closed_at if case.state == "closed" else None,
    )  # fmt: skip
    done = flow.DONE_STITCHES[case.state]
    late = mark_state(case, at) == "late"
    rows = []
    for n, (label, time) in enumerate(zip(flow.STITCHES, times, strict=True)):
        now = n == done and case.is_open
        state = "done" if n < done else ("late" if late else "now") if now else "todo"
        rows.append(
            {"label": _(label), "time": time if n < done else None, "state": state, "note": _("待办") if now else ""}
        )
    return rows


def pictures_of(case: Case) -> dict[str, list[CasePhoto]]:
    """Photos of a case by moment; of handling and checks, the latest turn first."""
    found: dict[str, list[CasePhoto]] = {moment: [] for moment in CasePhoto.Moment.values}
    for photo in case.photos.order_by("-turn", "id"):
        found[photo.moment].append(photo)
    return found
