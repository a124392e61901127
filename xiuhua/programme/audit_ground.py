"""What the audit looks at: the register, the duties and the posts of one day, read once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from xiuhua.city.models import Duty, Grid, Person, Post, Segment, Shop, Site, SiteType, Unit
from xiuhua.programme.models import Task

HOLDERS = (Duty.Part.OFFICER, Duty.Part.ASSISTANT)


@dataclass
class Ground:
    """The city on a day. Duties are by the thing that they point to."""

    day: dt.date
    segments: dict[str, Segment]
    duties: dict[str, list[Duty]]
    units: dict[str, Unit]
    posts: dict[int, list[Post]] = field(default_factory=dict)

    @classmethod
    def on(cls, day: dt.date) -> Ground:
        duties: dict[str, list[Duty]] = defaultdict(list)
        for duty in Duty.objects.in_force(day).select_related("unit", "person").order_by("id"):
            duties[duty.thing].append(duty)
        posts: dict[int, list[Post]] = defaultdict(list)
        for post in Post.objects.held_on(day).select_related("unit"):
            posts[post.person_id].append(post)
        return cls(
            day=day,
            segments={one.code: one for one in Segment.objects.in_use_on(day).order_by("code")},
            duties=dict(duties),
            units={one.code: one for one in Unit.objects.all()},
            posts=dict(posts),
        )

    def of_part(self, thing: str, *parts: str) -> list[Duty]:
        return [duty for duty in self.duties.get(thing, ()) if duty.part in parts]

    def squads_of(self, segment: str) -> list[Unit]:
        """The squads that answer for a segment, each once; without one of its own, that of its unit grid."""
        own = [duty.unit for duty in self.of_part(f"segment:{segment}", Duty.Part.SQUAD) if duty.unit]
        of_grid = self.squad_of_grid.get(self.segments[segment].grid)
        return list(dict.fromkeys(own)) or ([of_grid] if of_grid else [])

    @cached_property
    def grids(self) -> list[Grid]:
        return list(Grid.objects.in_use_on(self.day).select_related("squad").order_by("code"))

    @cached_property
    def squad_of_grid(self) -> dict[str, Unit]:
        return {one.code: one.squad for one in self.grids if one.squad}

    @cached_property
    def shops(self) -> list[Shop]:
        return list(Shop.objects.in_use_on(self.day).filter(closed_on=None, segment=None).order_by("code"))

    @cached_property
    def sites(self) -> list[Site]:
        return list(Site.objects.in_use_on(self.day).order_by("code"))

    @cached_property
    def site_types(self) -> dict[str, str]:
        return dict(SiteType.objects.values_list("code", "name"))

    @cached_property
    def tasks(self) -> list[Task]:
        return list(Task.objects.in_force(self.day).select_related("leader"))

    @cached_property
    def shifts(self) -> dict[str, tuple[str, ...]]:
        """The shifts that each squad's duties name, by the squad's path; a squad that names none answers all day."""
        named: dict[str, set[str]] = defaultdict(set)
        for code in self.segments:
            for unit in self.squads_of(code):
                named[unit.path] |= {duty.shift for duty in self.of_part(f"segment:{code}", *HOLDERS) if duty.shift}
        return {path: tuple(sorted(found)) for path, found in named.items()}

    def first_of(self, segment: str, shift: str) -> list[Person]:
        """The officers who answer first for a segment in a shift, or all day."""
        found = [
            duty.person
            for duty in self.of_part(f"segment:{segment}", Duty.Part.OFFICER)
            if duty.person and duty.primary and duty.shift in ("", shift)
        ]
        return list(dict.fromkeys(found))
