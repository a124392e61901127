"""Segments meet where their ends do."""

from __future__ import annotations

import math

import pytest

from xiuhua.routes.network import distances, flat, network_of
from xiuhua.routes.tests.made_up import grid, row


def test_ends_within_the_snapping_distance_are_one_junction():
    lines = [[(0, 0), (100, 0)], [(100.6, 0.6), (200, 0)], [(203, 0), (300, 0)]]
    network = network_of(lines, snap_m=1.0)
    assert network.near == ((1,), (0,), ())
    assert network.parts == 2
    assert network_of(lines, snap_m=0).parts == 3


def test_a_block_has_four_neighbours_round_it():
    network = network_of(grid(1, 1))
    assert [len(near) for near in network.near] == [2, 2, 2, 2]
    assert network.length_m == (100, 100, 100, 100)


def test_segments_drawn_twice_and_loops_are_neighbours_and_harmless():
    line = [(0, 0), (100, 0)]
    loop = [(100, 0), (150, 50), (100, 100), (100, 0)]
    network = network_of([line, list(line), list(reversed(line)), loop])
    assert network.near[0] == (1, 2, 3) and network.near[3] == (0, 1, 2)


def test_components_are_joined_by_the_shortest_gaps_and_numbered_longest_first():
    network = network_of(grid(2, 2) + grid(4, 4, x=1000) + grid(1, 1, x=300))
    assert network.parts == 3 and network.part[0] == 1 and network.part[12] == 0
    assert sorted(gap for _, _, gap in network.links) == [100, 600]


def test_components_in_one_line_are_joined_too():
    network = network_of([[(i * 100, 0.0), (i * 100 + 50, 0.0)] for i in range(5)])
    assert [gap for _, _, gap in network.links] == [50] * 4


def test_ways_go_along_the_street_from_middle_to_middle():
    network = network_of(row(4, step=100))
    assert distances(network.roads(), 0) == [0, 100, 200, 300]


def test_degrees_laid_flat_keep_their_lengths():
    (line,) = flat([[(116.3, 39.9), (116.3, 39.91)]])
    assert math.dist(*line) == pytest.approx(1111.95, abs=0.1)


def test_broken_lines_are_refused_by_number():
    for broken in ([[(0, 0)]], [[(0, 0), (math.nan, 1)]], [[(0, 0), (math.inf, 1)]]):
        with pytest.raises(ValueError, match="line 1"):
            network_of([[(0, 0), (1, 1)], *broken])


def test_no_lines_are_an_empty_network():
    network = network_of(flat([]))
    assert network.size == 0 and network.parts == 0
