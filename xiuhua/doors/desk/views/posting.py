"""今日派班: who of each squad is there today, where and when; set in two minutes, printed on one sheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.city.access import may
from xiuhua.city.models import Person, Post, Posting, Role, Unit
from xiuhua.city.posting import Posted, set_posting
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

STREET = (Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT)
ORDER = {role: n for n, role in enumerate(STREET)}
AHEAD_DAYS = 14


@dataclass
class Row:
    """One person of a squad on the day."""

    person: Person
    role: str
    status: str = Posting.Status.PRESENT
    place: str = ""
    hours: str = ""
    from_unit: str = ""
    is_kept: bool = False

    @property
    def away(self) -> bool:
        return self.status != Posting.Status.PRESENT

    @property
    def status_label(self) -> str:
        return str(Posting.Status(self.status).label)


@dataclass
class Squad:
    """A squad's day: its people, and whether it was set already."""

    unit: Unit
    rows: list[Row] = field(default_factory=list)
    is_set: bool = False
    copied_from: dt.date | None = None
    may_set: bool = False

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


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="posting")
def posting(request: HttpRequest, by: By) -> HttpResponse:
    """All squads of the day, and the form of the one chosen. A post sets that squad's day."""
    if request.method == "POST":
        return save(request, by)
    return render(request, "desk/posting.html", context_of(request, by))


def save(request: HttpRequest, by: By) -> HttpResponse:
    """One squad's day as the form has it."""
    day = day_of(request.POST.get("day"))
    unit = squads().filter(path=request.POST.get("unit", "")).first()
    if day is None or unit is None:
        raise Absent("posting.absent")
    today = bureau_day(timezone.now())
    try:
        if not today - dt.timedelta(days=AHEAD_DAYS) <= day <= today + dt.timedelta(days=AHEAD_DAYS):
            raise Refused("posting.day", _("只能排前后 %(n)d 天以内的班。") % {"n": AHEAD_DAYS}, field="day")
        rows = set_posting(act_of(request, by), day=day, unit=unit, people=posted(request, unit, day))
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = context_of(request, by, refused=refused)
        return render(request, "desk/posting.html", context, status=status_of(refused))
    present = sum(row.status == Posting.Status.PRESENT for row in rows)
    messages.success(
        request,
        _("%(unit)s %(day)s 派班已保存：应到 %(due)d，在岗 %(present)d。")
        % {"unit": unit.name, "day": day.isoformat(), "due": len(rows), "present": present},
    )
    return redirect(f"{reverse('desk:posting')}?day={day.isoformat()}")


def posted(request: HttpRequest, unit: Unit, day: dt.date) -> list[Posted]:
    """The people of the form with what was chosen for each."""
    codes = list(dict.fromkeys([*request.POST.getlist("person"), *filter(None, request.POST.getlist("borrowed"))]))
    people = {one.code: one for one in Person.objects.filter(code__in=codes, posts__in=street_posts(day)).distinct()}
    found = []
    for code in codes:
        if code not in people:
            raise Refused("posting.person", _("有人已经不在岗位上，请刷新页面后再排。"))
        status = request.POST.get(f"status-{code}") or Posting.Status.PRESENT
        if status not in Posting.Status.values:
            raise Refused("posting.status", _("请给每个人选在岗、请假、借调或轮休。"))
        place, hours = (request.POST.get(f"{name}-{code}", "").strip() for name in ("place", "hours"))
        found.append(Posted(person=people[code], status=status, place=place[:120], hours=hours[:40]))
    if not found:
        raise Refused("posting.nobody", _("%(unit)s 没有可以排班的人。") % {"unit": unit.name})
    return found


def squads() -> Any:
    """The units that are posted: squads, by their place in the tree."""
    return Unit.objects.squads().filter(closed_on=None)


def street_posts(day: dt.date) -> Any:
    return Post.objects.held_on(day).filter(role__in=STREET)


def context_of(request: HttpRequest, by: By, *, refused: Refused | None = None) -> dict[str, Any]:
    """What the page shows: six queries whatever the number of people."""
    given = request.POST if request.method == "POST" else request.GET
    today = bureau_day(timezone.now())
    day = day_of(given.get("day")) or today
    found = day_of_squads(by, day)
    chosen = _chosen(found, given.get("unit"))
    if chosen is not None and request.method == "POST":
        _as_typed(chosen, request)
    elif chosen is not None and "copy" in given:
        _copy(chosen, day)
    others = [row for one in found if chosen and one.unit != chosen.unit for row in one.rows]
    return {
        "room": "posting",
        "day": day,
        "today": today,
        "is_today": day == today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "squads": found,
        "chosen": chosen,
        "last": last_before(chosen.unit, day) if chosen else None,
        "others": others,
        "statuses": Posting.Status.choices,
        "places": sorted({row.place for one in found for row in one.rows if row.place})[:40],
        "refused": refused,
        "wrong": "",
        "key": fresh_key(),
        "at": timezone.now(),
    }


def _chosen(found: list[Squad], path: str | None) -> Squad | None:
    """The squad in the address; without one, the first that this person may set and nobody has set yet."""
    may_set = [one for one in found if one.may_set]
    if path is not None:
        return next((one for one in may_set if one.unit.path == path), None)
    return next((one for one in may_set if not one.is_set), None)


def day_of_squads(by: By, day: dt.date) -> list[Squad]:
    """Every squad with its people, as set or as it would begin."""
    found = [Squad(unit, may_set=may(by, "set_posting", unit=unit.path)) for unit in squads()]
    kept: dict[int, list[Posting]] = {}
    for row in Posting.objects.filter(day=day).select_related("person").order_by("id"):
        kept.setdefault(row.unit_id, []).append(row)
    posts = list(street_posts(day).select_related("person", "unit").order_by("id"))
    role_of = {post.person_id: post for post in reversed(posts)}
    for squad in found:
        own = [post for post in posts if post.unit.path.startswith(squad.unit.path)]
        own.sort(key=lambda post: (ORDER[Role(post.role)], post.pk))
        rows = kept.get(squad.unit.pk)
        if rows is None:
            squad.rows = list({p.person_id: Row(p.person, p.get_role_display()) for p in reversed(own)}.values())[::-1]
            continue
        squad.is_set = True
        squad.rows = [_row(one, role_of.get(one.person_id), squad.unit) for one in rows]
        squad.rows += _newcomers(own, rows, {p.person_id for every in kept.values() for p in every})
    return found


def _row(one: Posting, post: Post | None, unit: Unit) -> Row:
    lent = post.unit.name if post and not post.unit.path.startswith(unit.path) else ""
    role = post.get_role_display() if post else _("已离岗")
    return Row(one.person, role, one.status, one.place, one.hours, from_unit=lent, is_kept=True)


def _newcomers(own: Iterable[Post], rows: Iterable[Posting], posted_somewhere: set[int]) -> list[Row]:
    """Who took up a post after the day was set, and is posted nowhere else."""
    there = {one.person_id for one in rows} | posted_somewhere
    return [Row(post.person, post.get_role_display()) for post in own if post.person_id not in there]


def last_before(unit: Unit, day: dt.date) -> dt.date | None:
    """The last day before this one for which the squad was posted."""
    return Posting.objects.filter(unit=unit, day__lt=day).order_by("-day").values_list("day", flat=True).first()


def _copy(squad: Squad, day: dt.date) -> None:
    """Begin from the last posted day: shown in the form, kept only when it is saved."""
    last = last_before(squad.unit, day)
    if last is None:
        return
    kept = {row.person_id: row for row in Posting.objects.filter(unit=squad.unit, day=last)}
    for row in squad.rows:
        if one := kept.get(row.person.pk):
            row.status, row.place, row.hours = one.status, one.place, one.hours
    squad.copied_from = last


def _as_typed(squad: Squad, request: HttpRequest) -> None:
    """What was typed stays in a form that was refused."""
    for row in squad.rows:
        code = row.person.code
        row.status = request.POST.get(f"status-{code}") or row.status
        row.status = row.status if row.status in Posting.Status.values else Posting.Status.PRESENT
        row.place = request.POST.get(f"place-{code}", row.place)
        row.hours = request.POST.get(f"hours-{code}", row.hours)
