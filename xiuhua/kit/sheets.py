"""Sheets as offices have them: Excel (.xlsx, .xls), OpenDocument and CSV read into rows of text under their headers."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import python_calamine

from xiuhua.kit.refusals import Refused

MOST_ROWS = 200_000
BOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


@dataclass
class Table:
    """One sheet: its headers, and each row with its number in the sheet (the header row is counted)."""

    name: str
    headers: list[str]
    rows: list[tuple[int, dict[str, str]]] = field(default_factory=list)


def read_table(raw: bytes, name: str) -> Table:
    """The first sheet with data that is not hidden. The header is the first row with two or more cells filled."""
    if not raw.strip():
        raise Refused("sheet.empty", "{name} 是空文件。", field="file", name=name)
    lower = name.lower()
    if lower.endswith((".doc", ".et", ".wps", ".docx", ".pdf")):
        raise Refused(
            "sheet.type", "{name} 不是表格文件。请在 WPS 或 Excel 里另存为 .xlsx 后再导入。", field="file", name=name
        )
    cells = _book(raw, name) if lower.endswith(BOOKS) or raw[:4] == b"PK\x03\x04" else _csv(raw, name)
    head = next((n for n, row in enumerate(cells) if sum(bool(cell) for cell in row) >= 2), None)
    if head is None:
        raise Refused("sheet.empty", "{name} 里没有表头：至少要有一行填了两列以上。", field="file", name=name)
    headers = [cell.strip() for cell in cells[head]]
    twice = next((one for n, one in enumerate(headers) if one and one in headers[:n]), "")
    if twice:
        raise Refused(
            "sheet.header", "{name} 有两列都叫“{twice}”，请改名后再导入。", field="file", name=name, twice=twice
        )
    if len(cells) - head > MOST_ROWS:
        raise Refused(
            "sheet.large",
            "{name} 有 {n:,} 行，超过 {most_rows:,} 行，请分成几个文件。",
            field="file",
            name=name,
            n=len(cells) - head,
            most_rows=MOST_ROWS,
        )
    rows = [
        (n + 1, dict(zip(headers, row, strict=False)))
        for n, row in enumerate(cells)
        if n > head and any(cell.strip() for cell in row)
    ]
    return Table(name, [one for one in headers if one], rows)


def _book(raw: bytes, name: str) -> list[list[str]]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for sheet in book.sheets_metadata:
            if sheet.visible != python_calamine.SheetVisibleEnum.Visible:
                continue
            rows = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            if any(cell not in ("", None) for row in rows for cell in row):
                return [[_text(cell) for cell in row] for row in rows]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise Refused(
            "sheet.broken",
            "{name} 打不开：文件损坏或者加了密码。请在 Excel 里另存一份再导入。",
            field="file",
            name=name,
        ) from error
    return []


def _csv(raw: bytes, name: str) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused(
            "sheet.encoding", "{name} 的文字编码不能识别。请另存为 UTF-8 的 CSV，或 .xlsx。", field="file", name=name
        )
    if "\x00" in text:
        raise Refused("sheet.type", "{name} 不是文本表格。请另存为 .xlsx 或 CSV。", field="file", name=name)
    try:
        return list(csv.reader(io.StringIO(text), strict=True))
    except csv.Error as error:
        raise Refused(
            "sheet.broken", "{name} 不是完整的 CSV：{error}。", field="file", name=name, error=error
        ) from error


def _text(cell: Any) -> str:
    """A cell as people see it: dates as 2020-03-01, whole numbers without a point, others to 15 digits as Excel."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return format(Decimal(f"{cell:.15g}"), "f")
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="minutes")
        case dt.date() | dt.time():
            return cell.isoformat()
    return str(cell)
