"""Figures: how much of what was done. Each is the sum of the quantities of its items, and no two share an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ibis
from ibis import _

from xiuhua.kit.wording import public_count, public_count_en
from xiuhua.ledger.items import ITEMS
from xiuhua.measures.lines import BACKFILLED, Scope, run, standing

THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Figure:
    """A figure's definition: its label, the items that it adds up, and where it stands in a brief."""

    code: str
    label: str
    label_en: str
    items: tuple[str, ...]
    section: str

    @property
    def unit(self) -> str:
        return ITEMS[self.items[0]].unit


@dataclass(frozen=True)
class Counted:
    """A figure as counted: the exact quantity, how many lines it stands on, and how much of it came in late."""

    figure: Figure
    quantity: Decimal
    lines: int
    backfilled: Decimal
    parts: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def public(self) -> str:
        """The wording for the public, such as 900余个."""
        return public_count(self.quantity, self.figure.unit)

    @property
    def public_en(self) -> str:
        return public_count_en(self.quantity, self.figure.unit)

    @property
    def exact(self) -> str:
        return f"{format(self.quantity.normalize(), 'f')}{self.figure.unit}"


FIGURES: tuple[Figure, ...] = (
    Figure("letters_printed", "印制一封信", "letters printed", ("letter",), "publicity"),
    Figure("letters_delivered", "逐户送达一封信", "letters delivered", ("letter_delivered",), "publicity"),
    Figure("parking_bays", "增划停车位", "parking bays drawn", ("parking_bay",), "convenience"),
    Figure("parking_lines", "增划停车线", "parking lines drawn", ("parking_line",), "convenience"),
    Figure("notice_boards", "安装便民信息张贴栏", "notice boards put up", ("notice_board",), "convenience"),
    Figure("no_stall_signs", "设置禁止摆摊警示牌", "no-stall signs put up", ("no_stall_sign",), "convenience"),
    Figure("operations", "组织集中执法行动", "concentrated operations held", ("operation",), "campaigns"),
    Figure("signs_removed", "拆除广告牌", "advertising signs taken down", ("sign",), "campaigns"),
    Figure("postings_cleaned", "清理张贴、喷涂及橱窗广告", "postings cleaned",
           ("posting_pasted", "posting_sprayed", "posting_window"), "campaigns"),
    Figure("parking_warnings", "张贴违法停车警告单", "parking warnings issued", ("parking_warning",), "campaigns"),
    Figure("vehicles_fined", "依法处罚违停车辆", "vehicles fined", ("vehicle_fined",), "campaigns"),
    Figure("evidence_kept", "证据保存物品", "items kept as evidence", ("evidence",), "campaigns"),
    Figure("stalls_moved", "劝离流动摊点", "stalls moved on", ("stall_moved",), "street"),
    Figure("shopfronts_cleared", "规范店外经营", "shopfronts cleared", ("shopfront_cleared",), "street"),
    Figure("bicycles_straightened", "摆正非机动车", "bicycles straightened", ("bicycle_straightened",), "street"),
    Figure("litter_cleared", "清理堆物垃圾", "heaps of litter cleared", ("litter_cleared",), "street"),
    Figure("banners_removed", "清除横幅标语", "banners removed", ("banner_removed",), "street"),
    Figure("structures_removed", "拆除违法搭建", "unlawful structures removed", ("structure_removed",), "street"),
    Figure("fires_stopped", "制止露天烧烤焚烧", "open fires stopped", ("smoke_stopped",), "street"),
    Figure("shops_visited", "走访商户", "shops visited", ("shop_visited",), "street"),
)  # fmt: skip
BY_CODE = {figure.code: figure for figure in FIGURES}


def quantities(scope: Scope, *, by: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Quantity, lines and late quantity of every item, further grouped by columns such as `day` or `for_unit`."""
    lines = standing(scope).filter(_.quantity.notnull())
    late = ibis.cases((_.kind == BACKFILLED, _.quantity), else_=ibis.literal(0).cast("decimal(14, 3)"))
    grouped = lines.group_by(["item", *by]).aggregate(quantity=_.quantity.sum(), lines=_.count(), backfilled=late.sum())
    rows = run(grouped)
    for row in rows:
        row["quantity"], row["backfilled"] = _exact(row["quantity"]), _exact(row["backfilled"])
    return rows


def count_figures(scope: Scope, figures: Iterable[Figure] = FIGURES) -> list[Counted]:
    """Figures of a scope, each with its parts by item."""
    rows = {row["item"]: row for row in quantities(scope)}
    return [_counted(figure, rows) for figure in figures]


def _counted(figure: Figure, rows: Mapping[str, Mapping[str, Any]]) -> Counted:
    found = [rows[item] for item in figure.items if item in rows]
    return Counted(
        figure,
        quantity=sum((row["quantity"] for row in found), Decimal(0)),
        lines=sum(row["lines"] for row in found),
        backfilled=sum((row["backfilled"] for row in found), Decimal(0)),
        parts={row["item"]: row["quantity"] for row in found} if len(figure.items) > 1 else {},
    )


def _exact(value: Any) -> Decimal:
    """SQLite adds in floating point; quantities have three decimals, and so has their sum."""
    return Decimal(str(value or 0)).quantize(THOUSANDTH).normalize() + 0
