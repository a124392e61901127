"""How far campaigns are, for pages: every number from lines, targets and names from rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from xiuhua.campaigns.models import Campaign, Target
from xiuhua.cases.models import CasePhoto
from xiuhua.city.models import Unit
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.registers import EARLIEST, ledger_address
from xiuhua.doors.desk.shown import Photos
from xiuhua.ledger.act import By
from xiuhua.ledger.items import ITEMS
from xiuhua.measures.cases import CaseTotals, totals_by
from xiuhua.measures.figures import quantities
from xiuhua.measures.lines import Scope

PAIRS = 6
MOST_DAYS = 92


@dataclass(frozen=True)
class Goal:
    """An item of a campaign: how much is done, how much of it in the days shown, and what was promised."""

    item: str
    done: Decimal
    fresh: Decimal
    goal: Decimal | None = None
    due_on: dt.date | None = None
    url: str = ""
    late: bool = False

    @property
    def label(self) -> str:
        return _(ITEMS[self.item].label) if self.item in ITEMS else self.item

    @property
    def unit(self) -> str:
        return _(ITEMS[self.item].unit) if self.item in ITEMS else ""


@dataclass
class Progress:
    """A campaign with its goals, its other counters and its cases."""

    campaign: Campaign
    goals: list[Goal] = field(default_factory=list)
    counters: list[Goal] = field(default_factory=list)
    cases: CaseTotals = field(default_factory=CaseTotals)

    @property
    def main(self) -> Goal | None:
        """The one item that stands for the campaign in a chart."""
        return next(iter(self.first), None)

    @property
    def first(self) -> list[Goal]:
        """What a short card shows: the goals, else the largest counters."""
        return self.goals or sorted(self.counters, key=lambda one: -one.done)[:2]


def progress_of(
    by: By, day: dt.date, *, only: Campaign | None = None, fresh_from: dt.date | None = None
) -> list[Progress]:
    """Every campaign at the end of a day; `fresh_from` is the first day of what stitches show as new (the week)."""
    week = fresh_from or day - dt.timedelta(days=day.weekday())
    whole = _items(Scope(EARLIEST, day))
    fresh = _items(Scope(week, day))
    cases = totals_by(Scope(EARLIEST, day), by=("campaign",))
    targets: dict[int, dict[str, Target]] = defaultdict(dict)
    for target in Target.objects.order_by("id"):
        targets[target.campaign_id][target.item] = target
    found = []
    for one in [only] if only else Campaign.objects.all():
        promised = targets[one.pk]
        done, new = whole.get(one.code, {}), fresh.get(one.code, {})
        rows = [
            _goal(by, one, item, done, new, promised.get(item), day)
            for item in dict.fromkeys([*promised, *one.items, *done])
        ]
        found.append(
            Progress(
                one,
                goals=[row for row in rows if row.goal is not None],
                counters=[row for row in rows if row.goal is None and row.done],
                cases=cases.get((one.code,), CaseTotals()),
            )
        )
    return found


def _goal(
    by: By, campaign: Campaign, item: str, done: Mapping[str, Decimal], new: Mapping[str, Decimal], target: Target | None,
    day: dt.date,
) -> Goal:  # fmt: skip
    amount = done.get(item, Decimal(0))
    return Goal(
        item,
        amount,
        new.get(item, Decimal(0)),
        goal=target.quantity if target else None,
        due_on=target.due_on if target else None,
        url=ledger_address(by, item=item, campaign=campaign.code),
        late=bool(target and target.due_on < day and amount < target.quantity),
    )


def _items(scope: Scope) -> dict[str, dict[str, Decimal]]:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for row in quantities(scope, by=("campaign",)):
        if row["campaign"]:
            found[row["campaign"]][row["item"]] = row["quantity"]
    return found


def by_day(campaign: Campaign, until: dt.date, *, main: str) -> list[dict[str, Any]]:
    """What was done on each day of a campaign up to a day, the newest days when it is long; `main` is drawn as bars.

    Items are never added to one another: they have different units.
    """
    since = max(campaign.starts_on, until - dt.timedelta(days=MOST_DAYS - 1))
    days: dict[dt.date, dict[str, Decimal]] = defaultdict(dict)
    for row in quantities(Scope(since, until), by=("campaign", "day")):
        if row["campaign"] == campaign.code:
            days[row["day"]][row["item"]] = row["quantity"]
    return [
        {
            "day": day,
            "items": [
                (_(ITEMS[item].label), f"{amount:f}", _(ITEMS[item].unit)) for item, amount in sorted(days[day].items())
            ],
            "main": days[day].get(main, Decimal(0)),
        }
        for day in Scope(since, until).days()
    ]


def by_squad(campaign: Campaign, day: dt.date, *, main: str) -> dict[str, Any]:
    """What each squad did for a campaign: a table of items, the most of the main one first."""
    names = dict(Unit.objects.filter(kind__in=(Unit.Kind.SQUAD,)).values_list("path", "name"))
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in quantities(Scope(EARLIEST, day), by=("campaign", "for_unit")):
        if row["campaign"] == campaign.code:
            squad = next((name for path, name in names.items() if row["for_unit"].startswith(path)), _("其他单位"))
            sums[squad][row["item"]] += row["quantity"]
    items = [item for item in ITEMS if any(item in row for row in sums.values())]
    items.sort(key=lambda item: item != main)
    rows = [(squad, [row.get(item, Decimal(0)) for item in items]) for squad, row in sums.items()]
    return {
        "items": [(_(ITEMS[item].label), _(ITEMS[item].unit)) for item in items],
        "rows": sorted(rows, key=lambda row: ([-amount for amount in row[1]], row[0])),
    }


def pairs_of(by: By, campaign: Campaign) -> list[dict[str, Any]]:
    """The newest closed cases of a campaign that have pictures from before and after."""
    after = CasePhoto.objects.filter(moment=CasePhoto.Moment.AFTER).values("case")
    cases = visible_cases(by).filter(campaign=campaign.code, state="closed", pk__in=after)
    cases = list(cases.order_by("-closed_at", "-id").prefetch_related("photos")[: PAIRS * 2])
    found = [{"case": case, "photos": Photos(tuple(case.photos.all()))} for case in cases]
    return [one for one in found if one["photos"].pair][:PAIRS]
