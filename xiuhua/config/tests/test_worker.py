"""The background worker: one step binds what waits and lets the readers read on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from django.db import OperationalError

from tests.town import Town
from xiuhua.config import worker
from xiuhua.config.progress import Progress
from xiuhua.ledger import readers
from xiuhua.ledger.models import Bookmark, Line, Pending


@pytest.fixture(autouse=True)
def own_readers(monkeypatch: pytest.MonkeyPatch) -> dict[str, readers.Reader]:
    kept: dict[str, readers.Reader] = {}
    monkeypatch.setattr(readers, "READERS", kept)
    monkeypatch.setattr(worker, "READERS", kept)
    return kept


def test_a_step_binds_every_line_and_lets_every_reader_read_it_once(town: Town, own_readers) -> None:
    got: list[int] = []
    own_readers["clerk"] = lambda lines: got.extend(line.pk for line in lines)
    lines = Line.objects.count()
    done = worker.step()
    assert (done.bound_to, done.read, done.failed) == (lines, {"clerk": lines}, [])
    assert not Pending.objects.exists() and len(got) == lines
    assert worker.step() == worker.Done(bound_to=lines)
    town.case()
    assert worker.step().read == {"clerk": 1}


def test_a_reader_that_fails_stops_no_other_and_goes_on_where_it_was(town: Town, own_readers) -> None:
    def fails(_lines: Sequence[Line]) -> None:
        raise ValueError("this reader is broken")

    own_readers |= {"a broken one": fails, "clerk": lambda lines: None}
    done = worker.step()
    assert done.failed == ["a broken one"] and done.read == {"clerk": Line.objects.count()}
    assert not Bookmark.objects.filter(reader="a broken one", seq__gt=0).exists()


def test_a_busy_database_is_tried_again_until_told_to_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, tries = threading.Event(), []

    def busy() -> None:
        tries.append(1)
        if len(tries) == 3:
            stop.set()
        raise OperationalError("database is locked")

    monkeypatch.setattr(worker, "step", busy)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker.connections, "close_all", lambda: tries.append(0))
    worker.work(stop, every_s=0)
    assert tries == [1, 1, 1, 0], "the connection is closed at the end"


def test_the_worker_alone_ends_when_it_is_told(tmp_path: Path) -> None:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("XIUHUA_", "DJANGO_"))}
    environment = plain | {"XIUHUA_HOME": str(tmp_path)}
    command = [sys.executable, "-c", "from xiuhua.config.cli import main; main()"]
    made = subprocess.run([*command, "migrate"], env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr
    process = subprocess.Popen([*command, "worker"], env=environment, text=True, stderr=subprocess.PIPE)
    assert process.stderr is not None
    assert "后台已启动" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=60) == 0
    assert "后台已停止" in process.stderr.read()


def test_progress_is_told_with_what_is_left() -> None:
    progress = Progress("份", 10_000, say=lambda _text: None)
    assert progress.words(3120, 5.45) == "第 3,120 / 10,000 份 · 约剩 12 秒"
    assert progress.words(40, 1) == "第 40 / 10,000 份"
    assert progress.words(10_000, 61) == "第 10,000 / 10,000 份 · 用时 61 秒"
