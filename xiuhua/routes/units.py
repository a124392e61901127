"""What districts are made of: single segments, and small islands of the network as one thing each."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xiuhua.routes.network import Network


class NoDistricts(Exception):
    """No districts can be made. `why` and for which squad: `apart` (its fixed segments cannot be joined),
    `nothing_left` (the others keep everything).

    `proven` tells that there is no way at all; otherwise none was found.
    """

    def __init__(self, why: str, squad: int, *, proven: bool) -> None:
        super().__init__(f"{why}: squad {squad}")
        self.why, self.squad, self.proven = why, squad, proven


@dataclass(frozen=True)
class Units:
    """The network in units: `segments[u]` are the segments of unit `u`; `near` its neighbours within the component,
    `across` those over links; `roads` both with metres; `keep` the units that must stay, with their squads."""

    segments: tuple[tuple[int, ...], ...]
    near: tuple[tuple[int, ...], ...]
    across: tuple[tuple[int, ...], ...]
    roads: tuple[tuple[tuple[int, float], ...], ...]
    part: tuple[int, ...]
    weight: tuple[float, ...]
    keep: Mapping[int, int]
    of: tuple[int, ...]

    @property
    def size(self) -> int:
        return len(self.segments)


def units_of(network: Network, weight: Sequence[float], keep: Mapping[int, int], whole_below: float) -> Units:
    """Units of a network. A component lighter than `whole_below` stays whole, unless two squads have to be in it."""
    in_part = [0.0] * network.parts
    squads: list[set[int]] = [set() for _ in range(network.parts)]
    for i, p in enumerate(network.part):
        in_part[p] += weight[i]
    for i, squad in keep.items():
        squads[network.part[i]].add(squad)
    whole = [in_part[p] < whole_below and len(squads[p]) < 2 for p in range(network.parts)]
    first: dict[int, int] = {}
    of: list[int] = []
    segments: list[list[int]] = []
    for i, p in enumerate(network.part):
        u = first.setdefault(p, len(segments)) if whole[p] else len(segments)
        if u == len(segments):
            segments.append([])
        segments[u].append(i)
        of.append(u)
    near = [sorted({of[j] for i in mine for j in network.near[i]} - {u}) for u, mine in enumerate(segments)]
    across: list[list[int]] = [[] for _ in segments]
    for i, j, _gap in network.links:
        across[of[i]].append(of[j])
        across[of[j]].append(of[i])
    every = network.roads()
    roads = tuple(
        _nearest((of[j], d) for i in mine for j, d in every[i] if of[j] != u) for u, mine in enumerate(segments)
    )
    return Units(
        segments=tuple(map(tuple, segments)),
        near=tuple(map(tuple, near)),
        across=tuple(map(tuple, across)),
        roads=roads,
        part=tuple(network.part[mine[0]] for mine in segments),
        weight=tuple(sum(weight[i] for i in mine) for mine in segments),
        keep={of[i]: squad for i, squad in keep.items()},
        of=tuple(of),
    )


def _nearest(ways: object) -> tuple[tuple[int, float], ...]:
    found: dict[int, float] = {}
    for u, d in ways:  # type: ignore[attr-defined]
        found[u] = min(d, found.get(u, d))
    return tuple(found.items())


def joined(units: Units, held: Mapping[int, int], seed: int) -> dict[int, int]:
    """`held` with the units between, so that what a squad holds hangs together within each component.

    Ways lead round what others hold. When one squad's way cuts off another, other orders are tried, twenty in all.
    """
    groups: dict[tuple[int, int], list[int]] = {}
    for u, squad in held.items():
        groups.setdefault((squad, units.part[u]), []).append(u)
    order = sorted(groups)
    dice = random.Random(seed)
    cut = -1
    for _ in range(20):
        taken = dict(held)
        for squad, part in order:
            if not _join(units, groups[squad, part], squad, taken):
                cut = squad
                break
        else:
            return taken
        dice.shuffle(order)
    proven = any(not _join(units, group, squad, dict(held)) for (squad, _), group in groups.items())
    raise NoDistricts("apart", cut, proven=proven)


def _join(units: Units, group: Sequence[int], squad: int, taken: dict[int, int]) -> bool:
    """Grow a tree from the first of the group to the others through free units: breadth first, shortest ways."""
    missing = set(group[1:])
    while missing:
        before: dict[int, int] = {}
        queue = [u for u in group if u not in missing]
        queue += [u for u, s in taken.items() if s == squad and u not in missing and u not in queue]
        queue = _hanging(units, group[0], set(queue))
        seen = set(queue)
        goal = -1
        for u in queue:
            if u in missing:
                goal = u
                break
            for n in units.near[u]:
                if n not in seen and taken.get(n, squad) == squad:
                    seen.add(n)
                    before[n] = u
                    queue.append(n)
        if goal < 0:
            return False
        while goal in before:
            taken[goal] = squad
            missing.discard(goal)
            goal = before[goal]
    return True


def _hanging(units: Units, first: int, among: set[int]) -> list[int]:
    """Those of `among` that hang together with `first`."""
    found = [first]
    seen = {first}
    for u in found:
        for n in units.near[u]:
            if n in among and n not in seen:
                seen.add(n)
                found.append(n)
    return found
