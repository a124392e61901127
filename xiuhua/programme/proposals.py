"""From the register to a proposal of balanced areas: loads, the search, its independent check, its answer.

It runs beside the server or on the command line, never in a request. A load is the share of the city's street length,
of its reports and of its shops that lies on a segment, weighted as asked; reports and shops are counted on the ledger's
lines. What is not drawn on the map cannot be laid out and is left as it is.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid5

from django.db.models import Q
from django.utils.translation import gettext as _

from xiuhua.city.models import Segment, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By, bureau_day
from xiuhua.measures.coverage import letter_coverage
from xiuhua.measures.hotspots import hot_segments
from xiuhua.programme.models import DistrictProposal
from xiuhua.programme.proposal_ask import NEW, Ask, squads_today
from xiuhua.programme.proposing import fail_proposal, finish_proposal
from xiuhua.routes.checked import check_districts
from xiuhua.routes.districts import DistrictParams, Districts, NoDistricts, Step, Streets, design_districts
from xiuhua.routes.network import flat, network_of

Status = DistrictProposal.Status
LOST = dt.timedelta(seconds=90)
"""A search that has not been heard of for so long may be taken over: its process is gone."""


@dataclass(frozen=True)
class Ground:
    """The drawn segments in the order of the network, with reports and shops, and today's squad."""

    codes: tuple[str, ...]
    lines: tuple[tuple[tuple[float, float], ...], ...]
    length_m: tuple[float, ...]
    cases: tuple[int, ...]
    shops: tuple[int, ...]
    today: Mapping[str, str]

    def loads(self, ask: Ask) -> list[float]:
        """The load of each segment; they add up to 1. What the city has none of does not count."""
        parts: list[tuple[int, Sequence[float]]]
        parts = [(ask.length, self.length_m), (ask.cases, self.cases), (ask.shops, self.shops)]
        sums = [(weight, float(sum(row)), row) for weight, row in parts]
        counted = [(weight / total, row) for weight, total, row in sums if weight and total]
        found = [sum(weight * row[i] for weight, row in counted) for i in range(len(self.codes))]
        whole = sum(found)
        return [one / whole for one in found] if whole else [1 / len(found)] * len(found)


def ground_of(ask: Ask, day: dt.date) -> Ground:
    """What the register and the ledger say on a day."""
    rows = list(Segment.objects.in_use().exclude(line=[]).order_by("code").values_list("code", "line", "length_m"))
    reported = {one.segment: one.reported for one in hot_segments(day, days=ask.days)} if ask.cases else {}
    shops = {code: one.shops for code, one in letter_coverage(day).items()} if ask.shops else {}
    return Ground(
        codes=tuple(code for code, _line, _length in rows),
        lines=tuple(tuple((x, y) for x, y in line) for _code, line, _length in rows),
        length_m=tuple(float(length) for _code, _line, length in rows),
        cases=tuple(reported.get(code, 0) for code, _line, _length in rows),
        shops=tuple(shops.get(code, 0) for code, _line, _length in rows),
        today=squads_today(day, ask.squads),
    )


def search(code: str, *, now: Callable[[], dt.datetime], told: Callable[[Step], object] = lambda step: None) -> None:
    """Search for the areas of a proposal and write the answer. Nothing when somebody else took it or it was called off."""
    if not _taken(code, now()):
        return
    proposal = DistrictProposal.objects.get(code=code)
    ask = Ask.of(proposal.asked)
    by = By(code=proposal.by, post=proposal.post, unit=proposal.unit)
    pulse = _Pulse(code, now, told)
    try:
        ground = ground_of(ask, bureau_day(proposal.asked_at))
        assignment, figures = _answered(ask, ground, pulse)
    except Refused as refused:
        end_search(code, now(), refused)
        return
    except Exception:
        end_search(code, now(), Refused("proposal.fault", "计算出错，没有结果，请系统管理员查看服务日志。"))
        raise
    if pulse.called_off():
        return
    act = Act(by=by, at=now(), key=uuid5(proposal.key, "made"))
    finish_proposal(act, code=code, assignment=assignment, figures=figures)


def end_search(code: str, at: dt.datetime, refused: Refused) -> None:
    """The search ends without an answer; nothing when it is over already."""
    found = DistrictProposal.objects.filter(code=code, status__in=(Status.WAITING, Status.RUNNING)).first()
    if found is not None:
        by = By(code=found.by, post=found.post, unit=found.unit)
        fail_proposal(Act(by=by, at=at, key=uuid5(found.key, "failed")), code=code, wrong=refused.message)


def _taken(code: str, at: dt.datetime) -> bool:
    """Whether this process has the search now: only one gets it."""
    lost = Q(status=Status.RUNNING) & (Q(seen_at=None) | Q(seen_at__lt=at - LOST))
    free = DistrictProposal.objects.filter(Q(status=Status.WAITING) | lost, code=code)
    return bool(free.update(status=Status.RUNNING, seen_at=at, progress={}))


class _Pulse:
    """What the search tells while it runs, and what it hears: once a second at most."""

    def __init__(self, code: str, now: Callable[[], dt.datetime], told: Callable[[Step], object]) -> None:
        self.code, self.now, self.told = code, now, told
        self.asked_at = time.monotonic()
        self.going = True

    def step(self, step: Step) -> None:
        progress = {
            "round": step.round, "deviation": round(step.deviation, 4), "way_m": round(step.way_m, 1),
            "seconds": round(step.seconds, 1),
        }  # fmt: skip
        DistrictProposal.objects.filter(code=self.code).update(progress=progress, seen_at=self.now())
        self.told(step)

    def goes_on(self) -> bool:
        if time.monotonic() - self.asked_at > 1:
            self.asked_at = time.monotonic()
            self.going = not self.called_off()
            DistrictProposal.objects.filter(code=self.code).update(seen_at=self.now())
        return self.going

    def called_off(self) -> bool:
        return not DistrictProposal.objects.filter(code=self.code, status=Status.RUNNING).exists()


def _answered(ask: Ask, ground: Ground, pulse: _Pulse) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """The search and its check: the assignment and the figures as they are stored."""
    number = {code: i for i, code in enumerate(ground.codes)}
    if not number:
        raise Refused("proposal.no_streets", "还没有画到图上的路段，先导入路网或画出路段，再划片。")
    index = {squad: s for s, squad in enumerate(ask.squads)}
    stations = {index[squad]: number[code] for squad, code in ask.stations.items()}
    keep = {number[code]: index[ground.today[code]] for code in ask.keep}
    weight = ground.loads(ask)
    params = DistrictParams(squads=len(ask.squads), tolerance=ask.tolerance, seed=ask.seed, seconds=ask.seconds)
    streets = Streets(network_of(flat(ground.lines)), weight, stations, keep)
    try:
        found = design_districts(streets, params, told=pulse.step, goes_on=pulse.goes_on)
    except NoDistricts as none:
        raise _refused(none, ask) from none
    checked = check_districts(
        ground.lines, weight, found.squad, squads=len(ask.squads), tolerance=ask.tolerance, degrees=True,
        stations=stations, keep=keep,
    )  # fmt: skip
    names = named_alike(found.squad, weight, ground, ask, set(stations) | set(keep.values()))
    assignment = {
        code: [names[found.squad[i]], ground.cases[i], ground.shops[i]] for code, i in number.items()
    }  # fmt: skip
    figures = _figures(found, ground) | {
        "deviation": round(float(checked.deviation), 6), "within": checked.within, "contiguous": checked.contiguous,
        "holds": checked.holds, "pieces": sum(checked.pieces), "parts": streets.network.parts,
    }  # fmt: skip
    return assignment, figures


def _figures(found: Districts, ground: Ground) -> dict[str, Any]:
    places = Segment.objects.in_use().filter(line=[]).count()
    return {
        "bound": round(found.bound.least, 6), "bound_why": found.bound.why, "way_m": round(found.way_m),
        "least_way_m": round(found.least_way_m), "junctions": found.junctions, "start": found.start,
        "rounds": found.rounds, "seconds": round(found.seconds, 1), "undrawn": places, "cases": sum(ground.cases),
        "shops": sum(ground.shops), "length_m": round(sum(ground.length_m)),
    }  # fmt: skip


def _refused(none: NoDistricts, ask: Ask) -> Refused:
    name = squad_names(ask.squads)[ask.squads[none.squad]]
    if none.why == "nothing_left":
        return Refused("proposal.nothing_left", "要保留的路段太多，{squad}没有路段可分，请减少保留的路段。", squad=name)
    return Refused(
        "proposal.apart",
        "{squad}要保留的路段（含驻地）被别的中队保留的路段隔开，连不成一片，请减少保留的路段。",
        squad=name,
    )


def squad_names(squads: Sequence[str]) -> dict[str, str]:
    """Names of the squads of a proposal by code; new ones are numbered."""
    known = dict(Unit.objects.filter(code__in=squads).values_list("code", "name"))
    return {one: known.get(one) or _("新中队 %(n)s") % {"n": one.removeprefix(NEW)} for one in squads}


def named_alike(
    squad: Sequence[int], weight: Sequence[float], ground: Ground, ask: Ask, fixed: set[int]
) -> dict[int, str]:
    """Which squad gets which area, so that little changes: the greatest overlaps with today first, then swaps.

    Areas with a station or kept segments are their squad's already.
    """
    common: dict[tuple[int, str], float] = {}
    for i, code in enumerate(ground.codes):
        key = (squad[i], ground.today.get(code, ""))
        common[key] = common.get(key, 0.0) + weight[i]
    names = {s: ask.squads[s] for s in fixed}
    free = [s for s in range(len(ask.squads)) if s not in names]
    left = [one for one in ask.squads if one not in names.values()]
    for (s, one), _w in sorted(common.items(), key=lambda row: (-row[1], row[0])):
        if s in free and one in left:
            names[s] = one
            free.remove(s)
            left.remove(one)
    names |= dict(zip(free, left, strict=True))
    movable = sorted(set(range(len(ask.squads))) - fixed)
    better = True
    while better:
        better = False
        for n, a in enumerate(movable):
            for b in movable[n + 1 :]:
                now = common.get((a, names[a]), 0) + common.get((b, names[b]), 0)
                if common.get((a, names[b]), 0) + common.get((b, names[a]), 0) > now + 1e-12:
                    names[a], names[b], better = names[b], names[a], True
    return names
