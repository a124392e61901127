"""Coming in at the desk: signed in, holding a post, in a room that is switched on, allowed to look."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4, uuid5

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from xiuhua.city.access import VERBS, must
from xiuhua.city.models import Person, Post, Role
from xiuhua.city.queries import by_of_account, rooms_on
from xiuhua.doors.frame.context import MENU
from xiuhua.doors.frame.errors import wants_json
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By, bureau_day

View = Callable[..., HttpResponse]


def desk_page(*, room: str = "", verb: str = "see_desk") -> Callable[[View], View]:
    """A page of the desk. The view gets `by`, who is asking, after the request."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return _sign_in(request)
            by = by_of_account(request.user, timezone.now())
            if not by.roles:
                return render(request, "frame/no_posts.html", status=403)
            if room and room not in rooms_on():
                return _room_off(request, room)
            must(by, verb)
            return view(request, by, *args, **kwargs)

        return run

    return decorate


def _sign_in(request: HttpRequest) -> HttpResponse:
    """The sign-in page; a script is told to go there instead of getting a page where it wanted a piece."""
    if wants_json(request):
        return HttpResponse(status=401)
    if request.headers.get("HX-Request"):
        back = urlsplit(request.headers.get("HX-Current-URL", ""))
        return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(f"{back.path}?{back.query}").url})
    return redirect_to_login(request.get_full_path())


def _room_off(request: HttpRequest, room: str) -> HttpResponse:
    """The page of a room that this bureau does not use yet: says so, and who can switch it on."""
    label = next((entry.label for _group, entries in MENU for entry in entries if entry.room == room), room)
    posts = Post.objects.held_on(bureau_day(timezone.now())).filter(role__in=VERBS["administer"])
    people = Person.objects.filter(posts__in=posts).distinct()[:5]
    return render(request, "desk/room_off.html", {"label": label, "people": people}, status=404)


def act_of(request: HttpRequest, by: By, *, step: str = "") -> Act:
    """The act behind a posted form: its key was made when the form was; a further act of the form is a `step`."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        raise Refused("form.key", _("页面缺少编号，请刷新页面后重新提交，已填的内容可以先复制。")) from None
    return Act(by=by, at=timezone.now(), key=uuid5(key, step) if step else key)


def version_of(request: HttpRequest) -> int:
    """The version of the case that the form was made from."""
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        raise Refused("form.version", _("页面缺少案件版本，请刷新页面后重新提交，已填的内容可以先复制。")) from None


def fresh_key() -> str:
    return str(uuid4())


def whole_number(text: str | None, *, without: int = 0, most: int = 100_000) -> int:
    """A number from an address; what is no number counts as not given."""
    try:
        return min(max(int(text or without), 0), most)
    except ValueError:
        return without


def day_of(text: str | None) -> dt.date | None:
    """A day from an address; what is no day counts as not given."""
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return None


def is_desk(by: By) -> bool:
    """Whether somebody sits at the desk and may call reporters back."""
    return bool(by.roles & {Role.ACCEPTOR, Role.DISPATCHER, Role.ADMINISTRATOR, Role.LEADER})


def asked_from(request: HttpRequest) -> QueryDict:
    """The filters of the page that a piece was asked from, so that a refreshed list keeps what is chosen."""
    current = request.headers.get("HX-Current-URL", "")
    return QueryDict(urlsplit(current).query)
