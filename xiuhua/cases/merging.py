"""并案: a report that tells the same problem as another case goes on with that one, and its reporter follows it there."""

from __future__ import annotations

from xiuhua.cases.models import Case
from xiuhua.cases.stepping import locked, record, step
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.kinds.case import CaseMerged


@action(answer=lambda line: Case.objects.get(number=line.about))
def merge_case(act: Act, *, case: Case, into: Case, words: str = "", version: int | None = None) -> Case:
    """The report goes on with the other case. What was merged into the report before goes along, so nobody is lost.

    Into a case that was merged itself means into the one that it went on with: so there are no chains and no circles.
    """
    into = locked(into)
    if into.merged_into_id is not None:
        into = locked(Case.objects.get(pk=into.merged_into_id))
    if into.pk == case.pk:
        raise Refused("case.merge_self", "不能把案件并入它自己。", field="into")
    if into.state == "refused":
        raise Refused("case.merge_refused", "{number} 没有受理，不能并到它那里。", field="into", number=into.number)
    case = step(act, case, "merge", version)
    case.merged_into, case.closed_at = into, act.at
    Case.objects.filter(merged_into=case).update(merged_into=into)
    return record(act, case, CaseMerged(state=case.state, into=into.number), words=words)


def followed(case: Case) -> Case:
    """The case in which a report goes on: itself, unless it was merged."""
    return case.merged_into if case.merged_into is not None else case
