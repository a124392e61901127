"""A case on the phone: put right, given back, checked by somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from tests.town import Town, key, photo
from xiuhua.cases.models import Case, CasePhoto, Count, Word
from xiuhua.doors.street.tests.sent import JSON, count_form, handle_form, shot
from xiuhua.kit.files import keep_photo
from xiuhua.ledger.models import Line

SignedIn = Callable[[str], Client]


@pytest.fixture
def given(town: Town, clock) -> Case:
    """A case that went to Zhao Min five minutes ago."""
    case = town.case(upto="dispatched", photos=(town.photo(),))
    clock(minutes=20)
    return case


def page(case: Case, step: str = "") -> str:
    return f"/street/case/{case.number}/{step}"


def test_handling_writes_its_line_and_keeps_the_photos(given: Case, signed_in: SignedIn) -> None:
    photos = [shot(200), shot(201)]
    answer = signed_in("zhao").post(page(given, "handle/"), handle_form(given.version, way="guided", photos=photos))
    given.refresh_from_db()
    assert answer.status_code == 302 and answer["Location"] == "/street/"
    assert (given.state, given.handler) == ("handled", "p-zhao")
    line = Line.objects.get(kind="case.handled")
    assert (line.key, line.by, '"way":"guided"' in line.facts, '"photos":2' in line.facts) == (
        key("handle"), "p-zhao", True, True,
    )  # fmt: skip
    after = CasePhoto.objects.filter(case=given, moment="after").order_by("id")
    assert [one.digest for one in after] == [keep_photo(photo(shade)).digest for shade in (200, 201)]


def test_a_photo_taken_on_arrival_becomes_the_before(town: Town, signed_in: SignedIn, clock) -> None:
    bare = town.case("bare", upto="dispatched")
    clock(minutes=20)
    phone = signed_in("zhao")
    assert 'name="before_photos"' in phone.get(page(bare, "handle/")).content.decode()
    phone.post(page(bare, "handle/"), handle_form(bare.version, before_photos=shot(60)))
    assert CasePhoto.objects.get(case=bare, moment="before").digest == keep_photo(photo(60)).digest


def test_the_earlier_photo_lies_over_the_camera(given: Case, signed_in: SignedIn) -> None:
    shown = signed_in("zhao").get(page(given, "handle/")).content.decode()
    before = CasePhoto.objects.get(case=given)
    assert f'data-ghost="/street/picture/{before.pk}.jpg"' in shown and 'name="before_photos"' not in shown


def test_what_was_cleared_counts_once(given: Case, signed_in: SignedIn) -> None:
    form = handle_form(given.version, item="stall_moved", quantity="3")
    signed_in("zhao").post(page(given, "handle/"), form)
    signed_in("zhao").post(page(given, "handle/"), handle_form(given.version, item="stall_moved", quantity="3"))
    lines = Line.objects.filter(kind="count.recorded")
    assert [(line.item, int(line.quantity or 0), line.about) for line in lines] == [("stall_moved", 3, given.number)]
    assert Line.objects.filter(kind="case.handled").count() == 1


def test_a_count_told_before_is_named_and_not_counted_again(given: Case, signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    phone.post("/street/count/", count_form())
    told = Count.objects.get()
    form = handle_form(given.version, item="stall_moved", quantity="30")
    refused = phone.post(page(given, "handle/"), form)
    assert refused.status_code == 422 and "快报已计：劝离流动摊点 30 处" in refused.content.decode()
    again = handle_form(given.version, item="stall_moved", quantity="", counted_by=str(told.key))
    assert phone.post(page(given, "handle/"), again).status_code == 302
    assert str(told.key) in Line.objects.get(kind="case.handled").facts
    assert sum(line.quantity or 0 for line in Line.objects.filter(item="stall_moved")) == 30


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"photos": None}, "photos", "处置后的照片"),
        ({"way": ""}, "way", "请选择处置方式"),
        ({"item": "stall_moved", "quantity": "三"}, "quantity", "请写整数"),
        ({"photos": shot(raw=b"no photo")}, "photos", "不是能用的照片"),
    ],
)
def test_a_handling_that_lacks_something_keeps_the_words(
    given: Case, signed_in: SignedIn, changes: dict[str, object], field: str, sentence: str
) -> None:
    answer = signed_in("zhao").post(page(given, "handle/"), handle_form(given.version, words="已劝离", **changes))
    shown = answer.content.decode()
    given.refresh_from_db()
    assert answer.status_code == 422 and sentence in shown and f'href="#wrong-{field}"' in shown and "已劝离" in shown
    assert given.state == "dispatched" and not Line.objects.filter(kind="case.handled").exists()


def test_a_stale_form_keeps_its_words_and_shows_the_new_state(given: Case, signed_in: SignedIn) -> None:
    form = handle_form(given.version - 1, words="已劝离", photos=shot(77))
    answer = signed_in("zhao").post(page(given, "handle/"), form)
    shown = answer.content.decode()
    assert answer.status_code == 409 and "别人刚刚改过这件案件" in shown and "已劝离" in shown
    assert keep_photo(photo(77)).digest in shown and f'name="version" value="{given.version}"' in shown
    told = signed_in("zhao").post(page(given, "handle/"), handle_form(given.version - 1, "other"), **JSON)
    assert told.status_code == 409 and told.json()["error"]["facts"]["version"] == str(given.version)


def test_a_handling_that_waited_offline_has_the_phones_moment(
    town: Town, given: Case, signed_in: SignedIn, clock
) -> None:
    at = town.at
    clock(hours=2)
    form = handle_form(given.version, at=at.isoformat())
    assert signed_in("zhao").post(page(given, "handle/"), form, **JSON).json()["url"] == "/street/"
    line = Line.objects.get(kind="case.handled")
    assert (line.happened_at, line.recorded_at) == (at, at + dt.timedelta(hours=2))


def test_a_case_goes_back_with_its_reason(given: Case, signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    form = {"key": str(key("back")), "version": str(given.version), "words": "在街对面"}
    missing = phone.post(page(given, "return/"), form)
    assert (
        missing.status_code == 422
        and "请选择原因" in missing.content.decode()
        and "在街对面" in missing.content.decode()
    )
    assert phone.post(page(given, "return/"), form | {"reason": "wrong_place"}).status_code == 302
    given.refresh_from_db()
    line = Line.objects.get(kind="case.returned")
    assert given.state == "filed" and '"reason":"wrong_place"' in line.facts and "在街对面" not in line.facts
    assert Word.objects.get(line=line.key).text == "在街对面"


def test_nobody_checks_their_own_work(town: Town, signed_in: SignedIn, clock) -> None:
    case = town.case(upto="handled")
    clock(minutes=40)
    shown = signed_in("zhao").get(page(case, "check/")).content.decode()
    assert "处置的人不能核查自己的案件" in shown and "<form" not in shown.split('id="main"')[1]
    form = {"key": str(key("own")), "version": str(case.version), "verdict": "right", "photos": shot(10)}
    refused = signed_in("zhao").post(page(case, "check/"), form, **JSON)
    assert refused.status_code == 422 and refused.json()["error"]["code"] == "case.own_work"
    case.refresh_from_db()
    assert case.state == "handled"


def test_a_colleague_checks_on_the_spot_with_a_photo(town: Town, signed_in: SignedIn, clock) -> None:
    case = town.case(upto="handled")
    clock(minutes=40)
    phone = signed_in("liu")
    form = {"key": str(key("check")), "version": str(case.version), "verdict": "right"}
    assert "现场核查请拍一张照片" in phone.post(page(case, "check/"), form).content.decode()
    assert phone.post(page(case, "check/"), form | {"photos": shot(10)}).status_code == 302
    case.refresh_from_db()
    line = Line.objects.get(kind="case.checked")
    assert case.state == "checked" and line.by == "p-liu" and '"method":"on_site"' in line.facts


def test_work_that_is_half_done_goes_back_and_the_fixer_reads_why(town: Town, signed_in: SignedIn, clock) -> None:
    case = town.case(upto="handled")
    clock(minutes=40)
    form = {
        "key": str(key("rework")), "version": str(case.version), "verdict": "rework", "reason": "half_done",
        "words": "门口还有两箱",
    }  # fmt: skip
    assert signed_in("liu").post(page(case, "check/"), form).status_code == 302
    case.refresh_from_db()
    assert (case.state, case.turn) == ("dispatched", 2)
    shown = signed_in("zhao").get(page(case)).content.decode()
    assert "只处理了一部分：门口还有两箱" in shown and "第 2 次处置" in shown


def test_the_page_of_a_case_shows_seven_stitches_and_before_against_after(
    town: Town, signed_in: SignedIn, clock
) -> None:
    case = town.case(upto="handled", photos=(town.photo(),))
    clock(minutes=40)
    shown = signed_in("zhao").get(page(case)).content.decode()
    assert shown.count('data-state="done"') == 5 and 'data-state="now"' in shown
    assert 'class="xh-slider"' in shown and "处置的人不能自己核查" in shown


def test_the_deadline_is_told_by_the_bureaus_clock(town: Town, signed_in, clock) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    assert "3月16日 11:10" in signed_in("zhao").get(f"/street/case/{case.number}/").content.decode()
