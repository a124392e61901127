"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

from collections.abc import Iterator

from xiuhua.city.models import Facility, Segment, Shop, Site, Token, Unit
from xiuhua.ledger.folding import Fold, last_states, sums_match


def _register(label: str, prefix: str, codes: set[str]) -> Iterator[str]:
    lines = {about.partition(":")[2] for about in last_states(prefix)}
    for code in sorted(codes ^ lines):
        yield f"{label} {code} {'在表里，台账里没有登记' if code in codes else '在台账里，表里没有'}。"


def registers() -> Iterator[str]:
    """Every unit, segment, site and shop came into the register by a line."""
    yield from _register("单位", "unit.", set(Unit.objects.values_list("code", flat=True)))
    yield from _register("路段", "segment.", set(Segment.objects.values_list("code", flat=True)))
    yield from _register("点位", "site.", set(Site.objects.values_list("code", flat=True)))
    yield from _register("商户", "shop.", set(Shop.objects.values_list("code", flat=True)))


def facilities() -> Iterator[str]:
    """Every facility has the quantity of its line."""
    yield from sums_match("设施", dict(Facility.objects.values_list("code", "quantity")), "facility.built")


def tokens() -> Iterator[str]:
    """Every token is open or ended as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("token.").items()}
    rows = {code: "ended" if ended else "open" for code, ended in Token.objects.values_list("code", "ended_at")}
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"令牌 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


FOLDS = (
    Fold("registers", "登记册", registers),
    Fold("facilities", "设施数量", facilities),
    Fold("tokens", "令牌", tokens),
)
