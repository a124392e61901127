"""The sides of a street in words of the compass. Left and right are seen along the line as it is drawn.

A street that runs within 30 degrees of east-west or north-south has a 北侧 and a 南侧, or an 东侧 and a 西侧; one that
runs more aslant has a 东北侧, 西北侧 and so on, since on it 北侧 alone could mean either reading of a map (our choice).
What people type is understood more widely: on a street aslant, 北侧 is the side that lies more to the north.
"""

from __future__ import annotations

import math

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

LEFT, RIGHT = "left", "right"
WINDS = {"东": 0, "东北": 45, "北": 90, "西北": 135, "西": 180, "西南": 225, "南": 270, "东南": 315}
"""Degrees anticlockwise from east, as angles of lines are."""
REGISTERED = {"north": "北", "south": "南", "east": "东", "west": "西"}
SPOKEN = {"北东": "东北", "北西": "西北", "南东": "东南", "南西": "西南"}
SIDES = {
    0: _("东侧"), 45: _("东北侧"), 90: _("北侧"), 135: _("西北侧"),
    180: _("西侧"), 225: _("西南侧"), 270: _("南侧"), 315: _("东南侧"),
}  # fmt: skip
ASLANT_DEG = 30.0
FITS_DEG = 67.5


def turned(one: float, other: float) -> float:
    """Degrees between two directions, 0..180."""
    return abs((one - other + 180.0) % 360.0 - 180.0)


def wind_of(degrees: float) -> int:
    """The wind of the compass nearest to a direction: one of the four unless it is aslant by more than 30 degrees."""
    straight = round(degrees / 90.0) * 90
    if turned(degrees, straight) <= ASLANT_DEG:
        return straight % 360
    return round((degrees - 45.0) / 90.0) * 90 % 360 + 45


def side_words(side: str, heading: float) -> str:
    """What people call a side of a street that runs in a direction (radians, anticlockwise from east); "" for none."""
    if side not in (LEFT, RIGHT):
        return ""
    # The right side is opposite to the left by name too, also where rounding alone would not make it so.
    left = wind_of(math.degrees(heading) + 90.0)
    return gettext(SIDES[left if side == LEFT else (left + 180) % 360])


def side_meant(word: str, heading: float) -> str:
    """Which side of a street 北 or 东南 means; "" when the street has no such side, as 东 on one from west to east."""
    wind = WINDS.get(SPOKEN.get(word, word))
    if wind is None:
        return ""
    off = turned(wind, math.degrees(heading) + 90.0)
    if off <= FITS_DEG:
        return LEFT
    return RIGHT if off >= 180.0 - FITS_DEG else ""


def side_of(told: str, heading: float) -> str:
    """A side as the register tells it (north … left, right) as left or right of a line; "" for both and the middle."""
    return told if told in (LEFT, RIGHT) else side_meant(REGISTERED.get(told, ""), heading)
