"""Questions about who and where."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q

from xiuhua.city.answering import Responsible as Responsible
from xiuhua.city.answering import responsible_for as responsible_for
from xiuhua.city.models import Account, Bureau, HoursRule, Person, Post, Role, Unit
from xiuhua.city.permitted import Permission as Permission
from xiuhua.city.permitted import permitted_at as permitted_at
from xiuhua.kit.worktime import Shift, WorkHours
from xiuhua.ledger.act import By, bureau_day

BEGINNING = ("dispatch", "counts", "posting", "segments", "supervise", "daily")
ADMINISTRATION = ("standards", "imports", "people", "settings")
"""Never switched off: without them nobody could bring in the streets, name the people, or switch a room on."""
ROOMS = (
    *BEGINNING, "overview", "map", "campaigns", "operations", "slips", "signs", "evidence", "facilities", "letters",
    "tasks", "checklists", "places", "brief", "ledger", *ADMINISTRATION,
)  # fmt: skip


def bureau() -> Bureau | None:
    """The bureau of this database; none before `xiuhua init`."""
    return Bureau.objects.first()


def bureau_name() -> str:
    found = bureau()
    return found.name if found else "绣花"


def rooms_on() -> frozenset[str]:
    """The codes of the rooms that this bureau uses; nothing else shows in its menu."""
    found = bureau()
    return frozenset(found.rooms if found else BEGINNING) | set(ADMINISTRATION)


def work_hours(unit: str = "") -> WorkHours:
    """The hours of working days: of a unit by its path, where it or a unit above has its own, else the bureau's."""
    found = bureau()
    pairs = found.shifts if found and found.shifts else [["08:00", "12:00"], ["14:00", "18:00"]]
    parts = unit.strip("/").split("/") if unit else []
    paths = ["/".join(parts[:n]) + "/" for n in range(len(parts), 0, -1)] + [""]
    rules: dict[str, list[tuple[dt.date, tuple[Shift, ...]]]] = {}
    for rule in HoursRule.objects.filter(unit__in=paths).order_by("begins_on"):
        rules.setdefault(rule.unit, []).append((rule.begins_on, _shifts(rule.shifts)))
    dated = tuple(tuple(rules[path]) for path in paths if path in rules)
    return WorkHours(shifts=_shifts(pairs), tz=ZoneInfo(settings.TIME_ZONE), dated=dated)


def _shifts(pairs: Iterable[Sequence[str]]) -> tuple[Shift, ...]:
    return tuple(Shift(dt.time.fromisoformat(begins), dt.time.fromisoformat(ends)) for begins, ends in pairs)


def by_of(person: Person | None, at: dt.datetime) -> By:
    """Who acts when this person acts now: code, first post, unit, and the roles of all posts held on the day."""
    if person is None:
        return By()
    posts = list(Post.objects.held_on(bureau_day(at)).filter(person=person).select_related("unit").order_by("id"))
    if not posts:
        return By(code=person.code)
    return By(
        code=person.code,
        post=posts[0].code,
        unit=posts[0].unit.path,
        roles=frozenset(post.role for post in posts),
    )


def by_of_account(account: Account, at: dt.datetime) -> By:
    """Who acts behind a sign-in."""
    return by_of(account.person, at) if account.is_authenticated else By()


def officers_of(unit: Unit, day: dt.date) -> list[Person]:
    """The people who work the street for a unit on a day."""
    street = (Role.OFFICER, Role.ASSISTANT, Role.SQUAD_LEADER)
    posts = Post.objects.held_on(day).filter(unit__path__startswith=unit.path, role__in=street)
    return [post.person for post in posts.select_related("person").order_by("id")]


def unit_name(path: str) -> str:
    """The name of the unit at a path; the path itself when it is not known."""
    return Unit.objects.filter(path=path).values_list("name", flat=True).first() or path


def unit_names() -> dict[str, str]:
    """Names of all units by path."""
    return dict(Unit.objects.values_list("path", "name"))


def person_names(codes: set[str]) -> dict[str, str]:
    """Names of persons by code: put in when something is shown, never stored in a line."""
    return dict(Person.objects.filter(Q(code__in=codes)).values_list("code", "name"))
