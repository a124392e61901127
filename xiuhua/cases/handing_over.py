"""移交: a case that others have to deal with goes to them with its clock paused; their receipt ends it, their refusal brings it back."""

from __future__ import annotations

from xiuhua.cases import clocks, flow
from xiuhua.cases.models import Case, Handover
from xiuhua.cases.stepping import forward_in_time, locked, record, step
from xiuhua.city.access import must
from xiuhua.city.models import Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line


def _of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


@action(answer=_of)
def hand_over_case(
    act: Act, *, case: Case, sort: str, reason: str, unit: Unit | None = None, to: str = "", words: str = ""
) -> Case:
    """A filed case, or one in work, is handed to a body: one of our tree (a department, the legal office), or by its name."""
    case = locked(case)
    must(act.by, "hand_over_case", unit=case.for_unit)
    flow.reason_words("hand_over", reason)
    if sort not in Handover.Sort.values:
        raise Refused("case.handover_sort", "请选移交给谁：执法办案、公安机关或其他部门。", field="sort")
    name = unit.name if unit else " ".join(to.split())
    if not name or len(name) > 60:
        raise Refused("case.handover_to", "请写明移交给哪个单位，60 字以内。", field="to")
    if case.with_others:
        raise Refused("case.with_others", "案件已经移交给别的单位，等回执；收到接收或退回的答复后再办。")
    if case.state not in flow.ON_THE_CLOCK or case.held_until is not None:
        raise Refused("case.handover_state", "只有待派遣和处置中、没有挂账的案件可以移交。")
    forward_in_time(act.at, case)
    changed = clocks.pause(case, act.at)
    case.with_others = True
    Handover.objects.create(case=case, sort=sort, unit=unit, to=name, reason=reason, by=act.by.code, sent_at=act.at)
    fact = kinds.CaseHandedOver(state=case.state, sort=sort, to_unit=unit.path if unit else "", reason=reason)
    case = record(act, case, fact, words=words)
    if changed:
        clocks.record_deadline(act, case, "handed_over")
    return case


@action(answer=_of)
def settle_handover(act: Act, *, case: Case, accepted: bool, receipt: str = "", words: str = "") -> Case:
    """What they said: taken on, under a receipt of theirs, and done here; or sent back, and it goes on."""
    case = locked(case)
    must(act.by, "hand_over_case", unit=case.for_unit)
    waits = case.handovers.select_for_update().filter(outcome=Handover.Outcome.WAITING).first()
    if waits is None:
        raise Refused("case.handover_none", "没有等回执的移交，可能别人已经登记过了。")
    receipt = " ".join(receipt.split())
    if accepted and not 1 <= len(receipt) <= 40:
        raise Refused("case.receipt", "请写接收单位的回执编号或接收人职务，40 字以内。", field="receipt")
    if not accepted and not words.strip():
        raise Refused("case.handover_why", "请写对方为什么退回。", field="words")
    waits.outcome = Handover.Outcome.ACCEPTED if accepted else Handover.Outcome.REJECTED
    waits.receipt, waits.settled_by, waits.settled_at = receipt if accepted else "", act.by.code, act.at
    waits.save()
    if accepted:
        case = step(act, case, "transfer", None)
        case.with_others, case.closed_at = False, act.at
        return record(act, case, kinds.CaseTransferred(state=case.state, sort=waits.sort), words=words)
    forward_in_time(act.at, case)
    case.with_others = False
    changed = clocks.resume(case, act.at, same_unit=True)
    case = record(act, case, kinds.CaseHandoverRejected(state=case.state, sort=waits.sort), words=words)
    if changed:
        clocks.record_deadline(act, case, "handover_rejected")
    return case


def waiting_handover(case: Case) -> Handover | None:
    """The handover that waits for a receipt."""
    return case.handovers.filter(outcome=Handover.Outcome.WAITING).first() if case.with_others else None
