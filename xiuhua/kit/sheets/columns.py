"""What a room tells of a sheet of its own: its columns, how a row is checked, and the acts that bring it in and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy

WRONG, DOUBT, NOTE = "wrong", "doubt", "note"
LEVELS = {WRONG: gettext_lazy("错误"), DOUBT: gettext_lazy("待确认"), NOTE: gettext_lazy("提醒")}
"""A wrong row is not imported; a doubtful one is, and stays marked; a note only tells."""


@dataclass(frozen=True)
class Column:
    """A column of ours: its name in code, its header on our sheets, and how offices head it otherwise."""

    name: str
    label: str
    words: tuple[str, ...] = ()
    needed: bool = False
    width: int = 12
    merged: bool = False
    """Equal values of neighbouring rows are one cell on a printed table."""
    told: bool = True
    """False: a column that is read when it is there and not printed."""


@dataclass(frozen=True)
class Ask:
    """A question of the import form: a document number, a day, a choice. `kind` is `text` or `date`."""

    name: str
    label: Any
    kind: str = "text"
    hint: Any = ""


@dataclass(frozen=True)
class Mark:
    """A problem on a cell; `column` is the name of ours, empty for the whole row."""

    level: str
    column: str
    message: str


@dataclass
class Row:
    """A row of a sheet: its number as Excel shows it, its cells under our columns, what is wrong, what it means."""

    number: int
    cells: dict[str, str]
    marks: list[Mark] = field(default_factory=list)
    value: Any = None
    raw: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.cells.get(name, "")

    def wrong(self, column: str, message: str) -> None:
        """The row cannot be imported."""
        self.marks.append(Mark(WRONG, column, message))

    def doubt(self, column: str, message: str) -> None:
        """The row can be imported, and somebody should confirm it."""
        self.marks.append(Mark(DOUBT, column, message))

    def note(self, column: str, message: str) -> None:
        """Something to know."""
        self.marks.append(Mark(NOTE, column, message))

    @property
    def good(self) -> bool:
        return not any(mark.level == WRONG for mark in self.marks)

    @property
    def level(self) -> str:
        """The worst of its marks; empty when there is none."""
        return next((level for level in LEVELS if any(mark.level == level for mark in self.marks)), "")


Told = Mapping[str, str]
Check = Callable[[Sequence[Row], Told], None]


@dataclass(frozen=True)
class Sheet:
    """A table that the wizard can bring in. `check` and the two actions are described in the package's docstring."""

    code: str
    label: str
    columns: tuple[Column, ...]
    check: Check
    bring_in: Callable[..., Any]
    take_back: Callable[..., Any]
    verb: str = "administer"
    asks: tuple[Ask, ...] = ()
    about: Any = ""
    after: str = ""
    """Name of the page to look at after an import, as `desk:tasks`."""

    def column(self, name: str) -> Column:
        return next(one for one in self.columns if one.name == name)
