"""The rows that were not good, as the same sheet: its lines, its header, the rows as they stood, and why each came back."""

from __future__ import annotations

import io
from collections.abc import Iterable

import xlsxwriter

from xiuhua.kit.models import Batch
from xiuhua.kit.sheets.batches import book_of, head_of, seen_rows
from xiuhua.kit.sheets.columns import WRONG, Sheet
from xiuhua.kit.sheets.heads import REASON

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def returned(batch: Batch, sheet: Sheet) -> bytes:
    """The rows with errors as .xlsx: put right, the same file can be dropped again."""
    book = book_of(batch)
    head = head_of(book, batch.which, sheet, row=batch.head_row)
    had = [n for n, name in enumerate(head.names) if name != REASON]
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as made:
        table = made.add_worksheet(
            book.sheets[batch.which].name.translate(str.maketrans("", "", "[]:*?/\\"))[:31] or None
        )
        bold = made.add_format({"bold": True, "border": 1, "bg_color": "#EEF1F6", "text_wrap": True})
        plain, red = made.add_format({"border": 1, "text_wrap": True}), made.add_format({"border": 1, "text_wrap": True, "font_color": "#B42318"})  # fmt: skip
        y = 0
        for line in head.above:
            table.write_string(y, 0, line)
            y += 1
        for x, n in enumerate(had):
            table.write_string(y, x, head.names[n].rpartition("/")[2] or head.names[n], bold)
        table.write_string(y, len(had), REASON, bold)
        table.set_column(0, len(had) - 1, 14)
        table.set_column(len(had), len(had), 48)
        for row in seen_rows(batch, level=WRONG).iterator(chunk_size=2000):
            y += 1
            for x, n in enumerate(had):
                table.write_string(y, x, row.cells[n] if n < len(row.cells) else "", plain)
            table.write_string(y, len(had), "；".join(_reasons(row.marks)), red)
    return page.getvalue()


def _reasons(marks: Iterable[list[str]]) -> Iterable[str]:
    return (message for level, _column, message in marks if level == WRONG)
