"""The phone's own pages: what stands where, for whom, and how many questions the database is asked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.town import Town, key
from xiuhua.cases.models import CasePhoto
from xiuhua.doors.street.tests.sent import handle_form

SignedIn = Callable[[str], Client]
PAGES = ("", "list/todo/", "list/handled/", "list/closed/", "list/check/", "map/", "map/cases.geojson",
         "map/streets.geojson", "report/", "count/", "slip/", "shops/", "me/", "live")  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_for_an_officer_and_for_nobody_else(signed_in: SignedIn, client: Client, page: str) -> None:
    assert signed_in("zhao").get(f"/street/{page}").status_code == 200
    answer = client.get(f"/street/{page}")
    assert answer.status_code == 302 and "sign-in" in answer["Location"]
    assert client.get(f"/street/{page}", HTTP_ACCEPT="application/json").status_code == 401


def test_the_outbox_opens_without_a_sign_in(client: Client, db: None) -> None:
    assert "待上传" in client.get("/street/outbox/").content.decode()


def test_an_empty_work_page_says_what_would_fill_it(signed_in: SignedIn) -> None:
    shown = signed_in("zhao").get("/street/").content.decode()
    assert "没有待您处置的案件" in shown and "按红色的“拍”上报" in shown


def test_the_work_page_has_the_least_time_left_first(town: Town, signed_in: SignedIn, clock) -> None:
    later = town.case("later", upto="dispatched", category="posting", place="乙处")
    clock(minutes=-30)
    sooner = town.case("sooner", upto="dispatched", place="甲处")
    clock(minutes=60)
    phone = signed_in("zhao")
    shown = phone.get("/street/").content.decode()
    assert shown.index(sooner.number) < shown.index(later.number)
    assert f'data-due="{sooner.due_at.isoformat()}"' in shown and 'data-far="118.482000,36.690100"' in shown
    assert f"/street/case/{later.number}/handle/" in shown and "coordinate=wgs84" in shown


def test_the_work_page_asks_the_same_questions_however_much_there_is(town: Town, signed_in: SignedIn, clock) -> None:
    phone = signed_in("zhao")
    phone.get("/street/")

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert phone.get("/street/").status_code == 200
        return len(told)

    town.case("one", upto="dispatched", photos=(town.photo(),))
    one = asked()
    for n in range(5):
        town.case(f"more-{n}", upto="dispatched", photos=(town.photo(50 + n),))
    assert asked() == one == 16


def test_numbers_open_the_cases_that_they_count(town: Town, signed_in: SignedIn, clock) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    phone = signed_in("zhao")
    phone.post(f"/street/case/{case.number}/handle/", handle_form(case.version))
    assert case.number in phone.get("/street/list/handled/").content.decode()
    assert case.number not in phone.get("/street/list/todo/").content.decode()
    assert case.number in signed_in("liu").get("/street/list/check/").content.decode()
    assert case.number not in phone.get("/street/list/check/").content.decode(), "my own work is not mine to check"
    assert phone.get("/street/list/other/").status_code == 404


def test_another_squads_case_looks_as_if_it_were_not_there(town: Town, signed_in: SignedIn, clock) -> None:
    case = town.case(upto="dispatched", photos=(town.photo(),))
    clock(minutes=20)
    phone = signed_in("other")
    there = [phone.get(f"/street/case/{case.number}/{step}") for step in ("", "handle/", "return/", "check/")]
    absent = [phone.get(f"/street/case/XH0/{step}") for step in ("", "handle/", "return/", "check/")]
    assert [one.status_code for one in there] == [one.status_code for one in absent] == [404] * 4
    said = [one.content.decode().split("data-refusal>")[1].split("<")[0] for one in (*there, *absent)]
    assert len(set(said)) == 1
    posted = phone.post(f"/street/case/{case.number}/handle/", handle_form(case.version))
    assert posted.status_code == 404
    assert case.number not in phone.get("/street/map/cases.geojson").content.decode()
    assert phone.get(f"/street/map/?case={case.number}").status_code == 404
    picture = CasePhoto.objects.get(case=case)
    assert phone.get(f"/street/picture/{picture.pk}.jpg").status_code == 404
    assert phone.get(f"/street/picture/{picture.pk}-small.jpg").status_code == 404


def test_the_picture_that_goes_to_the_phone_is_small_and_without_exif(town: Town, signed_in: SignedIn) -> None:
    case = town.case(upto="dispatched", photos=(town.photo(),))
    picture = CasePhoto.objects.get(case=case)
    answer = signed_in("zhao").get(f"/street/picture/{picture.pk}-small.jpg")
    assert answer["Content-Type"] == "image/jpeg" and "private" in answer["Cache-Control"]
    assert b"Exif" not in answer.content and len(answer.content) < 30_000


def test_the_map_has_the_list_and_marks_my_units_streets(town: Town, signed_in: SignedIn, clock) -> None:
    case = town.case(upto="dispatched")
    clock(days=1)
    phone = signed_in("zhao")
    (point,) = phone.get("/street/map/cases.geojson").json()["features"]
    assert (point["properties"]["id"], point["properties"]["state"]) == (case.number, "late")
    assert point["geometry"]["coordinates"] == [118.482, 36.6901]
    assert case.number in phone.get("/street/map/").content.decode()
    streets = phone.get("/street/map/streets.geojson").json()["features"]
    mine = {one["properties"]["id"] for one in streets if one["properties"]["squad"]}
    assert mine == {"S1", "S2"} and len(streets) == 4


def test_the_phone_hears_of_new_work(town: Town, signed_in: SignedIn, clock) -> None:
    phone = signed_in("zhao")
    stamp = phone.get("/street/live").json()["after"]
    assert phone.get("/street/live", {"after": stamp}).status_code == 204
    town.case(upto="dispatched")
    clock(minutes=30)
    told = phone.get("/street/live", {"after": stamp}).json()
    assert told["changed"] == ["work"] and "新派给您" in told["toast"]["text"] and told["after"] != stamp
    assert phone.get("/street/live", {"after": "nonsense"}).status_code == 200


def test_my_shops_are_those_on_my_streets(signed_in: SignedIn) -> None:
    mine = signed_in("zhao").get("/street/shops/").content.decode()
    assert mine.count("/street/report/?shop=D") == 4 and "范公亭路（驼山路—海岱路）" in mine
    found = signed_in("zhao").get("/street/shops/", {"q": "路4号"}).content.decode()
    assert found.count("/street/report/?shop=D") == 1
    assert "没有叫“茶馆”的商户" in signed_in("zhao").get("/street/shops/", {"q": "茶馆"}).content.decode()
    assert "还没有登记商户" in signed_in("other").get("/street/shops/").content.decode()


def test_who_holds_no_post_is_told_whom_to_ask(town: Town, signed_in: SignedIn, clock) -> None:
    post = town.people["p-zhao"].posts.get()
    post.ends_on = town.at.date()
    post.save()
    answer = signed_in("zhao").get("/street/")
    assert answer.status_code == 403 and "还没有岗位" in answer.content.decode()


def test_my_page_counts_what_i_did_today(town: Town, signed_in: SignedIn) -> None:
    phone = signed_in("zhao")
    phone.post("/street/count/", {"key": str(key("n")), "item": "stall_moved", "quantity": "3", "segment": "S1"})
    shown = phone.get("/street/me/").content.decode()
    assert "1 条" in shown and "0 张" in shown and "15000002" in shown and "城区一中队 · 队员" in shown
    assert 'data-theme-set="dark"' in shown and "data-care" in shown and "data-sign-out" in shown
