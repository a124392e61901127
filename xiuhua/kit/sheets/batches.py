"""The steps of the wizard. A batch is a draft until it is imported: nothing of it counts, and nothing of it is lost.

`begin_batch` keeps the file, `match_columns` says which column is which and looks every row through, `import_batch`
lets the room bring the good rows in by its own action, `undo_batch` lets it take them back, `returned` gives the rows
that were not good as the same sheet with a 原因 column. A step that was done already answers as the first time.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.kit.files import keep, original_of
from xiuhua.kit.inserts import insert_rows
from xiuhua.kit.jobs import Pulse, Silent
from xiuhua.kit.models import Batch, BatchRow, ColumnMemory
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.sheets.books import Book
from xiuhua.kit.sheets.columns import DOUBT, NOTE, WRONG, Row, Sheet
from xiuhua.kit.sheets.heads import Head, find_head, head_at, propose
from xiuhua.kit.sheets.rows import Reading, read_rows

MADE = 2000
"""Rows written at once."""
TOLD = 500
"""Rows after which it is told how far a check is."""


def batch_of(code: str, *, by: str = "") -> Batch:
    """The batch of a code; with `by` only that person's."""
    found = Batch.objects.filter(code=code, **({"by": by} if by else {})).first()
    if found is None:
        raise Absent("batch.absent")
    return found


def begin_batch(sheet: Sheet, raw: bytes, *, name: str, key: UUID, by: str, at: dt.datetime) -> Batch:
    """A file is dropped: it is opened once, so that what is no table is refused now, and kept."""
    known = Batch.objects.filter(key=key).first()
    if known is not None:
        return known
    which = Book(raw, name).first()
    begun, _made = Batch.objects.get_or_create(
        key=key,
        defaults={
            "code": uuid5(key, "batch").hex[:20], "sheet_code": sheet.code, "file": keep(raw, at=at).digest,
            "name": name[-200:], "by": by, "begun_at": at, "changed_at": at, "which": which,
        },
    )  # fmt: skip
    return begun


def book_of(batch: Batch) -> Book:
    """The file of a batch, opened again."""
    raw, _content_type = original_of(batch.file)
    return Book(raw, batch.name)


def head_of(book: Book, which: int, sheet: Sheet, *, row: int | None = None) -> Head:
    """The header of a sheet of the book, found, or told to be in a row counted from 0."""
    grid = book.grid(which)
    if row is not None and not 0 <= row < max(len(grid.cells), 1):
        raise Refused("sheet.head", "表头不能在第 {n} 行：表里没有这一行。", field="head", n=row + 1)
    head = find_head(grid, sheet.columns) if row is None else head_at(grid, row)
    if head is None:
        raise Refused("sheet.empty", "{name} 里没有表头：至少要有一行填了两列以上。", field="file", name=grid.name)
    return head


def proposal(head: Head, sheet: Sheet) -> dict[str, int]:
    """Which column is which: as matched last time for this header, else by their names."""
    memory = ColumnMemory.objects.filter(sheet_code=sheet.code, signature=head.signature).first()
    return propose(head, sheet.columns, memory.matched if memory else None)


def match_columns(
    batch: Batch, sheet: Sheet, *, at: dt.datetime, which: int | None = None, head_row: int | None = None,
    matched: Mapping[str, int] | None = None, told: Mapping[str, str] | None = None, pulse: Pulse | None = None,
) -> Batch:  # fmt: skip
    """Say which column is which (proposed when not told), remember it for this header, and look every row through.

    The rows are kept a few thousand at a time, so that nobody who writes waits long; until the last is kept the batch
    is what it was before.
    """
    pulse = pulse or Silent()
    batch = _still_open(Batch.objects.get(pk=batch.pk))
    pulse.told(0, batch.rows, stage="read")
    book = book_of(batch)
    batch.which = batch.which if which is None else which
    head = head_of(book, batch.which, sheet, row=head_row)
    chosen = proposal(head, sheet) if matched is None else _chosen(matched, head, sheet)
    batch.head_row, batch.matched, batch.changed_at = head.row, chosen, at
    batch.told = {**batch.told, **(told or {})}
    reading = _looked_through(book, batch, head, sheet, pulse)
    with transaction.atomic():
        _still_open(Batch.objects.select_for_update().get(pk=batch.pk))
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.DROPPED)
        BatchRow.objects.filter(batch=batch).delete()
    for first in range(0, len(reading.rows), MADE):
        _keep_rows(batch, reading.rows[first : first + MADE])
    with transaction.atomic():
        _still_open(Batch.objects.select_for_update().get(pk=batch.pk))
        ColumnMemory.objects.update_or_create(
            sheet_code=sheet.code, signature=head.signature, defaults={"matched": chosen}
        )
        batch.state = Batch.State.MATCHED
        _count(batch, reading)
    return batch


def _still_open(batch: Batch) -> Batch:
    if batch.state in (Batch.State.IMPORTED, Batch.State.UNDONE):
        raise Refused(
            "batch.done", "这一批{state}，不能再改。要重新导入，请再拖入一次文件。", state=batch.get_state_display()
        )
    return batch


def _chosen(matched: Mapping[str, int], head: Head, sheet: Sheet) -> dict[str, int]:
    known = {column.name for column in sheet.columns}
    chosen = {name: n for name, n in matched.items() if name in known and 0 <= n < len(head.names)}
    twice = next((n for n in chosen.values() if list(chosen.values()).count(n) > 1), None)
    if twice is not None:
        raise Refused(
            "sheet.twice", "表里的“{column}”一列对上了两次，请改成一次。", field="columns", column=head.names[twice]
        )
    return chosen


def _looked_through(book: Book, batch: Batch, head: Head, sheet: Sheet, pulse: Pulse) -> Reading:
    reading = read_rows(book.grid(batch.which), head, batch.matched, sheet)
    if not reading.rows:
        raise Refused("sheet.no_rows", "表头下面没有内容。请检查选的工作表和表头行。", field="head")
    day = timezone.localtime(batch.begun_at).date().isoformat()
    watched = Watched(reading.rows, pulse)
    sheet.check(watched, {"above": "\n".join(head.above), "day": day, **batch.told})
    pulse.told(len(watched), len(watched), bad=sum(not row.good for row in watched), stage="write")
    return reading


class Watched(list[Row]):
    """Rows that tell how far somebody has come who goes through them."""

    def __init__(self, rows: Sequence[Row], pulse: Pulse) -> None:
        super().__init__(rows)
        self.pulse, self.furthest, self.bad = pulse, 0, 0

    def __iter__(self) -> Iterator[Row]:
        for n, row in enumerate(super().__iter__()):
            if n >= self.furthest + TOLD:
                self.bad += sum(not one.good for one in self[self.furthest : n])
                self.furthest = n
                self.pulse.told(n, len(self), bad=self.bad, stage="check")
            yield row


def _count(batch: Batch, reading: Reading) -> None:
    levels = Counter(row.level for row in reading.rows)
    batch.rows, batch.notes = len(reading.rows), reading.notes
    batch.wrong, batch.doubt, batch.note = (levels[level] for level in (WRONG, DOUBT, NOTE))
    batch.save()


@transaction.atomic
def _keep_rows(batch: Batch, rows: Sequence[Row]) -> None:
    insert_rows(
        [
            BatchRow(
                batch=batch, number=row.number, cells=row.raw, level=row.level,
                marks=[[mark.level, mark.column, mark.message] for mark in row.marks],
            )
            for row in rows
        ]
    )  # fmt: skip


def seen_rows(batch: Batch, *, level: str = "") -> QuerySet[BatchRow]:
    """The rows as they were looked through; with `level` those of it, `any` for every row with a mark."""
    rows = batch.seen.all()
    return rows.exclude(level="") if level == "any" else rows.filter(level=level) if level else rows


def import_batch(
    batch: Batch, sheet: Sheet, *, act: Any, all_or_nothing: bool = False, told: Mapping[str, str] | None = None,
    pulse: Pulse | None = None,
) -> Batch:  # fmt: skip
    """The room brings the good rows in. They are looked through once more, since the register may have changed.

    `act` is the room's act of this moment; its key is made from the batch, so that importing twice changes nothing.
    """
    pulse = pulse or Silent()
    batch = Batch.objects.get(pk=batch.pk)
    if batch.state == Batch.State.IMPORTED:
        return batch
    _matched(batch)
    pulse.told(0, batch.rows, stage="read")
    batch.told = {**batch.told, **(told or {})}
    book = book_of(batch)
    head = head_of(book, batch.which, sheet, row=batch.head_row)
    reading = _looked_through(book, batch, head, sheet, pulse)
    good = [row for row in reading.rows if row.good]
    bad = [row for row in reading.rows if not row.good]
    if not good:
        raise Refused("batch.nothing", "没有一行可以导入。请看每一行的原因，改好后再导入。")
    if bad and all_or_nothing:
        raise Refused(
            "batch.wrong",
            "有 {n} 行有错误，按“全部通过才导入”没有导入任何一行。请改好后再导入，或改选只导入通过的行。",
            n=len(bad),
        )
    act.key = uuid5(batch.key, "import")
    with transaction.atomic():
        now = Batch.objects.select_for_update().get(pk=batch.pk)
        if now.state == Batch.State.IMPORTED:
            return now
        _matched(now)
        sheet.bring_in(
            act, batch=batch.code, rows=[row.value for row in good], told={"above": "\n".join(head.above), **batch.told}
        )
        batch.state, batch.brought_in, batch.changed_at = Batch.State.IMPORTED, len(good), act.at
        _count(batch, reading)
        BatchRow.objects.filter(batch=batch).delete()
        _keep_rows(batch, bad)
    return batch


def _matched(batch: Batch) -> None:
    if batch.state != Batch.State.MATCHED:
        raise Refused("batch.not_matched", "这一批{state}，现在不能导入。", state=batch.get_state_display())


@transaction.atomic
def undo_batch(batch: Batch, sheet: Sheet, *, act: Any) -> Batch:
    """The whole batch is taken back, or the room refuses and names what uses it since."""
    batch = Batch.objects.select_for_update().get(pk=batch.pk)
    if batch.state == Batch.State.UNDONE:
        return batch
    if batch.state == Batch.State.IMPORTED:
        act.key = uuid5(batch.key, "undo")
        sheet.take_back(act, batch=batch.code)
    batch.state, batch.changed_at = Batch.State.UNDONE, act.at
    batch.save(update_fields=["state", "changed_at"])
    batch.seen.all().delete()
    return batch


def marks_by_place(row: BatchRow, batch: Batch) -> dict[int, list[tuple[str, str]]]:
    """The marks of a row by the sheet's column; those of the whole row, or of a column that is not there, at -1."""
    found: dict[int, list[tuple[str, str]]] = {}
    for level, column, message in row.marks:
        found.setdefault(batch.matched.get(column, -1), []).append((level, message))
    return found


def sentences(batch: Batch, sheet: Sheet) -> list[str]:
    """What became of a batch, for people."""
    told = {"name": batch.name, "rows": batch.rows, "in": batch.brought_in, "wrong": batch.wrong, "doubt": batch.doubt}
    if batch.state == Batch.State.IMPORTED:
        first = _("%(name)s：%(rows)d 行，导入 %(in)d 行，退回 %(wrong)d 行，待确认 %(doubt)d 行。") % told
    elif batch.state == Batch.State.UNDONE:
        first = _("%(name)s：整批已撤销。") % told
    else:
        first = _("%(name)s：%(rows)d 行，错误 %(wrong)d 行，待确认 %(doubt)d 行，还没有导入。") % told
    return [first, *batch.notes]
