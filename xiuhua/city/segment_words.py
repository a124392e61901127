"""Which segments of the register a phrase means; a phrase that means none becomes a segment by its text alone."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid5

from xiuhua.city.models import Segment, Side
from xiuhua.city.road_words import RoadWords, same_words

NAMESPACE = UUID("b6a3f1f0-9c0e-4a55-8d1c-5d1d4b0f7a21")
Ends = frozenset[str]


@dataclass(frozen=True)
class Stretch:
    """A segment as a table means it: registered, or new by its words alone."""

    code: str
    words: RoadWords
    segment: Segment | None = None

    @property
    def thing(self) -> str:
        return f"segment:{self.code}"


def words_of(segment: Segment) -> RoadWords:
    """A registered segment in words."""
    return RoadWords(segment.road or segment.code, segment.from_name, segment.to_name, segment.side)


@dataclass
class Streets:
    """The register of segments in use, by road, looked up once for a whole sheet."""

    by_code: dict[str, Segment] = field(default_factory=dict)
    by_road: dict[str, list[Segment]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def known(cls) -> Streets:
        """One query."""
        streets = cls()
        for one in Segment.objects.in_use().defer("line").order_by("code"):
            streets.by_code[one.code] = one
            streets.by_road[same_words(one.road)].append(one)
        return streets

    def stretches(self, words: RoadWords) -> list[Stretch]:
        """The segments that words mean: between these ends, or the whole road; none when the register has none."""
        known = [one for one in self.by_road.get(same_words(words.road), []) if one.side == words.side]
        if not words.from_name:
            found = known
        else:
            ends = frozenset({same_words(words.from_name), same_words(words.to_name)})
            found = [one for one in known if _ends(one) == ends] or _between(known, ends)
        return [Stretch(one.code, words_of(one), one) for one in found]

    def divided_otherwise(self, words: RoadWords) -> bool:
        """Whether the road is registered, but not by this side."""
        return words.side != Side.BOTH and bool(self.by_road.get(same_words(words.road)))


def new_stretch(words: RoadWords, code: str = "") -> Stretch:
    """A segment by its words alone; the same words always give the same code."""
    made = "|".join(map(same_words, (words.road, *sorted((words.from_name, words.to_name)), words.side)))
    return Stretch(code or f"T{uuid5(NAMESPACE, made).hex[:12].upper()}", words)


def _ends(segment: Segment) -> Ends:
    return frozenset({same_words(segment.from_name), same_words(segment.to_name)})


def _between(segments: Sequence[Segment], ends: Ends) -> list[Segment]:
    """The segments of one road from one crossing to another: the shortest chain of them; none when there is none."""
    if len(ends) != 2:
        return []
    begin, end = sorted(ends)
    at: dict[str, list[Segment]] = defaultdict(list)
    for one in segments:
        for name in _ends(one):
            at[name].append(one)
    came: dict[str, tuple[str, Segment] | None] = {begin: None}
    waiting = deque([begin])
    while waiting and end not in came:
        here = waiting.popleft()
        for one in at[here]:
            for name in _ends(one) - {here}:
                if name not in came:
                    came[name] = (here, one)
                    waiting.append(name)
    return list(reversed(list(_walked(came, end))))


def _walked(came: dict[str, tuple[str, Segment] | None], end: str) -> Iterable[Segment]:
    step = came.get(end)
    while step is not None:
        yield step[1]
        step = came[step[0]]
