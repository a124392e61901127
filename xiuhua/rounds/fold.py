"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count as RowCount

from xiuhua.ledger.folding import Fold, last_states, sums_match
from xiuhua.ledger.models import Line
from xiuhua.rounds.models import Checklist, LetterBatch, Operation


def batches() -> Iterator[str]:
    """Copies printed, spoiled and delivered of each batch are those of its lines."""
    yield from sums_match("一封信批次", dict(LetterBatch.objects.values_list("code", "copies")), "letter.printed")
    spoiled = {code: n for code, n in LetterBatch.objects.values_list("code", "spoiled") if n}
    yield from sums_match("一封信损毁", spoiled, "letter.spoiled")
    delivered = Line.objects.of_kind("letter.delivered").count()
    rows = LetterBatch.objects.annotate(n=RowCount("deliveries"))
    kept = sum(batch.delivered for batch in rows)
    if not kept == sum(batch.n for batch in rows) == delivered:
        yield f"一封信送达：批次记 {kept}，送达记录 {sum(batch.n for batch in rows)}，台账 {delivered}。"


def operations() -> Iterator[str]:
    """Every operation has its line."""
    yield from sums_match(
        "集中行动", dict.fromkeys(Operation.objects.values_list("code", flat=True), 1), "operation.held"
    )


def checklists() -> Iterator[str]:
    """Every checklist stands or has ended as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("checklist.").items()}
    rows = {code: "ended" if ended else "in_force" for code, ended in Checklist.objects.values_list("code", "ends_on")}
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"标准条件 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


FOLDS = (
    Fold("letters", "一封信", batches),
    Fold("operations", "集中行动", operations),
    Fold("checklists", "标准条件", checklists),
)
