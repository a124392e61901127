"""Photos that come from the phone, one by one or with their form; and the display copies that go back to it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from xiuhua.cases.models import CasePhoto
from xiuhua.doors.street.entry import street_page
from xiuhua.doors.street.work import visible_cases
from xiuhua.kit.files import display_of, keep_photo
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By

MOST = 6


def kept_photos(request: HttpRequest, *, most: int = MOST) -> list[str]:
    """Digests of a form's photos: those sent before under `photo`, and those that come with it under `photos`."""
    earlier = [digest for digest in request.POST.getlist("photo") if digest]
    uploads = [upload for upload in request.FILES.getlist("photos") if upload.size]
    if len(earlier) + len(uploads) > most:
        raise Refused("photo.many", _("最多 %(n)d 张照片，请去掉几张再提交。") % {"n": most}, field="photos")
    return list(dict.fromkeys([*earlier, *(keep_photo(upload.read()).digest for upload in uploads)]))


@require_POST
@street_page
def take_photo(request: HttpRequest, by: By) -> HttpResponse:
    """One photo as raw bytes; the answer is its digest. The same photo again gives the same digest."""
    return JsonResponse({"digest": keep_photo(request.body).digest})


@require_safe
@cache_control(private=True, max_age=86400)
@street_page
def picture(request: HttpRequest, by: By, pk: int) -> HttpResponse:
    """The display copy of a photo of a case that I may see; EXIF stays with the original."""
    photo = CasePhoto.objects.filter(pk=pk, case__in=visible_cases(by)).first()
    if photo is None:
        raise Absent("photo.absent")
    return HttpResponse(display_of(photo.digest), content_type="image/jpeg")
