"""Following a report by its token: how it stands, what was promised, and the rating after it was closed."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.cases.actions import RATED_WITHIN, rate_case, rated_since_closing
from xiuhua.cases.merging import followed
from xiuhua.cases.models import Case
from xiuhua.cases.publishing import public_pair
from xiuhua.doors.portal import limits, shown
from xiuhua.doors.portal.forms import RatingForm
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import NOBODY, Act

TOKEN = re.compile(r"[A-Za-z0-9_-]{8,24}")
MOST_MINE = 30


def case_of(request: HttpRequest, token: str) -> Case:
    """The case of a token. Wrong tokens and none look the same, and nobody may try many."""
    limits.spend(request, limits.LOOKS)
    found = Case.objects.select_related("merged_into").filter(token=token).first() if TOKEN.fullmatch(token) else None
    if found is None:
        raise Absent("case.absent", _("没有这个查询码的上报。请核对查询码，大小写要一致。"))
    return found


@require_safe
@never_cache
def find(request: HttpRequest) -> HttpResponse:
    """A field for the token; a whole address pasted into it is understood too."""
    typed = request.GET.get("token", "").strip()[:300]
    if not typed:
        return render(request, "portal/find.html", {"page": "mine"})
    token = typed.rstrip("/").rpartition("/")[2]
    try:
        case = case_of(request, token)
    except Refused as refused:
        status = 429 if refused.code == "portal.limit" else 404
        context = {"typed": typed, "wrong": refused.message, "page": "mine"}
        return render(request, "portal/find.html", context, status=status)
    return redirect("portal:follow", token=case.token)


@require_safe
@never_cache
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """The page that a reporter bookmarks."""
    return _page(request, case_of(request, token))


@require_POST
def rate(request: HttpRequest, token: str) -> HttpResponse:
    """Three faces and maybe words; who is not content says why."""
    own = case_of(request, token)
    case = followed(own)
    form, status = RatingForm(request.POST), 422
    if form.is_valid():
        told = form.cleaned_data
        try:
            limits.spend(request, limits.RATINGS)
            act = Act(by=NOBODY, at=timezone.now(), key=told["key"])
            rate_case(act, case=case, score=told["score"], reason=told["reason"], words=told["words"])
        except Refused as refused:
            form.add_error(refused.field if refused.field in form.fields else None, refused.message)
            status = 429 if refused.code == "portal.limit" else 422
        else:
            return redirect("portal:follow", token=own.token)
    case.refresh_from_db()
    return _page(request, own, form=form, status=status)


def _page(request: HttpRequest, own: Case, *, form: RatingForm | None = None, status: int = 200) -> HttpResponse:
    """How a report stands; one that was merged stands as the case with which it went on."""
    at, case = timezone.now(), followed(own)
    before, after = public_pair(list(case.photos.order_by("id")))
    rated = rated_since_closing(case)
    open_for_rating = case.state == "closed" and case.closed_at is not None and at <= case.closed_at + RATED_WITHIN
    context: dict[str, Any] = {
        "case": case,
        "own": own,
        "at": at,
        "told": shown.told_of(case, at),
        "stitches": shown.stitches_of(case, at),
        "steps": shown.steps_of(case),
        "before": before,
        "after": after,
        "rated": rated,
        "rating": form or RatingForm() if open_for_rating and not rated else None,
        "wrongs": form if form is not None and form.errors else None,
        "reasons": shown.RATE_REASONS.items(),
        "key": str(uuid4()),
        "address": request.build_absolute_uri(request.path),
        "page": "mine",
    }
    return render(request, "portal/follow.html", context, status=status)


# ---------------------------------------------------------------- my reports, kept on the device alone


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The reports that this device remembers; the server keeps no list of them."""
    return render(request, "portal/mine.html", {"page": "mine"})


@require_POST
def rows(request: HttpRequest) -> HttpResponse:
    """How the reports of some tokens stand. Tokens come in the body, so that no log keeps them."""
    limits.spend(request, limits.LOOKS)
    tokens = [token for token in request.POST.getlist("token")[:MOST_MINE] if TOKEN.fullmatch(token)]
    at = timezone.now()
    found = Case.objects.filter(token__in=tokens).select_related("merged_into").order_by("-reported_at", "-id")
    told = [
        {"case": case, "stitches": shown.stitches_of(followed(case), at), "told": shown.told_of(followed(case), at)}
        for case in found
    ]
    return render(request, "portal/rows.html", {"rows": told, "at": at})
