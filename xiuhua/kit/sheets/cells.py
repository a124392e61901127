"""One cell: as people see it, with the digits and letters of the other keyboard made plain."""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import Decimal
from typing import Any

WIDE = {0x3000: " ", 0xA0: " ", 0xFEFF: None, 0x200B: None} | {
    code: code - 0xFEE0 for low, high in ((0xFF10, 0xFF19), (0xFF21, 0xFF3A), (0xFF41, 0xFF5A)) for code in range(low, high + 1)
}  # fmt: skip
"""Full-width digits, letters and spaces; Chinese punctuation stays as it is."""


def cell_text(cell: Any) -> str:
    """A cell as people see it: dates as 2020-03-01, whole numbers without a point, others to 15 digits as Excel."""
    match cell:
        case None:
            return ""
        case bool():
            return "是" if cell else "否"
        case float() if cell.is_integer():
            return str(int(cell))
        case float():
            return format(Decimal(f"{cell:.15g}"), "f")
        case dt.datetime():
            return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(sep=" ", timespec="minutes")
        case dt.date() | dt.time():
            return cell.isoformat()
    return str(cell)


@functools.lru_cache(maxsize=4096)
def plain_text(text: str) -> str:
    """A cell for reading: full-width digits and letters made plain, spaces at the edges gone, lines kept."""
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.translate(WIDE).splitlines())
    return "\n".join(line for line in lines if line)


@functools.lru_cache(maxsize=4096)
def one_line(text: str) -> str:
    """A cell as one line without spaces between Chinese characters: headers are often spread out."""
    told = plain_text(text).replace("\n", "")
    return re.sub(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])", "", told)
