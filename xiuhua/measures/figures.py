"""Figures: how much of what was done. Each is the sum of the quantities of its items, and no two share an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import ibis
from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.kit.wording import public_count, public_count_en
from xiuhua.ledger.items import ITEMS
from xiuhua.measures.lines import BACKFILLED, Scope, attributed, prepared, run, standing

THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Mark:
    """What some lines of a figure have in their facts, such as an outcome: a part that may be told of it."""

    label: str
    label_en: str
    text: str


@dataclass(frozen=True)
class Figure:
    """A figure's definition: its label, the items that it adds up, and where it stands in a brief.

    `marks` tell parts of it by a text of the canonical facts; they need not add up to the whole.
    """

    code: str
    label: str
    label_en: str
    items: tuple[str, ...]
    section: str
    marks: tuple[Mark, ...] = ()

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
    marked: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def public(self) -> str:
        """The wording for the public, such as 900余个."""
        return public_count(self.quantity, self.figure.unit)

    @property
    def public_en(self) -> str:
        return public_count_en(self.quantity, self.figure.unit)

    @property
    def exact(self) -> str:
        return told(self.quantity, self.figure.unit)


def told(quantity: Decimal, unit: str = "") -> str:
    """A quantity as it is, without needless zeros: `905个`, `1123.5米`."""
    return f"{format(quantity.normalize(), 'f')}{unit}"


OUTCOMES = (
    Mark("签收", "signed for", '"outcome":"signed"'),
    Mark("代收", "taken by staff", '"outcome":"left"'),
    Mark("拒收留置", "refused and left", '"outcome":"refused"'),
)
WITH_POLICE = (Mark("与交警联合", "with the traffic police", '"traffic_police"'),)
WHY_REMOVED = (
    Mark("陈旧", "old", '"reason":"old"'),
    Mark("破损", "broken", '"reason":"broken"'),
    Mark("违规设置", "unlawful", '"reason":"unlawful"'),
)


FIGURES: tuple[Figure, ...] = (
    Figure("letters_printed", "印制一封信", "letters printed", ("letter",), "publicity"),
    Figure("letters_delivered", "逐户送达一封信", "letters delivered", ("letter_delivered",), "publicity", OUTCOMES),
    Figure("parking_bays", "增划停车位", "parking bays drawn", ("parking_bay",), "convenience"),
    Figure("parking_lines", "增划停车线", "parking lines drawn", ("parking_line",), "convenience"),
    Figure("notice_boards", "安装便民信息张贴栏", "notice boards put up", ("notice_board",), "convenience"),
    Figure("no_stall_signs", "设置禁止摆摊警示牌", "no-stall signs put up", ("no_stall_sign",), "convenience"),
    Figure("operations", "组织集中执法行动", "concentrated operations held", ("operation",), "campaigns",
           WITH_POLICE),
    Figure("signs_removed", "拆除广告牌", "advertising signs taken down", ("sign",), "campaigns", WHY_REMOVED),
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


BY_ITEM = {item: figure for figure in FIGURES for item in figure.items}


def quantities(scope: Scope, *, by: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Quantity, lines and late quantity of every item, further grouped by columns such as `day` or `for_unit`.

    Grouped by `campaign`, a line counts for the campaign that it was last attributed to.
    """
    rows = prepared(_sums, scope, tuple(by))
    for row in rows:
        row["quantity"], row["backfilled"] = _exact(row["quantity"]), _exact(row["backfilled"])
    return rows


NONE = ibis.literal(0).cast("decimal(14, 3)")
MARKS = tuple((figure, mark) for figure in FIGURES for mark in figure.marks)


def _sums(scope: Scope, columns: tuple[str, ...]) -> Table:
    source = attributed(scope) if "campaign" in columns else standing(scope)
    late = ibis.cases((_.kind == BACKFILLED, _.quantity), else_=NONE).sum()
    grouped = source.filter(_.quantity.notnull()).group_by(["item", *columns])
    return grouped.aggregate(quantity=_.quantity.sum(), lines=_.count(), backfilled=late)


def _sums_with_marks(scope: Scope) -> Table:
    late = ibis.cases((_.kind == BACKFILLED, _.quantity), else_=NONE).sum()
    marks = {
        f"mark_{n}": ibis.cases((_.facts.contains(mark.text), _.quantity), else_=NONE).sum()
        for n, (_figure, mark) in enumerate(MARKS)
    }
    grouped = standing(scope).filter(_.quantity.notnull()).group_by("item")
    return grouped.aggregate(quantity=_.quantity.sum(), lines=_.count(), backfilled=late, **marks)


def count_figures(scope: Scope, figures: Iterable[Figure] = FIGURES) -> list[Counted]:
    """Figures of a scope, each with its parts by item and what is marked of it."""
    rows = {row["item"]: row for row in prepared(_sums_with_marks, scope)}
    return [_counted(figure, rows) for figure in figures]


def marked(scope: Scope, figure: Figure) -> dict[str, Decimal]:
    """How much of a figure bears each of its marks."""
    counted = count_figures(scope, [figure])[0]
    return {mark.label: counted.marked.get(mark.label, Decimal(0)) for mark in figure.marks}


def counted_lines(scope: Scope, items: Iterable[str], *, most: int = 0, skip: int = 0) -> list[dict[str, Any]]:
    """The very lines that a figure adds up, the newest first; `most` 0 gives all of them."""
    lines = _of(scope, items).order_by(ibis.desc("happened_at"), ibis.desc("id"))
    return run(lines.limit(most, offset=skip) if most else lines)


def _of(scope: Scope, items: Iterable[str]) -> Table:
    return standing(scope).filter(_.item.isin(list(items)), _.quantity.notnull())


def _counted(figure: Figure, rows: Mapping[str, Mapping[str, Any]]) -> Counted:
    found = [rows[item] for item in figure.items if item in rows]

    def sum_of(name: str) -> Decimal:
        return sum((_exact(row[name]) for row in found), Decimal(0))

    of_them = {mark.label: sum_of(f"mark_{n}") for n, (owner, mark) in enumerate(MARKS) if owner is figure}
    return Counted(
        figure,
        quantity=sum_of("quantity"),
        lines=sum(row["lines"] for row in found),
        backfilled=sum_of("backfilled"),
        parts={row["item"]: _exact(row["quantity"]) for row in found} if len(figure.items) > 1 else {},
        marked={label: quantity for label, quantity in of_them.items() if quantity},
    )


def _exact(value: Any) -> Decimal:
    """SQLite adds in floating point; quantities have three decimals, and so has their sum."""
    return Decimal(str(value or 0)).quantize(THOUSANDTH).normalize() + 0
