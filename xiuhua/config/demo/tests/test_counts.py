"""The numbers of things done stand in one place: they are cut into whole acts, and the scale moves every one."""

from __future__ import annotations

from dataclasses import fields
from random import Random

import pytest

from xiuhua.config.demo.build_counts import Counts, dealt, shares
from xiuhua.kit.refusals import Refused

NAMES = [field.name for field in fields(Counts)]


@pytest.mark.parametrize("name", NAMES)
def test_half_the_scale_moves_every_number(name: str) -> None:
    whole, half, twice = (getattr(Counts().scaled(scale), name) for scale in (1, 0.5, 2))
    assert half < whole < twice
    assert whole == getattr(Counts(), name)
    assert abs(half * 2 - whole) <= 1


def test_at_every_scale_there_are_letters_and_shops_for_all_deliveries() -> None:
    for scale in (0.01, 0.02, 0.05, 0.33, 0.5, 1, 1.7, 2):
        counts = Counts().scaled(scale)
        assert counts.letters_delivered <= min(counts.shops, counts.letters_printed)
        assert all(getattr(counts, name) >= 1 for name in NAMES)


@pytest.mark.parametrize("scale", [0, -1, 0.001, 2.5, float("nan")])
def test_a_scale_that_makes_no_city_is_refused(scale: float) -> None:
    with pytest.raises(Refused, match="比例"):
        Counts().scaled(scale)


@pytest.mark.parametrize(("total", "parts"), [(906, 61), (24, 24), (1, 9), (7, 7), (54, 41), (5, 1), (1146, 27)])
def test_a_total_is_cut_into_whole_parts_that_add_up(total: int, parts: int) -> None:
    for seed in range(20):
        cut = shares(Random(seed), total, parts)
        assert sum(cut) == total and min(cut) >= 1 and len(cut) <= min(parts, total)


def test_amounts_are_dealt_out_until_nothing_is_left() -> None:
    assert dealt(Random(1), 0, (2, 3)) == []
    amounts = dealt(Random(1), 100, (3, 7))
    assert sum(amounts) == 100 and set(amounts[:-1]) <= {3, 7}
