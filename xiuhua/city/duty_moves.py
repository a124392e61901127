"""Duties go along when a segment is divided, joined or put back: relieved on the old code, begun on the new one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid5

from xiuhua.city.models import Duty, Segment
from xiuhua.ledger.act import Act, Place, bureau_day
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.models import Line


def hand_on(act: Act, codes: Sequence[str], parts: Sequence[Segment]) -> list[Line]:
    """Whoever answers for the old segments answers for the parts from this day on; the longest old one comes first."""
    day = bureau_day(act.at)
    things = [f"segment:{code}" for code in codes]
    held = list(Duty.objects.in_force(day).filter(thing__in=things).select_related("unit", "person"))
    held.sort(key=lambda one: (things.index(one.thing), not one.primary, one.pk))
    lines: list[Line] = []
    fresh: list[Duty] = []
    for part in parts:
        taken: dict[tuple[Any, ...], str] = {}
        for duty in held:
            same = (duty.part, duty.unit_id, duty.person_id, duty.shift)
            if same in taken:
                continue
            other = any(
                mark[0] == duty.part and mark[3] == duty.shift and thing != duty.thing for mark, thing in taken.items()
            )
            taken[same] = duty.thing
            fresh.append(_copied(act, duty, part, aside=other))
    for duty in held:
        duty.ends_on = max(day, duty.begins_on)
        lines.append(act.line(
            kinds.DutyEnded(thing=duty.thing, role=duty.part, person=duty.person.code if duty.person else ""),
            about=f"duty:{duty.code}", for_unit=duty.unit.path if duty.unit else "",
            place=Place(segment=duty.thing.partition(":")[2]),
        ))  # fmt: skip
    Duty.objects.bulk_update(held, ["ends_on"])
    Duty.objects.bulk_create(fresh)
    for duty in fresh:
        person = duty.person.code if duty.person else ""
        lines.append(act.line(
            kinds.DutyBegun(thing=duty.thing, role=duty.part, person=person, primary=duty.primary),
            about=f"duty:{duty.code}", for_unit=duty.unit.path if duty.unit else "",
            place=Place(segment=duty.thing.partition(":")[2]),
        ))  # fmt: skip
    return lines


def _copied(act: Act, duty: Duty, part: Segment, *, aside: bool) -> Duty:
    """The same duty for another segment; beside somebody of another old segment it waits to be confirmed."""
    told = {one.attname: getattr(duty, one.attname) for one in duty._meta.concrete_fields if not one.primary_key}
    told |= {
        "code": uuid5(act.key, f"{duty.code}:{part.code}").hex[:24],
        "thing": f"segment:{part.code}",
        "begins_on": bureau_day(act.at),
        "ends_on": None,
    }
    if aside:
        told |= {"primary": False, "confirmed": False}
    return Duty(**told)
