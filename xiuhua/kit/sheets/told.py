"""Words in a cell: several names, days as offices write them, whole numbers."""

from __future__ import annotations

import datetime as dt
import functools
import re
from calendar import monthrange
from dataclasses import dataclass

from xiuhua.kit.sheets.cells import one_line, plain_text

PARTS = re.compile(r"[、，,；;/／|\n]+")
BRACKET = re.compile(r"[（(\[【]([^）)\]】]*)[）)\]】]")
CHINESE = "\u3400-\u9fff"
ALL_OF_SQUAD = re.compile(
    r"^(?:[\u3400-\u9fff\d]{0,8}?中队)?(?:全体|全员|所有|全部)(?:人员|队员|执法人员|执法队员)?$|^[\u3400-\u9fff\d]{0,8}中队(?:全体|全员)"
)
EPOCH = dt.date(1899, 12, 30)


@dataclass(frozen=True)
class Named:
    """A name in a cell, and what stood in brackets after it or before a colon: a role, a unit, a phone."""

    name: str
    about: str = ""


@dataclass(frozen=True)
class Names:
    """The names of a cell in their order. `everybody` is 中队全体; `others` tells that the cell says 等."""

    named: tuple[Named, ...] = ()
    everybody: bool = False
    others: bool = False


@functools.lru_cache(maxsize=4096)
def read_names(text: str) -> Names:
    """`张伟、李强等`, `张伟 李强`, `张伟/李强`, `张伟（组长）`, `组长：张伟`, `张　伟`, `中队全体`."""
    told = plain_text(text)
    if not told or told in ("无", "-", "—", "/", "暂缺", "待定", "空缺"):
        return Names()
    if ALL_OF_SQUAD.match(one_line(told)):
        return Names(everybody=True)
    told = BRACKET.sub(lambda found: "（" + PARTS.sub("·", found[1]) + "）", told)
    others = bool(re.search(r"等(?:\d+人|人|同志)?$", told))
    told = re.sub(r"等(?:\d+人|人|同志)?(?=$|\n)", "", told)
    named: list[Named] = []
    for piece in PARTS.split(told):
        named += _pieces(piece)
    everybody = any(ALL_OF_SQUAD.match(one.name) for one in named)
    return Names(tuple(one for one in named if not ALL_OF_SQUAD.match(one.name)), everybody, others)


def _pieces(piece: str) -> list[Named]:
    """Names parted by spaces; two single characters are one name that was spread out (张　伟)."""
    told = re.sub(r"\s+(?=[（(])", "", piece.strip())
    before, colon, after = told.partition("：") if "：" in told else told.partition(":")
    role = before.strip() if colon and after.strip() else ""
    words = (after if role else told).split()
    joined: list[str] = []
    for word in words:
        if joined and re.fullmatch(f"[{CHINESE}]", joined[-1]) and re.match(f"[{CHINESE}](?:（|$)", word):
            joined[-1] += word
        else:
            joined.append(word)
    found = []
    for word in joined:
        inside = BRACKET.search(word)
        name = BRACKET.sub("", word).strip(" .。:：·")
        if name:
            found.append(Named(name, (inside[1].strip() if inside else "") or role))
    return found


@dataclass(frozen=True)
class Day:
    """A day read from a cell; `doubt` tells what was guessed: `year` was not written, `serial` was Excel's number."""

    on: dt.date | None
    doubt: str = ""


FULL = re.compile(r"^(\d{4})\s*[-./年\s]\s*(\d{1,2})\s*[-./月\s]\s*(\d{1,2})\s*[日号]?")
SHORT = re.compile(r"^(\d{1,2})\s*[月.]\s*(\d{1,2})\s*[日号]?$")
MONTH = re.compile(r"^(?:(\d{4})\s*[-./年]\s*)?(\d{1,2})\s*月?\s*(底|末|份)?$")


def read_day(text: str, *, year: int) -> Day | None:
    """`2020-03-15`, `2020.3.15`, `2020年3月15日`, `20200315`, `3月15日`, `6月底前`, Excel's number. None: no day at all.

    A day without its year is of `year`; the last day of a month is what 月底 and a bare month mean.
    """
    told = re.sub(r"(?:之?前|以前|止|为止|起)$", "", one_line(text)).strip()
    told = re.sub(r"(?:\s+\d{1,2}:\d{2}(?::\d{2})?)$", "", told)
    if found := FULL.match(told):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if re.fullmatch(r"\d{8}", told):
        return _day(int(told[:4]), int(told[4:6]), int(told[6:]))
    if re.fullmatch(r"[345]\d{4}", told):
        return Day(EPOCH + dt.timedelta(days=int(told)), "serial")
    if found := SHORT.match(told):
        return _day(year, int(found[1]), int(found[2]), doubt="year")
    found = MONTH.match(told)
    if found and ("月" in told or found[1]) and 1 <= int(found[2]) <= 12:
        of = int(found[1] or year)
        return _day(of, int(found[2]), monthrange(of, int(found[2]))[1], doubt="" if found[1] else "year")
    return None


def _day(year: int, month: int, day: int, *, doubt: str = "") -> Day | None:
    try:
        return Day(dt.date(year, month, day), doubt)
    except ValueError:
        return None


def read_whole(text: str) -> int | None:
    """A whole number, also `3.0`, `第3项` and `3、`; None when there is none."""
    found = re.fullmatch(r"第?(\d{1,6})(?:\.0+)?[项条、.号]?", one_line(text))
    return int(found[1]) if found else None
