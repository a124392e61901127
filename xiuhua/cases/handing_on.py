"""Handing a case on: its officer leaves, the case stays with the unit and goes on with somebody else."""

from __future__ import annotations

from xiuhua.cases.acknowledging import send, tell_errand
from xiuhua.cases.models import Case
from xiuhua.cases.stepping import forward_in_time, locked, record
from xiuhua.city.access import STREET, must
from xiuhua.city.models import Person, Post
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import case as kinds


@action(answer=lambda line: Case.objects.get(number=line.about))
def hand_on_case(act: Act, *, case: Case, person: Person) -> Case:
    """The case in work goes to another person of its unit; its state and its limit stay."""
    must(act.by, "rotate", unit=case.for_unit)
    case = locked(case)
    if case.state != "dispatched":
        raise Refused("case.handed_on", "案件 {number} 不在处置中，不用移交。", number=case.number)
    forward_in_time(act.at, case)
    posts = Post.objects.held_on(bureau_day(act.at)).filter(person=person, role__in=STREET)
    if not posts.filter(unit__path__startswith=case.for_unit).exists():
        raise Refused(
            "case.not_of_unit", "{person_name}不在案件 {number} 的责任单位，请换一个人接收。", field="to",
            person_name=person.name, number=case.number,
        )  # fmt: skip
    case.handler = person.code
    send(case, act.at)
    case = record(act, case, kinds.CaseHandedOn(state=case.state, to_person=person.code))
    tell_errand(act, case)
    return case
