"""人员权限: who works where as what, since when; posts begun and ended, sign-ins opened and closed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.city.accounts import OneTime, close_account, open_account, open_accounts, reset_account
from xiuhua.city.actions import begin_post
from xiuhua.city.models import Account, Duty, Person, Post, Role, Unit
from xiuhua.city.notices import change_channel
from xiuhua.city.people import expiring, register_person, show_phone
from xiuhua.city.posts import duties_with, leave_post
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.channels import usable
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

HELD = tuple((value, label) for value, label in Role.choices if value != Role.MACHINE)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="people", verb="administer")
def people(request: HttpRequest, by: By) -> HttpResponse:
    """Everybody by unit. A post to it gives somebody new a first post."""
    if request.method != "POST":
        return render(request, "desk/people.html", context_of(request))
    try:
        unit, role = _unit(request), request.POST.get("role", "")
        _held(role)
        name = request.POST.get("name", "").strip()[:40]
        person = begin_post(
            act_of(request, by), unit=unit, role=role, name=name, title=request.POST.get("title", "").strip()[:40],
            phone=request.POST.get("phone", "").strip()[:20], certificate=request.POST.get("certificate", "").strip()[:40],
        )  # fmt: skip
    except Refused as refused:
        return _again(request, refused, "desk/people.html", context_of(request))
    messages.success(
        request, _("%(name)s已登记到%(unit)s。要让他登录，请接着开通账号。") % {"name": person.name, "unit": unit.name}
    )
    return redirect("desk:person", code=person.code)


def _unit(request: HttpRequest) -> Unit:
    unit = Unit.objects.filter(code=request.POST.get("unit", ""), closed_on=None).first()
    if unit is None:
        raise Refused("people.unit", _("请选择单位。"), field="unit")
    return unit


def _held(role: str) -> None:
    if role not in dict(HELD):
        raise Refused("city.role", _("请选择岗位。"), field="role")


def _again(request: HttpRequest, refused: Refused, template: str, context: dict[str, Any]) -> HttpResponse:
    """The same page with what was typed and the sentence where it belongs."""
    if refused.code.startswith("access.") or isinstance(refused, Absent):
        raise refused
    told = {"refused": refused, "wrong": refused.field, "typed": request.POST}
    return render(request, template, context | told, status=status_of(refused))


def context_of(request: HttpRequest) -> dict[str, Any]:
    """Units with the people who hold a post there; three queries whatever the number."""
    given = request.GET
    day = bureau_day(timezone.now())
    words, unit = given.get("q", "").strip()[:40], given.get("unit", "")[:120]
    show = "past" if given.get("show") == "past" else "now"
    posts = Post.objects.exclude(role=Role.MACHINE).select_related("person__account", "unit")
    posts = posts.filter(ends_on__lte=day) if show == "past" else posts.filter(Q(ends_on=None) | Q(ends_on__gt=day))
    if words:
        posts = posts.filter(Q(person__name__icontains=words) | Q(person__certificate=words) | Q(person__account__username__iexact=words))  # fmt: skip
    if unit:
        posts = posts.filter(unit__path__startswith=unit)
    every = list(Unit.objects.filter(closed_on=None))
    by_unit: dict[int, list[Post]] = {one.pk: [] for one in every}
    for post in posts.order_by("unit__path", "begins_on", "id"):
        by_unit.setdefault(post.unit_id, []).append(post)
    return {
        "room": "people",
        "day": day,
        "words": words,
        "unit": unit,
        "show": show,
        "groups": [(one, by_unit[one.pk]) for one in every if by_unit[one.pk]],
        "units": every,
        "roles": HELD,
        "total": len({post.person_id for posts in by_unit.values() for post in posts}),
        "without": sum(not hasattr(post.person, "account") for posts in by_unit.values() for post in posts),
        "key": fresh_key(),
        "keys": {"accounts": fresh_key()},
        "bare": list(
            dict.fromkeys(
                post.person.code for posts in by_unit.values() for post in posts if not hasattr(post.person, "account")
            )
        )[:100],
        "expiring": expiring(day),
        "typed": {},
    }


@never_cache
@require_POST
@desk_page(room="people", verb="administer")
def accounts(request: HttpRequest, by: By) -> HttpResponse:
    """Everybody ticked gets a sign-in: one sheet of password slips to print and cut, shown this once."""
    people = list(Person.objects.filter(code__in=request.POST.getlist("person")).order_by("id"))
    try:
        opened = open_accounts(act_of(request, by), people=people)
    except Refused as refused:
        return _again(request, refused, "desk/people.html", context_of(request))
    units = {
        post.person_id: post.unit.name
        for post in Post.objects.filter(person__in=people, ends_on=None).select_related("unit").order_by("-id")
    }
    slips = [(one, one.account.person, units.get(one.account.person_id or 0, "")) for one in opened]
    where = request.build_absolute_uri(reverse("home"))
    return render(request, "desk/account_slips.html", {"slips": slips, "at": timezone.now(), "where": where})


@require_POST
@desk_page(room="people", verb="administer")
def person_register(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """Employment, certificate and phone are put right; an empty phone field leaves the number as it is."""
    one, given = _person(code), request.POST
    phone = given.get("phone", "").strip()[:20]
    try:
        register_person(
            act_of(request, by), person=one, employment=given.get("employment", ""), certificate=given.get("certificate", "").strip()[:40],
            certificate_from=day_of(given.get("certificate_from")), certificate_until=day_of(given.get("certificate_until")),
            phone="" if given.get("no_phone") else phone or None,
        )  # fmt: skip
    except Refused as refused:
        return _again(request, refused, "desk/person.html", person_context(one))
    messages.success(request, _("%(name)s的登记已保存。") % {"name": one.name})
    return redirect("desk:person", code=code)


@require_POST
@desk_page(verb="see_phone")
def phone(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The full number, once; who looked stands in the ledger."""
    one = Person.objects.filter(code=code).first()
    if one is None:
        raise Absent("person.absent")
    number = show_phone(act_of(request, by), person=one)
    messages.info(request, _("%(name)s：%(phone)s（这次查看已记入台账）") % {"name": one.name, "phone": number})
    back = request.POST.get("back", "")
    return redirect("desk:presence" if back == "presence" else reverse("desk:person", args=[code]))


@never_cache
@require_safe
@desk_page(room="people", verb="administer")
def person(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One person: posts with their periods, and the sign-in."""
    return render(request, "desk/person.html", person_context(_person(code)))


def _person(code: str) -> Person:
    posts = Prefetch("posts", Post.objects.select_related("unit").order_by("-begins_on", "-id"))
    found = Person.objects.filter(code=code).select_related("account").prefetch_related(posts).first()
    if found is None:
        raise Absent("person.absent")
    return found


def person_context(one: Person) -> dict[str, Any]:
    day = bureau_day(timezone.now())
    account = getattr(one, "account", None)
    return {
        "room": "people",
        "day": day,
        "person": one,
        "phone": one.masked_phone,
        "posts": [(post, _holds(post, day), _parts(post, day)) for post in one.posts.all()],
        "heirs": _heirs(one, day),
        "account": account,
        "suggested": one.certificate or one.code,
        "units": Unit.objects.filter(closed_on=None),
        "roles": HELD,
        "keys": {name: fresh_key() for name in ("post", "open", "reset", "close", "register", "phone")},
        "employments": Person.Employment.choices,
        "certified": one.certified_on(day),
        "channels": list(one.channels.all()),
        "ways": [(way, way.label) for way in usable()],
        "typed": {},
    }


def _parts(post: Post, day: dt.date) -> list[tuple[str, str, int]]:
    """The parts of duties that go with a post: code, name, how many."""
    if not _holds(post, day) or post.ends_on is not None:
        return []
    counted = Counter(duty.part for duty in duties_with(post, day))
    return [(part, str(Duty.Part(part).label), n) for part, n in counted.items()]


def _heirs(one: Person, day: dt.date) -> list[Post]:
    """Who may take duties over: those of the same units."""
    units = [post.unit.path for post in one.posts.all() if _holds(post, day)]
    posts = Post.objects.held_on(day).filter(unit__path__in=units).exclude(person=one)
    return list({post.person_id: post for post in posts.select_related("person", "unit").order_by("id")}.values())


def _holds(post: Post, day: dt.date) -> bool:
    return post.begins_on <= day and (post.ends_on is None or post.ends_on > day)


@require_POST
@desk_page(room="people", verb="administer")
def person_post(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A person takes up a further post."""
    one = _person(code)
    try:
        unit, role = _unit(request), request.POST.get("role", "")
        _held(role)
        begin_post(
            act_of(request, by), unit=unit, role=role, person=one, title=request.POST.get("title", "").strip()[:40]
        )
    except Refused as refused:
        return _again(request, refused, "desk/person.html", person_context(one))
    messages.success(request, _("%(name)s在%(unit)s的岗位今天起生效。") % {"name": one.name, "unit": unit.name})
    return redirect("desk:person", code=code)


@require_POST
@desk_page(room="people", verb="administer")
def post_end(request: HttpRequest, by: By, code: str, post: str) -> HttpResponse:
    """A person leaves a post."""
    one = _person(code)
    held = next((each for each in one.posts.all() if each.code == post), None)
    if held is None:
        raise Absent("post.absent")
    try:
        day = day_of(request.POST.get("on")) or bureau_day(timezone.now())
        parts = {name.removeprefix("heir-"): value for name, value in request.POST.items() if name.startswith("heir-")}
        people = {one.code: one for one in Person.objects.filter(code__in=parts.values())}
        heirs = {part: people.get(value) for part, value in parts.items() if value}
        ended = leave_post(act_of(request, by), post=held, on=day, heirs=heirs)
    except Refused as refused:
        return _again(request, refused, "desk/person.html", person_context(one))
    messages.success(
        request,
        _("岗位到 %(day)s 结束，那天起不再有这个岗位的权限。") % {"day": (ended.ends_on or dt.date.min).isoformat()},
    )
    return redirect("desk:person", code=code)


@never_cache
@require_POST
@desk_page(room="people", verb="administer")
def account(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A sign-in is opened, gets another one-time password, or is closed."""
    one = _person(code)
    verb = request.POST.get("verb", "")
    does: dict[str, Callable[[], OneTime | Account]] = {
        "open": lambda: open_account(act_of(request, by), person=one, username=request.POST.get("username", "")),
        "reset": lambda: reset_account(act_of(request, by), account=_account(one)),
        "close": lambda: close_account(act_of(request, by), account=_account(one)),
    }
    if verb not in does:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})
    try:
        done = does[verb]()
    except Refused as refused:
        return _again(request, refused, "desk/person.html", person_context(one))
    if isinstance(done, OneTime):
        slip = {"person": one, "one": done, "at": timezone.now(), "where": request.build_absolute_uri(reverse("home"))}
        return render(request, "desk/account_slip.html", slip)
    messages.success(request, _("%(name)s的账号已停用，马上失效。") % {"name": one.name})
    return redirect("desk:person", code=code)


@require_POST
@desk_page(room="people", verb="administer")
def channels(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A way by which notices reach somebody is added, or ended."""
    one = _person(code)
    try:
        change_channel(act_of(request, by), person=one, told=request.POST)
    except Refused as refused:
        return _again(request, refused, "desk/person.html", person_context(one))
    messages.success(request, _("已保存。"))
    return redirect(f"{reverse('desk:person', args=[code])}#channels")


def _account(one: Person) -> Account:
    found = getattr(one, "account", None)
    if found is None:
        raise Absent("account.absent", _("这个人还没有账号。"))
    return found
