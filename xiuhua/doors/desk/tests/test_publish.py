"""The desk decides, photo by photo, what the public sees of a case."""

from __future__ import annotations

import re

from django.urls import reverse

from xiuhua.ledger.models import Line


def _press(desk, case, do, photos):
    page = desk.get(reverse("desk:case", args=[case.number])).text
    where = reverse("desk:publish", args=[case.number])
    key = re.search(rf'action="{where}">.*?name="key" value="([^"]+)"', page, re.DOTALL).group(1)
    return desk.post(where, {"key": key, "do": do, "photo": photos}, follow=True)


def test_photos_are_released_and_taken_back_from_the_case_page(town, signed_in, clock):
    case = town.case(upto="closed", photos=(town.photo(30),))
    clock(hours=1)
    desk = signed_in("desk")
    photos = [photo.digest for photo in case.photos.all()]
    page = _press(desk, case, "release", photos).text
    assert "选中的照片已公开" in page and page.count("已公开</span>") == 2
    assert case.photos.filter(released=True).count() == 2
    assert "公众看不到了" in _press(desk, case, "withdraw", photos[:1]).text
    assert [line.kind for line in Line.objects.about(case.number).order_by("-id")[:2]] == [
        "photo.withdrawn", "photo.released",
    ]  # fmt: skip


def test_nothing_chosen_is_a_sentence_and_no_line(town, signed_in, clock):
    case = town.case(upto="closed", photos=(town.photo(30),))
    clock(hours=1)
    assert "请先选照片" in _press(signed_in("desk"), case, "release", []).text
    assert not Line.objects.of_kind("photo.released").exists()


def test_an_officer_is_not_offered_it_and_may_not(town, signed_in, clock):
    case = town.case(upto="closed", photos=(town.photo(30),))
    clock(hours=1)
    officer = signed_in("zhao")
    where = reverse("desk:publish", args=[case.number])
    assert where not in officer.get(reverse("desk:case", args=[case.number])).text
    assert officer.post(where, {"key": "x", "photo": []}).status_code == 403
