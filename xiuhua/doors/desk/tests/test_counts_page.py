"""快报 at the desk: the day's list, its totals, one more, and one taken out."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import Town, key, photo
from xiuhua.cases.counts import record_count
from xiuhua.cases.models import Count
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.kit.sheets import read_table
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
COUNTS = "desk:counts"


def moved(town: Town, name: str, *, who: str = "p-zhao", quantity: int = 30, segment: str = "S1", **more) -> Count:
    return record_count(town.act(who, name=name), item="stall_moved", quantity=quantity, segment=segment, **more)


def test_the_days_counts_stand_with_their_totals(town: Town, signed_in, clock) -> None:
    moved(town, "one", photo=town.photo(33))
    moved(town, "two", who="p-other", quantity=12, segment="S3")
    page = signed_in("desk").get(reverse(COUNTS)).content.decode()
    assert "42<span" in page  # 30 + 12
    for expected in ("劝离流动摊点", "赵敏", "城区二中队", "荣利街", "30 处"):
        assert expected in page


def test_unit_item_and_day_narrow_the_list(town: Town, signed_in, clock) -> None:
    moved(town, "one")
    moved(town, "two", who="p-other", quantity=12, segment="S3")
    desk = signed_in("desk")
    one_unit = desk.get(reverse(COUNTS), {"unit": "QZ/Z2/"}).content.decode()
    assert "12 处" in one_unit
    assert "30 处" not in one_unit
    assert "没有符合条件的快报" in desk.get(reverse(COUNTS), {"item": "banner_removed"}).content.decode()
    assert "这一天没有快报" in desk.get(reverse(COUNTS), {"day": "2020-03-15"}).content.decode()


def test_an_officer_adds_one_and_sees_the_own_squad_alone(town: Town, signed_in, clock) -> None:
    moved(town, "theirs", who="p-other", quantity=12, segment="S3")
    zhao = signed_in("zhao")
    shot = SimpleUploadedFile("a.jpg", photo(61), content_type="image/jpeg")
    form = {
        "key": str(key("add")),
        "item": "bicycle_straightened",
        "quantity": "25",
        "segment": "范公亭路（驼山路—海岱路） [S1]",
    }
    answer = zhao.post(reverse(COUNTS), form | {"photo": shot})
    assert answer.status_code == 302
    line = Line.objects.get(key=key("add"))
    assert (line.kind, line.item, int(line.quantity or 0), line.segment) == (
        "count.recorded", "bicycle_straightened", 25, "S1",
    )  # fmt: skip
    page = zhao.get(reverse(COUNTS)).content.decode()
    assert "25 辆" in page
    assert "12 处" not in page


def test_a_count_that_a_case_told_asks_whether_it_is_another(town: Town, signed_in, clock) -> None:
    case = town.case(upto="dispatched")
    from xiuhua.cases.actions import handle_case

    handle_case(town.act("p-zhao", minutes=20), case=case, photos=[town.photo(200)], item="stall_moved", quantity=1)
    clock(minutes=30)
    form = {"key": str(key("add")), "item": "stall_moved", "quantity": "2", "segment": "S1"}
    answer = signed_in("zhao").post(reverse(COUNTS), form)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert case.number in page
    assert "这是另外一次" in page
    assert signed_in("zhao").post(reverse(COUNTS), form | {"separate": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [({"item": ""}, "请从列表里选一个统计项"), ({"quantity": "0"}, "数量要在 1 到"), ({"segment": ""}, "请选择路段")],
)
def test_a_wrong_count_comes_back_with_what_was_typed(town: Town, signed_in, clock, changes, sentence: str) -> None:
    form = {"key": str(key("add")), "item": "stall_moved", "quantity": "3", "segment": "S1"} | changes
    answer = signed_in("zhao").post(reverse(COUNTS), form)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Count.objects.exists()


def test_the_desk_does_not_add_counts(town: Town, signed_in, clock) -> None:
    form = {"key": str(key("add")), "item": "stall_moved", "quantity": "3", "segment": "S1"}
    assert signed_in("desk").post(reverse(COUNTS), form).status_code == 403


def test_voiding_takes_the_count_out_of_the_total_and_leaves_it_in_the_list(town: Town, signed_in, clock) -> None:
    moved(town, "kept")
    wrong = moved(town, "wrong", quantity=500, segment="S2")
    office = signed_in("office")
    form = {"key": str(key("void")), "reason": "mistake"}
    office.post(reverse("desk:void_count", args=[wrong.key]), form)
    line = Line.objects.get(key=key("void"))
    assert (line.kind, line.corrects) == ("line.voided", wrong.key)
    page = office.get(reverse(COUNTS)).content.decode()
    assert "30<span" in page
    assert "已作废" in page
    assert "填报错误" in page
    twice = office.post(reverse("desk:void_count", args=[wrong.key]), form | {"key": str(key("again"))})
    assert twice.status_code == 422


def test_who_may_not_void_is_told_whose_task_it_is(town: Town, signed_in, clock) -> None:
    count = moved(town, "one")
    answer = signed_in("zhao").post(
        reverse("desk:void_count", args=[count.key]), {"key": str(key("void")), "reason": "mistake"}
    )
    assert answer.status_code == 403
    assert "可以做的岗位" in answer.content.decode()


def test_the_excel_has_the_list_with_voided_ones_marked(town: Town, signed_in, clock) -> None:
    moved(town, "one")
    raw = signed_in("desk").get(reverse(COUNTS), {"format": "xlsx"}).content
    rows = read_table(raw, "counts.xlsx").rows
    assert [(row["统计项"], row["数量"], row["计量"]) for _n, row in rows] == [("劝离流动摊点", "30", "处")]


def test_the_page_asks_as_much_for_many_counts_as_for_few(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    moved(town, "one")
    desk.get(reverse(COUNTS))
    few = queries_of(desk, reverse(COUNTS))
    for n in range(12):
        moved(town, f"many-{n}", who="p-other" if n % 2 else "p-liu", segment=f"S{n % 4 + 1}")
    assert queries_of(desk, reverse(COUNTS)) == few
