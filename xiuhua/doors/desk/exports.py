"""Lists as sheets to take along: Excel as offices know it, and CSV. The filters and the moment stand above the rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)
MOST = 50_000
"""Rows in one sheet: more is work for `xiuhua backup` or the API, not for an Excel of an old PC."""


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
    book = xlsxwriter.Workbook(page, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bg_color": "#EEF1F6", "border": 1, "text_wrap": True, "valign": "vcenter"})
    body = book.add_format({"border": 1, "text_wrap": True, "valign": "top"})
    sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 16}))
    sheet.write_string(1, 0, stamp(stated, at))
    for column, (label, width) in enumerate(headers):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, str(label), head)
    for number, row in enumerate(rows, start=3):
        for column, cell in enumerate(row):
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                sheet.write_number(number, column, cell, body)
            else:
                sheet.write_string(number, column, in_words(cell), body)
    sheet.freeze_panes(3, 0)
    sheet.repeat_rows(2)
    sheet.set_paper(paper)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    if landscape:
        sheet.set_landscape()
    book.close()
    return _named(HttpResponse(page.getvalue(), content_type=EXCEL), f"{title}.xlsx")


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
