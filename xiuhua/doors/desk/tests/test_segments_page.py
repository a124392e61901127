"""包靠路段: who answers for which street, what is missing, and handing streets over."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.actions import end_duty
from xiuhua.city.answering import responsible_for
from xiuhua.city.models import Duty
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.kit.sheets import read_table
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
SEGMENTS = "desk:segments"


def hand_over(
    client, *codes: str, part: str = "officer", who: str = "person:p-liu", name: str = "hand", query: str = ""
):
    form = {"key": str(key(name)), "code": list(codes), "part": part, "who": who}
    return client.post(f"{reverse(SEGMENTS)}?{query}", form)


def test_every_street_stands_with_who_answers_and_what_is_missing(town: Town, signed_in, clock) -> None:
    page = signed_in("desk").get(reverse(SEGMENTS)).content.decode()
    assert "4 个路段，共 1.4 公里" in page
    for expected in ("范公亭路", "城区二中队", "赵敏", "孙立国", "缺包靠领导"):
        assert expected in page


def test_gaps_are_found_and_counted(town: Town, signed_in, clock) -> None:
    for duty in Duty.objects.filter(thing="segment:S2").order_by("id"):
        end_duty(town.act("p-office"), duty=duty)
    desk = signed_in("desk")
    page = desk.get(reverse(SEGMENTS), {"gap": "squad"}).content.decode()
    assert "缺责任中队 <strong>1</strong>" in page
    assert "海岱路</a>" in page
    assert "荣利街</a>" not in page
    assert "海岱路</a>" in desk.get(reverse(SEGMENTS), {"gap": "any"}).content.decode()
    assert "没有符合条件的路段" in desk.get(reverse(SEGMENTS), {"gap": "twice"}).content.decode()


def test_words_find_a_road_or_a_person(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    by_person = desk.get(reverse(SEGMENTS), {"q": "孙立国"}).content.decode()
    assert "荣利街</a>" in by_person
    assert "海岱路</a>" not in by_person


def test_ticked_streets_are_handed_over_in_one_act(town: Town, signed_in, clock) -> None:
    answer = hand_over(signed_in("office"), "S1", "S2", query="unit=QZ%2FZ1%2F")
    assert answer.url == f"{reverse(SEGMENTS)}?unit=QZ%2FZ1%2F"
    for code in ("S1", "S2"):
        assert [person.code for person in responsible_for(code, town.at.date()).officers] == ["p-liu"]
    first = Line.objects.get(key=key("hand"))
    assert (first.kind, first.segment) == ("duty.ended", "S1")
    kinds = list(Line.objects.filter(happened_at=town.at).order_by("id").values_list("kind", flat=True))
    assert kinds == ["duty.ended", "duty.begun", "duty.ended", "duty.begun"]


def test_history_by_date_shows_who_answered_then(town: Town, signed_in, clock) -> None:
    office = signed_in("office")
    hand_over(office, "S1")
    clock(days=3)
    before = office.get(reverse(SEGMENTS), {"on": "2020-03-10", "q": "S1"}).content.decode()
    assert "2020年3月10日的情况，只能看" in before
    assert "赵敏" in before
    assert "改责任人" not in before
    assert "刘洋" in office.get(reverse(SEGMENTS), {"q": "S1"}).content.decode()
    page = office.get(reverse("desk:segment", args=["S1"])).content.decode()
    assert "2020-02-03" in page
    assert "2020-03-16" in page


def test_the_wrong_one_for_a_part_is_refused_and_the_ticks_stay(town: Town, signed_in, clock) -> None:
    office = signed_in("office")
    answer = hand_over(office, "S1", part="leader", who="person:p-zhao")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "不能担任“包靠领导”" in page
    assert 'value="S1" checked' in page
    assert "请先勾选路段" in hand_over(office, name="none").content.decode()
    assert "责任没有变化" in hand_over(office, "S1", who="person:p-zhao", name="same").content.decode()


def test_a_part_can_be_left_open(town: Town, signed_in, clock) -> None:
    hand_over(signed_in("office"), "S1", who="nobody")
    clock(days=1)
    assert responsible_for("S1", town.at.date()).officers == ()


def test_a_chief_moves_the_own_people_on_the_own_streets_alone(town: Town, signed_in, clock) -> None:
    chief = signed_in("chief")
    assert hand_over(chief, "S1").status_code == 302
    assert hand_over(chief, "S3", name="theirs").status_code == 403
    assert hand_over(chief, "S1", part="squad", who="unit:Z1", name="squad").status_code == 403


def test_an_officer_reads_and_changes_nothing(town: Town, signed_in, clock) -> None:
    zhao = signed_in("zhao")
    assert "改责任人" not in zhao.get(reverse(SEGMENTS)).content.decode()
    assert hand_over(zhao, "S1").status_code == 403


def test_the_excel_states_its_filters(town: Town, signed_in, clock) -> None:
    raw = signed_in("desk").get(reverse(SEGMENTS), {"unit": "QZ/Z2/", "format": "xlsx"}).content
    table = read_table(raw, "duties.xlsx")
    assert [(row["道路"], row["责任中队"], row["责任队员"]) for _n, row in table.rows] == [
        ("荣利街", "城区二中队", "孙立国"), ("驼山路", "城区二中队", "孙立国"),
    ]  # fmt: skip


def test_the_map_tells_where_somebody_is_missing(town: Town, signed_in, clock) -> None:
    end_duty(town.act("p-office"), duty=Duty.objects.get(thing="segment:S2", part="officer"))
    clock(days=1)
    desk = signed_in("desk")
    features = desk.get(reverse("desk:map_duties")).json()["features"]
    assert {one["properties"]["title"].split("（")[0]: one["properties"]["state"] for one in features} == {
        "范公亭路": "ok", "海岱路": "officer", "荣利街": "ok", "驼山路": "ok",
    }  # fmt: skip
    assert "data-duties" in desk.get(reverse(SEGMENTS), {"view": "map"}).content.decode()


def test_a_segment_shows_its_open_cases_and_an_unknown_one_is_absent(town: Town, signed_in, clock) -> None:
    case = town.case()
    desk = signed_in("desk")
    assert case.number in desk.get(reverse("desk:segment", args=["S1"])).content.decode()
    assert desk.get(reverse("desk:segment", args=["S99"])).status_code == 404


def test_the_table_asks_as_much_for_four_streets_as_for_one(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    one, all_ = f"{reverse(SEGMENTS)}?q=S1", reverse(SEGMENTS)
    desk.get(one)
    assert queries_of(desk, one) == queries_of(desk, all_)
