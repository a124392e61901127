"""Folding lines into what the rows of this room should say."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Model

from xiuhua.city.models import (
    Area,
    Facility,
    FixedPost,
    Grid,
    Leave,
    PermittedPlace,
    Segment,
    Shop,
    Site,
    Swap,
    TableVersion,
    Token,
    Unit,
)  # fmt: skip
from xiuhua.ledger.folding import Fold, last_states, sums_match
from xiuhua.ledger.models import Line


def _register(label: str, prefix: str, codes: set[str]) -> Iterator[str]:
    lines = {about.partition(":")[2] for about in last_states(prefix)}
    for code in sorted(codes ^ lines):
        yield f"{label} {code} {'在表里，台账里没有登记' if code in codes else '在台账里，表里没有'}。"


def registers() -> Iterator[str]:
    """Every unit and place came into the register by a line, and ended by one."""
    yield from _register("单位", "unit.", set(Unit.objects.values_list("code", flat=True)))
    yield from _places("路段", "segment.", Segment)
    yield from _places("点位", "site.", Site)
    yield from _places("商户", "shop.", Shop)
    yield from _places("行政区", "area.", Area)
    yield from _places("许可地点", "permitted.", PermittedPlace)
    yield from _places("单元网格", "grid.", Grid, known=_grids_by_duty())


def _places(label: str, prefix: str, model: type[Model], *, known: set[str] | None = None) -> Iterator[str]:
    """Every row of a register has its line, and it has ended exactly when its last line says so."""
    rows = {code: ended is not None for code, ended in model._default_manager.values_list("code", "ended_on")}
    states = {about.partition(":")[2]: state for about, state in last_states(prefix).items()}
    for code in sorted((rows.keys() ^ states.keys()) - (known or set())):
        yield f"{label} {code} {'在表里，台账里没有登记' if code in rows else '在台账里，表里没有'}。"
    for code in sorted(rows.keys() & states.keys()):
        if rows[code] != (states[code] == "ended"):
            yield f"{label} {code} 在表里{'已注销' if rows[code] else '在用'}，台账是 {states[code]}。"


def _grids_by_duty() -> set[str]:
    """Grids that came in before grids had lines of their own: told by the duty of their squad."""
    abouts = Line.objects.of_kind("duty.begun").filter(about__startswith="duty:grid:").values_list("about", flat=True)
    return {about.removeprefix("duty:grid:") for about in abouts}


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


def asked() -> Iterator[str]:
    """Every leave and swap stands as its last line says."""
    for label, prefix, rows in (
        ("请假", "leave.", dict(Leave.objects.values_list("code", "state"))),
        ("换班", "swap.", dict(Swap.objects.values_list("code", "state"))),
    ):
        lines = {about.partition(":")[2]: state for about, state in last_states(prefix).items()}
        for code in sorted(rows.keys() | lines.keys()):
            if rows.get(code) != lines.get(code):
                yield f"{label} {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


def fixed_posts() -> Iterator[str]:
    """Every fixed post is manned or closed as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("fixed_post.").items()}
    rows = {code: "closed" if ends else "open" for code, ends in FixedPost.objects.values_list("code", "ends_on")}
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"定点岗 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


def tables() -> Iterator[str]:
    """Every version of an official table stands as its last line says."""
    lines = {about.partition(":")[2]: state for about, state in last_states("table.").items()}
    rows = dict(TableVersion.objects.values_list("code", "state"))
    for code in sorted(rows.keys() | lines.keys()):
        if rows.get(code) != lines.get(code):
            yield f"责任表 {code} 在表里是 {rows.get(code, '没有')}，台账是 {lines.get(code, '没有')}。"


FOLDS = (
    Fold("registers", "登记册", registers),
    Fold("facilities", "设施数量", facilities),
    Fold("tokens", "令牌", tokens),
    Fold("tables", "责任表", tables),
    Fold("asked", "请假与换班", asked),
    Fold("fixed_posts", "定点岗", fixed_posts),
)
