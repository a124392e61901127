"""Who answers for a thing or a point at a moment, and why: standing duties, shift, leave, stand-ins, the day's posting.

On a bare day only the standing duties are told, as the duty tables say them. At a moment the posting of the day goes
before the standing duty, an approved leave takes a person out, and a stand-in steps in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from xiuhua.city.availability import Away, whereabouts
from xiuhua.city.hours import Window, covers, within
from xiuhua.city.models import Duty, Grid, Person, Post, PostedAt, Role, Segment, ShiftKind, Site, Substitution, Unit
from xiuhua.city.places import places
from xiuhua.kit.points import Point
from xiuhua.ledger.act import bureau_day

WHY = {
    "posted": "今日派在这里",
    "fixed": "定点值守",
    "duty": "责任人",
    "substitute": "代班",
    "grid": "按网格",
}
IN_PERSON = (Duty.Part.OFFICER, Duty.Part.ASSISTANT, Duty.Part.LEADER)


@dataclass(frozen=True)
class Answering:
    """One person who answers, in which part, and why. `instead_of` is the person that they stand in for."""

    person: Person
    part: str
    why: tuple[str, ...]
    instead_of: Person | None = None
    off_hours: bool = False

    @property
    def words(self) -> str:
        """The reasons as people say them."""
        told = [
            _(WHY[code])
            if code != "substitute" or not self.instead_of
            else _("代%(name)s班") % {"name": self.instead_of.name}
            for code in self.why
        ]
        return "、".join([*told, *([_("不在班次时段内")] if self.off_hours else [])])


@dataclass(frozen=True)
class Responsible:
    """Who answers for a thing. `answering` tells each person's reasons, `away` who would answer and is not there."""

    squad: Unit | None
    officers: tuple[Person, ...]
    assistants: tuple[Person, ...]
    leader: Person | None
    office: Unit | None
    answering: tuple[Answering, ...] = ()
    away: tuple[Away, ...] = ()


def responsible_for(thing: Segment | Site | Point | str, at: dt.date | dt.datetime) -> Responsible:
    """Who answers for a segment, a site, a point or any code such as `grid:370781001001001`, the primary first.

    A bare string without a colon is the code of a segment. What nobody answers for itself falls to its segment, then
    to its unit grid.
    """
    things = things_of(thing)
    day = bureau_day(at) if isinstance(at, dt.datetime) else at
    standing, late = _standing(things, day, at if isinstance(at, dt.datetime) else None)
    unit = {part: _unit(standing, part) for part in (Duty.Part.SQUAD, Duty.Part.OFFICE)}
    squad = unit[Duty.Part.SQUAD] or _squad_of_grid(things)
    if isinstance(at, dt.datetime):
        answering, away = _at_moment(things, standing, late, day, at)
    else:
        answering, away = [_by_duty(one) for one in standing if one.person], []
    people = {part: tuple(dict.fromkeys(one.person for one in answering if one.part == part)) for part in IN_PERSON}
    return Responsible(
        squad=squad,
        officers=people[Duty.Part.OFFICER],
        assistants=people[Duty.Part.ASSISTANT],
        leader=next(iter(people[Duty.Part.LEADER]), None),
        office=unit[Duty.Part.OFFICE],
        answering=tuple(answering),
        away=tuple(away),
    )


def things_of(thing: Segment | Site | Point | str) -> list[str]:
    """The code of a thing and of what it lies in, the narrowest first."""
    if isinstance(thing, Point):
        shapes = places()
        near, grid = shapes.segment_at(thing), shapes.grid_at(thing)
        return [*([f"segment:{near.segment}"] if near else []), *([f"grid:{grid}"] if grid else [])]
    if isinstance(thing, Segment):
        return [f"segment:{thing.code}", *([f"grid:{thing.grid}"] if thing.grid else [])]
    if isinstance(thing, Site):
        return [f"site:{thing.code}", *(things_of(thing.segment) if thing.segment else [])]
    sort, colon, code = thing.partition(":")
    if not colon or sort == "segment":
        found = Segment.objects.defer("line").filter(code=code or thing).first()
        return things_of(found) if found else [f"segment:{code or thing}"]
    site = Site.objects.select_related("segment").filter(code=code).first() if sort == "site" else None
    return things_of(site) if site else [thing]


def _standing(things: Sequence[str], day: dt.date, at: dt.datetime | None) -> tuple[list[Duty], set[int]]:
    """The duties of the day: for each part those of the narrowest thing that has one.

    At a moment the shift that runs answers. When none of a part does, all of them are given, and which those are.
    """
    found = Duty.objects.in_force(day).filter(thing__in=things).select_related("unit", "person")
    by_part: dict[str, dict[str, list[Duty]]] = {}
    for duty in found.order_by("-primary", "id"):
        by_part.setdefault(duty.part, {}).setdefault(duty.thing, []).append(duty)
    chosen = [next(rows[one] for one in things if one in rows) for rows in by_part.values()]
    if at is None or not any(duty.shift for rows in chosen for duty in rows):
        return [duty for rows in chosen for duty in rows], set()
    hours = _hours_of_shifts()
    standing: list[Duty] = []
    late: set[int] = set()
    for rows in chosen:
        running = [one for one in rows if within(hours.get(one.shift, ()), at)]
        standing += running or rows
        late |= set() if running else {one.pk for one in rows}
    return standing, late


def _hours_of_shifts() -> dict[str, tuple[Window, ...]]:
    """The hours of each shift by its name, its sign and its code; a duty names any of them."""
    kinds = [one for one in ShiftKind.objects.exclude(begins=None) if one.begins and one.ends]
    return {
        name: ((one.begins, one.ends),)
        for one in kinds
        if one.begins and one.ends
        for name in (one.name, one.short, one.code)
    }


def _unit(standing: Iterable[Duty], part: str) -> Unit | None:
    return next((one.unit for one in standing if one.part == part and one.unit), None)


def _squad_of_grid(things: Sequence[str]) -> Unit | None:
    codes = [one.partition(":")[2] for one in things if one.startswith("grid:")]
    grid = Grid.objects.filter(code__in=codes).select_related("squad").first() if codes else None
    return grid.squad if grid else None


def _by_duty(duty: Duty) -> Answering:
    assert duty.person is not None
    return Answering(duty.person, duty.part, ("duty", *(["grid"] if duty.thing.startswith("grid:") else [])))


def _at_moment(
    things: Sequence[str], standing: Sequence[Duty], late: set[int], day: dt.date, at: dt.datetime
) -> tuple[list[Answering], list[Away]]:
    """Those posted there now, else those whose duty it is and who are there, else whoever stands in for them."""
    posted = _posted(things, day, at)
    parts = {one.part for one in posted}
    bound = [one for one in standing if one.person and one.part not in parts]
    ids = {one.person_id for one in bound if one.person_id} | {one.person.pk for one in posted}
    instead = {
        one.person_id: one.by
        for one in Substitution.objects.in_force(day).filter(person__in=ids).select_related("by").order_by("id")
    }
    there = whereabouts({*ids, *(one.pk for one in instead.values())}, at)
    answering, away = list(posted), []
    for duty in bound:
        found = _by_duty(duty)
        where = there[found.person.pk]
        if where.away or found.person.pk in instead:
            away.append(Away(found.person, where.away or "substituted"))
            by = instead.get(found.person.pk)
            if by is not None and not there[by.pk].away:
                answering.append(Answering(by, duty.part, ("substitute",), found.person, there[by.pk].off_hours))
            continue
        answering.append(Answering(found.person, duty.part, found.why, None, where.off_hours or duty.pk in late))
    answering.sort(key=lambda one: (one.off_hours, "substitute" in one.why))
    return answering, away


def _posted(things: Sequence[str], day: dt.date, at: dt.datetime) -> list[Answering]:
    """Who is posted on one of the things at this moment, the narrowest first, fixed posts at their own hours."""
    rows = PostedAt.objects.filter(posting__day=day, posting__status="present").filter(
        Q(thing__in=things) | Q(fixed__thing__in=things)
    )
    found: dict[int, tuple[int, Answering]] = {}
    rows = rows.select_related("posting__person", "fixed").order_by("id")
    roles = _roles([row.posting.person_id for row in rows], day)
    for row in rows:
        fixed = row.fixed
        if fixed is not None and not within(((fixed.begins, fixed.ends),), at):
            continue
        if fixed is None and not covers(row.posting.hours, at):
            continue
        person = row.posting.person
        part = Duty.Part.ASSISTANT if roles.get(person.pk) == Role.ASSISTANT else Duty.Part.OFFICER
        thing = fixed.thing if fixed else row.thing
        rank = -1 if fixed else things.index(thing)
        why = ("fixed",) if fixed else ("posted", *(["grid"] if thing.startswith("grid:") else []))
        if person.pk not in found or rank < found[person.pk][0]:
            found[person.pk] = rank, Answering(person, part, why)
    away = whereabouts(found, at)
    ranked = sorted(found.values(), key=lambda one: one[0])
    return [one for _rank, one in ranked if not away[one.person.pk].away]


def _roles(people: Iterable[int], day: dt.date) -> dict[int, str]:
    """The street role of each person, the officer's before the assistant's."""
    posts = Post.objects.held_on(day).filter(person__in=list(people), role__in=("squad_leader", "officer", "assistant"))
    return dict(posts.order_by("-role").values_list("person_id", "role"))
