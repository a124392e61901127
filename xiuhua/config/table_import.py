"""Bringing a table in from the command line: the steps of the wizard at the desk, one after another."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from xiuhua.city.access import must
from xiuhua.city.actions import import_key
from xiuhua.kit.digests import hexdigest
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.batches import begin_batch, import_batch, match_columns, seen_rows, sentences
from xiuhua.kit.sheets.returned import returned as returned_rows
from xiuhua.ledger.act import Act, By
from xiuhua.programme.tables import sheet_of

MOST_TOLD = 200


@dataclass(frozen=True)
class TableImported:
    """What became of a table, for machines and for people."""

    told: dict[str, Any]
    sentences: list[str]


def import_table(
    kind: str, file: Path, *, by: By, at: dt.datetime, told: Mapping[str, str], which: int | None = None,
    all_or_nothing: bool = False, check: bool = False, returned: Path | None = None,
) -> TableImported:  # fmt: skip
    """Read, look through and import a file; the key is made from what it holds, so that again is the same batch."""
    sheet = sheet_of(kind)
    must(by, sheet.verb)
    strange = sorted(set(told) - {one.name for one in sheet.asks})
    if strange:
        known = "、".join(f"{one.name}（{one.label}）" for one in sheet.asks) or "无"
        raise Refused("sheet.ask", "没有“{name}”这一项；可以写：{known}。", name=strange[0], known=known)
    raw = file.read_bytes()
    key = import_key(f"table:{kind}", f"{hexdigest(raw)}:{which}:{sorted(told.items())}")
    batch = begin_batch(sheet, raw, name=file.name, key=key, by=by.code, at=at)
    if batch.state in (batch.State.DROPPED, batch.State.MATCHED):
        batch = match_columns(batch, sheet, at=at, which=which, told=told)
        if not check:
            act = Act(by=by, at=at, key=UUID(int=0))
            batch = import_batch(batch, sheet, act=act, all_or_nothing=all_or_nothing)
    lines = sentences(batch, sheet)
    problems = [
        {"row": row.number, "level": level, "column": column, "message": message}
        for row in seen_rows(batch, level="any")[:MOST_TOLD]
        for level, column, message in row.marks
    ]
    lines += [f"第 {one['row']} 行：{one['message']}" for one in problems if one["level"] == "wrong"]
    if returned and batch.wrong:
        returned.write_bytes(returned_rows(batch, sheet))
        lines.append(f"退回的行和原因在 {returned}")
    return TableImported(
        {
            "table": sheet.code, "file": file.name, "batch": batch.code, "state": batch.state, "rows": batch.rows,
            "imported": batch.brought_in, "wrong": batch.wrong, "doubt": batch.doubt, "noted": batch.note,
            "notes": batch.notes, "problems": problems, "returned": str(returned) if returned and batch.wrong else "",
        },
        lines,
    )  # fmt: skip
