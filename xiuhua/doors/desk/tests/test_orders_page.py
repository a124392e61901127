"""Orders of the hotline at the desk: the list by what is due, the card of a case, and the phone on one answer alone."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town
from xiuhua.cases.models import Case, HotlineOrder
from xiuhua.cases.tests.test_orders import PHONE, ordered
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


def press(client, case: Case, verb: str, key: str, **told: str):
    where = reverse("desk:order_step", args=[case.number])
    return client.post(where, {"verb": verb, "key": key, **told}, follow=True)


def test_the_list_tells_what_is_due_next(town: Town, signed_in, clock) -> None:
    case = ordered(town)
    desk = signed_in("desk")
    page = desk.get(reverse("desk:orders"))
    assert page.context["tab"] == "sign" and case.number in page.content.decode()
    clock(minutes=5)
    page = press(desk, case, "sign", "00000000-0000-4000-8000-000000000101")
    assert "已签收" in page.content.decode()
    counts = {name: n for name, _label, n in desk.get(reverse("desk:orders")).context["tabs"]}
    assert counts == {"sign": 0, "contact": 1, "draft": 0, "approve": 0, "send": 0, "ask": 0, "all": 1}


def test_a_reply_is_drafted_approved_and_copied(town: Town, signed_in, clock) -> None:
    case = ordered(town, upto="closed")
    clock(minutes=60)
    page = press(signed_in("desk"), case, "draft", "00000000-0000-4000-8000-000000000102", text="您好，已处置。")
    assert "待审批" in page.content.decode()
    page = press(signed_in("leader"), case, "approve", "00000000-0000-4000-8000-000000000103")
    assert HotlineOrder.objects.get(case=case).draft_state == "approved"
    page = signed_in("desk").get(reverse("desk:case", args=[case.number]))
    assert page.context["reply_words"] == "您好，已处置。"


def test_the_phone_is_shown_to_who_has_the_case_on_one_answer(town: Town, signed_in, clock) -> None:
    case = ordered(town, upto="dispatched")
    clock(minutes=60)
    for who in ("desk", "admin", "chief"):
        assert PHONE not in signed_in(who).get(reverse("desk:case", args=[case.number])).content.decode()
    answer = signed_in("desk").post(
        reverse("desk:caller", args=[case.number]), {"key": "00000000-0000-4000-8000-000000000104"}
    )
    assert PHONE not in answer.content.decode() and "承办人" in answer.content.decode()
    zhao = signed_in("zhao")
    street = reverse("street:case", args=[case.number])
    assert PHONE not in zhao.get(street).content.decode()
    answer = zhao.post(reverse("street:caller", args=[case.number]), {"key": "00000000-0000-4000-8000-000000000105"})
    assert f"tel:{PHONE}" in answer.content.decode() and "no-store" in answer.headers["Cache-Control"]
    assert PHONE not in zhao.get(street).content.decode()
    assert Line.objects.of_kind("caller.seen").count() == 1
    zhao.post(reverse("street:contacted", args=[case.number]), {"key": "00000000-0000-4000-8000-000000000106"})
    assert HotlineOrder.objects.get(case=case).contacted_at is not None


def test_a_call_with_an_order_number_has_its_order(town: Town, signed_in, clock) -> None:
    clock(minutes=60)
    typed = {
        "key": "00000000-0000-4000-8000-000000000107", "source": "hotline", "category": "stall", "at": "2020-03-16T09:30",
        "place": "范公亭路 12 号", "contact": PHONE, "outside_number": "QZ1", "reply_due": "2020-03-18T17:00",
    }  # fmt: skip
    signed_in("desk").post(reverse("desk:new_case"), typed)
    order = HotlineOrder.objects.get(case__outside_number="QZ1")
    assert order.caller_hash and f"{order.case.reply.due_at:%d %H:%M}" == "18 09:00"
    again = signed_in("desk").post(reverse("desk:new_case"), typed)
    assert again.status_code == 302 and HotlineOrder.objects.count() == 1


def test_what_cannot_be_comes_back_as_a_sentence(town: Town, signed_in, clock) -> None:
    case = ordered(town)
    clock(minutes=60)
    desk = signed_in("desk")
    page = press(
        desk, case, "ask", "00000000-0000-4000-8000-000000000108", sort="extend", reason="hard", until="morgen"
    )
    assert page.status_code == 422 and "读不出来" in page.content.decode()
    assert press(desk, case, "approve", "00000000-0000-4000-8000-000000000109").status_code == 403
