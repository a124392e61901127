"""Lists that leave the house with what is personal in them: who took which, and how many rows."""

from __future__ import annotations

from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds.line import ListTaken
from xiuhua.ledger.models import Line

LISTS = {"slips_to_police": "违停移交清单（含完整号牌）"}


@action(answer=lambda line: line)
def note_list(act: Act, *, listed: str, rows: int) -> Line:
    """Somebody printed or exported a list that names persons or vehicles in full."""
    if listed not in LISTS:
        raise Refused("ledger.list", "没有“{listed}”这种清单。", listed=listed)
    if rows <= 0:
        raise Refused("ledger.list_empty", "清单是空的，没有可以打印的内容。请放宽筛选条件。")
    return act.record(ListTaken(listed=listed, rows=rows), about=f"list:{listed}")
