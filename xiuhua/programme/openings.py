"""Figures from before, read from a sheet: all rows or none, each with its scanned source and its approver."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal, InvalidOperation
from pathlib import Path

from xiuhua.city.actions import import_key
from xiuhua.city.models import Person, Unit
from xiuhua.kit.digests import hexdigest
from xiuhua.kit.files import keep
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import read_table
from xiuhua.ledger.act import Act, By
from xiuhua.ledger.items import ITEMS
from xiuhua.programme.actions import Opening, open_figures
from xiuhua.programme.models import OpeningFigure

COLUMNS = {
    "item": ("统计项", "项目", "item"),
    "quantity": ("数量", "quantity"),
    "unit": ("单位", "责任单位", "中队", "unit"),
    "starts_on": ("开始日期", "起", "from"),
    "ends_on": ("结束日期", "止", "to"),
    "note": ("说明", "备注", "note"),
}


def import_openings(file: Path, *, scan: Path, approver: str, by: By, at: dt.datetime) -> list[OpeningFigure]:
    """Read the sheet, keep the scan, and open the figures; the same sheet again gives the same figures."""
    raw = file.read_bytes()
    table = read_table(raw, file.name)
    named = {
        ours: next((header for header in table.headers if header.strip() in theirs), None)
        for ours, theirs in COLUMNS.items()
    }
    missing = [COLUMNS[ours][0] for ours, header in named.items() if header is None and ours != "note"]
    if missing:
        raise Refused(
            "figure.columns",
            "{file_name} 缺少这些列：{listed}；现有的列：{listed2}。",
            file_name=file.name,
            listed="、".join(missing),
            listed2="、".join(table.headers),
        )
    rows = [_opening(number, {ours: row.get(header or "", "").strip() for ours, header in named.items()})
            for number, row in table.rows]  # fmt: skip
    if not rows:
        raise Refused("figure.empty", "{file_name} 里没有数据行。", file_name=file.name)
    batch = hexdigest(raw)[:12]
    kept = keep(scan.read_bytes(), at=at, klass="evidence")
    act = Act(by=by, at=at, key=import_key("figures", batch))
    return open_figures(act, batch=batch, rows=rows, scan=kept.digest, approver=_approver(approver))


def _approver(told: str) -> Person:
    found = list(Person.objects.filter(code=told)) or list(Person.objects.filter(name=told))
    if len(found) != 1:
        why = "没有这个人" if not found else "有同名的人，请改用人员编码"
        raise Refused("figure.approver", "审批人“{told}”：{why}。", field="approver", told=told, why=why)
    return found[0]


def _opening(number: int, row: dict[str, str]) -> Opening:
    item = next((one.code for one in ITEMS.values() if row["item"] in (one.code, one.label)), None)
    if item is None:
        raise Refused(
            "figure.item",
            "第 {number} 行：没有“{row}”这个统计项；可用：{listed}。",
            number=number,
            row=row["item"],
            listed="、".join(one.label for one in ITEMS.values()),
        )
    unit = Unit.objects.filter(name=row["unit"]).first() or Unit.objects.filter(code=row["unit"]).first()
    if unit is None:
        raise Refused("figure.unit", "第 {number} 行：没有“{row}”这个单位。", number=number, row=row["unit"])
    try:
        quantity = Decimal(row["quantity"].replace(",", "").replace("，", ""))
    except InvalidOperation:
        raise Refused(
            "figure.quantity", "第 {number} 行：数量“{row}”不是数字。", number=number, row=row["quantity"]
        ) from None
    starts_on, ends_on = _day(number, row["starts_on"]), _day(number, row["ends_on"])
    return Opening(item, quantity, unit, starts_on, ends_on, row["note"][:200], number)


def _day(number: int, text: str) -> dt.date:
    tidy = (
        text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-").split(" ")[0]
    )
    try:
        year, month, day = (int(part) for part in tidy.split("-"))
        return dt.date(year, month, day)
    except ValueError:
        raise Refused(
            "figure.day", "第 {number} 行：日期“{text}”读不出来，请写成 2020-03-01。", number=number, text=text
        ) from None
