"""What is written about the program is true, and the pages that people see keep to their frame."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.house.source import HOUSE, files, modules
from xiuhua.config import reference
from xiuhua.config.environment import SETTINGS

TEMPLATES = sorted(path for path in (HOUSE / "xiuhua" / "doors").rglob("templates/**/*.html"))
FRAMES = {
    "frame/base.html": "the frame of all pages",
    "frame/fault.html": "shown when anything may be broken, the frame as well",
    "frame/too_old.html": "for browsers that cannot show the frame",
    "api/docs.html": "the API's reader brings a page of its own",
}
"""Templates that are whole pages, each with the reason."""


def _named(path: Path) -> str:
    return path.as_posix().rpartition("/templates/")[2]


# ---------------------------------------------------------------- docs


@pytest.mark.parametrize("name", reference.PAGES)
def test_a_page_made_from_the_program_is_as_the_program_says(name: str) -> None:
    made = reference.made(name)
    kept = (HOUSE / "docs" / name).read_text("utf-8")
    assert kept == made, f"docs/{name} is out of date: run `xiuhua docs --write`"


def test_the_api_is_described_in_a_form_that_machines_read() -> None:
    told = json.loads((HOUSE / "docs" / "openapi.json").read_text("utf-8"))
    assert told["openapi"].startswith("3.") and told["paths"]


def test_every_setting_that_is_read_is_documented_and_every_documented_one_is_read() -> None:
    documented = {one.name for one in SETTINGS}
    assert all(len(one.meaning) > 20 for one in SETTINGS)
    read: set[str] = set()
    for module in modules("."):
        read |= set(re.findall(r"XIUHUA_[A-Z_]+[A-Z]", module.path.read_text("utf-8")))
    inside = {"XIUHUA_PRACTICE", "XIUHUA_DIGEST"}  # also names in Django's settings
    assert read - documented - inside == set()
    assert documented - read == set()


def test_links_between_pages_lead_somewhere() -> None:
    broken = []
    for path in [*HOUSE.glob("*.md"), *(HOUSE / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", path.read_text("utf-8")):
            if not (path.parent / target).exists():
                broken.append(f"{path.relative_to(HOUSE)} → {target}")
    assert broken == []


# ---------------------------------------------------------------- templates


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_a_template_stands_in_a_frame_or_is_a_part_of_a_page(path: Path) -> None:
    text = path.read_text("utf-8")
    whole = re.search(r"<(!doctype|html|head|body)\b", text, re.IGNORECASE)
    if _named(path) in FRAMES:
        assert whole
        return
    assert not whole, "a page of its own that no frame holds"
    extends = re.search(r'{%\s*extends\s+"([^"]+)"', text)
    if extends:
        assert extends[1] in {_named(one) for one in TEMPLATES}


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_a_template_has_no_script_of_its_own(path: Path) -> None:
    text = path.read_text("utf-8")
    for script in re.findall(r"<script\b[^>]*>", text, re.IGNORECASE):
        assert "src=" in script or "application/json" in script, script
    assert not re.findall(r"<[a-z][^>]*\son[a-z]+\s*=", text, re.IGNORECASE), "a handler inside a tag"
    assert "javascript:" not in text.lower()
    assert not re.findall(r"<[a-z][^>]*\bhx-on\b", text, re.IGNORECASE), "a handler inside a tag"


# ---------------------------------------------------------------- the tree


PLACES = re.compile("|".join(("/wo" + "rk/", "/ro" + "ot/", r"/home/[a-z]+/", "/Use" + "rs/", "pypi" + "-more")))


def test_nothing_in_the_tree_names_a_machine() -> None:
    found = []
    for path in files():
        if path.suffix in {".png", ".jpg", ".mo", ".zip", ".gz", ".woff2", ".pyc"}:
            continue
        for n, line in enumerate(path.read_text("utf-8", errors="ignore").splitlines(), start=1):
            if PLACES.search(line):
                found.append(f"{path.relative_to(HOUSE)}:{n}")
    assert found == []


def test_nothing_is_left_for_later() -> None:
    words = re.compile(r"\b(TO" + "DO|FIX" + r"ME|XX" + r"X)\b")
    found = [
        f"{path.relative_to(HOUSE)}:{n}"
        for path in files()
        if path.suffix in {".py", ".ts", ".css", ".html", ".md", ".toml", ".mjs"}
        for n, line in enumerate(path.read_text("utf-8", errors="ignore").splitlines(), start=1)
        if words.search(line)
    ]
    assert found == []
