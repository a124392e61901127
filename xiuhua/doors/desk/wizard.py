"""What the pages of the import wizard show: tables and batches, columns as proposed, rows with their marks."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from xiuhua.city.access import may
from xiuhua.city.models import Person
from xiuhua.doors.desk.entry import whole_number
from xiuhua.kit.models import Batch, BatchRow
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Sheet
from xiuhua.kit.sheets.batches import book_of, head_of, marks_by_place, proposal, seen_rows
from xiuhua.kit.sheets.books import Book
from xiuhua.kit.sheets.columns import LEVELS
from xiuhua.kit.sheets.heads import Head
from xiuhua.ledger.act import By
from xiuhua.programme.tables import SHEETS

PAGE = 100
SAMPLE = 3
State = Batch.State


def tables_for(by: By) -> list[Sheet]:
    """The tables that somebody may bring in."""
    return [one for one in SHEETS.values() if may(by, one.verb)]


def batches_for(by: By, *, sheet: str = "", most: int = 8) -> list[dict[str, Any]]:
    """The newest batches that somebody may see: the own ones, all of them for an administrator."""
    rows = Batch.objects.filter(sheet_code__in=[one.code for one in tables_for(by)])
    rows = rows if may(by, "administer") else rows.filter(by=by.code)
    rows = rows.filter(sheet_code=sheet) if sheet else rows
    found = list(rows[:most])
    names = dict(Person.objects.filter(code__in={one.by for one in found}).values_list("code", "name"))
    return [{"batch": one, "sheet": SHEETS[one.sheet_code], "who": names.get(one.by, "")} for one in found]


def steps_of(found: Batch) -> list[tuple[str, str]]:
    labels = (_("拖入表格"), _("对上各列"), _("逐行检查"), _("导入"))
    at = {State.DROPPED: 1, State.MATCHED: 2, State.IMPORTED: 4, State.UNDONE: 4}[State(found.state)]
    return [(label, "done" if n < at else "now" if n == at else "todo") for n, label in enumerate(labels)]


def columns_context(given: QueryDict, found: Batch, sheet: Sheet, *, kept: bool) -> dict[str, Any]:
    """The columns proposed, with the first rows under each; another sheet or header row may be asked for."""
    book = book_of(found)
    which = min(whole_number(given.get("which"), without=found.which), len(book.sheets) - 1)
    row = given.get("head", "")
    head, wrong = _head(book, which, sheet, int(row) - 1 if row.isdigit() else None)
    chosen = found.matched if found.state == State.MATCHED and which == found.which else {}
    if head and kept:
        chosen = {one.name: int(v) for one in sheet.columns if (v := given.get(f"column-{one.name}", "")).isdigit()}
    elif head and not chosen:
        chosen = proposal(head, sheet)
    cells = book.grid(which).cells
    first = head.row + head.depth if head else 0
    samples = [row for row in cells[first : first + 40] if any(cell.strip() for cell in row)][:SAMPLE]
    names = list(enumerate(head.names)) if head else []
    return {
        "book": book, "which": which, "head": head, "head_row": head.row + 1 if head else 1, "head_wrong": wrong,
        "names": [(n, name or _("第 %(n)d 列") % {"n": n + 1}) for n, name in names],
        "fields": [
            {"column": one, "at": chosen.get(one.name), "sample": _sample(samples, chosen.get(one.name))}
            for one in sheet.columns
        ],
        "unused": [name for n, name in names if name and n not in chosen.values()],
    }  # fmt: skip


def _head(book: Book, which: int, sheet: Sheet, row: int | None) -> tuple[Head | None, str]:
    try:
        return head_of(book, which, sheet, row=row), ""
    except Refused as refused:
        return None, refused.message


def _sample(rows: list[list[str]], at: int | None) -> str:
    return "" if at is None else " · ".join(row[at].strip()[:24] for row in rows if at < len(row) and row[at].strip())


def preview_context(request: HttpRequest, found: Batch, sheet: Sheet) -> dict[str, Any]:
    level = request.GET.get("level", "")
    level = level if level in (*LEVELS, "any") else ""
    rows = seen_rows(found, level=level)
    page, total = max(whole_number(request.GET.get("page"), without=1), 1), rows.count()
    at = {
        n: sheet.column(name).label
        for name, n in found.matched.items()
        if any(one.name == name for one in sheet.columns)
    }
    heads = sorted(at.items())
    counts = {"": found.rows, "wrong": found.wrong, "doubt": found.doubt, "note": found.note}
    return {
        "heads": [label for _n, label in heads],
        "rows": [_row(row, found, [n for n, _label in heads]) for row in rows[(page - 1) * PAGE : page * PAGE]],
        "level": level, "page": page, "pages": max((total + PAGE - 1) // PAGE, 1), "total": total,
        "filters": [
            {"value": value, "label": LEVELS.get(value) or _("全部行"), "count": counts[value]} for value in counts
        ],
        "good": found.rows - found.wrong,
    }  # fmt: skip


def _row(row: BatchRow, found: Batch, places: list[int]) -> dict[str, Any]:
    marks = marks_by_place(row, found)
    worst = list(LEVELS)

    def cell(n: int) -> dict[str, Any]:
        own = sorted(marks.get(n, []), key=lambda mark: worst.index(mark[0]))
        return {
            "text": row.cells[n] if n < len(row.cells) else "", "level": own[0][0] if own else "",
            "marks": [(level, LEVELS[level], message) for level, message in own],
        }  # fmt: skip

    return {
        "number": row.number, "level": row.level, "cells": [cell(n) for n in places],
        "marks": [(level, LEVELS[level], message) for level, message in marks.get(-1, [])],
    }  # fmt: skip
