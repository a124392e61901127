"""`xiuhua import …` on real files: everything comes in or comes back with its reason, and twice is the same as once."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from xiuhua.cases import importing
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case
from xiuhua.city.models import Person, Role, Segment, Unit
from xiuhua.config.cli.imports import import_
from xiuhua.config.cli.init import init
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import case_totals
from xiuhua.measures.figures import BY_CODE, count_figures
from xiuhua.measures.lines import Scope

pytestmark = pytest.mark.django_db

DATA = Path(settings.XIUHUA_DATA)
needs_data = pytest.mark.skipif(not (DATA / "311").is_dir(), reason=f"real inputs are not at {DATA}")
FILES = {"nyc_311_2014_2019": 1000, "nyc_311_2022-05-01": 924, "nyc_311_2024-04-15_16": 1000}
NEW_YORK = ZoneInfo("America/New_York")
CITY = [[-74.30, 40.45], [-73.65, 40.45], [-73.65, 40.95], [-74.30, 40.95], [-74.30, 40.45]]


def found(code: str, name: str, *more: str) -> Person:
    """A bureau with its first administrator, made by the real command."""
    done = CliRunner().invoke(init, ["--code", code, "--name", name, "--password", "practice-makes-perfect", *more])
    assert done.exit_code == 0, done.output
    return Person.objects.get(posts__role=Role.ADMINISTRATOR)


@pytest.fixture
def new_york(db: None, settings: Any, tmp_path: Path) -> Person:
    settings.TIME_ZONE = "America/New_York"
    ground = tmp_path / "ground.geojson"
    ground.write_text(json.dumps({"type": "Polygon", "coordinates": [CITY]}))
    return found("NYC", "City of New York", "--boundary", str(ground))


def xiuhua_import(*arguments: str | Path) -> Result:
    return CliRunner().invoke(import_, [str(one) for one in arguments])


def told(*arguments: str | Path) -> dict[str, Any]:
    done = xiuhua_import(*arguments, "--json")
    assert done.exception is None, done.exception
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def refused(*arguments: str | Path) -> Refused:
    done = xiuhua_import(*arguments)
    assert isinstance(done.exception, Refused), done.output
    return done.exception


# ---------------------------------------------------------------- roads


@needs_data
@pytest.mark.parametrize(
    ("filename", "name", "segments", "left_out"),
    [
        ("beijing_core_segments.geojson.gz", "beijing_core_seg", 2053, 0),
        ("beijing_tsinghua_2017.osm.gz", "qinghua", 891, 227),
    ],
)
def test_a_road_file_comes_in_and_again_changes_nothing(
    db: None, filename: str, name: str, segments: int, left_out: int
) -> None:
    found("BJ", "北京市城市管理综合行政执法局")
    named = () if name.startswith("beijing") else ("--name", name)
    first = told("roads", DATA / "roads" / filename, *named)
    assert (first["network"], first["added"], first["unchanged"]) == (name, segments, 0)
    assert sum(first["left_out"].values()) == left_out and "OpenStreetMap" in first["attribution"]
    lines = Line.objects.count()
    again = told("roads", DATA / "roads" / filename, *named)
    assert (again["added"], again["unchanged"]) == (0, segments)
    assert (Segment.objects.count(), Line.objects.count()) == (segments, lines)


def test_a_broken_road_file_is_refused_with_the_feature_and_nothing_is_half_imported(db: None, tmp_path: Path) -> None:
    found("QZ", "青州市综合行政执法局")
    lines = Line.objects.count()
    features = [
        {"type": "Feature", "properties": {"highway": "residential", "name": name},
         "geometry": {"type": "LineString", "coordinates": [[118.48, 36.69], point]}}
        for name, point in (("甲街", [118.49, 36.69]), ("乙街", [36.69, 118.49]))
    ]  # fmt: skip
    file = tmp_path / "roads.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    why = refused("roads", file)
    assert "第 2 个要素（乙街）" in why.message and "写反了" in why.message
    assert (Segment.objects.count(), Line.objects.count()) == (0, lines)


def test_without_a_bureau_nothing_can_be_imported(db: None, tmp_path: Path) -> None:
    file = tmp_path / "roads.geojson"
    file.write_text('{"type": "FeatureCollection", "features": []}')
    assert refused("roads", file).code in {"city.bureau", "city.network"}


# ---------------------------------------------------------------- cases of another system


@needs_data
def test_every_row_of_three_real_files_becomes_a_case_or_comes_back_with_its_reason(
    new_york: Person, tmp_path: Path
) -> None:
    rejects = {name: tmp_path / f"{name}.csv" for name in FILES}
    answers = {name: told("cases", DATA / "311" / f"{name}.csv.gz", "--mapping", "nyc311", "--rejects", rejects[name])
               for name in FILES}  # fmt: skip
    for name, answer in answers.items():
        assert answer["rows"] == FILES[name] == answer["opened"] + answer["rejected"] and answer["again"] == 0
        assert sum(rule["rows"] for rule in answer["reasons"]) == answer["rejected"]
        if answer["rejected"]:
            rows = list(csv.DictReader(rejects[name].open(encoding="utf-8-sig")))
            assert len(rows) == answer["rejected"] and all(row["原因"] for row in rows)
    assert Case.objects.count() == sum(answer["opened"] for answer in answers.values())
    assert list(fold()) == []
    states = Counter(Case.objects.values_list("state", flat=True))
    assert states == {"closed": 1742, "dispatched": 732, "accepted": 436, "filed": 4}
    # Ten permits of 2017 to 2019 are pending since before they were asked for: their file says so itself.
    assert [(rule["rule"], rule["rows"]) for answer in answers.values() for rule in answer["reasons"]] == [
        ("case.state_early", 10)
    ]

    lines, cases = Line.objects.count(), Case.objects.count()
    for name, answer in answers.items():
        again = told("cases", DATA / "311" / f"{name}.csv.gz", "--mapping", "nyc311", "--rejects", tmp_path / "x.csv")
        assert (again["opened"], again["again"], again["rejected"]) == (0, answer["opened"], answer["rejected"])
    assert (Line.objects.count(), Case.objects.count()) == (lines, cases)

    one_by_one(new_york)
    the_desk_shows_them(new_york)
    the_measures_count_them()


def one_by_one(person: Person) -> None:
    """Some of the rows, as their file tells them."""
    case = Case.objects.get(outside_number="39573567")
    assert case.reported_at == dt.datetime(2018, 6, 26, 10, 58, 54, tzinfo=NEW_YORK)
    assert (case.category, case.state, case.place, case.for_unit) == ("other", "closed", "91-33 97 STREET", "NYC/NYPD/")
    assert case.closed_at == dt.datetime(2018, 6, 26, 12, 50, 1, tzinfo=NEW_YORK)
    assert (case.lon, case.lat) == (pytest.approx(-73.846427558), pytest.approx(40.690092328))
    assert case.reporter == person.code and case.number.startswith("XH20180626-")
    first, second = Line.objects.about(case.number).order_by("id")
    assert (first.kind, first.day, first.by) == ("case.reported", dt.date(2018, 6, 26), person.code)
    assert json.loads(second.facts) == {"state": "closed", "state_there": "Closed"}
    pothole = Case.objects.get(outside_number="60879417")
    assert (pothole.state, pothole.closed_at, pothole.for_unit) == ("accepted", None, "NYC/DOT/")
    assert pothole.place == "133 AVENUE" and pothole.description.startswith("Street Condition · Pothole")
    parked = Case.objects.filter(description__startswith="Illegal Parking")
    assert parked.count() > 250 and set(parked.values_list("category", flat=True)) == {"parking"}
    sanitation = Unit.objects.get(code="DSNY")
    assert (sanitation.name, sanitation.kind) == ("Department of Sanitation", "partner")


def the_desk_shows_them(person: Person) -> None:
    client = Client()
    client.force_login(person.account, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("desk:dispatch"), {"tab": "work", "q": "Illegal Parking"})
    assert page.status_code == 200 and "Illegal Parking" in page.content.decode()


def the_measures_count_them() -> None:
    day = dt.date(2022, 5, 1)
    totals = case_totals(Scope(day, day))
    assert totals.reported == Case.objects.filter(reported_at__range=local_day(day)).count() > 850
    whole = case_totals(Scope(dt.date(2014, 1, 1), dt.date(2024, 12, 31)))
    assert whole.reported == Case.objects.count()


def local_day(day: dt.date) -> tuple[dt.datetime, dt.datetime]:
    begin = dt.datetime.combine(day, dt.time(), NEW_YORK)
    return begin, begin + dt.timedelta(days=1, microseconds=-1)


HEADER = "Unique Key,Created Date,Closed Date,Agency,Agency Name,Complaint Type,Descriptor,Incident Address,Status,Latitude,Longitude"
ROW = "{n},{at},,NYPD,New York City Police Department,Illegal Parking,Blocked Sidewalk,1 MAIN ST,Open,40.7,-73.9"


def nyc(path: Path, *rows: str) -> Path:
    path.write_text("\n".join([HEADER, *rows]), "utf-8")
    return path


def test_hours_that_come_twice_are_the_first_and_hours_that_never_were_come_back(
    new_york: Person, tmp_path: Path
) -> None:
    file = nyc(
        tmp_path / "dst.csv",
        ROW.format(n=1, at="11/06/2022 01:30:00 AM"),  # comes twice
        ROW.format(n=2, at="03/13/2022 02:30:00 AM"),  # never was
        ROW.format(n=3, at="03/13/2022 03:00:00 AM"),
    )
    answer = told("cases", file, "--mapping", "nyc311")
    assert (answer["opened"], answer["rejected"]) == (2, 1)
    assert Case.objects.get(outside_number="1").reported_at == dt.datetime(2022, 11, 6, 5, 30, tzinfo=dt.UTC)
    assert Case.objects.get(outside_number="3").reported_at == dt.datetime(2022, 3, 13, 7, 0, tzinfo=dt.UTC)
    assert answer["reasons"][0]["rule"] == "import.time" and "02:30" in answer["reasons"][0]["example"]


def test_rows_that_came_back_are_put_right_and_come_in(new_york: Person, tmp_path: Path) -> None:
    file = nyc(
        tmp_path / "requests.csv",
        ROW.format(n=1, at="04/15/2024 09:00:00 AM"),
        ROW.format(n=2, at="04/15/2024 09:01:00 AM").replace("40.7,-73.9", "-73.9,40.7"),
        ROW.format(n="", at="04/15/2024 09:02:00 AM"),
        ROW.format(n=4, at="soon"),
        ROW.format(n=5, at="04/15/2024 09:03:00 AM").replace("Open", "Lost"),
        ROW.format(n=6, at="04/15/2024 09:04:00 AM").replace("-73.9", "west"),
        ROW.format(n=7, at="04/15/2024 09:05:00 AM").replace("40.7,-73.9", "41.9,-73.9"),
        ROW.format(n=1, at="04/15/2024 10:00:00 AM"),
    )
    answer = told("cases", file, "--mapping", "nyc311")
    assert answer["opened"] == 1
    assert [rule["rule"] for rule in answer["reasons"]] == [
        "case.outside", "case.swapped", "import.changed", "import.number", "import.point", "import.state", "import.time",
    ]  # fmt: skip
    back = Path(answer["rejects"])
    assert back == tmp_path / "requests.原因.csv"
    rows = list(csv.DictReader(back.open(encoding="utf-8-sig")))
    assert [row["Unique Key"] for row in rows] == ["2", "", "4", "5", "6", "7", "1"]
    assert "写反了" in rows[0]["原因"] and "以前导入过" in rows[-1]["原因"]
    rows[0] |= {"Latitude": "40.7", "Longitude": "-73.9"}
    rows[2]["Created Date"], rows[3]["Status"], rows[4]["Longitude"] = "04/15/2024 09:06:00 AM", "Closed", "-73.9"
    with back.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows([row for n, row in enumerate(rows) if n in (0, 2, 3, 4)])
    assert told("cases", back, "--mapping", "nyc311")["opened"] == 4
    assert Case.objects.count() == 5


MINE = """
source = "hotline"
time_formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"]
[columns]
number = ["工单编号"]
at = ["受理时间"]
state = ["状态"]
category = ["问题类型"]
place = ["地点"]
unit = ["承办单位"]
[categories]
"占道经营" = "stall"
[states]
"处置中" = "dispatched"
"待派" = "filed"
"""
CHINESE = "工单编号,受理时间,状态,问题类型,地点,承办单位\nT1,2020-03-16 08:00,处置中,占道经营,范公亭路 12 号,城区一中队\nT2,2020-03-16 08:05,待派,噪声,海岱路,\n"


@pytest.mark.parametrize("form", ["utf-8", "utf-8-sig", "gb18030", "xlsx", "gz"])
def test_a_hotlines_file_comes_in_whatever_its_encoding_or_form(town: Any, tmp_path: Path, form: str) -> None:
    mapping = tmp_path / "hotline.toml"
    mapping.write_text(MINE, "utf-8")
    file = tmp_path / ("工单.xlsx" if form == "xlsx" else "工单.csv")
    if form == "xlsx":
        import xlsxwriter

        with xlsxwriter.Workbook(file) as book:
            sheet = book.add_worksheet()
            for n, line in enumerate(CHINESE.splitlines()):
                sheet.write_row(n, 0, line.split(","))
    elif form == "gz":
        import gzip

        file = tmp_path / "工单.csv.gz"
        file.write_bytes(gzip.compress(CHINESE.encode()))
    else:
        file.write_bytes(CHINESE.encode(form))
    answer = told("cases", file, "--mapping", mapping)
    assert (answer["opened"], answer["rejected"]) == (2, 0), answer
    case = Case.objects.get(outside_number="T1")
    assert (case.category, case.state, case.for_unit, case.source) == ("stall", "dispatched", "QZ/Z1/", "hotline")
    assert Case.objects.get(outside_number="T2").category == "other"
    assert not Unit.objects.filter(kind="partner").exists()


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "空文件"),
        (b"\x1f\x8b\x08\x00broken", "不完整"),
        ("工单编号,受理时间\n1,2\n".encode(), "没有“问题类型”这一列"),
        (CHINESE.encode() + b"T3,2020-03-16 08:10,x,y,z,w,too,many\n", "第 4 行有 8 列，表头只有 6 列"),
        (CHINESE.encode() + b'T3,"never ends\n', "读不下去"),
        (b"\xff\xfe\x00\xff\x81\xff", "编码不能识别"),
        (b"PK\x03\x04 no workbook", "打不开"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_refused_whole(town: Any, tmp_path: Path, raw: bytes, why: str) -> None:
    mapping, file = tmp_path / "hotline.toml", tmp_path / "工单.csv"
    mapping.write_text(MINE, "utf-8")
    file.write_bytes(raw)
    assert why in refused("cases", file, "--mapping", mapping).message
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("told_", "why"),
    [
        ("[columns", "不是 TOML"),
        ('[columns]\nnumber = ["a"]', "缺少：at、category"),
        ('columns = 1', "要写成"),
        ('[columns]\nnumber = "a"\nat = ["b"]\ncategory = ["c"]', "列名的列表"),
        ('[columns]\nnumber = ["a"]\nat = ["b"]\ncategory = ["c"]\n[categories]\nx = "狗"', "“狗”不认识"),
        ('[columns]\nnumber = ["a"]\nat = ["b"]\ncategory = ["c"]\n[states]\nx = "limbo"', "“limbo”不认识"),
        ('source = "rumour"\n[columns]\nnumber = ["a"]\nat = ["b"]\ncategory = ["c"]', "“rumour”不认识"),
    ],
)  # fmt: skip
def test_a_mapping_with_a_slip_of_the_pen_is_refused(town: Any, tmp_path: Path, told_: str, why: str) -> None:
    mapping, file = tmp_path / "my.toml", tmp_path / "工单.csv"
    mapping.write_text(told_, "utf-8")
    file.write_text(CHINESE, "utf-8")
    assert why in refused("cases", file, "--mapping", mapping).message


def test_an_unknown_mapping_names_those_that_there_are(town: Any, tmp_path: Path) -> None:
    file = tmp_path / "工单.csv"
    file.write_text(CHINESE, "utf-8")
    assert "nyc311" in refused("cases", file, "--mapping", "atlantis").message


def test_a_large_file_goes_in_by_parts_and_tells_how_far_it_is(
    new_york: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    rows = [ROW.format(n=n, at="04/15/2024 09:00:00 AM") for n in range(25)]
    file = nyc(tmp_path / "large.csv", *rows, ROW.format(n=99, at="never"))
    done = xiuhua_import("cases", file, "--mapping", "nyc311", "--json")
    assert done.exception is None and json.loads(done.stdout)["opened"] == 25
    assert [line.partition(" ·")[0] for line in done.stderr.splitlines()] == [
        "第 10 / 25 行", "第 20 / 25 行", "第 25 / 25 行",
    ]  # fmt: skip
    assert "退回 1" in done.stderr


# ---------------------------------------------------------------- figures from before


def test_figures_from_before_come_in_and_show_as_backfilled(town: Any, tmp_path: Path) -> None:
    sheet, scan = tmp_path / "台账.csv", tmp_path / "扫描.pdf"
    sheet.write_text(
        "统计项,数量,单位,开始日期,结束日期,说明\n停车位,120,城区一中队,2019-01-01,2019-12-31,2019年台账\n", "utf-8"
    )
    scan.write_bytes(b"%PDF-1.4 scan")
    answer = told("counts", sheet, "--scan", scan, "--approver", "周明")
    assert answer["figures"] == 1
    counted = count_figures(Scope(dt.date(2019, 12, 1), dt.date(2019, 12, 31)), [BY_CODE["parking_bays"]])[0]
    assert (counted.quantity, counted.backfilled, counted.lines) == (Decimal(120), Decimal(120), 1)
    lines = Line.objects.count()
    assert told("counts", sheet, "--scan", scan, "--approver", "周明")["batch"] == answer["batch"]
    assert Line.objects.count() == lines
    assert timezone.localtime(Line.objects.get(kind="figure.opened").happened_at).date() == dt.date(2019, 12, 31)
