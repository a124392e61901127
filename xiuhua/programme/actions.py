"""Every write of the programme: figures from before, briefs as published, supervision, the day's posting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from xiuhua.cases.models import Case
from xiuhua.city.access import must
from xiuhua.city.models import Person, Unit
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds import programme as kinds
from xiuhua.ledger.kinds.line import FigureOpened
from xiuhua.programme.models import Brief, OpeningFigure, Posting, Supervision


@dataclass(frozen=True)
class Opening:
    """One row of figures from before: the item, how many, whose, and which days it covers (both inclusive)."""

    item: str
    quantity: Decimal
    unit: Unit
    starts_on: dt.date
    ends_on: dt.date
    note: str = ""


@action(answer=lambda line: list(OpeningFigure.objects.filter(batch=line.about.partition(":")[2])))
def open_figures(act: Act, *, batch: str, rows: Sequence[Opening], scan: str, approver: Person) -> list[OpeningFigure]:
    """Figures from before come in as lines of their own kind, with their scanned source; shown apart as 补录."""
    must(act.by, "open_figure")
    if not StoredFile.objects.filter(digest=scan).exists():
        raise Refused("figure.scan", "请附上原始材料的扫描件，补录的数字要能打开来源。", field="scan")
    if OpeningFigure.objects.filter(batch=batch).exists():
        raise Refused("figure.batch", f"批次 {batch} 已经补录过。", batch=batch)
    found = []
    for number, row in enumerate(rows, start=1):
        _check_opening(number, row, act)
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
            happened_at=dt.datetime.combine(row.ends_on, dt.time(12), tzinfo=act.at.tzinfo),
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


def _check_opening(number: int, row: Opening, act: Act) -> None:
    if row.item not in ITEMS:
        raise Refused("figure.item", f"第 {number} 行：没有“{row.item}”这个统计项。", row=number)
    if row.quantity <= 0:
        raise Refused("figure.quantity", f"第 {number} 行：数量要大于 0。", row=number)
    if row.ends_on < row.starts_on:
        raise Refused("figure.period", f"第 {number} 行：结束日期早于开始日期。", row=number)
    if row.ends_on > act.at.date():
        raise Refused("figure.future", f"第 {number} 行：{row.ends_on} 还没有到，不能补录。", row=number)


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
        raise Refused("supervision.closed", f"案件 {case.number} 已经办结，不用督办。")
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


@dataclass(frozen=True)
class Posted:
    """Where one person is posted on a day."""

    person: Person
    status: str = Posting.Status.PRESENT
    place: str = ""
    hours: str = ""


@action(answer=lambda line: list(Posting.objects.filter(key=line.key)))
def set_posting(act: Act, *, day: dt.date, unit: Unit, people: Sequence[Posted]) -> list[Posting]:
    """A unit's posting of a day is set; setting it again replaces what was set before."""
    must(act.by, "set_posting", unit=unit.path)
    codes = [one.person.code for one in people]
    if len(set(codes)) < len(codes):
        raise Refused("posting.twice", "同一个人排了两次，请检查。")
    Posting.objects.filter(day=day, unit=unit).delete()
    Posting.objects.filter(day=day, person__code__in=codes).delete()
    rows = Posting.objects.bulk_create(
        [
            Posting(
                key=act.key, day=day, person=one.person, unit=unit, status=one.status, place=one.place, hours=one.hours
            )
            for one in people
        ]
    )
    present = sum(one.status == Posting.Status.PRESENT for one in people)
    act.record(
        kinds.PostingSet(on=day.isoformat(), due=len(people), present=present),
        about=f"posting:{unit.code}:{day.isoformat()}",
        for_unit=unit.path,
    )
    return rows
