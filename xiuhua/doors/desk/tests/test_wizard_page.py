"""导入表格, the wizard: a sheet is dropped, matched, looked through, imported, taken back; the state survives leaving."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from tests.town import Town, key
from xiuhua.doors.desk.views import tables as views
from xiuhua.kit.jobs import do_job, find_works, waiting_job
from xiuhua.kit.models import Batch, Job
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Ask, Column, Row, Sheet
from xiuhua.kit.sheets.books import Book
from xiuhua.programme import tables

pytestmark = pytest.mark.django_db
KEPT: dict[str, list[Any]] = {}
USED: list[str] = []


def _check(rows: Sequence[Row], told: Any) -> None:
    for row in rows:
        row.value = row["road"]
        if not row["metres"].isdigit():
            row.wrong("metres", "长度不是数字")
        elif row["road"] == "昭德路":
            row.doubt("road", "路名请确认")


def _bring_in(act: Any, *, batch: str, rows: Sequence[Any], told: Any) -> None:
    KEPT[batch] = [*rows, told.get("number", "")]


def _take_back(act: Any, *, batch: str) -> None:
    if USED:
        raise Refused("toy.used", "{road}已经有案件，不能撤销。", road=USED[0])
    del KEPT[batch]


TOY = Sheet(
    "toy", "试验表", (Column("road", "路段", needed=True), Column("metres", "长度", ("多长",), needed=True)),
    _check, _bring_in, _take_back, verb="set_duties", asks=(Ask("number", "文号"),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(tables.SHEETS, "toy", TOY)
    KEPT.clear()
    USED.clear()


TEXT = "路段,长度\n云门山路,900\n海岱路,很长\n昭德路,300\n"


def drop(client, text: str = TEXT, name: str = "drop"):
    file = SimpleUploadedFile("路段.csv", text.encode())
    return client.post(reverse("desk:table", args=["toy"]), {"key": str(key(name)), "file": file})


def step(client, code: str, **told: str):
    return client.post(reverse("desk:batch", args=[code]), told)


MATCH = {"step": "match", "which": "0", "head": "1", "column-road": "0", "column-metres": "1"}


def test_the_whole_way_from_the_drop_to_taking_it_back(town: Town, signed_in) -> None:
    client = signed_in("office")
    answer = drop(client)
    batch = Batch.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("desk:batch", args=[batch.code])
    page = client.get(answer.url).content.decode()
    assert "对上各列" in page and "云门山路 · 海岱路 · 昭德路" in page
    assert step(client, batch.code, **MATCH).status_code == 302
    page = client.get(answer.url).content.decode()
    assert "长度不是数字" in page and "路名请确认" in page and "导入 2 行" in page
    only = client.get(f"{answer.url}?level=wrong").content.decode()
    assert "海岱路" in only and "云门山路" not in only
    assert step(client, batch.code, step="import", rule="good", **{"ask-number": "青执〔2020〕7号"}).status_code == 302
    assert KEPT[batch.code] == ["云门山路", "昭德路", "青执〔2020〕7号"]
    back = client.get(reverse("desk:returned_rows", args=[batch.code])).content
    assert Book(back, "退回.xlsx").grid(0).cells[-1] == ["海岱路", "很长", "长度不是数字"]
    assert step(client, batch.code, step="undo").status_code == 302
    assert KEPT == {} and Batch.objects.get().state == "undone"


def test_dropping_the_same_form_twice_is_one_batch(town: Town, signed_in) -> None:
    client = signed_in("office")
    assert drop(client).url == drop(client).url
    assert Batch.objects.count() == 1


def test_the_state_is_there_after_the_page_was_left_and_shows_on_the_first_page(town: Town, signed_in) -> None:
    client = signed_in("office")
    drop(client)
    step(client, Batch.objects.get().code, **MATCH)
    page = signed_in("office").get(reverse("desk:imports")).content.decode()
    assert "路段.csv" in page and "待导入" in page and "试验表" in page


def test_a_refused_undo_names_what_uses_the_batch(town: Town, signed_in) -> None:
    client = signed_in("office")
    drop(client)
    batch = Batch.objects.get()
    step(client, batch.code, **MATCH)
    step(client, batch.code, step="import")
    USED.append("云门山路")
    answer = step(client, batch.code, step="undo")
    assert answer.status_code >= 400 and "云门山路已经有案件" in answer.content.decode()
    assert Batch.objects.get().state == "imported"


def test_wrong_columns_keep_what_was_chosen_and_say_what_is_missing(town: Town, signed_in) -> None:
    client = signed_in("office")
    drop(client)
    answer = step(client, Batch.objects.get().code, **MATCH | {"column-metres": ""})
    page = answer.content.decode()
    assert answer.status_code >= 400 and "还没有对上这些列：长度" in page and "对上各列" in page


def test_a_broken_file_is_refused_on_the_page_where_it_was_dropped(town: Town, signed_in) -> None:
    file = SimpleUploadedFile("坏.xlsx", b"PK\x03\x04 half")
    answer = signed_in("office").post(reverse("desk:table", args=["toy"]), {"key": str(key("x")), "file": file})
    assert answer.status_code >= 400 and "打不开" in answer.content.decode() and not Batch.objects.exists()


def test_who_may_not_import_gets_no_page_and_somebody_elses_batch_is_not_there(town: Town, signed_in) -> None:
    client = signed_in("office")
    drop(client)
    address = reverse("desk:batch", args=[Batch.objects.get().code])
    assert signed_in("desk").get(reverse("desk:table", args=["toy"])).status_code == 403
    assert signed_in("leader").get(address).status_code == 404
    assert signed_in("admin").get(address).status_code == 200
    assert signed_in("office").get(reverse("desk:table", args=["none"])).status_code == 404


def test_a_step_that_does_not_exist_is_refused(town: Town, signed_in) -> None:
    client = signed_in("office")
    drop(client)
    assert step(client, Batch.objects.get().code, step="leap").status_code >= 400


def test_a_word_file_offers_its_tables(town: Town, signed_in) -> None:
    import docx

    document, raw = docx.Document(), io.BytesIO()
    for title in ("甲", "乙"):
        document.add_paragraph(title)
        table = document.add_table(rows=2, cols=2)
        for n, text in enumerate(("路段", "长度", title + "路", "5")):
            table.cell(n // 2, n % 2).text = text
    document.save(raw)
    client = signed_in("office")
    file = SimpleUploadedFile("表.docx", raw.getvalue())
    answer = client.post(reverse("desk:table", args=["toy"]), {"key": str(key("w")), "file": file})
    assert "表1 甲" in client.get(answer.url).content.decode()
    assert "乙路" in client.get(f"{answer.url}?columns=1&which=1").content.decode()


def do_all(at) -> list[Job]:
    """The worker's part: whatever waits is done, in this process."""
    find_works()
    done = []
    while code := waiting_job(at):
        do_job(code, now=lambda: at)
        done.append(Job.objects.get(code=code))
    return done


def test_a_large_sheet_goes_its_whole_way_in_the_background(town: Town, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(views, "LARGE_ROWS", 2)
    monkeypatch.setattr(views, "LARGE_BYTES", 10)
    client, at = signed_in("office"), timezone.now()
    drop(client)
    batch = Batch.objects.get()
    address = reverse("desk:batch", args=[batch.code])
    assert step(client, batch.code, **MATCH).url == address
    page = client.get(address).content.decode()
    assert "正在排队" in page and reverse("desk:job_progress", args=[Job.objects.get().code]) in page
    assert step(client, batch.code, **MATCH).status_code == 422
    assert [one.state for one in do_all(at)] == ["done"]
    assert "导入 2 行" in client.get(address).content.decode() and not KEPT
    step(client, batch.code, step="import", rule="good", **{"ask-number": "7号"})
    assert not KEPT and [one.state for one in do_all(at)] == ["done"]
    assert KEPT[batch.code] == ["云门山路", "昭德路", "7号"]
    told = client.get(reverse("desk:job_state", args=[Job.objects.first().code])).json()
    assert told["link"] == address and "路段.csv：已完成" in told["text"]
    step(client, batch.code, step="undo")
    assert KEPT and [one.state for one in do_all(at)] == ["done"] and not KEPT
    assert "导入 2 行" in client.get(reverse("desk:jobs")).content.decode()


def test_a_large_step_that_was_cancelled_leaves_the_batch_as_it_was(town: Town, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(views, "LARGE_BYTES", 10)
    client = signed_in("office")
    drop(client)
    batch = Batch.objects.get()
    step(client, batch.code, **MATCH)
    job = Job.objects.get()
    assert client.post(reverse("desk:cancel_job", args=[job.code])).status_code == 302
    assert do_all(timezone.now()) == []
    assert "对上各列" in client.get(reverse("desk:batch", args=[batch.code])).content.decode()
    assert step(client, batch.code, **MATCH).status_code == 302 and Job.objects.count() == 2


def test_what_a_large_step_was_refused_for_is_told_where_the_sheet_is(town: Town, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(views, "LARGE_BYTES", 10)
    client = signed_in("office")
    drop(client)
    batch = Batch.objects.get()
    step(client, batch.code, **MATCH | {"column-metres": ""})
    do_all(timezone.now())
    assert "还没有对上这些列：长度" in client.get(reverse("desk:batch", args=[batch.code])).content.decode()


def test_nobody_sees_the_job_of_somebody_else_except_the_administrator(town: Town, signed_in, monkeypatch) -> None:
    monkeypatch.setattr(views, "LARGE_BYTES", 10)
    client = signed_in("office")
    drop(client)
    step(client, Batch.objects.get().code, **MATCH)
    where = reverse("desk:job", args=[Job.objects.get().code])
    assert [signed_in(who).get(where).status_code for who in ("office", "leader", "admin")] == [200, 404, 200]
