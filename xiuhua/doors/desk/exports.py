"""Lists as sheets to take along: Excel as offices know it, and CSV. The filters and the moment stand above the rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any, TypeVar
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)
MOST = 50_000
"""Rows in one answer: more is written in the background (`xiuhua.doors.desk.jobs`)."""
SHEET = 100_000
HEAD_ROWS = 3


def excel(
    title: str,
    *,
    stated: str,
    at: dt.datetime,
    headers: Sequence[tuple[Any, int]],
    rows: Iterable[Sequence[Any]],
    landscape: bool = True,
    paper: int = 9,
) -> HttpResponse:
    """An .xlsx: title, the filters and the moment, the headers, the rows; set up to print. `paper` 9 is A4, 8 is A3."""
    page = io.BytesIO()
    write_book(page, title, stated=stated, at=at, headers=headers, rows=rows, landscape=landscape, paper=paper)
    return _named(HttpResponse(page.getvalue(), content_type=EXCEL), f"{title}.xlsx")


def write_book(
    page: io.BytesIO,
    title: str,
    *,
    stated: str,
    at: dt.datetime,
    headers: Sequence[tuple[Any, int]],
    rows: Iterable[Sequence[Any]],
    landscape: bool = True,
    paper: int = 9,
) -> None:
    """Write an .xlsx with one sheet for each 100,000 rows, each with the whole head."""
    book = xlsxwriter.Workbook(page, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    head = book.add_format({"bold": True, "bg_color": "#EEF1F6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    large = book.add_format({"bold": True, "font_size": 16})
    sheet, number, sheets = None, 0, 0
    for row in chain(rows, (None,)):
        if sheet is None or number == SHEET + HEAD_ROWS:
            if row is None and sheet is not None:
                break
            sheets += 1
            name = title[:27] if sheets == 1 else f"{title[:27]} {sheets}"
            sheet, number = (
                _sheet(book, name, title, stamp(stated, at), headers, head, large, landscape, paper),
                HEAD_ROWS,
            )
        if row is None:
            break
        for column, cell in enumerate(row):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(number, column, cell, body)
            else:
                sheet.write_string(number, column, in_words(cell), body)
        number += 1
    book.close()


def _sheet(
    book: Any, name: str, title: str, stated: str, headers: Sequence[tuple[Any, int]], head: Any, large: Any, landscape: bool,
    paper: int,
) -> Any:  # fmt: skip
    """A sheet with its head, set up to print."""
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(HEAD_ROWS, 0)
    sheet.repeat_rows(HEAD_ROWS - 1)
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    if landscape:
        sheet.set_landscape()
    for column, (_label, width) in enumerate(headers):
        sheet.set_column(column, column, width)
    sheet.write_string(0, 0, title, large)
    sheet.write_string(1, 0, stated)
    for column, (label, _width) in enumerate(headers):
        sheet.write_string(2, column, str(label), head)
    return sheet


class _Echo:
    """Gives back what csv writes, a line at a time."""

    def write(self, text: str) -> str:
        return text


def comma_separated(
    title: str, *, headers: Sequence[tuple[Any, int]], rows: Iterable[Sequence[Any]]
) -> StreamingHttpResponse:
    """A CSV that Excel opens in Chinese. Cells that a sheet would take for a formula are disarmed."""
    writer = csv.writer(_Echo())
    lines = (writer.writerow([_disarmed(in_words(cell)) for cell in row]) for row in rows)

    def every() -> Iterable[str]:
        yield "\ufeff"
        yield writer.writerow([str(label) for label, _width in headers])
        yield from lines

    answer = StreamingHttpResponse(every(), content_type="text/csv; charset=utf-8")
    return _named(answer, f"{title}.csv")


def stamp(stated: str, at: dt.datetime) -> str:
    """What the list holds and when it was made."""
    made = _("导出于 %(time)s") % {"time": f"{localtime(at):%Y-%m-%d %H:%M}"}
    return _("筛选：%(stated)s。%(made)s") % {"stated": stated or _("全部"), "made": made}


def in_words(cell: Any) -> str:
    match cell:
        case None:
            return ""
        case dt.datetime():
            return f"{localtime(cell):%Y-%m-%d %H:%M}"
        case dt.date():
            return cell.isoformat()
    return str(cell)


def _disarmed(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") else text


def _named(answer: Answer, name: str) -> Answer:
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
