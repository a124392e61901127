"""撤回: within ten seconds whoever took a step takes it back, and the case stands exactly as before.

The line of the step stays, and no longer counts: the line of the recall names it. What leaves the house because of a
step (notices) leaves only after these seconds.
"""

from __future__ import annotations

from xiuhua.cases import clocks
from xiuhua.cases.models import Case, LastStep
from xiuhua.cases.recalled import GRACE, WITHIN, put_back
from xiuhua.cases.stepping import forward_in_time, locked, record
from xiuhua.city.notices import drop_notices
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds.case import CaseRecalled
from xiuhua.ledger.models import Line


@action(answer=lambda line: Case.objects.get(number=line.about))
def recall_case(act: Act, *, case: Case) -> Case:
    """Take back the last step of a case: one's own, nothing done since, not older than ten seconds."""
    case = locked(case)
    last = LastStep.objects.filter(case=case).order_by("-id").first()
    if last is None or act.at > last.at + WITHIN + GRACE:
        raise Refused("case.recall_late", "已经过了 10 秒，不能撤回了；可以用退回、重新打开等步骤改正。")
    if last.by != act.by.code:
        raise Refused("case.recall_other", "最后一步是别人办的，只能撤回自己刚办的一步。")
    if last.version != case.version:
        raise Refused("case.recall_moved", "这一步之后案件又有变动，不能撤回，请刷新看现在的情况。")
    forward_in_time(act.at, case)
    due = (case.due_at, case.paused_at)
    put_back(case, last.before)
    earlier = LastStep.objects.filter(case=case, pk__lt=last.pk).order_by("-id").first()
    line, verb = last.line, last.verb
    last.delete()
    drop_notices(line)
    case = record(act, case, CaseRecalled(state=case.state, verb=verb), corrects=line)
    if earlier is not None:  # two steps of one press are taken back one after the other
        LastStep.objects.filter(pk=earlier.pk).update(version=case.version)
    if (case.due_at, case.paused_at) != due:
        clocks.record_deadline(act, case, "recalled")
    return case


def recalled_lines(number: str) -> set[object]:
    """Keys of the lines of a case that were taken back."""
    lines = Line.objects.about(number).of_kind(CaseRecalled.kind)
    return set(lines.exclude(corrects=None).values_list("corrects", flat=True))
