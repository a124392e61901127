"""Letting the public see photos of a case, or taking them back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from xiuhua.cases.actions import release_photos, withdraw_photos
from xiuhua.doors.desk.entry import act_of, desk_page
from xiuhua.doors.desk.reach import case_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By


@require_POST
@desk_page(verb="release_photos")
def publish(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The chosen photos become public or are taken back, whichever button was pressed."""
    back = request.POST.get("do") == "withdraw"
    step = withdraw_photos if back else release_photos
    try:
        step(act_of(request, by), case=case_of(by, number), photos=request.POST.getlist("photo"))
    except Refused as refused:
        if refused.field != "photos":
            raise
        messages.error(request, refused.message)
    else:
        messages.success(request, _("选中的照片已撤回，公众看不到了。") if back else _("选中的照片已公开。"))
    return redirect("desk:case", number=number)
