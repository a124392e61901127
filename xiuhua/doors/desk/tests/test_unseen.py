"""The strip of what nobody looked at, the number to call, and the phone's own pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.models import Bureau, Channel
from xiuhua.city.people import register_person
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def test_what_nobody_looked_at_for_five_minutes_rises_with_the_number_to_call(town: Town, clock, signed_in) -> None:
    register_person(town.act("p-admin"), person=town.people["p-zhao"], phone="13800000001")
    case = town.case(upto="dispatched")
    clock(minutes=19)
    desk = signed_in("desk")
    listed = reverse("desk:dispatch")
    assert "还没有人看" not in desk.get(listed).content.decode()
    clock(minutes=2)
    page = desk.get(listed).content.decode()
    assert "1 件派出后还没有人看" in page and "赵敏 · 6 分钟" in page and "13800000001" not in page
    told = desk.post(reverse("desk:call", args=[case.number]), {"key": str(key("call"))}, **HTMX).content.decode()
    assert "13800000001" in told and Line.objects.filter(kind="phone.shown", about="person:p-zhao").count() == 1
    strip = desk.post(reverse("desk:by_phone", args=[case.number]), {"key": str(key("said"))}, **HTMX).content.decode()
    assert "赵敏" not in strip
    case.refresh_from_db()
    assert case.acknowledged_at == town.at
    assert "已接单" in desk.get(listed, {"tab": "work"}).content.decode()


def test_the_pane_writes_down_what_was_said_on_the_phone(town: Town, clock, signed_in) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    desk = signed_in("desk")
    assert "赵敏电话里已接单" in desk.get(reverse("desk:case", args=[case.number])).content.decode()
    form = {"key": str(key("k")), "version": str(case.version), "verb": "by_phone"}
    desk.post(reverse("desk:step", args=[case.number]), form)
    page = desk.get(reverse("desk:case", args=[case.number])).content.decode()
    assert "09:20 接单" in page and "电话里已接单" not in page


def test_the_phone_takes_it_on_and_a_look_by_somebody_else_changes_nothing(town: Town, clock, signed_in) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    seen = reverse("street:seen", args=[case.number])
    assert signed_in("liu").post(seen, {"key": str(key("liu"))}).status_code == 204
    case.refresh_from_db()
    assert case.seen_at is None
    zhao = signed_in("zhao")
    page = zhao.get(reverse("street:case", args=[case.number])).content.decode()
    assert "data-seen" in page and "接单" in page
    zhao.post(seen, {"key": str(key("zhao"))})
    case.refresh_from_db()
    assert case.seen_at == town.at
    taken = zhao.post(reverse("street:acknowledge", args=[case.number]), {"key": str(key("take")), "at": ""})
    assert taken.status_code == 302
    page = zhao.get(reverse("street:case", args=[case.number])).content.decode()
    assert "data-seen" not in page and "请接单" not in page


def test_the_administrator_sets_the_minutes(town: Town, signed_in) -> None:
    admin = signed_in("admin")
    where = reverse("desk:patience")
    assert "1 到 120 分钟" in admin.post(where, {"key": str(key("a")), "minutes": "0"}).content.decode()
    assert admin.post(where, {"key": str(key("b")), "minutes": "12"}).status_code == 302
    assert Bureau.objects.get().patience == 12


@pytest.mark.parametrize("name", ["desk", "street"])
def test_ways_are_added_and_ended_on_the_page(town: Town, signed_in, name: str) -> None:
    who, where = (
        ("admin", reverse("desk:channels", args=["p-zhao"])) if name == "desk" else ("zhao", reverse("street:channels"))
    )
    browser = signed_in(who)
    wrong = browser.post(where, {"key": str(key("x")), "way": "wecom", "address": "http://10.0.0.1/"})
    assert "原样复制" in wrong.content.decode()
    hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7abc"
    assert browser.post(where, {"key": str(key("y")), "way": "wecom", "address": hook}).status_code == 302
    channel = Channel.objects.get()
    assert (channel.person.code, channel.hint) == ("p-zhao", "7abc")
    assert browser.post(where, {"key": str(key("z")), "end": channel.code}).status_code == 302
    assert not Channel.objects.exists()
