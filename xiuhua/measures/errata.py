"""What has changed since a brief was published: lines voided since, and lines that came in late.

A published brief never moves. The difference prints in the next brief of the same series (day, week, or any other
period), once.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from ibis import _
from ibis.expr.types.relations import Table

from xiuhua.ledger.models import UNDOING
from xiuhua.measures.cases import case_totals
from xiuhua.measures.figures import FIGURES, quantities
from xiuhua.measures.lines import LINKS, Scope, bound, prepared, value


@dataclass(frozen=True)
class Published:
    """A brief that was published: its days, both inclusive, and the number up to which lines were bound for it."""

    from_day: dt.date
    to_day: dt.date
    bound_to: int

    @property
    def series(self) -> str:
        return series(self.from_day, self.to_day)


@dataclass(frozen=True)
class Erratum:
    """A figure of a published brief, as it was told and as it is by now.

    `voided` is what was told and has been voided since, `late` what happened then and came in since:
    `now - was = late - voided`.
    """

    published: Published
    code: str
    label: str
    label_en: str
    unit: str
    was: Decimal
    now: Decimal
    voided: Decimal
    late: Decimal

    @property
    def difference(self) -> Decimal:
        return self.now - self.was


CASE_TOTALS = (("reported", "上报案件", "cases reported"), ("closed", "办结案件", "cases closed"))


def series(from_day: dt.date, to_day: dt.date) -> str:
    """Which series a period belongs to: `day`, `week` (Monday to Sunday), or `stage`."""
    if from_day == to_day:
        return "day"
    return "week" if from_day.weekday() == 0 and (to_day - from_day).days == 6 else "stage"


def published_briefs(bound_to: int | None = None) -> list[Published]:
    """Every brief published, in the order of publishing."""
    facts = [json.loads(row["facts"]) for row in prepared(_published, Scope(dt.date.min, dt.date.max, bound_to))]
    return [
        Published(dt.date.fromisoformat(one["from_day"]), dt.date.fromisoformat(one["to_day"]), one["bound_to"])
        for one in facts
    ]


def _published(scope: Scope) -> Table:
    return bound(scope.bound_to).filter(_.kind == "brief.published").order_by("happened_at", "id").select("facts")


def errata(scope: Scope) -> list[Erratum]:
    """What a brief of this scope must put right: its own earlier issue, and earlier periods of its series.

    Each difference is told once: a later brief of the series has told all that was bound up to its own number. The
    scope is bound up to a number, as every brief is.
    """
    found: list[Erratum] = []
    for told in _touched(scope, _to_compare(scope, published_briefs(scope.bound_to))):
        found += _differences(told, scope)
    return found


def _to_compare(scope: Scope, briefs: list[Published]) -> list[Published]:
    """The periods to look at, each with the number up to which its figures have been told already."""
    own = series(scope.from_day, scope.to_day)
    briefs = [one for one in briefs if one.series == own and (scope.bound_to is None or one.bound_to < scope.bound_to)]
    told: dict[tuple[dt.date, dt.date], int] = {}
    for one in briefs:
        if (one.from_day, one.to_day) == (scope.from_day, scope.to_day) or one.to_day < scope.from_day:
            told[one.from_day, one.to_day] = one.bound_to
    for days, number in told.items():
        if days != (scope.from_day, scope.to_day):
            told[days] = max([number, *(one.bound_to for one in briefs if one.from_day > days[1])])
    return [Published(*days, number) for days, number in sorted(told.items())]


def _touched(scope: Scope, periods: list[Published]) -> list[Published]:
    """Of some periods, those on whose days a line was written or voided after they were told: most were not."""
    if not periods:
        return []
    since, until = min(one.bound_to for one in periods), max(one.to_day for one in periods)
    # `written_up_to` here is the number after which lines are new.
    fresh = Scope(until, until, scope.bound_to, written_up_to=since)
    rows = [*prepared(_written_since, fresh), *prepared(_voided_since, fresh)]
    return [
        one
        for one in periods
        if any(one.from_day <= row["day"] <= one.to_day and row["seq"] > one.bound_to for row in rows)
    ]


def _since(scope: Scope) -> Table:
    lines, links = bound(scope.bound_to), LINKS.filter(LINKS.seq > scope.written_up_to)
    return lines.inner_join(links, lines.id == links.line_id).drop("line_id")


def _written_since(scope: Scope) -> Table:
    return _since(scope).filter(_.day <= value(scope.to_day)).select("day", "seq")


def _voided_since(scope: Scope) -> Table:
    lines = bound(scope.bound_to)
    voids = _since(scope).filter(_.kind.isin(UNDOING)).select("seq", voided="corrects")
    return lines.inner_join(voids, lines.key == voids.voided).select("day", "seq")


def _differences(told: Published, scope: Scope) -> list[Erratum]:
    then = Scope(told.from_day, told.to_day, told.bound_to, scope.unit)
    today = Scope(told.from_day, told.to_day, scope.bound_to, scope.unit)
    was, now, kept = (
        {row["item"]: row["quantity"] for row in quantities(days)}
        for days in (then, today, replace(today, written_up_to=told.bound_to))
    )
    found = []
    for figure in FIGURES:
        before, after, still = (_sum(rows, figure.items) for rows in (was, now, kept))
        if before != after or before != still:
            named = (figure.code, figure.label, figure.label_en, figure.unit)
            found.append(Erratum(told, *named, before, after, voided=before - still, late=after - still))
    cases, cases_now = case_totals(then), case_totals(today)
    for name, label, label_en in CASE_TOTALS:
        before, after = Decimal(getattr(cases, name)), Decimal(getattr(cases_now, name))
        if before != after:
            named = (f"cases.{name}", label, label_en, "件")
            found.append(Erratum(told, *named, before, after, voided=Decimal(0), late=after - before))
    return found


def _sum(rows: Mapping[str, Decimal], items: Iterable[str]) -> Decimal:
    return sum((rows.get(item, Decimal(0)) for item in items), Decimal(0))
