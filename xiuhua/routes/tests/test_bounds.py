"""A bound holds for every division: tried against all of them on small networks."""

from __future__ import annotations

from itertools import product

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xiuhua.routes.bounds import least_deviation
from xiuhua.routes.network import network_of
from xiuhua.routes.tests.made_up import arms, grid, row, tree
from xiuhua.routes.units import units_of

SHAPES = [
    grid(1, 1),
    grid(2, 1),
    row(7),
    arms(3, 2),
    tree(8, 3),
    tree(8, 4),
    row(3) + grid(1, 1, x=30),
    row(4) + row(3),
]


def hangs_together(near, members):
    seen, queue = {members[0]}, [members[0]]
    for u in queue:
        for n in near[u]:
            if n in members and n not in seen:
                seen.add(n)
                queue.append(n)
    return len(seen) == len(members)


def best_of_all(network, weight, squads, keep):
    """The least deviation of all divisions that hang together within each component; none when there is none."""
    mean, best = sum(weight) / squads, None
    for squad in product(range(squads), repeat=network.size):
        if any(squad[i] != s for i, s in keep.items()):
            continue
        groups = {}
        for i, s in enumerate(squad):
            groups.setdefault((s, network.part[i]), []).append(i)
        if all(hangs_together(network.near, group) for group in groups.values()):
            load = [sum(w for w, s in zip(weight, squad, strict=True) if s == one) for one in range(squads)]
            off = max(abs(one - mean) for one in load) / mean
            best = off if best is None else min(best, off)
    return best


@st.composite
def small_towns(draw):
    lines = draw(st.sampled_from(SHAPES))
    squads = draw(st.integers(1, 3))
    weight = draw(st.lists(st.integers(0, 9), min_size=len(lines), max_size=len(lines)))
    weight[draw(st.integers(0, len(lines) - 1))] += 1
    keep = draw(st.dictionaries(st.integers(0, len(lines) - 1), st.integers(0, squads - 1), max_size=3))
    return lines, squads, weight, keep


@given(small_towns())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_division_goes_below_the_bound(town):
    lines, squads, weight, keep = town
    network = network_of(lines)
    best = best_of_all(network, weight, squads, keep)
    if best is not None:
        assert least_deviation(units_of(network, weight, keep, 0.0), squads).least <= best + 1e-9


def test_two_stations_in_one_dead_end_are_proven_to_share_it():
    network = network_of(row(20))
    bound = least_deviation(units_of(network, [1.0] * 20, {0: 0, 1: 1, 19: 2}, 0.0), 3)
    assert bound.why in ("walled", "narrow") and bound.least > 0.8
