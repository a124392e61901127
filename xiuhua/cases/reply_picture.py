"""回群的长图: each case with its photos before and after, where and when, as one picture for a chat group."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone

from xiuhua.cases.models import Case, CasePhoto
from xiuhua.kit.drawing import GOOD, SOFT, LongPicture
from xiuhua.kit.files import display_of
from xiuhua.kit.refusals import Refused

MOST = 40
BEFORE = (CasePhoto.Moment.BEFORE, CasePhoto.Moment.REPORT)
AFTER = (CasePhoto.Moment.AFTER, CasePhoto.Moment.CHECK)


def reply_picture(cases: Sequence[Case], *, bureau: str, at: dt.datetime) -> bytes:
    """A JPEG 1080 wide. Refused without a case, or with more than a chat group would look at."""
    if not cases:
        raise Refused("reply.none", "还没有可以回复的案件。")
    if len(cases) > MOST:
        raise Refused("reply.many", "一张长图最多 {most} 件，请分开回复。", most=MOST)
    page = LongPicture()
    page.text(f"{bureau}  整改回复", size=46)
    done = sum(case.state in ("handled", "checked", "closed") for case in cases)
    page.text(f"{timezone.localtime(at):%Y年%-m月%-d日 %H:%M}  共 {len(cases)} 件，已处置 {done} 件", size=30, ink=SOFT)
    for n, case in enumerate(cases, start=1):
        page.rule()
        _one(page, case, f"{n}. " if len(cases) > 1 else "")
    return page.jpeg()


def _one(page: LongPicture, case: Case, number: str) -> None:
    page.text(f"{number}{case.place}  {case.get_category_display()}", size=38)
    shown = [
        (label, photo) for label, moments in (("整改前", BEFORE), ("整改后", AFTER)) if (photo := _photo(case, moments))
    ]
    if shown:
        page.photos([(label, display_of(photo, "display")) for label, photo in shown])
    told = [f"发现 {timezone.localtime(case.reported_at):%-m月%-d日 %H:%M}"]
    if case.handled_at:
        told.append(f"处置 {timezone.localtime(case.handled_at):%-m月%-d日 %H:%M}")
    page.text("   ".join(told), size=30, ink=SOFT)
    done = case.state in ("handled", "checked", "closed")
    page.text(case.state_label, size=32, ink=GOOD if done else SOFT)


def _photo(case: Case, moments: Sequence[str]) -> str:
    """The photo that shows a case at one of these moments, the first kind that it has, of its last turn."""
    for moment in moments:
        photo = case.photos.filter(moment=moment).order_by("-turn", "id").first()
        if photo is not None:
            return photo.digest
    return ""
