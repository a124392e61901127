"""What the public sees of a case: photos that a person looked at and released, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Exists, OuterRef

from xiuhua.cases.models import Case, CasePhoto, CaseQuerySet
from xiuhua.city.access import must
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, Place, action
from xiuhua.ledger.kinds.case import PhotoReleased, PhotoWithdrawn
from xiuhua.ledger.models import Line

BEFORE = (CasePhoto.Moment.REPORT, CasePhoto.Moment.BEFORE)
AFTER = (CasePhoto.Moment.AFTER, CasePhoto.Moment.CHECK)


def _case_of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


@action(answer=_case_of)
def release_photos(act: Act, *, case: Case, photos: Sequence[str]) -> Case:
    """Somebody at the desk looked at photos of a case, found nobody and no plate in them, and makes them public."""
    case, changed = _chosen(act, case, photos, released=True)
    return _record(act, case, PhotoReleased(photos=changed))


@action(answer=_case_of)
def withdraw_photos(act: Act, *, case: Case, photos: Sequence[str]) -> Case:
    """Photos that should not have been public, or should be so no longer, are taken back."""
    case, changed = _chosen(act, case, photos, released=False)
    return _record(act, case, PhotoWithdrawn(photos=changed))


def _chosen(act: Act, case: Case, photos: Sequence[str], *, released: bool) -> tuple[Case, list[str]]:
    must(act.by, "release_photos")
    locked = Case.objects.select_for_update().filter(pk=case.pk).first()
    if locked is None:
        raise Absent("case.absent")
    known = dict(locked.photos.values_list("digest", "released"))
    if set(photos) - known.keys():
        raise Refused("case.photo_unknown", "有照片不属于这件案件，请刷新页面后重新选择。", field="photos")
    changed = sorted({one for one in photos if known[one] != released})
    if not changed:
        told = "选中的照片都已经公开了。" if photos and released else "选中的照片都没有公开。"
        raise Refused("case.photo_none", told if photos else "请先选照片。", field="photos")
    locked.photos.filter(digest__in=changed).update(released=released)
    return locked, changed


def _record(act: Act, case: Case, fact: PhotoReleased | PhotoWithdrawn) -> Case:
    act.record(
        fact,
        about=case.number,
        for_unit=case.for_unit,
        place=Place(case.grid, case.segment, case.lon_e7, case.lat_e7),
        campaign=case.campaign,
        source=case.source,
    )
    return case


def published_cases() -> CaseQuerySet:
    """Closed cases of which the public may see how it was and how it became."""
    of_case = CasePhoto.objects.filter(case=OuterRef("pk"), released=True)
    return Case.objects.filter(
        Exists(of_case.filter(moment__in=BEFORE)), Exists(of_case.filter(moment__in=AFTER)), state="closed"
    )


def public_pair(photos: Sequence[CasePhoto]) -> tuple[CasePhoto | None, CasePhoto | None]:
    """How it was and how it became, among the released photos of a case: the first before, the last after."""
    shown = [photo for photo in photos if photo.released]
    before = next((photo for photo in shown if photo.moment in BEFORE), None)
    after = next((photo for photo in reversed(shown) if photo.moment in AFTER), None)
    return before, after
