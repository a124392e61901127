"""All cases: filters, pages, what goes out as a file, and who sees what."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from tests.town import Town
from xiuhua.doors.desk.tests.counting import queries_of
from xiuhua.doors.desk.views import cases as view
from xiuhua.kit.sheets import read_table

pytestmark = pytest.mark.django_db
CASES = "desk:cases"


def test_filters_find_closed_cases_too_and_say_what_they_are(town: Town, signed_in, clock) -> None:
    done = town.case("done", upto="closed")
    call = town.case("call", source="hotline", category="posting", outside_number="RX-9", place="海岱路 3 号")
    desk = signed_in("desk")

    def shown(**asked: str) -> str:
        return desk.get(reverse(CASES), asked).content.decode()

    both = shown()
    assert done.number in both
    assert call.number in both
    assert call.number not in shown(state="closed")
    assert done.number not in shown(category="posting")
    assert call.number in shown(q="rx-9")
    assert done.number not in shown(**{"from": "2020-03-17"})
    assert done.number in shown(**{"from": "2020-03-16", "to": "2020-03-16"})
    stated = shown(state="closed", source="citizen", unit="QZ/Z1/")
    assert "状态 已结案；来源 市民随手拍；责任单位 城区一中队" in stated


def test_late_and_once_late_are_told_apart(town: Town, signed_in, clock) -> None:
    running = town.case("running", upto="filed")
    clock(hours=3)
    desk = signed_in("desk")
    assert running.number in desk.get(reverse(CASES), {"state": "late"}).content.decode()
    assert running.number not in desk.get(reverse(CASES), {"state": "was_late"}).content.decode()


def test_the_excel_holds_the_filtered_list_with_its_filters_stated(town: Town, signed_in, clock) -> None:
    done = town.case("done", upto="closed")
    town.case("open")
    answer = signed_in("desk").get(reverse(CASES), {"state": "closed", "format": "xlsx"})
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
    raw = answer.content
    table = read_table(raw, "cases.xlsx")
    assert table.headers[:3] == ["案件号", "状态", "类别"]
    assert [row["案件号"] for _n, row in table.rows] == [done.number]
    first = table.rows[0][1]
    assert (first["承办"], first["上报"], first["路段"]) == ("赵敏", "2020-03-16 09:00", "范公亭路（驼山路—海岱路）")


def test_the_csv_opens_in_excel_and_no_cell_becomes_a_formula(town: Town, signed_in, clock) -> None:
    town.case("bad", place='=HYPERLINK("http://x")', description="+1")
    answer = signed_in("desk").get(reverse(CASES), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff案件号")
    row = next(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert row["地点"].startswith("'=")
    assert row["描述"] == "'+1"


def test_a_list_too_long_for_a_sheet_is_refused_with_what_to_do(town: Town, signed_in, clock, monkeypatch) -> None:
    town.case("one")
    town.case("two", place="范公亭路 2 号")
    monkeypatch.setattr(view, "LARGEST", 1)
    answer = signed_in("desk").get(reverse(CASES), {"format": "xlsx"})
    assert answer.status_code == 422
    assert "请缩短日期" in answer.content.decode()


def test_pages_hold_fifty_and_the_questions_stay_as_many(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    town.case("case-0")
    desk.get(reverse(CASES))
    few = queries_of(desk, reverse(CASES))
    for n in range(1, 52):
        town.case(f"case-{n}", place=f"范公亭路 {n} 号")
    assert queries_of(desk, reverse(CASES)) == few
    first, second = (desk.get(reverse(CASES), {"page": page}).content.decode() for page in (1, 2))
    assert (first.count("data-id="), second.count("data-id=")) == (50, 2)
    assert "第 1 页，共 2 页" in first


def test_an_officer_takes_home_the_own_squads_cases_alone(town: Town, signed_in, clock) -> None:
    town.case("theirs", lon=118.4801, lat=36.6915)
    ours = town.case("ours")
    raw = signed_in("zhao").get(reverse(CASES), {"format": "xlsx"}).content
    assert [row["案件号"] for _n, row in read_table(raw, "cases.xlsx").rows] == [ours.number]


def test_nothing_found_says_how_to_see_all(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    assert "还没有案件" in desk.get(reverse(CASES)).content.decode()
    assert "清除筛选" in desk.get(reverse(CASES), {"q": "没有"}).content.decode()


def test_a_long_list_is_counted_only_so_far_unless_somebody_asks(town, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(view, "COUNTED", 3)
    monkeypatch.setattr(view, "PAGE", 2)
    for n in range(5):
        town.case(f"c{n}")
    desk = signed_in("desk")
    page = desk.get(reverse("desk:cases")).content.decode()
    assert "10,000 件以上" in page and "第 1 页" in page and "共 3 页" not in page
    exact = desk.get(reverse("desk:cases"), {"count": "exact"}).content.decode()
    assert "符合条件的 5 件" in exact and "共 3 页" in exact
    last = desk.get(reverse("desk:cases"), {"page": "3"}).content.decode()
    assert "下一页" not in last and "上一页" in last
