"""Work hours that change on a day, for the bureau (夏季作息) or for one unit (a squad of the night)."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from xiuhua.city.access import must
from xiuhua.city.hours import windows_of
from xiuhua.city.models import HoursRule, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import city as kinds

MOST_SHIFTS = 4


@action(answer=lambda line: HoursRule.objects.filter(unit=line.about.partition(":")[2]).order_by("-pk").first())
def set_work_hours(act: Act, *, begins_on: dt.date, hours: str, unit: Unit | None = None, name: str = "") -> HoursRule:
    """From a day on, not before today, working days have these hours: `08:00-12:00，14:30-18:30`.

    With a unit it holds for that unit and what is below it; without hours the unit works as the bureau does again.
    Deadlines that stand keep what they were given; what starts or goes on from then on is counted anew.
    """
    must(act.by, "administer")
    if begins_on < bureau_day(act.at):
        raise Refused(
            "hours.past", "工作时间从今天或以后的某一天开始改，以前的期限已经按当时的时间算过。", field="begins_on"
        )
    if unit is None and not hours.strip():
        raise Refused("hours.empty", "请写工作时间，例如 08:00—12:00，14:00—18:00。", field="hours")
    shifts = read_shifts(hours)
    path = unit.path if unit else ""
    HoursRule.objects.filter(unit=path, begins_on=begins_on).delete()
    act.record(
        kinds.HoursSet(begins_on=begins_on.isoformat(), hours=["-".join(pair) for pair in shifts]),
        about=f"hours:{path}",
    )
    return HoursRule.objects.create(
        unit=path, begins_on=begins_on, shifts=shifts, name=name.strip()[:20], set_by=act.by.code
    )


def read_shifts(hours: str) -> list[list[str]]:
    """Shifts in order, none overlapping; only the last may end the next morning, before the first begins."""
    pairs = windows_of(hours) if hours.strip() else ()
    minutes = [(begins.hour * 60 + begins.minute, ends.hour * 60 + ends.minute) for begins, ends in pairs]
    running = [(begins, ends if ends > begins else ends + 1440) for begins, ends in minutes]
    apart = all(later[0] >= earlier[1] for earlier, later in pairwise(running))
    if len(pairs) > MOST_SHIFTS or not apart or (running and running[-1][1] > running[0][0] + 1440):
        raise Refused(
            "hours.order", "工作时间“{hours}”前后重叠，请从早到晚写，最多 {most} 段。", field="hours", hours=hours.strip()[:60],
            most=MOST_SHIFTS,
        )  # fmt: skip
    return [[f"{begins:%H:%M}", f"{ends:%H:%M}"] for begins, ends in pairs]
