"""My duty on the phone: checking in, my shifts, asking for leave or a swap; for a squad leader the roll and approvals."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.city.access import may, must
from xiuhua.city.leave import ask_leave, ask_swap, decide_leave, decide_swap, end_leave
from xiuhua.city.models import (
    Answered,
    CheckIn,
    Leave,
    Person,
    Post,
    Posting,
    Rostered,
    Substitution,
    Swap,
    Unit,
)  # fmt: skip
from xiuhua.city.presence import call_roll, check_in, distance_to, expected, presence
from xiuhua.doors.street.entry import act_of, again, done, fresh_key, must_be_on, number_in, street_page
from xiuhua.doors.street.views.counts import e7
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

AHEAD_DAYS = 14


@dataclass(frozen=True)
class MyDay:
    """One of the next days: its shifts in words, and what stands in the way."""

    on: dt.date
    shifts: tuple[str, ...]
    hours: str
    note: str


def me_of(by: By) -> Person:
    return Person.objects.get(code=by.code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def duty(request: HttpRequest, by: By) -> HttpResponse:
    """My duty today. A post to it checks in or out."""
    must_be_on("posting")
    if request.method != "POST":
        return render(request, "street/duty.html", _context(by))
    must(by, "check_in")
    try:
        accuracy = number_in(request.POST.get("accuracy"))
        made = check_in(
            act_of(request), turn=request.POST.get("turn", ""), lon_e7=e7(request.POST.get("lon")), lat_e7=e7(request.POST.get("lat")),
            accuracy_m=None if accuracy is None else min(max(round(accuracy), 0), 100_000),
        )  # fmt: skip
    except Refused as refused:
        return again(request, refused, "street/duty.html", _context(by))
    return done(request, reverse("street:duty"), checked_words(made))


def checked_words(made: CheckIn) -> str:
    """What became of a check-in, in one sentence."""
    parts = [_("已签%(turn)s") % {"turn": made.get_turn_display()}]
    if made.distance_m is not None:
        parts.append(_("离岗位 %(m)d 米") % {"m": made.distance_m})
    if made.late_min is not None and made.late_min > 0:
        late = made.turn == CheckIn.Turn.IN
        parts.append((_("迟到 %(n)d 分钟") if late else _("早退 %(n)d 分钟")) % {"n": made.late_min})
    return "，".join(parts) + "。"


@require_safe
@never_cache
@street_page
def duty_spot(request: HttpRequest, by: By) -> HttpResponse:
    """How far the post is from here, before anybody taps."""
    lon, lat = number_in(request.GET.get("lon")), number_in(request.GET.get("lat"))
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        return JsonResponse({"words": ""})
    want = expected(me_of(by), timezone.now())
    far = distance_to(want, Point(lon, lat))
    words = "" if far is None else _("离%(place)s %(m)d 米") % {"place": want.place or _("岗位"), "m": round(far)}
    return JsonResponse({"words": words})


def _context(by: By) -> dict[str, Any]:
    at, me = timezone.now(), me_of(by)
    today = bureau_day(at)
    checks = list(CheckIn.objects.filter(person=me, day=today).order_by("at", "id"))
    want = expected(me, at)
    posting = Posting.objects.filter(day=today, person=me).first()
    mine = Leave.objects.filter(person=me, ends_on__gt=today - dt.timedelta(days=30))
    instead = Substitution.objects.in_force(today).filter(by=me).select_related("person")
    return {
        "at": at,
        "today": today,
        "want": want,
        "posting": posting,
        "fixed": [spot.fixed for spot in posting.spots.select_related("fixed") if spot.fixed] if posting else [],
        "checks": checks,
        "turn": CheckIn.Turn.OUT if checks and checks[-1].turn == CheckIn.Turn.IN else CheckIn.Turn.IN,
        "instead": [one.person.name for one in instead],
        "days": my_days(me, today),
        "leaves": [(one, fresh_key()) for one in mine.order_by("-begins_on", "-id")[:6]],
        "swaps": list(Swap.objects.filter(person=me, day__gte=today).select_related("other").order_by("day", "id")),
        "may_check_in": may(by, "check_in"),
        "leads": may(by, "call_roll"),
        "waiting": _waiting(by).count() if may(by, "decide_leave") else 0,
        "key": fresh_key(),
        "typed": {},
    }  # fmt: skip


def _waiting(by: By) -> Any:
    return Leave.objects.filter(state=Leave.State.ASKED, unit__path__startswith=by.unit).exclude(person__code=by.code)


def my_days(me: Person, today: dt.date) -> list[MyDay]:
    """The next two weeks as the roster has them, with leave."""
    last = today + dt.timedelta(days=AHEAD_DAYS - 1)
    shifts: dict[dt.date, list[Rostered]] = {}
    for row in (
        Rostered.objects.filter(person=me, day__range=(today, last)).select_related("shift").order_by("shift__begins")
    ):
        shifts.setdefault(row.day, []).append(row)
    away = list(Leave.objects.approved().touching(today, last + dt.timedelta(days=1)).filter(person=me))
    found = []
    for n in range(AHEAD_DAYS):
        day = today + dt.timedelta(days=n)
        leave = next((one for one in away if one.begins_on <= day < one.ends_on), None)
        rows = shifts.get(day, [])
        hours = "，".join(row.shift.hours for row in rows if row.shift.hours)
        found.append(
            MyDay(day, tuple(row.shift.name for row in rows), hours, str(leave.get_sort_display()) if leave else "")
        )
    return [one for one in found if one.shifts or one.note]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def leave(request: HttpRequest, by: By) -> HttpResponse:
    """Asking for leave, or for a swap of shifts."""
    must_be_on("posting")
    if request.method != "POST":
        return render(request, "street/leave.html", _leave_context(by))
    try:
        words = _ask_swap(request, by) if request.POST.get("what") == "swap" else _ask_leave(request, by)
    except Refused as refused:
        return again(request, refused, "street/leave.html", _leave_context(by))
    return done(request, reverse("street:duty"), words)


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def _ask_leave(request: HttpRequest, by: By) -> str:
    begins, last = _day(request.POST.get("begins_on")), _day(request.POST.get("last_on"))
    if begins is None or last is None:
        raise Refused("leave.form", _("请选择起止日期。"), field="begins_on")
    made = ask_leave(
        act_of(request),
        person=me_of(by),
        sort=request.POST.get("sort", ""),
        begins_on=begins,
        last_on=last,
        words=request.POST.get("words", ""),
    )
    return _("已请假 %(n)d 天，等待批准。") % {"n": made.days}


def _ask_swap(request: HttpRequest, by: By) -> str:
    day, other_day = _day(request.POST.get("day")), _day(request.POST.get("other_day"))
    other = Person.objects.filter(code=request.POST.get("other", "")).first()
    if day is None or other_day is None or other is None:
        raise Refused("swap.form", _("请选择换班的人和两个日期。"), field="day")
    ask_swap(
        act_of(request),
        person=me_of(by),
        day=day,
        other=other,
        other_day=other_day,
        words=request.POST.get("words", ""),
    )
    return _("换班申请已交给中队长。")


def _leave_context(by: By) -> dict[str, Any]:
    today = bureau_day(timezone.now())
    posts = Post.objects.held_on(today).filter(unit__path__startswith=by.unit).exclude(person__code=by.code)
    mine = my_days(me_of(by), today)
    return {
        "today": today, "sorts": Leave.Sort.choices, "key": fresh_key(), "keys": {"swap": fresh_key()}, "typed": {},
        "others": list({post.person_id: post.person for post in posts.select_related("person").order_by("id")}.values()),
        "days": [one for one in mine if one.shifts],
    }  # fmt: skip


@require_POST
@street_page
def leave_end(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """I take a request back, or am back from leave early."""
    one = Leave.objects.filter(code=code, person__code=by.code).first()
    if one is None:
        raise Absent("leave.absent")
    try:
        end_leave(act_of(request), leave=one)
    except Refused as refused:
        return again(request, refused, "street/duty.html", _context(by))
    return done(request, reverse("street:duty"), _("已销假。"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def squad(request: HttpRequest, by: By) -> HttpResponse:
    """A squad leader's page: approvals, the roll, who is there now."""
    must(by, "call_roll")
    must_be_on("posting")
    if request.method != "POST":
        return render(request, "street/squad.html", _squad_context(by))
    try:
        words = _decide(request, by)
    except Refused as refused:
        return again(request, refused, "street/squad.html", _squad_context(by))
    return done(request, reverse("street:squad"), words)


def _decide(request: HttpRequest, by: By) -> str:
    given = request.POST
    verb, answer = given.get("verb", ""), given.get("answer", "")
    if verb in ("approve", "refuse"):
        one = _waiting(by).filter(code=given.get("leave", "")).first()
        if one is None:
            raise Absent("leave.absent")
        instead = Person.objects.filter(code=given.get("by", ""), posts__unit__path__startswith=by.unit).first()
        decide_leave(
            act_of(request),
            leave=one,
            approve=verb == "approve",
            substitute=instead if verb == "approve" else None,
            answer=answer,
        )
        return _("%(name)s的假已批准。") % {"name": one.person.name} if verb == "approve" else _("没有批准。")
    if verb in ("swap", "noswap"):
        asked = Swap.objects.filter(code=given.get("swap", ""), unit__path__startswith=by.unit).first()
        if asked is None:
            raise Absent("swap.absent")
        decide_swap(act_of(request), swap=asked, approve=verb == "swap", answer=answer)
        return _("换班已批准，排班表已改。") if verb == "swap" else _("没有批准。")
    answers = {name.removeprefix("roll-"): value for name, value in given.items() if name.startswith("roll-")}
    call_roll(act_of(request), unit=Unit.objects.get(path=by.unit), answers=answers)
    told = {"n": len(answers), "here": sum(value == "here" for value in answers.values())}
    return _("点名完成：应到 %(n)d，到 %(here)d。") % told


def _squad_context(by: By) -> dict[str, Any]:
    at = timezone.now()
    crew = presence(at, under=by.unit)
    swaps = Swap.objects.filter(state=Swap.State.ASKED, unit__path__startswith=by.unit).select_related(
        "person", "other"
    )
    usual = {"leave": "leave", "rest": "", "lent": "", "off": "", "later": "", "due": "missing"}
    return {
        "at": at,
        "crew": [(one, usual.get(one.state, "here")) for one in crew],
        "leaves": [(one, fresh_key()) for one in _waiting(by).select_related("person").order_by("begins_on", "id")],
        "swaps": [(one, fresh_key()) for one in swaps.order_by("day", "id")],
        "peers": [one.person for one in crew],
        "answers": Answered.State.choices,
        "keys": {"roll": fresh_key()},
        "typed": {},
    }
