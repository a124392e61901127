"""Folding lines into what the rows of this room should say; any difference is named."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import Sum

from xiuhua.cases.models import Case, CasePhoto, Count
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


def public_photos() -> Iterator[str]:
    """Every photo that the public may see was released by a line and not withdrawn since."""
    shown: set[tuple[str, str]] = set()
    lines = Line.objects.of_kind("photo.released", "photo.withdrawn").order_by("happened_at", "id")
    for kind, about, facts in lines.values_list("kind", "about", "facts").iterator(chunk_size=5000):
        named = {(about, photo) for photo in json.loads(facts)["photos"]}
        shown = shown | named if kind == "photo.released" else shown - named
    rows = set(CasePhoto.objects.filter(released=True).values_list("case__number", "digest"))
    for number, photo in sorted(rows ^ shown):
        where = "在表里是公开的，台账里没有公开" if (number, photo) in rows else "台账里已公开，表里没有"
        yield f"案件 {number} 的照片 {photo[:20]}… {where}。"


FOLDS = (
    Fold("cases", "案件状态", cases),
    Fold("counts", "快报数量", counts),
    Fold("public_photos", "公开的照片", public_photos),
)
