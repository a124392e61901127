"""What the front-end build made: names in templates → files named by their content."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "static" / "xh"
ABSENT: dict[str, Any] = {"files": {}, "parts": {}, "later": {}, "icons": []}


def manifest() -> dict[str, Any]:
    """The manifest of the last build; empty when nothing was built, so that pages still open unstyled."""
    try:
        return _read((FOLDER / "manifest.json").stat().st_mtime_ns)
    except OSError:
        return ABSENT


@lru_cache(maxsize=2)
def _read(_changed: int) -> dict[str, Any]:
    return {**ABSENT, **json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))}


def file_of(name: str) -> str:
    """The path under static/ of a built file such as `desk.js`."""
    return f"xh/{manifest()['files'].get(name, name)}"


def parts_of(name: str) -> list[str]:
    """The further files that a script needs at once."""
    return [f"xh/{part}" for part in manifest()["parts"].get(name, [])]
