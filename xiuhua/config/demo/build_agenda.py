"""What is to be done in the demo city, in the order of time: a day of work is one transaction."""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from xiuhua.ledger.act import bureau_day

Deed = Callable[[dt.datetime], None]


def zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def moment(day: dt.date, hour: float) -> dt.datetime:
    """A moment of a day in the bureau's time: 18.5 is half past six in the evening, 25 one o'clock the night after."""
    seconds = round(hour * 3600)
    return dt.datetime.combine(day, dt.time(), zone()) + dt.timedelta(seconds=seconds)


class Agenda:
    """Deeds by their moment; a deed may put further deeds on the agenda, never before its own moment."""

    def __init__(self) -> None:
        self._heap: list[tuple[dt.datetime, int, Deed]] = []
        self._put = 0

    def put(self, at: dt.datetime, deed: Deed) -> None:
        self._put += 1
        heapq.heappush(self._heap, (at, self._put, deed))

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def next_day(self) -> dt.date | None:
        return bureau_day(self._heap[0][0]) if self._heap else None

    def run_day(self) -> None:
        """Do all deeds of the next day, one after another, in one transaction; each act is a savepoint in it."""
        day = self.next_day
        with transaction.atomic():
            while self._heap and bureau_day(self._heap[0][0]) == day:
                at, _n, deed = heapq.heappop(self._heap)
                deed(at)

    def run(self, *, after_day: Callable[[dt.date], None] | None = None) -> None:
        """Do everything, day by day."""
        while (day := self.next_day) is not None:
            self.run_day()
            if after_day:
                after_day(day)
