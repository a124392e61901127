"""Photos that come from the phone, one by one or with their form; and the display copies that go back to it."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from xiuhua.cases.models import CasePhoto
from xiuhua.doors.street.entry import street_page
from xiuhua.doors.street.work import visible_cases
from xiuhua.kit.files import display_of, keep_photo
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By

MOST = 6


def kept_photos(request: HttpRequest, kept: list[str], *, most: int = MOST, name: str = "photo") -> None:
    """Put the digests of a form's photos into `kept`: those sent before under `name`, and the files of `names`.

    One after the other, so that a photo that cannot be read does not lose those before it.
    """
    files = f"{name}s"
    told = [digest for digest in request.POST.getlist(name) if digest]
    known = set(StoredFile.objects.filter(digest__in=told).values_list("digest", flat=True))
    kept += dict.fromkeys(digest for digest in told if digest in known)
    for upload in request.FILES.getlist(files):
        try:
            digest = keep_photo(upload.read()).digest
        except Refused as refused:
            raise Refused(refused.code, refused.message, field=files) from refused
        kept += [] if digest in kept else [digest]
    if not known.issuperset(told):
        raise Refused("photo.lost", _("有照片没有传完整，请重新添加照片后再提交。"), field=files)
    if len(kept) > most:
        raise Refused("photo.many", _("最多 %(n)d 张照片，请去掉几张再提交。") % {"n": most}, field=files)


@require_POST
@street_page
def take_photo(request: HttpRequest, by: By) -> HttpResponse:
    """One photo as raw bytes; the answer is its digest. The same photo again gives the same digest."""
    try:
        raw = request.body
    except RequestDataTooBig:
        raise Refused("photo.large", _("照片超过 20 MB，请换一张小一些的。"), field="photos") from None
    return JsonResponse({"digest": keep_photo(raw).digest})


@require_safe
@cache_control(private=True, max_age=86400)
@street_page
def picture(request: HttpRequest, by: By, pk: int, size: str = "display") -> HttpResponse:
    """A copy, large or small, of a photo of a case that I may see; EXIF stays with the original."""
    photo = CasePhoto.objects.filter(pk=pk, case__in=visible_cases(by)).first()
    if photo is None:
        raise Absent("photo.absent")
    return HttpResponse(display_of(photo.digest, size), content_type="image/jpeg")
