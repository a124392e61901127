"""Photos: sent as they are before the act that shows them, known by their digest from then on."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status

from xiuhua.cases.models import CasePhoto
from xiuhua.city.access import may, must
from xiuhua.doors.api.fields import CaseNumber, Digest
from xiuhua.doors.api.reach import case_of
from xiuhua.doors.api.schemas.city import KeptOut
from xiuhua.doors.api.schemas.refusals import Error
from xiuhua.kit.files import keep_photo, picture_of
from xiuhua.kit.refusals import Absent

router = Router()
BINARY = {"schema": {"type": "string", "format": "binary"}}
RAW = {"requestBody": {"required": True, "content": dict.fromkeys(("image/jpeg", "image/png", "image/webp"), BINARY)}}
PICTURE = {"responses": {200: {"description": "The picture.", "content": {"image/jpeg": BINARY}}}}


@router.post("", response={201: KeptOut, 422: Error}, openapi_extra=RAW, summary="上传一张照片")
def send_photo(request: HttpRequest) -> Status:
    """Send one photo as raw bytes (JPEG, PNG or WebP, at most 20 MB); the answer is its digest.

    The same photo again gives the same digest. The original is kept with its EXIF; nothing but copies without EXIF is
    shown to who may not see originals.
    """
    must(request.auth, "report_case")
    return Status(201, keep_photo(request.body))


@router.get("/{number}/{digest}", response={404: Error}, openapi_extra=PICTURE, summary="取一张照片")
def read_photo(
    request: HttpRequest, number: CaseNumber, digest: Digest, size: Literal["thumb", "display", "original"] = "display"
) -> HttpResponse:
    """Get a photo of a case that you may see. The original carries its EXIF and is for desk roles alone."""
    case = case_of(request, number)
    theirs = size != "original" or may(request.auth, "accept_case")
    if not theirs or not CasePhoto.objects.filter(case=case, digest=digest).exists():
        raise Absent("photo.absent")
    raw, content_type = picture_of(digest, size)
    return HttpResponse(raw, content_type=content_type, headers={"X-Content-Type-Options": "nosniff"})
