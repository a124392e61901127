"""申诉: a case that was closed late can be exempt from assessment, with two approvals. It stays late: that is a fact."""

from __future__ import annotations

import datetime as dt

from xiuhua.cases import flow
from xiuhua.cases.models import Appeal, Case, Word
from xiuhua.cases.stepping import forward_in_time, locked
from xiuhua.city.access import may, must
from xiuhua.city.models import Role
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By, action
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

WITHIN = dt.timedelta(days=30)
"""After closing (our choice: the month's assessment is not out yet)."""


def _of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


@action(answer=_of)
def appeal_case(act: Act, *, case: Case, reason: str, words: str = "") -> Case:
    """The unit asks that a case which was closed late does not count against it, within 30 days, once at a time."""
    must(act.by, "appeal_case", unit=case.for_unit)
    flow.reason_words("appeal", reason)
    case = locked(case)
    if case.state != "closed" or not case.late or case.closed_at is None:
        raise Refused("case.appeal_state", "只有超时结案的案件可以申诉。")
    if case.exempt:
        raise Refused("case.appeal_done", "这件案件已经免责，不用再申诉。")
    if act.at > case.closed_at + WITHIN:
        raise Refused("case.appeal_late", "结案已经超过 30 天，不能再申诉。")
    forward_in_time(act.at, case)
    if case.appeals.filter(state__in=(Appeal.State.ASKED, Appeal.State.FIRST)).exists():
        raise Refused("case.appeal_asked", "已经申诉过，等审批。")
    Appeal.objects.create(case=case, reason=reason, by=act.by.code, asked_at=act.at)
    _record(act, case, kinds.CaseAppealed(reason=reason), words)
    return case


@action(answer=_of)
def decide_appeal(act: Act, *, case: Case, grant: bool, words: str = "") -> Case:
    """The centre decides first and a leader second; nobody decides twice, nor about what they asked for themselves."""
    must(act.by, "decide_appeal")
    case = locked(case)
    appeal = case.appeals.select_for_update().filter(state__in=(Appeal.State.ASKED, Appeal.State.FIRST)).first()
    if appeal is None:
        raise Refused("case.appeal_none", "这件案件没有待批的申诉，可能别人已经批过了。")
    if act.by.code in (appeal.by, appeal.first_by):
        raise Refused("case.appeal_own", "申诉要由提出人以外的两个人先后审批。")
    second = appeal.state == Appeal.State.FIRST
    if not decides(act.by.roles, second=second):
        raise Refused("case.appeal_step", "第一道由指挥中心审批，第二道由局领导审批。")
    exempt = grant and second
    if not grant or second:
        appeal.state = Appeal.State.GRANTED if exempt else Appeal.State.REFUSED
        appeal.decided_by, appeal.decided_at = act.by.code, act.at
    else:
        appeal.state, appeal.first_by, appeal.first_at = Appeal.State.FIRST, act.by.code, act.at
    appeal.save()
    _record(act, case, kinds.CaseAppealDecided(step=2 if second else 1, granted=grant, exempt=exempt), words)
    if exempt:
        case.exempt = True
        case.save(update_fields=["exempt"])
    return case


def decides(roles: frozenset[str], *, second: bool) -> bool:
    """Whether these roles give the first approval, the centre's, or the second, a leader's."""
    return bool(roles & ({Role.LEADER} if second else {Role.DISPATCHER, Role.ACCEPTOR, Role.ADMINISTRATOR}))


def waiting_appeal(case: Case) -> Appeal | None:
    """The appeal that waits for an approval."""
    return case.appeals.filter(state__in=(Appeal.State.ASKED, Appeal.State.FIRST)).first()


def may_appeal(by: By, case: Case, at: dt.datetime) -> bool:
    """Whether somebody may appeal now."""
    asks = may(by, "appeal_case", unit=case.for_unit)
    recent = case.closed_at is not None and at <= case.closed_at + WITHIN
    return asks and case.state == "closed" and case.late and not case.exempt and recent and not waiting_appeal(case)


def _record(act: Act, case: Case, fact: kinds.CaseAppealed | kinds.CaseAppealDecided, words: str) -> None:
    line = act.record(fact, about=case.number, for_unit=case.for_unit, source=case.source)
    if words.strip():
        Word.objects.create(case=case, line=line.key, kind="opinion", text=words.strip())
