"""Where the header of a sheet is, and which of its columns are ours."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiuhua.kit.digests import hexdigest
from xiuhua.kit.sheets.cells import one_line
from xiuhua.kit.sheets.columns import Column
from xiuhua.kit.sheets.grids import Grid, Span

LOOKED_AT = 30
"""Header rows are looked for in the first 30 rows; official papers have two to five lines above the table."""
REASON = "原因"


@dataclass(frozen=True)
class Head:
    """The header of a sheet: its first row, how many rows it takes, its names, and the lines above it."""

    row: int
    depth: int
    names: tuple[str, ...]
    above: tuple[str, ...]

    @property
    def signature(self) -> str:
        """Sheets with the same header have the same signature."""
        return hexdigest("|".join(one_line(name) for name in self.names).encode())[:32]


def find_head(grid: Grid, columns: Sequence[Column]) -> Head | None:
    """The row that names most of our columns; else the first with two cells that are not one merged title."""
    best, most = -1, 1
    for y in range(min(LOOKED_AT, len(grid.cells))):
        names = [one_line(cell) for cell in grid.cells[y]]
        hits = sum(any(likeness(name, column) >= 2 for column in columns) for name in names if name)
        if hits > most:
            best, most = y, hits
    if best < 0:
        best = next(
            (y for y, row in enumerate(grid.cells[:LOOKED_AT]) if sum(bool(cell.strip()) for cell in row) >= 2), -1
        )
    if best < 0:
        return None
    return head_at(grid, _upper(grid, best))


def _upper(grid: Grid, y: int) -> int:
    """The row where a double header begins: the one above, when a cell of it reaches down or across here."""
    width = grid.width
    if y and any(a == y - 1 and ((c == y and d - b < width - 1) or (a == c and 0 < d - b < width - 1))
                 for a, b, c, d in grid.spans):  # fmt: skip
        return y - 1
    return y


def head_at(grid: Grid, y: int) -> Head:
    """The header that begins in a row: double when a cell in it reaches down, or across over names of its own."""
    depth = 1
    for a, b, c, d in grid.spans:
        if a == y and c > y:
            depth = max(depth, min(c - a + 1, 3))
        elif a == y and c == a and d > b and y + 1 < len(grid.cells):
            under = [cell for cell in grid.cells[y + 1][b : d + 1] if cell.strip()]
            depth = max(depth, 2) if len(under) > 1 else depth
    names = [_name(grid, x, y, depth) for x in range(grid.width)]
    above = [
        *grid.above, *(one_line(" ".join(filter(None, row))) for row in grid.cells[:y] if any(cell.strip() for cell in row))
    ]  # fmt: skip
    return Head(y, depth, tuple(names), tuple(above))


def _name(grid: Grid, x: int, y: int, depth: int) -> str:
    parts: list[str] = []
    for row in range(y, y + depth):
        top, left = _origin(grid.spans, row, x)
        line = grid.cells[top] if top < len(grid.cells) else []
        words = one_line(line[left]) if left < len(line) else ""
        if words and words not in parts:
            parts.append(words)
    return "/".join(parts)


def _origin(spans: Sequence[Span], y: int, x: int) -> tuple[int, int]:
    return next(((a, b) for a, b, c, d in spans if a <= y <= c and b <= x <= d), (y, x))


def likeness(name: str, column: Column) -> int:
    """How well a header names a column: 3 to the letter, 2 without what stands in brackets or above, 1 in part."""
    if not name:
        return 0
    known = [_bare(one) for one in (column.label, *column.words, column.name)]
    last = name.rpartition("/")[2]
    for level, told in ((3, name), (3, last), (2, _bare(name)), (2, _bare(last))):
        if told in known or _bare(told) in known:
            return level if told in known else 2
    bare = _bare(last)
    return 1 if any(len(one) >= 2 and (one in bare or (len(bare) >= 2 and bare in one)) for one in known) else 0


def _bare(name: str) -> str:
    return re.sub(r"[（(\[【].*?[）)\]】]|[\s:：*★、/／]", "", name)


def propose(head: Head, columns: Sequence[Column], remembered: Mapping[str, int] | None = None) -> dict[str, int]:
    """For each of our columns the column of the sheet: as matched last time, else the best likeness, each once."""
    if remembered is not None and all(n < len(head.names) for n in remembered.values()):
        return dict(remembered)
    found: dict[str, int] = {}
    for level in (3, 2, 1):
        for column in columns:
            if column.name in found:
                continue
            fits = [
                x for x, name in enumerate(head.names)
                if x not in found.values() and name != REASON and likeness(name, column) == level
            ]  # fmt: skip
            if fits:
                found[column.name] = fits[0]
    return found
