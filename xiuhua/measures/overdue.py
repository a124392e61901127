"""Which cases were past their limit at a moment, from their lines alone."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.measures.cases import ON_THE_CLOCK, open_lines
from xiuhua.measures.lines import Scope, bound, prepared, run, value

CHUNK = 500


@dataclass(frozen=True)
class Overdue:
    """A case whose limit had passed: who answers, where, and since when it is late."""

    case: str
    for_unit: str
    segment: str
    due_at: dt.datetime


def overdue_cases(day: dt.date, *, at: dt.datetime, bound_to: int | None = None, unit: str = "") -> list[Overdue]:
    """Cases that were open at the end of a day with a running limit that had passed at `at`, the longest late first."""
    waiting = {
        row["about"]: row
        for row in prepared(_open, Scope(day, day, bound_to, unit))
        if json.loads(row["facts"])["state"] in ON_THE_CLOCK
    }
    found = [
        Overdue(case, waiting[case]["for_unit"], waiting[case]["segment"], due)
        for case, due in _deadlines(sorted(waiting), day, bound_to=bound_to).items()
        if due is not None and due < at
    ]
    return sorted(found, key=lambda one: (one.due_at, one.case))


def _open(scope: Scope) -> Table:
    lines = open_lines(scope.to_day, bound_to=scope.bound_to, unit=scope.unit)
    return lines.select("about", "for_unit", "segment", "facts")


def _deadlines(cases: list[str], day: dt.date, *, bound_to: int | None) -> dict[str, dt.datetime | None]:
    """The last deadline of each of some cases up to the end of a day; none while its clock is paused."""
    lines = bound(bound_to).filter(_.kind == "case.deadline_set", _.day <= value(day))
    found: dict[str, dt.datetime | None] = {}
    for first in range(0, len(cases), CHUNK):
        some = lines.filter(_.about.isin(cases[first : first + CHUNK])).order_by("happened_at", "id")
        for row in run(some.select("about", "facts")):
            due = json.loads(row["facts"])["due_at"]
            found[row["about"]] = dt.datetime.fromisoformat(due) if due else None
    return found
