"""Filters with names, and who else has a case open."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xiuhua.cases.presence import look, lookers
from xiuhua.cases.saved_filters import drop_filter, save_filter
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import act_of, desk_page
from xiuhua.doors.desk.reach import case_of
from xiuhua.ledger.act import By


@require_POST
@desk_page()
def keep_filter(request: HttpRequest, by: By) -> HttpResponse:
    """The list's address is kept under a name."""
    typed = request.POST
    query = (
        typed.get("query") or urlsplit(request.headers.get("HX-Current-URL", request.headers.get("Referer", ""))).query
    )
    kept = save_filter(
        act_of(request, by),
        page=typed.get("page", ""),
        name=typed.get("name", ""),
        query=query,
        shared="shared" in typed,
    )
    messages.success(request, _("已存下“%(name)s”。") % {"name": kept.name})
    return redirect(f"{reverse(f'desk:{kept.page}')}?{kept.query}")


@require_POST
@desk_page()
def drop(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One's own filter is no longer kept."""
    drop_filter(act_of(request, by), code=code)
    messages.success(request, _("已删掉。"))
    page = request.POST.get("page", "")
    return redirect(f"desk:{page if page in ('dispatch', 'cases') else 'dispatch'}")


@require_POST
@never_cache
@desk_page()
def looking(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Somebody has the case open; the answer names who else has."""
    at = timezone.now()
    case = case_of(by, number)
    look(case, by.code, at)
    others = lookers([case], by.code, at).get(case.pk, [])
    return render(request, "desk/looking.html", {"others": list(person_names(set(others)).values())})
