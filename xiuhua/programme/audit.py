"""The audit of duties: no dead corner. Every street and shift has one person who answers first, or it is named here.

It looks over all rooms and changes nothing. What is certainly wrong is 错误; what a paper left open, or may be meant as
it is, is 待确认. `CHECKS` lists what is looked for; each finding names the thing, so that a door can lead to where it
is put right.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiuhua.programme.audit_ground import Ground
from xiuhua.programme.audit_people import (
    left_posts,
    other_squads,
    people_without_post,
    squads_without_leader,
    tasks_unconfirmed,
    tasks_without_leader,
    unconfirmed,
)
from xiuhua.programme.audit_places import (
    duties_of_nothing,
    grids_without_squad,
    shops_without_segment,
    sites_without_checklist,
    undrawn_segments,
)
from xiuhua.programme.audit_sides import divided_roads
from xiuhua.programme.audit_streets import assistants_first, missing_parts, shift_gaps, shift_overlaps, two_of_a_part


class Weight(models.TextChoices):
    """How sure it is that something must be put right."""

    WRONG = "wrong", _("错误")
    ASK = "ask", _("待确认")


@dataclass(frozen=True)
class Check:
    """One thing that is looked for: its name, its weight, and how its findings are found."""

    code: str
    label: Promise
    weight: Weight
    find: Callable[[Ground], Iterable[tuple[str, str, str]]]


CHECKS = (
    Check("missing", _("路段缺责任单位或领导"), Weight.WRONG, missing_parts),
    Check("gap", _("路段缺第一责任人"), Weight.WRONG, shift_gaps),
    Check("overlap", _("第一责任人重复"), Weight.WRONG, shift_overlaps),
    Check("twice", _("责任单位重复"), Weight.WRONG, two_of_a_part),
    Check("assistant", _("只有协管员"), Weight.WRONG, assistants_first),
    Check("left", _("责任人已离岗"), Weight.WRONG, left_posts),
    Check("other_squad", _("责任人不在责任中队"), Weight.WRONG, other_squads),
    Check("no_leader", _("中队没有中队长"), Weight.WRONG, squads_without_leader),
    Check("shop", _("商户没有路段"), Weight.WRONG, shops_without_segment),
    Check("site", _("点位没有检查标准"), Weight.WRONG, sites_without_checklist),
    Check("task", _("任务没有明确责任"), Weight.WRONG, tasks_without_leader),
    Check("grid", _("网格没有中队"), Weight.WRONG, grids_without_squad),
    Check("nothing", _("责任指向不存在的地方"), Weight.WRONG, duties_of_nothing),
    Check("unconfirmed", _("责任待确认"), Weight.ASK, unconfirmed),
    Check("person", _("没有岗位的人员"), Weight.ASK, people_without_post),
    Check("task_unconfirmed", _("任务牵头待确认"), Weight.ASK, tasks_unconfirmed),
    Check("divided", _("两侧分属两个中队"), Weight.ASK, divided_roads),
    Check("undrawn", _("路段还没画到图上"), Weight.ASK, undrawn_segments),
)


@dataclass(frozen=True)
class Finding:
    """Something that was found: the check, the code of the thing, what people call it, and what is wrong with it."""

    check: str
    weight: Weight
    thing: str
    name: str
    words: str


@dataclass(frozen=True)
class Audit:
    """What was found on a day, and which share of the street length has a squad and one first person in each shift."""

    on: dt.date
    findings: tuple[Finding, ...]
    segments: int
    length_m: Decimal
    covered_m: Decimal
    dead: frozenset[str]

    @property
    def covered_share(self) -> float | None:
        """0..1; none without streets."""
        return float(self.covered_m / self.length_m) if self.length_m else None

    @property
    def counts(self) -> Counter[str]:
        return Counter(one.check for one in self.findings)

    def of_weight(self, weight: Weight) -> int:
        return sum(one.weight == weight for one in self.findings)

    @property
    def wrong(self) -> int:
        return self.of_weight(Weight.WRONG)

    @property
    def to_confirm(self) -> int:
        return self.of_weight(Weight.ASK)


DEAD = ("gap", "overlap", "assistant", "left", "twice")
"""Findings that make a street a dead corner: nobody, or nobody in particular, answers first."""


def audit_duties(day: dt.date) -> Audit:
    """Look over streets, shifts, people, shops, sites, tasks and grids as they stand on a day; in a dozen queries."""
    ground = Ground.on(day)
    findings = tuple(_findings(ground))
    squadless = {f"segment:{code}" for code in ground.segments if not ground.squads_of(code)}
    dead = {one.thing for one in findings if one.check in DEAD and one.thing.startswith("segment:")} | squadless
    lengths = {f"segment:{code}": segment.length_m for code, segment in ground.segments.items()}
    whole = sum(lengths.values(), Decimal(0))
    return Audit(
        on=day,
        findings=findings,
        segments=len(lengths),
        length_m=whole,
        covered_m=whole - sum((lengths[thing] for thing in dead), Decimal(0)),
        dead=frozenset(thing.partition(":")[2] for thing in dead),
    )


def _findings(ground: Ground) -> Iterator[Finding]:
    for check in CHECKS:
        for thing, name, words in check.find(ground):
            yield Finding(check.code, check.weight, thing, name, words)
