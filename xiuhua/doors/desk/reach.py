"""Which cases somebody sees: all of them at the desk, the own unit's on the street."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from xiuhua.cases.models import Case, CaseQuerySet
from xiuhua.city.access import may
from xiuhua.city.models import Role
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By

STREET = frozenset({Role.SQUAD_LEADER, Role.OFFICER, Role.ASSISTANT})


def visible_cases(by: By) -> CaseQuerySet:
    """The cases that somebody may see."""
    if not may(by, "see_desk"):
        return Case.objects.none()
    if by.roles <= STREET:
        return Case.objects.filter(Q(for_unit__startswith=by.unit) | Q(reporter=by.code) | Q(handler=by.code))
    return Case.objects.all()


def case_of(by: By, number: str) -> Case:
    """The case of a number; what is not there and what is not theirs look the same."""
    case = visible_cases(by).select_related("standard").filter(number=number).first()
    if case is None:
        raise Absent("case.absent")
    return case


def running_late(at: dt.datetime) -> Q:
    """Cases whose clock runs and has run out: filed or in work, not paused, past their limit."""
    return Q(state__in=("filed", "dispatched"), paused_at=None, due_at__lt=at)
