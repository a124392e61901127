"""How many things the demo city does: the one place where such numbers stand. Every figure is counted from the acts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise
from random import Random

from xiuhua.kit.refusals import Refused

LEAST, MOST = 0.01, 2.0


@dataclass(frozen=True, slots=True)
class Counts:
    """Things done from 1 March to 3 May 2020, and how many acts they are spread over (`…_acts`)."""

    shops: int = 9380
    letters_printed: int = 10_000
    letters_delivered: int = 9312
    parking_bay: int = 906
    parking_bay_acts: int = 61
    parking_line: int = 1146
    parking_line_acts: int = 27
    notice_board: int = 54
    notice_board_acts: int = 41
    no_stall_sign: int = 24
    no_stall_sign_acts: int = 24
    operations: int = 13
    signs: int = 43
    sign_acts: int = 31
    warnings: int = 3046
    fined: int = 204
    evidence: int = 114
    evidence_acts: int = 57
    posting_pasted: int = 1318
    posting_sprayed: int = 497
    posting_window: int = 322
    stall_moved: int = 1926
    shopfront_cleared: int = 1473
    bicycle_straightened: int = 6240
    litter_cleared: int = 862
    banner_removed: int = 236
    structure_removed: int = 31
    smoke_stopped: int = 128
    shop_visited: int = 1184
    cases: int = 436
    posting_days: int = 64

    def scaled(self, scale: float) -> Counts:
        """The same city doing more or less of everything; nothing falls below one."""
        if not LEAST <= scale <= MOST:
            raise Refused(
                "demo.scale",
                "比例 {scale:g} 不能用，请取 {least:g} 到 {most:g} 之间的数。",
                field="scale",
                scale=scale,
                least=LEAST,
                most=MOST,
            )
        return Counts(**{field.name: max(1, round(getattr(self, field.name) * scale)) for field in fields(self)})


STREET_ITEMS = (
    "posting_pasted", "posting_sprayed", "posting_window", "stall_moved", "shopfront_cleared", "bicycle_straightened",
    "litter_cleared", "banner_removed", "structure_removed", "smoke_stopped", "shop_visited",
)  # fmt: skip
"""What is told by counts (快报) and by handled cases together."""


def shares(random: Random, total: int, parts: int) -> list[int]:
    """A total cut into about equal whole parts, none below one; fewer parts when the total is smaller."""
    parts = max(1, min(parts, total))
    cuts = sorted(random.sample(range(1, total), parts - 1))
    even = [round(total * n / parts) for n in range(1, parts)]
    mixed = [0, *sorted({(cut + 3 * at) // 4 for cut, at in zip(cuts, even, strict=True)} - {0}), total]
    return [b - a for a, b in pairwise(mixed)]


def dealt(random: Random, total: int, sizes: Sequence[int]) -> list[int]:
    """A total dealt out in amounts such as an officer clears at one stop, the last what is left."""
    amounts: list[int] = []
    left = total
    while left > 0:
        amounts.append(min(left, random.choice(sizes)))
        left -= amounts[-1]
    return amounts
