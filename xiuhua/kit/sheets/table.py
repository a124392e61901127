"""Sheets as offices have them: Excel (.xlsx, .xls), OpenDocument and CSV read into rows of text under their headers."""

from __future__ import annotations

from dataclasses import dataclass, field

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.books import BOOKS, Book
from xiuhua.kit.sheets.texts import csv_cells

MOST_ROWS = 200_000


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
    cells = _book(raw, name) if lower.endswith(BOOKS) or raw[:4] == b"PK\x03\x04" else csv_cells(raw, name)
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
    """The first sheet that is not hidden and has something in it."""
    book = Book(raw, name)
    if book.kind in ("text", "html") and name.lower().endswith(BOOKS):
        raise Refused(
            "sheet.broken",
            "{name} 打不开：文件损坏或者加了密码。请在 Excel 里另存一份再导入。",
            field="file",
            name=name,
        )
    return [] if all(one.hidden for one in book.sheets) else book.grid(book.first()).cells
