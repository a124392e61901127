"""The rows of a sheet under our columns, with everything told that was not simply there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.cells import one_line, plain_text
from xiuhua.kit.sheets.columns import Row, Sheet
from xiuhua.kit.sheets.grids import Grid
from xiuhua.kit.sheets.heads import Head

MOST_ROWS = 200_000
FOOT = re.compile(r"^(注|备注|说明|填表|制表|填报|审核|合计|总计|小计|联系人|单位（?盖章)")


AGAIN, FOOTNOTE, SECTION, TOTAL = LEFT_OUT = ("重复的表头", "表尾的说明", "分节的标题", "合计")
"""Why a row is no row."""


@dataclass
class Reading:
    """What was read: the rows, and what people should know of the sheet as a whole."""

    rows: list[Row] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_rows(grid: Grid, head: Head, matched: Mapping[str, int], sheet: Sheet) -> Reading:
    """Every row below the header. A cell merged downwards counts for each of its rows; one merged across for its first."""
    first = head.row + head.depth
    if len(grid.cells) - first > MOST_ROWS:
        raise Refused(
            "sheet.large", "{name} 有 {n:,} 行，超过 {most_rows:,} 行，请分成几个文件。", field="file", name=grid.name,
            n=len(grid.cells) - first, most_rows=MOST_ROWS,
        )  # fmt: skip
    missing = [column.label for column in sheet.columns if column.needed and column.name not in matched]
    if missing:
        raise Refused(
            "sheet.columns", "还没有对上这些列：{listed}。请选出它们在表里是哪一列。", field="columns",
            listed="、".join(str(_(one)) for one in missing),
        )  # fmt: skip
    cells, across = _carried(grid, first)
    reading = Reading(notes=list(_told(grid)))
    repeated = [name.rpartition("/")[2] for name in head.names]
    left_out: dict[str, list[int]] = {}
    for y in range(first, len(cells)):
        line = cells[y]
        words = [cell for cell in line if cell.strip()]
        if not words:
            continue
        why = _no_row(words, line, repeated, whole=y in across)
        if why:
            left_out.setdefault(why, []).append(y + 1)
            continue
        row = Row(y + 1, {name: plain_text(line[x]) if x < len(line) else "" for name, x in matched.items()}, raw=line)
        if not any(row.cells.values()):
            continue
        _mark(row, grid, y, matched)
        reading.rows.append(row)
    for why, numbers in left_out.items():
        listed = "、".join(map(str, numbers[:8])) + ("…" if len(numbers) > 8 else "")
        reading.notes.append(_("第 %(rows)s 行是%(why)s，没有当作内容。") % {"rows": listed, "why": _(why)})
    return reading


def _carried(grid: Grid, first: int) -> tuple[list[list[str]], set[int]]:
    """The cells with merged values carried down, and the rows that are one cell across."""
    width = grid.width
    cells = [row + [""] * (width - len(row)) for row in grid.cells]
    across: set[int] = set()
    for a, b, c, d in grid.spans:
        if c < first or a >= len(cells):
            continue
        if a == c and b == 0 and d >= width - 1 > 0:
            across.add(a)
        value = cells[a][b]
        for y in range(max(a, first), min(c + 1, len(cells))):
            cells[y][b] = value
    return cells, across


def _no_row(words: list[str], line: list[str], repeated: list[str], *, whole: bool) -> str:
    if len(words) > 1 and all(one_line(cell) == name for cell, name in zip(line, repeated, strict=False)):
        return AGAIN
    if len(words) == 1 and FOOT.match(one_line(words[0])):
        return FOOTNOTE
    if whole and len(words) == 1:
        return SECTION
    if FOOT.match(one_line(words[0])) and one_line(words[0])[:2] in ("合计", "总计", "小计"):
        return TOTAL
    return ""


def _mark(row: Row, grid: Grid, y: int, matched: Mapping[str, int]) -> None:
    if y in grid.hidden_rows:
        row.note("", _("这一行在表里是隐藏的"))
    for name, x in matched.items():
        if (y, x) in grid.errors:
            row.wrong(name, _("这一格的公式算错了，请在表里改好"))
        elif (y, x) in grid.formulas:
            row.note(name, _("这一格是公式，用了它算好的值"))


def _told(grid: Grid) -> list[str]:
    notes = []
    if grid.hidden_rows:
        n = len(grid.hidden_rows)
        notes.append(ngettext("有 %(n)d 行在表里是隐藏的，也读了进来，请核对。", "有 %(n)d 行在表里是隐藏的，也读了进来，请核对。", n) % {"n": n})  # fmt: skip
    if grid.hidden_columns:
        n = len(grid.hidden_columns)
        notes.append(ngettext("有 %(n)d 列在表里是隐藏的，也读了进来。", "有 %(n)d 列在表里是隐藏的，也读了进来。", n) % {"n": n})  # fmt: skip
    return notes
