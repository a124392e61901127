"""今日派班: who of each squad is there today, where and when; set in two minutes, printed on one sheet."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.city.access import may
from xiuhua.city.models import FixedPost, Person, Posting, Unit, Weather
from xiuhua.city.posting import (
    Posted,
    close_fixed_post,
    declare_weather,
    last_sheet,
    open_fixed_post,
    set_posting,
    weather_on,
)  # fmt: skip
from xiuhua.city.queries import bureau_name
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.posting_board import (
    Squad,
    as_typed,
    begin_from,
    chat_text,
    day_of_squads,
    grounds,
    squads,
    street_posts,
)  # fmt: skip
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

AHEAD_DAYS = 14
WEEKDAYS = ("一", "二", "三", "四", "五", "六", "日")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="posting")
def posting(request: HttpRequest, by: By) -> HttpResponse:
    """All squads of the day, and the form of the one chosen. A post sets that squad's day."""
    if request.method == "POST":
        return save(request, by)
    return render(request, "desk/posting.html", context_of(request, by))


def save(request: HttpRequest, by: By) -> HttpResponse:
    """One squad's day as the form has it."""
    day, unit = _day_and_unit(request)
    today = bureau_day(timezone.now())
    try:
        if not today - dt.timedelta(days=AHEAD_DAYS) <= day <= today + dt.timedelta(days=AHEAD_DAYS):
            raise Refused("posting.day", _("只能排前后 %(n)d 天以内的班。") % {"n": AHEAD_DAYS}, field="day")
        rows = set_posting(
            act_of(request, by), day=day, unit=unit, people=posted(request, unit, day),
            plan=request.POST.get("plan") or Weather.FAIR, note=request.POST.get("note", "")[:200],
        )  # fmt: skip
    except Refused as refused:
        return _again(request, by, refused)
    present = sum(row.status == Posting.Status.PRESENT for row in rows)
    messages.success(
        request,
        _("%(unit)s %(day)s 派班已保存：应到 %(due)d，在岗 %(present)d。")
        % {"unit": unit.name, "day": day.isoformat(), "due": len(rows), "present": present},
    )
    return redirect(f"{reverse('desk:posting')}?day={day.isoformat()}")


def _day_and_unit(request: HttpRequest) -> tuple[dt.date, Unit]:
    day = day_of(request.POST.get("day"))
    unit = squads().filter(path=request.POST.get("unit", "")).first()
    if day is None or unit is None:
        raise Absent("posting.absent")
    return day, unit


def _again(request: HttpRequest, by: By, refused: Refused) -> HttpResponse:
    """The page with what was typed and the sentence."""
    if refused.code.startswith("access."):
        raise refused
    return render(request, "desk/posting.html", context_of(request, by, refused=refused), status=status_of(refused))


def posted(request: HttpRequest, unit: Unit, day: dt.date) -> list[Posted]:
    """The people of the form with what was chosen for each."""
    given = request.POST
    codes = list(dict.fromkeys([*given.getlist("person"), *filter(None, given.getlist("borrowed"))]))
    people = {one.code: one for one in Person.objects.filter(code__in=codes, posts__in=street_posts(day)).distinct()}
    posts = [name.removeprefix("fixed-") for name in given if name.startswith("fixed-")]
    found = []
    for code in codes:
        if code not in people:
            raise Refused("posting.person", _("有人已经不在岗位上，请刷新页面后再排。"))
        status = given.get(f"status-{code}") or Posting.Status.PRESENT
        if status not in Posting.Status.values:
            raise Refused("posting.status", _("请给每个人选在岗、请假、借调或轮休。"))
        place, hours, vehicle, recorder = (
            given.get(f"{name}-{code}", "").strip() for name in ("place", "hours", "vehicle", "recorder")
        )
        fixed = tuple(post for post in posts if code in given.getlist(f"fixed-{post}"))
        found.append(Posted(people[code], status, place[:120], hours[:40], vehicle[:20], recorder[:20], fixed))
    if not found:
        raise Refused("posting.nobody", _("%(unit)s 没有可以排班的人。") % {"unit": unit.name})
    return found


@require_POST
@desk_page(room="posting")
def weather(request: HttpRequest, by: By) -> HttpResponse:
    """The weather of a day is declared."""
    day = day_of(request.POST.get("day"))
    if day is None:
        raise Absent("posting.absent")
    try:
        row = declare_weather(
            act_of(request, by), day=day, weather=request.POST.get("weather", ""),
            excuses=request.POST.get("excuses") == "1", words=request.POST.get("words", ""),
        )  # fmt: skip
    except Refused as refused:
        return _again(request, by, refused)
    told = {"day": day.isoformat(), "weather": row.get_weather_display()}
    messages.success(request, _("%(day)s 的天气定为“%(weather)s”，派班从上一次同样天气的一天开始。") % told)
    return redirect(f"{reverse('desk:posting')}?day={day.isoformat()}")


@require_POST
@desk_page(room="posting")
def fixed_post(request: HttpRequest, by: By) -> HttpResponse:
    """A fixed post is set up, or closed."""
    given = request.POST
    day, unit = _day_and_unit(request)
    try:
        if given.get("close"):
            post = FixedPost.objects.select_related("unit").filter(code=given["close"], unit=unit).first()
            if post is None:
                raise Absent("fixed_post.absent")
            close_fixed_post(act_of(request, by, step=post.code), post=post)
            messages.success(request, _("定点岗“%(name)s”已撤。") % {"name": post.name})
        else:
            post = open_fixed_post(
                act_of(request, by), unit=unit, name=given.get("name", ""), hours=given.get("post_hours", ""),
                weekdays="".join(given.getlist("weekdays")), needs=whole_number(given.get("needs"), without=1, most=99),
                outdoor=given.get("outdoor") == "1",
            )  # fmt: skip
            messages.success(request, _("定点岗“%(name)s”已设，今天起按时段要人。") % {"name": post.name})
    except Absent:
        raise
    except Refused as refused:
        return _again(request, by, refused)
    return redirect(f"{reverse('desk:posting')}?day={day.isoformat()}&unit={unit.path}")


def context_of(request: HttpRequest, by: By, *, refused: Refused | None = None) -> dict[str, Any]:
    """What the page shows: as many queries for ten people as for a hundred."""
    given = request.POST if request.method == "POST" else request.GET
    today = bureau_day(timezone.now())
    day = day_of(given.get("day")) or today
    found = day_of_squads(by, day)
    chosen = _chosen(found, given.get("unit"))
    declared = weather_on(day)
    plan = str(declared.weather) if declared else str(Weather.FAIR)
    if chosen is not None and request.method == "POST":
        as_typed(chosen, request.POST)
    elif chosen is not None and "copy" in given:
        begin_from(chosen, day, plan)
    last = last_sheet(chosen.unit, day, plan=plan) if chosen else None
    return {
        "room": "posting",
        "day": day,
        "today": today,
        "is_today": day == today,
        "before": day - dt.timedelta(days=1),
        "after": day + dt.timedelta(days=1),
        "squads": found,
        "chosen": chosen,
        "last": last,
        "others": [row for one in found if chosen and one.unit != chosen.unit for row in one.rows],
        "statuses": Posting.Status.choices,
        "places": sorted({row.place for one in found for row in one.rows if row.place})[:40],
        "grounds": grounds(chosen, day) if chosen else [],
        "weather": declared,
        "weathers": Weather.choices,
        "plan": plan,
        "may_declare": may(by, "declare_weather") and today <= day,
        "weekdays": list(enumerate(WEEKDAYS, start=1)),
        "chat": chat_text(found, day, bureau_name()) if any(one.is_set for one in found) else "",
        "refused": refused,
        "wrong": "",
        "keys": {name: fresh_key() for name in ("weather", "post", "close")},
        "key": fresh_key(),
        "at": timezone.now(),
    }


def _chosen(found: list[Squad], path: str | None) -> Squad | None:
    """The squad in the address; without one, the first that this person may set and nobody has set yet."""
    may_set = [one for one in found if one.may_set]
    if path is not None:
        return next((one for one in may_set if one.unit.path == path), None)
    return next((one for one in may_set if not one.is_set), None)
