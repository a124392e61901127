"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

from collections.abc import Iterator

from xiuhua.campaigns.models import Campaign
from xiuhua.ledger.folding import Fold, last_states


def stages() -> Iterator[str]:
    """Every campaign stands at the stage of its last state line."""
    lines, rows = last_states("campaign."), dict(Campaign.objects.values_list("code", "stage"))
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"专项 {code} 在表里是“{rows.get(code, '没有')}”，台账是“{lines.get(code, '没有')}”。"


FOLDS = (Fold("campaigns", "专项阶段", stages),)
