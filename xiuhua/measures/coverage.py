"""How far letters got: shops registered and shops reached, by segment, from their lines alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.measures.cases import last_lines
from xiuhua.measures.lines import Scope, prepared, standing

EARLIEST = dt.date(1990, 1, 1)


@dataclass(frozen=True)
class Coverage:
    """Shops with their front on a segment that were open at the end of a day, and those that a letter had reached."""

    shops: int = 0
    reached: int = 0

    @property
    def missing(self) -> int:
        return self.shops - self.reached

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(self.shops + other.shops, self.reached + other.reached)


def letter_coverage(day: dt.date, *, bound_to: int | None = None) -> dict[str, Coverage]:
    """Coverage by segment at the end of a day; shops of no segment stand under the empty code.

    Reached is a shop with at least one standing delivery line, whatever the letter; a shop that closed is in neither
    number, so a share is never above 1.
    """
    scope = Scope(EARLIEST, day, bound_to)
    reached = {row["about"] for row in prepared(_doors, scope)}
    found: dict[str, Coverage] = {}
    for row in prepared(_open_shops, scope):
        one = Coverage(1, int(row["about"] in reached))
        found[row["segment"]] = found.get(row["segment"], Coverage()) + one
    return found


def _open_shops(scope: Scope) -> Table:
    last = last_lines(scope.to_day, prefix="shop.", bound_to=scope.bound_to)
    return last.filter(_.facts.contains('"state":"open"')).select("about", "segment")


def _doors(scope: Scope) -> Table:
    return standing(scope).filter(_.kind == "letter.delivered").select("about").distinct()
