"""Cases as machines see them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from xiuhua.cases import flow
from xiuhua.cases.models import Category
from xiuhua.doors.api.fields import Code, Instant, Moment, Told, shown
from xiuhua.doors.api.schemas.refusals import DIGEST, KEY

CASE = {
    "number": "XH20200316-0001", "outside_number": "", "source": "citizen", "category": "stall", "matter": "09006",
    "standard": "S1", "state": "dispatched", "place": "范公亭路 12 号门前", "lon": 118.482, "lat": 36.6901,
    "segment": "S1", "grid": "370781001001001", "unit": "QZ/Z1/", "campaign": "", "turn": 1,
    "reported_at": "2020-03-16T01:00:00Z", "accepted_at": "2020-03-16T01:05:00Z", "filed_at": "2020-03-16T01:10:00Z",
    "dispatched_at": "2020-03-16T01:15:00Z", "handled_at": None, "checked_at": None, "closed_at": None,
    "due_at": "2020-03-16T03:10:00Z", "due_provisional": False, "paused_at": None, "late": False, "version": 4,
}  # fmt: skip


class CaseRow(Schema):
    """A case as lists show it."""

    model_config = shown(**CASE)
    number: str
    outside_number: str
    source: str
    category: str
    matter: str
    standard: str | None = Field(description="Code of the row of the filing standard.")
    state: str
    place: str
    lon: float | None
    lat: float | None
    segment: str
    grid: str
    unit: str = Field(description="Path of the unit that answers for it.")
    campaign: str
    turn: int
    reported_at: Instant
    accepted_at: Instant | None
    filed_at: Instant | None
    dispatched_at: Instant | None
    handled_at: Instant | None
    checked_at: Instant | None
    closed_at: Instant | None
    due_at: Instant | None
    due_provisional: bool
    paused_at: Instant | None
    late: bool
    version: int = Field(description="Send it with the next step: a step after somebody else's is refused with 409.")


class Wanted(Told):
    """Which cases a list shows."""

    state: list[str] = Field([], max_length=8, description="One or more states: " + ", ".join(flow.STATES))
    category: list[Code] = Field([], max_length=8, description="One or more categories: " + ", ".join(Category.values))
    unit: Code = Field("", description="Code of a unit: its cases and those of the units under it.")
    since: Moment | None = Field(None, description="Reported at or after this moment.")
    limit: int = Field(100, ge=1, le=1000, description="Cases on a page.")
    cursor: str = Field("", pattern=r"^[0-9a-f]{0,15}$", description="`next` of the page before.")


class CasePage(Schema):
    """A page of cases, the newest first."""

    model_config = shown(cases=[CASE], next="2f")
    cases: list[CaseRow]
    next: str | None = Field(description="Send it as `cursor` for the next page; null on the last.")


class LogOut(Schema):
    """One thing that happened to a case."""

    key: UUID
    kind: str
    label: str
    happened_at: Instant
    unit: str
    by: str = Field(description="Code of the person; empty for who may not see the ledger.")
    facts: dict[str, Any]


class PhotoOut(Schema):
    """A photo of a case."""

    digest: str
    moment: str
    turn: int
    taken_at: Instant | None
    released: bool = Field(description="Whether the public may see it.")


class CaseOut(CaseRow):
    """A case with its words, its photos and its log."""

    model_config = shown(
        **CASE,
        description="水果摊占道",
        token="Qm5yX1p0aGVu",
        photos=[{"digest": DIGEST, "moment": "report", "turn": 1, "taken_at": None, "released": False}],
        log=[
            {
                "key": KEY, "kind": "case.reported", "label": "上报", "happened_at": "2020-03-16T01:00:00Z", "unit": "",
                "by": "", "facts": {"state": "reported", "matter": "", "category": "stall"},
            }
        ],
        next_steps=["handle", "return"], merged_into="",
    )  # fmt: skip
    description: str
    token: str = Field(description="The reporter follows the case under /public/follow/TOKEN/ with it.")
    photos: list[PhotoOut]
    log: list[LogOut]
    next_steps: list[str] = Field(description="The steps that may follow its state.")
    merged_into: str = Field("", description="The case with which it went on, when it was merged.")
