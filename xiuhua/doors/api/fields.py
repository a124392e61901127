"""The types of what machines send: bounded, finite, without characters that no database keeps."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

EARLIEST, LATEST = dt.datetime(1990, 1, 1, tzinfo=dt.UTC), dt.datetime(2100, 1, 1, tzinfo=dt.UTC)


def _printable(text: str) -> str:
    if any(ord(one) < 32 and one not in "\n\r\t" for one in text):
        raise ValueError("有不能保存的控制字符。")
    return text


def _within(moment: dt.datetime) -> dt.datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError("时间要在 1990 年到 2100 年之间。")
    return moment


def text(most: int) -> Any:
    """Some words of a person, at most so long."""
    return Annotated[str, Field(max_length=most), AfterValidator(_printable)]


Words = text(500)
Code = Annotated[str, Field(max_length=32, pattern=r"^[A-Za-z0-9_.:-]*$")]
CaseNumber = Annotated[str, Field(max_length=24, pattern=r"^[A-Za-z0-9-]+$", examples=["XH20200316-0001"])]
Digest = Annotated[str, Field(max_length=80, pattern=r"^(sha256|sm3):[0-9a-f]{64}$")]
Moment = Annotated[AwareDatetime, AfterValidator(_within)]
Instant = Annotated[dt.datetime, AfterValidator(lambda moment: moment.astimezone(dt.UTC))]
"""A moment as it is told to machines: always in UTC."""
Lon = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Lat = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Quantity = Annotated[int, Field(ge=1, le=1_000_000)]


class Told(Schema):
    """The base of all that machines send: a field that is not known is refused, so that no misspelling is lost."""

    model_config = ConfigDict(extra="forbid")


def like(**example: Any) -> ConfigDict:
    """An example that stands in the documentation."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [example]})


def shown(**example: Any) -> ConfigDict:
    """An example of an answer."""
    return ConfigDict(json_schema_extra={"examples": [example]})
