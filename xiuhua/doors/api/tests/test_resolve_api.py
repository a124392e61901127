"""What machines learn about a place: by a point, by words, and nothing broken by hostile questions."""

from __future__ import annotations

import pytest


def test_a_point_resolves_to_segment_side_grid_and_people(town, machine):
    best = machine("p-desk").get("/resolve", lon=118.482, lat=36.6901).json()["candidates"][0]
    assert (best["segment"], best["side_name"], best["grid_name"]) == ("S1", "北侧", "古城一网格")
    assert best["distance_m"] == pytest.approx(11.1, abs=0.1) and best["certainty"] == 1.0
    assert [(one["person"], one["name"]) for one in best["on_duty"]] == [("p-zhao", "赵敏"), ("", "城区一中队")]


def test_words_resolve_to_the_door_that_they_name(town, machine):
    best = machine("p-desk").get("/resolve", q="范公亭路6号旁").json()["candidates"][0]
    assert (best["shop"], best["how"]) == ("D3", "beside") and best["certainty"] > 0.9


def test_what_is_not_found_says_what_helps(town, machine):
    told = machine("p-desk").get("/resolve", q="天安门").json()
    assert told["candidates"] == [] and "换个写法" in told["problem"]


def test_names_of_people_are_for_those_who_see_the_desk(town, machine, monkeypatch):
    from xiuhua.city import access

    monkeypatch.setitem(access.VERBS, "see_desk", frozenset())
    best = machine("p-desk").get("/resolve", q="范公亭路6号").json()["candidates"][0]
    assert [one["name"] for one in best["on_duty"]] == ["城区一中队", "城区一中队"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({}, 422), ({"lon": 118}, 422), ({"lon": "nan", "lat": 36}, 422), ({"lon": 500, "lat": 36}, 422),
        ({"q": "\x00"}, 422), ({"q": "x" * 10_000}, 422), ({"street": "海岱路"}, 422), ({"lon": "1e999", "lat": 1}, 422),
        ({"q": "%_%'; --"}, 200), ({"q": "🚲" * 200}, 200), ({"q": "路" * 1500}, 200), ({"lon": 0, "lat": 0}, 200),
    ],
)  # fmt: skip
def test_hostile_questions_are_answered_or_refused(town, machine, query, status):
    assert machine("p-desk").get("/resolve", **query).status_code == status
