"""A road segment as sheets write it: `云门山路（海岱路—范公亭路）路南`, `海岱路（驼山路至荣利街）`, `昭德路全段`.

No database here: what was written, told apart, and the one way in which we write it ourselves.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from xiuhua.city.models import Side
from xiuhua.kit.sheets.cells import one_line

DASH = re.compile(r"\s*(?:—+|–+|―+|－+|-+|~+|～+|〜|→|至|到)\s*")
BRACKETS = re.compile(r"^(?P<road>[^（(\[【]+)[（(\[【](?P<inside>[^）)\]】]*)[）)\]】](?P<after>.*)$")
ROAD = r"[^—–―－\-~～〜→至到：:，,、]+?(?:大街|大道|胡同|路|街|道|巷|里|桥|河|线)"
BARE = re.compile(
    rf"^(?P<road>{ROAD})[：:，,]?\s*(?P<inside>{ROAD}(?:—+|–+|―+|－+|-+|~+|～+|〜|→|至|到)[^段]+?)(?P<after>段?(?:(?<=[路街道巷段])路[东西南北]侧?|[东西南北](?:侧|边)|两侧|双侧)?)$"
)
WHOLE = re.compile(r"(?:全段|全线|全程|全路段|整条)$")
SIDES = (
    (re.compile(r"(?:两|双|左右)(?:侧|边)"), Side.BOTH),
    (re.compile(r"路中|中间|中分带|隔离带"), Side.MIDDLE),
    (re.compile(r"北(?:侧|边|面)?"), Side.NORTH), (re.compile(r"南(?:侧|边|面)?"), Side.SOUTH),
    (re.compile(r"东(?:侧|边|面)?"), Side.EAST), (re.compile(r"西(?:侧|边|面)?"), Side.WEST),
    (re.compile(r"左(?:侧|边)?"), Side.LEFT), (re.compile(r"右(?:侧|边)?"), Side.RIGHT),
)  # fmt: skip
AFTER_SIDE = re.compile(
    r"(?P<road>.+?(?:路|街|道|巷))(?P<side>(?:路|街)[东西南北]侧?|[东西南北左右](?:侧|边)|[两双]侧|路中)$"
)


WRITTEN = {
    Side.BOTH: "", Side.NORTH: "路北", Side.SOUTH: "路南", Side.EAST: "路东", Side.WEST: "路西", Side.LEFT: "左侧",
    Side.RIGHT: "右侧", Side.MIDDLE: "路中",
}  # fmt: skip
"""How we write a side, in whatever language the page is."""


@dataclass(frozen=True)
class RoadWords:
    """A segment in words. `whole` is the road from end to end; without `from_name` the road itself is meant."""

    road: str
    from_name: str = ""
    to_name: str = ""
    side: str = Side.BOTH
    whole: bool = False

    def __str__(self) -> str:
        ends = f"（{self.from_name}—{self.to_name}）" if self.from_name or self.to_name else ""
        return f"{self.road}{ends}{WRITTEN[Side(self.side)]}"


def read_road(text: str) -> RoadWords | None:
    """What a cell says of a segment; None when it names no road."""
    told = one_line(text).strip("，,。；;")
    if not told:
        return None
    found = BRACKETS.match(told) or BARE.match(told)
    if found:
        ends = DASH.split(found["inside"].strip(), maxsplit=1)
        if len(ends) == 2 and all(ends):
            last, inner = (
                _cut_side(re.sub(r"(?<=[路街道巷])路段$|段$", "", ends[1])) if found.re is BRACKETS else (ends[1], "")
            )
            return RoadWords(found["road"].strip(), ends[0], last, side_of(found["after"]) or inner or Side.BOTH)
        side = side_of(found["inside"]) or side_of(found["after"])
        if side:
            return RoadWords(found["road"].strip(), side=side)
        if WHOLE.search(found["inside"]) or not found["inside"].strip():
            return RoadWords(found["road"].strip(), whole=True)
        return RoadWords(told)
    road, side = _cut_side(told)
    if WHOLE.search(road):
        return RoadWords(WHOLE.sub("", road), side=side or Side.BOTH, whole=True)
    return RoadWords(road, side=side or Side.BOTH)


def _cut_side(told: str) -> tuple[str, str]:
    found = AFTER_SIDE.match(told)
    return (found["road"], side_of(found["side"])) if found else (told, "")


def side_of(text: str) -> str:
    """The side that words name: `路南`, `北侧`, `两侧`; empty when they name none."""
    told = one_line(text)
    return next((side.value for pattern, side in SIDES if pattern.search(told)), "") if told else ""


def read_roads(text: str) -> list[RoadWords]:
    """Several roads in a cell, parted by 、 or lines outside of brackets."""
    pieces, depth = [""], 0
    for sign in text:
        depth += (sign in "（([【") - (sign in "）)]】")
        if depth == 0 and sign in "、；;\n":
            pieces.append("")
        else:
            pieces[-1] += sign
    return [road for piece in pieces if (road := read_road(piece))]


@functools.lru_cache(maxsize=1 << 16)
def same_words(name: str) -> str:
    """A name of a road as it is compared: no spaces, no brackets."""
    return re.sub(r"[\s（）()]", "", one_line(name))
