"""The open cases that the desk shows now: how many, how far, how urgent."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from xiuhua.config.demo.build_agenda import moment
from xiuhua.config.demo.build_tales import LOOP

WAKES, SLEEPS = 6.5, 22.5
"""Hours between which people work; at night only the mobile squad and the night shift of the desk are awake."""


@dataclass(frozen=True, slots=True)
class Scene:
    """Some open cases of now: how many, how far, under which rows, and when each step was taken.

    `since_min` is how many minutes ago the last step was (from, to); with `filed_min` the filing is that long ago,
    which decides what is left of the limit.
    """

    n: int
    steps: tuple[str, ...]
    standards: tuple[str, ...]
    since_min: tuple[float, float]
    filed_min: tuple[float, float] | None = None

    @property
    def late(self) -> bool:
        """Whether it was filed longer ago than the limit of the urgent rows, which is two hours."""
        return self.filed_min is not None and self.filed_min[0] > 120

    def times(self, random: Random, *, base: dt.datetime, awake: bool) -> list[dt.datetime]:
        """The moment of the report and of each step, told backwards from `base`; with `awake`, none at night."""
        ago = [random.uniform(*self.since_min)]
        for step in reversed(self.steps):
            ago.append(ago[-1] + (random.uniform(18, 45) if step in SLOW else random.uniform(1.5, 6)))
        if self.filed_min is not None:
            filed = len(self.steps) - self.steps.index("file") - 1
            more = max(0.0, random.uniform(*self.filed_min) - ago[filed])
            ago[filed:] = [minutes + more for minutes in ago[filed:]]
        times = [base - dt.timedelta(minutes=minutes) for minutes in reversed(ago)]
        return _awake(times) if awake else times


SLOW = ("handle", "rework", "return")
"""Steps of the street take longer than those of the desk."""


TO_FILE, TO_DISPATCH, TO_HANDLE = LOOP[:2], LOOP[:3], LOOP[:4]
SCENES = (
    Scene(7, (), ("P1", "P1", "S1", "F1", "T1", "G3", "O3"), (2, 38)),
    Scene(4, ("accept",), ("P1", "S2", "T1", "F1"), (1, 16)),
    Scene(4, TO_FILE, ("S1", "F1", "O2", "S2"), (79, 112)),
    Scene(5, TO_FILE, ("P1", "T1", "G1", "P2", "T2"), (3, 48)),
    Scene(1, (*TO_DISPATCH, "return"), ("P1",), (6, 20)),
    Scene(6, TO_DISPATCH, ("S1", "F1", "S1", "B1", "F1", "S2"), (12, 60), (20, 70)),
    Scene(6, TO_DISPATCH, ("P1", "T1", "G2", "O3", "P3", "G1"), (15, 150)),
    Scene(3, TO_DISPATCH, ("S1", "F1", "O2"), (100, 150), (130, 215)),
    Scene(2, (*TO_HANDLE, "rework"), ("T1", "P2"), (10, 40)),
    Scene(8, TO_HANDLE, ("S1", "F1", "P1", "P2", "T1", "S2", "F1", "G3"), (4, 75)),
    Scene(2, (*TO_HANDLE, "check"), ("S1", "P1"), (3, 20)),
)  # fmt: skip
"""48 open cases: 11 to be accepted or filed, 10 to be dispatched (4 of them urgent), 17 in work (3 late), 10 to be checked."""


def _awake(times: list[dt.datetime]) -> list[dt.datetime]:
    """The same steps with those that fall into the night moved to the evening before, in the same order."""
    moved = []
    for at in times:
        wakes = moment(at.date(), WAKES)
        moved.append(moment(at.date() - dt.timedelta(days=1), 21.9) - (wakes - at) / 8 if at < wakes else at)
    return moved
