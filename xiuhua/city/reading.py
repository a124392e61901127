"""A phrase is looked up in the register: what was written becomes readings, each with a place and a certainty."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from xiuhua.city.compass import LEFT, RIGHT, WINDS, side_meant
from xiuhua.city.crossings import arm_towards, arms, crossings, walked
from xiuhua.city.house_numbers import MOST, Guess, KnownNumbers, whole_road
from xiuhua.city.phrases import LONGEST, Phrase, Roads, Written, read_phrase, tidied
from xiuhua.city.places import Places
from xiuhua.city.spots import Spot, Spots, shop_spots, site_spots
from xiuhua.city.stamps import stamps

FRONT_M = 8.0
"""From the middle of the street to its side, when only the side was told (our choice: the kerb of a common street)."""
SHORTEST_NAME = 2
MANY = 8


class Gazetteer:
    """The register as people write it: roads, house numbers, names of shops and sites, over one state of the shapes."""

    def __init__(self, shapes: Places, shops: Spots, sites: Spots) -> None:
        self.places, self.shops, self.sites = shapes, shops, sites
        self.roads = Roads(shapes.streets.roads)
        self.numbers = KnownNumbers(shapes.streets, shops.every)
        self._shop = {one.code: one for one in shops.every}
        self._site = {one.code: one for one in sites.every}
        self.names: dict[str, list[tuple[str, Spot]]] = {}
        for how, spots in (("site", sites), ("shop", shops)):
            for spot in spots.every:
                self.names.setdefault(tidied(spot.name), []).append((how, spot))
        self.names.pop("", None)
        self.longest = min(max(map(len, self.names), default=0), 60)
        self.joined = "\n" + "\n".join(self.names) + "\n"

    def shop(self, code: str) -> Spot | None:
        return self._shop.get(code)

    def site(self, code: str) -> Spot | None:
        return self._site.get(code)

    def foot(self, segment: int, x: float, y: float) -> tuple[float, float]:
        """How far a place is from a segment, and how far along it lies."""
        return self.places.streets.lines.foot(segment, x, y)

    # ------------------------------------------------------------ readings

    def guesses(self, text: str) -> tuple[list[Guess], str]:
        """The readings of a phrase, the likeliest first; without any, a sentence that says why and what helps."""
        if len(text) > LONGEST:
            return [], _("地址太长（{n} 个字），请只写路名、门牌或店名，{longest} 个字以内。").format(n=len(text), longest=LONGEST)  # fmt: skip
        phrase = read_phrase(text, self.roads)
        if not phrase.text:
            return [], _("请写地址，例如“范公亭东路126号”，或者路口、店名。")
        found = [*self._named(phrase), *self._on_roads(phrase)]
        found.sort(key=lambda one: -one.certainty)
        return found[:MOST], "" if found else self._unknown(phrase)

    def _on_roads(self, phrase: Phrase) -> Iterator[Guess]:
        if not phrase.roads:
            return
        if phrase.ends:
            yield from self._between_roads(phrase)
        elif phrase.meeting:
            yield from self._at_crossing(phrase)
        else:
            yield from self._along_road(phrase)

    def _unknown(self, phrase: Phrase) -> str:
        if phrase.meeting:
            ones = "、".join(dict.fromkeys(road for one in phrase.roads[:2] for road in one.roads))
            return _("登记的路网里，{roads}没有相交的路口，请核对路名。").format(roads=ones)
        if phrase.ends:
            return _("没有找到这两条路之间的路段，请核对路名。")
        return _("没有认出“{text}”：路名、店名都不在登记里。请换个写法，或在地图上点选。").format(text=phrase.text[:40])

    def _segments(self, written: Written) -> list[int]:
        return [n for road in written.roads for n in self.numbers.segments.get(road, ())]

    # A road, with a number or a side or neither.

    def _along_road(self, phrase: Phrase) -> Iterator[Guess]:
        written = phrase.roads[0]
        for road in written.roads:
            if phrase.number is None:
                found = whole_road(self.places.streets, self.numbers.segments[road], road)
                for guess in found[:MANY]:
                    yield self._sided(guess, phrase, written.sure / len(written.roads))
                continue
            for guess in self.numbers.guesses(road, phrase.number, phrase.suffix):
                told = self._sided(guess, phrase, written.sure / len(written.roads))
                yield self._moved(told, phrase) if phrase.metres or phrase.opposite or phrase.beside else told

    def _sided(self, guess: Guess, phrase: Phrase, share: float) -> Guess:
        """A side that was told goes with the reading; one that contradicts the number makes it half as certain."""
        side = self._side(guess.segment, phrase.side)
        if not side or phrase.opposite:
            return _with(guess, certainty=guess.certainty * share)
        if guess.side and guess.side != side:
            return _with(guess, certainty=guess.certainty * share / 2)
        return _with(guess, certainty=guess.certainty * share, side=side)

    def _side(self, segment: int, word: str) -> str:
        return side_meant(word, float(self.places.streets.chord[segment])) if word and segment >= 0 else ""

    def _moved(self, guess: Guess, phrase: Phrase) -> Guess:
        """旁 is less exact, 对面 is the other side, 往东50米 is a walk along the same street."""
        if guess.x is None or guess.y is None:
            return guess
        if phrase.metres and phrase.wind:
            return self._walk(guess, phrase) or guess
        if phrase.opposite and guess.side:
            _far, along = self.foot(guess.segment, guess.x, guess.y)
            x, y = self.places.streets.lines.at(guess.segment, along)
            side = RIGHT if guess.side == LEFT else LEFT
            return _with(
                guess, certainty=guess.certainty * 0.85, side=side, x=x, y=y, off_m=FRONT_M, accuracy_m=guess.accuracy_m + 15,
                how="opposite", shop="", site="", because=_("{because}，取对面").format(because=guess.because),
            )  # fmt: skip
        if phrase.beside:
            return _with(guess, certainty=guess.certainty * 0.95, accuracy_m=guess.accuracy_m + 20, how="beside")
        return guess

    def _walk(self, guess: Guess, phrase: Phrase) -> Guess | None:
        streets = self.places.streets
        assert guess.x is not None and guess.y is not None
        _far, along = self.foot(guess.segment, guess.x, guess.y)
        x, y = streets.lines.at(guess.segment, along)
        segments = self.numbers.segments[streets.roads[guess.segment]]
        arm = arm_towards(streets, segments, x, y, phrase.wind)
        return self._walked(phrase, arm, guess.certainty * 0.9, guess.because, guess.side) if arm else None

    def _walked(
        self,
        phrase: Phrase,
        arm: tuple[int, float, int],
        sure: float,
        because: str,
        side: str = "",
    ) -> Guess:
        streets = self.places.streets
        segment, along = walked(streets, arm, phrase.metres)
        x, y = streets.lines.at(segment, along)
        told = self._side(segment, phrase.side) or (side if segment == arm[0] else "")
        why = _("{because}，沿{road}往{wind} {metres} 米").format(
            because=because, road=streets.roads[segment], wind=phrase.wind, metres=phrase.metres
        )
        return Guess(
            "offset", sure, segment, why, x, y, 15.0 + phrase.metres * 0.1, told, off_m=FRONT_M if told else None
        )

    # Where two roads meet.

    def _at_crossing(self, phrase: Phrase) -> Iterator[Guess]:
        first, second = phrase.roads[:2]
        ones, others = self._segments(first), self._segments(second)
        met = crossings(self.places.streets, ones, others)
        sure = first.sure * second.sure / max(1, len(met))
        both = sorted({*ones, *others})
        why = _("{one}与{other}的路口").format(one="、".join(first.roads), other="、".join(second.roads))
        for x, y in met[:MANY]:
            if phrase.metres and phrase.wind:
                arm = arm_towards(self.places.streets, both, x, y, phrase.wind)
                known = 0.9
                if arm is None:  # the street goes on under another name
                    arm, known = arm_towards(self.places.streets, None, x, y, phrase.wind), 0.75
                if arm is not None:
                    yield self._walked(phrase, arm, known * sure, why)
                    continue
            yield from self._corner(phrase, x, y, both, sure, why)

    def _corner(
        self, phrase: Phrase, x: float, y: float, segments: Sequence[int], sure: float, why: str
    ) -> Iterator[Guess]:
        """The ways out of a crossing; at a named corner the two that enclose it, each with the side to the corner."""
        streets = self.places.streets
        ways = arms(streets, segments, x, y)
        corner = phrase.corner
        if corner and len(corner) == 2:
            chosen = [arm for wind in corner if (arm := arm_towards(streets, segments, x, y, wind))]
            dx, dy = np.cos(np.radians(WINDS[corner])), np.sin(np.radians(WINDS[corner]))
            for segment, _along, _way in dict.fromkeys(chosen):
                side = self._side(segment, corner[0]) or self._side(segment, corner[1])
                told = _("{why}{corner}角").format(why=why, corner=corner)
                yield Guess("corner", 0.9 * sure / len(chosen), segment, told, x + 12 * dx, y + 12 * dy, 15.0, side)
            return
        segments_there = list(dict.fromkeys(arm[0] for arm in ways))
        for segment in segments_there:
            side = self._side(segment, phrase.side)
            yield Guess("crossing", 0.9 * sure / len(segments_there), segment, why, x, y, 20.0, side, off_m=FRONT_M if side else None)  # fmt: skip

    # A road between two others.

    def _between_roads(self, phrase: Phrase) -> Iterator[Guess]:
        assert phrase.ends is not None
        written = phrase.roads[0]
        sure = written.sure * phrase.ends[0].sure * phrase.ends[1].sure
        found = self._named_between(written, phrase.ends) or self._lying_between(written, phrase.ends)
        for segment in found[:MANY]:
            why = _("{road}上这两条路之间的一段").format(road=self.places.streets.roads[segment])
            yield Guess("stretch", 0.95 * sure / len(found), segment, why, side=self._side(segment, phrase.side))

    def _named_between(self, written: Written, ends: tuple[Written, Written]) -> list[int]:
        one, other = set(ends[0].roads), set(ends[1].roads)
        told = self.places.streets.ends
        return [
            n for n in self._segments(written)
            if (told[n][0] in one and told[n][1] in other) or (told[n][0] in other and told[n][1] in one)
        ]  # fmt: skip

    def _lying_between(self, written: Written, ends: tuple[Written, Written]) -> list[int]:
        """The segments of a road whose middle lies between where it meets the two others."""
        streets, own = self.places.streets, self._segments(written)
        marks = [crossings(streets, own, self._segments(one)) for one in ends]
        if not all(marks):
            return []
        (x, y), (x2, y2) = marks[0][0], marks[1][0]
        span = (x2 - x) ** 2 + (y2 - y) ** 2
        found = []
        for n in own:
            mx, my = streets.lines.at(n, float(streets.lines.length_m[n]) / 2)
            share = ((mx - x) * (x2 - x) + (my - y) * (y2 - y)) / span if span else -1.0
            if 0 < share < 1:
                found.append(n)
        return found

    # Shops and sites by name.

    def _named(self, phrase: Phrase) -> Iterator[Guess]:
        told = self._whole_names(phrase.text) or self._parts_of_names(phrase)
        for sure, how, spot in told:
            why = _("登记的点位“{name}”") if how == "site" else _("登记的商户“{name}”")
            x, y = (spot.x, spot.y) if spot.placed else (None, None)
            key: dict[str, Any] = {"site": spot.code} if how == "site" else {"shop": spot.code}
            guess = Guess(how, sure, spot.segment, why.format(name=spot.name), x, y, 10.0, spot.side, **key)
            if spot.segment < 0 and not spot.placed:
                continue
            yield self._moved(guess, phrase)

    def _whole_names(self, text: str) -> list[tuple[float, str, Spot]]:
        """Names of the register that stand in the text, the longest one alone."""
        for length in range(min(self.longest, len(text)), SHORTEST_NAME, -1):
            for at in range(len(text) - length + 1):
                if spots := self.names.get(text[at:at + length]):  # fmt: skip
                    return [(0.95 / len(spots), how, spot) for how, spot in spots[:MANY]]
        return []

    def _parts_of_names(self, phrase: Phrase) -> list[tuple[float, str, Spot]]:
        """Names of the register in which the written name stands, when there are few."""
        word = phrase.name
        if len(word) < SHORTEST_NAME or phrase.number is not None or word.isdigit() or phrase.meeting or phrase.ends:
            return []
        if any(one.end - one.begin == len(word) for one in phrase.roads):
            return []
        found: list[tuple[str, Spot]] = []
        at = self.joined.find(word)
        while at >= 0 and len(found) <= MANY:
            begin, end = self.joined.rfind("\n", 0, at), self.joined.find("\n", at)
            found += self.names[self.joined[begin + 1:end]]  # fmt: skip
            at = self.joined.find(word, end)
        if len(found) > MANY:
            return []
        return [(0.75 / len(found), how, spot) for how, spot in found]


def _with(guess: Guess, **changes: object) -> Guess:
    return Guess(**(vars(guess) | changes))


def gazetteer(shapes: Places) -> Gazetteer:
    """The register as people write it, built anew when streets, shops or sites have changed."""
    now = stamps()
    return _gazetteer(shapes, _shops(now["city_shop"], shapes.streets), _sites(now["city_site"], shapes.streets))


@functools.lru_cache(maxsize=2)
def _gazetteer(shapes: Places, shops: Spots, sites: Spots) -> Gazetteer:
    return Gazetteer(shapes, shops, sites)


@functools.lru_cache(maxsize=2)
def _shops(stamp: str, streets: object) -> Spots:
    return shop_spots(streets)  # type: ignore[arg-type]


@functools.lru_cache(maxsize=2)
def _sites(stamp: str, streets: object) -> Spots:
    return site_spots(streets)  # type: ignore[arg-type]
