"""人员交接 on screen: drawn, settled, signed by both, printed, done; and a post ended with what becomes of its duties."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.answering import responsible_for
from xiuhua.city.models import Post
from xiuhua.programme.models import Rotation

pytestmark = pytest.mark.django_db
LAST = dt.date(2020, 3, 20)


def draw(town: Town, chief, **changes: str):
    post = Post.objects.get(person__code="p-zhao").code
    told = {
        "key": str(key("draw")),
        "post": post,
        "on": "2020-03-20",
        "successor": "p-liu",
        "words": "调往二中队",
    } | changes
    return chief.post(reverse("desk:rotations"), told)


def test_a_hand_over_goes_from_drawing_up_to_done_with_both_signatures(town: Town, signed_in, clock) -> None:
    town.case(upto="dispatched")
    clock(minutes=40)
    chief = signed_in("chief")
    where = draw(town, chief).url
    page = chief.get(where).content.decode()
    assert "责任队员 2 项" in page and "范公亭路 12 号门前" in page and "disabled" in page
    assert signed_in("zhao").post(where, {"key": str(key("z")), "verb": "sign"}).status_code == 302
    liu = signed_in("liu")
    assert "等您签字" in liu.get(reverse("desk:rotations")).content.decode()
    liu.post(where, {"key": str(key("l")), "verb": "sign"})
    clock(minutes=5)
    assert "交接完成" in chief.post(where, {"key": str(key("done")), "verb": "done"}, follow=True).content.decode()
    assert [one.code for one in responsible_for("S1", LAST).officers] == ["p-liu"]
    assert signed_in("other").get(where).status_code == 404


def test_holders_are_changed_item_by_item_and_a_pad_is_added(town: Town, signed_in, clock) -> None:
    chief = signed_in("chief")
    where = draw(town, chief).url
    rotation = Rotation.objects.get()
    duty = rotation.items.get(sort="duty")
    told = {"key": str(key("settle")), "verb": "settle", f"to-{duty.pk}": "end", "pad": "空白警告单 1—50"}
    assert chief.post(where, told).status_code == 302
    assert rotation.items.get(sort="duty").ends and rotation.items.filter(sort="pad").count() == 1
    ink = chief.post(where, {"key": str(key("ink")), "verb": "ink", "person": "p-zhao"})
    assert ink.status_code == 302 and rotation.signatures.get().ink


def test_the_paper_prints_and_a_form_without_a_day_is_refused(town: Town, signed_in, clock) -> None:
    chief = signed_in("chief")
    assert draw(town, chief, on="").status_code == 422
    draw(town, chief)
    answer = chief.get(reverse("desk:rotation_paper", args=[Rotation.objects.get().code]))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF")


def test_an_officer_draws_nothing_up(town: Town, signed_in, clock) -> None:
    assert draw(town, signed_in("liu")).status_code == 403


def test_ending_a_post_asks_for_its_duties_and_hands_them_over(town: Town, signed_in, clock) -> None:
    admin, post = signed_in("admin"), Post.objects.get(person__code="p-zhao")
    where = reverse("desk:end_post", args=["p-zhao", post.code])
    assert "责任队员 2 项" in admin.get(reverse("desk:person", args=["p-zhao"])).content.decode()
    refused = admin.post(where, {"key": str(key("end")), "on": "2020-03-20"})
    assert refused.status_code == 422 and "解除还是交给谁" in refused.content.decode()
    admin.post(where, {"key": str(key("end2")), "on": "2020-03-20", "heir-officer": "p-liu"})
    assert Post.objects.get(pk=post.pk).ends_on == LAST
    assert [one.code for one in responsible_for("S2", LAST).officers] == ["p-liu"]
