"""Who should get a case: proposals with their reasons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count as RowCount

from xiuhua.cases.models import Case
from xiuhua.city.models import Person, Post, Role, Unit
from xiuhua.city.queries import responsible_for
from xiuhua.kit.points import Point, distance_m
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line

WHY = {
    "duty": "包靠本路段",
    "squad": "责任中队",
    "near": "离现场近",
    "free": "手头没有案件",
}
SEEN_WITHIN = dt.timedelta(minutes=90)
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
        told = "、".join(WHY[code] for code in self.why)
        return " · ".join(part for part in (told, f"在办 {self.load} 件" if self.load else "") if part)


def proposals(case: Case, at: dt.datetime, *, most: int = 3) -> list[Proposal]:
    """The best officers for a case: who answers for the segment first, then the squad, then by distance and load."""
    day = bureau_day(at)
    duty = responsible_for(case.segment, day) if case.segment else None
    squad_path = duty.squad.path if duty and duty.squad else case.for_unit
    street = (Role.OFFICER, Role.SQUAD_LEADER)
    posts = Post.objects.held_on(day).filter(role__in=street, unit__kind__in=("squad", "team"))
    posts = posts.select_related("person", "unit").order_by("id")
    on_duty = {person.code for person in duty.officers} if duty else set()

    def own(post: Post) -> bool:
        return post.person.code in on_duty or bool(squad_path and post.unit.path.startswith(squad_path))

    chosen: dict[str, Post] = {}
    for post in [post for post in posts if own(post)] or posts:
        chosen.setdefault(post.person.code, post)
    codes = list(chosen)
    load = dict(
        Case.objects.filter(state="dispatched", handler__in=codes).values_list("handler").annotate(n=RowCount("id"))
    )
    seen = last_seen(at, codes)
    found = []
    for code, post in chosen.items():
        distance = _distance(case, seen.get(code))
        why = [
            *(["duty"] if code in on_duty else []),
            *(["squad"] if squad_path and post.unit.path.startswith(squad_path) else []),
            *(["near"] if distance is not None and distance < NEAR_M else []),
            *(["free"] if not load.get(code) else []),
        ]
        found.append(Proposal(post.person, post.unit, tuple(why), load.get(code, 0), distance))
    found.sort(key=lambda one: ("duty" not in one.why, one.load, one.distance_m is None, one.distance_m or 0.0))
    return found[:most]


def last_seen(at: dt.datetime, codes: list[str]) -> dict[str, tuple[float, float, dt.datetime]]:
    """Where each officer last left a line with a point, within the last hour and a half: lon, lat, when."""
    lines = Line.objects.filter(
        by__in=codes, happened_at__gt=at - SEEN_WITHIN, happened_at__lte=at, lon_e7__isnull=False
    ).order_by("happened_at")
    return {
        by: (lon / 1e7, lat / 1e7, when)
        for by, lon, lat, when in lines.values_list("by", "lon_e7", "lat_e7", "happened_at")
        if lon is not None and lat is not None
    }


def _distance(case: Case, seen: tuple[float, float, dt.datetime] | None) -> float | None:
    if seen is None or case.lon is None or case.lat is None:
        return None
    return distance_m(Point(case.lon, case.lat), Point(seen[0], seen[1]))
