"""A spring's work in the small town, done by its people through actions: what a brief counts in tests.

Bays 905 (of them 120 from before), a line of 1123.5 m, boards 52, signs against stalls 21, letters 60 printed and 4
delivered, postings 2140 (1300 pasted, 600 sprayed, 240 window), 12 operations (3 with the traffic police), 25 cases.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from itertools import count

from tests.town import ZONE, Town, declare_campaigns
from xiuhua.cases import actions as case_actions
from xiuhua.cases.counts import record_count
from xiuhua.cases.intake import open_case
from xiuhua.cases.models import Case, StandardRow
from xiuhua.city.actions import build_facility
from xiuhua.enforcement.actions import issue_slip, preserve_item, remove_sign
from xiuhua.kit.files import keep
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line
from xiuhua.programme.actions import Opening, open_figures
from xiuhua.rounds.actions import deliver_letter, hold_operation, print_letters

FROM, TO = dt.date(2020, 3, 1), dt.date(2020, 5, 3)
AFTER = dt.datetime(2020, 5, 4, 9, 0, tzinfo=ZONE)
SCAN = b"%PDF-1.4 the ledger of last year, scanned"


@dataclass
class Spring:
    """The town with its spring behind it, and short ways to do more."""

    town: Town

    def __post_init__(self) -> None:
        self.numbers = count(Line.objects.count() + 1)

    def act(self, who: str, day: dt.date, *, hour: int = 10) -> Act:
        """An act of a person on a day, some minutes after the last one; its key is always the same."""
        n = next(self.numbers)
        at = dt.datetime(day.year, day.month, day.day, hour, n % 60, n // 60 % 60, tzinfo=ZONE)
        return self.town.act(who, at=at, name=f"spring-{n}")

    def count(self, day: dt.date, item: str, quantity: int, *, who: str = "p-zhao", segment: str = "S1") -> None:
        record_count(self.act(who, day), item=item, quantity=quantity, segment=segment)

    def built(self, day: dt.date, item: str, quantity: str, *, segment: str = "S1") -> None:
        act = self.act("p-chief", day)
        build_facility(act, item=item, quantity=Decimal(quantity), segment=self.town.segments[segment])

    def case(self, day: dt.date, *, upto: str = "closed", source: str = "citizen", handle_days: float = 0) -> Case:
        """A case of a day; handled the same day unless told how many days later."""
        town, act = self.town, self.act("p-desk", day, hour=9)
        name = f"case-{next(self.numbers)}"
        act.key = town.report(name).key
        case = open_case(act, report=town.report(name, at=act.at, source=source))
        base = act.at
        steps = (
            ("accepted", "p-desk", lambda a: case_actions.accept_case(a, case=case)),
            ("filed", "p-desk", lambda a: case_actions.file_case(a, case=case, standard=StandardRow.objects.get(code="S1"))),
            ("dispatched", "p-desk", lambda a: case_actions.dispatch_case(a, case=case, unit=town.units["Z1"], person=town.people["p-zhao"])),
            ("handled", "p-zhao", lambda a: case_actions.handle_case(a, case=case, photos=[town.photo(200)])),
            ("checked", "p-desk", lambda a: case_actions.check_case(a, case=case)),
            ("closed", "p-desk", lambda a: case_actions.close_case(a, case=case)),
        )  # fmt: skip
        for n, (state, who, step) in enumerate(steps, start=1):
            if case.state == upto:
                break
            later = dt.timedelta(minutes=n, days=handle_days if n >= 4 else 0)
            case = step(town.act(who, at=base + later, name=f"{name}-{state}"))
        return case


def spring_of(town: Town) -> Spring:
    """Do the work of the spring; the town's clock stands on the morning of 4 May afterwards."""
    spring = Spring(town)
    declare_campaigns(town)
    day = dt.date
    _letters(spring)
    for month, quantity in ((3, "400"), (4, "385")):
        spring.built(day(2020, month, 12), "parking_bay", quantity)
    _openings(spring)
    spring.built(day(2020, 3, 20), "parking_line", "1123.5", segment="S2")
    spring.built(day(2020, 4, 2), "notice_board", "52")
    spring.built(day(2020, 4, 3), "no_stall_sign", "21", segment="S3")
    for n, (item, quantity) in enumerate((("posting_pasted", 1300), ("posting_sprayed", 600), ("posting_window", 240))):
        spring.count(day(2020, 3, 16 + n), item, quantity)
    spring.count(day(2020, 4, 8), "stall_moved", 37)
    spring.count(day(2020, 4, 9), "bicycle_straightened", 210, who="p-other", segment="S3")
    _street(spring)
    for n in range(21):
        spring.case(day(2020, 3, 2) + dt.timedelta(days=2 * n), source=("citizen", "officer", "hotline")[n % 3])
    spring.case(day(2020, 4, 20), handle_days=6)
    spring.case(day(2020, 4, 28), upto="dispatched")
    spring.case(day(2020, 5, 3), upto="reported")
    spring.case(day(2020, 5, 3), upto="accepted")
    town.at = AFTER
    return spring


def _letters(spring: Spring) -> None:
    town = spring.town
    batch = print_letters(spring.act("p-office", dt.date(2020, 3, 4)), title="致全体经营业户的一封信", copies=60)
    for shop, outcome in zip(sorted(town.shops), ("signed", "signed", "left", "refused"), strict=True):
        deliver_letter(spring.act("p-helper", dt.date(2020, 3, 6)), batch=batch, shop=town.shops[shop], outcome=outcome)


def _openings(spring: Spring) -> None:
    scan = keep(SCAN, at=spring.town.at, klass="evidence")
    rows = [Opening("parking_bay", Decimal(120), spring.town.units["Z2"], dt.date(2020, 3, 1), dt.date(2020, 3, 10))]
    act = spring.act("p-office", dt.date(2020, 3, 11))
    open_figures(act, batch="paper-1", rows=rows, scan=scan.digest, approver=spring.town.people["p-leader"])


def _street(spring: Spring) -> None:
    town, day = spring.town, dt.date
    for n in range(12):
        act = spring.act("p-chief", day(2020, 3, 9) + dt.timedelta(days=4 * n), hour=14)
        hold_operation(
            act, name=f"第 {n + 1} 次集中行动", ended_at=act.at + dt.timedelta(hours=2), people={"QZ/Z1/": 9},
            segments=["S1"], partners=["traffic_police"] if n % 4 == 0 else [],
        )  # fmt: skip
    for n, reason in enumerate(("old", "broken", "unlawful")):
        act = spring.act("p-zhao", day(2020, 4, 13 + n))
        remove_sign(act, sign_kind="board", reason=reason, segment=town.segments["S1"], quantity=14 + n)
    for n in range(5):
        act = spring.act("p-zhao", day(2020, 4, 6 + n))
        issue_slip(act, plate=f"鲁G1234{n}", situation="pavement", segment=town.segments["S1"])
    preserve_item(
        spring.act("p-zhao", day(2020, 4, 21)), category="cart", name="三轮车", quantity=6, segment=town.segments["S1"],
        shelf="A-1", approved_by=town.people["p-leader"], officers=[town.people["p-zhao"], town.people["p-liu"]],
    )  # fmt: skip
