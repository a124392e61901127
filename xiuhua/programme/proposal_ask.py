"""What is asked of a proposal of balanced areas: for which squads, level in what, with what staying where it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db.models import Q

from xiuhua.city.models import Duty, Segment, Unit
from xiuhua.kit.refusals import Refused

NEW = "+"
"""A squad that is yet to be set up is called `+1`, `+2` …"""


@dataclass(frozen=True)
class Ask:
    """What the search is told.

    squads     codes of units, or `+1` … for squads that are yet to be set up; 1..200
    tolerance  greatest deviation of a load from the mean, 0.01..0.5
    length, cases, shops   how much each counts in a load, per cent, together 100: metres of street, reports of the last
               `days` days, shops with their front there
    stations   the segment at each squad's station, by the squad's code
    keep       segments that stay with the squad that has them today
    seconds    longest search, 5..600; our choice 60
    """

    squads: tuple[str, ...]
    tolerance: float = 0.05
    length: int = 60
    cases: int = 30
    shops: int = 10
    days: int = 365
    stations: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    seconds: int = 60
    seed: int = 1

    def told(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self) | {"squads": list(self.squads), "keep": list(self.keep), "stations": dict(self.stations)}

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Ask:
        return cls(**{**told, "squads": tuple(told["squads"]), "keep": tuple(told["keep"])})


def check_ask(ask: Ask, day: dt.date) -> None:
    """Refuse what cannot be searched for, at the field where it was typed."""
    if not 1 <= len(ask.squads) <= 200 or len(set(ask.squads)) < len(ask.squads):
        raise Refused("proposal.squads", "请选择 1 到 200 个中队，每个只选一次。", field="squads")
    real = {code for code in ask.squads if not code.startswith(NEW)}
    known = set(Unit.objects.squads().filter(code__in=real, closed_on=None).values_list("code", flat=True))
    if real - known:
        raise Refused("proposal.squads", "没有这些中队，或者已经撤销：{listed}。", field="squads", listed="、".join(sorted(real - known)))  # fmt: skip
    if not 0.01 <= ask.tolerance <= 0.5:
        raise Refused("proposal.tolerance", "允许偏差要在 1% 到 50% 之间。", field="tolerance")
    if min(ask.length, ask.cases, ask.shops) < 0 or ask.length + ask.cases + ask.shops != 100:
        raise Refused("proposal.weights", "长度、案件、商户三项比重合计要是 100%，现在是 {sum}%。", field="length", sum=ask.length + ask.cases + ask.shops)  # fmt: skip
    if not 5 <= ask.seconds <= 600:
        raise Refused("proposal.seconds", "计算时间要在 5 到 600 秒之间。", field="seconds")
    if not 1 <= ask.days <= 3660:
        raise Refused("proposal.days", "案件统计天数要在 1 到 3660 天之间。", field="days")
    drawn = drawn_segments()
    if not drawn:
        raise Refused("proposal.no_streets", "还没有画到图上的路段，先导入路网或画出路段，再划片。", field="squads")
    for squad, code in ask.stations.items():
        if squad not in ask.squads or code not in drawn:
            raise Refused("proposal.station", "驻地路段 {segment} 不在图上，请重新选择。", field=f"station-{squad}", segment=code)  # fmt: skip
    if len(set(ask.stations.values())) < len(ask.stations):
        raise Refused("proposal.station", "两个中队的驻地不能在同一路段，请给其中一个选相邻的路段。", field="squads")
    _check_keep(ask, drawn, day)


def _check_keep(ask: Ask, drawn: set[str], day: dt.date) -> None:
    today = squads_today(day, ask.squads)
    for code in ask.keep:
        if code not in drawn:
            raise Refused("proposal.keep", "要保留的路段 {segment} 不在图上。", field="keep", segment=code)
        if today.get(code, "") not in ask.squads:
            raise Refused(
                "proposal.keep", "路段 {segment} 今天没有由所选中队负责，无法保留。", field="keep", segment=code
            )
    for squad, code in ask.stations.items():
        if code in ask.keep and today[code] != squad:
            raise Refused("proposal.station", "驻地路段 {segment} 同时要保留给别的中队，请去掉一项。", field="keep", segment=code)  # fmt: skip


def drawn_segments() -> set[str]:
    """Codes of the segments that have a line on the map."""
    return set(Segment.objects.in_use().exclude(line=[]).values_list("code", flat=True))


def squads_today(day: dt.date, squads: Sequence[str]) -> dict[str, str]:
    """The squad that answers for each segment on a day: one of `squads` where the duty is its own or its team's, else
    the code of whichever unit has it."""
    paths = {unit.path: unit.code for unit in Unit.objects.filter(code__in=squads)}
    duties = Duty.objects.in_force(day).filter(part=Duty.Part.SQUAD, thing__startswith="segment:", unit__isnull=False)
    found: dict[str, str] = {}
    for thing, path, code in duties.order_by("primary", "-id").values_list("thing", "unit__path", "unit__code"):
        above = next((paths[p] for p in paths if path.startswith(p)), code)
        found[thing.removeprefix("segment:")] = above
    return found


def segments_named(text: str) -> tuple[str, ...]:
    """Segment codes from what people type: a code or the name of a road on each line. Unknown ones are refused."""
    found: dict[str, None] = {}
    for told in dict.fromkeys(one.strip() for one in text.replace("、", "\n").replace("，", "\n").splitlines()):
        if not told:
            continue
        codes = (
            Segment.objects.in_use().filter(Q(code=told) | Q(road=told)).order_by("code").values_list("code", flat=True)
        )
        if not codes:
            raise Refused("proposal.keep", "没有叫“{told}”的道路或路段，请检查。", field="keep", told=told)
        found |= dict.fromkeys(codes)
    return tuple(found)
