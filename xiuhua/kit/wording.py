"""Counts as they are told to the public: 912 bays become 910余个, exactly 10,000 letters stay 10000份.

Rule (our choice, from how bulletins are written): below ten the exact number; below a hundred whole tens; above, two
significant digits. What is cut off is told by 余; a number that is round already is told as it is.
"""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal


def rounded_down(quantity: Decimal) -> tuple[int, bool]:
    """The round number told, and whether the exact one is more."""
    whole = int(quantity.to_integral_value(rounding=ROUND_FLOOR))
    if whole < 10:
        return whole, quantity > whole
    step = 10 if whole < 100 else 10 ** (len(str(whole)) - 2)
    told = whole // step * step
    return told, quantity > told


def public_count(quantity: Decimal, unit: str) -> str:
    """`900余个`; `quantity` is the exact count, at least 0."""
    told, more = rounded_down(quantity)
    return f"{told}{'余' if more else ''}{unit}"


def public_count_en(quantity: Decimal, unit: str = "") -> str:
    """`more than 900`; exact numbers stay plain."""
    told, more = rounded_down(quantity)
    return f"more than {told:,}" if more else f"{told:,}"
