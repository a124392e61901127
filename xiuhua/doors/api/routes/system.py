"""The program itself: whether it answers, and which it is."""

from __future__ import annotations

from importlib.metadata import version as version_of
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from ninja import Router

from xiuhua.city.queries import bureau_name
from xiuhua.doors.api.schemas.ledger import HealthOut, VersionOut

router = Router()


@router.get("/health", response=HealthOut, auth=None, summary="是否在工作")
def health(request: HttpRequest) -> dict[str, Any]:
    """Tell whether the house and its database answer. Nobody needs to sign in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


@router.get("/version", response=VersionOut, auth=None, summary="版本")
def version(request: HttpRequest) -> dict[str, Any]:
    """Tell which program and which bureau answer here. Nobody needs to sign in."""
    return {
        "program": version_of("xiuhua"),
        "api": "1",
        "bureau": bureau_name(),
        "practice": bool(settings.XIUHUA_PRACTICE),
    }
