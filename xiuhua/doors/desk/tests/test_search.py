"""The one box: numbers, places, roads, shops, people, and plates for who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.enforcement.actions import issue_slip

pytestmark = pytest.mark.django_db


@pytest.fixture
def find(signed_in):
    """`find("desk", "海岱路")` is the page that answers."""

    def ask(who: str, words: str):
        return signed_in(who).get(reverse("desk:search"), {"q": words})

    return ask


def test_a_case_number_leads_straight_to_its_case(town: Town, find, clock) -> None:
    case = town.case()
    assert find("desk", case.number.lower()).url == reverse("desk:case", args=[case.number])


def test_words_find_places_roads_shops_and_people(town: Town, find, clock) -> None:
    case = town.case(place="海岱路 3 号", description="水果摊")
    page = find("desk", "海岱路").content.decode()
    assert case.number in page
    assert "海岱路（范公亭路—荣利街）" in page
    assert "范公亭路6号" in find("desk", "范公亭路6号").content.decode()
    assert "城区一中队 队员" in find("desk", "赵敏").content.decode()
    assert case.number in find("desk", "水果摊").content.decode()


def test_a_whole_plate_finds_its_warnings_and_part_of_one_does_not(town: Town, find, clock) -> None:
    slip = issue_slip(
        town.act("p-zhao"), plate="鲁V12345", situation="pavement", segment=town.segments["S1"], photos=[town.photo()]
    )
    page = find("desk", "鲁v·12345").content.decode()
    assert slip.number in page
    assert "未处罚" in page
    assert slip.number not in find("desk", "V1234").content.decode()
    assert "这个车牌没有警告单" in find("desk", "鲁V99999").content.decode()


@pytest.mark.parametrize("who", ["helper", "office"])
def test_a_plate_is_not_looked_up_for_everybody(town: Town, find, clock, who: str) -> None:
    slip = issue_slip(
        town.act("p-zhao"), plate="鲁V12345", situation="pavement", segment=town.segments["S1"], photos=[town.photo()]
    )
    page = find(who, "鲁V12345").content.decode()
    assert slip.number not in page
    assert "您的岗位不能按车牌查" in page


def test_an_officer_finds_the_own_squads_cases_alone(town: Town, find, clock) -> None:
    theirs = town.case("theirs", lon=118.4801, lat=36.6915, description="摊位甲")
    assert theirs.number not in find("zhao", "摊位甲").content.decode()
    assert find("zhao", theirs.number).status_code == 200  # no leading to a case that is not theirs
    assert theirs.number in find("other", "摊位甲").content.decode()


def test_nothing_and_no_words_say_what_to_do(town: Town, find, clock) -> None:
    assert "没有找到“没有这样的”" in find("desk", "没有这样的").content.decode()
    assert "按回车" in find("desk", "").content.decode()


def test_the_search_asks_as_much_for_many_hits_as_for_few(town: Town, signed_in, clock) -> None:
    desk, address = signed_in("desk"), f"{reverse('desk:search')}?q=号"
    town.case("one")
    desk.get(address)
    few = queries_of(desk, address)
    for n in range(8):
        town.case(f"many-{n}", place=f"范公亭路 {n} 号")
    assert queries_of(desk, address) == few
