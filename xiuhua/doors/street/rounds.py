"""The operation under way: offered on the officer's forms, already chosen, one tap to drop."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.doors.street.entry import CLOCKS_DIFFER
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By
from xiuhua.rounds.queries import operations_under_way


def rounds_offered(request: HttpRequest, by: By, at: dt.datetime) -> dict[str, Any]:
    """The operations of the unit at this moment, and which one is chosen: the last begun, unless it was dropped."""
    under_way = operations_under_way(unit=by.unit, at=at) if by.unit else []
    chosen = under_way[0].code if under_way else ""
    return {"rounds": under_way, "round": request.POST.get("round", "") if request.method == "POST" else chosen}


def round_of(request: HttpRequest, act: Act) -> str:
    """The operation that a form names; one that was not under way when the work was done is refused."""
    code = request.POST.get("round", "")
    moments = (act.at, act.at - CLOCKS_DIFFER, act.at + CLOCKS_DIFFER)
    known = {one.code for at in moments for one in operations_under_way(unit=act.by.unit, at=at)}
    if code and code not in known:
        raise Refused("round.over", _("这次行动已经结束或者没有您的单位，请改选后再提交。"), field="round")
    return code
