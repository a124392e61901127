"""The demonstration through the command line, on databases of its own: the same seed gives the same ledger."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from xiuhua.config.demo.build_counts import Counts

AT = "2026-05-06T15:20"
SCALE = 0.02
COUNTS = Counts().scaled(SCALE)
FIGURES = {
    "letter": COUNTS.letters_printed, "letter_delivered": COUNTS.letters_delivered, "parking_bay": COUNTS.parking_bay,
    "parking_line": COUNTS.parking_line, "notice_board": COUNTS.notice_board, "no_stall_sign": COUNTS.no_stall_sign,
    "operation": COUNTS.operations, "sign": COUNTS.signs, "posting_pasted": COUNTS.posting_pasted,
    "posting_sprayed": COUNTS.posting_sprayed, "posting_window": COUNTS.posting_window,
    "parking_warning": COUNTS.warnings, "vehicle_fined": COUNTS.fined, "evidence": COUNTS.evidence,
    "stall_moved": COUNTS.stall_moved, "shopfront_cleared": COUNTS.shopfront_cleared,
    "bicycle_straightened": COUNTS.bicycle_straightened, "litter_cleared": COUNTS.litter_cleared,
    "banner_removed": COUNTS.banner_removed, "structure_removed": COUNTS.structure_removed,
    "smoke_stopped": COUNTS.smoke_stopped, "shop_visited": COUNTS.shop_visited,
}  # fmt: skip


SECRET = "the-same-secret-for-every-home-of-this-test"
"""Digests of requests are keyed by a bureau's secret, so equal heads need equal secrets."""


def begin(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command line as people call it, in a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("XIUHUA_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-c", "from xiuhua.config.cli import main; main()", *arguments],
        env=environment | {"XIUHUA_HOME": str(home), "XIUHUA_SECRET_KEY": SECRET}, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, told = process.communicate(timeout=600)
    return process.returncode, out, told


def xiuhua(home: Path, *arguments: str) -> tuple[int, str, str]:
    return end(begin(home, *arguments))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, dict[str, Any]]]:
    """Three demonstrations: seed 7 twice, seed 8 once."""
    wanted = {"seven": "7", "seven again": "7", "eight": "8"}
    homes = {name: tmp_path_factory.mktemp(name.replace(" ", "-")) for name in wanted}
    running = {
        name: begin(homes[name], "demo", "--seed", seed, "--scale", str(SCALE), "--at", AT, "--json")
        for name, seed in wanted.items()
    }
    found = {}
    for name, process in running.items():
        code, out, told = end(process)
        assert code == 0, told
        found[name] = (homes[name], json.loads(out))
    return found


def rows(home: Path, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with sqlite3.connect(home / "xiuhua.sqlite3") as database:
        return database.execute(sql, parameters).fetchall()


def test_the_same_seed_gives_the_same_ledger_and_another_seed_another(built) -> None:
    (_, one), (_, again), (_, other) = built["seven"], built["seven again"], built["eight"]
    assert one["stage"] == again["stage"]
    assert one["stage"]["head"] != other["stage"]["head"]


def test_every_figure_of_the_stage_is_the_number_of_things_done(built) -> None:
    for name in ("seven", "eight"):
        home, _told = built[name]
        counted = dict(
            rows(
                home,
                "SELECT item, SUM(quantity) FROM ledger_line WHERE item <> '' AND day BETWEEN ? AND ? GROUP BY item",
                ["2020-03-01", "2020-05-03"],
            )
        )
        assert counted == FIGURES


def test_the_demonstration_is_whole_and_says_nothing_of_persons_in_its_lines(built) -> None:
    home, _told = built["seven"]
    code, out, told = xiuhua(home, "verify", "--json")
    assert code == 0, out + told
    assert json.loads(out)["unbound"] == 0
    assert rows(home, "SELECT COUNT(*) FROM ledger_line WHERE facts LIKE '%青Z%' OR about LIKE '%青Z%'") == [(0,)]
    assert rows(home, "SELECT COUNT(*) FROM ledger_line WHERE kind = 'figure.opened'") == [(0,)]


def test_running_it_again_keeps_what_is_there(built) -> None:
    home, before = built["seven again"]
    code, out, told = xiuhua(home, "demo", "--at", "2026-05-06T16:00", "--json")
    assert code == 0, told
    assert json.loads(out) == before


def test_another_seed_on_the_same_database_is_refused_and_reset_builds_it_anew(built) -> None:
    home, before = built["seven again"]
    code, _out, told = xiuhua(home, "demo", "--seed", "8", "--scale", str(SCALE), "--at", AT)
    assert code == 1 and "--reset" in told and "Traceback" not in told
    code, out, told = xiuhua(home, "demo", "--seed", "8", "--scale", str(SCALE), "--at", AT, "--reset", "--json")
    assert code == 0, told
    assert json.loads(out)["stage"] == built["eight"][1]["stage"] != before["stage"]


def test_a_moment_that_cannot_be_read_is_told_at_once(tmp_path: Path) -> None:
    code, out, told = xiuhua(tmp_path, "demo", "--at", "tomorrow")
    assert (code, out) == (1, "") and "tomorrow" in told and not list(tmp_path.glob("*.sqlite3"))
