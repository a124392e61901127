"""Who answers for which street: handing segments over, as one act for one segment or for a hundred."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import uuid5

from django.db.models import F, Q

from xiuhua.city.access import must
from xiuhua.city.models import Duty, Person, Role, Segment, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, action, bureau_day, record_all
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.kinds import tables as table_kinds
from xiuhua.ledger.models import Line

OF_UNITS = (Duty.Part.SQUAD, Duty.Part.OFFICE)
WITHIN_SQUAD = (Duty.Part.OFFICER, Duty.Part.ASSISTANT)


@action(answer=lambda line: [])
def assign_duty(
    act: Act,
    *,
    segments: Sequence[Segment],
    part: str,
    unit: Unit | None = None,
    person: Person | None = None,
    from_day: dt.date | None = None,
) -> list[Duty]:
    """From this day on this unit or person, and nobody else, has this part of these segments.

    Whoever had the part before is relieved, as is who should have had it later; without unit and person the part
    stands open. Segments that they have already stay as they are. `from_day` is a day to come; without it, today.
    """
    must(act.by, "set_duties", unit=unit.path if unit else "")
    _check(segments, part, unit, person)
    things = {f"segment:{one.code}": one for one in segments}
    _only_own(act, part, list(things))
    day = _from(act, from_day)
    list(Segment.objects.select_for_update().filter(code__in=[one.code for one in segments]).values_list("id"))
    in_force_or_to_come = Q(ends_on=None) | Q(ends_on__gt=day)
    held = Duty.objects.filter(in_force_or_to_come, thing__in=things, part=part).exclude(ends_on=F("begins_on"))
    before: dict[str, list[Duty]] = {}
    for duty in held.select_related("unit", "person").order_by("id"):
        before.setdefault(duty.thing, []).append(duty)
    lines: list[Line] = []
    begun: list[Duty] = []
    for thing, segment in things.items():
        had = before.get(thing, [])
        wanted = unit is not None or person is not None
        if wanted and len(had) == 1 and had[0].begins_on <= day and (had[0].unit, had[0].person) == (unit, person):
            continue
        for duty in had:
            duty.ends_on = max(day, duty.begins_on)
            lines.append(_ended(act, duty, segment, first=not lines))
        if wanted:
            code = uuid5(act.key, f"duty:{thing}").hex[:24]
            duty = Duty(code=code, thing=thing, part=part, unit=unit, person=person, begins_on=day)
            begun.append(duty)
            lines.append(_begun(act, duty, segment, first=not lines))
    if not lines:
        raise Refused("duty.same", "这些路段的责任没有变化，不用再提交。", field="who")
    Duty.objects.bulk_update([one for had in before.values() for one in had], ["ends_on"])
    Duty.objects.bulk_create(begun, batch_size=500)
    record_all(lines)
    return begun


def _from(act: Act, from_day: dt.date | None) -> dt.date:
    today = bureau_day(act.at)
    if from_day is not None and from_day < today:
        raise Refused("duty.past", "{from_day} 已经过去，请选择今天或以后的日期。", field="from_day", from_day=from_day)
    return from_day or today


@action(answer=lambda line: [])
def confirm_duty(act: Act, *, thing: str) -> list[Duty]:
    """Who was put first provisionally (several names in a cell, 中队全体) is confirmed as primary for a thing."""
    must(act.by, "set_tables")
    found = list(
        Duty.objects.select_for_update()
        .in_force(bureau_day(act.at))
        .filter(thing=thing, confirmed=False)
        .order_by("id")
    )
    if not found:
        raise Refused("duty.confirmed", "这里没有待确认的责任人。")
    for n, duty in enumerate(found):
        duty.confirmed = True
        duty.save(update_fields=["confirmed"])
        fact = table_kinds.DutyConfirmed(thing=thing, role=duty.part, person=duty.person.code if duty.person else "")
        line = act.line(
            fact, about=f"duty:{duty.code}", for_unit=duty.unit.path if duty.unit else "",
            key=None if n == 0 else uuid5(act.key, f"confirmed:{duty.code}"),
        )  # fmt: skip
        record_all([line])
    return found


def _check(segments: Sequence[Segment], part: str, unit: Unit | None, person: Person | None) -> None:
    if not segments:
        raise Refused("duty.segments", "请先勾选路段。", field="segments")
    if part not in Duty.Part.values:
        raise Refused(
            "city.duty_part", "请选择要改的责任：包靠领导、联系科室、责任中队、责任队员或协管员。", field="part"
        )
    if part in OF_UNITS and person is not None:
        raise Refused("duty.whose", "“{label}”由单位负责，请选择单位。", field="who", label=Duty.Part(part).label)
    if (unit or person) and part not in OF_UNITS and person is None:
        raise Refused("duty.whose", "“{label}”由个人负责，请选择人员。", field="who", label=Duty.Part(part).label)
    kinds_of_unit = {Duty.Part.SQUAD: (Unit.Kind.SQUAD, Unit.Kind.TEAM), Duty.Part.OFFICE: (Unit.Kind.OFFICE, Unit.Kind.CENTRE)}  # fmt: skip
    if unit is not None and part in OF_UNITS and unit.kind not in kinds_of_unit[Duty.Part(part)]:
        raise Refused(
            "duty.whose", "{unit_name}不能作为{label}。", field="who", unit_name=unit.name, label=Duty.Part(part).label
        )


def _only_own(act: Act, part: str, things: Sequence[str]) -> None:
    """A squad leader hands streets round among the own people, and only streets of the own squad."""
    if act.by.roles & {Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR}:
        return
    own = set(
        Duty.objects.in_force(bureau_day(act.at))
        .filter(thing__in=things, part=Duty.Part.SQUAD, unit__path__startswith=act.by.unit)
        .values_list("thing", flat=True)
    )
    if part not in WITHIN_SQUAD or set(things) - own:
        raise Refused("access.duty", "中队长只能调整本中队路段的队员和协管员；其他调整请找市容管理科室或系统管理员。")


def _ended(act: Act, duty: Duty, segment: Segment, *, first: bool) -> Line:
    return act.line(
        kinds.DutyEnded(
            thing=duty.thing,
            role=duty.part,
            person=duty.person.code if duty.person else "",
            ends_on=_other_day(act, duty.ends_on),
        ),
        about=f"duty:{duty.code}",
        for_unit=duty.unit.path if duty.unit else "",
        place=Place(segment=segment.code),
        key=None if first else uuid5(act.key, f"ended:{duty.code}"),
    )


def _begun(act: Act, duty: Duty, segment: Segment, *, first: bool) -> Line:
    return act.line(
        kinds.DutyBegun(
            thing=duty.thing,
            role=duty.part,
            person=duty.person.code if duty.person else "",
            primary=True,
            begins_on=_other_day(act, duty.begins_on),
        ),
        about=f"duty:{duty.code}",
        for_unit=duty.unit.path if duty.unit else "",
        place=Place(segment=segment.code),
        key=None if first else uuid5(act.key, f"begun:{duty.code}"),
    )


def _other_day(act: Act, day: dt.date | None) -> str:
    """The day when it is not the day of the act."""
    return day.isoformat() if day and day != bureau_day(act.at) else ""
