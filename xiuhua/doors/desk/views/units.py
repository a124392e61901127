"""单位: the tree of the bureau; units set up, renamed, moved and closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.city.actions import open_unit
from xiuhua.city.models import Unit
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme.reorganising import close_unit, move_unit, name_unit

KINDS = [(value, label) for value, label in Unit.Kind.choices if value != Unit.Kind.BUREAU]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="people", verb="administer")
def units(request: HttpRequest, by: By) -> HttpResponse:
    """The tree; a post takes one step with one unit, or sets up a new one."""
    if request.method != "POST":
        return render(request, "desk/units.html", _context(request))
    try:
        words = STEPS[request.POST.get("step", "")](request, by)
    except KeyError:
        raise Refused(
            "form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": request.POST.get("step", "")}
        ) from None
    except Refused as refused:
        if refused.code.startswith("access.") or isinstance(refused, Absent):
            raise
        context = _context(request) | {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/units.html", context, status=status_of(refused))
    messages.success(request, words)
    return redirect("desk:units")


def _context(request: HttpRequest) -> dict[str, Any]:
    today = bureau_day(timezone.now())
    held = Q(posts__begins_on__lte=today) & (Q(posts__ends_on=None) | Q(posts__ends_on__gt=today))
    rows = list(Unit.objects.annotate(people=Count("posts__person", filter=held, distinct=True)).order_by("path"))
    open_ones = [one for one in rows if one.closed_on is None or one.closed_on > today]
    return {
        "room": "people", "today": today, "units": open_ones, "kinds": KINDS, "key": fresh_key(), "edit": request.GET.get("edit", ""),
        "rows": [(one, one.path.count("/") - 1, _others(one, open_ones)) for one in open_ones],
        "closed": [one for one in rows if one not in open_ones], "typed": {}, "wrong": "",
    }  # fmt: skip


def _others(unit: Unit, every: list[Unit]) -> list[Unit]:
    """Under which units this one could move: not itself, nor one below it."""
    return [one for one in every if not one.path.startswith(unit.path)]


def _open(request: HttpRequest, by: By) -> str:
    given = request.POST
    parent = Unit.objects.filter(code=given.get("parent", ""), closed_on=None).first()
    if parent is None:
        raise Refused("unit.parent", _("请选择上级单位。"), field="parent")
    kind, name = given.get("kind", ""), given.get("name", "").strip()
    if kind not in dict(KINDS):
        raise Refused("unit.kind", _("请选择单位的类型。"), field="kind")
    if not name or len(name) > 60:
        raise Refused("unit.name", _("请写单位名称，最多 60 个字。"), field="name")
    code = given.get("code", "").strip()
    if not 1 <= len(code) <= 16:
        raise Refused("unit.code", _("请写单位编码，最多 16 个字母或数字。"), field="code")
    unit = open_unit(act_of(request, by), code=code, name=name, kind=kind, parent=parent)
    return _("已设立“%(name)s”。") % {"name": unit.name}


def _name(request: HttpRequest, by: By) -> str:
    unit = name_unit(act_of(request, by), code=request.POST.get("unit", ""), name=request.POST.get("name", ""))
    return _("已改名为“%(name)s”。") % {"name": unit.name}


def _move(request: HttpRequest, by: By) -> str:
    unit = move_unit(act_of(request, by), code=request.POST.get("unit", ""), parent=request.POST.get("parent", ""))
    return _("“%(name)s”已移到“%(above)s”下面。") % {
        "name": unit.name,
        "above": unit.parent.name if unit.parent else "",
    }


def _close(request: HttpRequest, by: By) -> str:
    on: dt.date | None = day_of(request.POST.get("on"))
    if on is None:
        raise Refused("unit.closes", _("请写从哪一天起撤销。"), field="on")
    unit = close_unit(act_of(request, by), code=request.POST.get("unit", ""), on=on)
    return _("“%(name)s”从 %(day)s 起撤销。") % {"name": unit.name, "day": on}


STEPS: dict[str, Callable[[HttpRequest, By], str]] = {"open": _open, "name": _name, "move": _move, "close": _close}
