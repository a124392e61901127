"""What people write about a place, read into its parts: roads, a number, a crossing, metres, a side, a name.

No database and no map here: the roads that exist are given by `Roads`, and the answer is what was written, not where it
is.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pypinyin import lazy_pinyin

from xiuhua.city.compass import SPOKEN
from xiuhua.city.house_numbers import NUMBER, number_of

LONGEST = 200
ENDS = ("大街", "大道", "胡同", "路", "街", "巷", "道")
DIGITS = dict(zip("零〇一二两三四五六七八九", (0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
SPELT = re.compile(r"[零〇一二两三四五六七八九十百千]+(?=号|米)")
WIND = r"(东北|东南|西北|西南|北东|南东|北西|南西|东|西|南|北)"
STEP = re.compile(
    rf"(?:往|向|朝|以|偏)?{WIND}(?:侧|边|面|方向|走|行|去|约|大约|大概|第|路)*(\d{{1,4}})(?:多|余|来)?(?:米|M(?![A-Z]))"
)
FAR = re.compile(r"(\d{1,4})(?:多|余|来)?(?:米|M(?![A-Z]))")
SIDE = re.compile(rf"(?:路|街|道|靠)?{WIND}(?:侧|边|面|则)|(?:路|街|道){WIND}(?![东西南北环门关大路街])")
CORNER = re.compile(rf"{WIND}(?:拐角|转角|角)")
JOINED = re.compile(r"(?:路|街)?(?:与|和|及|跟|同|交|、|/|&|\+|X|×)?(?:路|街)?")
MEETING = re.compile(
    r"(?:路|街)?(?:的)?(?:十字|丁字|交叉|交汇|交界|相交|交)?(?:路口|街口|口|处|道口)|^(?:的)?(?:交叉|交汇|交界|相交)"
)
BETWEEN = re.compile(r"(?:路|街)?(?:—+|-+|~|至|到)(?:路|街)?")
BESIDE = re.compile(r"旁边|旁|隔壁|附近|周边|一带|边上|左右")
OPPOSITE = re.compile(r"对面|对过|对门|斜对")
RELATION = re.compile(
    rf"(?:的)?(?:门口|门前|大门|正门|后门|对面|对过|斜对面|旁边|旁|隔壁|附近|周边|一带|边上|{WIND}(?:侧|边|面|门|角)).*$"
)
AFTER_STEM = re.compile(r"$|[\d与和及跟同交口至到—~（）()/、\-]|路口|[东西南北]{1,2}(?:侧|边|面|角|段|\d)")
SLIP = {"full": 1.0, "other_end": 0.9, "stem": 0.85, "half": 0.8, "sound": 0.75}
"""How much a road that was not written in full counts. Our choice: what is further from the register counts less."""


@dataclass(frozen=True)
class Written:
    """A road as it was written: where in the text, which roads of the register it may be, how sure that is."""

    begin: int
    end: int
    roads: tuple[str, ...]
    sure: float


@dataclass(frozen=True)
class Phrase:
    """A place as it was written. `roads` in their order; `meeting`: the first two cross; `ends`: the road is `roads[0]`
    between the two others."""

    text: str
    roads: tuple[Written, ...] = ()
    number: int | None = None
    suffix: str = ""
    meeting: bool = False
    ends: tuple[Written, Written] | None = None
    wind: str = ""
    metres: int = 0
    side: str = ""
    corner: str = ""
    beside: bool = False
    opposite: bool = False
    name: str = ""


def tidied(text: str) -> str:
    """Letters, digits and Chinese characters in one form: full-width made half, spaces, marks and pictures taken out."""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 4]).upper()
    text = re.sub(r"[–—―－−─]+", "—", text).replace("號", "号").replace("(", "（").replace(")", "）").replace("#", "号")
    text = "".join(one for one in text if one.isalnum() or one in "—-~（）/、&+×")
    return SPELT.sub(lambda found: str(_spelt(found[0])), text)


def _spelt(word: str) -> int:
    """一百二十六 is 126, 二〇 is 20."""
    if not set(word) & set("十百千"):
        return int("".join(str(DIGITS[one]) for one in word))
    total, number = 0, 0
    for one in word:
        if one in DIGITS:
            number = DIGITS[one]
        else:
            total += (number or 1) * {"十": 10, "百": 100, "千": 1000}[one]
            number = 0
    return total + number


class Roads:
    """The roads of the register under all the ways in which people write them."""

    def __init__(self, names: Iterable[str]) -> None:
        self.names = sorted({name for name in names if name})
        written: dict[str, dict[str, str]] = defaultdict(dict)
        for name in self.names:
            tidy = tidied(name)
            stem, end = parted(tidy)
            self._enter(written, tidy, name, "full")
            if end and len(stem) >= 2:
                self._enter(written, stem, name, "stem")
                for other in ("路", "街", "大街"):
                    if other != end:
                        self._enter(written, stem + other, name, "other_end")
                if stem[-1] in "东西南北中" and len(stem) >= 3:
                    self._enter(written, stem[:-1] + end, name, "half")
            if len(tidy) >= 3:
                self._enter(written, sound(tidy), name, "sound")
        self.written = {word: _best(found) for word, found in written.items()}
        self.longest = max((len(tidied(name)) + 1 for name in self.names), default=0)

    def _enter(self, written: dict[str, dict[str, str]], word: str, name: str, how: str) -> None:
        known = written[word].get(name)
        if known is None or SLIP[how] > SLIP[known]:
            written[word][name] = how

    def found_in(self, text: str) -> list[Written]:
        """The roads that a tidied text names, from left to right, the longest reading of each."""
        found: list[Written] = []
        at = 0
        while at < len(text):
            hit = self._at(text, at)
            if hit is not None:
                found.append(hit)
            at = hit.end if hit is not None else at + 1
        return found

    def _at(self, text: str, at: int) -> Written | None:
        lengths = range(min(self.longest, len(text) - at), 1, -1)
        for length in lengths:
            word = text[at:at + length]  # fmt: skip
            told = self.written.get(word)
            if told and word.endswith("街") and text.startswith("道", at + length):
                continue  # 某某街道 is an office, not a street
            if told and (told[0] != "stem" or AFTER_STEM.match(text, at + length)):
                return Written(at, at + length, told[1], SLIP[told[0]])
        for length in lengths:
            word = text[at:at + length]  # fmt: skip
            if length >= 3 and word.endswith(ENDS) and (told := self.written.get(sound(word))):
                return Written(at, at + length, told[1], SLIP[told[0]])
        return None


def parted(name: str) -> tuple[str, str]:
    """A road's name and the word for street at its end."""
    end = next((one for one in ENDS if name.endswith(one) and len(name) > len(one)), "")
    return (name[: -len(end)] if end else name), end


@functools.lru_cache(maxsize=20_000)
def sound(word: str) -> str:
    """How a word sounds, without tones: what an ear and a typing method take for the same."""
    return " ".join(lazy_pinyin(word))


def _best(found: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    how = max(found.values(), key=lambda one: SLIP[one])
    return how, tuple(sorted(name for name, told in found.items() if told == how))


def read_phrase(text: str, roads: Roads) -> Phrase:
    """The parts of a phrase. Nothing is refused here: what is not understood stays in `name`."""
    tidy = tidied(text)
    named = roads.found_in(tidy)
    ends, named = _ends(tidy, named)
    rest = tidy[named[0].end:] if named else tidy  # fmt: skip
    meeting = ends is None and len(named) > 1 and JOINED.fullmatch(tidy[named[0].end:named[1].begin]) is not None  # fmt: skip
    if meeting:
        rest = tidy[named[1].end:]  # fmt: skip
    number, suffix, after = (None, "", rest) if meeting else _number(rest)
    wind, metres, after = _step(after)
    corner = CORNER.search(after)
    side = SIDE.search(after if ends is None else tidy)
    relation = RELATION.search(tidy)
    return Phrase(
        text=tidy,
        roads=tuple(named),
        number=number,
        suffix=suffix,
        meeting=meeting,
        ends=ends,
        wind=wind,
        metres=metres,
        side=_wind(side) if side and not corner else "",
        corner=_wind(corner) if corner else "",
        beside=bool(BESIDE.search(after)),
        opposite=bool(OPPOSITE.search(after)),
        name=tidy[: relation.start()] if relation else FAR.sub("", tidy),
    )


def _ends(text: str, named: Sequence[Written]) -> tuple[tuple[Written, Written] | None, list[Written]]:
    """云门山路（海岱路—范公亭路） and 海岱路到范公亭路之间的云门山路: which road, and between which two."""
    for first, second in itertools.pairwise(named):
        if not BETWEEN.fullmatch(text[first.end:second.begin]):  # fmt: skip
            continue
        others = [one for one in named if one not in (first, second)]
        if others:
            return (first, second), others[:1]
    return None, list(named)


def _number(rest: str) -> tuple[int | None, str, str]:
    found = re.match(rf"(?:的|门牌|门牌号|第)?({NUMBER.pattern})(?!\d|米|M(?![A-Z]))", rest)
    told = number_of(found[1]) if found else None
    if found is None or told is None:
        return None, "", rest
    return told[0], told[1], rest[found.end():]  # fmt: skip


def _step(rest: str) -> tuple[str, int, str]:
    found = STEP.search(rest)
    if found is None:
        return "", 0, rest
    return SPOKEN.get(found[1], found[1]), int(found[2]), rest[found.end():]  # fmt: skip


def _wind(found: re.Match[str]) -> str:
    word = next(one for one in found.groups() if one)
    return SPOKEN.get(word, word)
