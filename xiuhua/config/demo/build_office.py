"""Work at the desk that is not a case: campaigns and their targets, operations, the day's posting, supervision, briefs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from random import Random

from xiuhua.campaigns.actions import declare_campaign, set_target, start_campaign
from xiuhua.campaigns.models import Campaign
from xiuhua.city.models import Person
from xiuhua.city.posting import Posted, set_posting
from xiuhua.config.demo.build_agenda import Deed, moment
from xiuhua.config.demo.build_cast import Cast, Squad
from xiuhua.config.demo.build_counts import Counts
from xiuhua.config.demo.build_stage import Operation, Stage
from xiuhua.config.demo.build_times import days_between
from xiuhua.programme.actions import publish_brief
from xiuhua.programme.briefs import assemble
from xiuhua.programme.periods import Period, week_of
from xiuhua.rounds.actions import hold_operation


@dataclass(frozen=True, slots=True)
class Planned:
    """A campaign as declared: its code, name, what counts toward it, from when, when it began, and what it promises."""

    code: str
    name: str
    categories: tuple[str, ...]
    items: tuple[str, ...]
    starts_on: dt.date
    begun_on: dt.date | None = None
    goals: tuple[tuple[str, float], ...] = ()


ENDS_ON = dt.date(2030, 12, 31)
"""They stay open, so that the work of today counts toward them too."""
CAMPAIGNS = (
    Planned("tingche", "停车秩序专项治理", ("parking",), ("parking_warning", "vehicle_fined", "bicycle_straightened", "parking_bay", "parking_line"),
            dt.date(2020, 3, 16), dt.date(2020, 3, 16), (("parking_warning", 1.6), ("bicycle_straightened", 1.5))),
    Planned("jingying", "经营秩序专项治理", ("stall", "shopfront"), ("stall_moved", "shopfront_cleared", "evidence"),
            dt.date(2020, 5, 11), None, (("stall_moved", 0.15), ("shopfront_cleared", 0.12))),
    Planned("limian", "立面清洁专项治理", ("posting",), ("posting_pasted", "posting_sprayed", "posting_window"),
            dt.date(2020, 3, 9), dt.date(2020, 3, 9), (("posting_pasted", 1.5), ("posting_sprayed", 1.4), ("posting_window", 1.4))),
    Planned("guanggao", "广告提升专项治理", ("sign",), ("sign", "banner_removed"),
            dt.date(2020, 3, 9), dt.date(2020, 3, 10), (("sign", 2.0), ("banner_removed", 1.5))),
    Planned("kongqi", "空气净化专项治理", (), ("smoke_stopped",),
            dt.date(2020, 5, 18), None, (("smoke_stopped", 0.5),)),
    Planned("weijian", "违建拆除专项治理", ("building",), ("structure_removed",),
            dt.date(2020, 6, 1), None, (("structure_removed", 1.0),)),
)  # fmt: skip
"""The six campaigns of 2020: by 3 May advertising, postings and parking had begun, three were planned."""
DECLARED_ON, DUE_ON = dt.date(2020, 3, 2), dt.date(2030, 12, 31)

OPERATIONS = (
    # name, work, campaign, partners, from hour, hours
    ("非机动车停放秩序联合整治", "parking", "tingche", ("traffic_police",), 15.0, 2.5),
    ("户外广告集中拆除行动", "sign", "guanggao", (), 9.0, 3.0),
    ("夜间占道烧烤集中整治", "stall", "", ("market_bureau",), 19.0, 2.6),
    ("占用停车位联合执法行动", "parking", "tingche", ("traffic_police",), 9.2, 2.3),
    ("小广告集中清理行动", "posting", "limian", ("street_office",), 8.5, 2.5),
    ("早市占道经营集中整治", "stall", "", (), 6.2, 2.2),
    ("学校周边停车秩序联合整治", "parking", "tingche", ("traffic_police",), 16.2, 2.0),
    ("破损门头牌匾集中整治", "sign", "guanggao", (), 14.3, 2.8),
    ("农贸市场周边集中整治", "stall", "", ("market_bureau", "street_office"), 7.0, 2.5),
)


def plan_campaigns(stage: Stage) -> None:
    """All six are declared at the meeting of 2 March; three begin during the stage, three in the weeks after it."""
    office = stage.cast.staff["BGS"][-1]
    for n, planned in enumerate(CAMPAIGNS):
        stage.agenda.put(moment(DECLARED_ON, 10 + n / 10), _declaring(stage.cast, stage.counts, planned, office))
        stage.agenda.put(
            moment(planned.begun_on or planned.starts_on, 7.4), _starting(stage.cast, planned.code, office)
        )


def _declaring(cast: Cast, counts: Counts, planned: Planned, office: Person) -> Deed:
    """A campaign and its targets are declared."""

    def deed(at: dt.datetime) -> None:
        campaign = declare_campaign(
            cast.act(office, at), code=planned.code, name=planned.name, categories=list(planned.categories),
            items=list(planned.items), starts_on=planned.starts_on, ends_on=ENDS_ON,
        )  # fmt: skip
        for item, times in planned.goals:
            expected = {"parking_warning": counts.warnings, "sign": counts.signs}.get(item) or getattr(counts, item)
            goal = max(1, round(expected * times, -2 if expected * times >= 1000 else -1) or 1)
            set_target(cast.act(office, at), campaign=campaign, item=item, quantity=Decimal(round(goal)), due_on=DUE_ON)

    return deed


def _starting(cast: Cast, code: str, office: Person) -> Deed:
    """Work on a campaign begins."""

    def deed(at: dt.datetime) -> None:
        start_campaign(cast.act(office, at), campaign=Campaign.objects.get(code=code))

    return deed


def plan_operations(stage: Stage) -> None:
    """Concentrated operations over the two months, alone or with the traffic police and others."""
    random = stage.random("operations")
    first = dt.date(2020, 3, 6)
    days = [day for day in days_between(first, stage.last) if stage.calendar.is_workday(day)]
    n = stage.counts.operations
    for k in range(n):
        name, work, campaign, partners, hour, length = OPERATIONS[k % len(OPERATIONS)]
        day = days[min(len(days) - 1, int((k + random.uniform(0.2, 0.8)) * len(days) / n))]
        squad = stage.cast.ground[k % len(stage.cast.ground)]
        segments = random.sample(stage.cast.hottest(12, squad=squad), 4)
        road = stage.cast.segments[segments[0]].road
        key = stage.cast.key(f"operation-{k}")
        operation = Operation(
            code=f"Y{key.hex[:16]}", name=f"{road}沿线{name}", campaign=campaign, partners=partners, work=work,
            begins=moment(day, hour), ends=moment(day, hour + length), squads=[squad, stage.cast.mobile], segments=segments,
        )  # fmt: skip
        stage.operations.append(operation)
        stage.agenda.put(operation.ends + dt.timedelta(minutes=20), holding(stage, operation, k, random))


def holding(stage: Stage, operation: Operation, k: int, random: Random) -> Deed:
    """The operation is entered after it ended: who took part, where, with whom."""

    def deed(at: dt.datetime) -> None:
        people = {squad.unit.path: random.randint(5, 7) for squad in operation.squads}
        people |= {partner: random.randint(2, 6) for partner in operation.partners}
        act = stage.cast.act(
            operation.squads[0].leader, operation.begins, key=stage.cast.key(f"operation-{k}"), told=at
        )
        hold_operation(
            act, name=operation.name, ended_at=operation.ends, people=people, segments=operation.segments,
            campaign=operation.campaign, partners=list(operation.partners),
        )  # fmt: skip

    return deed


def plan_postings(stage: Stage) -> None:
    """Every morning each squad says who is where today."""
    days = days_between(stage.first, stage.last)[-min(stage.counts.posting_days, 64) :]
    random = stage.random("postings")
    for day in days:
        for squad in stage.cast.squads:
            at = moment(day, 7.2 + random.uniform(0, 0.4))
            stage.agenda.put(at, posting(stage.cast, squad, day, random, rest=not stage.calendar.is_workday(day)))


def posting(cast: Cast, squad: Squad, day: dt.date, random: Random, *, rest: bool) -> Deed:
    """The posting of a squad on a day: who is present, on leave, lent or resting, and on which streets."""

    def deed(at: dt.datetime) -> None:
        roads: dict[str, str] = {}
        for code, answer in cast.answers.items():
            roads.setdefault(answer.officer.code, cast.segments[code].road)
            roads.setdefault(answer.assistant.code, cast.segments[code].road)
        people = []
        for person in (squad.leader, *squad.street):
            chance = random.random()
            status = "leave" if chance < 0.03 else "lent" if chance < 0.05 else "rest" if chance < (0.5 if rest else 0.1) else "present"  # fmt: skip
            if person is squad.leader:
                status = "present"
            present = status == "present"
            place = roads.get(person.code, "全市机动") if person is not squad.leader else "中队驻地、全辖区"
            hours = random.choice(("08:00-12:00,14:00-18:00", "07:00-11:00,15:00-19:00", "14:00-22:00"))
            people.append(Posted(person, status, place if present else "", hours if present else ""))
        set_posting(cast.act(squad.leader, at), day=day, unit=squad.unit, people=people)

    return deed


def plan_briefs(stage: Stage) -> None:
    """Every Monday morning the brief of the week before is published, and after the stage the brief of all of it."""
    for day in days_between(stage.first, stage.last + dt.timedelta(days=1)):
        if day.weekday() == 0 and day > stage.first:
            stage.agenda.put(moment(day, 8.5), publishing(stage.cast, week_of(day - dt.timedelta(days=7))))
    stage.agenda.put(
        moment(stage.last + dt.timedelta(days=1), 9), publishing(stage.cast, Period(stage.first, stage.last))
    )


def publishing(cast: Cast, period: Period) -> Deed:
    """A brief is counted from the lines and published as it stands."""

    def deed(at: dt.datetime) -> None:
        brief = assemble(period, at=at)
        publish_brief(
            cast.act(cast.staff["BGS"][-1], at), title=brief.title, from_day=period.from_day, to_day=period.to_day,
            bound_to=brief.bound_to, head=brief.head, figures=brief.told(),
        )  # fmt: skip

    return deed
