"""Districts that grow from their centres along the streets, each with a head start or a handicap in metres.

A segment belongs to the centre `j` with the least `way(i, j) + handicap[j]`. Whatever the handicaps, a district so made
hangs together: on a shortest way from the centre every segment is nearest to the same centre. So balance is a question
of `k` numbers: who has too much gets a greater handicap. (Additively weighted network Voronoi cells; capacities through
prices as in Aurenhammer, Hoffmann & Aronov 1998; on roads Yang, Shekhar et al. 2013.)
"""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Mapping, Sequence

from xiuhua.routes.network import distances
from xiuhua.routes.units import NoDistricts, Units

Roads = Sequence[Sequence[tuple[int, float]]]


def grown(roads: Roads, handicap: Sequence[float], keep: Mapping[int, int]) -> list[int]:
    """The district of every unit. Those in `keep` are in theirs from the start, and nobody passes through them."""
    label = [-1] * len(roads)
    heap: list[tuple[float, int, int]] = []
    for i, j in keep.items():
        label[i] = j
    for i, j in keep.items():
        for n, step in roads[i]:
            if label[n] < 0:
                heap.append((handicap[j] + step, j, n))
    heapq.heapify(heap)
    while heap:
        d, j, i = heapq.heappop(heap)
        if label[i] >= 0:
            continue
        label[i] = j
        for n, step in roads[i]:
            if label[n] < 0:
                heapq.heappush(heap, (d + step, j, n))
    return label


def levelled(
    units: Units,
    centres: Sequence[int],
    ways: Sequence[Sequence[float]],
    keep: Mapping[int, int],
    *,
    handicap: Sequence[float] = (),
    rounds: int = 25,
) -> tuple[list[int], list[float]]:
    """Handicaps that level the loads: the most level districts found in so many rounds, and their handicaps.

    A handicap moves by a share of half the way to the next centre; the share grows while a load stays on one side of
    the mean and shrinks when it has passed it (Rprop, Riedmiller & Braun 1993).
    """
    roads, weight, k = units.roads, units.weight, len(centres)
    mean = sum(weight) / k
    now = list(handicap) or [0.0] * k
    reach = max(1.0, _spacing(ways, centres))
    best: tuple[float, list[int], list[float]] = (math.inf, [], now)
    stride = [0.5] * k
    last = [0.0] * k
    idle = 0
    for _ in range(rounds):
        label = grown(roads, now, keep)
        off = deviations(label, weight, k, mean)
        worst = max(map(abs, off))
        idle += 1
        if worst < best[0]:
            best, idle = (worst, label, list(now)), 0
        if worst < 0.01 or idle > 8:
            break
        for j in range(k):
            stride[j] = min(1.0, stride[j] * 1.1) if off[j] * last[j] > 0 else max(0.02, stride[j] * 0.6)
            now[j] += stride[j] * reach * max(-1.0, min(1.0, off[j]))
        last = off
    return best[1], best[2]


def mended(units: Units, label: Sequence[int], keep: Mapping[int, int]) -> list[int]:
    """The same districts, each in one piece within each component: pieces cut off go to who surrounds them.

    Growth alone cuts off nothing; a squad that holds units in several components may meet itself across a link.
    """
    now = list(label)
    for _ in range(units.size):
        stray = _stray(units, now, keep)
        if not stray:
            break
        rest = set(stray)
        while rest:
            edge = [
                (u, n) for u in sorted(rest) for n in (*units.near[u], *units.across[u])
                if n not in rest and (now[n] != now[u] or units.part[n] == units.part[u])
            ]  # fmt: skip
            if not edge:
                break
            for u, n in edge:
                if u in rest:
                    now[u] = now[n]
                    rest.discard(u)
    return now


def _stray(units: Units, label: Sequence[int], keep: Mapping[int, int]) -> list[int]:
    """Units of the pieces that do not hang together with the main piece of their district in their component."""
    pieces: dict[tuple[int, int], list[tuple[bool, float, list[int]]]] = {}
    seen = [False] * units.size
    for first in range(units.size):
        if seen[first]:
            continue
        seen[first] = True
        piece = [first]
        for u in piece:
            for n in units.near[u]:
                if not seen[n] and label[n] == label[first]:
                    seen[n] = True
                    piece.append(n)
        told = (any(u in keep for u in piece), sum(units.weight[u] for u in piece), piece)
        pieces.setdefault((units.part[first], label[first]), []).append(told)
    return [u for found in pieces.values() for _, _, piece in sorted(found, reverse=True)[1:] for u in piece]


def deviations(label: Sequence[int], weight: Sequence[float], k: int, mean: float) -> list[float]:
    """How far each load is from the mean, as a share of the mean."""
    load = [0.0] * k
    for i, j in enumerate(label):
        load[j] += weight[i]
    return [(one - mean) / mean if mean else 0.0 for one in load]


def _spacing(ways: Sequence[Sequence[float]], centres: Sequence[int]) -> float:
    """Half the median way from a centre to the next one: the reach of a district."""
    if len(centres) < 2:
        return 0.0
    nearest = sorted(min(far[other] for other in centres if other != c) for c, far in zip(centres, ways, strict=True))
    return nearest[len(nearest) // 2] / 2


def spread_centres(units: Units, k: int, given: Sequence[int], seed: int) -> list[int]:
    """`k` centres that lie far apart, the given ones first, none on a kept unit: each next one is the best of three
    drawn with a chance that grows with load and the square of its way to those before (k-means++, Arthur &
    Vassilvitskii 2007). `NoDistricts` when there are not enough units that nobody keeps."""
    dice = random.Random(seed)
    roads, weight = units.roads, units.weight
    centres = list(given)
    free = {u for u in range(units.size) if u not in units.keep} - set(centres)
    near = [math.inf] * units.size
    for c in centres:
        near = list(map(min, near, distances(roads, c)))
    while len(centres) < k:
        if not free:
            raise NoDistricts("nothing_left", len(centres), proven=True)
        order = sorted(free)
        chances = [weight[u] * min(near[u], 1e6) ** 2 for u in order]
        tries = []
        for c in dice.choices(order, chances if sum(chances) > 0 else None, k=3):
            then = list(map(min, near, distances(roads, c)))
            tries.append((sum(w * min(d, 1e9) for w, d in zip(weight, then, strict=True)), c, then))
        _, chosen, near = min(tries)
        centres.append(chosen)
        free.discard(chosen)
    return centres


def medoid(roads: Roads, weight: Sequence[float], members: Sequence[int], start: int) -> int:
    """The member from which the others are nearest, weighted, on ways inside the district: downhill from `start`."""
    inside = set(members)
    tried: dict[int, float] = {}

    def cost(i: int) -> float:
        if i not in tried:
            tried[i] = _cost(roads, weight, inside, i)
        return tried[i]

    at = start if start in inside else members[0]
    while True:
        best = min([at, *(j for j, _ in roads[at] if j in inside)], key=lambda i: (cost(i), i))
        if cost(best) >= cost(at):
            return at
        at = best


def _cost(roads: Roads, weight: Sequence[float], inside: set[int], start: int) -> float:
    far = {start: 0.0}
    heap = [(0.0, start)]
    total = 0.0
    done: set[int] = set()
    while heap:
        d, i = heapq.heappop(heap)
        if i in done:
            continue
        done.add(i)
        total += weight[i] * d
        for j, step in roads[i]:
            if j in inside and d + step < far.get(j, math.inf):
                far[j] = d + step
                heapq.heappush(heap, (d + step, j))
    return total
