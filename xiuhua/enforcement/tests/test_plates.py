"""Plates: which can be, which cannot, and how they are written down."""

from __future__ import annotations

import pytest

from xiuhua.enforcement.plates import plate_of
from xiuhua.kit.refusals import Refused


@pytest.mark.parametrize(
    ("typed", "plate"),
    [
        ("鲁V12345", "鲁V12345"),
        ("鲁v·a1b23", "鲁VA1B23"),
        (" 京 A 88888 ", "京A88888"),
        ("鲁VD12345", "鲁VD12345"),  # new-energy, electric, small
        ("鲁VF1234 5", "鲁VF12345"),  # new-energy, other, small
        ("粤BDA2345", "粤BDA2345"),  # its second character may be a letter
        ("沪AA12345", "沪AA12345"),  # the later letters of electric ones
        ("粤BG12345", "粤BG12345"),  # the later letters of the others
        ("鲁V12345D", "鲁V12345D"),  # new-energy, large
        ("鲁V12345F", "鲁V12345F"),
        ("鲁V1234学", "鲁V1234学"),
        ("鲁V1234挂", "鲁V1234挂"),
        ("鲁V1234警", "鲁V1234警"),
        ("粤Z1234港", "粤Z1234港"),
        ("沪A0023领", "沪A0023领"),
        ("使014578", "使014578"),
        ("224001使", "224001使"),
    ],
)
def test_a_plate_is_written_as_on_the_vehicle(typed: str, plate: str) -> None:
    assert plate_of(typed) == plate


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "鲁V1234",  # one short
        "鲁V123456",  # six digits are neither ordinary nor new-energy
        "鲁VDI2345",  # no I
        "鲁VO1234",  # no O
        "鲁I12345",
        "鲁VD1234A",  # four digits must end a small new-energy plate
        "鲁V1234DD",
        "V12345",  # no province
        "鲁112345",  # no letter
        "鱼V12345",  # no such province
        "鲁V12-45",
        "鲁V12345学",
        "使01457",
        "鲁V12345鲁V12345",
    ],
)
def test_what_cannot_be_a_plate_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Refused) as refused:
        plate_of(typed)
    assert (refused.value.code, refused.value.field) == ("slip.plate", "plate")
