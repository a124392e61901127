"""`xiuhua init`, `xiuhua rooms`, a taken port: through the real command line, in homes of their own."""

from __future__ import annotations

import json
import os
import socket
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from xiuhua.city.queries import ADMINISTRATION
from xiuhua.config.founding import WantedUnit, read_boundary, read_hours, read_units
from xiuhua.kit.refusals import Refused

SQUARE = [[118.4, 36.6], [118.6, 36.6], [118.6, 36.8], [118.4, 36.8], [118.4, 36.6]]


def xiuhua(home: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("XIUHUA_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-c", "from xiuhua.config.cli import main; main()", *arguments], check=False, text=True,
        env=plain | {"XIUHUA_HOME": str(home)} | environment, capture_output=True, stdin=subprocess.DEVNULL, timeout=300,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


def geojson(path: Path, told: Any) -> Path:
    path.write_text(json.dumps(told), "utf-8")
    return path


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """A bureau made by the command, with its own ground."""
    home = tmp_path_factory.mktemp("bureau")
    ground = geojson(home / "ground.geojson", {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}})  # fmt: skip
    code, out, told = xiuhua(
        home, "init", "--name", "示例市综合行政执法局", "--code", "sl", "--division", "370781", "--boundary", str(ground),
        "--unit", "城区一中队", "--unit", "市容管理科", "--unit", "指挥中心", "--admin", "sunli", "--admin-name", "孙立",
        "--work-hours", "08:30-12:00,13:30-17:30", "--time-zone", "Asia/Shanghai", "--json",
    )  # fmt: skip
    assert code == 0, told
    return home, json.loads(out)


def test_a_bureau_begins_with_six_rooms_its_units_and_a_password_for_once(bureau) -> None:
    home, made = bureau
    assert made["rooms"] == ["dispatch", "counts", "posting", "segments", "supervise", "daily"]
    assert [(one["code"], one["kind"]) for one in made["units"]] == [
        ("Z1", "squad"),
        ("K1", "office"),
        ("C1", "centre"),
    ]
    assert len(made["one_time_password"]) == 14
    with sqlite3.connect(home / "xiuhua.sqlite3") as database:
        name, shifts, boundary = database.execute("SELECT name, shifts, boundary FROM city_bureau").fetchone()
        kinds = [kind for (kind,) in database.execute("SELECT kind FROM ledger_line ORDER BY id")]
        tables = ("kit_calendarday", "cases_standardrow", "enforcement_legalparameter")
        seeded = [database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in tables]
        lines = " ".join(facts for (facts,) in database.execute("SELECT facts FROM ledger_line"))
    assert name == "示例市综合行政执法局"
    assert json.loads(shifts) == [["08:30", "12:00"], ["13:30", "17:30"]] and json.loads(boundary) == [SQUARE]
    assert kinds == ["bureau.founded", *["unit.named"] * 4, "post.begun", "account.opened"]
    assert all(seeded)
    assert "孙立" not in lines and "sunli" not in lines
    assert xiuhua(home, "verify")[0] == 0


def test_a_second_bureau_is_refused_and_so_is_a_demonstration(bureau) -> None:
    home, _made = bureau
    code, _out, told = xiuhua(home, "init", "--name", "另一个局", "--code", "X")
    assert code == 1 and "已经有一个局" in told
    code, _out, told = xiuhua(home, "demo")
    assert code == 1 and "不是演示" in told
    code, _out, told = xiuhua(home, "demo", "--reset")
    assert code == 1 and "不是演示" in told
    assert xiuhua(home, "verify")[0] == 0


def test_rooms_are_listed_and_switched(bureau) -> None:
    home, _made = bureau
    code, out, told = xiuhua(home, "rooms", "--on", "map,letters", "--off", "daily", "--json")
    assert code == 0, told
    on = {one["room"] for one in json.loads(out) if one["on"]}
    chosen = {"dispatch", "counts", "posting", "segments", "supervise", "map", "letters"}
    assert on - set(ADMINISTRATION) == chosen
    assert {one["room"] for one in json.loads(xiuhua(home, "rooms", "--json")[1]) if one["on"]} == on
    code, _out, told = xiuhua(home, "rooms", "--on", "kitchen")
    assert code == 1 and "kitchen" in told
    code, _out, told = xiuhua(home, "rooms", "--off", "people")
    assert code == 1 and "不能关" in told
    code, _out, told = xiuhua(home, "rooms", "--on", "map", "--off", "map")
    assert code == 1 and "又开又关" in told


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--code", "X"], "--name"),
        (["--name", "某局"], "--code"),
        (["--name", "某局", "--code", "青州"], "大写字母"),
        (["--name", "某局", "--code", "X", "--division", "12"], "6 位数字"),
        (["--name", "某局", "--code", "X", "--time-zone", "America/New_York"], "XIUHUA_TIME_ZONE=America/New_York"),
        (["--name", "某局", "--code", "X", "--work-hours", "八点到十二点"], "08:00-12:00"),
        (["--name", "某局", "--code", "X", "--rooms", "dispatch,kitchen"], "kitchen"),
        (["--name", "某局", "--code", "X", "--unit", "一中队", "--unit", "一中队"], "写了两次"),
        (["--name", "某局", "--code", "X", "--password", "short"], "10"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_nothing_is_left_half_done(
    tmp_path: Path, arguments: list[str], words: str
) -> None:
    code, _out, told = xiuhua(tmp_path, "init", *arguments)
    assert code == 1 and words in told
    with sqlite3.connect(tmp_path / "xiuhua.sqlite3") as database:
        for table in ("city_bureau", "city_unit", "city_account", "ledger_line"):
            assert database.execute(f"SELECT COUNT(*) FROM {table}").fetchone() == (0,), table


@pytest.mark.parametrize("command", [["demo", "--serve"], ["run"], ["run", "--practice"]])
def test_a_taken_port_is_told_in_one_sentence_before_anything_long(tmp_path: Path, command: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, out, told = xiuhua(tmp_path, *command, "--port", str(port))
    assert (code, out) == (1, "")
    assert f"端口 {port} 已被别的程序占用" in told and len(told.strip().splitlines()) == 1
    assert not list(tmp_path.rglob("*.sqlite3"))


# ---------------------------------------------------------------- what was told


def test_work_hours_are_read_as_people_type_them() -> None:
    assert read_hours("8:30-12:00，13:30-17:30".replace("8:30", "08:30")) == [["08:30", "12:00"], ["13:30", "17:30"]]
    assert read_hours("22:00-06:00") == [["22:00", "06:00"]]
    for wrong in ("", "08:00", "08:00-12:00,11:00-14:00", "25:00-26:00"):
        with pytest.raises(Refused):
            read_hours(wrong)


def test_the_outer_rings_of_any_geojson_are_the_ground(tmp_path: Path) -> None:
    far = [[x + 1, y] for x, y in SQUARE]
    many = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "MultiPolygon", "coordinates": [[SQUARE], [far]]}},
    ]}  # fmt: skip
    assert read_boundary(geojson(tmp_path / "a.geojson", many)) == [SQUARE, far]
    assert read_boundary(geojson(tmp_path / "b.geojson", {"type": "Polygon", "coordinates": [SQUARE, far]})) == [SQUARE]


@pytest.mark.parametrize(
    "told",
    [
        {"type": "Point", "coordinates": [1, 2]},
        {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]},
        {"type": "Polygon", "coordinates": [[[500, 0], [501, 0], [501, 1], [500, 0]]]},
        {"type": "Polygon", "coordinates": [["a", "b"]]},
        [1, 2],
    ],
)
def test_a_ground_that_is_none_is_refused(tmp_path: Path, told: Any) -> None:
    with pytest.raises(Refused):
        read_boundary(geojson(tmp_path / "ground.geojson", told))


def test_units_come_from_a_sheet_with_their_parents(tmp_path: Path) -> None:
    sheet = tmp_path / "units.csv"
    sheet.write_text("名称,编码,上级\n城区大队,D1,\n城区一中队,,城区大队\n,,\n", "utf-8")
    assert read_units(sheet) == [WantedUnit("城区大队", "D1", ""), WantedUnit("城区一中队", "", "城区大队")]
    sheet.write_text("单元,号码\n甲,1\n", "utf-8")
    with pytest.raises(Refused, match="名称"):
        read_units(sheet)
