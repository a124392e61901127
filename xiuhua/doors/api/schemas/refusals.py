"""What a refusal looks like, and the values that examples share."""

from __future__ import annotations

from ninja import Schema

from xiuhua.doors.api.fields import shown

KEY = "7d9f3c8e-1d0b-4a57-9a53-2f1f6a5b8c01"
AT = "2020-03-16T09:00:00+08:00"
DIGEST = "sha256:" + "0" * 64


class ErrorBody(Schema):
    """What was refused, where, and what would help."""

    code: str
    message: str
    field: str = ""
    facts: dict[str, str] = {}


class Error(Schema):
    """A refusal."""

    model_config = shown(
        error={
            "code": "case.no_place",
            "message": "请写明地点，或者在地图上点一下位置。",
            "field": "place",
            "facts": {},
        }
    )
    error: ErrorBody
