"""Border segments change hands until loads are level and ways short, and no district ever falls apart."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from xiuhua.routes.units import Units

Ways = Sequence[Sequence[float]]
"""Metres from each centre to each unit: `ways[squad][unit]`."""


class Borders:
    """Districts as they stand, with their loads, and what may go where.

    A district hangs together within each component. A unit goes to a district that it touches, or over a link to one
    that has nothing yet in this component.
    """

    def __init__(self, units: Units, label: Sequence[int], k: int) -> None:
        self.units, self.k = units, k
        self.label: list[int] = []
        self.load: list[float] = []
        self.relabel(label)

    def relabel(self, label: Sequence[int]) -> None:
        """Begin again from these districts."""
        units, k = self.units, self.k
        self.label[:] = label
        self.load[:] = [0.0] * k
        self.count = [0] * k
        self.there: dict[tuple[int, int], int] = {}
        for u, squad in enumerate(self.label):
            self.load[squad] += units.weight[u]
            self.count[squad] += 1
            key = (units.part[u], squad)
            self.there[key] = self.there.get(key, 0) + 1

    def goals(self, u: int) -> set[int]:
        """The districts that `u` could go to without breaking theirs."""
        label, part = self.label, self.units.part[u]
        found = {label[n] for n in self.units.near[u]}
        found |= {label[n] for n in self.units.across[u] if not self.there.get((part, label[n]))}
        found.discard(label[u])
        return found

    def leaving(self, u: int, *, whole: bool) -> list[int]:
        """What goes when `u` goes, so that its district still hangs together: `u` alone, or with `whole` also every
        piece that it would cut off but the heaviest. Empty when that cannot be, or would leave the district empty."""
        units, label, mine = self.units, self.label, self.label[u]
        if self.count[mine] < 2:
            return []
        own = [n for n in units.near[u] if label[n] == mine]
        if not own:
            return [u] if self.there[units.part[u], mine] == 1 else []
        if len(own) == 1 or self._met(u, own):
            return [u]
        if not whole:
            return []
        pieces: list[list[int]] = []
        seen = {u}
        for first in own:
            if first in seen:
                continue
            seen.add(first)
            piece = [first]
            for at in piece:
                for n in units.near[at]:
                    if label[n] == mine and n not in seen:
                        seen.add(n)
                        piece.append(n)
            pieces.append(piece)
        kept = [any(n in units.keep for n in piece) for piece in pieces]
        if sum(kept) > 1:
            return []
        loads = [(keeps, sum(units.weight[n] for n in piece)) for keeps, piece in zip(kept, pieces, strict=True)]
        stays = max(range(len(pieces)), key=lambda p: loads[p])
        return [u, *(n for p, piece in enumerate(pieces) if p != stays for n in piece)]

    def _met(self, u: int, own: Sequence[int]) -> bool:
        """Whether the own neighbours of `u` meet one another without it."""
        label, mine, near = self.label, self.label[u], self.units.near
        missing = set(own[1:])
        seen = {u, own[0]}
        queue = [own[0]]
        for at in queue:
            for n in near[at]:
                if label[n] == mine and n not in seen:
                    missing.discard(n)
                    if not missing:
                        return True
                    seen.add(n)
                    queue.append(n)
        return False

    def move(self, going: Sequence[int], goal: int) -> None:
        for u in going:
            mine, part, w = self.label[u], self.units.part[u], self.units.weight[u]
            self.label[u] = goal
            self.load[mine] -= w
            self.load[goal] += w
            self.count[mine] -= 1
            self.count[goal] += 1
            self.there[part, mine] -= 1
            self.there[part, goal] = self.there.get((part, goal), 0) + 1


@dataclass(frozen=True)
class Price:
    """What a load outside of the band costs: `each` (metres times weight) times the square of the share outside."""

    band: float
    each: float


def settle(
    borders: Borders, ways: Ways, kept: Set[int], price: Price, *, seed: int, goes_on: Callable[[], bool]
) -> int:
    """Move what pays until nothing does: metres times weight saved, against what loads outside of the band cost.

    The number of moves made. `kept` stay where they are.
    """
    dice = random.Random(seed)
    units, label, load = borders.units, borders.label, borders.load
    mean = sum(load) / borders.k
    moves = 0

    def cost(x: float) -> float:
        over = abs(x - mean) / mean - price.band
        return price.each * over * over if over > 0 else 0.0

    def change(going: Sequence[int], goal: int) -> float:
        mine = label[going[0]]
        w = sum(units.weight[u] for u in going)
        level = cost(load[mine] - w) + cost(load[goal] + w) - cost(load[mine]) - cost(load[goal])
        return level + sum(units.weight[u] * (ways[goal][u] - ways[mine][u]) for u in going)

    edge = [u for u in range(units.size) if u not in kept and borders.goals(u)]
    for _ in range(100):
        dice.shuffle(edge)
        touched: set[int] = set()
        for u in edge:
            if not goes_on():
                return moves
            goals = borders.goals(u)
            if not goals:
                continue
            goal = min(goals, key=lambda g: (change([u], g), g))
            strained = cost(load[label[u]]) > 0 or any(cost(load[g]) > 0 for g in goals)
            if change([u], goal) < -1e-9:
                going = borders.leaving(u, whole=strained)
            elif strained:
                going = borders.leaving(u, whole=True)
            else:
                continue
            if len(going) > 1:
                goal = min(goals, key=lambda g: (change(going, g), g))
            if going and kept.isdisjoint(going) and change(going, goal) < -1e-9:
                borders.move(going, goal)
                moves += 1
                touched.update(going)
        if not touched:
            break
        edge = sorted(({n for t in touched for n in (*units.near[t], *units.across[t])} | touched) - kept)
    return moves
