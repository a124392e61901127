"""CP-SAT for what local moves do not reach: loads level, with contiguity by network distance.

A unit may be a squad's only when a neighbour that is nearer to the squad's centre is the squad's too. On a network
without circles that says exactly that the district hangs together; elsewhere it asks for a little more, so a solution
is always contiguous, and no solution here proves nothing. (Zoltners & Sinha 1983; on the graph, Mehrotra, Johnson &
Nemhauser 1998.)
"""

from __future__ import annotations

from collections.abc import Sequence

from xiuhua.routes import engines
from xiuhua.routes.network import distances
from xiuhua.routes.units import Units

MOST_CHOICES = 60_000
CANDIDATES = 6
SHARES = 1_000_000
"""Loads are counted in millionths of the mean: the rounding is below a thousandth of a percent of a load."""


def repaired(
    units: Units, k: int, label: Sequence[int], centres: Sequence[int], *, seconds: float, seed: int
) -> list[int]:
    """Districts round these centres with the least deviation that CP-SAT finds in the time, starting from `label`.

    Empty when it finds none, or when the question has more than sixty thousand choices. Several components are left as
    they are: there districts need not hang together over a link, which this model would ask for.
    """
    model_of = engines.cp_sat()
    choices = _choices(units, k, label, centres)
    if sum(map(len, choices)) > MOST_CHOICES or max(units.part) > 0:
        return []
    ways = [distances(units.roads, c) for c in centres]
    model = model_of.CpModel()
    is_of = {(u, s): model.NewBoolVar("") for u, squads in enumerate(choices) for s in squads}
    for u, squads in enumerate(choices):
        model.AddExactlyOne(is_of[u, s] for s in squads)
        for s in squads:
            if u == centres[s]:
                continue
            nearer = [n for n in units.near[u] if ways[s][n] < ways[s][u]]
            model.AddBoolOr([is_of[u, s].Not(), *(is_of[n, s] for n in nearer if (n, s) in is_of)])
    total = sum(units.weight)
    share = [round(w * k * SHARES / total) for w in units.weight]
    off = model.NewIntVar(0, sum(share), "")
    for s in range(k):
        load = sum(share[u] * is_of[u, s] for u, squads in enumerate(choices) if s in squads)
        model.Add(load <= SHARES + off)
        model.Add(load >= SHARES - off)
    for (u, s), chosen in is_of.items():
        model.AddHint(chosen, int(label[u] == s))
    model.Minimize(off)
    solver = model_of.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = 2
    if solver.Solve(model) not in (model_of.OPTIMAL, model_of.FEASIBLE):
        return []
    return [next(s for s in squads if solver.Value(is_of[u, s])) for u, squads in enumerate(choices)]


def _choices(units: Units, k: int, label: Sequence[int], centres: Sequence[int]) -> list[list[int]]:
    """The squads that a unit may go to: the kept one, its own if it is a centre, else the nearest few and today's."""
    ways = [distances(units.roads, c) for c in centres]
    own = {c: s for s, c in enumerate(centres)} | dict(units.keep)
    found = []
    for u in range(units.size):
        if u in own:
            found.append([own[u]])
            continue
        nearest = sorted(range(k), key=lambda s: ways[s][u])[:CANDIDATES]
        found.append(sorted({*nearest, label[u]}))
    return found
