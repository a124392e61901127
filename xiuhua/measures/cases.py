"""What cases add up to, from their lines alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
from ibis import _

from xiuhua.measures.lines import Scope, bound, run, standing

ENDED = ("closed", "refused")


@dataclass(frozen=True)
class CaseTotals:
    """What happened to cases in a scope: how many were reported, filed, handled, closed, and closed late."""

    reported: int = 0
    filed: int = 0
    handled: int = 0
    reworked: int = 0
    closed: int = 0
    closed_late: int = 0
    refused: int = 0

    @property
    def on_time_rate(self) -> float | None:
        """Share of closed cases that were handled within their limit, 0..1; none without closed cases."""
        return (self.closed - self.closed_late) / self.closed if self.closed else None

    @property
    def rework_rate(self) -> float | None:
        """Reworks ordered per handling, 0..1; none without handlings."""
        return self.reworked / self.handled if self.handled else None


KINDS = {
    "case.reported": "reported",
    "case.filed": "filed",
    "case.handled": "handled",
    "case.rework_ordered": "reworked",
    "case.closed": "closed",
    "case.refused": "refused",
}


def case_totals(scope: Scope) -> CaseTotals:
    """Totals of a scope."""
    return totals_by(scope).get((), CaseTotals())


def totals_by(scope: Scope, by: Iterable[str] = ()) -> dict[tuple[Any, ...], CaseTotals]:
    """Totals grouped by columns such as `day`, `for_unit`, `source` or `segment`."""
    columns = list(by)
    lines = standing(scope).filter(_.kind.isin([*KINDS, "case.adopted"]))
    # Facts are canonical JSON, so a flag is found by its text on every engine.
    late = (_.facts.contains('"late":true')).cast("int64")
    adopted = ((_.kind == "case.adopted") & _.facts.contains('"state":"closed"')).cast("int64")
    rows = run(lines.group_by([*columns, "kind"]).aggregate(n=_.count(), late=late.sum(), adopted=adopted.sum()))
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in rows:
        totals = found.setdefault(tuple(row[column] for column in columns), {})
        if row["kind"] == "case.adopted":
            totals["closed"] = totals.get("closed", 0) + int(row["adopted"] or 0)
            continue
        name = KINDS[row["kind"]]
        totals[name] = totals.get(name, 0) + row["n"]
        if name == "closed":
            totals["closed_late"] = int(row["late"] or 0)
    return {group: CaseTotals(**totals) for group, totals in found.items()}


def last_lines(day: dt.date, *, prefix: str, bound_to: int | None = None) -> ir.Table:
    """The last state line of each thing up to the end of a day, by (happened_at, id)."""
    lines = bound(bound_to).filter(_.kind.startswith(prefix), _.day <= ibis.literal(day), _.facts.contains('"state":'))
    ranked = lines.mutate(
        rank=ibis.row_number().over(ibis.window(group_by="about", order_by=[ibis.desc("happened_at"), ibis.desc("id")]))
    )
    return ranked.filter(_.rank == 0).drop("rank")


def open_cases(day: dt.date, *, bound_to: int | None = None, unit: str = "") -> int:
    """How many cases were open at the end of a day."""
    last = last_lines(day, prefix="case.", bound_to=bound_to)
    if unit:
        last = last.filter(_.for_unit.startswith(unit))
    for state in ENDED:
        last = last.filter(~_.facts.contains(f'"state":"{state}"'))
    return int(run(last.aggregate(n=_.count()))[0]["n"])
