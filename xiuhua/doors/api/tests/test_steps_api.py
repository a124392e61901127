"""A case goes all the way round the loop by machine, and every wrong step is refused with what would help."""

from __future__ import annotations

from uuid import uuid4

import pytest

from xiuhua.cases.models import Case
from xiuhua.ledger.models import Line


def step(version, **more):
    return {"key": str(uuid4()), "version": version} | more


def test_a_case_goes_round_the_whole_loop(town, machine, clock):
    case = town.case()
    desk, squad = machine("p-desk"), machine("p-zhao")
    after = [town.photo(201)]
    way = (
        (desk, "accept", {}, "accepted"),
        (desk, "file", {"standard": "S1", "words": "占道"}, "filed"),
        (desk, "unfile", {"reason": "wrong_matter"}, "accepted"),
        (desk, "file", {"standard": "S2"}, "filed"),
        (desk, "dispatch", {"unit": "Z1", "person": "p-zhao", "why": ["duty"]}, "dispatched"),
        (squad, "return", {"reason": "cannot_reach"}, "filed"),
        (desk, "dispatch", {"unit": "Z1", "person": "p-zhao"}, "dispatched"),
        (squad, "handle", {"photos": after, "way": "guided", "item": "stall_moved", "quantity": 2}, "handled"),
        (desk, "rework", {"reason": "half_done"}, "dispatched"),
        (squad, "handle", {"photos": [town.photo(202)]}, "handled"),
        (desk, "check", {"method": "by_picture"}, "checked"),
        (desk, "close", {}, "closed"),
        (desk, "reopen", {"reason": "came_back"}, "accepted"),
        (desk, "refuse", {"reason": "repeated"}, "refused"),
    )
    for n, (caller, verb, more, state) in enumerate(way):
        clock(minutes=1)
        answer = caller.post(f"/cases/{case.number}/{verb}", step(n + 1, **more))
        assert (verb, answer.status_code, answer.json().get("state")) == (verb, 200, state), answer.text
    count = Line.objects.of_kind("count.recorded").get()
    assert (count.item, count.quantity, count.about) == ("stall_moved", 2, case.number)


def test_the_same_step_again_gives_the_same_answer(town, machine, clock):
    case, told = town.case(), step(1)
    clock(minutes=2)
    desk = machine("p-desk")
    first = desk.post(f"/cases/{case.number}/accept", told)
    clock(minutes=2)
    assert desk.post(f"/cases/{case.number}/accept", told).json() == first.json()
    assert Line.objects.of_kind("case.accepted").count() == 1


@pytest.mark.parametrize(
    ("who", "verb", "more", "status", "code"),
    [
        ("p-desk", "accept", {"version": 9}, 409, "case.stale"),
        ("p-desk", "close", {}, 422, "case.flow"),
        ("p-desk", "refuse", {"reason": "mood"}, 422, "case.reason"),
        ("p-zhao", "accept", {}, 403, "access.role"),
        ("p-other", "accept", {}, 404, "case.absent"),
        ("p-desk", "file", {"standard": "X9"}, 422, "case.standard"),
        ("p-desk", "dispatch", {"unit": "Z9"}, 422, "dispatch.unit"),
        ("p-desk", "dispatch", {"unit": "Z1", "person": "nobody"}, 422, "dispatch.person"),
        ("p-desk", "accept", {"at": "2020-03-16T08:00:00+08:00"}, 422, "case.backwards"),
        ("p-desk", "accept", {"at": "2020-03-17T09:00:00+08:00"}, 422, "act.future"),
    ],
)
def test_a_wrong_step_is_refused_and_moves_nothing(town, machine, who, verb, more, status, code):
    case = town.case()
    answer = machine(who).post(f"/cases/{case.number}/{verb}", step(1) | more)
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert answer.json()["error"]["message"]
    assert Case.objects.get().state == "reported"


def test_photos_are_released_and_withdrawn_by_the_desk(town, machine, clock):
    case = town.case(upto="closed", photos=(town.photo(30),))
    clock(hours=1)
    photos = [photo.digest for photo in case.photos.all()]
    told = {"key": str(uuid4()), "photos": photos}
    assert machine("p-zhao").post(f"/cases/{case.number}/release", told).status_code == 403
    shown = machine("p-desk").post(f"/cases/{case.number}/release", told).json()
    assert [one["released"] for one in shown["photos"]] == [True, True]
    shown = machine("p-desk").post(f"/cases/{case.number}/withdraw", told | {"key": str(uuid4())}).json()
    assert [one["released"] for one in shown["photos"]] == [False, False]


def test_a_count_is_told_once(town, machine):
    caller = machine("p-zhao")
    told = {"key": str(uuid4()), "item": "posting_pasted", "quantity": 40, "segment": "S1"}
    first, again = caller.post("/counts", told), caller.post("/counts", told)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() and first.json()["unit"] == "处"
    line = Line.objects.of_kind("count.recorded").get()
    assert (line.item, line.quantity, line.by) == ("posting_pasted", 40, "p-zhao")
    assert machine("p-desk").post("/counts", told | {"key": str(uuid4())}).status_code == 403


def test_a_report_is_merged_and_tells_into_what(town, machine, clock):
    case, other = town.case("a"), town.case("b")
    clock(minutes=1)
    desk = machine("p-desk")
    answer = desk.post(f"/cases/{case.number}/merge", step(1, into=other.number))
    assert (answer.status_code, answer.json()["state"], answer.json()["merged_into"]) == (200, "refused", other.number)
    clock(minutes=1)
    assert desk.post(f"/cases/{other.number}/merge", step(1, into="XH20200316-9999")).status_code == 404
    refused = desk.post(f"/cases/{other.number}/merge", step(1, into=case.number)).json()
    assert refused["error"]["code"] == "case.merge_self"
