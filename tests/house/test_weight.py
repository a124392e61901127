"""What a page weighs: the budgets of the screens, in kilobytes as they travel (gzip)."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import pytest

from xiuhua.doors.frame.built import FOLDER, manifest

CORE_KB, STYLE_KB, PAGE_KB, MAP_KB = 35, 35, 110, 470

pytestmark = pytest.mark.skipif(
    not (FOLDER / "manifest.json").exists(), reason="left out: the front end is not built (make install builds it)"
)


def weight_kb(names: Iterable[str]) -> float:
    return sum(len(gzip.compress((FOLDER / name).read_bytes(), 9)) for name in names) / 1024


def script(name: str) -> list[str]:
    """A script and what it needs at once."""
    built = manifest()
    return [built["files"][name], *built["parts"].get(name, [])]


@pytest.mark.parametrize("name", ["desk.js", "phone.js", "public.js"])
def test_the_script_of_a_door_is_light(name: str) -> None:
    assert weight_kb(script(name)) <= CORE_KB


def test_the_style_sheet_is_light() -> None:
    assert weight_kb([manifest()["files"]["xiuhua.css"]]) <= STYLE_KB


@pytest.mark.parametrize("name", ["phone.js", "public.js"])
def test_what_a_phone_loads_first_is_light(name: str) -> None:
    files = manifest()["files"]
    first = [*script(name), files["xiuhua.css"], files["icons.svg"], files["mark.svg"]]
    assert weight_kb(first) <= PAGE_KB


def test_the_map_comes_later_and_within_its_budget() -> None:
    files, later = manifest()["files"], manifest()["later"]
    parts = {part for one in ("desk.js", "phone.js", "public.js") for part in later.get(one, [])}
    assert parts and not parts & {part for one in ("desk.js", "phone.js", "public.js") for part in script(one)}
    assert weight_kb({*parts, files["map-worker.js"], files["map.css"]}) <= MAP_KB
