"""Parking warnings: plate, situation, photo. How often the plate was warned is told, not decided on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from xiuhua.city.access import must
from xiuhua.city.models import Segment
from xiuhua.city.queries import bureau
from xiuhua.doors.street import counted, where
from xiuhua.doors.street.entry import act_of, again, done, fresh_key, must_be_on, street_page
from xiuhua.doors.street.photos import kept_photos
from xiuhua.doors.street.rounds import round_of, rounds_offered
from xiuhua.doors.street.views.counts import e7
from xiuhua.enforcement.actions import PLATE, REPEAT_DAYS, issue_slip
from xiuhua.enforcement.models import Slip
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import keyed_hash
from xiuhua.ledger.act import By, bureau_day

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使领"
KEYS = ("1234567890", "QWERTYUPAS", "DFGHJKLZX", "CVBNM")
ENDINGS = "学警港澳挂"
PROVINCE_OF = {
    "11": "京", "12": "津", "13": "冀", "14": "晋", "15": "蒙", "21": "辽", "22": "吉", "23": "黑", "31": "沪", "32": "苏",
    "33": "浙", "34": "皖", "35": "闽", "36": "赣", "37": "鲁", "41": "豫", "42": "鄂", "43": "湘", "44": "粤", "45": "桂",
    "46": "琼", "50": "渝", "51": "川", "52": "贵", "53": "云", "54": "藏", "61": "陕", "62": "甘", "63": "青", "64": "宁",
    "65": "新",
}  # fmt: skip
"""The character that plates of a province begin with, by the first two digits of the division code (GB/T 2260)."""


@require_http_methods(["GET", "HEAD", "POST"])
@street_page
def slip(request: HttpRequest, by: By) -> HttpResponse:
    """A warning slip on a vehicle."""
    must_be_on("slips")
    must(by, "issue_slip")
    kept: list[str] = []
    if request.method == "POST":
        try:
            kept_photos(request, kept)
            return _issue(request, kept)
        except Refused as refused:
            return again(request, refused, "street/slip.html", _offer(request, by, kept))
    return render(request, "street/slip.html", _offer(request, by, kept))


def _issue(request: HttpRequest, kept: list[str]) -> HttpResponse:
    segment = Segment.objects.filter(code=request.POST.get("segment", "")).first()
    if segment is None:
        raise Refused("slip.segment", _("请选择停放的路段。"), field="segment")
    if not kept:
        raise Refused("slip.photo", _("请拍一张能看清车牌和停放位置的照片。"), field="photos")
    act = act_of(request)
    made = issue_slip(
        act,
        plate=request.POST.get("plate", ""),
        situation=request.POST.get("situation", ""),
        segment=segment,
        photos=kept,
        lon_e7=e7(request.POST.get("lon")),
        lat_e7=e7(request.POST.get("lat")),
        round=round_of(request, act),
    )
    return done(request, reverse("street:slip"), _("已开单，编号 %(number)s") % {"number": made.number})


def _offer(request: HttpRequest, by: By, kept: list[str]) -> dict[str, Any]:
    at = timezone.now()
    found = bureau()
    return {
        "situations": Slip.Situation.choices,
        "segments": where.my_segments(by, at),
        "provinces": PROVINCES,
        "province": PROVINCE_OF.get(found.division[:2], "") if found else "",
        "rows": KEYS,
        "endings": ENDINGS,
        "today": counted.slips_on(by, bureau_day(at)),
        "kept": kept,
        "key": request.POST.get("key") or fresh_key(),
    } | rounds_offered(request, by, at)


@require_POST
@street_page
def repeat(request: HttpRequest, by: By) -> HttpResponse:
    """How often a plate was warned in 30 days, voided slips aside. A POST, so that no plate stands in an address or a log."""
    must_be_on("slips")
    must(by, "issue_slip")
    plate = request.POST.get("plate", "").upper().replace("·", "").replace(" ", "")
    if not PLATE.match(plate):
        return JsonResponse({"times": None, "words": ""})
    since = timezone.now() - dt.timedelta(days=REPEAT_DAYS)
    times = Slip.objects.standing().filter(plate_hash=keyed_hash(plate), at__gt=since).count()
    words = _("该车 30 天内没有警告记录。")
    if times:
        words = _("该车 30 天内已警告 %(n)d 次。是否转处罚，由中队长复核后决定。") % {"n": times}
    return JsonResponse({"times": times, "words": words})
