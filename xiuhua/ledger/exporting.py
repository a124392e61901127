"""Lists that leave the house: who took which, and how many rows; and the codes of persons put under others."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable

from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds.line import ListTaken
from xiuhua.ledger.models import Line

LISTS = {
    "slips_to_police": "违停移交清单（含完整号牌）",
    "lines": "台账行（本局使用）",
    "lines_beyond": "台账行（给局外，人员代码已换）",
}


@action(answer=lambda line: line)
def note_list(act: Act, *, listed: str, rows: int) -> Line:
    """Somebody printed or exported a list that names persons or vehicles in full, or lines of the ledger."""
    if listed not in LISTS:
        raise Refused("ledger.list", "没有“{listed}”这种清单。", listed=listed)
    if rows <= 0:
        raise Refused("ledger.list_empty", "清单是空的，没有可以打印的内容。请放宽筛选条件。")
    return act.record(ListTaken(listed=listed, rows=rows), about=f"list:{listed}")


WORD = re.compile(r"[A-Za-z0-9]+(?:-[A-Za-z]+)*")
"""What a person's code can look like inside another code, such as the post `677a974e-1` or the thing `person:677a974e`."""


def other_codes(codes: Iterable[str]) -> Callable[[str], str]:
    """A way to put persons' codes in a text under others, for an export beyond the bureau.

    The new codes are drawn anew for each export: the same person has the same one throughout a file, and two files
    cannot be laid side by side. Nothing of how they were drawn is kept.
    """
    drawn = dict.fromkeys(codes, "")

    def other(found: re.Match[str]) -> str:
        code = found.group()
        if code not in drawn:
            return code
        drawn[code] = drawn[code] or "x" + secrets.token_hex(6)
        return drawn[code]

    return lambda text: WORD.sub(other, text)
