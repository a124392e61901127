"""Who should get a case: proposals with their reasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count as RowCount
from django.utils.translation import gettext as _

from xiuhua.cases.models import Case
from xiuhua.city.answering import Responsible, responsible_for
from xiuhua.city.availability import Whereabouts, whereabouts
from xiuhua.city.models import Person, Post, Role, Unit
from xiuhua.city.presence import checked_in, last_seen
from xiuhua.kit.points import Point, distance_m
from xiuhua.ledger.act import bureau_day

WHY = {
    "posted": "今日派在本路段",
    "fixed": "正在定点值守",
    "duty": "包靠本路段",
    "substitute": "替责任人代班",
    "squad": "责任中队",
    "on": "已到岗",
    "near": "离现场近",
    "free": "手头没有案件",
    "off_hours": "不在班次时段内",
}
"""Why somebody is proposed; the last is why not. A line keeps the codes of those that were shown."""
ANSWERS = ("posted", "fixed", "duty", "substitute")
NEAR_M = 800.0


@dataclass(frozen=True)
class Proposal:
    """One officer who could take the case, and why. `distance_m` is from the last place the officer worked at."""

    person: Person
    unit: Unit
    why: tuple[str, ...]
    load: int
    distance_m: float | None

    @property
    def words(self) -> str:
        told = "、".join(_(WHY[code]) for code in self.why)
        return " · ".join(part for part in (told, _("在办 %(n)d 件") % {"n": self.load} if self.load else "") if part)


def proposals(case: Case, at: dt.datetime, *, most: int = 3) -> list[Proposal]:
    """The best officers for a case: who answers for the segment now, then the squad, then by distance and load.

    Whoever is on leave, lent or resting is not proposed; whoever is out of hours comes last. When that leaves nobody,
    everybody who could go is proposed.
    """
    duty = responsible_for(_thing(case), at)
    squad_path = duty.squad.path if duty.squad else case.for_unit
    chosen, there = _candidates(duty, squad_path, at)
    codes = list(chosen)
    load = dict(
        Case.objects.filter(state="dispatched", handler__in=codes).values_list("handler").annotate(n=RowCount("id"))
    )
    seen, on = last_seen(at, codes), checked_in(at, codes)
    answers = {one.person.code: next(iter(one.why)) for one in reversed(duty.answering)}
    found = []
    for code, post in chosen.items():
        distance = _distance(case, seen.get(code))
        off = there[post.person_id].off_hours
        told = {
            answers.get(code, ""): code in answers,
            "squad": bool(squad_path and post.unit.path.startswith(squad_path)),
            "on": code in on and not off,
            "near": distance is not None and distance < NEAR_M,
            "free": not load.get(code),
            "off_hours": off,
        }
        why = tuple(word for word, true in told.items() if true)
        found.append(Proposal(post.person, post.unit, why, load.get(code, 0), distance))
    found.sort(key=_order)
    return found[:most]


def _thing(case: Case) -> str | Point:
    """What the case is about: its segment, else its point, else its grid."""
    if case.segment:
        return f"segment:{case.segment}"
    if case.lon is not None and case.lat is not None:
        return Point(case.lon, case.lat)
    return f"grid:{case.grid}"


def _order(one: Proposal) -> tuple[object, ...]:
    """Who is out of hours last; who answers first; then the less busy, then the nearer."""
    rank = next((n for n, word in enumerate(ANSWERS) if word in one.why), len(ANSWERS))
    return ("off_hours" in one.why, rank, one.load, one.distance_m is None, one.distance_m or 0.0)


def _candidates(duty: Responsible, squad_path: str, at: dt.datetime) -> tuple[dict[str, Post], dict[int, Whereabouts]]:
    """Who may be sent: those who answer, the squad and whoever is lent to it today; all squads when that is nobody."""
    street = (Role.OFFICER, Role.SQUAD_LEADER)
    posts = Post.objects.held_on(bureau_day(at)).filter(role__in=street, unit__kind__in=("squad", "team"))
    every = list(posts.select_related("person", "unit").order_by("id"))
    there = whereabouts([post.person_id for post in every], at)
    lent = set(Unit.objects.filter(path__startswith=squad_path).values_list("pk", flat=True)) if squad_path else set()
    answering = {one.person.pk for one in duty.answering}

    def own(post: Post) -> bool:
        where = there[post.person_id]
        elsewhere = where.unit is not None and where.told == "posting" and where.unit not in lent
        in_squad = bool(squad_path and post.unit.path.startswith(squad_path)) and not elsewhere
        return post.person_id in answering or in_squad or (where.unit is not None and where.unit in lent)

    rows = [post for post in every if own(post)]
    rows = [post for post in rows if not there[post.person_id].away] or rows
    rows = rows or [post for post in every if not there[post.person_id].away] or every
    chosen: dict[str, Post] = {}
    for post in rows:
        chosen.setdefault(post.person.code, post)
    return chosen, there


def _distance(case: Case, seen: tuple[float, float, dt.datetime] | None) -> float | None:
    if seen is None or case.lon is None or case.lat is None:
        return None
    return distance_m(Point(case.lon, case.lat), Point(seen[0], seen[1]))


def to_call(case: Case, at: dt.datetime) -> Person | None:
    """Who is called about a case that is out: its officer, else the leader of its unit."""
    if case.handler:
        return Person.objects.filter(code=case.handler).first()
    posts = Post.objects.held_on(bureau_day(at)).filter(unit__path=case.for_unit, role=Role.SQUAD_LEADER)
    post = posts.select_related("person").order_by("id").first()
    return post.person if post else None
