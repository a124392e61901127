"""What cases add up to, from their lines alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

import ibis
from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.ledger.dictionary import KINDS as DICTIONARY
from xiuhua.measures.lines import Scope, bound, prepared, standing, under, value

ENDED = ("closed", "refused")
ON_THE_CLOCK = ("filed", "dispatched")
"""States in which the limit runs: once handled, a case is no longer late by waiting for its check."""


@dataclass(frozen=True)
class CaseTotals:
    """What happened to cases in a scope: how many were reported, filed, handled, closed, and closed late."""

    reported: int = 0
    filed: int = 0
    handled: int = 0
    reworked: int = 0
    closed: int = 0
    closed_late: int = 0
    closed_elsewhere: int = 0
    refused: int = 0

    def __add__(self, other: CaseTotals) -> CaseTotals:
        return CaseTotals(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def judged(self) -> int:
        """Closed cases whose limit was ours to keep: not those that another system had closed already."""
        return self.closed - self.closed_elsewhere

    @property
    def on_time(self) -> int:
        return self.judged - self.closed_late

    @property
    def on_time_rate(self) -> float | None:
        """Share of closed cases that were handled within their limit, 0..1; none where there are none to judge."""
        return self.on_time / self.judged if self.judged else None

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
    columns = tuple(by)
    rows = prepared(_counts, scope, columns)
    found: dict[tuple[Any, ...], dict[str, int]] = {}
    for row in rows:
        totals = found.setdefault(tuple(row[column] for column in columns), {})
        if row["kind"] == "case.adopted":
            totals["closed_elsewhere"] = int(row["adopted"] or 0)
            totals["closed"] = totals.get("closed", 0) + totals["closed_elsewhere"]
            continue
        name = KINDS[row["kind"]]
        totals[name] = totals.get(name, 0) + row["n"]
        if name == "closed":
            totals["closed_late"] = int(row["late"] or 0)
    return {group: CaseTotals(**totals) for group, totals in found.items()}


def _counts(scope: Scope, columns: tuple[str, ...]) -> Table:
    lines = standing(scope).filter(_.kind.isin([*KINDS, "case.adopted"]))
    lines = lines.filter(~((_.kind == "case.filed") & _.facts.contains('"again":true')))
    # Facts are canonical JSON, so a flag is found by its text on every engine.
    late = ibis.cases((_.facts.contains('"late":true'), 1), else_=0)
    adopted = ibis.cases(((_.kind == "case.adopted") & _.facts.contains('"state":"closed"'), 1), else_=0)
    return lines.group_by([*columns, "kind"]).aggregate(n=_.count(), late=late.sum(), adopted=adopted.sum())


def last_lines(day: dt.date, *, prefix: str, bound_to: int | None = None) -> Table:
    """The last state line of each thing up to the end of a day, by (happened_at, id)."""
    kinds = sorted(name for name, kind in DICTIONARY.items() if kind.moves and name.startswith(prefix))
    return _last(bound(bound_to).filter(_.kind.isin(kinds), _.day <= value(day)))


def _last(lines: Table) -> Table:
    newest = ibis.window(group_by="about", order_by=[ibis.desc("happened_at"), ibis.desc("id")])
    return lines.mutate(rank=ibis.row_number().over(newest)).filter(_.rank == 0).drop("rank")


def open_lines(day: dt.date, *, bound_to: int | None = None, unit: str = "") -> Table:
    """The last state line of each case that was open at the end of a day."""
    last = last_lines(day, prefix="case.", bound_to=bound_to)
    if not isinstance(unit, str) or unit:
        last = last.filter(under(unit))
    for state in ENDED:
        last = last.filter(~_.facts.contains(f'"state":"{state}"'))
    return last


def open_cases(day: dt.date, *, bound_to: int | None = None, unit: str = "") -> int:
    """How many cases were open at the end of a day."""
    return sum(one.open for one in standing_cases(day, bound_to=bound_to, unit=unit).values())


@dataclass(frozen=True)
class Standing:
    """What a unit still had before it: cases open, and of those the ones whose limit had passed."""

    open: int = 0
    overdue: int = 0

    def __add__(self, other: Standing) -> Standing:
        return Standing(self.open + other.open, self.overdue + other.overdue)


def standing_cases(
    day: dt.date, *, at: dt.datetime | None = None, bound_to: int | None = None, unit: str = ""
) -> dict[str, Standing]:
    """Open cases at the end of a day by the unit that answers, and how many of them were overdue at a moment.

    `at` is aware; without it nothing is called overdue. The deadline is that of the case's last `case.deadline_set`
    line of the same days; a paused clock has none. A case that nobody was given yet stands under the empty path.
    """
    found: dict[str, Standing] = {}
    scope = Scope(day, day, bound_to, unit)
    if at is None:
        for row in prepared(_open_by_unit, scope):
            found[row["for_unit"]] = Standing(row["n"])
        return found
    for row in prepared(_open_with_deadlines, scope):
        late = json.loads(row["facts"])["state"] in ON_THE_CLOCK and _passed(row["deadline"], at)
        one = found.get(row["for_unit"], Standing())
        found[row["for_unit"]] = Standing(one.open + 1, one.overdue + late)
    return found


def _open_by_unit(scope: Scope) -> Table:
    lines = open_lines(scope.to_day, bound_to=scope.bound_to, unit=scope.unit)
    return lines.group_by("for_unit").aggregate(n=_.count())


def _open_with_deadlines(scope: Scope) -> Table:
    lines = open_lines(scope.to_day, bound_to=scope.bound_to, unit=scope.unit)
    set_by_then = bound(scope.bound_to).filter(_.kind == "case.deadline_set", _.day <= value(scope.to_day))
    deadlines = _last(set_by_then).select(case="about", deadline="facts")
    return lines.left_join(deadlines, lines.about == deadlines.case).select("for_unit", "facts", "deadline")


def _passed(facts: str | None, at: dt.datetime) -> bool:
    due = json.loads(facts)["due_at"] if facts else ""
    return bool(due) and dt.datetime.fromisoformat(due) < at
