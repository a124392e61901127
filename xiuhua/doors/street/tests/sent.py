"""What a phone sends: forms with photos, as a browser without scripts or as the outbox does."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.town import INSIDE, key, photo

JSON = {"HTTP_ACCEPT": "application/json, text/html"}
"""How the outbox asks: the answer is the next page or the refusal, as JSON."""


def shot(shade: int = 120, *, raw: bytes | None = None, name: str = "shot.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photo(shade) if raw is None else raw, content_type="image/jpeg")


def report_form(name: str = "report", **changes: Any) -> dict[str, Any]:
    """A report of a stall, 11 metres from S1, with one photo."""
    told: dict[str, Any] = {
        "key": str(key(name)), "category": "stall", "place": "范公亭路 12 号门前", "lon": str(INSIDE[0]),
        "lat": str(INSIDE[1]), "description": "水果摊占道", "photos": shot(),
    }  # fmt: skip
    return {field: value for field, value in (told | changes).items() if value is not None}


def handle_form(version: int, name: str = "handle", **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"key": str(key(name)), "version": str(version), "way": "managed", "photos": shot(200)}
    return {field: value for field, value in (told | changes).items() if value is not None}


def count_form(name: str = "count", **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {"key": str(key(name)), "item": "stall_moved", "quantity": "30", "segment": "S1"}
    return {field: value for field, value in (told | changes).items() if value is not None}


def slip_form(name: str = "slip", **changes: Any) -> dict[str, Any]:
    told: dict[str, Any] = {
        "key": str(key(name)), "plate": "鲁V8D261", "situation": "pavement", "segment": "S1", "photos": shot(90),
    }  # fmt: skip
    return {field: value for field, value in (told | changes).items() if value is not None}
