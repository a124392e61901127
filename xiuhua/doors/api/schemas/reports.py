"""Reports as machines send them, and what became of them."""

from __future__ import annotations

from uuid import UUID

from ninja import Schema
from pydantic import Field

from xiuhua.cases.models import Category, Source
from xiuhua.doors.api.fields import Code, Digest, Lat, Lon, Moment, Told, like, shown, text
from xiuhua.doors.api.schemas.refusals import AT, KEY


class AdoptedIn(Told):
    """How far the problem is in the other system: in our states, in its own words, and since when."""

    state: Code
    state_there: text(60)  # type: ignore[valid-type]
    at: Moment


class ReportIn(Told):
    """A problem as another system tells it."""

    model_config = like(
        key=KEY, category="stall", source="hotline", at=AT, place="范公亭路 12 号门前", description="水果摊占道",
        lon=118.482, lat=36.6901, outside_number="12345-20200316-001",
    )  # fmt: skip
    key: UUID = Field(description="Made by the caller, once for each report.")
    category: str = Field(max_length=12, description="One of: " + ", ".join(Category.values))
    source: str = Field("system", max_length=20, description="Who found it; one of: " + ", ".join(Source.values))
    at: Moment = Field(description="When it was seen on the street.")
    place: text(400) = Field("", description="Road and number in words; needed when there is no position.")  # type: ignore[valid-type]
    description: text(4000) = ""  # type: ignore[valid-type]
    lon: Lon | None = None
    lat: Lat | None = None
    segment: Code = Field("", description="Code of the road segment; found from the position when empty.")
    photos: list[Digest] = Field([], max_length=20, description="Digests of photos sent to /photos before.")
    contact: text(60) = Field("", description="How to reach the reporter; sealed at once.")  # type: ignore[valid-type]
    outside_number: text(40) = Field("", description="The number in the other system, once per source.")  # type: ignore[valid-type]
    matter: Code = ""
    for_unit: text(120) = Field("", description="Path of the unit that answers for it, when known.")  # type: ignore[valid-type]
    adopted: AdoptedIn | None = Field(None, description="When the other system is already at work on it.")


class ReportsIn(Told):
    """Many reports at once."""

    model_config = like(
        reports=[{"key": KEY, "category": "stall", "at": AT, "place": "范公亭路 12 号门前"}],
    )
    reports: list[ReportIn] = Field(min_length=1, max_length=1000)


class OpenedOut(Schema):
    """A report that is a case."""

    row: int = Field(description="Its place in the list, from 0.")
    key: UUID
    number: str


class RejectedOut(Schema):
    """A report that could not become a case, and why."""

    row: int
    key: UUID
    code: str
    field: str
    message: str


class VerdictsOut(Schema):
    """What became of each report: every one is in exactly one of the two lists."""

    model_config = shown(
        cases=[{"row": 0, "key": KEY, "number": "XH20200316-0001"}],
        rejected=[
            {
                "row": 1,
                "key": KEY,
                "code": "case.outside",
                "field": "lon",
                "message": "坐标（1.0，1.0）不在本市范围内。",
            }
        ],
    )
    cases: list[OpenedOut]
    rejected: list[RejectedOut]
