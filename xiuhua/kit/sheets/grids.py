"""A sheet as it stands, before anybody knows what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass, field

Span = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, counted from 0."""


@dataclass
class Grid:
    """One sheet: cells as people read them, merged ranges, the lines above it, and what is hidden or computed."""

    name: str
    cells: list[list[str]]
    spans: list[Span] = field(default_factory=list)
    above: list[str] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    formulas: frozenset[tuple[int, int]] = frozenset()
    errors: frozenset[tuple[int, int]] = frozenset()

    @property
    def width(self) -> int:
        return max((len(row) for row in self.cells), default=0)
