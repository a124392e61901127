"""Who answers for places at a moment, each with the reason, as people read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiuhua.city.answering import Responsible, responsible_for
from xiuhua.city.models import Duty, Post, Role, Unit
from xiuhua.ledger.act import bureau_day


@dataclass(frozen=True)
class OnDuty:
    """A person, or a unit where no person is named, and why: `part` is the part of the duty."""

    part: str
    person: str
    name: str
    unit: str
    why: str

    @property
    def words(self) -> str:
        return f"{self.name}（{self.why}）"


def on_duty_for(places: Iterable[tuple[str, str]], at: dt.datetime) -> dict[tuple[str, str], tuple[OnDuty, ...]]:
    """Who answers at a moment for each place, given by the codes of its segment and its grid ("" for none).

    The segment goes before the grid. Where no person answers, the leader of the squad does. Each segment is asked once.
    """
    known: dict[str, tuple[OnDuty, ...]] = {}

    def asked(thing: str) -> tuple[OnDuty, ...]:
        if thing not in known:
            known[thing] = tuple(_told(responsible_for(thing, at), at))
        return known[thing]

    found = {}
    for segment, grid in sorted(set(places)):
        told = asked(f"segment:{segment}") if segment else ()
        found[segment, grid] = told or (asked(f"grid:{grid}") if grid else ())
    return found


def _told(found: Responsible, at: dt.datetime) -> list[OnDuty]:
    squad = found.squad.name if found.squad else ""
    told = [
        OnDuty(one.part, one.person.code, one.person.name, squad, f"{Duty.Part(one.part).label}，{one.words}")
        for one in found.answering
        if one.part != Duty.Part.LEADER
    ]
    if found.squad is not None:
        if not told and (leader := _leader_of(found.squad, at)):
            why = _("{squad}中队长，本路段没有具体责任人").format(squad=squad)
            told.append(OnDuty(Duty.Part.OFFICER, leader.person.code, leader.person.name, squad, why))
        told.append(OnDuty(Duty.Part.SQUAD, "", squad, squad, str(Duty.Part.SQUAD.label)))
    told += [
        OnDuty(one.part, one.person.code, one.person.name, "", f"{Duty.Part(one.part).label}，{one.words}")
        for one in found.answering
        if one.part == Duty.Part.LEADER
    ]
    if found.office is not None:
        told.append(OnDuty(Duty.Part.OFFICE, "", found.office.name, found.office.name, str(Duty.Part.OFFICE.label)))
    return told


def _leader_of(squad: Unit, at: dt.datetime) -> Post | None:
    posts = Post.objects.held_on(bureau_day(at)).filter(unit=squad, role=Role.SQUAD_LEADER)
    return posts.select_related("person").order_by("id").first()
