"""人员交接: hand-overs drawn up, settled, signed, printed and done."""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Person, Post, Role
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme.belongings import MOVES, SORTS
from xiuhua.programme.models import Rotation
from xiuhua.programme.rotation_paper import pdf_of
from xiuhua.programme.rotations import (
    complete_rotation,
    draw_rotation,
    drop_rotation,
    settle_rotation,
    sign_rotation,
    signers,
    waiting_for,
)  # fmt: skip

AT_DESK = {Role.OFFICE, Role.LEADER, Role.ADMINISTRATOR, Role.DISPATCHER}


def _under(by: By) -> str:
    return "" if by.roles & AT_DESK else by.unit


def _today() -> dt.date:
    return bureau_day(timezone.now())


def visible_rotations(by: By) -> Any:
    """The hand-overs that somebody sees: of the own unit, those to sign, all at the desk."""
    every = Rotation.objects.select_related("person", "post__unit")
    mine = every.filter(person__code=by.code) | every.filter(items__to__code=by.code)
    return (every.filter(post__unit__path__startswith=_under(by)) | mine).distinct()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="posting")
def rotations(request: HttpRequest, by: By) -> HttpResponse:
    """All hand-overs. A post draws one up."""
    if request.method != "POST":
        return render(request, "desk/rotations.html", list_context(request, by))
    given = request.POST
    try:
        post = _posts(by).filter(code=given.get("post", "")).first()
        on = day_of(given.get("on"))
        if post is None or on is None:
            raise Refused("rotation.form", _("请选择谁离岗和离岗日期。"), field="post")
        successor = Person.objects.filter(code=given.get("successor", "")).first()
        made = draw_rotation(act_of(request, by), post=post, on=on, successor=successor, words=given.get("words", ""))
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = list_context(request, by) | {"refused": refused, "typed": given}
        return render(request, "desk/rotations.html", context, status=status_of(refused))
    messages.success(request, _("%(name)s的交接单已拟好，请核对接收人。") % {"name": made.person.name})
    return redirect("desk:rotation", code=made.code)


def _posts(by: By) -> Any:
    posts = (
        Post.objects.held_on(_today())
        .filter(ends_on=None, unit__path__startswith=_under(by))
        .exclude(role=Role.MACHINE)
    )
    return posts.select_related("person", "unit").order_by("unit__path", "id")


def list_context(request: HttpRequest, by: By) -> dict[str, Any]:
    rows = list(visible_rotations(by).order_by("-drawn_at", "-id")[:100])
    return {
        "room": "posting", "tab": "rotations", "rows": rows, "mine": waiting_for(by.code), "may_draw": may(by, "rotate"),
        "posts": list(_posts(by)) if may(by, "rotate") else [], "today": _today(), "key": fresh_key(), "wrong": "",
        "typed": {"post": request.GET.get("post", "")},
    }  # fmt: skip


def _rotation(by: By, code: str) -> Rotation:
    found = visible_rotations(by).filter(code=code).first()
    if found is None:
        raise Absent("rotation.absent")
    return found


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="posting")
def rotation(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One hand-over. A post settles who takes what, signs, completes or drops it."""
    found = _rotation(by, code)
    if request.method != "POST":
        return render(request, "desk/rotation.html", context_of(found, by))
    try:
        told = _step(request, by, found)
    except Refused as refused:
        if refused.code.startswith("access.") or isinstance(refused, Absent):
            raise
        context = context_of(found, by) | {"refused": refused}
        return render(request, "desk/rotation.html", context, status=status_of(refused))
    messages.success(request, told)
    return redirect("desk:rotation", code=code)


def _step(request: HttpRequest, by: By, found: Rotation) -> str:
    given, verb = request.POST, request.POST.get("verb", "")
    if verb == "settle":
        people = {
            one.code: one
            for one in Person.objects.filter(code__in=[v for k, v in given.items() if k.startswith("to-")])
        }
        chosen = {
            int(name[3:]): value for name, value in given.items() if name.startswith("to-") and name[3:].isdigit()
        }
        holders = {pk: people.get(value) for pk, value in chosen.items()}
        ending = [pk for pk, value in chosen.items() if value == "end"]
        settle_rotation(act_of(request, by), rotation=found, holders=holders, ending=ending, pads=given.getlist("pad"))
        return _("接收人已保存，请双方签字。")
    if verb == "sign":
        sign_rotation(act_of(request, by), rotation=found, person=Person.objects.get(code=by.code))
        return _("已签字。")
    if verb == "ink":
        person = next((one for one in signers(found) if one.code == given.get("person", "")), None)
        if person is None:
            raise Absent("person.absent")
        sign_rotation(act_of(request, by), rotation=found, person=person, ink=True)
        return _("已记下%(name)s在纸上签字。") % {"name": person.name}
    if verb == "done":
        done = complete_rotation(act_of(request, by), rotation=found)
        return _("交接完成：案件已移交，责任从 %(day)s 起转给接收人，那天起没有这个岗位的权限。") % {"day": done.on}
    if verb == "drop":
        drop_rotation(act_of(request, by), rotation=found)
        return _("交接单已作废，什么都没有动。")
    raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})


def context_of(found: Rotation, by: By) -> dict[str, Any]:
    """What the page of one hand-over shows."""
    found.refresh_from_db()
    day, unit = _today(), found.post.unit
    posts = (
        Post.objects.held_on(day)
        .filter(unit__path__startswith=unit.path)
        .exclude(person=found.person)
        .select_related("person")
    )
    people = list(dict.fromkeys(post.person for post in posts.order_by("id")))
    items = list(found.items.select_related("to"))
    people += [one.to for one in items if one.to and one.to not in people]
    signed = {one.person_id: one for one in found.signatures.all()}
    open_now = found.state in (Rotation.State.DRAWN, Rotation.State.SIGNED)
    return {
        "room": "posting", "tab": "rotations", "rotation": found, "people": people, "wrong": "",
        "items": [(one, SORTS[one.sort], one.sort in MOVES) for one in items],
        "signers": [(one, signed.get(one.pk), one.code == by.code, one == found.person) for one in signers(found)],
        "open": open_now, "may_settle": open_now and may(by, "rotate", unit=unit.path),
        "drawn_by": person_names({found.drawn_by}).get(found.drawn_by, ""),
        "keys": {name: fresh_key() for name in ("settle", "done", "drop")},
    }  # fmt: skip


@require_safe
@desk_page(room="posting")
def rotation_paper(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The hand-over as a PDF to print and sign."""
    found = _rotation(by, code)
    answer = HttpResponse(pdf_of(found, at=timezone.now()), content_type="application/pdf")
    name = _("%(name)s交接单 %(day)s.pdf") % {"name": found.person.name, "day": found.on}
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
