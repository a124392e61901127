"""Number plates as they are made: ordinary, new-energy, and those that end in a character.

Source: GA 36-2018. New-energy plates carry D, A, B, C, E (electric) or F, G, H, J, K (other) before four digits with
one more character, or after five digits on large vehicles. I and O are never used.
"""

from __future__ import annotations

import re

from xiuhua.kit.refusals import Refused

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_ANY = "A-HJ-NP-Z0-9"
PLATE = re.compile(
    rf"^(?:[{PROVINCES}][A-HJ-NP-Z]"
    rf"(?:[{_ANY}]{{5}}|[A-HJK][{_ANY}][0-9]{{4}}|[0-9]{{5}}[A-HJK]|[{_ANY}]{{4}}[学警港澳挂领])"
    r"|使[0-9]{6}|[0-9]{6}使)$"
)


def plate_of(text: str) -> str:
    """A plate as it is written on the vehicle: capitals, without dots and spaces; refused when it cannot be one."""
    plate = "".join(letter for letter in text.upper() if letter not in "·•.-－— \u3000")
    if not PLATE.match(plate):
        raise Refused("slip.plate", "车牌号“{plate}”不完整或有误，请逐位核对。", field="plate", plate=plate)
    return plate
