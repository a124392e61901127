"""What a table says of who answers, against what is in force: only what differs ends and begins, and the past stays."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid5

from xiuhua.city.duties import OF_UNITS
from xiuhua.city.models import Duty, Person, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, bureau_day, record_all
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.models import Line


@dataclass(frozen=True)
class Want:
    """One answer that a table asks for: who has a part of a thing, first or beside others, in which shift."""

    thing: str
    part: str
    unit: Unit | None
    person: Person | None
    primary: bool = True
    confirmed: bool = True
    shift: str = ""

    @property
    def who(self) -> Who:
        return _who(self.part, self.unit.pk if self.unit else None, self.person.pk if self.person else None)


Who = tuple[int | None, int | None]
Place3 = tuple[str, str, str]
"""Thing, part and shift."""


def _who(part: str, unit: int | None, person: int | None) -> Who:
    """Whom a duty names: a person stands for himself in whatever unit, except beside an office or squad."""
    return (unit if part in OF_UNITS or person is None else None, person)


@dataclass(frozen=True)
class Changed:
    """How many duties ended and began."""

    begun: int = 0
    ended: int = 0

    def __bool__(self) -> bool:
        return bool(self.begun or self.ended)


def in_force_by_thing(things: Iterable[str], day: dt.date) -> dict[Place3, list[Duty]]:
    """Duties in force on a day by thing, part and shift, the primary first."""
    listed = list(things)
    found: dict[Place3, list[Duty]] = defaultdict(list)
    for begin in range(0, len(listed), 500):
        duties = Duty.objects.in_force(day).filter(thing__in=listed[begin : begin + 500])
        for duty in duties.select_related("unit", "person").order_by("-primary", "id"):
            found[duty.thing, duty.part, duty.shift].append(duty)
    return found


def set_wants(act: Act, wants: Mapping[Place3, Sequence[Want]], *, from_day: dt.date, version: str) -> Changed:
    """From a day on exactly these answer for these things, parts and shifts. What is so already stays as it is.

    Refused when it would rewrite the past, or when something is arranged already for a day after it.
    """
    before = in_force_by_thing(dict.fromkeys(thing for thing, _part, _shift in wants), from_day)
    ending: list[Duty] = []
    beginning: list[Want] = []
    for place, wanted in wants.items():
        ends, begins = _between(before.get(place, []), wanted)
        ending += ends
        beginning += begins
    touched = {(duty.thing, duty.part) for duty in ending} | {(want.thing, want.part) for want in beginning}
    _not_the_past(act, touched, from_day, running=bool(ending))
    for duty in ending:
        duty.ends_on = max(from_day, duty.begins_on)
    begun = [
        Duty(
            code=uuid5(act.key, f"{want.thing}:{want.part}:{want.shift}:{want.who}").hex[:24], thing=want.thing,
            part=want.part, unit=want.unit, person=want.person, primary=want.primary, confirmed=want.confirmed,
            shift=want.shift, version=version, begins_on=from_day,
        )
        for want in beginning
    ]  # fmt: skip
    Duty.objects.bulk_update(ending, ["ends_on"], batch_size=500)
    Duty.objects.bulk_create(begun, batch_size=500)
    record_all([*(_ended(act, duty) for duty in ending), *(_begun(act, duty) for duty in begun)])
    return Changed(len(begun), len(ending))


def _between(had: Sequence[Duty], wanted: Sequence[Want]) -> tuple[list[Duty], list[Want]]:
    """What must end and begin. The same people in the same order are the same, whoever was marked primary beside the first."""
    if [_whose(duty) for duty in had] == [want.who for want in wanted] and (not had or had[0].primary):
        return [], []
    same = {(*_whose(duty), duty.primary) for duty in had} & {(*want.who, want.primary) for want in wanted}
    return (
        [duty for duty in had if (*_whose(duty), duty.primary) not in same],
        [want for want in wanted if (*want.who, want.primary) not in same],
    )


def _whose(duty: Duty) -> Who:
    return _who(duty.part, duty.unit_id, duty.person_id)


def _not_the_past(act: Act, touched: set[tuple[str, str]], from_day: dt.date, *, running: bool) -> None:
    today = bureau_day(act.at)
    if running and from_day < today:
        raise Refused(
            "table.past", "{from_day} 以后已经有人负责，过去的责任不能改写。请从今天（{today}）或以后的日子起生效。",
            field="from_day", from_day=from_day, today=today,
        )  # fmt: skip
    later = Duty.objects.filter(begins_on__gt=from_day).values_list("thing", "part", "begins_on").distinct()
    clash = next((one for one in later.iterator(chunk_size=2000) if one[:2] in touched), None)
    if clash is not None:
        raise Refused(
            "table.later", "{thing} 已经有 {begins_on} 起的责任安排，不能再从更早的 {from_day} 起改。请从那一天或以后起生效。",
            field="from_day", thing=clash[0], begins_on=clash[2], from_day=from_day,
        )  # fmt: skip


def _place(duty: Duty) -> Place | None:
    kind, _colon, code = duty.thing.partition(":")
    return Place(segment=code) if kind == "segment" else None


def _ended(act: Act, duty: Duty) -> Line:
    return act.line(
        kinds.DutyEnded(thing=duty.thing, role=duty.part, person=duty.person.code if duty.person else ""),
        about=f"duty:{duty.code}", for_unit=duty.unit.path if duty.unit else "", place=_place(duty),
        key=uuid5(act.key, f"ended:{duty.code}"),
    )  # fmt: skip


def _begun(act: Act, duty: Duty) -> Line:
    return act.line(
        kinds.DutyBegun(
            thing=duty.thing, role=duty.part, person=duty.person.code if duty.person else "", primary=duty.primary,
            shift=duty.shift, confirmed=duty.confirmed, version=duty.version,
        ),
        about=f"duty:{duty.code}", for_unit=duty.unit.path if duty.unit else "", place=_place(duty),
        key=uuid5(act.key, f"begun:{duty.code}"),
    )  # fmt: skip
