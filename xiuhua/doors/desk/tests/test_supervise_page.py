"""督办: ordered at the desk, the late first, and only for who may."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.ledger.models import Line
from xiuhua.programme.actions import order_supervision
from xiuhua.programme.models import Supervision

pytestmark = pytest.mark.django_db
SUPERVISE = "desk:supervise"


def pressed(town: Town, name: str, due_on: dt.date, **changes) -> Supervision:
    case = town.case(name, upto="dispatched", **changes)
    return order_supervision(town.act("p-leader", minutes=20), case=case, words="今天办结", due_on=due_on)


def test_a_leader_orders_and_the_line_names_nobody(town: Town, signed_in, clock) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    leader = signed_in("leader")
    page = leader.get(reverse(SUPERVISE), {"case": case.number}).content.decode()
    assert f"督办 {case.number}" in page
    form = {"key": str(key("order")), "case": case.number, "words": "请今天办结", "due_on": "2020-03-17"}
    assert leader.post(reverse(SUPERVISE), form).url == reverse(SUPERVISE)
    line = Line.objects.get(key=key("order"))
    assert (line.kind, line.about, line.for_unit) == ("supervision.ordered", case.number, "QZ/Z1/")
    assert "请今天办结" not in line.facts
    assert "请今天办结" in leader.get(reverse(SUPERVISE)).content.decode()
    assert "督办" in leader.get(reverse("desk:case", args=[case.number])).content.decode()


def test_the_late_stand_first_and_the_done_apart(town: Town, signed_in, clock) -> None:
    later = pressed(town, "later", dt.date(2020, 3, 20))
    late = pressed(town, "late", dt.date(2020, 3, 17), place="范公亭路 2 号")
    clock(days=2)
    desk = signed_in("desk")
    page = desk.get(reverse(SUPERVISE)).content.decode()
    assert page.index(late.case) < page.index(later.case)
    assert "过期 1 天" in page
    assert "还有 2 天" in page
    assert "在办 2 件，其中 1 件过了答复日期" in page
    assert "还没有办结的督办" in desk.get(reverse(SUPERVISE), {"show": "done"}).content.decode()


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"words": " "}, "words", "请写督办要求"),
        ({"due_on": ""}, "due_on", "请选择答复日期"),
        ({"due_on": "2020-03-01"}, "due_on", "不能早于今天"),
    ],
)
def test_a_wrong_order_comes_back_at_its_field(
    town: Town, signed_in, clock, changes, field: str, sentence: str
) -> None:
    case = town.case(upto="dispatched")
    clock(minutes=20)
    form = {"key": str(key("order")), "case": case.number, "words": "要求", "due_on": "2020-03-17"} | changes
    answer = signed_in("leader").post(reverse(SUPERVISE), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert f'href="#{field}"' in page


def test_a_case_without_a_unit_is_to_be_dispatched_first(town: Town, signed_in, clock) -> None:
    case = town.case(lon=None, lat=None, place="不知道哪条路")
    page = signed_in("leader").get(reverse(SUPERVISE), {"case": case.number}).content.decode()
    assert "请先派遣再督办" in page


def test_an_officer_reads_the_own_orders_and_gives_none(town: Town, signed_in, clock) -> None:
    ours = pressed(town, "ours", dt.date(2020, 3, 17))
    theirs = town.case("theirs", upto="filed", lon=118.4801, lat=36.6915)
    clock(minutes=30)
    zhao = signed_in("zhao")
    assert ours.case in zhao.get(reverse(SUPERVISE)).content.decode()
    form = {"key": str(key("order")), "case": ours.case, "words": "要求", "due_on": "2020-03-17"}
    assert zhao.post(reverse(SUPERVISE), form).status_code == 403
    assert zhao.post(reverse(SUPERVISE), form | {"case": theirs.number}).status_code == 404


def test_the_page_asks_as_much_for_many_orders_as_for_few(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    pressed(town, "one", dt.date(2020, 3, 17))
    desk.get(reverse(SUPERVISE))
    few = queries_of(desk, reverse(SUPERVISE))
    for n in range(6):
        pressed(town, f"many-{n}", dt.date(2020, 3, 17), place=f"范公亭路 {n} 号")
    assert queries_of(desk, reverse(SUPERVISE)) == few
