"""Street networks made up for tests: lines in metres."""

from __future__ import annotations

import math
import random

Lines = list[list[tuple[float, float]]]


def grid(across: int, up: int, *, step: float = 100, x: float = 0, y: float = 0) -> Lines:
    """Blocks of `step` metres: `across` by `up` of them, from the corner (x, y)."""
    flat = [
        [(x + i * step, y + j * step), (x + (i + 1) * step, y + j * step)] for i in range(across) for j in range(up + 1)
    ]
    steep = [
        [(x + i * step, y + j * step), (x + i * step, y + (j + 1) * step)] for i in range(across + 1) for j in range(up)
    ]
    return flat + steep


def tree(size: int, seed: int) -> Lines:
    """Streets that branch and never meet again."""
    dice = random.Random(seed)
    spots, lines = [(0.0, 0.0)], []
    for n in range(size):
        a = dice.choice(spots)
        b = (a[0] + dice.uniform(20, 200), a[1] + dice.uniform(-200, 200) + n * 1e-3)
        spots.append(b)
        lines.append([a, b])
    return lines


def arms(many: int, long: int) -> Lines:
    """Streets from one square outwards, each of `long` segments of 100 m."""
    return [
        [(100 * i * math.cos(a), 100 * i * math.sin(a)), (100 * (i + 1) * math.cos(a), 100 * (i + 1) * math.sin(a))]
        for a in (2 * math.pi * n / many for n in range(many))
        for i in range(long)
    ]


def river() -> Lines:
    """Two banks of unequal size with two bridges."""
    bridges: Lines = [[(300, 1000), (300, 1400)], [(900, 1000), (900, 1400)]]
    return grid(14, 10) + grid(9, 7, y=1400) + bridges


def row(size: int, *, step: float = 10) -> Lines:
    """One long street."""
    return [[(i * step, 0.0), ((i + 1) * step, 0.0)] for i in range(size)]
