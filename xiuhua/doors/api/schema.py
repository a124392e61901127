"""The description of the API as OpenAPI, as `docs/openapi.json` keeps it."""

from __future__ import annotations

import json

from xiuhua.doors.api.v1 import api

PREFIX = "/api/v1/"


def openapi_text() -> str:
    """The OpenAPI description as JSON text: the same on every machine, whatever path it is served under."""
    told = api.get_openapi_schema(path_prefix=PREFIX)
    return json.dumps(told, ensure_ascii=False, indent=1, sort_keys=False, default=str) + "\n"
