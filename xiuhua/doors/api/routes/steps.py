"""The steps of a case: one operation each, one call of an action each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from xiuhua.cases import actions
from xiuhua.cases.models import Case, StandardRow
from xiuhua.city.models import Person, Unit
from xiuhua.doors.api.fields import CaseNumber
from xiuhua.doors.api.reach import act_of, case_of
from xiuhua.doors.api.routes.cases import case_told
from xiuhua.doors.api.schemas.cases import CaseOut
from xiuhua.doors.api.schemas.refusals import Error
from xiuhua.doors.api.schemas.steps import (
    CheckIn,
    DispatchIn,
    FileIn,
    HandleIn,
    MergeIn,
    PublishIn,
    ReasonIn,
    ReworkIn,
    StepIn,
)  # fmt: skip
from xiuhua.kit.refusals import Refused

router = Router()
ANSWERS = {200: CaseOut, 403: Error, 404: Error, 409: Error, 422: Error}


def _step(request: HttpRequest, number: str, told: StepIn, step: Callable[..., Case], **more: Any) -> dict[str, Any]:
    """Take one step of a case and tell the case as it is then."""
    act = act_of(request, told.key, told.at)
    case = step(act, case=case_of(request, number), words=told.words, version=told.version, **more)
    return case_told(case, act.by)


@router.post("/{number}/accept", response=ANSWERS, summary="受理")
def accept(request: HttpRequest, number: CaseNumber, told: StepIn) -> dict[str, Any]:
    """Take a reported case on. Desk roles."""
    act = act_of(request, told.key, told.at)
    return case_told(actions.accept_case(act, case=case_of(request, number), version=told.version), act.by)


@router.post("/{number}/refuse", response=ANSWERS, summary="不予受理")
def refuse(request: HttpRequest, number: CaseNumber, told: ReasonIn) -> dict[str, Any]:
    """Do not take a case on: `not_ours`, `not_found`, `no_place`, `permitted` or `repeated`. Desk roles."""
    return _step(request, number, told, actions.refuse_case, reason=told.reason)


@router.post("/{number}/merge", response=ANSWERS, summary="并案")
def merge(request: HttpRequest, number: CaseNumber, told: MergeIn) -> dict[str, Any]:
    """A report that tells the same problem goes on with another case; its reporter follows that one. Desk roles."""
    return _step(request, number, told, actions.merge_case, into=case_of(request, told.into))


@router.post("/{number}/file", response=ANSWERS, summary="立案")
def file(request: HttpRequest, number: CaseNumber, told: FileIn) -> dict[str, Any]:
    """File an accepted case under a row of the standard; its limit starts to run. Desk roles."""
    standard = StandardRow.objects.filter(code=told.standard).first()
    if standard is None:
        raise Refused("case.standard", _("没有这一条立案标准，请看 /standards。"), field="standard")
    return _step(request, number, told, actions.file_case, standard=standard)


@router.post("/{number}/unfile", response=ANSWERS, summary="退回受理")
def unfile(request: HttpRequest, number: CaseNumber, told: ReasonIn) -> dict[str, Any]:
    """Give a filed case back to be filed anew: `wrong_matter` or `not_ours`; its clock stands still."""
    return _step(request, number, told, actions.unfile_case, reason=told.reason)


@router.post("/{number}/dispatch", response=ANSWERS, summary="派遣")
def dispatch(request: HttpRequest, number: CaseNumber, told: DispatchIn) -> dict[str, Any]:
    """Send a filed case to a unit, and maybe to a person in it. Desk roles, and squad leaders within their squad."""
    unit = Unit.objects.filter(code=told.unit, closed_on=None).first()
    if unit is None:
        raise Refused("dispatch.unit", _("没有这个单位，请看 /units。"), field="unit")
    person = Person.objects.filter(code=told.person).first() if told.person else None
    if told.person and person is None:
        raise Refused("dispatch.person", _("没有这个人员编码。"), field="person")
    return _step(request, number, told, actions.dispatch_case, unit=unit, person=person, why=tuple(told.why))


@router.post("/{number}/return", response=ANSWERS, summary="退回派遣")
def give_back(request: HttpRequest, number: CaseNumber, told: ReasonIn) -> dict[str, Any]:
    """Give a dispatched case back: `not_ours`, `wrong_place`, `cannot_reach` or `wrong_person`; its clock stands still."""
    return _step(request, number, told, actions.return_case, reason=told.reason)


@router.post("/{number}/handle", response=ANSWERS, summary="处置")
def handle(request: HttpRequest, number: CaseNumber, told: HandleIn) -> dict[str, Any]:
    """Tell that the problem was put right, shown by photos sent to /photos before. Roles of the street.

    `item` and `quantity` count what was cleared, once; `counted_by` names a count that tells the same act already.
    """
    return _step(
        request, number, told, actions.handle_case, photos=tuple(told.photos), before=tuple(told.before), way=told.way,
        item=told.item, quantity=told.quantity or 0, counted_by=told.counted_by,
    )  # fmt: skip


@router.post("/{number}/check", response=ANSWERS, summary="核查通过")
def check(request: HttpRequest, number: CaseNumber, told: CheckIn) -> dict[str, Any]:
    """Tell that somebody other than who handled it looked and found it right."""
    return _step(request, number, told, actions.check_case, method=told.method, photos=tuple(told.photos))


@router.post("/{number}/rework", response=ANSWERS, summary="返工")
def rework(request: HttpRequest, number: CaseNumber, told: ReworkIn) -> dict[str, Any]:
    """Send a handled case back: `not_done`, `half_done`, `photo_unclear` or `wrong_place`."""
    return _step(request, number, told, actions.rework_case, reason=told.reason, photos=tuple(told.photos))


@router.post("/{number}/close", response=ANSWERS, summary="结案")
def close(request: HttpRequest, number: CaseNumber, told: StepIn) -> dict[str, Any]:
    """Close a checked case. Desk roles."""
    return _step(request, number, told, actions.close_case)


@router.post("/{number}/reopen", response=ANSWERS, summary="重新打开")
def reopen(request: HttpRequest, number: CaseNumber, told: ReasonIn) -> dict[str, Any]:
    """Take a closed or refused case up again: `came_back`, `not_content`, `closed_wrongly` or `refused_wrongly`."""
    return _step(request, number, told, actions.reopen_case, reason=told.reason)


@router.post("/{number}/release", response=ANSWERS, summary="公开照片")
def release(request: HttpRequest, number: CaseNumber, told: PublishIn) -> dict[str, Any]:
    """Let the public see photos of a case, after somebody looked that nobody and no plate is in them. Desk roles."""
    act = act_of(request, told.key, told.at)
    case = actions.release_photos(act, case=case_of(request, number), photos=tuple(told.photos))
    return case_told(case, act.by)


@router.post("/{number}/withdraw", response=ANSWERS, summary="撤回照片")
def withdraw(request: HttpRequest, number: CaseNumber, told: PublishIn) -> dict[str, Any]:
    """Take photos of a case back from the public. Desk roles."""
    act = act_of(request, told.key, told.at)
    case = actions.withdraw_photos(act, case=case_of(request, number), photos=tuple(told.photos))
    return case_told(case, act.by)
