"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

from collections.abc import Iterator

from xiuhua.city.models import Facility, Segment, Shop, Site, Unit
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
    rows = {code: int(quantity) for code, quantity in Facility.objects.values_list("code", "quantity")}
    yield from sums_match("设施", rows, "facility.built")


FOLDS = (Fold("registers", "登记册", registers), Fold("facilities", "设施数量", facilities))
