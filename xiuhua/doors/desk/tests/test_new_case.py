"""Taking a call at the desk."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import INSIDE, Town, key, photo
from xiuhua.cases.models import Case
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


def call(**changes: object) -> dict[str, object]:
    """A caller tells of a stall on S1."""
    return {
        "key": str(key("call")), "source": "hotline", "category": "stall", "place": "范公亭路 30 号", "segment": "",
        "description": "水果摊占道", "contact": "13805366021", "outside_number": "RX-1", "at": "2020-03-16T08:50",
        "lon": "", "lat": "",
    } | changes  # fmt: skip


def test_a_call_becomes_a_case_with_its_contact_sealed(town: Town, signed_in, clock) -> None:
    answer = signed_in("desk").post(reverse("desk:new_case"), call(segment="范公亭路（驼山路—海岱路） [S1]"))
    case = Case.objects.get()
    assert answer.url == f"{reverse('desk:dispatch')}?tab=accept&case={case.number}"
    assert (case.source, case.segment, case.for_unit, case.outside_number) == ("hotline", "S1", "QZ/Z1/", "RX-1")
    assert f"{case.reported_at:%H:%M}" == "00:50"  # 08:50 in Qingzhou
    contact = case.words.get(kind="contact").text
    assert "13805366021" not in contact
    assert unseal(contact) == "13805366021"
    line = Line.objects.get(key=key("call"))
    assert (line.kind, line.by, line.about) == ("case.reported", "p-desk", case.number)


def test_sending_the_same_call_twice_gives_one_case(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    for _ in range(2):
        assert desk.post(reverse("desk:new_case"), call()).status_code == 302
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"category": ""}, "category", "请从列表里选一个"),
        ({"place": ""}, "place", "请写明地点"),
        ({"lon": "1.0", "lat": "2.0"}, "place", "不在本市范围内"),
        ({"segment": "没有这条路"}, "segment", "没有找到路段"),
        ({"segment": "路"}, "segment", "个路段符合"),
        ({"at": "2030-01-01T00:00"}, "at", "还没有到"),
        ({"at": "昨天"}, "at", "来电时间读不出来"),
    ],
)
def test_a_wrong_field_comes_back_at_its_place_and_nothing_typed_is_lost(
    town: Town, signed_in, clock, changes: dict[str, str], field: str, sentence: str
) -> None:
    answer = signed_in("desk").post(reverse("desk:new_case"), call(**changes))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'href="#{field}"' in page
    assert "水果摊占道" in page
    assert "RX-1" in page
    assert not Case.objects.exists()


def test_a_doubtful_segment_offers_the_ones_that_fit(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    page = desk.post(reverse("desk:new_case"), call(segment="路")).content.decode()
    choice = "海岱路（范公亭路—荣利街） [S2]"
    assert choice in page
    desk.post(reverse("desk:new_case"), call(segment="路", segment_chosen=choice))
    assert Case.objects.get().segment == "S2"


def test_a_photo_that_was_taken_once_need_not_be_chosen_again(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    shot = SimpleUploadedFile("a.jpg", photo(90), content_type="image/jpeg")
    page = desk.post(reverse("desk:new_case"), call(place="", photos=shot)).content.decode()
    digest = page.split('name="photos_kept" value="')[1].split('"')[0]
    desk.post(reverse("desk:new_case"), call(photos_kept=digest))
    assert Case.objects.get().photos.get().digest == digest


def test_a_file_that_is_no_photo_is_refused_at_the_photos(town: Town, signed_in, clock) -> None:
    fake = SimpleUploadedFile("a.jpg", io.BytesIO(b"not a photo").read(), content_type="image/jpeg")
    answer = signed_in("desk").post(reverse("desk:new_case"), call(photos=fake))
    assert answer.status_code == 422
    assert "不是能用的照片" in answer.content.decode()


def test_a_point_on_the_map_finds_the_street(town: Town, signed_in, clock) -> None:
    signed_in("desk").post(reverse("desk:new_case"), call(lon=str(INSIDE[0]), lat=str(INSIDE[1]), again="1"))
    assert Case.objects.get().segment == "S1"


def test_an_officer_takes_no_calls(town: Town, signed_in, clock) -> None:
    assert signed_in("zhao").get(reverse("desk:new_case")).status_code == 403
    assert signed_in("zhao").post(reverse("desk:new_case"), call()).status_code == 403
    assert not Case.objects.exists()


def test_streets_are_offered_while_typing(town: Town, signed_in, clock) -> None:
    page = signed_in("desk").get(reverse("desk:segment_options"), {"segment": "荣利"}).content.decode()
    assert "荣利街（海岱路—驼山路） [S3]" in page
    assert page.count("<option") == 3  # the street itself, and the two that end at it
