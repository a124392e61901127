"""What a proposal changes against today's duties: loads before and after, and which street goes from whom to whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from xiuhua.city.models import Segment, Unit
from xiuhua.programme.models import DistrictProposal
from xiuhua.programme.proposal_ask import Ask, squads_today
from xiuhua.programme.proposals import squad_names


@dataclass
class Load:
    """What a squad has: segments, metres, reports, shops, and its share of the whole load, 0..1."""

    segments: int = 0
    length_m: float = 0.0
    cases: int = 0
    shops: int = 0
    share: float = 0.0


@dataclass
class SquadRow:
    """A squad of the proposal before and after; `off` is the deviation of its load after from the mean."""

    code: str
    name: str
    before: Load = field(default_factory=Load)
    after: Load = field(default_factory=Load)
    gains: int = 0
    loses: int = 0
    off: float = 0.0
    off_before: float = 0.0


@dataclass(frozen=True)
class Change:
    """A segment that goes to another squad; `from_name` is empty when nobody has it today."""

    segment: Segment
    from_code: str
    from_name: str
    to_code: str
    to_name: str


@dataclass(frozen=True)
class Compared:
    """Rows in the order of the proposal, changes street by street, and what was with others or with nobody."""

    squads: list[SquadRow]
    changes: list[Change]
    unchanged: int
    elsewhere: int
    changed_m: float
    deviation_before: float
    mean_share: float


def compare(proposal: DistrictProposal, day: dt.date) -> Compared:
    """The proposal beside the duties of a day. Segments registered since it was made are not in it."""
    ask = Ask.of(proposal.asked)
    names = squad_names(ask.squads)
    other = dict(Unit.objects.values_list("code", "name"))
    today = squads_today(day, ask.squads)
    rows = {code: SquadRow(code, names[code]) for code in ask.squads}
    segments = {
        one.code: one
        for one in Segment.objects.in_use().defer("line").order_by("road", "code")
        if one.code in proposal.assignment
    }
    share = _shares(ask, proposal, segments.values())
    changes, elsewhere = [], 0
    for code, one in segments.items():
        goal, cases, shops = proposal.assignment[code]
        had = today.get(code, "")
        _add(rows[goal].after, one, cases, shops, share[code])
        if had in rows:
            _add(rows[had].before, one, cases, shops, share[code])
        else:
            elsewhere += 1
        if had != goal:
            rows[goal].gains += 1
            if had in rows:
                rows[had].loses += 1
            changes.append(Change(one, had, other.get(had, ""), goal, names[goal]))
    mean = 1 / len(rows)
    for row in rows.values():
        row.off, row.off_before = row.after.share / mean - 1, row.before.share / mean - 1
    return Compared(
        squads=list(rows.values()),
        changes=changes,
        unchanged=len(segments) - len(changes),
        elsewhere=elsewhere,
        changed_m=sum(float(one.segment.length_m) for one in changes),
        deviation_before=max(abs(row.off_before) for row in rows.values()),
        mean_share=mean,
    )


def _shares(ask: Ask, proposal: DistrictProposal, segments: Iterable[Segment]) -> dict[str, float]:
    """The load of each segment as it was weighed when the proposal was made."""
    figures = proposal.figures
    parts = {
        "length": ask.length / figures["length_m"] if figures["length_m"] else 0.0,
        "cases": ask.cases / figures["cases"] if figures["cases"] else 0.0,
        "shops": ask.shops / figures["shops"] if figures["shops"] else 0.0,
    }
    found = {}
    for one in segments:
        _goal, cases, shops = proposal.assignment[one.code]
        found[one.code] = parts["length"] * float(one.length_m) + parts["cases"] * cases + parts["shops"] * shops
    whole = sum(found.values())
    return {code: value / whole for code, value in found.items()} if whole else dict.fromkeys(found, 0.0)


def _add(load: Load, one: Segment, cases: int, shops: int, share: float) -> None:
    load.segments += 1
    load.length_m += float(one.length_m)
    load.cases += cases
    load.shops += shops
    load.share += share
