"""While eight write, one binds and one reads: every line is read exactly once, in order, without gaps."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from django.db import connection, connections, transaction

from xiuhua.ledger import binder, readers
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line, Link
from xiuhua.ledger.readers import read_on
from xiuhua.ledger.tests.written import act, count, key
from xiuhua.ledger.verify import verify_chain

WRITERS, ACTS = 8, 6


@pytest.fixture
def many_connections(transactional_db, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Threads get connections of their own; on SQLite to a file, as a bureau has it, instead of the tests' memory."""
    monkeypatch.setattr(readers, "READERS", {})
    monkeypatch.setattr(readers, "BATCH", 40)
    monkeypatch.setattr(binder, "BATCH", 60)
    described = connections.settings["default"]
    memory = described["NAME"]
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(tmp_path / "xiuhua.sqlite3") as copy:
            connection.connection.backup(copy)
        copy.close()
        described["NAME"] = str(tmp_path / "xiuhua.sqlite3")
    yield
    described["NAME"] = memory


def in_threads(*jobs: Callable[[], None]) -> None:
    """Run jobs at once, each with a connection of its own; the first fault of any is raised here."""
    faults: list[BaseException] = []

    def run(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as fault:
            faults.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    if faults:
        raise faults[0]


def test_no_reader_misses_a_line_while_eight_write(many_connections: None) -> None:
    committed: set[UUID] = set()
    got: list[UUID] = []
    busy = threading.Semaphore(0)
    done = threading.Event()
    readers.reader("clerk")(lambda lines: got.extend(line.key for line in lines))

    def writer(name: int) -> Callable[[], None]:
        def write() -> None:
            for n in range(ACTS):
                lines = 1 + (name * 7 + n * 5) % 23  # short and long transactions
                with transaction.atomic():
                    count(act(f"{name}-{n}"), further=lines - 1)
                    if (name + n) % 6 == 0:
                        transaction.set_rollback(True)
                if (name + n) % 6:
                    first = key(f"{name}-{n}")
                    committed.update([first, *(uuid5(first, str(k)) for k in range(1, lines))])
            busy.release()

        return write

    def follow(job: Callable[[], object]) -> Callable[[], None]:
        def until_done() -> None:
            while not done.is_set():
                job()

        return until_done

    def caretaker() -> None:
        for _n in range(WRITERS):
            busy.acquire(timeout=120)
        done.set()

    in_threads(*(writer(n) for n in range(WRITERS)), follow(bind), follow(lambda: read_on("clerk")), caretaker)

    checked: dict[str, object] = {}

    def finish() -> None:
        bind(), read_on("clerk")
        links = list(Link.objects.order_by("seq").values_list("seq", "line_id"))
        keys = dict(Line.objects.values_list("pk", "key"))
        checked["numbers"] = [seq for seq, _ in links] == list(range(1, len(keys) + 1))
        checked["in order"] = got == [keys[line] for _, line in links]
        checked["all"] = set(got) == committed == set(keys.values())
        checked["whole"] = verify_chain().faults

    in_threads(finish)
    assert checked == {"numbers": True, "in order": True, "all": True, "whole": []}
    assert len(got) == len(set(got)) > 200


@pytest.mark.postgres
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="two open writing transactions: needs PostgreSQL")
def test_a_line_that_commits_late_is_bound_after_the_ones_that_overtook_it(many_connections: None) -> None:
    got: list[UUID] = []
    readers.reader("clerk")(lambda lines: got.extend(line.key for line in lines))
    written, overtaken = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            count(act("slow"))
            written.set()
            assert overtaken.wait(60)

    def quick() -> None:
        assert written.wait(60)
        count(act("quick"))
        bind(), read_on("clerk")
        overtaken.set()

    in_threads(slow, quick)
    assert got == [key("quick")]
    ids = dict(Line.objects.values_list("key", "pk"))
    assert ids[key("slow")] < ids[key("quick")]
    bind(), read_on("clerk")
    assert got == [key("quick"), key("slow")]
    assert verify_chain().ok


def test_the_same_act_sent_by_eight_at_once_is_written_once(many_connections: None) -> None:
    start = threading.Barrier(8)
    answers: list[UUID] = []

    def send() -> None:
        start.wait()
        answers.append(count(act("same"), quantity=30).key)

    in_threads(*([send] * 8))
    kept: list[int] = []
    in_threads(lambda: kept.append(Line.objects.count()))
    assert answers == [key("same")] * 8 and kept == [1]
