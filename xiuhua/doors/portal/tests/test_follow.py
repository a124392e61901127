"""Following a report: what was promised, why it was refused, photos only once released, and the rating."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from xiuhua.cases.actions import refuse_case, release_photos, return_case
from xiuhua.cases.flow import REASONS
from xiuhua.doors.portal.shown import REFUSALS
from xiuhua.ledger.models import Line


@pytest.fixture(autouse=True)
def fresh_counts():
    cache.clear()


@pytest.fixture
def citizen(town, clock) -> Client:
    return Client()


def page_of(citizen, case):
    answer = citizen.get(reverse("portal:follow", args=[case.token]))
    assert answer.status_code == 200
    return answer.text


def rate(citizen, case, **told):
    return citizen.post(reverse("portal:rate", args=[case.token]), {"key": str(uuid4())} | told)


def test_the_promise_names_the_unit_and_the_time(town, citizen, clock):
    case = town.case(upto="dispatched")
    clock(minutes=16)
    assert "城区一中队承诺 今天 11:10 前处理好" in page_of(citizen, case)
    clock(hours=3)
    page = page_of(citizen, case)
    assert "现在已经超过，向您致歉" in page and 'data-state="late"' in page


@pytest.mark.parametrize("upto", ["reported", "accepted", "filed", "dispatched", "handled", "checked", "closed"])
def test_no_officer_is_named_and_the_stitches_tell_how_far_it_is(town, citizen, clock, upto):
    case = town.case(upto=upto)
    clock(minutes=40)
    page = page_of(citizen, case)
    assert not [person.name for person in town.people.values() if person.name in page]
    done = {"reported": 1, "accepted": 2, "filed": 3, "dispatched": 4, "handled": 5, "checked": 6, "closed": 7}[upto]
    assert page.count('<li data-state="done"') == done


def test_a_returned_case_promises_nothing_until_it_is_dispatched_again(town, citizen, clock):
    case = return_case(town.act("p-zhao", minutes=20), case=town.case(upto="dispatched"), reason="not_ours")
    clock(hours=9)
    page = page_of(citizen, case)
    assert "正在重新安排单位" in page and "超过" not in page and 'data-state="late"' not in page


@pytest.mark.parametrize("reason", list(REASONS["refuse"]))
def test_a_refusal_says_why_and_whom_to_ask(town, citizen, clock, reason):
    case = refuse_case(town.act("p-desk", minutes=3), case=town.case(), reason=reason, words="李静：问过了")
    clock(minutes=5)
    page = page_of(citizen, case)
    why, ask = REFUSALS[reason]
    assert str(why) in page and str(ask) in page and "李静" not in page


def test_photos_show_only_once_they_are_released(town, citizen, clock):
    case = town.case(upto="closed", photos=(town.photo(30),))
    clock(hours=1)
    addresses = [reverse("portal:photo", args=[photo.pk, "display"]) for photo in case.photos.order_by("id")]
    assert "经人工检查以后" in page_of(citizen, case)
    assert [citizen.get(address).status_code for address in addresses] == [404, 404]
    release_photos(town.act("p-desk", minutes=0), case=case, photos=[photo.digest for photo in case.photos.all()])
    page = page_of(citizen, case)
    assert all(address in page for address in addresses)
    assert [citizen.get(address).status_code for address in addresses] == [200, 200]


def test_a_token_is_found_by_itself_and_by_the_pasted_address(town, citizen):
    case = town.case()
    where = reverse("portal:follow", args=[case.token])
    for typed in (case.token, f" https://city.example{where} "):
        answer = citizen.get(reverse("portal:find"), {"token": typed})
        assert answer.headers["Location"] == where
    for wrong in (case.token.swapcase(), case.number, "x" * 400, "a\x00b", "<b>"):
        answer = citizen.get(reverse("portal:find"), {"token": wrong})
        assert answer.status_code == 404 and "没有这个查询码" in answer.text and "<b>" not in answer.text


def test_trying_tokens_out_is_stopped(town, citizen):
    for _n in range(300):
        citizen.get(reverse("portal:follow", args=["AAAAAAAAAAAA"]))
    answer = citizen.get(reverse("portal:find"), {"token": town.case().token})
    assert answer.status_code == 429 and "查询太频繁" in answer.text


def test_a_rating_is_a_line_and_is_thanked_for(town, citizen, clock):
    case = town.case(upto="closed")
    clock(hours=1)
    assert "这件事处理得怎么样" in page_of(citizen, case)
    assert rate(citizen, case, score="3", words="谢谢").status_code == 302
    line = Line.objects.of_kind("case.rated").get()
    assert (line.about, line.by, line.facts) == (case.number, "", '{"reason":"","score":3}')
    page = page_of(citizen, case)
    assert "已收到您的评价" in page and "这件事处理得怎么样" not in page


def test_who_is_not_content_says_why_and_the_case_is_taken_up_again(town, citizen, clock):
    case = town.case(upto="closed")
    clock(hours=1)
    answer = rate(citizen, case, score="1", words="摊子还在")
    assert answer.status_code == 422
    assert "请选不满意的原因" in answer.text and "摊子还在" in answer.text
    rate(citizen, case, score="1", reason="not_solved", words="摊子还在")
    case.refresh_from_db()
    assert case.state == "accepted"
    assert "已重新受理" in page_of(citizen, case)


@pytest.mark.parametrize("told", [{}, {"score": "9"}, {"score": "1", "reason": "x"}, {"score": "3", "key": ""}])
def test_a_wrong_rating_is_answered_with_a_sentence(town, citizen, clock, told):
    case = town.case(upto="closed")
    clock(hours=1)
    answer = rate(citizen, case, **told)
    assert answer.status_code == 422 and "评价没有提交" in answer.text
    assert not Line.objects.of_kind("case.rated").exists()


def test_the_device_asks_for_its_reports_and_gets_no_others(town, citizen):
    mine, other = town.case("mine", upto="dispatched"), town.case("other")
    answer = citizen.post(reverse("portal:rows"), {"token": [mine.token, "nobody-knows", "a\x00b"]})
    assert mine.token in answer.text and other.token not in answer.text
    assert "城区一中队正在处理" in answer.text
