"""What the public may see: only photos that somebody at the desk released, and only as long as they stay released."""

from __future__ import annotations

import pytest

from xiuhua.cases.fold import public_photos
from xiuhua.cases.models import CasePhoto
from xiuhua.cases.publishing import public_pair, published_cases, release_photos, withdraw_photos
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line


def _closed(town):
    case = town.case("shown", upto="closed", photos=(town.photo(30),))
    return case, [photo.digest for photo in case.photos.all()]


def test_a_closed_case_is_published_once_how_it_was_and_became_are_released(town):
    case, photos = _closed(town)
    assert not published_cases().exists()
    release_photos(town.act("p-desk", minutes=60), case=case, photos=photos[:1])
    assert not published_cases().exists()
    release_photos(town.act("p-desk", minutes=61), case=case, photos=photos)
    assert list(published_cases()) == [case]
    before, after = public_pair(list(case.photos.all()))
    assert (before.moment, after.moment) == ("report", "after")
    lines = Line.objects.about(case.number).of_kind("photo.released").order_by("id")
    assert [line.facts for line in lines] == [f'{{"photos":["{photo}"]}}' for photo in photos]


def test_a_withdrawn_photo_is_public_no_more_and_the_lines_say_the_same(town):
    case, photos = _closed(town)
    release_photos(town.act("p-desk", minutes=60), case=case, photos=photos)
    assert list(public_photos()) == []
    withdraw_photos(town.act("p-desk", minutes=70), case=case, photos=photos[1:])
    assert not published_cases().exists()
    assert list(public_photos()) == []
    CasePhoto.objects.filter(digest=photos[1]).update(released=True)
    assert [photos[1][:20] in sentence for sentence in public_photos()] == [True]


@pytest.mark.parametrize("who", ["p-zhao", "p-chief", "p-leader", "p-office", ""])
def test_only_the_desk_releases(town, who):
    case, photos = _closed(town)
    with pytest.raises(Refused) as refused:
        release_photos(town.act(who, minutes=60), case=case, photos=photos)
    assert refused.value.code == "access.role"
    assert not case.photos.filter(released=True).exists()


def test_a_photo_of_another_case_and_nothing_new_are_refused(town):
    case, photos = _closed(town)
    for wanted, code in (([town.photo(77)], "case.photo_unknown"), ([], "case.photo_none")):
        with pytest.raises(Refused) as refused:
            release_photos(town.act("p-desk", minutes=60), case=case, photos=[*photos[:1], *wanted] if wanted else [])
        assert refused.value.code == code
    release_photos(town.act("p-desk", minutes=60), case=case, photos=photos)
    with pytest.raises(Refused, match="都已经公开"):
        release_photos(town.act("p-desk", minutes=61), case=case, photos=photos)


def test_the_same_key_again_releases_once(town):
    case, photos = _closed(town)
    for _time in range(2):
        release_photos(town.act("p-desk", minutes=60, name="release"), case=case, photos=photos)
    assert Line.objects.of_kind("photo.released").count() == 1
