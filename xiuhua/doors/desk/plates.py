"""Plates at the desk: masked in lists, in full where a fine is decided or a list is handed over."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from xiuhua.enforcement.models import Slip
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import KEYED, key_id, masked, unseal

CODE = 16
"""Hex figures of the keyed hash that stand for a vehicle in an address: 64 bits, so that no two meet by chance."""


def plain_plate(slip: Slip) -> str:
    """The plate as it was read; a sentence when it was sealed with another key."""
    try:
        return unseal(slip.plate_sealed)
    except Refused:
        return _("（加密，密钥不符）")


def shown_plate(slip: Slip) -> str:
    """The plate as lists show it: 鲁V***45."""
    plain = plain_plate(slip)
    return plain if plain.startswith("（") else masked(plain, keep_first=2, keep_last=2)


def vehicle_code(slip: Slip) -> str:
    """What stands for the vehicle in an address."""
    return slip.plate_hash.rpartition(":")[2][:CODE]


def vehicle_slips(slips: QuerySet[Any], code: str) -> QuerySet[Any]:
    """The slips of a vehicle by its code; none for what is no code."""
    if len(code) != CODE or not all(one in "0123456789abcdef" for one in code):
        return slips.none()
    return slips.filter(plate_hash__startswith=f"{KEYED}:{key_id()}:{code}")
