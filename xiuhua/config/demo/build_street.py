"""Street work that is counted: facilities put in, signs taken down, things kept as evidence, and counts told in seconds."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random

from xiuhua.campaigns.queries import campaign_for
from xiuhua.cases.counts import record_count
from xiuhua.city.actions import build_facility
from xiuhua.city.models import Person
from xiuhua.config.demo.build_agenda import Deed, moment
from xiuhua.config.demo.build_cast import Cast, Spot
from xiuhua.config.demo.build_counts import STREET_ITEMS, dealt, shares
from xiuhua.config.demo.build_stage import Operation, Stage
from xiuhua.config.demo.build_times import ANY, DAYLIGHT, GRILLS, MARKET_AND_EVENING, MORNING, RUSH, Hours
from xiuhua.enforcement.actions import preserve_item, remove_sign, settle_item
from xiuhua.enforcement.models import Keeping
from xiuhua.kit.refusals import Refused

FACILITIES = {
    # item: how it is noted, from which day on
    "parking_bay": (("路侧平行式", "路侧斜列式", "楼前空地划线", "非机动车停放区旁"), dt.date(2020, 3, 9)),
    "parking_line": (("沿路牙划线", "非机动车停放线", "门前停放引导线"), dt.date(2020, 3, 9)),
    "notice_board": (("小区出入口", "路口人行道内侧", "市场入口", "公交站旁"), dt.date(2020, 3, 12)),
    "no_stall_sign": (("学校门口", "路口转角", "医院门前", "公交站旁"), dt.date(2020, 3, 5)),
}
SIGN_REASONS = (("old", 40), ("broken", 35), ("unlawful", 25))
SIGN_KINDS = ("board", "wall", "roof", "shop", "shop", "pole")
KEPT = {
    "cart": ("三轮车", "手推餐车", "电动售货车"),
    "board": ("落地灯箱", "立牌", "LED 屏"),
    "stall": ("折叠桌", "货架", "塑料凳"),
    "umbrella": ("遮阳伞", "帐篷"),
    "grill": ("烧烤炉", "炭炉"),
    "goods": ("水果筐", "百货箱", "衣架"),
}
OUTCOMES = ("returned", "copied", "appraised", "sealed", "forfeited")
COUNTED: dict[str, tuple[Hours, tuple[int, ...]]] = {
    # item: hours, how many at one stop
    "posting_pasted": (MORNING, (2, 3, 4, 5, 6, 8, 10, 14, 20)),
    "posting_sprayed": (DAYLIGHT, (1, 2, 3, 4, 5, 7)),
    "posting_window": (DAYLIGHT, (1, 1, 2, 2, 3, 4)),
    "stall_moved": (MARKET_AND_EVENING, (1, 1, 2, 2, 3, 4, 6, 9)),
    "shopfront_cleared": (ANY, (1, 1, 2, 2, 3, 4, 5)),
    "bicycle_straightened": (RUSH, (5, 8, 10, 12, 15, 20, 30, 45)),
    "litter_cleared": (MORNING, (1, 1, 2, 2, 3, 5)),
    "banner_removed": (DAYLIGHT, (1, 1, 2, 3)),
    "structure_removed": (DAYLIGHT, (1,)),
    "smoke_stopped": (GRILLS, (1, 1, 1, 2)),
    "shop_visited": (DAYLIGHT, (3, 5, 6, 8, 10, 12)),
}
SETTLED = 0.985
"""Share of a counted figure that is planned beforehand; what cases and plans left over is done on the last day."""

SCENES = {"posting_pasted": "posting", "posting_sprayed": "posting", "posting_window": "posting", "stall_moved": "stall",
          "shopfront_cleared": "shopfront", "bicycle_straightened": "parking", "banner_removed": "sign",
          "structure_removed": "building", "smoke_stopped": "stall", "litter_cleared": "shopfront"}  # fmt: skip


def plan_facilities(stage: Stage) -> None:
    """Bays and lines are drawn, boards and signs put up, place by place."""
    random = stage.random("facilities")
    for item, (notes, first) in FACILITIES.items():
        amounts = shares(random, getattr(stage.counts, item), getattr(stage.counts, f"{item}_acts"))
        for at, amount in zip(
            stage.moments(random, len(amounts), DAYLIGHT, first=first, off=0.1), amounts, strict=True
        ):
            stage.agenda.put(at, build_at(stage, item, amount, stage.cast.spot(random), random.choice(notes)))


def build_at(stage: Stage, item: str, amount: int, spot: Spot, note: str) -> Deed:
    """So many of a facility are put in at a place."""

    def deed(at: dt.datetime) -> None:
        who = spot.squad.leader if item == "no_stall_sign" else stage.cast.staff["SRK"][0]
        build_facility(
            stage.cast.act(who, at), item=item, quantity=Decimal(amount), segment=spot.segment, note=note, **spot.e7,
            campaign=campaign_for(day=at.date(), item=item, segment=spot.segment.code),
        )  # fmt: skip

    return deed


def plan_signs(stage: Stage) -> None:
    """Old, broken and unlawful signs come down, many of them during operations."""
    random = stage.random("signs")
    amounts = shares(random, stage.counts.signs, stage.counts.sign_acts)
    operations = stage.operations_for("sign")
    times = stage.moments(random, len(amounts), DAYLIGHT, first=dt.date(2020, 3, 10), off=0.1)
    for n, (at, amount) in enumerate(zip(times, amounts, strict=True)):
        operation = operations[n % len(operations)] if operations and n % 3 == 0 else None
        stage.agenda.put(_within(random, operation, at), remove_at(stage, amount, operation, random))


def _within(random: Random, operation: Operation | None, at: dt.datetime) -> dt.datetime:
    """A moment of the operation, or the one given."""
    return operation.begins + (operation.ends - operation.begins) * random.uniform(0.1, 0.9) if operation else at


def remove_at(stage: Stage, amount: int, operation: Operation | None, random: Random) -> Deed:
    """So many signs come down somewhere, or where an operation is."""

    def deed(at: dt.datetime) -> None:
        spot = stage.cast.spot(random, segments=operation.segments if operation else None)
        squad = operation.squads[0] if operation else spot.squad
        remove_sign(
            stage.cast.act(random.choice(squad.officers), at), sign_kind=random.choice(SIGN_KINDS), segment=spot.segment,
            reason=random.choices([name for name, _ in SIGN_REASONS], weights=[weight for _, weight in SIGN_REASONS])[0],
            quantity=amount, round=operation.code if operation else "",
        )  # fmt: skip

    return deed


def plan_evidence(stage: Stage) -> None:
    """Things are registered and kept, approved by a leader, more than half of them during operations."""
    random = stage.random("evidence")
    amounts = shares(random, stage.counts.evidence, stage.counts.evidence_acts)
    operations = stage.operations_for("stall") + stage.operations_for("sign")
    for n, (at, amount) in enumerate(
        zip(stage.moments(random, len(amounts), MARKET_AND_EVENING), amounts, strict=True)
    ):
        operation = operations[n % len(operations)] if operations and n % 5 < 3 else None
        settling = random.uniform(2, 6), random.choices(OUTCOMES, weights=(5, 3, 1, 2, 1))[0]
        stage.agenda.put(_within(random, operation, at), preserve_at(stage, n, amount, operation, random, settling))


def preserve_at(stage: Stage, n: int, amount: int, operation: Operation | None, random: Random,
                settling: tuple[float, str] | None = None) -> Deed:  # fmt: skip
    """So many things are registered and kept, somewhere or where an operation is; and settled after so many days."""

    def deed(at: dt.datetime) -> None:
        spot = stage.cast.spot(random, segments=operation.segments if operation else None)
        squad = operation.squads[0] if operation else spot.squad
        two = random.sample(squad.certified, 2)
        category = "board" if operation and operation.work == "sign" else random.choice(tuple(KEPT))
        kept = preserve_item(
            stage.cast.act(two[0], at), category=category, name=random.choice(KEPT[category]), quantity=amount,
            segment=spot.segment, shelf=f"{'ABC'[n % 3]}-{n % 12 + 1:02d}", officers=two,
            approved_by=stage.cast.roles["leader"][n % 3], round=operation.code if operation else "",
        )  # fmt: skip
        if settling:
            days, outcome = settling
            stage.agenda.put(
                moment(at.date() + dt.timedelta(days=int(days)), 9 + days), settle(stage.cast, kept, outcome)
            )

    return deed


def settle(cast: Cast, keeping: Keeping, outcome: str) -> Deed:
    """One of the two who keep it says what was decided."""

    def deed(at: dt.datetime) -> None:
        keeper = Person.objects.get(code=keeping.officers[0])
        settle_item(cast.act(keeper, at), keeping=keeping, outcome=outcome)

    return deed


def plan_counts(stage: Stage, *, by_cases: dict[str, int]) -> None:
    """Counts told on the street; what cases will count is left to them, and the last day settles the rest."""
    random = stage.random("counts")
    for item, (hours, sizes) in COUNTED.items():
        total = max(0, int(getattr(stage.counts, item) * SETTLED) - by_cases.get(item, 0))
        amounts = dealt(random, total, sizes)
        last = stage.last - dt.timedelta(days=1)
        for at, amount in zip(stage.moments(random, len(amounts), hours, last=last, off=0.6), amounts, strict=True):
            stage.agenda.put(at, count_at(stage, item, amount, random))
    for begins, ends, share in SETTLINGS:
        stage.agenda.put(moment(stage.last, begins), _settle(stage, begins, ends, share, random))


SETTLINGS = ((6.5, 15.0, 0.6), (15.5, 18.4, 1.0))
"""On the last day: from hour, to hour, and the share of what is missing that is done then."""


def _settle(stage: Stage, begins: float, ends: float, share: float, random: Random) -> Deed:
    """A part of what is still missing of each counted figure is done in these hours."""

    def deed(at: dt.datetime) -> None:
        for item in STREET_ITEMS:
            missing = max(0, getattr(stage.counts, item) - stage.done[item] - stage.promised[item])
            for amount in dealt(random, int(missing * share), COUNTED[item][1]):
                when = moment(stage.last, random.uniform(begins + 0.1, ends))
                stage.agenda.put(when, count_at(stage, item, amount, random))

    return deed


def count_at(stage: Stage, item: str, amount: int, random: Random, *, person: Person | None = None) -> Deed:
    """Somebody of the squad, or this person, tells so many of an item, where they stand."""
    stage.promised[item] += amount

    def deed(at: dt.datetime) -> None:
        spot = stage.cast.spot(random, squad=stage.cast.squad_of(person) if person else None)
        answer = stage.cast.answers[spot.segment.code]
        who = person or random.choice((answer.officer, answer.assistant, answer.assistant, *spot.squad.street))
        scene = SCENES.get(item)
        photo = stage.studio.pair(random, scene, at).after if scene and random.random() < 0.8 else ""
        key = stage.cast.act(who, at).key
        told = {"item": item, "quantity": amount, "segment": spot.segment.code, "photo": photo, **spot.e7}
        try:
            record_count(stage.cast.act(who, at, key=key), **told)
        except Refused as refused:  # a case of the same street told something like it: this is another time
            if refused.code != "count.told_by_case":
                raise
            record_count(stage.cast.act(who, at, key=key), **told, separate=True)
        stage.promised[item] -= amount
        stage.done[item] += amount

    return deed
