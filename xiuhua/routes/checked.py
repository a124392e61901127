"""An independent check of districts, from the raw lines and loads. It shares no code with what made them.

What it proves, for the numbers that it was given: every segment has one squad; stations and fixed segments stayed;
each squad's segments hang together within each connected component (by ends within `snap_m` of one another, found here
anew); and the greatest deviation of a load from the mean, in exact fractions, so that "within ±5 %" is a comparison of
whole numbers. It does not prove that ways are short or that no better division exists.
"""

from __future__ import annotations

import math
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Checked:
    """What the check found. `deviation` is exact; `pieces[squad]` how many connected pieces the squad's segments form
    and `components[squad]` in how many components they lie: equal for every squad when districts hang together."""

    load: tuple[Fraction, ...]
    deviation: Fraction
    within: bool
    contiguous: bool
    pieces: tuple[int, ...]
    components: tuple[int, ...]
    empty: tuple[int, ...]
    wrong: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Everything that was promised holds."""
        return self.within and self.contiguous and not self.wrong


def check_districts(
    lines: Sequence[Sequence[tuple[float, float]]],
    weight: Sequence[float],
    squad: Sequence[int],
    *,
    squads: int,
    tolerance: float,
    degrees: bool,
    snap_m: float = 1.0,
    stations: Mapping[int, int] | None = None,
    keep: Mapping[int, int] | None = None,
) -> Checked:
    """Check the squad of every segment. `degrees`: the lines are longitude and latitude, not metres.

    `stations` gives each squad's segment, `keep` each fixed segment's squad. `tolerance` is a share of the mean, taken
    as the decimal number that it prints as.
    """
    wrong = []
    if not len(lines) == len(weight) == len(squad):
        wrong.append(f"{len(lines)} lines, {len(weight)} loads, {len(squad)} squads given")
        return Checked((), Fraction(0), False, False, (), (), (), tuple(wrong))
    wrong += [f"segment {i} has no such squad: {s}" for i, s in enumerate(squad) if not 0 <= s < squads]
    wrong += [f"segment {i} left squad {s}" for i, s in (keep or {}).items() if squad[i] != s]
    wrong += [f"squad {s} lost its station on segment {i}" for s, i in (stations or {}).items() if squad[i] != s]
    load = [Fraction(0)] * squads
    for w, s in zip(weight, squad, strict=True):
        if 0 <= s < squads:
            load[s] += Fraction(w)
    mean = sum(load, Fraction(0)) / squads
    deviation = Fraction(max(abs(one - mean) for one in load), mean) if mean else Fraction(0)
    meets = _meetings(lines, snap_m, degrees)
    component = _flooded(meets, [0] * len(lines))
    piece = _flooded(meets, squad)
    pieces: list[set[int]] = [set() for _ in range(squads)]
    components: list[set[int]] = [set() for _ in range(squads)]
    for i, s in enumerate(squad):
        if 0 <= s < squads:
            pieces[s].add(piece[i])
            components[s].add(component[i])
    return Checked(
        load=tuple(load),
        deviation=deviation,
        within=deviation <= Fraction(str(tolerance)),
        contiguous=all(len(p) == len(c) for p, c in zip(pieces, components, strict=True)),
        pieces=tuple(map(len, pieces)),
        components=tuple(map(len, components)),
        empty=tuple(s for s in range(squads) if not pieces[s]),
        wrong=tuple(wrong),
    )


def _meetings(lines: Sequence[Sequence[tuple[float, float]]], snap_m: float, degrees: bool) -> list[list[int]]:
    """For every line the lines that it meets, possibly more than once: ends are sorted into square cells as wide as
    the snapping distance, and every end is compared with those of its cell and the eight around."""
    ends = [(i, end) for i, line in enumerate(lines) for end in (line[0], line[-1])]
    wide_y = max(snap_m, 1e-6) / (111_000.0 if degrees else 1.0)
    steepest = max((abs(end[1]) for _, end in ends), default=0.0) if degrees else 0.0
    wide_x = wide_y / max(0.01, math.cos(math.radians(min(steepest + 0.01, 89)))) if degrees else wide_y
    cells: dict[tuple[int, int], list[tuple[int, tuple[float, float]]]] = defaultdict(list)
    for i, (x, y) in ends:
        cells[math.floor(x / wide_x), math.floor(y / wide_y)].append((i, (x, y)))
    meets: list[list[int]] = [[] for _ in lines]
    for (cx, cy), here in cells.items():
        around = [one for dx in (-1, 0, 1) for dy in (-1, 0, 1) for one in cells.get((cx + dx, cy + dy), ())]
        for i, a in here:
            meets[i].extend(j for j, b in around if j != i and _apart_m(a, b, degrees) <= snap_m)
    return meets


def _apart_m(a: tuple[float, float], b: tuple[float, float], degrees: bool) -> float:
    if not degrees:
        return math.hypot(a[0] - b[0], a[1] - b[1])
    if a == b:
        return 0.0
    (lon_a, lat_a), (lon_b, lat_b) = ((math.radians(x), math.radians(y)) for x, y in (a, b))
    chord = math.sin((lat_b - lat_a) / 2) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 12_742_017.6 * math.asin(math.sqrt(chord))


def _flooded(meets: Sequence[Sequence[int]], colour: Sequence[int]) -> list[int]:
    """The first line of the connected piece of one colour that each line lies in."""
    piece = [-1] * len(meets)
    for first in range(len(meets)):
        if piece[first] >= 0:
            continue
        piece[first] = first
        queue = deque([first])
        while queue:
            at = queue.popleft()
            for j in meets[at]:
                if piece[j] < 0 and colour[j] == colour[at]:
                    piece[j] = first
                    queue.append(j)
    return piece
