"""Benchmarks run on scratch data, compare in one run, and leave nothing behind."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.conf import settings

from xiuhua.config.bench import districts
from xiuhua.config.bench.machine import Measured, milliseconds, parts
from xiuhua.config.cli.bench import bench


def test_a_benchmark_runs_on_its_own_database_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.delenv("XIUHUA_DATABASE_URL", raising=False)
    done = CliRunner().invoke(bench, ["measures", "--lines", "800", "--json"])
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)
    assert found["machine"]["database"].startswith("SQLite") and found["machine"]["cores"] == os.cpu_count()
    assert found["n"] == {"lines": 800}
    assert [row["what"] for row in found["results"]] == [
        "figures of a stage (64 days)", "figures of a week", "case totals of a stage",
    ]  # fmt: skip
    assert all(row["ratio"] > 0 and row["unit"] == "ms" for row in found["results"])
    assert list(tmp_path.iterdir()) == []
    assert "只测了 SQLite" in done.stderr


def test_writers_of_the_ledger_are_processes_that_come_up_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XIUHUA_DATABASE_URL", raising=False)
    done = CliRunner().invoke(bench, ["ledger", "--lines", "200", "--acts", "8", "--json"])
    assert done.exit_code == 0, done.output
    (found,) = json.loads(done.stdout)
    assert [row["what"] for row in found["results"]] == [
        "acts, one writer", "acts, four writers at once", "binder", "reader", "verify",
    ]  # fmt: skip


def test_districts_are_measured_beside_two_other_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    if not (Path(settings.XIUHUA_DATA) / "roads" / "beijing_core_segments.geojson.gz").exists():
        pytest.skip(f"no road files at {settings.XIUHUA_DATA}")
    monkeypatch.setattr(districts, "TASKS", (("beijing_core", 8, 0.05),))
    rows = districts.run(seconds=60, seed=1)
    assert [row["method"] for row in rows] == ["xiuhua", "plain METIS", "nearest station", "xiuhua, same stations"]
    ours, _, nearest, _ = rows
    assert ours["within"] and ours["contiguous"] and ours["pieces"] == 8 and ours["segments"] == 2053
    assert not nearest["within"] and nearest["way_m"] == nearest["least_way_m"]
    assert all(row["contiguous"] for row in rows if row["method"] != "plain METIS")


def test_a_ratio_is_ours_against_theirs() -> None:
    told = Measured("rows", 500.0, "raw", 2000.0).told()
    assert (told["ratio"], told["unit"]) == (0.25, "rows/s")
    assert Measured("rows", 500.0).told()["ratio"] is None


def test_the_best_of_several_runs_counts_after_one_that_warms_up() -> None:
    runs: list[int] = []
    assert milliseconds(lambda: runs.append(1), times=3) >= 0
    assert len(runs) == 4
    assert [len(some) for some in parts(range(7), 3)] == [3, 3, 1]
