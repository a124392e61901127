"""Figures and totals over many lines, against SQL written by hand on the same connection."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from xiuhua.cases.counts import COUNTABLE
from xiuhua.config.bench.machine import Measured, milliseconds, parts
from xiuhua.config.cli import say
from xiuhua.ledger.act import NOBODY, Act, Place, record_all
from xiuhua.ledger.kinds.case import CaseClosed, CaseReported, CountRecorded
from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import case_totals
from xiuhua.measures.figures import count_figures
from xiuhua.measures.lines import Scope

BEGIN = dt.datetime(2018, 1, 1, 2, tzinfo=dt.UTC)
YEARS_DAYS = 1000
SPRING = Scope(dt.date(2020, 3, 1), dt.date(2020, 5, 3))
WEEK = Scope(dt.date(2020, 3, 9), dt.date(2020, 3, 15))
BY_HAND = """
    SELECT l.item, SUM(l.quantity), COUNT(*) FROM ledger_line l
    WHERE l.item <> '' AND l.day BETWEEN %s AND %s AND NOT EXISTS (
        SELECT 1 FROM ledger_line v WHERE v.kind = 'line.voided' AND v.corrects = l.key)
    GROUP BY l.item
"""
CASES_BY_HAND = """
    SELECT l.kind, COUNT(*), SUM(CASE WHEN l.facts LIKE '%%"late":true%%' THEN 1 ELSE 0 END) FROM ledger_line l
    WHERE l.kind IN ('case.reported', 'case.filed', 'case.handled', 'case.rework_ordered', 'case.closed', 'case.refused')
      AND l.day BETWEEN %s AND %s GROUP BY l.kind
"""


def run(*, lines: int) -> list[dict[str, Any]]:
    """Milliseconds of the figures of a stage and of a week, and of case totals; both ways give the same numbers."""
    written = 0
    for some in parts(_lines(lines), 10_000):
        with transaction.atomic():
            record_all(some)
        written += len(some)
        if written % 100_000 == 0:
            say(f"· 台账 {written:,} / {lines:,} 行")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    found = []
    for name, scope in (("figures of a stage (64 days)", SPRING), ("figures of a week", WEEK)):
        ours, theirs = _figures(scope), _by_hand(BY_HAND, scope)
        assert ours == {item: Decimal(str(total)) for item, total, _ in theirs}, (ours, theirs)
        found.append(
            Measured(
                name, milliseconds(lambda scope=scope: count_figures(scope)), "SQL by hand",
                milliseconds(lambda scope=scope: _by_hand(BY_HAND, scope)), unit="ms",
            ).told()
        )  # fmt: skip
    totals = case_totals(SPRING)
    assert totals.reported == {kind: n for kind, n, _ in _by_hand(CASES_BY_HAND, SPRING)}["case.reported"]
    found.append(
        Measured(
            "case totals of a stage", milliseconds(lambda: case_totals(SPRING)), "SQL by hand",
            milliseconds(lambda: _by_hand(CASES_BY_HAND, SPRING)), unit="ms",
        ).told()
    )  # fmt: skip
    return found


def _figures(scope: Scope) -> dict[str, Decimal]:
    """Quantities by item, from the figures as a brief has them."""
    found: dict[str, Decimal] = {}
    for counted in count_figures(scope):
        parts_of = counted.parts or {counted.figure.items[0]: counted.quantity}
        found |= {item: quantity for item, quantity in parts_of.items() if quantity}
    return found


def _by_hand(statement: str, scope: Scope) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, [scope.from_day, scope.to_day])
        return cursor.fetchall()


def _lines(n: int) -> Iterator[Line]:
    """Half counts, half cases, one count in two hundred voided; spread over a thousand days."""
    dice = random.Random(7)
    for k in range(n):
        at = BEGIN + dt.timedelta(days=k * YEARS_DAYS // n, minutes=dice.randrange(600))
        act = Act(by=NOBODY, at=at, key=UUID(int=k))
        shared: dict[str, Any] = {"for_unit": f"B/Z{k % 8}/", "place": Place(segment=f"H{k % 20}"), "source": "officer"}
        match k % 4:
            case 0 | 2:
                item, quantity = COUNTABLE[k % len(COUNTABLE)], Decimal(k % 30 + 1)
                yield act.line(CountRecorded(), about=f"count:{k}", item=item, quantity=quantity, **shared)
            case 1:
                told = CaseReported(state="reported", matter="09006", category="stall")
                yield act.line(told, about=f"XH-{k}", **shared)
            case _ if k % 200 == 3:
                yield act.line(LineVoided(reason="mistake"), about=f"count:{k - 1}", corrects=UUID(int=k - 1), **shared)
            case _:
                yield act.line(CaseClosed(state="closed", late=k % 12 == 7), about=f"XH-{k - 2}", **shared)
