"""What a map of cases is asked for: the filters of the list, a segment, and a day that has been."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from xiuhua.cases.models import CaseQuerySet
from xiuhua.cases.on_map import open_at
from xiuhua.doors.desk.entry import day_of
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.worklist import Wanted, filtered, narrowed, wanted_of
from xiuhua.ledger.act import By, day_starts

LOOKS = ("reported", "open")
"""Of a day: what was reported on it, or what was open when it ended."""


@dataclass(frozen=True)
class Asked:
    """The address of a map. Without a day it shows what is open now, in every state or in those of a tab."""

    wanted: Wanted
    of_tab: bool = False
    segment: str = ""
    on: dt.date | None = None
    look: str = "reported"
    area: str = ""

    def query(self, **changes: Any) -> str:
        """The address of the same map with something else chosen."""
        wanted = replace(self.wanted, **{name: changes.pop(name) for name in ("tab", "category") if name in changes})
        changed = replace(self, wanted=wanted, **changes)
        more = {
            "segment": changed.segment,
            "on": changed.on.isoformat() if changed.on else "",
            "look": changed.look if changed.on and changed.look != LOOKS[0] else "",
            "area": changed.area,
        }
        told = urlencode({name: value for name, value in more.items() if value}, safe=",;")
        return "&".join(part for part in (changed.wanted.query(page=1, case=""), told) if part)

    @property
    def pins_query(self) -> str:
        """The address of the pins: the drawn area marks them on the page, and hides none."""
        return "&".join(part for part in (self.query(area=""), "of=tab" if self.of_tab else "") if part)


def asked_of(given: QueryDict, *, of_tab: bool | None = None) -> Asked:
    """Read an address; what it does not know counts as not asked."""
    wanted = wanted_of(given)
    tab = given.get("of") == "tab" if of_tab is None else of_tab
    look = given.get("look", "")
    return Asked(
        wanted=wanted,
        of_tab=tab and bool(wanted.tab),
        segment=given.get("segment", "")[:32],
        on=day_of(given.get("on")),
        look=look if look in LOOKS else LOOKS[0],
        area=given.get("area", "")[:20_000],
    )


def asked_cases(by: By, asked: Asked, at: dt.datetime) -> CaseQuerySet:
    """The cases that a map shows, among those that somebody may see, in no order."""
    if asked.on is None:
        cases = filtered(by, asked.wanted, at, of_tab=asked.of_tab)
    else:
        begins, ends = day_starts(asked.on), day_starts(asked.on + dt.timedelta(days=1))
        on_day = Q(reported_at__gte=begins, reported_at__lt=ends) if asked.look == "reported" else open_at(ends)
        cases = narrowed(visible_cases(by), asked.wanted).filter(on_day)
    return cases.filter(segment=asked.segment) if asked.segment else cases
