"""Founding the demo city by actions: the bureau, its units and people, its streets, shops and sites, who answers for what."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from uuid import UUID, uuid5

from django.contrib.auth.hashers import make_password
from django.db import transaction

from xiuhua.cases.standards import seed_standards
from xiuhua.city import actions as city
from xiuhua.city.accounts import open_account, secure_account
from xiuhua.city.duties import assign_duty
from xiuhua.city.models import Duty, Grid, Person, Post, Role, Segment, Shop, Site, Unit
from xiuhua.city.place_register import seed_site_types
from xiuhua.city.queries import ROOMS, by_of
from xiuhua.config.demo import shops as drawn_shops
from xiuhua.config.demo import sites as drawn_sites
from xiuhua.config.demo import streets as drawn_streets
from xiuhua.config.demo.build_agenda import moment
from xiuhua.config.demo.build_cast import NAMESPACE
from xiuhua.config.demo.build_places import register_ground
from xiuhua.config.demo.build_tables import put_tables_in_force
from xiuhua.config.demo.names import draw_names
from xiuhua.config.demo.plan import SQUADS
from xiuhua.config.demo.streets import DemoCity, draw_city
from xiuhua.enforcement.law import seed_law
from xiuhua.kit.calendar import seed_calendar
from xiuhua.ledger.act import NOBODY, Act

BUREAU = "QZ"
NAME = "青州市综合行政执法局"
DIVISION = "370781"
FOUNDED = dt.date(2020, 2, 10)
ATTRIBUTION = "示范城区：街名取自青州，路网、边界和人名均为虚构"
PASSWORD = "xiuhua-demo"

OFFICES = (
    # code, name, kind
    ("ZHZX", "指挥中心", Unit.Kind.CENTRE),
    ("BGS", "办公室", Unit.Kind.OFFICE),
    ("FZK", "法制科", Unit.Kind.OFFICE),
    ("SRK", "市容管理科", Unit.Kind.OFFICE),
    ("GGK", "广告管理科", Unit.Kind.OFFICE),
    ("GHK", "规划执法科", Unit.Kind.OFFICE),
    ("XCK", "宣传科", Unit.Kind.OFFICE),
    ("DCK", "督查考核科", Unit.Kind.OFFICE),
)
PARTNERS = (
    ("JJDD", "公安局交警大队"),
    ("CCB", "创城办"),
    ("CGW", "城管委办公室"),
    ("WFJD", "王府街道办事处"),
    ("YDJD", "益都街道办事处"),
    ("YMJD", "云门山街道办事处"),
    ("HLJD", "黄楼街道办事处"),
)
SUPPORT = ("SRK", "GGK", "GHK", "XCK", "DCK", "BGS", "FZK")
"""Offices that keep touch with squads, one after another (科室联系中队)."""

STAFF = (
    # role, unit, title; the first of each role gets the sign-in
    (Role.ADMINISTRATOR, "BGS", "信息员"),
    (Role.LEADER, "QZ", "局长"),
    (Role.LEADER, "QZ", "副局长"),
    (Role.LEADER, "QZ", "副局长"),
    (Role.LEADER, "QZ", "副局长"),
    (Role.LEADER, "QZ", "总工程师"),
    (Role.ACCEPTOR, "ZHZX", "受理员"),
    (Role.ACCEPTOR, "ZHZX", "受理员"),
    (Role.DISPATCHER, "ZHZX", "派遣员"),
    (Role.DISPATCHER, "ZHZX", "派遣员"),
    (Role.LEGAL, "FZK", "法制审核员"),
    (Role.OFFICE, "SRK", "科长"),
    (Role.OFFICE, "BGS", "主任"),
    (Role.OFFICE, "GGK", "科长"),
    (Role.OFFICE, "GHK", "科长"),
    (Role.OFFICE, "XCK", "科长"),
    (Role.OFFICE, "DCK", "科长"),
    (Role.INSPECTOR, "CCB", "巡查员"),
    (Role.INSPECTOR, "CGW", "巡查员"),
    (Role.INSPECTOR, "WFJD", "城管员"),
    (Role.INSPECTOR, "YMJD", "城管员"),
)
SQUAD_STAFF = (Role.SQUAD_LEADER, Role.OFFICER, Role.OFFICER, Role.OFFICER, Role.ASSISTANT, Role.ASSISTANT, Role.ASSISTANT)  # fmt: skip
TITLES = {Role.SQUAD_LEADER: "中队长", Role.OFFICER: "执法队员", Role.ASSISTANT: "协管员"}

SIGN_INS = (
    # username, role, what is worth looking at
    ("leader", Role.LEADER, "局领导：今日态势、督办、简报"),
    ("desk", Role.DISPATCHER, "派遣员：派遣台"),
    ("accept", Role.ACCEPTOR, "受理员：受理和立案"),
    ("office", Role.OFFICE, "科室：专项、简报、台账"),
    ("legal", Role.LEGAL, "法制：违停警告、证据保存"),
    ("chief", Role.SQUAD_LEADER, "中队长：本中队案件、派班"),
    ("officer", Role.OFFICER, "队员：手机页 /street/"),
    ("helper", Role.ASSISTANT, "协管员：手机页 /street/"),
    ("inspector", Role.INSPECTOR, "创城办巡查员：上报和核查"),
    ("admin", Role.ADMINISTRATOR, "系统管理员：导入、人员、设置"),
)


@dataclass
class Founding:
    """What is made while the city is founded; an act a second from nine o'clock on."""

    seed: int
    done: int = 0
    units: dict[str, Unit] = field(default_factory=dict)
    leaders: list[Person] = field(default_factory=list)
    squads: list[tuple[Unit, list[Person]]] = field(default_factory=list)

    def act(self) -> Act:
        self.done += 1
        at = moment(FOUNDED, 9 + self.done / 3600)
        return Act(by=NOBODY, at=at, recorded_at=at, key=founding_key(self.seed, self.done))

    def office_act(self) -> Act:
        """An act of the office that keeps the registers."""
        person = Post.objects.filter(role=Role.OFFICE).order_by("id").first()
        act = self.act()
        act.by = by_of(person.person if person else None, act.at)
        return act

    def code(self, name: str) -> str:
        """The code of a person: made of the seed, so that the same seed gives the same city."""
        return uuid5(NAMESPACE, f"{self.seed}-person-{name}").hex[:8]


def founding_key(seed: int, n: int = 1) -> UUID:
    """The key of the n-th act of founding: whoever knows the seed knows whether a city is of it."""
    return uuid5(uuid5(NAMESPACE, f"{seed}-founding"), str(n))


def found_city(seed: int, *, shops: int) -> None:
    """The whole city before its first day of work."""
    drawn = draw_city(seed)
    founding = Founding(seed)
    with transaction.atomic():
        seed_calendar(), seed_standards(), seed_law(), seed_site_types()
        _units(founding, drawn)
        _people(founding)
        _ground(founding, drawn)
        _shops_and_sites(founding, drawn, seed, shops)
        _duties(founding, drawn)
        _sign_ins(founding)
        _tables(founding)
        register_ground(founding.office_act, drawn, founding.units, FOUNDED)


def _units(founding: Founding, drawn: DemoCity) -> None:
    city.found_bureau(
        founding.act(), code=BUREAU, name=NAME, division=DIVISION,
        boundary=[[list(point) for point in drawn.boundary]], attribution=ATTRIBUTION, rooms=ROOMS, demonstration=True,
    )  # fmt: skip
    top = founding.units[BUREAU] = Unit.objects.get(code=BUREAU)
    rows = [*OFFICES, *((f"Z{n}", name, Unit.Kind.SQUAD) for n, name in enumerate(SQUADS, start=1)),
            *((code, name, Unit.Kind.PARTNER) for code, name in PARTNERS)]  # fmt: skip
    for code, name, kind in rows:
        founding.units[code] = city.open_unit(founding.act(), code=code, name=name, kind=kind, parent=top)


def _people(founding: Founding) -> None:
    """Officers come first and last on the list of names, so that the two who share a name are both on the street."""
    random = Random(f"people-{founding.seed}")
    posts = [(role, f"Z{n}", TITLES[role]) for n in range(1, len(SQUADS) + 1) for role in SQUAD_STAFF]
    last = next(n for n, post in enumerate(posts) if post[:2] == (Role.OFFICER, f"Z{len(SQUADS)}"))
    order = [*posts[:last], *STAFF, *posts[last + 1 :], posts[last]]
    names = iter(draw_names(founding.seed, len(order)))
    for n, (role, unit, title) in enumerate(order):
        certified = role in (Role.OFFICER, Role.SQUAD_LEADER)
        person = city.begin_post(
            founding.act(), unit=founding.units[unit], role=role, name=next(names), title=title, code=founding.code(str(n)),
            phone=f"100{random.randrange(10**8):08d}", certificate=f"示范{n + 1:04d}" if certified else "",
        )  # fmt: skip
        if role == Role.LEADER:
            founding.leaders.append(person)
        if role == Role.SQUAD_LEADER:
            founding.squads.append((founding.units[unit], []))
        if role in TITLES:
            next(people for squad, people in founding.squads if squad.code == unit).append(person)


def _ground(founding: Founding, drawn: DemoCity) -> None:
    squads = {unit.name: unit for unit, _people in founding.squads}
    of_grid = {code: squads[squad.name] for squad in drawn.squads for code in squad.grids}
    rows = [
        Segment(
            code=one.code, road=one.name, from_name=one.from_name, to_name=one.to_name,
            cls=one.cls, oneway=one.oneway, length_m=Decimal(str(one.length_m)),
            line=[list(point) for point in one.line], grid=one.grid, network="demo",
        )
        for one in drawn.segments
    ]  # fmt: skip
    city.register_segments(founding.act(), segments=rows)
    grids = [
        Grid(code=one.code, name=one.name, rings=[[list(point) for point in one.ring]], squad=of_grid.get(one.code))
        for one in drawn.grids
    ]
    city.draw_grids(founding.act(), grids=grids)


def _shops_and_sites(founding: Founding, drawn: DemoCity, seed: int, shops: int) -> None:
    segments = {one.code: one for one in Segment.objects.all()}
    city.register_shops(
        founding.act(),
        shops=[
            Shop(
                code=one.code, name=one.name, trade=one.trade, segment=segments[one.segment],
                house_number=str(one.number), side=one.side, lon_e7=round(one.point[0] * 1e7), lat_e7=round(one.point[1] * 1e7),
            )
            for one in drawn_shops.draw_shops(drawn, seed, shops)
        ],
    )  # fmt: skip
    city.register_sites(
        founding.act(),
        sites=[
            Site(
                code=one.code, name=one.name, type_code=one.type_code, segment=segments[one.segment],
                lon_e7=round(one.point[0] * 1e7), lat_e7=round(one.point[1] * 1e7),
            )
            for one in drawn_sites.draw_sites(drawn, seed)
        ],
    )  # fmt: skip


def _duties(founding: Founding, drawn: DemoCity) -> None:
    """Every segment has a leader, an office, a squad, an officer and an assistant: streets go round the squad's people."""
    office = Person.objects.get(posts__unit=founding.units["SRK"])
    rows = {one.code: one for one in Segment.objects.all()}
    for n, (squad, staff) in enumerate(founding.squads):
        own = [one for one in drawn.segments if one.squad == squad.name]
        roads = list(dict.fromkeys(one.name for one in own))

        def assign(part: str, segments: list[drawn_streets.Segment], **whom: Unit | Person) -> None:
            act = founding.act()
            if segments:
                act = replace(act, by=by_of(office, act.at))
                assign_duty(act, segments=[rows[one.code] for one in segments], part=part, **whom)

        assign(Duty.Part.LEADER, own, person=founding.leaders[n % len(founding.leaders)])
        assign(Duty.Part.OFFICE, own, unit=founding.units[SUPPORT[n % len(SUPPORT)]])
        assign(Duty.Part.SQUAD, own, unit=squad)
        for k in range(3):
            streets = [one for one in own if roads.index(one.name) % 3 == k]
            assign(Duty.Part.OFFICER, streets, unit=squad, person=staff[1 + k])
            assign(Duty.Part.ASSISTANT, streets, unit=squad, person=staff[4 + k])


def _sign_ins(founding: Founding) -> None:
    """One sign-in for a person of each role, by the administrator; each then takes the password of the demonstration."""
    administrator = Person.objects.get(posts__role=Role.ADMINISTRATOR)
    hashed = make_password(PASSWORD, salt=f"demonstration{founding.seed}")
    for username, role, _told in SIGN_INS:
        person = Person.objects.filter(posts__role=role).order_by("posts__id")[0]
        act = founding.act()
        account = open_account(replace(act, by=by_of(administrator, act.at)), person=person, username=username).account
        own = founding.act()
        secure_account(replace(own, by=by_of(person, own.at)), account=account, hashed=hashed)


def _tables(founding: Founding) -> None:
    """The four tables are put in force; the office that keeps the streets does it."""
    office = Person.objects.get(posts__unit=founding.units["SRK"])

    def act() -> Act:
        made = founding.act()
        return replace(made, by=by_of(office, made.at))

    offices = [founding.units[code].name for code in SUPPORT]
    put_tables_in_force(act, leaders=[one.name for one in founding.leaders], offices=offices, day=FOUNDED)
