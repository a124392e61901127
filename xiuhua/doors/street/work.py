"""Whose work is where: what an officer sees, what is theirs to do, in which order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from django.db.models import F, Q, QuerySet
from django.urls import reverse

from xiuhua.cases.models import Case, CasePhoto, CaseQuerySet
from xiuhua.city.access import may
from xiuhua.city.models import Role
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By
from xiuhua.ledger.models import Line

STREET = frozenset({Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT})
MOST = 60
MOST_MARKS = 300


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


def stamp_of(by: By) -> str:
    """What stands before me as one word, the number to handle first: another word means that something changed."""
    todo = list(to_handle(by).values_list("number", "version")[:MOST])
    check = list(to_check(by).values_list("number", "version")[:MOST])
    return f"{len(todo)}.{crc32(repr((todo, check)).encode()):08x}"


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
    """A case as a card on the phone; `mark` is how its pin looks: waiting, work, late or closed."""

    case: Case
    photo: str
    mark: str


def cards(cases: Iterable[Case], at: dt.datetime) -> list[Card]:
    """Cases as cards with their first photo: one more query however many there are."""
    rows = list(cases)
    first: dict[int, int] = {}
    for pk, case in CasePhoto.objects.filter(case__in=rows).order_by("-id").values_list("pk", "case_id"):
        first[case] = pk
    return [
        Card(
            case,
            reverse("street:thumb", args=[first[case.pk]]) if case.pk in first else "",
            mark_state(case, at),
        )
        for case in rows
    ]


def mark_state(case: Case, at: dt.datetime) -> str:
    if not case.is_open:
        return "closed"
    if case.due_at and case.due_at < at and case.paused_at is None and case.state in ("filed", "dispatched"):
        return "late"
    return "work" if case.state in ("dispatched", "handled") else "waiting"


def on_map(by: By) -> list[Case]:
    """The open cases of mine and of my unit that have a point, the one with the least time left first."""
    found = visible_cases(by).open().filter(lon_e7__isnull=False)
    return list(found.order_by(F("due_at").asc(nulls_last=True), "id")[:MOST_MARKS])
