"""Putting a mistake right: by another line, never by changing one."""

from __future__ import annotations

from uuid import UUID

from xiuhua.city.access import must
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, Place, action
from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line

REASONS = {"mistake": "填报错误", "repeated": "重复填报", "false": "弄虚作假", "exercise": "测试数据"}


@action(answer=lambda line: line)
def void_line(act: Act, *, line: UUID, reason: str) -> Line:
    """Void a counted line: it no longer adds up, and the difference shows as an erratum.

    Only a line with a quantity may be voided, once; a wrong state is put right by a move of the case.
    """
    must(act.by, "void_line")
    wrong = Line.objects.filter(key=line).first()
    if wrong is None:
        raise Absent("ledger.line", "台账里没有这一条。")
    if wrong.quantity is None:
        raise Refused("ledger.void_state", "这一条没有数量，不能作废；状态错了请在案件页改正。", kind=wrong.kind)
    if Line.objects.filter(kind=LineVoided.kind, corrects=line).exists():
        raise Refused("ledger.voided", "这一条已经作废过了。", about=wrong.about)
    if reason not in REASONS:
        raise Refused("ledger.reason", "请选择作废原因：{listed}。", field="reason", listed="、".join(REASONS.values()))
    return act.record(
        LineVoided(reason=reason),
        about=wrong.about,
        for_unit=wrong.for_unit,
        place=Place(wrong.grid, wrong.segment, wrong.lon_e7, wrong.lat_e7),
        campaign=wrong.campaign,
        round=wrong.round,
        source=wrong.source,
        corrects=line,
    )
