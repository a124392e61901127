"""Photos of the demo city: a drawn scene for each kind of problem, kept like any photo. Drawing is shared among cores."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from collections.abc import Iterable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from random import Random
from types import TracebackType

from xiuhua.config.demo.scene_wrongs import WRONGS
from xiuhua.config.demo.scenes import State, draw_scene
from xiuhua.kit.files import keep_photo

KINDS = tuple(WRONGS)
DAY, NIGHT = 10, 20


@dataclass(frozen=True, slots=True)
class Pair:
    """The same place with the problem and put right, as digests of kept photos."""

    before: str
    after: str


class Studio:
    """Draws scenes in other processes while the city is being built; `pool` pictures serve many cases."""

    def __init__(self, seed: int, *, each: int) -> None:
        self.seed = seed
        self.each = max(2, each)
        self._drawing: dict[tuple[str, int, str], Future[bytes]] = {}
        self._pairs: dict[tuple[str, int], Pair] = {}
        context = multiprocessing.get_context("spawn")
        self._hands = ProcessPoolExecutor(max_workers=min(2, os.cpu_count() or 1), mp_context=context)

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._hands.shutdown(cancel_futures=True)

    def begin(self) -> None:
        """Let the pool be drawn; a quarter of it lies in the evening."""
        for category in KINDS:
            for n in range(self.each):
                hour = NIGHT if n % 4 == 3 else DAY
                at = dt.datetime(2020, 3, 20, hour, tzinfo=dt.UTC)
                for state in ("before", "after"):
                    seed = self.seed * 1000 + n
                    self._drawing[category, n, state] = self._hands.submit(draw_scene, category, seed, state, at)

    def pair(self, random: Random, category: str, at: dt.datetime) -> Pair:
        """A pair of the pool that fits the problem and the light."""
        kind = category if category in KINDS else random.choice(("stall", "shopfront"))
        night = at.hour >= 19 or at.hour < 6
        fitting = [n for n in range(self.each) if (n % 4 == 3) == night] or list(range(self.each))
        n = random.choice(fitting)
        if (kind, n) not in self._pairs:
            kept = [keep_photo(self._drawing[kind, n, state].result(), at=at) for state in ("before", "after")]
            self._pairs[kind, n] = Pair(kept[0].digest, kept[1].digest)
        return self._pairs[kind, n]

    def portraits(self, wanted: Iterable[tuple[str, dt.datetime, str, bool]]) -> list[Pair]:
        """Pictures of their own, with time and place in the caption, for cases that are looked at closely.

        Each is wanted for a kind of problem, a moment and a place, and whether it was put right already.
        """
        drawing: list[tuple[dt.datetime, list[Future[bytes]]]] = []
        for n, (category, at, place, done) in enumerate(wanted):
            kind = category if category in KINDS else "stall"
            seed = self.seed * 1000 + 500 + n
            states: tuple[State, ...] = ("before", "after") if done else ("before",)
            drawing.append((at, [self._hands.submit(draw_scene, kind, seed, state, at, place) for state in states]))
        pairs = []
        for at, pictures in drawing:
            kept = [keep_photo(picture.result(), at=at).digest for picture in pictures]
            pairs.append(Pair(kept[0], kept[-1] if len(kept) > 1 else ""))
        return pairs
