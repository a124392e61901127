"""请假换班: what waits for an answer, who is away with whom in their place, swaps of shifts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.city.access import may
from xiuhua.city.leave import ask_leave, decide_leave, decide_swap, end_leave, end_substitution, substitute
from xiuhua.city.models import Leave, Person, Post, Role, Substitution, Swap, Unit
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

BACK_DAYS = 30
AT_DESK = (Role.LEADER, Role.OFFICE, Role.ADMINISTRATOR, Role.DISPATCHER)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="posting")
def leaves(request: HttpRequest, by: By) -> HttpResponse:
    """The page; a post to it is one step with a leave, a stand-in or a swap."""
    if request.method != "POST":
        return render(request, "desk/leaves.html", context_of(by))
    does: dict[str, Callable[[HttpRequest, By], str]] = {
        "ask": _ask, "approve": _approve, "refuse": _refuse, "end": _end, "substitute": _substitute, "stop": _stop,
        "swap": _swap, "noswap": _no_swap,
    }  # fmt: skip
    verb = request.POST.get("verb", "")
    if verb not in does:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})
    try:
        told = does[verb](request, by)
    except Refused as refused:
        if refused.code.startswith("access.") or isinstance(refused, Absent):
            raise
        context = context_of(by) | {"refused": refused, "wrong": "", "typed": request.POST}
        return render(request, "desk/leaves.html", context, status=status_of(refused))
    messages.success(request, told)
    return redirect("desk:leaves")


def _under(by: By) -> str:
    """The unit whose requests somebody sees: all at the desk, the own squad's on the street."""
    return "" if by.roles & set(AT_DESK) else by.unit


def _leave(request: HttpRequest, by: By) -> Leave:
    found = Leave.objects.filter(code=request.POST.get("leave", ""), unit__path__startswith=_under(by)).first()
    if found is None:
        raise Absent("leave.absent")
    return found


def _person(code: str, by: By) -> Person | None:
    """Somebody who holds a post in the units that this person sees."""
    posts = Post.objects.held_on(_today()).filter(unit__path__startswith=_under(by))
    return Person.objects.filter(code=code, posts__in=posts).first() if code else None


def _today() -> dt.date:
    return bureau_day(timezone.now())


def _ask(request: HttpRequest, by: By) -> str:
    given = request.POST
    person = _person(given.get("person", ""), by)
    begins, last = day_of(given.get("begins_on")), day_of(given.get("last_on"))
    if person is None or begins is None or last is None:
        raise Refused("leave.form", _("请选择人和起止日期。"), field="begins_on")
    leave = ask_leave(
        act_of(request, by),
        person=person,
        sort=given.get("sort", ""),
        begins_on=begins,
        last_on=last,
        words=given.get("words", ""),
    )
    return _("%(name)s请假 %(n)d 天，等待批准。") % {"name": person.name, "n": leave.days}


def _approve(request: HttpRequest, by: By) -> str:
    leave = _leave(request, by)
    instead = _person(request.POST.get("by", ""), by)
    decide_leave(
        act_of(request, by), leave=leave, approve=True, substitute=instead, answer=request.POST.get("answer", "")
    )
    told = {"name": leave.person.name, "by": instead.name if instead else ""}
    return _("%(name)s的假已批准，由%(by)s代班。") % told if instead else _("%(name)s的假已批准。") % told


def _refuse(request: HttpRequest, by: By) -> str:
    leave = _leave(request, by)
    decide_leave(act_of(request, by), leave=leave, approve=False, answer=request.POST.get("answer", ""))
    return _("%(name)s的假没有批准，原因会给他看。") % {"name": leave.person.name}


def _end(request: HttpRequest, by: By) -> str:
    leave = _leave(request, by)
    end_leave(act_of(request, by), leave=leave)
    return _("%(name)s已销假，今天起照常上班。") % {"name": leave.person.name}


def _substitute(request: HttpRequest, by: By) -> str:
    leave, instead = _leave(request, by), _person(request.POST.get("by", ""), by)
    if instead is None:
        raise Refused("substitute.who", _("请选择由谁代班。"), field="by")
    begins = max(leave.begins_on, _today())
    substitute(act_of(request, by), person=leave.person, by=instead, begins_on=begins, last_on=leave.last_on)
    return _("%(by)s替%(name)s代班到 %(day)s。") % {"by": instead.name, "name": leave.person.name, "day": leave.last_on}


def _stop(request: HttpRequest, by: By) -> str:
    code = request.POST.get("substitution", "")
    one = Substitution.objects.filter(code=code, person__posts__unit__path__startswith=_under(by)).distinct().first()
    if one is None:
        raise Absent("substitution.absent")
    end_substitution(act_of(request, by), substitution=one)
    return _("代班已结束。")


def _swap(request: HttpRequest, by: By, *, approve: bool = True) -> str:
    swap = Swap.objects.filter(code=request.POST.get("swap", ""), unit__path__startswith=_under(by)).first()
    if swap is None:
        raise Absent("swap.absent")
    decide_swap(act_of(request, by), swap=swap, approve=approve, answer=request.POST.get("answer", ""))
    return _("换班已批准，排班表已改。") if approve else _("换班没有批准，排班不变。")


def _no_swap(request: HttpRequest, by: By) -> str:
    return _swap(request, by, approve=False)


def context_of(by: By) -> dict[str, Any]:
    """What the page shows: eight queries however many requests."""
    today, under = _today(), _under(by)
    own = Leave.objects.filter(unit__path__startswith=under).select_related("person", "unit")
    waiting = list(own.filter(state=Leave.State.ASKED).order_by("begins_on", "id"))
    away = list(own.approved().filter(ends_on__gt=today).order_by("begins_on", "id"))
    instead: dict[int, list[Substitution]] = {}
    for one in (
        Substitution.objects.filter(leave__in=away, ends_on__gt=today).select_related("by").order_by("begins_on")
    ):
        instead.setdefault(one.leave_id or 0, []).append(one)
    past = list(own.exclude(state=Leave.State.ASKED).filter(begins_on__gt=today - dt.timedelta(days=BACK_DAYS)).exclude(pk__in=[one.pk for one in away]).order_by("-begins_on", "-id")[:40])  # fmt: skip
    swaps = Swap.objects.filter(unit__path__startswith=under, state=Swap.State.ASKED).select_related(
        "person", "other", "unit"
    )
    posts = Post.objects.held_on(today).filter(
        unit__path__startswith=under, unit__kind__in=("squad", "team", "office", "centre")
    )
    people: dict[int, Post] = {}
    for post in posts.exclude(role=Role.MACHINE).select_related("person", "unit").order_by("unit__path", "id"):
        people.setdefault(post.person_id, post)
    return {
        "room": "posting", "tab": "leaves", "today": today, "wrong": "", "typed": {},
        "waiting": [(one, may(by, "decide_leave", unit=one.unit.path) and one.person.code != by.code, _peers(people, one)) for one in waiting],
        "away": [(one, instead.get(one.pk, []), _peers(people, one), one.begins_on <= today) for one in away],
        "may_decide": may(by, "decide_leave"),
        "past": past,
        "names": person_names({one.decided_by for one in [*away, *past] if one.decided_by}),
        "swaps": [(one, may(by, "set_roster", unit=one.unit.path)) for one in swaps.order_by("day", "id")],
        "people": list(people.values()),
        "sorts": Leave.Sort.choices,
        "me": by.code,
        "key": fresh_key(),
    }  # fmt: skip


def _peers(people: dict[int, Post], leave: Leave) -> list[Person]:
    """Who could stand in: the others of the unit."""
    unit: Unit = leave.unit
    return [
        post.person
        for post in people.values()
        if post.unit.path.startswith(unit.path) and post.person_id != leave.person_id
    ]
