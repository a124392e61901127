"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

import json
from collections.abc import Iterator

from django.db.models import Sum

from xiuhua.enforcement.models import Keeping, Penalty, SignRemoval, Slip
from xiuhua.ledger.folding import Fold, sums_match
from xiuhua.ledger.models import Line


def papers() -> Iterator[str]:
    """Every slip, penalty and keeping has its line and its quantity."""
    yield from sums_match("警告单", dict.fromkeys(Slip.objects.values_list("number", flat=True), 1), "slip.issued")
    yield from sums_match(
        "处罚决定", dict.fromkeys(Penalty.objects.values_list("number", flat=True), 1), "penalty.decided"
    )
    yield from sums_match("证据保存", dict(Keeping.objects.values_list("number", "quantity")), "item.preserved")


def signs() -> Iterator[str]:
    """Signs taken down add up on both sides."""
    rows = SignRemoval.objects.aggregate(n=Sum("quantity"))["n"] or 0
    lines = Line.objects.of_kind("sign.removed").aggregate(n=Sum("quantity"))["n"] or 0
    if rows != lines:
        yield f"拆除广告牌：表里合计 {rows}，台账合计 {lines}。"


def settled() -> Iterator[str]:
    """Whatever left the shelf has the line that says how, and nothing else has."""
    rows = dict(Keeping.objects.exclude(outcome="").values_list("number", "outcome"))
    lines = {
        about: json.loads(facts)["outcome"]
        for about, facts in Line.objects.of_kind("item.settled").values_list("about", "facts")
    }
    for number in sorted(rows.keys() | lines.keys()):
        if rows.get(number) != lines.get(number):
            yield f"证据处理 {number} 在表里是“{rows.get(number, '没有')}”，台账是“{lines.get(number, '没有')}”。"


FOLDS = (Fold("papers", "执法文书", papers), Fold("signs", "广告牌拆除", signs), Fold("settled", "证据处理", settled))
