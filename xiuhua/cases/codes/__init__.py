"""Codes of components and matters by standard, and which old code became which new one, as far as that is known.

The tables beside this file are facts of the national standards in our own form, each with its source and how certain it
is. The same digits mean another thing in another standard and for another kind, so a code is known by standard, kind
and digits together. What a city adds stands in `CityMatter` rows.
"""

from __future__ import annotations

import datetime as dt
import functools
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from xiuhua.cases.models import CityMatter

HERE = Path(__file__).parent
OLD, NEW, CITY = "gb30428.2-2013", "gb47678.5-2026", "city"
KINDS = {"component": _("部件"), "event": _("事件")}
CERTAINTY = {
    "secondary": _("据公开转录"),
    "fragment": _("仅见零散引用"),
    "city": _("本市扩展"),
}
MOVED = {"01": "06", "02": "07", "03": "08", "04": "09"}
"""Major classes of events, old → new; minor numbers keep their place. Checked on all 56 rows that a city published."""
DROPPED = {"0131", "0205"}
"""Old events that the new standard has no row for."""


@dataclass(frozen=True)
class Code:
    """A code of a standard. `certainty` says how well the row is known."""

    standard: str
    kind: str
    code: str
    name: str
    major: str
    certainty: str


@dataclass(frozen=True)
class Codes:
    """The table of one standard, with the days between which it is in force as far as they are known."""

    standard: str
    title: str
    source: str
    rows: dict[tuple[str, str], Code]
    begins_on: dt.date | None
    ends_on: dt.date | None


@dataclass(frozen=True)
class Became:
    """What an old code is now: `same` (same name), `renamed`, `dropped` (no row any more) or `unknown`."""

    how: str
    code: Code | None = None


@functools.cache
def tables() -> dict[str, Codes]:
    """The tables that come with the program, by standard."""
    return {read.standard: read for read in map(_read, sorted(HERE.glob("*.toml")))}


def _read(path: Path) -> Codes:
    told = tomllib.loads(path.read_text("utf-8"))
    rows: dict[tuple[str, str], Code] = {}
    odd = dict(one.split(" ", 1) for one in told.get("odd", ()))
    for major in told["major"]:
        for text in major["rows"]:
            code, name = text.split(" ", 1)
            one = Code(told["standard"], major["kind"], code, name, major["name"], major["certainty"])
            rows[one.kind, code] = one
            if told.get("facilities") and one.kind == "component":
                about = odd.get(code, name + told["facilities"])
                rows["event", code] = Code(one.standard, "event", code, about, one.major, one.certainty)
    return Codes(
        told["standard"], told["title"], told["source"], rows, told.get("begins_on"), told.get("ends_on")
    )  # fmt: skip


def codes_of(standard: str) -> Iterator[Code]:
    """The rows of a standard in their order; those of the city are rows of the database."""
    if standard != CITY:
        yield from tables()[standard].rows.values()
        return
    for row in CityMatter.objects.order_by("kind", "code"):
        yield Code(CITY, row.kind, row.code, row.name, row.major, "city")


def code_of(standard: str, kind: str, code: str) -> Code | None:
    """The row of a code; none when it is not known."""
    if standard in tables():
        return tables()[standard].rows.get((kind, code))
    return next((one for one in codes_of(CITY) if (one.kind, one.code) == (kind, code)), None)


def standard_of(code: str) -> str:
    """The standard that a code is written by: five digits are new, four are old, anything else is the city's own."""
    return {5: NEW, 4: OLD}.get(len(code), CITY) if code.isdigit() else CITY


def became(old: Code) -> Became:
    """What a code of the old standard is in the new one. Components are taken for the same only by the same name."""
    new = tables()[NEW].rows
    if old.standard != OLD:
        return Became("unknown")
    if old.kind == "event" and old.code in DROPPED:
        return Became("dropped")
    if old.kind == "event" and old.code[:2] in MOVED:
        found = new.get(("event", f"{MOVED[old.code[:2]]}0{old.code[2:]}"))
        return Became("same" if found and found.name == old.name else "renamed", found) if found else Became("unknown")
    named = [one for one in new.values() if one.kind == old.kind and one.name == old.name]
    return Became("same", named[0]) if len(named) == 1 else Became("unknown")
