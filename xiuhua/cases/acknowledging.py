"""送达: a case goes out, whoever was sent looks at it, and takes it on. Unseen for minutes, it rises at the desk.

The notice leaves when the step can no longer be taken back.
"""

from __future__ import annotations

import datetime as dt

from xiuhua.cases.clocks import limit_for
from xiuhua.cases.limits import words_of
from xiuhua.cases.models import Case
from xiuhua.cases.recalled import GRACE, WITHIN
from xiuhua.cases.stepping import forward_in_time, locked
from xiuhua.city.access import STREET, must
from xiuhua.city.models import Person, Post, Role
from xiuhua.city.notices import write_notices
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line


def send(case: Case, at: dt.datetime) -> None:
    """The case is out with somebody from now on, who has not looked yet."""
    case.sent_at, case.seen_at, case.acknowledged_at = at, None, None


def tell_errand(act: Act, case: Case) -> None:
    """Whoever was sent is told, outside the program too; a unit without a named person through its leaders."""
    if case.handler:
        people = {case.handler}
    else:
        posts = Post.objects.held_on(bureau_day(act.at)).filter(unit__path=case.for_unit, role=Role.SQUAD_LEADER)
        people = set(posts.values_list("person__code", flat=True))
    held = limit_for(case)
    limit = f"，限 {words_of(held)}" if held else ""
    write_notices(
        act.key, people - {act.by.code}, title=f"新派案件 {case.number}", text=f"{case.title}{limit}，请查看并接单。",
        path=f"/street/case/{case.number}/", due_at=act.at + WITHIN + GRACE,
    )  # fmt: skip


def _of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


def _errand(act: Act, case: Case) -> Case:
    """The case, locked, still with who was sent."""
    case = locked(case)
    if case.state != "dispatched" or case.sent_at is None:
        raise Refused("case.not_out", "案件现在是“{states}”，不用接单。", states=case.state_label)
    forward_in_time(act.at, case)
    return case


def _theirs(case: Case, code: str, at: dt.datetime) -> None:
    """Whoever takes it on was sent, or works the street for the unit that was."""
    if case.handler == code:
        return
    posts = Post.objects.held_on(bureau_day(at)).filter(person__code=code, role__in=STREET)
    if case.handler or not posts.filter(unit__path__startswith=case.for_unit).exists():
        raise Refused("case.not_sent", "这件案件派给了别人，由承办人接单。")


@action(answer=_of)
def see_case(act: Act, *, case: Case) -> Case:
    """Whoever was sent opened the case, for the first time since it went out."""
    must(act.by, "handle_case", unit=case.for_unit)
    case = _errand(act, case)
    _theirs(case, act.by.code, act.at)
    if case.seen_at is not None:
        raise Refused("case.seen_before", "已经看过了。")
    case.seen_at = act.at
    case.save(update_fields=["seen_at"])
    act.record(kinds.CaseSeen(turn=case.turn), about=case.number, for_unit=case.for_unit)
    return case


@action(answer=_of)
def acknowledge_case(act: Act, *, case: Case, person: Person | None = None) -> Case:
    """The errand is taken on: by who was sent, or, told on the phone by `person`, written down by the desk."""
    by_phone = person is not None and person.code != act.by.code
    must(act.by, "dispatch_case" if by_phone else "handle_case", unit=case.for_unit)
    case = _errand(act, case)
    code = person.code if person else act.by.code
    _theirs(case, code, act.at)
    if case.acknowledged_at is not None:
        raise Refused("case.acknowledged", "已经接单了。")
    case.handler = code
    case.seen_at = case.seen_at or act.at
    case.acknowledged_at = act.at
    case.save(update_fields=["handler", "seen_at", "acknowledged_at"])
    fact = kinds.CaseAcknowledged(person=code, by_phone=by_phone, turn=case.turn)
    act.record(fact, about=case.number, for_unit=case.for_unit)
    return case
