"""Folding lines into what the rows of this room should say; any difference is named."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum

from xiuhua.cases.models import Case, Count
from xiuhua.ledger.folding import Fold, last_states
from xiuhua.ledger.models import Line


def cases() -> Iterator[str]:
    """Every case stands in the state of its last state line."""
    lines = last_states("case.")
    rows = dict(Case.objects.values_list("number", "state"))
    for number in sorted(rows.keys() - lines.keys()):
        yield f"案件 {number} 在表里是“{rows[number]}”，台账里没有它的状态行。"
    for number in sorted(lines.keys() - rows.keys()):
        yield f"案件 {number} 在台账里是“{lines[number]}”，表里没有这件案件。"
    for number in sorted(number for number in rows.keys() & lines.keys() if rows[number] != lines[number]):
        yield f"案件 {number} 在表里是“{rows[number]}”，台账的最后一行是“{lines[number]}”。"


def counts() -> Iterator[str]:
    """The counts of each item add up to the quantities of their lines, voided ones included on both sides."""
    rows = dict(Count.objects.values_list("item").annotate(n=Sum("quantity")))
    lines = dict(Line.objects.of_kind("count.recorded").values_list("item").annotate(n=Sum("quantity")))
    for item in sorted(rows.keys() | lines.keys()):
        if rows.get(item, 0) != lines.get(item, 0):
            yield f"快报“{item}”在表里合计 {rows.get(item, 0)}，台账合计 {lines.get(item, 0)}。"


FOLDS = (Fold("cases", "案件状态", cases), Fold("counts", "快报数量", counts))
