"""What the pages of official tables show: rows with their doubts, versions, differences, and the form of one row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.models import TableVersion
from xiuhua.city.official_tables import TABLES, Difference, OfficialTable, Printed, printed_rows
from xiuhua.programme.table_papers import KINDS, day_words, made, paper_of

PAGE = 100
ADDRESSES = {
    "tasks": "desk:tasks", "squad_duties": "desk:squad_duties", "segment_duties": "desk:segment_duties",
    "checklists": "desk:checklists",
}  # fmt: skip
ROOMS = {"tasks": "tasks", "checklists": "checklists"}
WHAT = {"added": gettext_lazy("新增"), "removed": gettext_lazy("去掉"), "changed": gettext_lazy("改动")}
LONG = ("measures", "target", "text")


def room_of(kind: str) -> str:
    """The room of the menu that a table belongs to."""
    return ROOMS.get(kind, "segments")


def address_of(kind: str) -> str:
    return reverse(ADDRESSES[kind])


def siblings(kind: str) -> list[tuple[str, str, bool]]:
    """The tables beside one: their names, pages, and which is this."""
    return [
        (TABLES[one].label, reverse(name), one == kind)
        for one, name in ADDRESSES.items()
        if room_of(one) == room_of(kind)
    ]


def found(rows: Iterable[Printed], words: str) -> list[Printed]:
    """Rows in which every word stands somewhere."""
    wanted = words.split()
    return [row for row in rows if all(any(word in text for text in row.cells.values()) for word in wanted)]


def shown_rows(table: OfficialTable, rows: Sequence[Printed], *, first: int = 1) -> dict[str, Any]:
    """Heads and rows for a page; columns in which nothing stands are left out."""
    used = {name for row in rows for name, text in row.cells.items() if text}
    columns = [one for one in table.columns if one.told and (one.name in used or one.needed)]
    return {
        "heads": [(one.label, one.name) for one in columns],
        "rows": [
            {
                "key": row.key,
                "number": n,
                "cells": [
                    {"text": row.cells.get(one.name, ""), "name": one.name, "doubt": one.name in row.doubts, "long": one.name in LONG}
                    for one in columns
                ],
            }
            for n, row in enumerate(rows, start=first)
        ],
    }  # fmt: skip


def form_of(table: OfficialTable, row: Printed | None, typed: Mapping[str, str] | None = None) -> list[dict[str, Any]]:
    """The fields of one row: all of a new one; of one that is there those that may change."""
    cells = typed if typed is not None else row.cells if row else {}
    return [
        {
            "name": one.name, "label": one.label, "value": cells.get(one.name, ""), "long": one.name in LONG,
            "needed": one.needed, "fixed": row is not None and one.name in table.fixed,
        }
        for one in table.columns
        if one.told and not (one.name == "number" and "number" not in table.fixed) and one.name != "title"
    ]  # fmt: skip


def versions_of(kind: str) -> list[TableVersion]:
    """The versions of a table, the newest first; withdrawn ones are left out."""
    return list(TableVersion.objects.of_kind(kind).exclude(state=TableVersion.State.WITHDRAWN)[:30])


def compared(table: OfficialTable, told: Sequence[Difference]) -> list[dict[str, Any]]:
    """Differences for a page."""
    name = next(one.name for one in table.columns if one.needed)
    return [
        {
            "what": WHAT[one.what], "sort": one.what, "key": one.key, "title": one.cells.get("road") or one.cells.get("squad") or one.cells.get("text") or one.cells.get(name, ""),
            "columns": one.columns,
        }
        for one in told
    ]  # fmt: skip


def printed_version(version: TableVersion) -> list[Printed]:
    return printed_rows(version)


def paper_answer(
    table: OfficialTable,
    rows: Sequence[Printed],
    kind: str,
    *,
    at: dt.datetime,
    version: TableVersion | None,
    told: str,
) -> HttpResponse:
    """The table as a file to take along: of a version, or of a day."""
    draft = version is not None and version.state == TableVersion.State.DRAFT
    paper = paper_of(
        table, rows, title=version.title if version else "", number=version.number if version else "",
        dated=version.dated if version else None, told=told, watermark="草稿" if draft else "",
    )  # fmt: skip
    answer = HttpResponse(made(paper, kind, at=at), content_type=KINDS[kind])
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(f'{paper.title}.{kind}')}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def in_force_words(day: dt.date) -> str:
    return f"{day_words(day)}现行"


def state_words(version: TableVersion) -> str:
    """Since when, or until when, a version held."""
    if version.state == TableVersion.State.IN_FORCE:
        return _("自 %(day)s 起生效") % {"day": version.from_day}
    if version.state == TableVersion.State.REPLACED:
        return _("%(begin)s 至 %(end)s") % {"begin": version.from_day, "end": version.until_day}
    return ""
