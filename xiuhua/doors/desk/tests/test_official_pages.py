"""十大任务、站点标准 and the tables of duties at the desk: shown for a day, edited, versions put in force, taken along."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import Town, key
from xiuhua.city.models import Bureau, Duty, TableVersion
from xiuhua.kit.models import Batch
from xiuhua.kit.sheets.books import Book
from xiuhua.ledger.dictionary import read_facts
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Task

pytestmark = pytest.mark.django_db
SEGMENTS, TASKS = "desk:segment_duties", "desk:tasks"
SHEET = (
    "附件1\n综合提升“十大任务”领导干部分工表\n青执〔2020〕7号,2020年3月2日\n"
    "序号,任务名称,工作措施,目标,牵头领导,责任科室,责任中队,完成时限\n"
    "1,停车秩序提升,施划停车位,入位停放,周明,市容科,一中队、2中队,2020年6月底前\n"
    "2,立面清洁提升,清理小广告,无乱贴,周明,市容科,1中队,长期坚持\n3,空气净化提升,巡查,无冒烟,王五,,,\n"
)


@pytest.fixture
def rooms(town: Town) -> None:
    bureau = Bureau.objects.get()
    bureau.rooms = [*bureau.rooms, "tasks", "checklists"]
    bureau.save()


def imported(client, *, from_day: str = "", name: str = "drop") -> Batch:
    file = SimpleUploadedFile("十大任务.csv", SHEET.encode())
    client.post(reverse("desk:table", args=["tasks"]), {"key": str(key(name)), "file": file})
    batch = Batch.objects.get(state="dropped")
    address = reverse("desk:batch", args=[batch.code])
    page = client.get(address).content.decode()
    chosen = {
        f"column-{one}": str(n)
        for n, one in enumerate(("number", "name", "measures", "target", "leader", "offices", "squads", "due"))
    }
    for name_, value in chosen.items():
        assert f'name="{name_}"' in page, value
    client.post(address, {"step": "match", "which": "0", "head": "4", **chosen})
    client.post(address, {"step": "import", "rule": "good", "ask-from_day": from_day})
    return Batch.objects.get(pk=batch.pk)


def test_a_sheet_of_tasks_becomes_a_draft_and_then_holds(town: Town, rooms: None, signed_in, clock) -> None:
    client = signed_in("office")
    batch = imported(client)
    assert (batch.state, batch.brought_in, batch.wrong) == ("imported", 2, 1)
    version = TableVersion.objects.get()
    assert (version.title, version.number, version.dated) == (
        "综合提升“十大任务”领导干部分工表",
        "青执〔2020〕7号",
        dt.date(2020, 3, 2),
    )
    assert not Task.objects.exists()
    address = reverse("desk:table_version", args=[version.code])
    page = client.get(address).content.decode()
    assert "草稿什么都不改变" in page and "2 处不同" in page
    answer = client.post(address, {"key": str(key("e")), "step": "enact", "from_day": "2020-03-16"})
    assert answer.url == reverse(TASKS)
    page = client.get(answer.url).content.decode()
    assert "停车秩序提升" in page and "青执〔2020〕7号" in page and Task.objects.count() == 2


def test_a_batch_in_force_is_not_undone_and_a_draft_is(town: Town, rooms: None, signed_in, clock) -> None:
    client = signed_in("office")
    drafted = imported(client)
    client.post(reverse("desk:batch", args=[drafted.code]), {"step": "undo"})
    assert TableVersion.objects.get().state == "withdrawn"
    held = imported(client, from_day="2020-03-16", name="second")
    answer = client.post(reverse("desk:batch", args=[held.code]), {"step": "undo"})
    assert answer.status_code >= 400 and "已经生效" in answer.content.decode()
    assert Task.objects.count() == 2


def test_one_row_is_changed_on_the_page_from_today_on(town: Town, rooms: None, signed_in, clock) -> None:
    client = signed_in("office")
    page = client.get(reverse(SEGMENTS) + "?edit=S1").content.decode()
    assert "改这一行" in page and 'name="cell-officers"' in page and 'name="cell-road"' not in page
    told = {"key": str(key("a")), "step": "amend", "row": "S1", "cell-officers": "刘洋、赵敏", "cell-squad": "一中队"}
    assert client.post(reverse(SEGMENTS), told).status_code == 302
    officers = (
        Duty.objects.in_force(dt.date(2020, 3, 16)).filter(thing="segment:S1", part="officer").order_by("-primary")
    )
    assert [(one.person.name, one.confirmed) for one in officers] == [("刘洋", False), ("赵敏", True)]
    assert "待确认" in client.get(reverse(SEGMENTS)).content.decode()
    client.post(reverse(SEGMENTS), {"key": str(key("c")), "step": "confirm", "row": "S1"})
    assert not Duty.objects.filter(confirmed=False).exists()


def test_a_refused_row_keeps_what_was_typed(town: Town, rooms: None, signed_in, clock) -> None:
    told = {"key": str(key("a")), "step": "amend", "row": "S1", "cell-officers": "王五", "cell-squad": "一中队"}
    answer = signed_in("office").post(reverse(SEGMENTS), told)
    page = answer.content.decode()
    assert answer.status_code >= 400 and "没有叫“王五”的在岗人员" in page and 'value="王五"' in page


def test_a_past_day_is_shown_and_not_edited(town: Town, rooms: None, signed_in, clock) -> None:
    page = signed_in("office").get(reverse(SEGMENTS) + "?on=2020-02-20&edit=S1").content.decode()
    assert "的情况，只能看" in page and "改这一行" not in page


@pytest.mark.parametrize("form", ["xlsx", "docx", "pdf"])
def test_the_table_is_taken_along_in_three_forms(town: Town, rooms: None, signed_in, clock, form: str) -> None:
    answer = signed_in("chief").get(f"{reverse(SEGMENTS)}?format={form}")
    assert answer.status_code == 200 and f".{form}" in answer.headers["Content-Disposition"]
    if form != "pdf":
        cells = Book(answer.content, f"a.{form}").grid(0).cells
        assert any("范公亭路" in cell for row in cells for cell in row)


def test_a_draft_of_what_holds_is_changed_row_by_row_and_compared(town: Town, rooms: None, signed_in, clock) -> None:
    client = signed_in("office")
    answer = client.post(reverse(SEGMENTS), {"key": str(key("d")), "step": "draft"})
    page = client.get(answer.url).content.decode()
    assert "0 处不同" in page
    client.post(
        answer.url,
        {"key": str(key("r")), "step": "row", "row": "S1", "cell-squad": "二中队", "cell-officers": "孙立国"},
    )
    client.post(
        answer.url,
        {"key": str(key("h")), "step": "head", "number": "青执〔2020〕9号", "title": "", "dated": "2020-03-15"},
    )
    page = client.get(answer.url).content.decode()
    assert "1 处不同" in page and "<del>城区一中队</del> → <ins>城区二中队</ins>" in page and "青执〔2020〕9号" in page
    assert client.get(f"{answer.url}?format=pdf").content.startswith(b"%PDF")


def test_who_may_not_edit_sees_the_table_alone_and_a_room_that_is_off_is_not_there(
    town: Town, signed_in, clock
) -> None:
    client = signed_in("zhao")
    page = client.get(reverse(SEGMENTS)).content.decode()
    assert "范公亭路" in page and "导入新的一版" not in page and "按现行内容起草" not in page
    answer = client.post(
        reverse(SEGMENTS), {"key": str(key("x")), "step": "amend", "row": "S1", "cell-squad": "二中队"}
    )
    assert answer.status_code == 403
    bureau = Bureau.objects.get()
    bureau.rooms = [one for one in bureau.rooms if one != "tasks"]
    bureau.save()
    assert signed_in("office").get(reverse(TASKS)).status_code == 404


def test_the_leader_of_a_task_is_confirmed_by_a_button(town: Town, rooms: None, signed_in, clock) -> None:
    client = signed_in("office")
    imported(client, from_day="2020-03-16")
    Task.objects.filter(key="1").update(confirmed=False)
    page = client.get(reverse(TASKS), {"edit": "1"}).content.decode()
    assert "待确认" in page and "就是这个人，确认" in page
    client.post(reverse(TASKS), {"key": str(key("sure")), "step": "confirm", "row": "1"})
    task = Task.objects.get(key="1")
    line = Line.objects.of_kind("duty.confirmed").get()
    assert task.confirmed and (line.about, read_facts(line.kind, line.facts).thing) == (f"task:{task.code}", "task:1")
    again = client.post(reverse(TASKS), {"key": str(key("again")), "step": "confirm", "row": "1"})
    assert "没有待确认的牵头领导" in again.content.decode()
