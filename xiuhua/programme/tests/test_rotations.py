"""人员交接: everything held is collected, both sides sign, then cases and duties move from the day and access ends."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import Town
from xiuhua.cases.handing_on import hand_on_case
from xiuhua.cases.tests.test_loop import take
from xiuhua.city.answering import responsible_for
from xiuhua.city.models import Duty, Post
from xiuhua.city.posting import Posted, set_posting
from xiuhua.city.posts import leave_post
from xiuhua.city.queries import by_of
from xiuhua.enforcement.actions import preserve_item
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Rotation
from xiuhua.programme.rotation_paper import pdf_of
from xiuhua.programme.rotations import (
    complete_rotation,
    draw_rotation,
    drop_rotation,
    settle_rotation,
    sign_rotation,
    waiting_for,
)  # fmt: skip

pytestmark = pytest.mark.django_db
DAY = dt.date(2020, 3, 16)
LAST = dt.date(2020, 3, 20)


def post_of(town: Town, code: str) -> Post:
    return Post.objects.get(person__code=code)


def drawn(town: Town, *, on: dt.date = LAST) -> Rotation:
    return draw_rotation(
        town.act("p-chief", minutes=40), post=post_of(town, "p-zhao"), on=on, successor=town.people["p-liu"]
    )


def test_everything_the_person_holds_is_on_the_paper(town: Town) -> None:
    town.case(upto="dispatched")
    two = [town.people["p-zhao"], town.people["p-chief"]]
    preserve_item(
        town.act("p-zhao"), category="cart", name="三轮车", quantity=1, segment=town.segments["S1"], shelf="A-01", officers=two,
        approved_by=town.people["p-leader"],
    )  # fmt: skip
    set_posting(
        town.act("p-chief"), day=DAY, unit=town.units["Z1"], people=[Posted(town.people["p-zhao"], recorder="07")]
    )
    items = {one.sort: one for one in drawn(town).items.all()}
    assert set(items) == {"case", "duty", "keeping", "gear", "record"}
    assert items["duty"].words == "责任队员 2 项：海岱路、范公亭路"
    assert "三轮车" in items["keeping"].words and "07" in items["gear"].words
    assert {one.to for one in items.values()} == {town.people["p-liu"]}


def signed(town: Town, *, on: dt.date = LAST) -> Rotation:
    rotation = drawn(town, on=on)
    sign_rotation(town.act("p-zhao", minutes=41), rotation=rotation, person=town.people["p-zhao"])
    return sign_rotation(town.act("p-chief", minutes=42), rotation=rotation, person=town.people["p-liu"], ink=True)


def test_done_the_case_goes_on_the_duties_move_on_the_day_and_access_ends(town: Town) -> None:
    case = town.case(upto="dispatched")
    due = case.due_at
    complete_rotation(town.act("p-chief", minutes=50), rotation=signed(town))
    case.refresh_from_db()
    assert (case.handler, case.state, case.due_at) == ("p-liu", "dispatched", due)
    officers = [
        [one.code for one in responsible_for("S1", day).officers] for day in (DAY, LAST - dt.timedelta(days=1), LAST)
    ]
    assert officers == [["p-zhao"], ["p-zhao"], ["p-liu"]]
    assert by_of(town.people["p-zhao"], town.act(minutes=60).at).roles
    later = dt.datetime.combine(LAST, dt.time(9), town.at.tzinfo)
    assert not by_of(town.people["p-zhao"], later).roles
    assert Line.objects.filter(kind="case.handed_on").count() == 1
    take(town, "handle", case, who="p-liu", minutes=70, photos=[town.photo()])


def test_duties_may_end_with_the_post_instead(town: Town) -> None:
    rotation = drawn(town)
    duty = rotation.items.get(sort="duty")
    settle_rotation(
        town.act("p-chief", minutes=41),
        rotation=rotation,
        holders={},
        ending=[duty.pk],
        pads=["空白警告单 000101—000150", " "],
    )
    assert rotation.items.get(sort="pad").to == town.people["p-liu"]
    for n, who in enumerate(("p-zhao", "p-liu")):
        sign_rotation(town.act(who, minutes=42 + n), rotation=rotation, person=town.people[who])
    complete_rotation(town.act("p-chief", minutes=50), rotation=rotation)
    assert responsible_for("S1", LAST).officers == ()
    assert Duty.objects.filter(thing="segment:S1", part="officer").get().ends_on == LAST


def test_nobody_signs_for_another_and_a_change_voids_signatures(town: Town) -> None:
    rotation = drawn(town)
    assert [one.code for one in waiting_for("p-liu")] == [rotation.code]
    with pytest.raises(Refused) as refused:
        sign_rotation(town.act("p-liu", minutes=41), rotation=rotation, person=town.people["p-zhao"])
    assert refused.value.code == "rotation.other"
    sign_rotation(town.act("p-zhao", minutes=41), rotation=rotation, person=town.people["p-zhao"])
    with pytest.raises(Refused) as refused:
        complete_rotation(town.act("p-chief", minutes=42), rotation=rotation)
    assert refused.value.code == "rotation.unsigned"
    item = rotation.items.first()
    settle_rotation(town.act("p-chief", minutes=43), rotation=rotation, holders={item.pk: town.people["p-chief"]})
    assert not rotation.signatures.exists()


def test_an_item_without_a_holder_is_not_signed_over(town: Town) -> None:
    rotation = draw_rotation(town.act("p-chief"), post=post_of(town, "p-zhao"), on=LAST)
    with pytest.raises(Refused) as refused:
        sign_rotation(town.act("p-zhao"), rotation=rotation, person=town.people["p-zhao"])
    assert refused.value.code == "rotation.bare"


def test_twice_the_past_another_squad_and_oneself_are_refused(town: Town) -> None:
    drawn(town)
    for who, code, on, successor, told in (
        ("p-chief", "p-zhao", LAST, None, "rotation.twice"), ("p-chief", "p-liu", DAY - dt.timedelta(days=1), None, "post.past"),
        ("p-chief", "p-other", LAST, None, "access.role"), ("p-chief", "p-liu", LAST, "p-liu", "rotation.self"),
    ):  # fmt: skip
        with pytest.raises(Refused) as refused:
            draw_rotation(
                town.act(who, minutes=60),
                post=post_of(town, code),
                on=on,
                successor=town.people[successor] if successor else None,
            )
        assert refused.value.code == told


def test_dropped_nothing_has_moved_and_another_may_be_drawn(town: Town) -> None:
    drop_rotation(town.act("p-chief", minutes=41), rotation=drawn(town))
    assert responsible_for("S1", LAST).officers == (town.people["p-zhao"],)
    draw_rotation(town.act("p-chief", minutes=45), post=post_of(town, "p-zhao"), on=LAST)


def test_leaving_a_post_asks_what_becomes_of_each_part(town: Town) -> None:
    with pytest.raises(Refused) as refused:
        leave_post(town.act("p-office"), post=post_of(town, "p-zhao"), on=LAST, heirs={})
    assert refused.value.code == "post.heirs" and "责任队员" in refused.value.message
    leave_post(town.act("p-office"), post=post_of(town, "p-zhao"), on=LAST, heirs={"officer": town.people["p-liu"]})
    assert responsible_for("S2", LAST).officers == (town.people["p-liu"],)
    assert '"ends_on":"2020-03-20"' in Line.objects.get(kind="post.ended").facts


def test_a_case_is_handed_on_within_its_unit_while_in_work(town: Town) -> None:
    case = town.case(upto="dispatched")
    with pytest.raises(Refused) as refused:
        hand_on_case(town.act("p-office", minutes=40), case=case, person=town.people["p-other"])
    assert refused.value.code == "case.not_of_unit"
    with pytest.raises(Refused) as refused:
        hand_on_case(
            town.act("p-office", minutes=40), case=town.case("early", upto="filed"), person=town.people["p-liu"]
        )
    assert refused.value.code == "case.handed_on"


def test_the_paper_is_one_pdf(town: Town) -> None:
    paper = pdf_of(signed(town), at=town.at)
    assert paper.startswith(b"%PDF") and len(paper) > 5000
