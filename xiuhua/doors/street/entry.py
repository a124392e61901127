"""Coming in on the street: signed in, holding a post; and the act behind a form that may have waited in the phone."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from xiuhua.cases.models import Case
from xiuhua.city.access import may
from xiuhua.city.queries import by_of_account, rooms_on
from xiuhua.doors.frame.errors import status_of, wants_json
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, By

View = Callable[..., HttpResponse]
CLOCKS_DIFFER = dt.timedelta(minutes=10)
LONGEST_WAIT = dt.timedelta(days=60)
"""A record that waited longer in a phone comes from a phone whose date is wrong (our choice)."""


def street_page(view: View) -> View:
    """A page of the phone. The view gets `by`, who is asking, after the request."""

    @functools.wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return HttpResponse(status=401) if wants_json(request) else redirect_to_login(request.get_full_path())
        by = by_of_account(request.user, timezone.now())
        if not by.roles:
            return render(request, "frame/no_posts.html", status=403)
        return view(request, by, *args, **kwargs)

    return run


def must_be_on(room: str) -> None:
    """A room that the bureau does not use yet looks as if it were not there, and says who can switch it on."""
    if room not in rooms_on():
        raise Absent("room.off", _("本单位还没有启用这个功能；系统管理员可以在“系统设置”里打开。"))


def offered(by: By) -> dict[str, bool]:
    """Which of the quick tasks a person finds on the phone: those that the bureau uses and the person may do."""
    rooms = rooms_on()
    return {
        "may_count": "counts" in rooms and may(by, "record_count"),
        "may_duty": "posting" in rooms and may(by, "ask_leave"),
        "may_warn": "slips" in rooms and may(by, "issue_slip"),
    }


def act_of(request: HttpRequest, *, after: Case | None = None) -> Act:
    """The act behind a posted form: key and moment were made on the phone, the office's clock says when it came in."""
    now = timezone.now()
    at = _moment(request.POST.get("at", ""), now)
    if after is not None:
        at = _not_before(at, after)
    return Act(by=by_of_account(request.user, at), at=at, key=key_of(request), recorded_at=now)


def key_of(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refused("form.key", _("页面缺少编号，请刷新页面后重新提交，已填的内容可以先复制。")) from None


def _moment(text: str, now: dt.datetime) -> dt.datetime:
    """When the phone says it happened; without a script, when the form came in."""
    try:
        at = parse_datetime(text) if text else now
    except ValueError:
        at = None
    if at is None or timezone.is_naive(at):
        raise Refused("form.at", _("手机报的时间读不出来，请刷新页面后重新提交。"), field="at")
    if at < now - LONGEST_WAIT:
        told = {"day": timezone.localtime(at).strftime("%Y-%m-%d")}
        raise Refused(
            "form.at", _("手机报的日期是 %(day)s，早了两个月以上；请校准手机的日期后重新提交。") % told, field="at"
        )
    return at


def _not_before(at: dt.datetime, case: Case) -> dt.datetime:
    """Phones' clocks differ by minutes: a step taken right after another does not come before it."""
    return case.moved_at if case.moved_at - CLOCKS_DIFFER < at < case.moved_at else at


def version_of(request: HttpRequest) -> int | None:
    """The version of the case that the form was made from."""
    text = request.POST.get("version", "")
    if not text.isdigit():
        raise Refused("form.version", _("页面缺少案件版本，请刷新页面后重新提交，已填的内容可以先复制。"))
    return int(text)


def done(request: HttpRequest, where: str, words: str) -> HttpResponse:
    """The answer to a form that was taken: what became of it and the next page, for a browser or for the outbox."""
    if wants_json(request):
        return JsonResponse({"url": where, "words": words})
    messages.success(request, words)
    return redirect(where)


def again(request: HttpRequest, refused: Refused, template: str, context: dict[str, Any]) -> HttpResponse:
    """The same form with what was typed and the sentence where it belongs; scripts get the refusal itself.

    A key that was used for something else is replaced, so that what was typed can go out under one of its own.
    """
    if wants_json(request) or refused.code.startswith("access."):
        raise refused
    if refused.code == "act.key_reused":
        context["key"] = fresh_key()
    return render(request, template, {**context, "refused": refused, "typed": request.POST}, status=status_of(refused))


def fresh_key() -> str:
    return str(uuid4())


def source_of(by: By) -> str:
    """Who found it, as intake names sources."""
    if "assistant" in by.roles:
        return "assistant"
    if "inspector" in by.roles:
        return "street"
    return "leader" if "leader" in by.roles else "officer"


def number_in(text: str | None) -> float | None:
    """A coordinate as typed by the phone; nothing when there is none. Nonsense is refused."""
    if not text or not text.strip():
        return None
    try:
        return float(text)
    except ValueError:
        raise Refused("form.point", _("坐标读不出来，请重新定位，或写明地点。"), field="lon") from None
