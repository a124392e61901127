"""Lines, figures, and the program itself."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from xiuhua.doors.api.fields import Code, Instant, Told, shown
from xiuhua.doors.api.schemas.refusals import DIGEST, KEY

MOST_SEQ = 2**62


class LinesWanted(Told):
    """Which lines."""

    after: int = Field(0, ge=0, le=MOST_SEQ, description="Lines bound after this number.")
    limit: int = Field(500, ge=1, le=2000, description="Lines in one answer.")


class FiguresWanted(Told):
    """Which days, of whom, as of when."""

    from_day: dt.date = Field(alias="from", description="First day, included.", examples=["2020-03-01"])
    to_day: dt.date = Field(alias="to", description="Last day, included.", examples=["2020-05-03"])
    unit: Code = Field("", description="Code of a unit; the whole bureau when empty.")
    bound_to: int | None = Field(
        None, ge=1, le=MOST_SEQ, description="As it stood when the ledger had that many lines."
    )


class LineOut(Schema):
    """A line of the ledger as it was written. Persons are codes."""

    seq: int
    hash: str
    key: UUID
    kind: str
    about: str
    by: str
    post: str
    unit: str
    for_unit: str
    share: str
    grid: str
    segment: str
    campaign: str
    round: str
    source: str
    lon: float | None
    lat: float | None
    happened_at: Instant
    recorded_at: Instant
    day: dt.date
    item: str
    quantity: str | None
    corrects: UUID | None
    facts: dict[str, Any]


class LinesOut(Schema):
    """Lines in the order in which they were bound."""

    model_config = shown(
        lines=[
            {
                "seq": 41, "hash": DIGEST, "key": KEY, "kind": "count.recorded", "about": "count:7d9f3c8e1d0b4a57",
                "by": "a3f09c1e", "post": "a3f09c1e-1", "unit": "QZ/Z1/", "for_unit": "QZ/Z1/", "share": "1",
                "grid": "370781001001001", "segment": "S1", "campaign": "C-POSTING", "round": "", "source": "",
                "lon": None, "lat": None, "happened_at": "2020-03-16T01:00:00Z",
                "recorded_at": "2020-03-16T01:00:00Z", "day": "2020-03-16", "item": "posting_pasted",
                "quantity": "40", "corrects": None, "facts": {"photo": "", "case": ""},
            }
        ],
        after=41,
        head={"seq": 41, "hash": DIGEST},
    )  # fmt: skip
    lines: list[LineOut]
    after: int = Field(description="Send it as `after` to go on; the same as before when nothing is new.")
    head: dict[str, Any] = Field(description="Number and hash of the last line bound.")


class FigureOut(Schema):
    """A figure counted from lines."""

    label: str
    item: str
    quantity: float
    unit: str
    lines: int
    backfilled: float = Field(description="How much of it came in later from paper.")
    public: str = Field(description="The wording for the public.")


class FiguresOut(Schema):
    """The figures of a period: the same as the brief of the period prints."""

    model_config = shown(
        period={"from": "2020-03-01", "to": "2020-05-03"},
        figures=[
            {
                "label": "增划停车位", "item": "parking_bay", "quantity": 912, "unit": "个", "lines": 61, "backfilled": 0,
                "public": "910余个",
            }
        ],
        cases={"reported": 126, "closed": 118},
        campaigns=[],
        errata=[],
        bound_to=20317,
        head=DIGEST,
    )  # fmt: skip
    period: dict[str, dt.date]
    figures: list[FigureOut]
    cases: dict[str, Any] = Field(description="What happened to cases, by source and unit.")
    campaigns: list[dict[str, Any]]
    errata: list[dict[str, Any]] = Field(description="What changed in periods told before.")
    bound_to: int
    head: str


class HealthOut(Schema):
    """Whether the house answers."""

    model_config = shown(ok=True)
    ok: bool


class VersionOut(Schema):
    """Which program and bureau answer here."""

    model_config = shown(program="0.1.0", api="1", bureau="青州市综合行政执法局", practice=False)
    program: str
    api: str
    bureau: str
    practice: bool
