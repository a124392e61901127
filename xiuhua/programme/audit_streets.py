"""Streets in the audit: who is missing, who stands twice."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from xiuhua.city.models import Duty, Unit
from xiuhua.programme.audit_ground import Ground

Found = Iterator[tuple[str, str, str]]


def missing_parts(ground: Ground) -> Found:
    """No squad; or no leader or office, neither for the street itself nor for its squad."""
    for code, segment in ground.segments.items():
        squads = ground.squads_of(code)
        told = [] if squads else [str(Duty.Part.SQUAD.label)]
        for part in (Duty.Part.LEADER, Duty.Part.OFFICE):
            things = [f"segment:{code}", *(f"unit:{unit.code}" for unit in squads)]
            if not any(ground.of_part(thing, part) for thing in things):
                told.append(str(part.label))
        if told:
            yield f"segment:{code}", str(segment), _("缺%(parts)s") % {"parts": "、".join(told)}


def shift_gaps(ground: Ground) -> Found:
    """A shift of the squad in which no officer answers first."""
    for code, segment in ground.segments.items():
        for shift in _shifts(ground, code):
            if not ground.first_of(code, shift):
                yield f"segment:{code}", str(segment), _nobody(shift)


def shift_overlaps(ground: Ground) -> Found:
    """A shift in which several officers answer first, so that nobody does."""
    for code, segment in ground.segments.items():
        seen: set[tuple[str, ...]] = set()
        for shift in _shifts(ground, code):
            names = tuple(one.name for one in ground.first_of(code, shift))
            if len(names) > 1 and names not in seen:
                seen.add(names)
                told = {"shift": shift or _("全天"), "names": "、".join(names)}
                yield f"segment:{code}", str(segment), _("%(shift)s有几个第一责任人：%(names)s") % told


def two_of_a_part(ground: Ground) -> Found:
    """Two squads, offices or leaders for one street."""
    for code, segment in ground.segments.items():
        for part in (Duty.Part.SQUAD, Duty.Part.OFFICE, Duty.Part.LEADER):
            held = ground.of_part(f"segment:{code}", part)
            names = dict.fromkeys(_name(duty) for duty in held if duty.primary)
            if len(names) > 1:
                told = {"part": part.label, "names": "、".join(names)}
                yield f"segment:{code}", str(segment), _("%(part)s重复：%(names)s") % told


def assistants_first(ground: Ground) -> Found:
    """Only assistants answer: they may patrol and persuade, and enforce nothing (行政执法 needs an officer)."""
    for code, segment in ground.segments.items():
        thing = f"segment:{code}"
        assistants = ground.of_part(thing, Duty.Part.ASSISTANT)
        if assistants and not ground.of_part(thing, Duty.Part.OFFICER):
            names = "、".join(dict.fromkeys(_name(duty) for duty in assistants))
            yield thing, str(segment), _("只有协管员%(names)s，要明确一名队员") % {"names": names}


def _shifts(ground: Ground, code: str) -> tuple[str, ...]:
    """The shifts that must be held: those that the squads of the street work in, or the whole day."""
    paths = [unit.path for unit in ground.squads_of(code)]
    return tuple(dict.fromkeys(shift for path in paths for shift in ground.shifts.get(path, ()))) or ("",)


def _nobody(shift: str) -> str:
    return _("%(shift)s没有第一责任人") % {"shift": shift} if shift else _("没有第一责任人")


def _name(duty: Duty) -> str:
    holder: Unit | object = duty.person or duty.unit
    return str(holder)
