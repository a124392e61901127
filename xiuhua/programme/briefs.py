"""A brief: what happened in a period, counted from ledger lines alone.

All committed lines are bound first, and the number and head of the last one are printed: the same period, bound up to
the same number, gives the same brief to the digit, years later. Names of units are put in when it is printed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from xiuhua.cases.models import Source
from xiuhua.city.queries import bureau, bureau_name, unit_names
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import day_starts
from xiuhua.ledger.binder import Head, bind
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import Link
from xiuhua.measures.campaigns import CampaignState, campaign_states, campaign_work
from xiuhua.measures.cases import CaseTotals, Standing, case_totals, standing_cases, totals_by
from xiuhua.measures.errata import Erratum, errata
from xiuhua.measures.figures import FIGURES, Counted, Figure, count_figures, quantities
from xiuhua.measures.lines import Scope
from xiuhua.programme.periods import Period

SMALL_SAMPLE = 20
"""Below this many, a share is told as counts (our choice; nineteen cases say nothing as a percentage)."""
Work = tuple[tuple[Figure, Decimal], ...]


@dataclass(frozen=True)
class UnitRow:
    """What a unit did in the period, and what it still had before it at the end."""

    path: str
    name: str
    totals: CaseTotals
    standing: Standing
    work: Work


@dataclass(frozen=True)
class CampaignRow:
    """How far a campaign was at the end of the period, and what was done for it within."""

    state: CampaignState
    work: Work


@dataclass(frozen=True)
class CountedBrief:
    """A brief as counted: of which period and unit, bound up to where, and what it says.

    `as_of` is the moment at which open cases are called overdue: when it was counted, or the end of a period that
    was over by then. `mark` stands across its papers when it is not for use.
    """

    bureau: str
    period: Period
    unit: str
    unit_name: str
    as_of: dt.datetime
    figures: tuple[Counted, ...]
    totals: CaseTotals
    standing: Standing
    sources: Mapping[str, int]
    units: tuple[UnitRow, ...]
    campaigns: tuple[CampaignRow, ...]
    errata: tuple[Erratum, ...]
    bound_to: int
    head: str
    mark: str = ""

    @property
    def scope(self) -> Scope:
        return Scope(self.period.from_day, self.period.to_day, self.bound_to, self.unit)

    @property
    def title(self) -> str:
        gap = " " if (get_language() or "").startswith("en") else ""
        return f"{self.unit_name or self.bureau}{gap}{self.period.title}"

    def figure(self, code: str) -> Counted:
        return next(one for one in self.figures if one.figure.code == code)

    def told(self) -> dict[str, Any]:
        """The brief for machines, as `xiuhua brief --format json` prints it and as it is kept when published."""
        return {
            "period": {"from": self.period.from_day.isoformat(), "to": self.period.to_day.isoformat()},
            "figures": [_figure_told(one) for one in self.figures],
            "cases": _cases_told(self),
            "campaigns": [_campaign_told(one) for one in self.campaigns],
            "errata": [_erratum_told(one) for one in self.errata],
            "bound_to": self.bound_to,
            "head": self.head,
        }


def assemble(period: Period, *, at: dt.datetime, unit: str = "", bound_to: int | None = None) -> CountedBrief:
    """Count a brief as it stands at a moment; with `bound_to`, as it stood when the chain had that many links."""
    last = bind() if bound_to is None else _head_at(bound_to)
    scope = Scope(period.from_day, period.to_day, last.seq, unit)
    as_of = min(at, _end_of(period.to_day))
    names = unit_names()
    if unit and unit not in names:
        raise Refused("brief.unit", "没有“{unit}”这个单位。", field="unit", unit=unit)
    standing = standing_cases(period.to_day, at=as_of, bound_to=last.seq, unit=unit)
    work = campaign_work(scope)
    return CountedBrief(
        bureau=bureau_name(),
        period=period,
        unit=unit,
        unit_name=names.get(unit, "") if unit else "",
        as_of=as_of,
        figures=tuple(count_figures(scope)),
        totals=case_totals(scope),
        standing=Standing(sum(one.open for one in standing.values()), sum(one.overdue for one in standing.values())),
        sources={source: one.reported for (source,), one in totals_by(scope, ("source",)).items() if one.reported},
        units=_unit_rows(scope, standing, names),
        campaigns=tuple(
            CampaignRow(state, tuple(work.get(state.code, ())))
            for state in campaign_states(period.to_day, bound_to=last.seq)
        ),
        errata=tuple(errata(scope)),
        bound_to=last.seq,
        head=last.hash,
        mark=_mark(),
    )


def _mark() -> str:
    """What a paper of this database must bear across it: it is for practice, or of the demonstration city."""
    if settings.XIUHUA_PRACTICE:
        return "练习"
    found = bureau()
    return "演示数据" if found and found.demonstration else ""


def _head_at(seq: int) -> Head:
    link = Link.objects.filter(seq=seq).first()
    if link is None:
        raise Refused("brief.bound_to", "台账还没有第 {seq} 条，请填简报上印的装订号。", field="bound_to", seq=seq)
    return Head(link.seq, link.hash)


def _end_of(day: dt.date) -> dt.datetime:
    return day_starts(day + dt.timedelta(days=1))


def _unit_rows(scope: Scope, standing: Mapping[str, Standing], names: Mapping[str, str]) -> tuple[UnitRow, ...]:
    """One row for each unit just below the one asked for; teams are told with their squad."""
    root = scope.unit or next((path for path in names if path.count("/") == 1), "")
    totals: dict[str, CaseTotals] = {}
    left: dict[str, Standing] = {}
    work: dict[str, dict[str, Decimal]] = {}
    for (path,), one in totals_by(scope, ("for_unit",)).items():
        own = _told_with(path, root)
        totals[own] = totals.get(own, CaseTotals()) + one
    for path, still in standing.items():
        own = _told_with(path, root)
        left[own] = left.get(own, Standing()) + still
    for row in quantities(scope, by=("for_unit",)):
        done = work.setdefault(_told_with(row["for_unit"], root), {})
        done[row["item"]] = done.get(row["item"], Decimal(0)) + row["quantity"]
    return tuple(
        UnitRow(
            path,
            names.get(path, path),
            totals.get(path, CaseTotals()),
            left.get(path, Standing()),
            _work(work.get(path, {})),
        )
        for path in sorted(totals.keys() | left.keys() | work.keys())
    )


def _told_with(path: str, root: str) -> str:
    """The unit just below `root` that a path belongs to; `root` itself, and what is not below it, stand alone."""
    below = path.removeprefix(root)
    return f"{root}{below.split('/', 1)[0]}/" if path.startswith(root) and below else path


def _work(items: Mapping[str, Decimal]) -> Work:
    sums = ((figure, sum((items.get(item, Decimal(0)) for item in figure.items), Decimal(0))) for figure in FIGURES)
    return tuple((figure, quantity) for figure, quantity in sums if quantity)


# ---------------------------------------------------------------- for machines


def number(quantity: Decimal) -> int | float:
    """A quantity as JSON has it: whole where it is whole."""
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


def _figure_told(one: Counted) -> dict[str, Any]:
    told: dict[str, Any] = {
        "label": one.figure.label,
        "item": ",".join(one.figure.items),
        "quantity": number(one.quantity),
        "unit": one.figure.unit,
        "lines": one.lines,
        "backfilled": number(one.backfilled),
        "public": one.public,
    }
    if len(one.figure.items) > 1:
        told["parts"] = [
            {"label": ITEMS[item].label, "item": item, "quantity": number(one.parts.get(item, Decimal(0)))}
            for item in one.figure.items
        ]
    if one.marked:
        told["of_them"] = [{"label": label, "quantity": number(part)} for label, part in one.marked.items()]
    return told


def _cases_told(brief: CountedBrief) -> dict[str, Any]:
    return {
        **_totals_told(brief.totals),
        "open": brief.standing.open,
        "overdue": brief.standing.overdue,
        "as_of": timezone.localtime(brief.as_of).isoformat(),
        "sources": [
            {"source": source, "label": source_label(source), "reported": n} for source, n in sorted_sources(brief)
        ],
        "units": [
            {
                "unit": row.path,
                "name": row.name,
                **_totals_told(row.totals),
                "open": row.standing.open,
                "overdue": row.standing.overdue,
            }
            for row in brief.units
        ],
    }


def _totals_told(totals: CaseTotals) -> dict[str, Any]:
    """Totals with the share closed on time; the share only where there are enough cases for one."""
    return {
        "reported": totals.reported,
        "filed": totals.filed,
        "handled": totals.handled,
        "reworked": totals.reworked,
        "closed": totals.closed,
        "closed_on_time": totals.on_time,
        "closed_late": totals.closed_late,
        "closed_elsewhere": totals.closed_elsewhere,
        "refused": totals.refused,
        "on_time_rate": totals.on_time_rate if totals.judged >= SMALL_SAMPLE else None,
    }


def _campaign_told(row: CampaignRow) -> dict[str, Any]:
    return {
        "code": row.state.code,
        "name": row.state.name,
        "stage": row.state.stage,
        "stage_label": row.state.stage_label,
        "since": row.state.since,
        "figures": [
            {"label": figure.label, "quantity": number(quantity), "unit": figure.unit} for figure, quantity in row.work
        ],
    }


def _erratum_told(one: Erratum) -> dict[str, Any]:
    return {
        "period": {"from": one.published.from_day.isoformat(), "to": one.published.to_day.isoformat()},
        "told_up_to": one.published.bound_to,
        "label": one.label,
        "unit": one.unit,
        "was": number(one.was),
        "now": number(one.now),
        "difference": number(one.difference),
        "voided": number(one.voided),
        "late": number(one.late),
    }


def source_label(source: str) -> str:
    """Who found it, in words."""
    return str(dict(Source.choices).get(source, source))


def sorted_sources(brief: CountedBrief) -> list[tuple[str, int]]:
    """Sources of the period's reports, the largest first."""
    return sorted(brief.sources.items(), key=lambda one: (-one[1], one[0]))
