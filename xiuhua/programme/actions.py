"""Every write of the programme: figures from before, briefs as published, supervision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from xiuhua.cases.models import Case
from xiuhua.city.access import must
from xiuhua.city.models import Person, Unit
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds import programme as kinds
from xiuhua.ledger.kinds.line import FigureOpened, LineVoided
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Brief, OpeningFigure, Supervision

MOST = Decimal(10) ** 11
THOUSANDTH = Decimal("0.001")


@dataclass(frozen=True)
class Opening:
    """One row of figures from before: the item, how many, whose, and which days it covers (both inclusive).

    `row` is its number in the sheet that it came from.
    """

    item: str
    quantity: Decimal
    unit: Unit
    starts_on: dt.date
    ends_on: dt.date
    note: str = ""
    row: int = 0


@action(answer=lambda line: list(OpeningFigure.objects.filter(batch=line.about.partition(":")[2]).order_by("id")))
def open_figures(act: Act, *, batch: str, rows: Sequence[Opening], scan: str, approver: Person) -> list[OpeningFigure]:
    """Figures from before come in as lines of their own kind, with their scanned source; shown apart as 补录."""
    must(act.by, "open_figure")
    if not StoredFile.objects.filter(digest=scan).exists():
        raise Refused("figure.scan", "请附上原始材料的扫描件，补录的数字要能打开来源。", field="scan")
    if OpeningFigure.objects.filter(batch=batch).exists():
        raise Refused("figure.batch", "批次 {batch} 已经补录过。", batch=batch)
    found = []
    for number, row in enumerate(rows, start=1):
        _check_opening(row.row or number, row, bureau_day(act.at))
        line = act.record(
            FigureOpened(
                starts_on=row.starts_on.isoformat(),
                ends_on=row.ends_on.isoformat(),
                scan=scan,
                approver=approver.code,
                batch=batch,
            ),
            about=f"batch:{batch}",
            item=row.item,
            quantity=row.quantity,
            for_unit=row.unit.path,
            happened_at=min(noon_of(row.ends_on), act.at),
        )
        found.append(
            OpeningFigure.objects.create(
                key=line.key,
                batch=batch,
                item=row.item,
                quantity=row.quantity,
                unit=row.unit,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                scan=scan,
                approver=approver,
                note=row.note,
            )
        )
    return found


def noon_of(day: dt.date) -> dt.datetime:
    """The middle of one of the bureau's days."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time(12)))


def _check_opening(number: int, row: Opening, today: dt.date) -> None:
    if row.item not in ITEMS:
        raise Refused("figure.item", "第 {row} 行：没有“{item}”这个统计项。", row=number, item=row.item)
    if not row.quantity.is_finite() or row.quantity <= 0:
        raise Refused("figure.quantity", "第 {row} 行：数量要大于 0。", row=number)
    if row.quantity >= MOST or row.quantity != row.quantity.quantize(THOUSANDTH):
        raise Refused(
            "figure.quantity",
            "第 {row} 行：数量 {quantity} 太大，或者小数超过三位。",
            row=number,
            quantity=row.quantity,
        )
    if ITEMS[row.item].unit != "米" and row.quantity % 1:
        told = f"第 {number} 行：{ITEMS[row.item].label}按{ITEMS[row.item].unit}计，数量要是整数。"
        raise Refused("figure.quantity", told, row=number)
    if row.ends_on < row.starts_on:
        raise Refused("figure.period", "第 {row} 行：结束日期早于开始日期。", row=number)
    if row.ends_on > today:
        raise Refused("figure.future", "第 {row} 行：{ends_on} 还没有到，不能补录。", row=number, ends_on=row.ends_on)
    voided = Line.objects.filter(kind=LineVoided.kind, corrects=OuterRef("key"))
    known = OpeningFigure.objects.filter(
        ~Exists(voided), item=row.item, unit=row.unit, starts_on=row.starts_on, ends_on=row.ends_on
    ).first()
    if known is not None:
        raise Refused(
            "figure.known",
            "第 {row} 行：{unit_name} {starts_on} 至 {ends_on} 的{label}已在批次 {batch} 补录过 {quantity:f} {unit}；要改正，请先作废那一条。",
            row=number,
            unit_name=row.unit.name,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            label=ITEMS[row.item].label,
            batch=known.batch,
            quantity=known.quantity.normalize(),
            unit=ITEMS[row.item].unit,
        )


@action(answer=lambda line: Brief.objects.get(key=line.key))
def publish_brief(
    act: Act, *, title: str, from_day: dt.date, to_day: dt.date, bound_to: int, head: str, figures: Mapping[str, Any]
) -> Brief:
    """A brief is published as it stands: its figures, the number up to which lines were bound, and the head."""
    must(act.by, "publish_brief")
    brief = Brief.objects.create(
        key=act.key,
        title=title,
        from_day=from_day,
        to_day=to_day,
        bound_to=bound_to,
        head=head,
        figures=dict(figures),
        published_at=act.at,
    )
    act.record(
        kinds.BriefPublished(from_day=from_day.isoformat(), to_day=to_day.isoformat(), bound_to=bound_to, head=head),
        about=f"brief:{act.key.hex[:16]}",
    )
    return brief


@action(answer=lambda line: Supervision.objects.get(key=line.key))
def order_supervision(act: Act, *, case: Case, words: str, due_on: dt.date) -> Supervision:
    """A leader presses for a case that is late or matters: who answers for it and by when."""
    must(act.by, "supervise")
    if not case.is_open:
        raise Refused("supervision.closed", "案件 {number} 已经办结，不用督办。", number=case.number)
    if not words.strip():
        raise Refused("supervision.words", "请写督办要求。", field="words")
    unit = Unit.objects.filter(path=case.for_unit).first()
    if unit is None:
        raise Absent("supervision.unit", "案件还没有责任单位，请先派遣再督办。")
    supervision = Supervision.objects.create(
        key=act.key,
        case=case.number,
        unit=unit,
        words=words.strip(),
        by=act.by.code,
        ordered_at=act.at,
        due_on=due_on,
    )
    act.record(
        kinds.SupervisionOrdered(case=case.number, due_on=due_on.isoformat()), about=case.number, for_unit=unit.path
    )
    return supervision
