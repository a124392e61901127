"""Every table that the import wizard knows, from all rooms: desk and command line take them from here.

A room describes its table by one `Sheet` (see `xiuhua.kit.sheets`); entering it here is all that is left to do.
"""

from __future__ import annotations

from xiuhua.cases.order_sheet import ORDERS
from xiuhua.cases.standard_sheet import STANDARDS
from xiuhua.city.segment_duties import SEGMENT_DUTIES
from xiuhua.city.squad_duties import SQUAD_DUTIES
from xiuhua.city.staff_list import STAFF
from xiuhua.city.table_sheets import sheet_of_table
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Sheet
from xiuhua.programme.task_table import TASKS
from xiuhua.rounds.checklist_table import CHECKLISTS

ENTERED = tuple(
    sheet_of_table(one, after=f"desk:{one.kind}") for one in (TASKS, SQUAD_DUTIES, SEGMENT_DUTIES, CHECKLISTS)
)
SHEETS: dict[str, Sheet] = {one.code: one for one in (*ENTERED, STANDARDS, STAFF, ORDERS)}


def sheet_of(code: str) -> Sheet:
    """The table of a code; refused with the codes that there are."""
    if code not in SHEETS:
        raise Refused(
            "sheet.kind", "没有“{code}”这种表。可以导入：{listed}。", code=code,
            listed="、".join(f"{one.code}（{one.label}）" for one in SHEETS.values()),
        )  # fmt: skip
    return SHEETS[code]
