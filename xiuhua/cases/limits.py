"""A limit as filing standards write it: 2紧急工作时, 4小时, 1个工作日, 半天.

小时 is read as 工作时 and 天 as 工作日, as the centre whose table we know does (`domain notes`: hours there are those of
the shift). 紧急工作日 is read as 自然日 and marked: the word is a city's own. What cannot be read is told, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from xiuhua.cases.models import StandardRow
from xiuhua.kit.worktime import Limit, LimitKind

UNITS = {
    "紧急工作时": LimitKind.EMERGENCY_HOURS, "紧急工时": LimitKind.EMERGENCY_HOURS, "紧急小时": LimitKind.EMERGENCY_HOURS,
    "紧急工作小时": LimitKind.EMERGENCY_HOURS, "工作小时": LimitKind.WORK_HOURS, "工作时": LimitKind.WORK_HOURS,
    "工时": LimitKind.WORK_HOURS, "小时": LimitKind.WORK_HOURS, "紧急工作日": LimitKind.CALENDAR_DAYS,
    "工作日": LimitKind.WORK_DAYS, "自然日": LimitKind.CALENDAR_DAYS, "日历日": LimitKind.CALENDAR_DAYS,
    "日历天": LimitKind.CALENDAR_DAYS, "天": LimitKind.WORK_DAYS, "日": LimitKind.WORK_DAYS,
    "周": LimitKind.CALENDAR_DAYS, "星期": LimitKind.CALENDAR_DAYS, "个月": LimitKind.CALENDAR_DAYS, "分钟": LimitKind.EMERGENCY_HOURS,
}  # fmt: skip
TIMES = {"周": Decimal(7), "星期": Decimal(7), "个月": Decimal(30), "分钟": Decimal(1) / Decimal(60)}
DOUBTFUL = ("紧急工作日", "周", "星期", "个月", "分钟")
SPELT = dict(zip("半一二两三四五六七八九十", ("0.5", *map(str, (1, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10))), strict=True))
WRITTEN = re.compile(rf"(\d{{1,4}}(?:\.\d{{1,2}})?|[{''.join(SPELT)}])个?({'|'.join(sorted(UNITS, key=len, reverse=True))})(?:内|以内|之内)?(.*)")  # fmt: skip


@dataclass(frozen=True)
class Read:
    """A limit as it was read; `note` is what stood behind it, `doubt` what somebody should confirm."""

    limit: Limit
    note: str = ""
    doubt: str = ""


def read_limit(text: str) -> Read | None:
    """The limit that a cell says; None when it cannot be read or is not above zero."""
    tidy = re.sub(r"\s+", "", text).translate(str.maketrans("０１２３４５６７８９．", "0123456789."))
    found = WRITTEN.fullmatch(tidy)
    if found is None:
        return None
    amount, unit, note = found.groups()
    limit = Limit(_amount(amount, unit), UNITS[unit])
    if limit.amount <= 0:
        return None
    doubt = _("“{text}”按 {limit}处理，请确认").format(text=tidy, limit=limit.words) if unit in DOUBTFUL or note else ""
    return Read(limit, note[:40], doubt)


def _amount(text: str, unit: str) -> Decimal:
    return (Decimal(SPELT.get(text, text)) * TIMES.get(unit, Decimal(1))).quantize(Decimal("0.01")).normalize()


def limit_words(row: StandardRow) -> str:
    """A row's limit as people say it: 2 小时, 4 个工作时, 1 个工作日."""
    return words_of(Limit(row.limit_amount, LimitKind(row.limit_kind)))


def words_of(limit: Limit) -> str:
    """A limit as people say it."""
    unit = {
        "emergency_hours": _("小时，昼夜连续"), "work_hours": _("个工作时"), "work_days": _("个工作日"),
        "calendar_days": _("个自然日"),
    }[limit.kind.value]  # fmt: skip
    return f"{limit.amount.normalize():f} {unit}"
