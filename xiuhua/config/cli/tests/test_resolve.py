"""`xiuhua resolve`: one place in words or JSON, and a whole file."""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from xiuhua.city.resolve_sheet import CERTAINTY, GRID, PEOPLE, SEGMENT, SHOP, SIDE, WHY, WORDS, columns_of_points
from xiuhua.city.resolving import resolve_points
from xiuhua.city.tests.crossroads import AT, build_crossroads, lonlat
from xiuhua.config.cli.resolve import resolve
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused


@pytest.fixture(autouse=True)
def crossroads(db) -> None:
    build_crossroads()


def asked(*arguments: str | Path) -> Result:
    return CliRunner().invoke(resolve, [str(one) for one in arguments])


def test_an_address_is_told_in_words() -> None:
    told = asked("范公亭东路10号").output
    assert "范公亭东路（云门山路—海岱路）南侧 [F1] · 0.97 确定" in told
    assert "登记的门牌" in told and "古城一网格" in told and "赵敏（责任队员，责任人）" in told


def test_a_point_is_told_as_json() -> None:
    lon, lat = lonlat(100, 15)
    told = json.loads(asked("--lon", str(lon), "--lat", str(lat), "--json").output)
    best = told["candidates"][0]
    assert (best["segment"], best["side"], best["side_name"]) == ("F1", "left", "北侧")
    assert best["distance_m"] == 15.0 and best["certainty"] == 1.0 and best["certainty_words"] == "确定"
    assert [one["part"] for one in best["on_duty"]] == ["officer", "squad"]


def test_what_is_not_found_exits_with_1_and_what_would_help() -> None:
    done = asked("天安门")
    assert done.exit_code == 1 and "换个写法" in done.output


def test_without_a_question_it_says_what_to_ask() -> None:
    for arguments in ((), ("--lon", "118"), ("--lon", "500", "--lat", "36")):
        assert isinstance(asked(*arguments).exception, Refused)


def test_a_file_of_addresses_comes_back_with_the_places(tmp_path: Path) -> None:
    file = tmp_path / "来电.csv"
    file.write_text("编号,地址\n1,范公亭东路10号\n2,天安门\n3,范公亭东路8号\n", "utf-8-sig")
    done = asked("--file", file, "--json")
    told = json.loads(done.output[done.output.index("{"):])  # fmt: skip
    assert (told["rows"], told["found"], told["doubtful"]) == (3, 2, 0)
    rows = list(csv.DictReader((tmp_path / "来电.路段.csv").open(encoding="utf-8-sig")))
    assert [row["路段编码"] for row in rows] == ["F1", "", "F1"]
    assert rows[0]["地址"] == "范公亭东路10号" and rows[0]["侧"] == "南侧" and "没有认出" in rows[1]["说明"]


def test_a_file_of_points_comes_back_and_broken_numbers_find_nothing(tmp_path: Path) -> None:
    lon, lat = lonlat(100, 15)
    file = tmp_path / "points.csv"
    file.write_text(f"经度,纬度\n{lon},{lat}\n很远,36\n1e999,36\n500,500\n,\n0,0\n", "utf-8")
    out = tmp_path / "out.csv"
    asked("--file", file, "--out", out)
    rows = list(csv.DictReader(out.open(encoding="utf-8-sig")))
    assert rows[0]["路段编码"] == "F1" and {row["路段编码"] for row in rows[1:]} == {""}
    assert all(row["说明"] for row in rows[1:])


def test_a_file_without_a_known_column_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("甲,乙\n1,2\n", "utf-8")
    assert isinstance(asked("--file", file).exception, Refused)


def test_a_file_says_of_each_point_what_a_single_question_says() -> None:
    dice = random.Random(5)
    points = [Point(*lonlat(dice.uniform(-700, 1300), dice.uniform(-700, 700))) for _ in range(400)]
    at = AT + dt.timedelta(days=1)
    columns = columns_of_points(np.array([one.lon for one in points]), np.array([one.lat for one in points]), at)
    for n, answer in enumerate(resolve_points(points, at)):
        best = answer.best
        told = {name: columns[name][n] for name in (SEGMENT, SIDE, GRID, SHOP, CERTAINTY, WORDS, WHY)}
        assert told == {
            SEGMENT: best.segment if best else "",
            SIDE: best.side_name if best else "",
            GRID: best.grid if best else "",
            SHOP: best.shop_name if best else "",
            CERTAINTY: round(best.certainty, 3) if best else 0.0,
            WORDS: best.certainty_words if best else "",
            WHY: answer.problem,
        }
        if best and best.segment == "F1":
            assert columns[PEOPLE][n] == "；".join(one.words for one in best.on_duty)
