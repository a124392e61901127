"""清场检查: which permitted places closed lately, whether somebody looked, and what they found."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.city.clearing import openings_to_clear
from xiuhua.city.models import Clearing
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import desk_page, whole_number
from xiuhua.kit.files import picture_of
from xiuhua.kit.refusals import Absent
from xiuhua.ledger.act import By

DAYS = (2, 7, 30)


@require_safe
@never_cache
@desk_page(room="places")
def clearings(request: HttpRequest, by: By) -> HttpResponse:
    """The openings of the last days, the newest first, those that were not looked at marked."""
    at = timezone.now()
    days = whole_number(request.GET.get("days"), without=2)
    days = days if days in DAYS else 2
    found = openings_to_clear(at, back=dt.timedelta(days=days))
    names = person_names({one.look.by for one in found if one.look})
    rows = [(one, one.late(at), names.get(one.look.by, "") if one.look else "") for one in found]
    return render(
        request, "desk/clearings.html",
        {
            "room": "places", "at": at, "rows": rows, "days": days, "choices": DAYS,
            "missed": sum(late for _one, late, _who in rows), "dirty": sum(bool(one.look) and not one.done for one in found),
            "done": sum(one.done for one in found),
        },
    )  # fmt: skip


@require_safe
@desk_page(room="places")
def clearing_photo(request: HttpRequest, by: By, pk: int, n: int) -> HttpResponse:
    """A photo of a look, for the desk."""
    look = Clearing.objects.filter(pk=pk).first()
    if look is None or not 0 <= n < len(look.photos):
        raise Absent("photo.absent")
    raw, content_type = picture_of(look.photos[n], "display")
    answer = HttpResponse(raw, content_type=content_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(answer, private=True, max_age=86400, immutable=True)
    return answer
