"""Every table that the import wizard knows, from all rooms: desk and command line take them from here.

A room describes its table by one `Sheet` (see `xiuhua.kit.sheets`); entering it here is all that is left to do.
"""

from __future__ import annotations

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Sheet

SHEETS: dict[str, Sheet] = {}


def sheet_of(code: str) -> Sheet:
    """The table of a code; refused with the codes that there are."""
    if code not in SHEETS:
        raise Refused(
            "sheet.kind", "没有“{code}”这种表。可以导入：{listed}。", code=code,
            listed="、".join(f"{one.code}（{one.label}）" for one in SHEETS.values()),
        )  # fmt: skip
    return SHEETS[code]
