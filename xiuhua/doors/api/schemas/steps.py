"""The steps of a case as machines take them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from xiuhua.doors.api.fields import CaseNumber, Code, Digest, Moment, Quantity, Told, Words, like
from xiuhua.doors.api.schemas.refusals import DIGEST, KEY


class StepIn(Told):
    """What every step carries."""

    model_config = like(key=KEY, version=1)
    key: UUID
    version: int = Field(ge=1, le=2**31, description="The version of the case that the step was decided on.")
    at: Moment | None = Field(None, description="When it happened; the moment of the request when left out.")
    words: Words = ""


class ReasonIn(StepIn):
    """A step with a reason; which reasons there are is told in the refusal of a wrong one."""

    model_config = like(key=KEY, version=4, reason="not_ours", words="属于市政设施")
    reason: Code


class MergeIn(StepIn):
    """Merging into another case."""

    model_config = like(key=KEY, version=1, into="XH20200316-0003")
    into: CaseNumber


class FileIn(StepIn):
    """Filing under a row of the standard."""

    model_config = like(key=KEY, version=2, standard="S1")
    standard: Code


class DispatchIn(StepIn):
    """Whom the case goes to."""

    model_config = like(key=KEY, version=3, unit="Z1", person="a3f09c1e", why=["duty"])
    unit: Code = Field(description="Code of the unit.")
    person: Code = Field("", description="Code of the person; the unit itself decides when empty.")
    why: list[Code] = Field([], max_length=10)


class HandleIn(StepIn):
    """What was done, shown by photos."""

    model_config = like(key=KEY, version=4, photos=[DIGEST], way="guided", item="stall_moved", quantity=1)
    photos: list[Digest] = Field(min_length=1, max_length=20)
    before: list[Digest] = Field([], max_length=20)
    way: Literal["guided", "managed", "enforced"] = "managed"
    item: Code = Field("", description="What was cleared, to be counted once; see /items.")
    quantity: Quantity | None = None
    counted_by: UUID | None = Field(None, description="Key of an earlier count that tells the same act.")


class CheckIn(StepIn):
    """How it was checked."""

    model_config = like(key=KEY, version=5, method="on_site", photos=[DIGEST])
    method: Literal["by_picture", "on_site"] = "by_picture"
    photos: list[Digest] = Field([], max_length=20)


class ReworkIn(ReasonIn):
    """Why the check failed."""

    model_config = like(key=KEY, version=5, reason="half_done", photos=[DIGEST])
    photos: list[Digest] = Field([], max_length=20)


class PublishIn(Told):
    """Photos to show to the public, or to take back."""

    model_config = like(key=KEY, photos=[DIGEST])
    key: UUID
    at: Moment | None = None
    photos: list[Digest] = Field(min_length=1, max_length=40)
