"""Photos that come with a form: checked and kept by the kit, known from then on by their digests."""

from __future__ import annotations

from django.http import HttpRequest

from xiuhua.kit.files import keep_photo


def kept_photos(request: HttpRequest, name: str, *, most: int = 6) -> list[str]:
    """The digests of a form's photos: those sent now, and those that an earlier try of the form had kept."""
    earlier = [one for one in request.POST.getlist(f"{name}_kept") if one]
    fresh = [keep_photo(upload.read()).digest for upload in request.FILES.getlist(name)[:most] if upload.size]
    return list(dict.fromkeys([*earlier, *fresh]))[:most]
