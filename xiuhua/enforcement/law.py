"""The numbers of the law that the program starts with, each from a day on and with its article."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from xiuhua.enforcement.models import LegalParameter
from xiuhua.kit.refusals import Refused

ROWS = (
    # code, value, unit, from, until, article, note
    ("parking_fine_min", "20", "yuan", "2004-05-01", None, "道路交通安全法 第九十三条", "机动车违法停放，罚款下限"),
    ("parking_fine_max", "200", "yuan", "2004-05-01", None, "道路交通安全法 第九十三条", "机动车违法停放，罚款上限"),
    ("preservation", "7", "calendar_days", "1996-10-01", "2021-07-15", "行政处罚法（1996）第三十七条",
     "旧法未规定按工作日，从严按自然日"),
    ("preservation", "7", "work_days", "2021-07-15", None, "行政处罚法（2021）第五十六条、第八十五条", "七日指工作日"),
    ("least_officers", "2", "persons", "1996-10-01", "2021-07-15", "行政处罚法（1996）第三十七条", "执法人员人数"),
    ("least_officers", "2", "persons", "2021-07-15", None, "行政处罚法（2021）第四十二条", "执法人员人数"),
    ("fines_per_act", "1", "times", "1996-10-01", "2021-07-15", "行政处罚法（1996）第二十四条", "一事不再罚"),
    ("fines_per_act", "1", "times", "2021-07-15", None, "行政处罚法（2021）第二十九条", "一事不再罚"),
)  # fmt: skip


def seed_law() -> int:
    """Put the rows that are missing into the table; rows that a bureau changed stay as they are."""
    made = 0
    for code, value, unit, begins, ends, article, note in ROWS:
        _row, new = LegalParameter.objects.get_or_create(
            code=code,
            begins_on=dt.date.fromisoformat(begins),
            defaults={
                "value": Decimal(value),
                "unit": unit,
                "ends_on": dt.date.fromisoformat(ends) if ends else None,
                "article": article,
                "note": note,
            },
        )
        made += new
    return made


def parameter(code: str, on: dt.date) -> LegalParameter:
    """The row of law in force on a day; the law of the day of the act is the one to cite."""
    rows = LegalParameter.objects.filter(code=code, begins_on__lte=on).order_by("-begins_on")
    row = rows.first()
    if row is None or (row.ends_on is not None and row.ends_on <= on):
        raise Refused("law.parameter", "{on} 没有生效的法律参数“{code}”，请法制科室核对后补上。", on=on, code=code)
    return row
