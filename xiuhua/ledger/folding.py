"""The shape of a fold: a room tells what its rows should say if the lines are true."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from xiuhua.ledger.dictionary import KINDS
from xiuhua.ledger.models import Line


@dataclass(frozen=True)
class Fold:
    """One comparison of lines with rows; `differences` yields a sentence for each thing that differs."""

    code: str
    label: str
    differences: Callable[[], Iterator[str]]


def last_states(prefix: str) -> dict[str, str]:
    """The state of each thing after its last state line, by (happened_at, id)."""
    kinds = [name for name, cls in KINDS.items() if cls.moves and name.startswith(prefix)]
    states: dict[str, str] = {}
    lines = Line.objects.of_kind(*kinds).order_by("happened_at", "id").values_list("about", "facts")
    for about, facts in lines.iterator(chunk_size=5000):
        states[about] = json.loads(facts)["state"]
    return states


def sums_match(label: str, rows: Mapping[str, Decimal | int], kind: str, *, by_about: bool = True) -> Iterator[str]:
    """Rows by code against the quantities of the lines of a kind about them."""
    lines: dict[str, Decimal] = {}
    for about, quantity in Line.objects.of_kind(kind).values_list("about", "quantity").iterator(chunk_size=5000):
        code = about.rpartition(":")[2] if by_about else ""
        lines[code] = lines.get(code, Decimal(0)) + (quantity or 0)
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"{label} {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"
