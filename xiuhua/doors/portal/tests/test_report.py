"""随手拍: nobody signs in, the same form gives the same case, and a refusal loses nothing that was typed."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.town import INSIDE, photo
from xiuhua.cases.models import Case, Word
from xiuhua.doors.portal import limits
from xiuhua.kit.models import StoredFile
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def citizen(town, clock) -> Client:
    return Client(headers={"user-agent": "MicroMessenger"})


def told(**changes):
    fields = {
        "key": str(uuid4()), "category": "stall", "place": "范公亭路 12 号门前", "description": "水果摊占道",
        "contact": "13800001111", "website": "",
    }  # fmt: skip
    return fields | changes


def send(client, fields, **headers):
    return client.post(reverse("portal:report"), fields, **headers)


def picture(shade=120, **more):
    return SimpleUploadedFile("p.jpg", photo(shade, **more), content_type="image/jpeg")


def test_a_report_without_sign_in_becomes_a_case_with_its_line(citizen):
    answer = send(citizen, told(photos=[picture(exif=True)], lon=INSIDE[0], lat=INSIDE[1]))
    case = Case.objects.get()
    assert answer.headers["Location"] == reverse("portal:received", args=[case.token])
    assert (case.source, case.reporter, case.segment, case.state) == ("citizen", "", "S1", "reported")
    assert [one.released for one in case.photos.all()] == [False]
    line = Line.objects.of_kind("case.reported").get()
    assert (line.about, line.by, line.for_unit) == (case.number, "", "QZ/Z1/")


def test_the_contact_is_sealed_and_stands_in_no_line_and_on_no_page(citizen):
    send(citizen, told())
    case, word = Case.objects.get(), Word.objects.get(kind="contact")
    assert "13800001111" not in word.text and unseal(word.text) == "13800001111"
    assert not any("1380000" in line.facts for line in Line.objects.all())
    for page in ("received", "follow"):
        assert "13800001111" not in citizen.get(reverse(f"portal:{page}", args=[case.token])).text


def test_the_same_form_again_gives_the_same_case_even_later(citizen, clock):
    fields = told()
    first = send(citizen, fields)
    clock(minutes=7)
    assert send(citizen, fields).headers["Location"] == first.headers["Location"]
    assert (Case.objects.count(), Line.objects.of_kind("case.reported").count()) == (1, 1)


def test_the_same_key_with_other_words_is_asked_again_under_a_new_key(citizen):
    fields = told()
    send(citizen, fields)
    answer = send(citizen, fields | {"description": "另一件事"})
    assert answer.status_code == 409
    assert "另一件事" in answer.text and fields["key"] not in answer.text
    assert Case.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"place": ""}, "请写明地点"),
        ({"category": ""}, "请选问题类别"),
        ({"category": "dragon"}, "没有这个类别"),
        ({"lon": "1", "lat": "1"}, "不在本市范围内"),
        ({"lon": "118.48"}, "经度和纬度"),
        ({"lon": "nan", "lat": "nan"}, "位置读不出来"),
        ({"lon": "x", "lat": "y"}, "位置读不出来"),
        ({"place": "路" * 201}, "地点超过 200 字"),
        ({"description": "长" * 2001}, "描述超过 2000 字"),
        ({"contact": "1" * 61}, "联系方式超过 60 字"),
        ({"key": "nothing"}, "请再按一次提交"),
        ({"website": "http://spam"}, "像是自动程序"),
        ({"photo": "sha256:" + "0" * 64}, "照片没有传完整"),
    ],
)
def test_a_wrong_form_comes_back_with_a_sentence_and_all_that_was_typed(citizen, changes, sentence):
    fields = told(description="摊主姓什么不知道") | changes
    answer = send(citizen, fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert fields["description"][:8] in answer.text and fields["contact"][:20] in answer.text
    assert not Case.objects.exists() and not Line.objects.of_kind("case.reported").exists()


@pytest.mark.parametrize("field", ["place", "description", "contact"])
def test_a_null_character_is_refused_not_stored(citizen, field):
    assert send(citizen, told(**{field: "a\x00b"})).status_code == 422
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [(b"GIF89a no photo", "不是能用的照片"), (photo()[:300], "不完整"), (b"....ftypheic....", "HEIC")],
)
def test_a_file_that_is_no_photo_is_refused_by_name(citizen, raw, sentence):
    upload = SimpleUploadedFile("p.jpg", raw, content_type="image/jpeg")
    answer = send(citizen, told(photos=[upload]))
    assert answer.status_code == 422 and sentence in answer.text
    assert not Case.objects.exists() and not StoredFile.objects.exists()


def test_photos_of_a_form_with_another_fault_need_not_be_taken_again(citizen):
    fields = told(place="", photos=[picture(11), picture(12)])
    answer = send(citizen, fields)
    assert "已收到 2 张照片" in answer.text
    kept = list(StoredFile.objects.values_list("digest", flat=True))
    again = told(key=fields["key"], photo=kept)
    send(citizen, again)
    assert sorted(Case.objects.get().photos.values_list("digest", flat=True)) == sorted(kept)


def test_five_photos_are_one_too_many(citizen):
    answer = send(citizen, told(photos=[picture(n) for n in range(5)]))
    assert answer.status_code == 422 and "最多 4 张照片" in answer.text


def test_a_form_sent_by_script_is_led_on_by_a_header(citizen):
    answer = send(citizen, told(), headers={"hx-request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("portal:received", args=[Case.objects.get().token])


def test_a_signed_in_officer_reports_here_as_any_citizen(signed_in):
    send(signed_in("zhao"), told())
    assert (Case.objects.get().reporter, Line.objects.of_kind("case.reported").get().by) == ("", "")


# ---------------------------------------------------------------- how often


def test_the_thirty_first_report_of_an_hour_waits_and_keeps_what_was_typed(citizen, clock):
    fields = [told() for _n in range(31)]
    for one in fields[:30]:
        assert send(citizen, one).status_code == 302
    answer = send(citizen, fields[30])
    assert answer.status_code == 429
    assert "请过 60 分钟再提交" in answer.text and "水果摊占道" in answer.text
    assert send(citizen, fields[0]).status_code == 302, "what came in already is no new knock"
    assert send(Client(REMOTE_ADDR="203.0.113.9"), told()).status_code == 302
    clock(minutes=61)
    assert send(citizen, fields[30]).status_code == 302
    assert Case.objects.count() == 32


def test_who_writes_a_proxy_header_oneself_gains_nothing(citizen):
    for n in range(30):
        send(citizen, told(), headers={"x-forwarded-for": f"198.51.100.{n}"})
    assert send(citizen, told(), headers={"x-forwarded-for": "198.51.100.99"}).status_code == 429


def test_behind_a_listed_proxy_each_citizen_counts_alone(citizen, settings, rf):
    settings.XIUHUA_PROXIES = limits_networks("127.0.0.0/8", "10.0.0.8")
    for chain, address in (
        ("198.51.100.1", "198.51.100.1"),
        ("1.2.3.4, 198.51.100.1", "198.51.100.1"),
        ("1.2.3.4, 198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("nonsense", "127.0.0.1"),
        ("", "127.0.0.1"),
    ):
        request = rf.get("/", headers={"x-forwarded-for": chain})
        assert limits.address_of(request) == address


def limits_networks(*texts):
    from ipaddress import ip_network

    return [ip_network(text) for text in texts]


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("", "unknown"),
    ],
)
def test_a_household_of_ipv6_counts_as_one(address, counted):
    assert limits.neighbourhood(address) == counted


def test_the_original_is_never_served(citizen):
    send(citizen, told(photos=[picture(exif=True)]))
    shown = Case.objects.get().photos.get()
    shown.released = True
    shown.save()
    answer = citizen.get(reverse("portal:photo", args=[shown.pk, "display"]))
    assert answer.status_code == 200
    from PIL import Image

    assert not Image.open(io.BytesIO(answer.content)).getexif()
    for size in ("original", "raw"):
        assert citizen.get(f"/public/photo/{shown.pk}-{size}.jpg").status_code == 404
    assert citizen.get(f"/public/photo/{10**30}-thumb.jpg").status_code == 404
