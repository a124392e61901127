"""导入表格: roads, cases and figures from before, in the words of the command line."""

from __future__ import annotations

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.town import Town, key, photo
from xiuhua.cases.models import Case
from xiuhua.city.importing import import_roads
from xiuhua.city.models import Segment
from xiuhua.city.place_export import export_places, rows_of
from xiuhua.doors.desk.views import imports as views
from xiuhua.doors.desk.views import place_list
from xiuhua.kit.jobs import do_job, find_works, waiting_job
from xiuhua.kit.models import Job
from xiuhua.ledger.models import Line
from xiuhua.programme.models import OpeningFigure

pytestmark = pytest.mark.django_db
IMPORTS = "desk:imports"
ROADS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"name": "新华街", "highway": "residential"},
            "geometry": {"type": "LineString", "coordinates": [[118.485, 36.691], [118.488, 36.691]]},
        }
    ],
}
MAPPING = """
source = "system"
time_formats = ["%Y-%m-%d %H:%M"]
[columns]
number = ["编号"]
at = ["时间"]
category = ["类别"]
place = ["地点"]
description = ["内容"]
[categories]
"流动摊点" = "stall"
"""
CASES = "编号,时间,类别,地点,内容\nA1,2020-03-15 09:00,流动摊点,范公亭路 8 号,水果摊\nA2,没有时间,流动摊点,海岱路,x\n"
FIGURES = "统计项,数量,单位,开始日期,结束日期,说明\n停车位,120,城区一中队,2019-01-01,2019-12-31,2019年台账\n"


def send(client, sort: str, *, name: str = "import", **parts: object):
    files = {part: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for part, value in parts.items()}
    return client.post(reverse(IMPORTS), {"key": str(key(name)), "sort": sort} | files)


def roads_file(content: object = ROADS) -> tuple[str, bytes]:
    return "town.geojson", json.dumps(content).encode()


def test_roads_come_in_and_are_told_as_on_the_command_line(town: Town, signed_in, clock) -> None:
    answer = send(signed_in("admin"), "roads", file=roads_file(), name="import")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert Segment.objects.filter(road="新华街").count() == 1
    assert Line.objects.get(key=key("import")).kind == "network.registered"
    again = import_roads(town.act("p-admin"), raw=roads_file()[1], filename="town.geojson")
    sentence = next(again.sentences())
    assert "新登记 0 段，原有 1 段" in sentence
    assert sentence.replace("新登记 0 段，原有 1 段", "新登记 1 段，原有 0 段") in page


def test_a_broken_road_file_brings_in_nothing_and_says_why(town: Town, signed_in, clock) -> None:
    broken = json.loads(json.dumps(ROADS))
    broken["features"][0]["geometry"]["coordinates"][1] = ["east", 1]
    answer = send(signed_in("admin"), "roads", file=roads_file(broken))
    assert answer.status_code == 422
    assert "town.geojson" in answer.content.decode()
    assert not Segment.objects.filter(road="新华街").exists()


def test_good_cases_come_in_and_the_others_come_back_with_their_reason(town: Town, signed_in, clock) -> None:
    admin = signed_in("admin")
    answer = send(
        admin, "cases", file=("cases.csv", CASES.encode()), own_mapping=("ours.toml", MAPPING.encode()), mapping=""
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "cases.csv：2 行，新立 1 件，已有 0 件，退回 1 行" in page
    assert Case.objects.get().outside_number == "A1"
    rejects = page.split('href="')
    address = next(part.split('"')[0] for part in rejects if "/imports/rejects/" in part[:60])
    rows = b"".join(admin.get(address)).decode("utf-8-sig")
    assert "原因" in rows
    assert "A2" in rows
    assert "A1" not in rows
    assert signed_in("desk").get(address).status_code == 403


def test_figures_from_before_come_in_with_their_scan(town: Town, signed_in, clock) -> None:
    answer = send(
        signed_in("admin"),
        "openings",
        file=("2019.csv", FIGURES.encode()),
        scan=("scan.jpg", photo(40)),
        approver="p-leader",
    )
    page = answer.content.decode()
    assert "2019.csv：补录 1 项" in page
    figure = OpeningFigure.objects.get()
    assert (figure.item, int(figure.quantity), figure.approver.code) == ("parking_bay", 120, "p-leader")
    assert Line.objects.get(key=figure.key).kind == "figure.opened"


@pytest.mark.parametrize(
    ("sort", "parts", "sentence"),
    [
        ("roads", {}, "请选择文件"),
        ("cases", {"file": ("cases.csv", b"a,b\n1,2\n"), "mapping": ""}, "请选择对照表"),
        ("cases", {"file": ("cases.csv", b"a,b\n1,2\n"), "mapping": "nyc311"}, "cases.csv 里没有"),
        ("openings", {"file": ("f.csv", FIGURES.encode()), "approver": "p-leader"}, "请选择文件"),
        (
            "openings",
            {"file": ("f.csv", b"a,b\n1,2\n"), "scan": ("s.jpg", photo(3)), "approver": "p-leader"},
            "缺少这些列",
        ),
        (
            "openings",
            {"file": ("f.csv", FIGURES.encode()), "scan": ("s.jpg", photo(3)), "approver": ""},
            "请选择审批的领导",
        ),
    ],
)
def test_a_file_that_will_not_do_is_refused_with_a_sentence(
    town: Town, signed_in, clock, sort: str, parts: dict[str, object], sentence: str
) -> None:
    answer = send(signed_in("admin"), sort, **parts)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Case.objects.exists()
    assert not OpeningFigure.objects.exists()


@pytest.mark.parametrize(("who", "sees"), [("desk", 200), ("leader", 200), ("chief", 403), ("zhao", 403)])
def test_only_an_administrator_imports(town: Town, signed_in, clock, who: str, sees: int) -> None:
    client = signed_in(who)
    page = client.get(reverse(IMPORTS))
    assert page.status_code == sees and 'name="sort"' not in page.content.decode()
    assert send(client, "roads", file=roads_file()).status_code == 403
    assert not Segment.objects.filter(road="新华街").exists()


def done_in_background(at) -> Job:
    """The worker's part, in this process."""
    find_works()
    code = waiting_job(at)
    do_job(code, now=lambda: at)
    return Job.objects.get(code=code)


def test_a_large_file_of_cases_comes_in_in_the_background_with_its_rejects(
    town: Town, signed_in, clock, monkeypatch
) -> None:
    monkeypatch.setattr(views, "LARGE_BYTES", 10)
    admin = signed_in("admin")
    refused = send(admin, "cases", file=("cases.csv", CASES.encode()))
    assert "请选择对照表" in refused.content.decode() and not Job.objects.exists()
    answer = send(
        admin, "cases", file=("cases.csv", CASES.encode()), own_mapping=("map.toml", MAPPING.encode()), name="later"
    )
    assert not Case.objects.filter(outside_number="A1").exists()
    job = done_in_background(town.at)
    assert (job.state, job.answer["bad"]) == ("done", 1) and Case.objects.filter(outside_number="A1").exists()
    page = admin.get(answer.url).content.decode()
    assert "新立 1 件" in page and "cases.退回.csv" in page
    assert "没有时间" in admin.get(reverse("desk:job_file", args=[job.code])).content.decode()
    assert signed_in("office").get(reverse("desk:job_file", args=[job.code])).status_code == 404


def test_large_files_of_roads_and_places_come_in_in_the_background(town: Town, signed_in, clock, monkeypatch) -> None:
    monkeypatch.setattr(views, "LARGE_BYTES", 10)
    monkeypatch.setattr(place_list, "LARGE_BYTES", 10)
    admin = signed_in("admin")
    assert send(admin, "roads", file=roads_file()).status_code == 302 and done_in_background(town.at).state == "done"
    assert Segment.objects.filter(road="新华街").count() == 1
    raw = export_places("segment", rows_of("segment"), kind="xlsx")
    file = SimpleUploadedFile("路段.xlsx", raw)
    answer = admin.post(reverse("desk:import_places", args=["segment"]), {"key": str(key("p")), "file": file})
    job = done_in_background(town.at)
    assert "没有变化 5" in job.answer["sentences"][0] and "没有变化 5" in admin.get(answer.url).content.decode()
    bad = SimpleUploadedFile("坏.geojson", b'{"type": "FeatureCollection", "features": [}')
    admin.post(reverse("desk:import_places", args=["segment"]), {"key": str(key("bad")), "file": bad})
    job = done_in_background(town.at)
    assert job.state == "failed" and "JSON" in job.wrong
