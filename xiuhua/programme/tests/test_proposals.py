"""A proposal of balanced areas: from the register, beside today's duties, taken over from a day."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import key
from xiuhua.city import actions as city
from xiuhua.city.duties import assign_duty
from xiuhua.city.models import Duty, Segment
from xiuhua.kit.jobs import TRIES, do_job, find_works
from xiuhua.kit.models import Job
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line
from xiuhua.programme.fold import proposals
from xiuhua.programme.models import DistrictProposal
from xiuhua.programme.proposal_ask import Ask, segments_named
from xiuhua.programme.proposal_changes import compare
from xiuhua.programme.proposals import LOST, search
from xiuhua.programme.proposing import accept_proposal, ask_proposal, cancel_proposal

ALONG = Ask(squads=("Z1", "Z2"), length=100, cases=0, shops=0, seconds=30)


def made(town, ask=ALONG, name="ask"):
    """A proposal that was asked for by the office and searched for at once."""
    proposal = ask_proposal(town.act("p-office", name=name), ask=ask)
    search(proposal.code, now=lambda: town.at)
    return DistrictProposal.objects.get(code=proposal.code)


@pytest.fixture
def uneven(town):
    """The first squad answers for all four streets."""
    assign_duty(
        town.act("p-office", name="uneven"), segments=list(Segment.objects.order_by("code")), part="squad",
        unit=town.units["Z1"],
    )  # fmt: skip
    return town


def squads_on(day):
    duties = Duty.objects.in_force(day).filter(part="squad", thing__startswith="segment:")
    return {thing.removeprefix("segment:"): unit for thing, unit in duties.values_list("thing", "unit__code")}


def test_a_block_is_halved_and_the_ledger_tells_it(town):
    proposal = made(town)
    assert proposal.status == "ready" and proposal.figures["holds"] and proposal.figures["contiguous"]
    assert sorted(squad for squad, *_ in proposal.assignment.values()) == ["Z1", "Z1", "Z2", "Z2"]
    kinds = Line.objects.filter(about=f"proposal:{proposal.code}").order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["proposal.asked", "proposal.made"]
    assert list(proposals()) == []


def test_what_changes_is_told_beside_today(uneven):
    found = compare(made(uneven), bureau_day(uneven.at))
    first, second = found.squads
    assert (first.before.segments, first.after.segments, second.after.segments) == (4, 2, 2)
    assert (first.loses, second.gains, first.off_before) == (2, 2, pytest.approx(1))
    assert sum(row.after.share for row in found.squads) == pytest.approx(1)
    assert [(one.from_code, one.to_code) for one in found.changes] == [("Z1", "Z2"), ("Z1", "Z2")]
    assert found.unchanged == 2 and found.deviation_before == pytest.approx(1)


def test_accepting_hands_the_segments_over_from_a_day_to_come(uneven):
    proposal = made(uneven)
    today, monday = bureau_day(uneven.at), bureau_day(uneven.at) + dt.timedelta(days=7)
    before = squads_on(today)
    accept_proposal(uneven.act("p-office", name="accept"), code=proposal.code, from_day=monday)
    assert squads_on(today) == before
    assert squads_on(monday) == {code: squad for code, (squad, *_) in proposal.assignment.items()}
    assert Duty.objects.in_force(monday).filter(part="squad", thing__startswith="segment:").count() == 4
    begun = Line.objects.of_kind("duty.begun").order_by("-id").first()
    assert f'"begins_on":"{monday.isoformat()}"' in begun.facts
    accepted = Line.objects.get(kind="proposal.accepted")
    assert accepted.key == key("accept") and DistrictProposal.objects.get().status == "accepted"
    assert list(proposals()) == []


def test_accepting_again_with_the_same_key_changes_nothing_and_with_another_finds_nothing_left(uneven):
    proposal, day = made(uneven), bureau_day(uneven.at)
    accept_proposal(uneven.act("p-office", name="accept"), code=proposal.code, from_day=day)
    duties = Duty.objects.count()
    accept_proposal(uneven.act("p-office", name="accept"), code=proposal.code, from_day=day)
    assert Duty.objects.count() == duties
    with pytest.raises(Refused, match="没有要改的路段"):
        accept_proposal(uneven.act("p-office", name="more"), code=proposal.code, from_day=day)


def test_only_the_chosen_segments_are_handed_over(uneven):
    proposal, day = made(uneven), bureau_day(uneven.at)
    change = compare(proposal, day).changes[0]
    before = squads_on(day)
    accept_proposal(uneven.act("p-office"), code=proposal.code, from_day=day, segments=[change.segment.code])
    assert squads_on(day) == before | {change.segment.code: change.to_code}


def test_only_changes_to_the_chosen_squads_are_taken_over(uneven):
    proposal, day = made(uneven), bureau_day(uneven.at)
    goal = compare(proposal, day).changes[0].to_code
    accept_proposal(uneven.act("p-office"), code=proposal.code, from_day=day, squads=[goal])
    assert all(one.to_code != goal for one in compare(proposal, day).changes)


def test_kept_segments_and_stations_stay(town):
    held = next(code for code, squad in squads_on(bureau_day(town.at)).items() if squad == "Z1")
    other = next(one for one in ("S1", "S2", "S3", "S4") if one != held)
    proposal = made(town, Ask(squads=("Z1", "Z2"), length=100, cases=0, shops=0, keep=(held,), stations={"Z2": other}))
    assert proposal.assignment[held][0] == "Z1" and proposal.assignment[other][0] == "Z2"


def test_reports_and_shops_weigh_as_asked(town):
    town.case("one")
    town.case("two")
    proposal = made(town, Ask(squads=("Z1", "Z2"), length=20, cases=80, shops=0))
    assert proposal.figures["cases"] == 2 and proposal.assignment["S1"][1] == 2
    assert proposal.figures["bound_why"] == "heavy" and not proposal.figures["within"]


def test_undrawn_segments_are_left_as_they_are_and_counted(town):
    undrawn = Segment(code="S9", road="北环路", length_m=500, cls="tertiary")
    city.register_segments(town.act("p-admin"), segments=[undrawn])
    proposal = made(town)
    assert "S9" not in proposal.assignment and proposal.figures["undrawn"] == 1


def test_new_squads_can_be_looked_at_but_not_accepted(town):
    proposal = made(town, Ask(squads=("Z1", "Z2", "+1"), length=100, cases=0, shops=0, tolerance=0.5))
    assert {squad for squad, *_ in proposal.assignment.values()} == {"Z1", "Z2", "+1"}
    with pytest.raises(Refused, match="新中队 1"):
        accept_proposal(town.act("p-office"), code=proposal.code, from_day=bureau_day(town.at))
    assert not Line.objects.of_kind("proposal.accepted").exists()


def test_segments_kept_for_two_squads_that_shut_each_other_in_are_told(town):
    day = bureau_day(town.at)
    city_duty = {"S1": "Z1", "S2": "Z2", "S3": "Z1", "S4": "Z2"}
    for n, (code, squad) in enumerate(city_duty.items()):
        if squads_on(day).get(code) != squad:
            segment = Segment.objects.get(code=code)
            assign_duty(town.act("p-office", name=f"d{n}"), segments=[segment], part="squad", unit=town.units[squad])
    proposal = made(town, Ask(squads=("Z1", "Z2"), length=100, cases=0, shops=0, keep=("S1", "S2", "S3", "S4")))
    assert proposal.status == "failed" and "连不成一片" in proposal.wrong
    assert list(proposals()) == []


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (Ask(squads=()), "1 到 200 个中队"),
        (Ask(squads=("Z1", "Z1")), "1 到 200 个中队"),
        (Ask(squads=("Z1", "CG")), "没有这些中队"),
        (Ask(squads=("Z1",), length=50), "合计要是 100%"),
        (Ask(squads=("Z1",), length=110, cases=-20), "合计要是 100%"),
        (Ask(squads=("Z1",), tolerance=0.9), "允许偏差"),
        (Ask(squads=("Z1",), seconds=6000), "计算时间"),
        (Ask(squads=("Z1",), stations={"Z1": "nowhere"}), "驻地路段"),
        (Ask(squads=("Z1", "Z2"), stations={"Z1": "S1", "Z2": "S1"}), "同一路段"),
        (Ask(squads=("Z1",), keep=("nowhere",)), "不在图上"),
    ],
)
def test_what_cannot_be_searched_for_is_refused_at_its_field(town, ask, words):
    with pytest.raises(Refused, match=words) as refused:
        ask_proposal(town.act("p-office"), ask=ask)
    assert refused.value.field and not DistrictProposal.objects.exists()


def test_only_one_search_at_a_time_and_it_can_be_called_off(town):
    first = ask_proposal(town.act("p-office"), ask=ALONG)
    with pytest.raises(Refused, match="已有一个方案"):
        ask_proposal(town.act("p-leader"), ask=ALONG)
    cancel_proposal(town.act("p-office"), code=first.code)
    search(first.code, now=lambda: town.at)
    first.refresh_from_db()
    assert first.status == "cancelled" and not first.assignment and list(proposals()) == []
    with pytest.raises(Refused, match="已取消"):
        cancel_proposal(town.act("p-office"), code=first.code)


def test_officers_and_strangers_propose_nothing(uneven):
    for who in ("p-zhao", "p-chief", "p-desk"):
        with pytest.raises(Refused, match="岗位"):
            ask_proposal(uneven.act(who), ask=ALONG)
    with pytest.raises(Absent):
        accept_proposal(uneven.act("p-office"), code="none", from_day=bureau_day(uneven.at))
    proposal = made(uneven)
    with pytest.raises(Refused, match="已经过去"):
        accept_proposal(
            uneven.act("p-office"), code=proposal.code, from_day=bureau_day(uneven.at) - dt.timedelta(days=1)
        )


def test_a_search_that_is_under_way_is_taken_over_only_when_it_was_lost(town):
    proposal = ask_proposal(town.act("p-office"), ask=Ask(squads=("Z1",), seconds=5))
    DistrictProposal.objects.update(status="running", seen_at=town.at)
    search(proposal.code, now=lambda: town.at)
    assert DistrictProposal.objects.get().status == "running"
    search(proposal.code, now=lambda: town.at + LOST + dt.timedelta(seconds=1))
    assert DistrictProposal.objects.get().status == "ready"


def test_a_search_that_was_lost_three_times_tells_so(town):
    proposal = ask_proposal(town.act("p-office"), ask=ALONG)
    Job.objects.update(tries=TRIES)
    find_works()
    do_job(Job.objects.get().code, now=lambda: town.at)
    proposal.refresh_from_db()
    assert proposal.status == "failed" and "三次都中途停了" in proposal.wrong


def test_roads_are_named_by_code_or_by_name(town):
    assert segments_named("范公亭路\nS3、海岱路") == ("S1", "S3", "S2")
    with pytest.raises(Refused, match="没有叫"):
        segments_named("无名路")
