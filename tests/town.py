"""One small town for all tests: two squads, a few people, four segments round a block, shops, a fixed clock.

Everything in it was made by actions, so its ledger is as whole as a real one. It is Monday, 16 March 2020.

        S3 荣利街
      +-----------+
  S4  |   grid    |  S2 海岱路
 驼山路 |           |
      +-----------+
        S1 范公亭路
"""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from PIL import Image

from xiuhua.campaigns.actions import declare_campaign, start_campaign
from xiuhua.cases import actions as case_actions
from xiuhua.cases.intake import Report, open_case
from xiuhua.cases.models import Case, StandardRow
from xiuhua.cases.standards import seed_standards
from xiuhua.city import actions as city
from xiuhua.city.models import Account, Duty, Grid, Person, Role, Segment, Shop, Unit
from xiuhua.city.place_register import seed_site_types
from xiuhua.city.queries import ROOMS, by_of
from xiuhua.enforcement.law import seed_law
from xiuhua.kit.calendar import seed_calendar
from xiuhua.kit.files import keep_photo
from xiuhua.ledger.act import NOBODY, Act

ZONE = ZoneInfo("Asia/Shanghai")
FOUNDED = dt.datetime(2020, 2, 3, 9, 0, tzinfo=ZONE)
AT = dt.datetime(2020, 3, 16, 9, 0, tzinfo=ZONE)
KEYS = UUID("00000000-0000-4000-8000-000000000020")
PASSWORD = "practice-makes-perfect"
CORNERS = [(118.480, 36.690), (118.484, 36.690), (118.484, 36.693), (118.480, 36.693)]
INSIDE = (118.482, 36.6901)
"""A point 11 metres north of S1."""

PEOPLE = (
    # code, name, role, unit, certificate
    ("p-admin", "孙立", Role.ADMINISTRATOR, "QZ", ""),
    ("p-leader", "周明", Role.LEADER, "QZ", ""),
    ("p-desk", "李静", Role.DISPATCHER, "ZHZX", ""),
    ("p-office", "郭梅", Role.OFFICE, "CG", ""),
    ("p-chief", "王海涛", Role.SQUAD_LEADER, "Z1", "15000001"),
    ("p-zhao", "赵敏", Role.OFFICER, "Z1", "15000002"),
    ("p-liu", "刘洋", Role.OFFICER, "Z1", "15000003"),
    ("p-helper", "马芳", Role.ASSISTANT, "Z1", ""),
    ("p-other", "孙立国", Role.OFFICER, "Z2", "15000004"),
)
ACCOUNTS = {"admin": "p-admin", "leader": "p-leader", "desk": "p-desk", "office": "p-office", "chief": "p-chief",
            "zhao": "p-zhao", "liu": "p-liu", "helper": "p-helper", "other": "p-other"}  # fmt: skip


def key(name: str) -> UUID:
    """The same key for the same name, so that a failure is the same failure tomorrow."""
    return uuid5(KEYS, name)


def photo(shade: int = 120, *, exif: bool = False, size: tuple[int, int] = (640, 480)) -> bytes:
    """A small JPEG; `shade` 0..255 tells one from another; with `exif` it says where and when it was taken."""
    page = io.BytesIO()
    image = Image.new("RGB", size, (shade, shade // 2, 255 - shade))
    if exif:
        told = Image.Exif()
        told[0x010F] = "Maker"
        told[0x0132] = "2020:03:16 08:58:00"
        told.get_ifd(0x8825)[1] = "N"
        image.save(page, "JPEG", exif=told)
    else:
        image.save(page, "JPEG")
    return page.getvalue()


@dataclass
class Town:
    """The town and short ways to act in it."""

    units: dict[str, Unit] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    segments: dict[str, Segment] = field(default_factory=dict)
    shops: dict[str, Shop] = field(default_factory=dict)
    at: dt.datetime = AT

    def act(self, who: str = "", *, at: dt.datetime | None = None, name: str = "", minutes: float = 0) -> Act:
        """An act of a person (by code), `minutes` after the town's clock; with a `name` its key is always the same."""
        when = (at or self.at) + dt.timedelta(minutes=minutes)
        by = by_of(self.people[who], when) if who else NOBODY
        made = Act(by=by, at=when, recorded_at=when)
        if name:
            made.key = key(name)
        return made

    def photo(self, shade: int = 120) -> str:
        """A kept photo's digest."""
        return keep_photo(photo(shade), at=self.at).digest

    def report(self, name: str = "case", **changes: Any) -> Report:
        """A citizen's report of a stall on S1."""
        told: dict[str, Any] = {
            "key": key(name), "category": "stall", "source": "citizen", "at": self.at, "place": "范公亭路 12 号门前",
            "description": "水果摊占道", "lon": INSIDE[0], "lat": INSIDE[1],
        }  # fmt: skip
        return Report(**(told | changes))

    def case(self, name: str = "case", *, upto: str = "reported", **changes: Any) -> Case:
        """A case brought up to a state by the people whose step it is, five minutes a step."""
        case = open_case(self.act(at=changes.get("at"), name=name), report=self.report(name, **changes))
        steps = {
            "accepted": lambda n: case_actions.accept_case(self.act("p-desk", minutes=n), case=case),
            "filed": lambda n: case_actions.file_case(
                self.act("p-desk", minutes=n), case=case, standard=StandardRow.objects.get(code="S1")
            ),
            "dispatched": lambda n: case_actions.dispatch_case(
                self.act("p-desk", minutes=n), case=case, unit=self.units["Z1"], person=self.people["p-zhao"]
            ),
            "handled": lambda n: case_actions.handle_case(
                self.act("p-zhao", minutes=n), case=case, photos=[self.photo(200)]
            ),
            "checked": lambda n: case_actions.check_case(self.act("p-desk", minutes=n), case=case),
            "closed": lambda n: case_actions.close_case(self.act("p-desk", minutes=n), case=case),
        }
        for n, (state, step) in enumerate(steps.items(), start=1):
            if case.state == upto:
                break
            case = step(n * 5)
            assert case.state == state
        return case


def build_town() -> Town:
    """Found the bureau, its people and its streets, by actions."""
    town = Town()
    seed_calendar(), seed_standards(), seed_law(), seed_site_types()
    step = iter(range(1, 1000))

    def act() -> Act:
        n = next(step)
        return Act(
            by=NOBODY,
            at=FOUNDED + dt.timedelta(seconds=n),
            recorded_at=FOUNDED + dt.timedelta(seconds=n),
            key=key(f"town-{n}"),
        )

    ring = [[118.47, 36.68], [118.50, 36.68], [118.50, 36.70], [118.47, 36.70], [118.47, 36.68]]
    city.found_bureau(act(), code="QZ", name="青州市综合行政执法局", division="370781", boundary=[ring], rooms=ROOMS)
    town.units["QZ"] = Unit.objects.get(code="QZ")
    for code, name, kind in (
        ("ZHZX", "指挥中心", Unit.Kind.CENTRE), ("CG", "市容管理科", Unit.Kind.OFFICE),
        ("Z1", "城区一中队", Unit.Kind.SQUAD), ("Z2", "城区二中队", Unit.Kind.SQUAD),
    ):  # fmt: skip
        town.units[code] = city.open_unit(act(), code=code, name=name, kind=kind, parent=town.units["QZ"])
    for code, name, role, unit, certificate in PEOPLE:
        town.people[code] = city.begin_post(
            act(), unit=town.units[unit], role=role, name=name, certificate=certificate, code=code
        )
    _streets(town, act)
    return town


def _streets(town: Town, act: Any) -> None:
    roads = ("范公亭路", "海岱路", "荣利街", "驼山路")
    grid = "370781001001001"
    rows = [
        Segment(
            code=f"S{n + 1}", road=road, from_name=roads[n - 1], to_name=roads[(n + 1) % 4], cls="primary",
            length_m=345, line=[list(CORNERS[n]), list(CORNERS[(n + 1) % 4])], grid=grid, network="town",
        )
        for n, road in enumerate(roads)
    ]  # fmt: skip
    city.register_segments(act(), segments=rows)
    town.segments = {row.code: Segment.objects.get(code=row.code) for row in rows}
    city.draw_grids(
        act(),
        grids=[
            Grid(code=grid, name="古城一网格", rings=[[*map(list, CORNERS), list(CORNERS[0])]], squad=town.units["Z1"])
        ],
    )
    for n in range(1, 5):
        squad = town.units["Z1" if n < 3 else "Z2"]
        officer = town.people["p-zhao" if n < 3 else "p-other"]
        city.begin_duty(act(), thing=f"segment:S{n}", part=Duty.Part.SQUAD, unit=squad)
        city.begin_duty(act(), thing=f"segment:S{n}", part=Duty.Part.OFFICER, unit=squad, person=officer)
    city.register_shops(
        act(),
        shops=[
            Shop(code=f"D{n}", name=f"范公亭路{2 * n}号", trade="小吃店", segment=town.segments["S1"], house_number=str(2 * n),
                 lon_e7=round((118.480 + n * 0.0005) * 1e7), lat_e7=round(36.6901 * 1e7))
            for n in range(1, 5)
        ],
    )  # fmt: skip
    town.shops = {row.code: row for row in Shop.objects.all()}


def declare_campaigns(town: Town) -> None:
    """Two campaigns: postings running, air only planned."""
    office = town.act("p-office", at=FOUNDED, minutes=60)
    postings = declare_campaign(
        office, code="C-POSTING", name="立面清洁专项治理", categories=["posting"],
        items=["posting_pasted", "posting_sprayed", "posting_window"], starts_on=dt.date(2020, 3, 1), ends_on=dt.date(2020, 5, 3),
    )  # fmt: skip
    start_campaign(town.act("p-office", at=FOUNDED, minutes=61), campaign=postings)
    declare_campaign(
        town.act("p-office", at=FOUNDED, minutes=62), code="C-AIR", name="空气净化专项治理", categories=[],
        items=["smoke_stopped"], starts_on=dt.date(2020, 5, 1), ends_on=dt.date(2020, 8, 31),
    )  # fmt: skip


def make_accounts(town: Town) -> None:
    """A sign-in for each person; the password is the same for all."""
    for username, person in ACCOUNTS.items():
        account = Account(username=username, person=town.people[person])
        account.set_password(PASSWORD)
        account.save()
