"""Typing an address at the desk proposes places; a point on the map is told; the search box knows addresses."""

from __future__ import annotations

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_an_address_proposes_the_place_with_what_the_form_needs(town, signed_in) -> None:
    told = signed_in("desk").get(reverse("desk:resolve"), {"q": "范公亭路6号旁"}).json()
    best = told["places"][0]
    assert best["title"] == "范公亭路（驼山路—海岱路）北侧" and best["segment"].endswith("[S1]")
    assert "登记的门牌" in best["words"] and "误差约 25 米" in best["words"]
    assert best["certainty"] == "确定 92%" and best["sure"] and best["lon"] == pytest.approx(118.4815, abs=1e-5)
    assert "赵敏（责任队员" in best["people"]


def test_only_a_segment_is_said_to_be_only_that(town, signed_in) -> None:
    told = signed_in("desk").get(reverse("desk:resolve"), {"q": "范公亭路600号"}).json()
    assert told["places"][0]["lon"] is None and "只到路段" in told["places"][0]["words"]
    assert not told["places"][0]["sure"]


def test_a_point_on_the_map_is_told(town, signed_in) -> None:
    told = signed_in("desk").get(reverse("desk:resolve"), {"lon": "118.482", "lat": "36.6901"}).json()
    assert (
        told["places"][0]["title"] == "范公亭路（驼山路—海岱路）北侧" and "离路中线 11 米" in told["places"][0]["words"]
    )


@pytest.mark.parametrize(
    "asked", [{}, {"lon": "x", "lat": "1"}, {"lon": "nan", "lat": "nan"}, {"lon": "118"}, {"q": "  "}]
)
def test_what_is_no_question_is_refused_in_words(town, signed_in, asked) -> None:
    answer = signed_in("desk").get(reverse("desk:resolve"), asked, headers={"accept": "application/json"})
    assert answer.status_code == 422 and answer.json()["error"]["field"] == "place"


@pytest.mark.parametrize("words", ["天安门", "%", "路" * 10_000, "🚲", "' OR 1=1 --"])
def test_what_is_not_understood_says_what_helps(town, signed_in, words) -> None:
    told = signed_in("desk").get(reverse("desk:resolve"), {"q": words}).json()
    assert told["places"] == [] and told["problem"]


def test_the_search_box_finds_an_address_and_who_is_on_duty_there(town, signed_in) -> None:
    text = signed_in("desk").get("/desk/search/", {"q": "范公亭路与海岱路口西100米路北"}).content.decode()
    assert "地点" in text and "范公亭路（驼山路—海岱路）" in text and "赵敏（责任队员" in text
    assert 'id="hit-places"' not in signed_in("desk").get("/desk/search/", {"q": "海岱路"}).content.decode()


def test_the_form_of_a_call_asks_for_places_while_an_address_is_typed(town, signed_in) -> None:
    text = signed_in("desk").get("/desk/new/").content.decode()
    assert f'data-resolve="{reverse("desk:resolve")}"' in text and "data-resolved" in text
