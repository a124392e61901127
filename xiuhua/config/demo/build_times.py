"""When work is done in the demo city: on which days, at which hours. Evenings have stalls, mornings have markets."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from random import Random

from xiuhua.config.demo.build_agenda import moment
from xiuhua.kit.calendar import Calendar

FIRST, LAST = dt.date(2020, 3, 1), dt.date(2020, 5, 3)
"""The days of the stage, both inclusive."""

Hours = Sequence[tuple[float, float, float]]
"""Windows of a day: from, to (hours), and how much of the work falls in each."""

OFFICE: Hours = ((8.4, 11.8, 6), (14.1, 17.7, 5))
PATROL: Hours = ((7.6, 11.8, 5), (14.0, 18.4, 5), (18.4, 20.5, 1))
MARKET_AND_EVENING: Hours = ((6.4, 8.6, 4), (8.6, 11.5, 2), (15.0, 18.0, 2), (18.0, 21.6, 5))
RUSH: Hours = ((7.2, 9.3, 5), (9.3, 16.5, 2), (16.5, 19.2, 5))
MORNING: Hours = ((6.8, 11.0, 6), (14.0, 16.0, 1))
GRILLS: Hours = ((18.4, 22.3, 5), (10.0, 16.0, 1))
DAYLIGHT: Hours = ((9.0, 11.7, 5), (14.0, 17.5, 5))
ANY: Hours = ((6.5, 12.0, 5), (12.0, 14.0, 1), (14.0, 19.0, 5), (19.0, 22.0, 2))


def days_between(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def hour_of(random: Random, hours: Hours) -> float:
    begins, ends, _weight = random.choices(hours, weights=[weight for *_window, weight in hours])[0]
    return random.uniform(begins, ends)


def moments(
    random: Random, n: int, *, days: Sequence[dt.date], hours: Hours, calendar: Calendar, off: float = 0.35
) -> list[dt.datetime]:
    """`n` moments in order; a day off has `off` of the work of a working day."""
    weights = [1.0 if calendar.is_workday(day) else off for day in days]
    if not any(weights):
        weights = [1.0] * len(days)
    chosen = random.choices(days, weights=weights, k=n)
    return sorted(moment(day, hour_of(random, hours)) for day in chosen)
