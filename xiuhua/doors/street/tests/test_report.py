"""The red button: a report becomes a case and a line, once, and what is wrong with it is said where it is wrong."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image

from tests.town import Town, key, photo
from xiuhua.cases.models import Case, CasePhoto
from xiuhua.doors.street.tests.sent import JSON, report_form, shot
from xiuhua.kit.files import keep_photo
from xiuhua.kit.models import StoredFile
from xiuhua.ledger.models import Line

SignedIn = Callable[[str], Client]
REPORT = "/street/report/"


def test_a_report_with_photo_and_position_becomes_a_case_and_a_line(town: Town, signed_in: SignedIn) -> None:
    answer = signed_in("zhao").post(REPORT, report_form())
    case = Case.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("street:case", args=[case.number])
    assert (case.state, case.category, case.source, case.segment) == ("reported", "stall", "officer", "S1")
    assert (case.reporter, case.for_unit) == ("p-zhao", town.units["Z1"].path)
    line = Line.objects.get(kind="case.reported")
    assert (line.key, line.about, line.by, line.segment) == (key("report"), case.number, "p-zhao", "S1")
    kept = CasePhoto.objects.get(case=case)
    assert kept.digest == keep_photo(photo()).digest and kept.moment == "report"


def test_an_assistants_report_says_that_an_assistant_found_it(signed_in: SignedIn) -> None:
    signed_in("helper").post(REPORT, report_form())
    assert Case.objects.get().source == "assistant"


def test_the_same_key_twice_is_one_case(town: Town, signed_in: SignedIn, clock) -> None:
    phone = signed_in("zhao")
    first = phone.post(REPORT, report_form())
    clock(minutes=3)
    again = phone.post(REPORT, report_form())
    assert first["Location"] == again["Location"]
    assert Case.objects.count() == 1 and Line.objects.filter(kind="case.reported").count() == 1


def test_the_same_key_with_other_content_keeps_what_was_typed_under_a_new_key(signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    phone.post(REPORT, report_form())
    answer = phone.post(REPORT, report_form(description="第二件，别的事"))
    page = answer.content.decode()
    assert answer.status_code == 409 and "已经用于另一件上报" in page
    assert "第二件，别的事" in page and str(key("report")) not in page.replace(str(key("report")) + " 已经", "")
    refused = phone.post(REPORT, report_form(description="第二件，别的事"), **JSON)
    assert refused.status_code == 409 and refused.json()["error"]["code"] == "act.key_reused"
    assert Case.objects.count() == 1


def test_a_record_that_waited_in_the_phone_happened_when_the_phone_says(town: Town, signed_in: SignedIn, clock) -> None:
    at = town.at
    clock(hours=5)
    answer = signed_in("zhao").post(REPORT, report_form(at=at.isoformat()), **JSON)
    case, line = Case.objects.get(), Line.objects.get(kind="case.reported")
    assert answer.json()["url"] == reverse("street:case", args=[case.number]) and case.number in answer.json()["words"]
    assert (case.reported_at, line.happened_at) == (at, at)
    assert line.recorded_at == at + dt.timedelta(hours=5)


def test_a_phone_whose_clock_runs_ahead_is_told_so(town: Town, signed_in: SignedIn) -> None:
    ahead = (town.at + dt.timedelta(hours=1)).isoformat()
    answer = signed_in("zhao").post(REPORT, report_form(at=ahead), **JSON)
    assert answer.status_code == 422 and "请检查手机或电脑的时钟" in answer.json()["error"]["message"]


@pytest.mark.parametrize("at", ["昨天", "2020-03-16T09:00", "2020-13-45T09:00:00+08:00", "1970-01-01T08:00:00+08:00"])
def test_a_time_that_cannot_be_read_is_refused(signed_in: SignedIn, at: str) -> None:
    answer = signed_in("zhao").post(REPORT, report_form(at=at), **JSON)
    assert answer.status_code == 422 and answer.json()["error"]["field"] == "at"


def test_a_form_without_a_key_says_what_to_do(signed_in: SignedIn) -> None:
    answer = signed_in("zhao").post(REPORT, report_form(key=None))
    assert answer.status_code == 422 and "请刷新页面后重新提交" in answer.content.decode()


@pytest.mark.parametrize(
    ("raw", "sentence"),
    [
        (b"GIF89a not a photo", "不是能用的照片"),
        (photo()[:700], "不完整或已损坏"),
        (photo(size=(16, 16)), "看不清"),
        (b"\x00" * (20 * 1024 * 1024 + 1), "超过 20 MB"),
    ],
)
def test_a_fake_broken_tiny_or_huge_photo_is_refused_at_its_field(
    signed_in: SignedIn, raw: bytes, sentence: str
) -> None:
    answer = signed_in("zhao").post(REPORT, report_form(photos=[shot(10), shot(raw=raw)]))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page
    assert 'href="#wrong-photos"' in page and "水果摊占道" in page, "the sentence is at the photos, the words are kept"
    assert f'value="{keep_photo(photo(10)).digest}" checked' in page, "the good photo need not be taken again"
    assert not Case.objects.exists()


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_photo_with_more_pixels_than_a_screen_can_show_is_refused(signed_in: SignedIn) -> None:
    page = io.BytesIO()
    Image.new("1", (12000, 9000)).save(page, "PNG")
    answer = signed_in("zhao").post(REPORT, report_form(photos=shot(raw=page.getvalue())))
    assert answer.status_code == 422 and not Case.objects.exists()


def test_a_photo_kept_from_before_goes_with_the_second_try(signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    first = phone.post(REPORT, report_form(category="shoplifting"))
    digest = keep_photo(photo()).digest
    assert first.status_code == 422 and f'value="{digest}" checked' in first.content.decode()
    assert phone.post(REPORT, report_form(photos=None, photo=[digest])).status_code == 302
    assert CasePhoto.objects.get().digest == digest


def test_a_photo_that_never_arrived_is_missed(signed_in: SignedIn) -> None:
    answer = signed_in("zhao").post(REPORT, report_form(photos=None, photo=["sha256:" + "0" * 64]), **JSON)
    assert answer.status_code == 422 and answer.json()["error"]["field"] == "photos"


def test_more_than_six_photos_are_too_many(signed_in: SignedIn) -> None:
    answer = signed_in("zhao").post(REPORT, report_form(photos=[shot(10 * n) for n in range(1, 8)]), **JSON)
    assert answer.status_code == 422 and "最多 6 张" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"lon": "116.4", "lat": "39.9"}, "lon", "不在本市范围内"),
        ({"lon": "36.69", "lat": "118.48"}, "lon", "写反了"),
        ({"lon": "向东", "lat": "36.69"}, "lon", "坐标读不出来"),
        ({"lon": "118.482", "lat": ""}, "lon", "要么都填"),
        ({"lon": "", "lat": "", "place": ""}, "place", "请写明地点"),
        ({"category": ""}, "category", "请从列表里选一个"),
        ({"segment": "S99"}, "segment", "请重新选择"),
        ({"description": "长" * 2001}, "description", "超过 2000 字"),
    ],
)
def test_each_wrong_field_has_its_sentence(
    signed_in: SignedIn, changes: dict[str, str], field: str, sentence: str
) -> None:
    phone = signed_in("zhao")
    told = phone.post(REPORT, report_form(**changes), **JSON).json()["error"]
    assert (told["field"], sentence in told["message"]) == (field, True)
    answer = phone.post(REPORT, report_form(**changes))
    assert answer.status_code == 422 and f'id="wrong-{field}">' in answer.content.decode()
    assert not Case.objects.exists() and not Line.objects.filter(kind="case.reported").exists()


def test_without_a_position_the_place_in_words_is_enough(signed_in: SignedIn) -> None:
    assert signed_in("zhao").post(REPORT, report_form(lon="", lat="", segment="S2")).status_code == 302
    case = Case.objects.get()
    assert (case.segment, case.lon_e7, case.place) == ("S2", None, "范公亭路 12 号门前")


def test_who_means_to_put_it_right_says_so_in_the_case(signed_in: SignedIn) -> None:
    signed_in("zhao").post(REPORT, report_form(take="self"))
    assert "上报人现场处置" in Case.objects.get().description


def test_a_photo_can_go_ahead_of_its_record(signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    first = phone.post("/street/photo", photo(33), content_type="image/jpeg")
    again = phone.post("/street/photo", photo(33), content_type="image/jpeg")
    assert first.json() == again.json() == {"digest": keep_photo(photo(33)).digest}
    assert StoredFile.objects.count() == 1
    wrong = phone.post("/street/photo", b"nothing", content_type="image/jpeg", **JSON)
    assert wrong.status_code == 422 and wrong.json()["error"]["field"] == "photos"


def test_where_i_stand_the_city_says_the_street_and_what_is_usual_there(town: Town, signed_in: SignedIn) -> None:
    town.case("one", category="posting")
    phone = signed_in("zhao")
    told = phone.get("/street/report/spot?lon=118.482&lat=36.6901").json()
    assert told["inside"] is True and [row["code"] for row in told["segments"]] == ["S1"]
    assert told["category"] == "posting"
    assert told["here"].startswith("范公亭路（驼山路—海岱路）北侧 · 古城一网格 · 赵敏（责任队员")
    corner = phone.get("/street/report/spot?lon=118.48001&lat=36.69001").json()
    assert {row["code"] for row in corner["segments"]} == {"S1", "S4"}, "at a corner it asks"
    assert phone.get("/street/report/spot?lon=116.4&lat=39.9").json()["inside"] is False
    assert phone.get("/street/report/spot?lon=x&lat=1", **JSON).status_code == 422


def test_a_report_can_begin_with_a_shop(signed_in: SignedIn) -> None:
    page = signed_in("zhao").get("/street/report/?shop=D2").content.decode()
    assert 'value="范公亭路4号"' in page and 'value="118.481000"' in page
    assert 'value="shopfront" required data-outbox-say="店外经营" checked' in page
