"""Photos, counts, and what the registers of the city say."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from ninja import Schema
from pydantic import Field

from xiuhua.doors.api.fields import Code, Digest, Instant, Lat, Lon, Moment, Told, like, shown
from xiuhua.doors.api.schemas.refusals import AT, DIGEST, KEY


class KeptOut(Schema):
    """A kept photo."""

    model_config = shown(digest=DIGEST, width=1600, height=1200, taken_at="2020-03-16T00:58:00Z")
    digest: str
    width: int | None
    height: int | None
    taken_at: Instant | None


class CountIn(Told):
    """So many of an item, dealt with on a segment."""

    model_config = like(key=KEY, item="posting_pasted", quantity=40, segment="S1", at=AT)
    key: UUID
    item: Code
    quantity: int = Field(ge=1, le=1_000_000)
    segment: Code
    photo: Digest | None = None
    separate: bool = Field(False, description="Confirms that it is not the act of a case handled just before.")
    lon: Lon | None = None
    lat: Lat | None = None
    at: Moment | None = None


class CountOut(Schema):
    """A count."""

    model_config = shown(
        key=KEY, item="posting_pasted", quantity=40, unit="处", segment="S1", at="2020-03-16T01:00:00Z"
    )
    key: UUID
    item: str
    quantity: float
    unit: str
    segment: str
    at: Instant


class ItemOut(Schema):
    """Something that can be counted."""

    model_config = shown(code="posting_pasted", label="张贴小广告", unit="处", countable=True)
    code: str
    label: str
    unit: str
    countable: bool = Field(description="Whether a count act may tell it.")


class StandardOut(Schema):
    """A row of the filing standard."""

    model_config = shown(
        code="S1", matter="09006", matter_name="占道经营", category="stall",
        condition="占用道路、桥面、广场摆摊经营，不在允许的地点和时段", closing="摊点撤离，地面干净", limit_amount="2",
        limit_kind="emergency_hours", source="默认标准（示例，可修改）", begins_on="2004-01-01", ends_on=None, kind="event",
        code_standard="gb47678.5-2026", handling_unit="责任中队", supervising_unit="市容管理科", version="",
    )  # fmt: skip
    code: str
    matter: str
    matter_name: str
    category: str
    condition: str
    closing: str
    limit_amount: str
    limit_kind: str
    source: str
    begins_on: dt.date
    ends_on: dt.date | None
    kind: str = Field(description="`component` or `event`.")
    code_standard: str = Field(description="The standard by which `matter` is written.")
    handling_unit: str
    supervising_unit: str
    version: str = Field(description="Code of the version; empty for rows that came with the program.")


class StandardsWanted(Told):
    """Which rows of the standard."""

    category: Code = Field("", description="Only rows of this category.")
    on: dt.date | None = Field(None, description="Only rows in force on this day.")


class UnitOut(Schema):
    """A unit of the tree; a path begins with the path of the unit above."""

    model_config = shown(code="Z1", name="城区一中队", kind="squad", path="QZ/Z1/", closed_on=None)
    code: str
    name: str
    kind: str
    path: str
    closed_on: dt.date | None
