"""An official table as cities print it: PDF, and Word and Excel that can be edited and read again.

All three have one look: title, document number and date, the same columns, equal neighbours in one cell, a header on
every page, page x of y. The papers are Chinese in whatever language the page is. A table that was printed and is read
again says the same; that is tested.
"""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import typst
import xlsxwriter

from xiuhua.city.official_tables import OfficialTable, Printed
from xiuhua.city.queries import bureau_name
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.sheets import Column
from xiuhua.programme.fonts import faces
from xiuhua.programme.table_word import word_of

PAPERS = Path(__file__).parent / "papers"
CENTRED = (
    "number",
    "length",
    "cls",
    "shift",
    "code",
    "type_code",
    "key_item",
    "score",
    "due",
    "squad",
    "leader",
    "title",
)
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
KINDS = {"pdf": "application/pdf", "docx": WORD, "xlsx": EXCEL}
MOST_ON_PAPER = 20_000
"""Rows of one PDF or Word file; our choice: that is a thousand pages."""


@dataclass(frozen=True)
class Cell:
    """A cell of a printed table: its text, and over how many rows it reaches; 0 when one above reaches over it."""

    text: str
    down: int = 1


@dataclass(frozen=True)
class Paper:
    """A table ready to be printed: what stands above it, its columns, its rows."""

    title: str
    left: str
    right: str
    bureau: str
    columns: tuple[Column, ...]
    rows: list[list[Cell]]
    large: bool = False
    watermark: str = ""
    note: str = ""


def paper_of(
    table: OfficialTable, rows: Sequence[Printed], *, title: str = "", number: str = "", dated: dt.date | None = None,
    told: str = "", watermark: str = "",
) -> Paper:  # fmt: skip
    """Lay a table out. `told` says of which day it is; columns in which nothing stands are left out, but for needed ones."""
    used = {name for row in rows for name, text in row.cells.items() if text}
    columns = tuple(
        one for one in table.columns if one.told and (one.name in used or one.needed or one.name == "number")
    )
    return Paper(
        title=title or table.label, left=number or bureau_name(), right="　".join(filter(None, (told, day_words(dated)))),
        bureau=bureau_name(), columns=columns, rows=_cells(columns, rows), large=table.paper == "A3", watermark=watermark,
        note="",
    )  # fmt: skip


def day_words(day: dt.date | None) -> str:
    """2020年3月2日."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def _cells(columns: Sequence[Column], rows: Sequence[Printed]) -> list[list[Cell]]:
    """The texts with equal neighbours joined: a cell reaches down while it and the merged cells before it stay the same."""
    texts = [
        [row.cells.get(one.name, str(n) if one.name == "number" else "") for one in columns]
        for n, row in enumerate(rows, start=1)
    ]
    laid = [[Cell(text) for text in line] for line in texts]
    merged = [
        x for x, one in enumerate(columns) if one.merged and not (one.name == "number" and "number" not in _names(rows))
    ]
    for place, x in enumerate(merged):
        begin = 0
        for y in range(1, len(texts) + 1):
            if y < len(texts) and texts[y][x] and all(texts[y][m] == texts[begin][m] for m in merged[: place + 1]):
                continue
            if y - begin > 1:
                laid[begin][x] = Cell(texts[begin][x], y - begin)
                for under in range(begin + 1, y):
                    laid[under][x] = Cell("", 0)
            begin = y
    return laid


def _names(rows: Sequence[Printed]) -> set[str]:
    return set(rows[0].cells) if rows else set()


def made(paper: Paper, kind: str, *, at: dt.datetime) -> bytes:
    """The paper as `pdf`, `docx` or `xlsx`."""
    if kind not in KINDS:
        raise Absent("table.format", "没有这种格式。")
    if kind == "xlsx":
        return excel_of(paper)
    if len(paper.rows) > MOST_ON_PAPER:
        raise Refused("table.long", "有 {n:,} 行，太多了，请导出 Excel。", n=len(paper.rows))
    return word_of(paper) if kind == "docx" else pdf_of(paper, at=at)


def pdf_of(paper: Paper, *, at: dt.datetime) -> bytes:
    """The table as PDF, lying on A4 or A3."""
    taken = faces()
    told: Mapping[str, object] = {
        "title": paper.title, "left": paper.left, "right": paper.right, "bureau": paper.bureau,
        "paper": "a3" if paper.large else "a4", "size": 10.5, "watermark": paper.watermark, "note": paper.note,
        "heads": [one.label for one in paper.columns], "widths": [one.width for one in paper.columns],
        "centred": [n for n, one in enumerate(paper.columns) if one.name in CENTRED],
        "rows": [[{"text": cell.text, "down": cell.down} for cell in row if cell.down] for row in paper.rows],
        "faces": taken.families, "light": list(taken.light),
    }  # fmt: skip
    try:
        done = typst.compile(
            str(PAPERS / "table.typ"), format="pdf", font_paths=list(taken.folders), timestamp=int(at.timestamp()),
            sys_inputs={"table": json.dumps(told, ensure_ascii=False)},
        )  # fmt: skip
    except typst.TypstError as error:
        raise Refused("paper.fault", "排版出错：{error}", error=error) from error
    return bytes(done)


def excel_of(paper: Paper) -> bytes:
    """The table as .xlsx, set up to print lying on A4 or A3."""
    page = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(page, options) as book:
        sheet = book.add_worksheet(paper.title.translate(str.maketrans("", "", "[]:*?/\\“”"))[:31])
        title = book.add_format(
            {"font_name": "方正小标宋简体", "font_size": 22, "align": "center", "valign": "vcenter"}
        )
        line = book.add_format({"font_name": "楷体", "font_size": 12, "align": "left"})
        right = book.add_format({"font_name": "楷体", "font_size": 12, "align": "right"})
        head = book.add_format({"font_name": "黑体", "font_size": 11, "border": 1, "bg_color": "#EEEEEE", "align": "center",
                                "valign": "vcenter", "text_wrap": True})  # fmt: skip
        body = book.add_format(
            {"font_name": "仿宋", "font_size": 11, "border": 1, "valign": "vcenter", "text_wrap": True}
        )
        centred = book.add_format({"font_name": "仿宋", "font_size": 11, "border": 1, "align": "center", "valign": "vcenter",
                                   "text_wrap": True})  # fmt: skip
        last, half = len(paper.columns) - 1, max(len(paper.columns) // 2 - 1, 0)
        sheet.merge_range(0, 0, 0, last, paper.title, title)
        sheet.set_row(0, 36)
        sheet.merge_range(1, 0, 1, half, paper.left, line) if half else sheet.write_string(1, 0, paper.left, line)
        sheet.merge_range(1, half + 1, 1, last, paper.right, right)
        for x, one in enumerate(paper.columns):
            sheet.set_column(x, x, one.width)
            sheet.write_string(2, x, one.label, head)
        formats = [centred if one.name in CENTRED else body for one in paper.columns]
        for y, row in enumerate(paper.rows, start=3):
            for x, cell in enumerate(row):
                if cell.down > 1:
                    sheet.merge_range(y, x, y + cell.down - 1, x, "", formats[x])
                if cell.down:
                    sheet.write_string(y, x, cell.text, formats[x])
        sheet.freeze_panes(3, 0)
        sheet.repeat_rows(2)
        sheet.set_paper(8 if paper.large else 9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.6, right=0.6, top=0.7, bottom=0.7)
        sheet.set_footer("&C第 &P 页 共 &N 页")
    return page.getvalue()
