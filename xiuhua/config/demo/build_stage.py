"""The stage: what stands ready while the work from 1 March to 3 May 2020 is planned and done."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from xiuhua.config.demo.build_agenda import Agenda, moment
from xiuhua.config.demo.build_cast import Cast, Squad
from xiuhua.config.demo.build_counts import Counts
from xiuhua.config.demo.build_photos import Studio
from xiuhua.config.demo.build_times import FIRST, LAST, Hours, days_between, moments
from xiuhua.kit.calendar import Calendar


@dataclass(slots=True)
class Operation:
    """A concentrated operation while it is planned: its round's code is known before its line is written."""

    code: str
    name: str
    campaign: str
    partners: tuple[str, ...]
    begins: dt.datetime
    ends: dt.datetime
    squads: list[Squad]
    segments: list[str]
    work: str


@dataclass(slots=True)
class Stage:
    """One run of the demo's work: its people, its counts, its agenda, and what was counted so far."""

    cast: Cast
    counts: Counts
    studio: Studio
    calendar: Calendar
    first: dt.date = FIRST
    last: dt.date = LAST
    agenda: Agenda = field(default_factory=Agenda)
    done: Counter[str] = field(default_factory=Counter)
    promised: Counter[str] = field(default_factory=Counter)
    operations: list[Operation] = field(default_factory=list)

    def random(self, name: str) -> Random:
        return self.cast.random(name)

    def moments(self, random: Random, n: int, hours: Hours, *, first: dt.date | None = None, last: dt.date | None = None,
                off: float = 0.35) -> list[dt.datetime]:  # fmt: skip
        """`n` moments of the stage, or of a part of it."""
        days = days_between(first or self.first, last or self.last)
        return moments(random, n, days=days, hours=hours, calendar=self.calendar, off=off)

    def operations_for(self, work: str) -> list[Operation]:
        return [one for one in self.operations if one.work == work]

    def may_count(self, item: str, amount: int, at: dt.datetime) -> bool:
        """Whether a handled case may still add to a counted figure: never beyond it, and not while it is settled."""
        if at >= moment(self.last, 24):
            return True
        told = self.done[item] + self.promised[item] + amount
        return at < moment(self.last, 15.4) and told <= getattr(self.counts, item)
