"""Filters with names, who else has a case open, and a long list written in the background."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse

from tests.town import Town
from xiuhua.cases.models import Looking, SavedFilter
from xiuhua.cases.presence import STILL, look, lookers
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.views import cases as list_of_cases
from xiuhua.kit.files import original_of
from xiuhua.kit.jobs import do_job, find_works, waiting_job
from xiuhua.kit.models import Job
from xiuhua.kit.sheets.books import Book

pytestmark = pytest.mark.django_db


def keep(client, n: int, **told: str):
    typed = {
        "key": f"00000000-0000-4000-8000-0000000002{n:02d}",
        "page": "dispatch",
        "name": "夜里的摊",
        "query": "tab=accept&category=stall&page=3&case=X",
    }
    return client.post(reverse("desk:keep_filter"), typed | told, follow=True)


def test_a_filter_is_kept_without_its_page_and_leads_back(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    page = keep(desk, 1)
    assert page.redirect_chain[-1][0] == "/desk/?tab=accept&category=stall"
    assert "夜里的摊" in page.content.decode()
    assert "夜里的摊" not in signed_in("leader").get("/desk/").content.decode()
    keep(desk, 2, shared="1")
    assert SavedFilter.objects.count() == 1
    assert "夜里的摊" in signed_in("leader").get("/desk/").content.decode()


def test_what_cannot_be_kept_is_refused_and_only_ones_own_is_dropped(town: Town, signed_in, clock) -> None:
    desk = signed_in("desk")
    assert keep(desk, 3, query="page=2").status_code == 422
    assert keep(desk, 4, name=" ").status_code == 422
    assert keep(desk, 5, page="ledger").status_code == 422
    keep(desk, 6, shared="1")
    code = SavedFilter.objects.get().code
    told = {"key": "00000000-0000-4000-8000-000000000207", "page": "dispatch"}
    assert signed_in("leader").post(reverse("desk:drop_filter", args=[code]), told).status_code == 404
    signed_in("desk").post(
        reverse("desk:drop_filter", args=[code]), told | {"key": "00000000-0000-4000-8000-000000000208"}
    )
    assert not SavedFilter.objects.exists()


def test_two_who_open_one_case_hear_of_each_other(town: Town, signed_in, clock) -> None:
    case = town.case()
    desk, leader = signed_in("desk"), signed_in("leader")
    where = reverse("desk:looking", args=[case.number])
    assert "正在看" not in desk.post(where).content.decode()
    assert "李静正在看这件案件" in leader.post(where).content.decode()
    assert "周明正在看这件案件" in desk.post(where).content.decode()
    assert "周明正在处理" in desk.get("/desk/?tab=accept").content.decode()


def test_who_went_on_or_away_looks_no_more(town: Town) -> None:
    case, other = town.case(), town.case("other")
    look(case, "p-desk", town.at)
    assert lookers([case], "p-admin", town.at + STILL)[case.pk] == ["p-desk"]
    assert not lookers([case], "p-admin", town.at + STILL + dt.timedelta(seconds=1))
    assert not lookers([case], "p-desk", town.at)
    look(other, "p-desk", town.at)
    assert not lookers([case], "p-admin", town.at) and Looking.objects.count() == 1


def test_a_long_list_is_written_in_the_background(town: Town, signed_in, clock, monkeypatch) -> None:
    for n in range(5):
        town.case(f"c{n}", category="stall" if n else "parking")
    clock(minutes=10)
    desk, where = signed_in("desk"), reverse("desk:cases")
    assert desk.get(where, {"format": "xlsx"}).headers["Content-Type"] == exports.EXCEL
    monkeypatch.setattr(list_of_cases, "AT_ONCE", 2)
    monkeypatch.setattr(exports, "SHEET", 3)
    answer = desk.get(where, {"format": "xlsx", "category": "stall"})
    job = Job.objects.get()
    assert answer.status_code == 302 and job.ask == {"query": "category=stall"}
    find_works()
    do_job(waiting_job(town.at), now=lambda: town.at)
    job.refresh_from_db()
    assert job.state == Job.State.DONE and job.answer["sentences"] == ["共 4 件。"]
    book = Book(original_of(job.answer["file"])[0], "list.xlsx")
    heights = [len([row for row in book.grid(n).cells if any(row)]) for n in range(len(book.sheets))]
    assert [one.name for one in book.sheets] == ["案件清单", "案件清单 2"] and heights == [6, 4]
    page = desk.get(reverse("desk:job", args=[job.code]))
    assert "案件清单.xlsx" in page.content.decode()
    monkeypatch.setattr(list_of_cases, "LARGEST", 3)
    assert "放不下" in desk.get(where, {"format": "xlsx"}).content.decode()
