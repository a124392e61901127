"""An official table as the import wizard sees it: its rows become a draft, and the draft of a batch can be taken back."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid5

from xiuhua.city.official_tables import OfficialTable, Printed, draft_table, enact_table, undo_draft
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Ask, Row, Sheet
from xiuhua.kit.sheets.cells import one_line
from xiuhua.kit.sheets.told import read_day
from xiuhua.ledger.act import Act

ASKS = (
    Ask("number", "文号", hint="例如：青执〔2020〕7号；不填就用表上方写的"),
    Ask("dated", "成文日期", "date", "不填就用表上方写的"),
    Ask("from_day", "生效日期", "date", "不填就先存为草稿，什么都不改变"),
)
NUMBER = re.compile(r"[\u3400-\u9fff]{1,8}[〔\[（(【]\s*\d{4}\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号")
DATE = re.compile(r"\d{4}\s*[年.\-/]\s*\d{1,2}\s*[月.\-/]\s*\d{1,2}\s*日?")


def sheet_of_table(table: OfficialTable, *, after: str = "") -> Sheet:
    """The table for the wizard."""

    def check(rows: Sequence[Row], told: Mapping[str, str]) -> None:
        day = day_told(told.get("from_day", ""), "from_day") or day_told(told["day"], "day")
        assert day is not None
        table.read(rows, day, day.year)

    def bring_in(act: Act, *, batch: str, rows: Sequence[Sequence[Printed]], told: Mapping[str, str]) -> None:
        title, number, dated = above(told.get("above", ""))
        version = draft_table(
            act, kind=table.kind, rows=[printed for row in rows for printed in row], title=title, batch=batch,
            number=told.get("number") or number, dated=day_told(told.get("dated", ""), "dated") or dated,
        )  # fmt: skip
        from_day = day_told(told.get("from_day", ""), "from_day")
        if from_day is not None:
            enact_table(Act(by=act.by, at=act.at, key=uuid5(act.key, "enacted")), version=version, from_day=from_day)

    def take_back(act: Act, *, batch: str) -> Any:
        return undo_draft(act, batch=batch)

    return Sheet(
        table.kind, table.label, table.columns, check, bring_in, take_back, verb=table.verb, asks=ASKS, about=table.about,
        after=after,
    )  # fmt: skip


def day_told(text: str, field: str) -> dt.date | None:
    """A day of the form; none when it was left empty."""
    if not text:
        return None
    day = read_day(text, year=1)
    if day is None or day.on is None or day.doubt == "year":
        raise Refused("table.day", "“{text}”不是日期，请写成 2020-03-15 这样。", field=field, text=text)
    return day.on


def above(lines: str) -> tuple[str, str, dt.date | None]:
    """Title, document number and date from the lines above a table."""
    title, number, dated = "", "", None
    for line in lines.splitlines():
        told = one_line(line)
        if not number and (found := NUMBER.search(line)):
            number = found[0]
        if dated is None and (day := DATE.search(told)):
            read = read_day(day[0], year=1)
            dated = read.on if read else None
        if not title and re.search(r"(?:表|条件|标准|名册)[》）)]?$", told) and len(told) <= 60:
            title = told.strip("《》")
    return title, number, dated
