"""The bureau's official tables: drafted from a sheet, put in force from a day, amended row by row, compared.

A room describes a table by one `OfficialTable` and enters it with `official_table`. The same description serves the
import wizard, the pages, the printed papers and the comparison; a printed table read again says the same.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid5

from xiuhua.city.access import must
from xiuhua.city.duty_wants import Changed
from xiuhua.city.models import TableRow, TableVersion
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.sheets import Column, Row
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import tables as kinds
from xiuhua.ledger.models import Line

State = TableVersion.State


@dataclass(frozen=True)
class Printed:
    """A row as it is printed: what it is about (`key`), our columns' texts, and the columns that are to be confirmed."""

    key: str
    cells: Mapping[str, str]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class OfficialTable:
    """A table of the bureau.

    `read` marks what is wrong on rows and puts what they mean into `row.value`, a list of `Printed`; `in_force` tells
    the rows that hold on a day; `enact` makes printed rows hold from a day on (`whole`: and nothing else, where the
    table is a closed list) and tells what changed.
    """

    kind: str
    label: str
    columns: tuple[Column, ...]
    read: Callable[[Sequence[Row], dt.date, int], None]
    in_force: Callable[[dt.date], list[Printed]]
    enact: Callable[..., Changed]
    verb: str = "set_tables"
    about: str = ""
    paper: str = "A4"
    closed: bool = False
    """What a new version does not name falls away; else only what it names changes."""
    fixed: tuple[str, ...] = ()
    """Columns that tell which row it is, or that the register knows: not edited in a row that is there."""


TABLES: dict[str, OfficialTable] = {}


def official_table(table: OfficialTable) -> OfficialTable:
    """Enter a table under its kind."""
    TABLES[table.kind] = table
    return table


def table_of(kind: str) -> OfficialTable:
    """The table of a kind."""
    if kind not in TABLES:
        raise Absent("table.kind", "没有这种责任表。")
    return TABLES[kind]


def version_of(code: str) -> TableVersion:
    """The version of a code."""
    found = TableVersion.objects.filter(code=code).first()
    if found is None:
        raise Absent("table.absent")
    return found


def printed_rows(version: TableVersion) -> list[Printed]:
    """The rows of a version as they are printed."""
    return [Printed(row.key, row.cells, tuple(row.doubts)) for row in version.rows.all()]


def _version(line: Line) -> TableVersion:
    return TableVersion.objects.get(code=line.about.partition(":")[2])


@action(answer=_version)
def draft_table(
    act: Act, *, kind: str, rows: Sequence[Printed], title: str = "", number: str = "", dated: dt.date | None = None,
    batch: str = "",
) -> TableVersion:  # fmt: skip
    """A version of a table is drawn up, from a sheet or from what holds today. It changes nothing in force."""
    table = table_of(kind)
    must(act.by, table.verb)
    if not rows:
        raise Refused("table.empty", "表里没有一行内容，没有起草。")
    twice = _twice(rows)
    if twice:
        raise Refused("table.twice", "“{key}”在表里出现了两次，请合成一行。", key=twice)
    version = TableVersion.objects.create(
        code=f"B{uuid5(act.key, 'version').hex[:15]}", kind=kind, title=title.strip()[:120] or table.label, batch=batch,
        number=number.strip()[:60], dated=dated, by=act.by.code, made_at=act.at,
    )  # fmt: skip
    _keep(version, rows)
    act.record(kinds.TableDrafted(table=kind, rows=len(rows)), about=f"table:{version.code}")
    return version


def _twice(rows: Sequence[Printed]) -> str:
    seen: set[str] = set()
    return next((row.key for row in rows if row.key in seen or seen.add(row.key)), "")  # type: ignore[func-returns-value]


def _keep(version: TableVersion, rows: Sequence[Printed]) -> None:
    TableRow.objects.bulk_create(
        (
            TableRow(version=version, number=n, key=row.key, cells=dict(row.cells), doubts=list(row.doubts))
            for n, row in enumerate(rows, start=1)
        ),
        batch_size=1000,
    )  # fmt: skip


@action(answer=_version)
def redraft_table(
    act: Act, *, version: TableVersion, number: str | None = None, dated: dt.date | None = None, title: str | None = None,
    key: str = "", cells: Mapping[str, str] | None = None,
) -> TableVersion:  # fmt: skip
    """A draft gets another number or date, or one of its rows is written anew (`key` is the row's; new ones are added)."""
    table = table_of(version.kind)
    must(act.by, table.verb)
    version = _locked_draft(version)
    for name, told in (("number", number), ("title", title), ("dated", dated)):
        if told is not None:
            setattr(version, name, told)
    version.save(update_fields=["number", "title", "dated"])
    if cells is not None:
        _rewrite(version, table, key, cells, bureau_day(act.at))
    act.record(kinds.TableRedrafted(table=version.kind, rows=version.rows.count()), about=f"table:{version.code}")
    return version


def _rewrite(version: TableVersion, table: OfficialTable, key: str, cells: Mapping[str, str], day: dt.date) -> None:
    made = read_one(table, cells, day)
    old = version.rows.filter(key=key).first() if key else None
    known = set(version.rows.exclude(key=key).values_list("key", flat=True))
    clash = next((row.key for row in made if row.key in known), "")
    if clash:
        raise Refused("table.twice", "“{key}”在表里出现了两次，请合成一行。", key=clash)
    at = old.number if old else (version.rows.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    if old:
        old.delete()
    TableRow.objects.bulk_create(
        TableRow(version=version, number=at, key=row.key, cells=dict(row.cells), doubts=list(row.doubts))
        for row in made
    )


def read_one(table: OfficialTable, cells: Mapping[str, str], day: dt.date) -> list[Printed]:
    """One row typed on a page, read as one of a sheet; refused with what is wrong in it."""
    row = Row(1, {name: text.strip() for name, text in cells.items()})
    table.read([row], day, day.year)
    wrong = next((mark for mark in row.marks if mark.level == "wrong"), None)
    if wrong is not None:
        raise Refused.told("table.row", wrong.message, field=wrong.column)
    made: list[Printed] = row.value
    return made


def _locked_draft(version: TableVersion) -> TableVersion:
    found = TableVersion.objects.select_for_update().get(pk=version.pk)
    if found.state != State.DRAFT:
        raise Refused(
            "table.state",
            "这一版{state}，不能再改；要改，请另起一版，或改现行的一行。",
            state=found.get_state_display(),
        )
    return found


@action(answer=_version)
def enact_table(act: Act, *, version: TableVersion, from_day: dt.date) -> TableVersion:
    """A version is put in force from a day: what it changes begins and ends on that day, what it repeats stays."""
    table = table_of(version.kind)
    must(act.by, table.verb)
    found = TableVersion.objects.select_for_update().get(pk=version.pk)
    if found.state not in (State.DRAFT, State.REPLACED):
        raise Refused("table.state", "这一版{state}，不能再生效。", state=found.get_state_display())
    rows = reread(table, printed_rows(found), from_day)
    changed = table.enact(act, rows=rows, from_day=from_day, version=found.code, whole=True)
    replaced = list(TableVersion.objects.select_for_update().filter(kind=found.kind, state=State.IN_FORCE))
    for old in replaced:
        old.state, old.until_day = State.REPLACED, max(from_day, old.from_day or from_day)
        old.save(update_fields=["state", "until_day"])
    found.state, found.from_day, found.until_day = State.IN_FORCE, from_day, None
    found.save(update_fields=["state", "from_day", "until_day"])
    act.written = 0
    act.record(
        kinds.TableEnacted(
            table=found.kind, from_day=from_day.isoformat(), rows=len(rows), begun=changed.begun, ended=changed.ended
        ),
        about=f"table:{found.code}",
    )
    for old in replaced:
        act.record(kinds.TableReplaced(table=old.kind, until_day=from_day.isoformat()), about=f"table:{old.code}")
    return found


def reread(table: OfficialTable, rows: Sequence[Printed], day: dt.date) -> list[Printed]:
    """Printed rows read again on a day; refused when somebody named in them has left since. Doubts stay."""
    read = [Row(n, dict(row.cells)) for n, row in enumerate(rows, start=1)]
    table.read(read, day, day.year)
    wrong = [(row.number, mark.message) for row in read for mark in row.marks if mark.level == "wrong"]
    if wrong:
        raise Refused(
            "table.row",
            "第 {row} 行：{why}。还有 {more} 处；请先改好草稿再生效。",
            row=wrong[0][0],
            why=wrong[0][1],
            more=len(wrong) - 1,
        )
    return [
        Printed(one.key, one.cells, tuple(dict.fromkeys([*told.doubts, *one.doubts])))
        for told, row in zip(rows, read, strict=True)
        for one in row.value
    ]


@action(answer=_version)
def withdraw_table(act: Act, *, version: TableVersion) -> TableVersion:
    """A draft is withdrawn. What is in force is replaced by another version, never taken away."""
    must(act.by, table_of(version.kind).verb)
    found = TableVersion.objects.select_for_update().get(pk=version.pk)
    if found.state != State.DRAFT:
        raise Refused(
            "table.in_force", "《{title}》{number}自 {from_day} 起已经生效，现行责任出自它，不能撤销。请导入新的一版替代它，或让上一版重新生效。",
            title=found.title, number=found.number, from_day=found.from_day,
        )  # fmt: skip
    found.state = State.WITHDRAWN
    found.save(update_fields=["state"])
    act.record(kinds.TableWithdrawn(table=found.kind), about=f"table:{found.code}")
    return found


@action(answer=lambda line: None)
def amend_table(act: Act, *, kind: str, cells: Mapping[str, str], key: str = "") -> None:
    """One row of what is in force (`key`, or a new one) is written anew, from today on; the rest stays."""
    table = table_of(kind)
    must(act.by, table.verb)
    day = bureau_day(act.at)
    rows = read_one(table, cells, day)
    if key and len(rows) == 1:
        rows = [replace(rows[0], key=key)]
    changed = table.enact(act, rows=rows, from_day=day, version="", whole=False)
    if not changed:
        raise Refused("table.same", "这一行没有变化，不用保存。")
    act.written = 0
    act.record(
        kinds.TableAmended(table=kind, from_day=day.isoformat(), begun=changed.begun, ended=changed.ended),
        about=f"table:{kind}",
    )


@dataclass(frozen=True)
class Difference:
    """A row that one side has and the other has not, or has otherwise: column, before, after."""

    key: str
    what: str
    cells: Mapping[str, str] = field(default_factory=dict)
    columns: tuple[tuple[str, str, str], ...] = ()


def differences(table: OfficialTable, before: Sequence[Printed], after: Sequence[Printed]) -> list[Difference]:
    """What is added, removed and changed from one set of rows to another; columns that one side has not are not compared."""
    old, new = {row.key: row for row in before}, {row.key: row for row in after}
    found: list[Difference] = []
    for key, row in new.items():
        if key not in old:
            found.append(Difference(key, "added", row.cells))
            continue
        columns = tuple(
            (column.label, old[key].cells[column.name], row.cells[column.name])
            for column in table.columns
            if column.told and column.name != "number" and column.name in old[key].cells and column.name in row.cells
            and old[key].cells[column.name] != row.cells[column.name]
        )  # fmt: skip
        if columns:
            found.append(Difference(key, "changed", row.cells, columns))
    found += [Difference(key, "removed", row.cells) for key, row in old.items() if key not in new]
    return found


def changes(table: OfficialTable, before: Sequence[Printed], draft: Sequence[Printed]) -> list[Difference]:
    """What putting a draft in force would change: where a table is no closed list, what it does not name stays."""
    named = {_named(row.key) for row in draft}
    return [
        one for one in differences(table, before, draft)
        if table.closed or one.what != "removed" or _named(one.key) in named
    ]  # fmt: skip


def _named(key: str) -> str:
    """What a row is about, without its shift or the number of its condition."""
    return re.split("[·/]", key, maxsplit=1)[0]


def undo_draft(act: Act, *, batch: str) -> Any:
    """What the wizard calls to take a batch back: its draft is withdrawn."""
    version = TableVersion.objects.filter(batch=batch).first()
    if version is None:
        raise Absent("table.absent")
    return version if version.state == State.WITHDRAWN else withdraw_table(act, version=version)
