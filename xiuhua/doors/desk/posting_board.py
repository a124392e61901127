"""The board of the day's posting: every squad with its people as set, or as leave, roster and yesterday suggest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count
from django.http import QueryDict
from django.utils.translation import gettext as _

from xiuhua.city.access import may
from xiuhua.city.models import Duty, Leave, Person, Post, Posting, PostingSheet, Role, Rostered, Segment, Unit
from xiuhua.city.posting import Manning, covered_names, last_sheet, mannings
from xiuhua.doors.frame.templatetags.xh import said
from xiuhua.ledger.act import By

STREET = (Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT)
ORDER = {role: n for n, role in enumerate(STREET)}
WORDS = ("place", "hours", "vehicle", "recorder")


@dataclass
class Row:
    """One person of a squad on the day. `why` tells where a status that nobody chose yet comes from."""

    person: Person
    role: str
    status: str = Posting.Status.PRESENT
    place: str = ""
    hours: str = ""
    vehicle: str = ""
    recorder: str = ""
    fixed: list[str] = field(default_factory=list)
    from_unit: str = ""
    why: str = ""
    is_kept: bool = False

    @property
    def away(self) -> bool:
        return self.status != Posting.Status.PRESENT

    @property
    def status_label(self) -> str:
        return str(Posting.Status(self.status).label)

    def take(self, one: Posting, fixed: Sequence[str]) -> None:
        """Everything as a posting says it."""
        self.status, self.fixed = one.status, list(fixed)
        for name in WORDS:
            setattr(self, name, getattr(one, name))


@dataclass
class Squad:
    """A squad's day: its people, its fixed posts, and whether it was set already."""

    unit: Unit
    rows: list[Row] = field(default_factory=list)
    sheet: PostingSheet | None = None
    copied_from: dt.date | None = None
    may_set: bool = False
    posts: list[Manning] = field(default_factory=list)

    @property
    def is_set(self) -> bool:
        return self.sheet is not None

    def _of(self, status: str) -> int:
        return sum(row.is_kept and row.status == status for row in self.rows)

    @property
    def due(self) -> int:
        """How many were posted; of a day not set yet, how many people the squad has."""
        return sum(row.is_kept or not self.is_set for row in self.rows)

    @property
    def present(self) -> int:
        return self._of(Posting.Status.PRESENT)

    @property
    def leave(self) -> int:
        return self._of(Posting.Status.LEAVE)

    @property
    def lent(self) -> int:
        return self._of(Posting.Status.LENT)

    @property
    def rest(self) -> int:
        return self._of(Posting.Status.REST)

    @property
    def missing(self) -> int:
        """How many people the fixed posts still need."""
        return sum(one.missing for one in self.posts)

    @property
    def vehicles(self) -> list[str]:
        return sorted({row.vehicle for row in self.rows if row.vehicle and row.is_kept})

    @property
    def recorders(self) -> int:
        return sum(bool(row.recorder) for row in self.rows if row.is_kept)

    def slots(self) -> list[tuple[Manning, list[str]]]:
        """Each fixed post with the persons chosen for it, one place for each that it needs."""
        found = []
        for one in self.posts:
            chosen = [row.person.code for row in self.rows if one.post.code in row.fixed]
            found.append((one, (chosen + [""] * one.post.needs)[: max(one.post.needs, len(chosen))]))
        return found


def squads() -> Any:
    """The units that are posted: squads, by their place in the tree."""
    return Unit.objects.squads().filter(closed_on=None)


def street_posts(day: dt.date) -> Any:
    return Post.objects.held_on(day).filter(role__in=STREET)


def day_of_squads(by: By, day: dt.date) -> list[Squad]:
    """Every squad with its people, as set or as it would begin: nine queries whatever the number."""
    found = [Squad(unit, may_set=may(by, "set_posting", unit=unit.path)) for unit in squads()]
    sheets = {one.unit_id: one for one in PostingSheet.objects.filter(day=day)}
    kept: dict[int, list[Posting]] = {}
    for row in Posting.objects.filter(day=day).select_related("person").order_by("id"):
        kept.setdefault(row.unit_id, []).append(row)
    fixed = covered_names([row for rows in kept.values() for row in rows])
    posts = list(street_posts(day).select_related("person", "unit").order_by("id"))
    role_of = {post.person_id: post for post in reversed(posts)}
    manned = mannings(day)
    posted_somewhere = {p.person_id for every in kept.values() for p in every}
    suggested = _suggested([post.person_id for post in posts], day)
    for squad in found:
        own = [post for post in posts if post.unit.path.startswith(squad.unit.path)]
        own.sort(key=lambda post: (ORDER[Role(post.role)], post.pk))
        squad.posts = [one for one in manned if one.post.unit_id == squad.unit.pk]
        squad.sheet = sheets.get(squad.unit.pk)
        rows = kept.get(squad.unit.pk, [])
        squad.rows = [_row(one, role_of.get(one.person_id), squad.unit, fixed.get(one.pk, [])) for one in rows]
        squad.rows += _newcomers(own, posted_somewhere, suggested)
    return found


def _row(one: Posting, post: Post | None, unit: Unit, fixed: Sequence[str]) -> Row:
    lent = post.unit.name if post and not post.unit.path.startswith(unit.path) else ""
    role = post.get_role_display() if post else _("已离岗")
    row = Row(one.person, role, from_unit=lent, is_kept=True)
    row.take(one, fixed)
    return row


def _newcomers(
    own: Iterable[Post], posted_somewhere: set[int], suggested: dict[int, tuple[str, str, str]]
) -> list[Row]:
    """Whoever is not posted yet, once each, as leave and roster suggest."""
    people = {post.person_id: post for post in reversed(list(own)) if post.person_id not in posted_somewhere}
    rows = []
    for post in reversed(people.values()):
        status, hours, why = suggested.get(post.person_id, (str(Posting.Status.PRESENT), "", ""))
        rows.append(Row(post.person, post.get_role_display(), status=status, hours=hours, why=why))
    return rows


def _suggested(people: Iterable[int], day: dt.date) -> dict[int, tuple[str, str, str]]:
    """What leave and roster say of the day: status, hours, and which of the two says so."""
    ids = list(people)
    found: dict[int, tuple[str, str, str]] = {}
    for row in Rostered.objects.filter(person__in=ids, day=day).select_related("shift").order_by("shift__begins", "id"):
        if row.shift.is_rest:
            found.setdefault(row.person_id, (str(Posting.Status.REST), "", row.shift.name))
        else:
            before = found.get(row.person_id, ("", "", ""))[1]
            hours = "，".join(part for part in (before, row.shift.hours) if part)
            found[row.person_id] = (str(Posting.Status.PRESENT), hours, row.shift.name)
    for leave in Leave.objects.approved().on(day).filter(person__in=ids):
        found[leave.person_id] = (str(Posting.Status.LEAVE), "", _("已批准请假"))
    return found


def begin_from(squad: Squad, day: dt.date, plan: str) -> None:
    """Begin from the last posted day under the plan: shown in the form, kept only when it is saved.

    Whoever is on leave today, or rests by today's roster, stays so.
    """
    last = last_sheet(squad.unit, day, plan=plan)
    if last is None:
        return
    rows = list(Posting.objects.filter(unit=squad.unit, day=last.day))
    kept, fixed = {row.person_id: row for row in rows}, covered_names(rows)
    today = {one.post.code for one in squad.posts}
    for row in squad.rows:
        one = kept.get(row.person.pk)
        if one is None or (row.why and row.away):
            continue
        hours, why = row.hours, row.why
        row.take(one, [code for code in fixed.get(one.pk, []) if code in today])
        if why and not row.away:
            row.hours = hours
        elif why:
            row.status = str(Posting.Status.PRESENT)
    squad.copied_from = last.day


def as_typed(squad: Squad, given: QueryDict) -> None:
    """What was typed stays in a form that was refused."""
    for row in squad.rows:
        code = row.person.code
        status = given.get(f"status-{code}") or row.status
        row.status = status if status in Posting.Status.values else str(Posting.Status.PRESENT)
        for name in WORDS:
            setattr(row, name, given.get(f"{name}-{code}", getattr(row, name)))
        row.fixed = [one.post.code for one in squad.posts if code in given.getlist(f"fixed-{one.post.code}")]


def grounds(squad: Squad, day: dt.date) -> list[tuple[str, int, list[str]]]:
    """The squad's roads with their segments, and who is posted there by the board as it stands; bare ones first."""
    things = Duty.objects.in_force(day).filter(part=Duty.Part.SQUAD, unit=squad.unit, thing__startswith="segment:")
    codes = [thing.partition(":")[2] for thing in things.values_list("thing", flat=True)]
    roads = Segment.objects.in_use().filter(code__in=codes).exclude(road="").values("road").annotate(n=Count("id"))
    there: dict[str, list[str]] = {}
    for row in squad.rows:
        if not row.away:
            for name in row.place.replace("，", "、").split("、"):
                there.setdefault(name.strip(), []).append(row.person.name)
    found = [(one["road"], one["n"], there.get(one["road"], [])) for one in roads.order_by("-n", "road")]
    return sorted(found, key=lambda one: bool(one[2]))


def chat_text(found: Sequence[Squad], day: dt.date, bureau: str) -> str:
    """The day's posting as text for a chat group."""
    lines = [f"【{bureau} {said(day, 'n月j日')}派班】"]
    for squad in found:
        if not squad.is_set:
            continue
        head = _("%(unit)s：应到 %(due)d，在岗 %(present)d") % {
            "unit": squad.unit.name, "due": squad.due, "present": squad.present,
        }  # fmt: skip
        away = "、".join(f"{row.person.name}{row.status_label}" for row in squad.rows if row.is_kept and row.away)
        lines.append(f"\n{head}{f'（{away}）' if away else ''}")
        lines += [_told(row) for row in squad.rows if row.is_kept and not row.away]
        lines += [
            f"· {one.post.name} {one.post.hours} {'、'.join(person.name for person in one.people) or _('还缺人')}"
            for one in squad.posts
        ]
    return "\n".join(lines)


def _told(row: Row) -> str:
    parts = [
        row.person.name,
        row.place,
        row.hours,
        row.vehicle,
        f"{_('记录仪')} {row.recorder}" if row.recorder else "",
    ]
    return " ".join(part for part in parts if part)
