"""How level loads can be at best: lower bounds that hold for every possible division, with the reason.

They matter where the street network itself stands in the way: a dead-end suburb on one road, a boulevard heavier than a
share, an island with its own load. A bound of 0.08 says: nobody can divide this within less than ±8 %.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.routes.units import Units


@dataclass(frozen=True)
class Bound:
    """No division deviates less than `least` (0..). `why`: `none`, `heavy` (one segment or island), `kept` (what has to
    stay), `few` (more squads than things), `cut` (everything beyond one segment), `walled` (a squad is shut in by what others
    keep), `gated` (streets that only some squads can come to), `narrow` (squads that stay beyond one segment, which only one
    of them can pass); `unit` is where."""

    least: float
    why: str = "none"
    unit: int = -1


Cuts = Sequence[tuple[int, "list[Piece]"]]


def least_deviation(units: Units, k: int) -> Bound:
    """The best of the bounds."""
    mean = sum(units.weight) / k
    if not mean:
        return Bound(0.0)
    cuts = pieces_at_cuts(units)
    bounds = [Bound(0.0), _heavy(units, mean), _kept(units, mean), _cut(units, k, mean, cuts)]
    bounds += [*_walls(units, k, mean), *_narrows(units, k, mean, cuts)]
    if k > units.size:
        bounds.append(Bound(1.0, "few"))
    best = max(bounds, key=lambda bound: bound.least)
    return best if best.least > 1e-9 else Bound(0.0)


def _heavy(units: Units, mean: float) -> Bound:
    heaviest = max(range(units.size), key=lambda u: units.weight[u])
    return Bound(units.weight[heaviest] / mean - 1, "heavy", heaviest)


def _kept(units: Units, mean: float) -> Bound:
    load: dict[int, float] = {}
    some: dict[int, int] = {}
    for u, squad in units.keep.items():
        load[squad] = load.get(squad, 0.0) + units.weight[u]
        some[squad] = u
    if not load:
        return Bound(0.0)
    most = max(load, key=lambda squad: load[squad])
    return Bound(load[most] / mean - 1, "kept", some[most])


def _walls(units: Units, k: int, mean: float) -> list[Bound]:
    """Nobody passes through what another squad keeps. So a squad has at most what lies in the free pieces that it
    touches; and what lies in a piece falls to those who touch it, when every squad keeps something."""
    if not units.keep or max(units.part) > 0:
        return []
    own: dict[int, float] = {}
    at: dict[int, int] = {}
    for u, squad in units.keep.items():
        own[squad] = own.get(squad, 0.0) + units.weight[u]
        at[squad] = u
    reach = dict(own)
    bounds = []
    seen = set(units.keep)
    for first in range(units.size):
        if first in seen:
            continue
        seen.add(first)
        piece, round_it = [first], set()
        for u in piece:
            for n in units.near[u]:
                if n in units.keep:
                    round_it.add(units.keep[n])
                elif n not in seen:
                    seen.add(n)
                    piece.append(n)
        weight = sum(units.weight[u] for u in piece)
        for squad in round_it:
            reach[squad] += weight
        if len(own) == k and round_it:
            share = (weight + sum(own[squad] for squad in round_it)) / len(round_it)
            bounds.append(Bound(share / mean - 1, "gated", first))
    bounds += [Bound(1 - load / mean, "walled", at[squad]) for squad, load in reach.items()]
    return bounds


def _cut(units: Units, k: int, mean: float, cuts: Cuts) -> Bound:
    """Beyond a segment whose removal splits its component, every district lies in one piece or holds that segment.

    At tolerance t at most `(p + elsewhere) / ((1 - t) mean)` districts fit into a piece of load p, and what they leave
    over falls to the one that holds the segment; and all the others have to fit somewhere.
    """
    total = sum(units.weight)
    worst = Bound(0.0)
    for v, pieces in cuts:
        loads = [piece.weight for piece in pieces]
        elsewhere = max(0.0, total - units.weight[v] - sum(loads))
        if _possible(worst.least, units.weight[v], loads, elsewhere, k, mean):
            continue
        low, high = worst.least, 1.0
        for _ in range(24):
            middle = (low + high) / 2
            if _possible(middle, units.weight[v], loads, elsewhere, k, mean):
                high = middle
            else:
                low = middle
        worst = Bound(low, "cut", v)
    return worst


def _narrows(units: Units, k: int, mean: float, cuts: Cuts) -> list[Bound]:
    """Through one segment one squad passes. Of the squads that keep something in a piece beyond it all but one live on
    that piece alone; and the piece falls to them and one more, besides those that keep nothing anywhere."""
    if not units.keep or max(units.part) > 0:
        return []
    free = k - len(set(units.keep.values()))
    bounds = []
    for v, pieces in cuts:
        for piece in pieces:
            held = len(piece.squads) - int(units.keep.get(v, -1) in piece.squads)
            alone = held if v in units.keep else held - 1
            if alone > 0:
                bounds.append(Bound(1 - piece.weight / (alone * mean), "narrow", v))
            bounds.append(Bound(piece.weight / ((held + 1 + free) * mean) - 1, "narrow", v))
    return bounds


def _possible(t: float, own: float, pieces: Sequence[float], elsewhere: float, k: int, mean: float) -> bool:
    least, most = (1 - t) * mean, (1 + t) * mean
    slack = 1e-9 * mean
    if least <= slack:
        return True
    fits = [math.floor((p + elsewhere + slack) / least) for p in pieces]
    if sum(fits) + math.floor((elsewhere + slack) / least) < k - 1:
        return False
    left = sum(max(0.0, p - n * most) for p, n in zip(pieces, fits, strict=True))
    return own + left <= most + slack


@dataclass(frozen=True)
class Piece:
    """What hangs together when one unit is taken away: its load, and the squads that keep something in it."""

    weight: float
    squads: frozenset[int]


def pieces_at_cuts(units: Units) -> list[tuple[int, list[Piece]]]:
    """For every unit whose removal splits its component, the pieces (Hopcroft & Tarjan 1973)."""
    order, last, load, hanging, above = _walked(units)
    in_part: dict[int, float] = {}
    kept_in_part: dict[int, set[int]] = {}
    for u, p in enumerate(units.part):
        in_part[p] = in_part.get(p, 0.0) + units.weight[u]
    for u in units.keep:
        kept_in_part.setdefault(units.part[u], set()).add(u)
    found = []
    for v in range(units.size):
        if not hanging[v] or (above[v] < 0 and len(hanging[v]) < 2):
            continue
        rest = kept_in_part.get(units.part[v], set()) - {v}
        pieces = []
        for child in hanging[v]:
            inside = {u for u in rest if order[child] <= order[u] <= last[child]}
            rest = rest - inside
            pieces.append(Piece(load[child], frozenset(units.keep[u] for u in inside)))
        if above[v] >= 0:
            weight = in_part[units.part[v]] - units.weight[v] - sum(piece.weight for piece in pieces)
            pieces.append(Piece(weight, frozenset(units.keep[u] for u in rest)))
        found.append((v, pieces))
    return found


def _walked(units: Units) -> tuple[list[int], list[int], list[float], list[list[int]], list[int]]:
    """A walk into the depth: for every unit when it was met, the last one met below it, the load below it with its own,
    the units below that hang on it alone, and where it was met from (-1 for the first of a component)."""
    n, near = units.size, units.near
    order, low, last, load, above = [-1] * n, [0] * n, [0] * n, list(units.weight), [-1] * n
    hanging: list[list[int]] = [[] for _ in range(n)]
    clock = 0
    for first in range(n):
        if order[first] >= 0:
            continue
        order[first] = low[first] = last[first] = clock
        clock += 1
        stack = [(first, iter(near[first]))]
        while stack:
            u, rest = stack[-1]
            for v in rest:
                if order[v] < 0:
                    above[v] = u
                    order[v] = low[v] = last[v] = clock
                    clock += 1
                    stack.append((v, iter(near[v])))
                    break
                if v != above[u]:
                    low[u] = min(low[u], order[v])
            else:
                stack.pop()
                up = above[u]
                if up >= 0:
                    low[up] = min(low[up], low[u])
                    last[up] = max(last[up], last[u])
                    load[up] += load[u]
                    if low[u] >= order[up]:
                        hanging[up].append(u)
    return order, last, load, hanging, above
