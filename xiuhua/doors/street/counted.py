"""What an officer counted and warned today, and what may tell the same act twice."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from xiuhua.cases.counts import COUNTABLE, SAME_ACT
from xiuhua.cases.models import Case, Count
from xiuhua.doors.street.where import LOOK_BACK, segment_names
from xiuhua.ledger.act import By
from xiuhua.ledger.items import ITEMS, Item
from xiuhua.ledger.models import Line

MOST = 60


def countable() -> list[Item]:
    return [ITEMS[code] for code in COUNTABLE]


@dataclass(frozen=True)
class Told:
    """A count as a row: what, how many, where, when."""

    key: str
    label: str
    quantity: str
    unit: str
    at: dt.datetime
    where: str


def told(counts: Iterable[Count]) -> list[Told]:
    rows = list(counts)
    names = segment_names(row.segment for row in rows)
    return [
        Told(
            str(row.key), ITEMS[row.item].label, f"{row.quantity.normalize():f}", ITEMS[row.item].unit, row.at,
            names.get(row.segment, row.segment),
        )
        for row in rows
    ]  # fmt: skip


def counts_of(by: By, day: dt.date) -> list[Told]:
    """What I counted on a day that still stands, the latest first."""
    keys = Line.objects.filter(kind="count.recorded", by=by.code, day=day).standing().values("key")
    return told(Count.objects.filter(key__in=keys).order_by("-at")[:MOST])


def slips_on(by: By, day: dt.date) -> int:
    """How many slips of mine of a day still stand."""
    return Line.objects.filter(kind="slip.issued", by=by.code, day=day).standing().count()


def items_in_order(by: By, at: dt.datetime) -> list[Item]:
    """What can be counted: what I counted most in 30 days first."""
    recent = Count.objects.filter(by=by.code, at__gt=at - LOOK_BACK).values_list("item", flat=True)[:500]
    often = Counter(recent)
    return sorted(countable(), key=lambda item: -often[item.code])


def counts_near(by: By, case: Case, at: dt.datetime) -> list[Told]:
    """Counts of my unit on the case's segment that may tell the same act."""
    if not case.segment:
        return []
    found = Count.objects.filter(
        unit=by.unit, segment=case.segment, case=None, at__range=(at - SAME_ACT, at + SAME_ACT)
    )
    standing = Line.objects.filter(key__in=found.values("key")).standing().values("key")
    return told(found.filter(key__in=standing).order_by("-at"))
