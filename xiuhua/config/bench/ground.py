"""The ground of the benchmarks: a bureau with streets, squads, duties and an account, and reports strewn over it."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from uuid import uuid5

from xiuhua.cases.intake import Adopted, Report
from xiuhua.cases.models import Category
from xiuhua.cases.standards import seed_standards
from xiuhua.city import actions as city
from xiuhua.city.actions import NAMESPACE
from xiuhua.city.models import Account, Duty, Grid, Person, Role, Segment, Unit
from xiuhua.city.queries import ROOMS, by_of
from xiuhua.kit.calendar import seed_calendar
from xiuhua.ledger.act import NOBODY, Act, By

FOUNDED = dt.datetime(2020, 1, 6, 1, tzinfo=dt.UTC)
BEGIN = dt.datetime(2020, 3, 1, 0, tzinfo=dt.UTC)
DAYS = 64
WEST, SOUTH, STEP, STREETS = 118.40, 36.60, 0.004, 20
STATES = (("closed", 90), ("refused", 3), ("dispatched", 3), ("handled", 1), ("filed", 1), ("accepted", 1), ("", 1))
"""How cases stand in a bureau at work: most are done. An empty state is one that was only reported."""


def lay_ground() -> By:
    """Found the bureau; gives back its administrator, who may bring in cases of another system."""
    seed_calendar(), seed_standards()
    east, north = WEST + STEP * STREETS, SOUTH + STEP * STREETS
    ring = [[WEST, SOUTH], [east, SOUTH], [east, north], [WEST, north], [WEST, SOUTH]]
    city.found_bureau(_act(), code="B", name="基准局", boundary=[ring], rooms=ROOMS)
    top = Unit.objects.get(code="B")
    squads = [
        city.open_unit(_act(), code=f"Z{n}", name=f"{n}中队", kind=Unit.Kind.SQUAD, parent=top) for n in range(1, 9)
    ]
    for n, squad in enumerate(squads):
        for k in range(10):
            city.begin_post(_act(), unit=squad, role=Role.OFFICER, name=f"队员{n}{k}", code=f"o{n}-{k}")
    _streets(squads)
    person = city.begin_post(_act(), unit=top, role=Role.ADMINISTRATOR, name="管理员", code="admin")
    Account.objects.create(username="bench", person=person)
    return by_of(person, FOUNDED)


def _act() -> Act:
    return Act(by=NOBODY, at=FOUNDED)


def _streets(squads: list[Unit]) -> None:
    rows = []
    for n in range(STREETS):
        for k in range(STREETS - 1):
            at, begin = n * STEP, k * STEP
            rows.append(Segment(code=f"H{n}-{k}", road=f"横{n}路", length_m=356, network="bench",
                                line=[[WEST + begin, SOUTH + at], [WEST + begin + STEP, SOUTH + at]]))  # fmt: skip
            rows.append(Segment(code=f"V{n}-{k}", road=f"纵{n}路", length_m=445, network="bench",
                                line=[[WEST + at, SOUTH + begin], [WEST + at, SOUTH + begin + STEP]]))  # fmt: skip
    city.register_segments(_act(), segments=rows)
    city.draw_grids(
        _act(),
        grids=[
            Grid(code=f"3707810010{n:02d}{k:03d}", name=f"网格{n}-{k}", rings=[_square(n, k)], squad=squads[n % 8])
            for n in range(STREETS)
            for k in range(STREETS)
        ],
    )
    for n, row in enumerate(rows):
        squad = squads[n % 8]
        city.begin_duty(_act(), thing=f"segment:{row.code}", part=Duty.Part.SQUAD, unit=squad)
        officer = Person.objects.get(code=f"o{n % 8}-{n % 10}")
        city.begin_duty(_act(), thing=f"segment:{row.code}", part=Duty.Part.OFFICER, unit=squad, person=officer)


def _square(n: int, k: int) -> list[list[float]]:
    west, south = WEST + n * STEP, SOUTH + k * STEP
    east, north = west + STEP, south + STEP
    return [[west, south], [east, south], [east, north], [west, north], [west, south]]


def reports(n: int, *, adopted: bool = False, seed: int = 7) -> Iterator[Report]:
    """So many reports of two months over the streets; with `adopted`, most of them done long ago."""
    dice = random.Random(seed)
    names, weights = [state for state, _ in STATES], [weight for _, weight in STATES]
    extent = STEP * STREETS
    for row in range(n):
        at = BEGIN + dt.timedelta(minutes=dice.randrange(DAYS * 1440))
        state = dice.choices(names, weights)[0] if adopted else ""
        yield Report(
            key=uuid5(NAMESPACE, f"bench-{seed}-{row}"),
            category=dice.choice(Category.values),
            source="system",
            at=at,
            place=f"横{dice.randrange(STREETS)}路 {dice.randrange(900)} 号",
            description="机动车停在人行道上，行人只能绕到车行道。",
            lon=round(WEST + dice.random() * extent, 7),
            lat=round(SOUTH + dice.random() * extent, 7),
            outside_number=f"T{seed}-{row}",
            for_unit=f"B/Z{row % 8 + 1}/" if state == "dispatched" else "",
            adopted=Adopted(state, state, at + dt.timedelta(hours=dice.randrange(1, 48))) if state else None,
        )
