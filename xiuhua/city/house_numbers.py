"""Where a house number lies: known from shops, told between two known numbers of a side, otherwise only the segment.

Odd and even numbers need not stand on different sides: whether they do is learned from the known numbers of each
side of each segment. Numbers that break the order of their side (a shop that kept its old number) stand only for
themselves. How sure an answer is, is our choice, in steps that a dispatcher can tell apart: a known number 0.97; one
between two known of the same side 0.9, less 0.1 for every 100 metres between these; a segment whose numbers end before
it 0.35 or less.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from xiuhua.city.compass import LEFT, RIGHT
from xiuhua.city.ground import Streets
from xiuhua.city.spots import Spot

NUMBER = re.compile(r"([甲乙丙丁])?(\d{1,5})(?:[-之](\d{1,3}))?号?(?:院)?(?:附(\d{1,3})号?|([甲乙丙丁戊A-Z]))?")
KNOWN, BETWEEN, NEAR_KNOWN = 0.97, 0.9, 0.85
LEARNED_FROM = 3
SAME_PARITY = 0.9
MOST = 6


@dataclass(frozen=True)
class Guess:
    """One reading of an address. Without `x` and `y` only the segment is known; `certainty` is 0..1."""

    how: str
    certainty: float
    segment: int
    because: str
    x: float | None = None
    y: float | None = None
    accuracy_m: float = 0.0
    side: str = ""
    shop: str = ""
    site: str = ""
    off_m: float | None = None
    """Metres off the line on `side` when the point itself lies on the line."""


@dataclass
class _Group:
    """The known numbers of one side of a segment, in the order of the street."""

    segment: int
    side: str
    numbers: list[int] = field(default_factory=list)
    along: list[float] = field(default_factory=list)
    parity: int | None = None


def number_of(text: str) -> tuple[int, str] | None:
    """A house number and what is written with it: 12号甲 and 甲12 are (12, 甲), 126-3 is (126, -3)."""
    found = NUMBER.fullmatch(text.strip().upper())
    if found is None:
        return None
    before, number, part, annex, letter = found.groups()
    return int(number), f"-{int(part)}" if part else f"附{int(annex)}" if annex else before or letter or ""


class KnownNumbers:
    """The house numbers of the shops, by road."""

    def __init__(self, streets: Streets, shops: Sequence[Spot]) -> None:
        self.streets = streets
        self.exact: dict[tuple[str, int], list[tuple[str, Spot]]] = defaultdict(list)
        groups: dict[tuple[int, str], list[tuple[float, int]]] = defaultdict(list)
        for shop in shops:
            told = number_of(shop.number) if shop.number and shop.segment >= 0 else None
            if told is None:
                continue
            self.exact[streets.roads[shop.segment], told[0]].append((told[1], shop))
            if shop.side and shop.along_m == shop.along_m:
                groups[shop.segment, shop.side].append((shop.along_m, told[0]))
        self.groups: dict[str, list[_Group]] = defaultdict(list)
        for (segment, side), known in groups.items():
            self.groups[streets.roads[segment]].append(_group(segment, side, sorted(known)))
        self.segments: dict[str, list[int]] = defaultdict(list)
        for n, road in enumerate(streets.roads):
            self.segments[road].append(n)

    def guesses(self, road: str, number: int, suffix: str = "") -> list[Guess]:
        """What a number on a road may mean, the likeliest first."""
        found = self._known(road, number, suffix) or self._between(road, number) or self._beyond(road, number)
        found = found or whole_road(self.streets, self.segments[road], road)
        return sorted(found, key=lambda one: -one.certainty)[:MOST]

    def _known(self, road: str, number: int, suffix: str) -> list[Guess]:
        known = self.exact.get((road, number), [])
        same = [spot for written, spot in known if written == suffix]
        certainty, told = (KNOWN, same) if same else (NEAR_KNOWN, [spot for _written, spot in known])
        doors = {(spot.segment, spot.side): spot for spot in reversed(told)}
        why = _("登记的门牌") if same else _("登记有 {n} 号，没有带“{suffix}”的").format(n=number, suffix=suffix or "—")
        return [
            Guess(
                "number", certainty / len(doors), spot.segment, why, *_xy(spot), 5.0 if same else 15.0, spot.side, shop=spot.code
            )
            for spot in doors.values()
        ]  # fmt: skip

    def _between(self, road: str, number: int) -> list[Guess]:
        """Between two known numbers of the same side, as far as the number is between theirs."""
        found = []
        groups = [group for group in self.groups.get(road, ()) if _may_hold(group, number)]
        for group in groups:
            place = _around(group, number)
            if place is None:
                continue
            below, above, share = place
            gap = abs(group.along[above] - group.along[below])
            along = group.along[below] + share * (group.along[above] - group.along[below])
            x, y = self.streets.lines.at(group.segment, along)
            lower, upper = sorted((group.numbers[below], group.numbers[above]))
            why = _("在登记的 {lower} 号和 {upper} 号之间推算").format(lower=lower, upper=upper)
            sure = max(0.5, BETWEEN - gap / 1000.0) * (1.0 if group.parity is not None else 0.7)
            found.append(Guess("between", sure, group.segment, why, x, y, max(5.0, gap / 2), group.side, off_m=8.0))
        total = sum(one.certainty for one in found)
        return [_less(one, one.certainty / max(1.0, total)) for one in found]

    def _beyond(self, road: str, number: int) -> list[Guess]:
        """Outside what is known: the segments whose known numbers come nearest below and above."""
        groups = [group for group in self.groups.get(road, ()) if _may_hold(group, number)]
        below = max(groups, key=lambda one: _last_below(one, number), default=None)
        above = min(groups, key=lambda one: _first_above(one, number), default=None)
        ends = {
            group.segment: group.side
            for group, there in (
                (below, below is not None and _last_below(below, number) >= 0),
                (above, above is not None and _first_above(above, number) < BEYOND),
            )
            if group is not None and there
        }
        both = (
            below is not None
            and above is not None
            and _last_below(below, number) >= 0
            and _first_above(above, number) < BEYOND
        )
        if both and below is not None and above is not None:
            why = _("登记的 {lower} 号之后、{upper} 号之前").format(
                lower=_last_below(below, number), upper=_first_above(above, number)
            )
            sure = 0.6 if len(ends) == 1 else 0.4
        else:
            sure = 0.35
            why = _("这条路上登记的门牌到不了 {n} 号，只按最近的门牌猜路段").format(n=number)
        return [Guess("segment", sure, segment, why, side=side) for segment, side in ends.items()]


BEYOND = 10**6


def whole_road(streets: Streets, segments: Sequence[int], road: str) -> list[Guess]:
    """Only the road is known: its segments, each as likely as the others."""
    why = _("只认出{road}").format(road=road) if len(segments) == 1 else _("只认出{road}，共 {n} 段").format(road=road, n=len(segments))  # fmt: skip
    return [Guess("road", 0.5 / len(segments), segment, why) for segment in segments]


def _xy(spot: Spot) -> tuple[float | None, float | None]:
    return (spot.x, spot.y) if spot.placed else (None, None)


def _less(guess: Guess, certainty: float) -> Guess:
    return Guess(**(vars(guess) | {"certainty": certainty}))


def _group(segment: int, side: str, known: Sequence[tuple[float, int]]) -> _Group:
    numbers = [number for _along, number in known]
    odd = sum(number % 2 for number in numbers) / len(numbers)
    parity = None
    if len(numbers) >= LEARNED_FROM and max(odd, 1 - odd) >= SAME_PARITY:
        parity = int(odd > 0.5)
    rising, falling = in_order(numbers), in_order([-number for number in numbers])
    kept = rising if len(rising) >= len(falling) else falling
    return _Group(segment, side, [numbers[n] for n in kept], [known[n][0] for n in kept], parity)


def in_order(numbers: Sequence[int]) -> list[int]:
    """Places of the longest part of a row of numbers that never falls (patience sorting)."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for n, number in enumerate(numbers):
        at = bisect_right(tails, number)
        before.append(ends[at - 1] if at else -1)
        tails[at:at + 1] = [number]  # fmt: skip
        ends[at:at + 1] = [n]  # fmt: skip
    found, at = [], ends[-1] if ends else -1
    while at >= 0:
        found.append(at)
        at = before[at]
    return found[::-1]


def _may_hold(group: _Group, number: int) -> bool:
    return group.parity is None or group.parity == number % 2


def _around(group: _Group, number: int) -> tuple[int, int, float] | None:
    """The two places of a group that a number lies between, and how far from the first to the second, 0..1."""
    numbers = group.numbers
    falling = numbers[0] > numbers[-1]
    row = [-one for one in numbers] if falling else numbers
    wanted = -number if falling else number
    at = bisect_left(row, wanted)
    if not 0 < at < len(row):
        return None
    return at - 1, at, (wanted - row[at - 1]) / (row[at] - row[at - 1])


def _last_below(group: _Group, number: int) -> int:
    return max((one for one in group.numbers if one < number), default=-1)


def _first_above(group: _Group, number: int) -> int:
    return min((one for one in group.numbers if one > number), default=BEYOND)


__all__ = ["LEFT", "RIGHT", "Guess", "KnownNumbers", "number_of", "whole_road"]
