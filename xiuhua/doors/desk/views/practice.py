"""The ten exercises of the practice house, each done or still to do."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from xiuhua.doors.desk.entry import desk_page
from xiuhua.doors.desk.exercises import exercises_shown
from xiuhua.ledger.act import By, bureau_day


@require_safe
@never_cache
@desk_page()
def practice(request: HttpRequest, by: By) -> HttpResponse:
    """What to try, with which sign-in, at which page. A house at work has no such page."""
    if not settings.XIUHUA_PRACTICE:
        raise Http404
    shown = exercises_shown(bureau_day(timezone.now()))
    done = sum(one.done for one in shown)
    return render(request, "desk/practice.html", {"room": "practice", "shown": shown, "done": done})
