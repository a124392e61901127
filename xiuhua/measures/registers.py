"""What a register adds up to: the quantity of an item over the lines that its filters mean."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

import ibis
from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.measures.figures import THOUSANDTH
from xiuhua.measures.lines import BACKFILLED, Scope, prepared, run, standing


@dataclass(frozen=True)
class Total:
    """How much, on how many lines, and how much of it came in late on paper (补录)."""

    quantity: Decimal = Decimal(0)
    lines: int = 0
    backfilled: Decimal = Decimal(0)


def register_total(
    scope: Scope,
    item: str,
    *,
    segments: Collection[str] | None = None,
    by: Collection[str] | None = None,
    round: str = "",
    facts: Mapping[str, str] | None = None,
) -> Total:
    """The standing quantity of an item: on some segments, by some people, in a round, with some facts.

    `None` means any; an empty collection means none. Facts are found by their canonical text, as everywhere.
    """
    told = tuple(sorted((facts or {}).items()))
    if segments is None and by is None:
        row = prepared(_sums, scope, item, round, told)[0]
    else:
        lines = _lines(scope, item, round, told)
        for column, wanted in (("segment", segments), ("by", by)):
            if wanted is not None:
                lines = lines.filter(lines[column].isin(sorted(wanted)) if wanted else ibis.literal(False))
        row = run(_summed(lines))[0]
    return Total(_exact(row["quantity"]), row["lines"], _exact(row["backfilled"]))


def _lines(scope: Scope, item: str, round: str, facts: tuple[tuple[str, str], ...]) -> Table:
    lines = standing(scope).filter(_.item == item, _.quantity.notnull())
    if round:
        lines = lines.filter(_.round == round)
    for name, wanted in facts:
        lines = lines.filter(_.facts.contains(f'"{name}":"{wanted}"'))
    return lines


def _summed(lines: Table) -> Table:
    late = ibis.cases((_.kind == BACKFILLED, _.quantity), else_=ibis.literal(0).cast("decimal(14, 3)"))
    return lines.aggregate(quantity=_.quantity.sum(), lines=_.count(), backfilled=late.sum())


def _sums(scope: Scope, item: str, round: str, facts: tuple[tuple[str, str], ...]) -> Table:
    return _summed(_lines(scope, item, round, facts))


def _exact(value: object) -> Decimal:
    return Decimal(str(value or 0)).quantize(THOUSANDTH).normalize() + 0
