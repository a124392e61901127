"""Lines of the filing standard: brought in, put in force, changed. What is written in a row stands in the row."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("standards.imported", "立案标准导入")
class StandardsImported(Fact):
    """A version of the filing standard came in from a sheet, as a draft: so many rows."""

    version: str
    rows: int
    batch: str


@kind("standards.taken_back", "撤销立案标准导入")
class StandardsTakenBack(Fact):
    """A version that no case was filed under was taken back whole."""

    version: str
    rows: int
    batch: str


@kind("standards.in_force", "立案标准生效")
class StandardsInForce(Fact):
    """From this day on cases are filed under a version; those that it replaces end on the same day."""

    version: str
    begins_on: str
    replaced: list[str]


@kind("standard.changed", "立案标准更改")
class StandardChanged(Fact):
    """A row was changed: the row that stands now, the one before, and which of its fields differ."""

    row: str
    before: str
    fields: list[str]


@kind("standard.added", "增加立案标准")
class StandardAdded(Fact):
    """A row was written by hand, beside the versions; cases may be filed under it from the day of the line."""

    row: str
    matter: str


@kind("standard.ended", "停用立案标准")
class StandardEnded(Fact):
    """Nothing is filed under a row from a day on; what was filed keeps it."""

    row: str
    ends_on: str


@kind("standard.confirmed", "确认立案标准")
class StandardConfirmed(Fact):
    """What the import was not sure of in a row is right as it stands."""

    row: str


@kind("matter.added", "增加地方代码")
class MatterAdded(Fact):
    """The city added a code of its own to the national ones."""

    matter_kind: str
    code: str
