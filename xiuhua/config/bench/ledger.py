"""The ledger: acts written by one and by four, the binder against bare hashing, the reader, and verifying."""

from __future__ import annotations

import datetime as dt
import hashlib
import multiprocessing
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import connections, transaction

from xiuhua.config.bench.machine import Measured, parts, seconds
from xiuhua.config.bench.writer import write
from xiuhua.config.cli import say
from xiuhua.ledger.act import NOBODY, Act, Place, action, record_all
from xiuhua.ledger.binder import bind
from xiuhua.ledger.chain import line_text, stored_links
from xiuhua.ledger.kinds.case import CountRecorded
from xiuhua.ledger.models import Line
from xiuhua.ledger.readers import lines_after
from xiuhua.ledger.verify import verify_chain

BEGIN = dt.datetime(2020, 3, 1, tzinfo=dt.UTC)
WRITERS = 4


@action(answer=lambda line: line)
def count_one(act: Act, *, quantity: int) -> Line:
    """The smallest act that there is: one line, nothing else."""
    return act.record(CountRecorded(), about="count:bench", item="stall_moved", quantity=quantity)


def run(*, lines: int, acts: int) -> list[dict[str, Any]]:
    """Acts a second; links, lines read and lines verified a second."""
    say(f"· {acts:,} 个动作，一个接一个")
    alone = acts / seconds(lambda: write_acts(acts))
    say(f"· {acts:,} 个动作，四个进程同时写")
    together = acts / _by_four(acts)
    say(f"· {lines:,} 行装订")
    for some in parts(_lines(lines), 5000):
        with transaction.atomic():
            record_all(some)
    total = Line.objects.count()
    binding = total / seconds(bind)
    texts = [line_text(row[2:]).encode() for row in stored_links()]
    hashing = total / seconds(lambda: [hashlib.sha256(text).hexdigest() for text in texts])
    reading = total / seconds(lambda: read_through(total))
    verifying = total / seconds(verify_chain)
    size = sum(map(len, texts)) // len(texts)
    return [
        Measured("acts, one writer", alone, unit="acts/s", note="one transaction and one line each").told(),
        Measured("acts, four writers at once", together, "one writer", alone, unit="acts/s").told(),
        Measured("binder", binding, f"bare sha256 over the same {size} bytes a line", hashing, unit="lines/s").told(),
        Measured("reader", reading, "binder", binding, unit="lines/s").told(),
        Measured("verify", verifying, "bare sha256", hashing, unit="lines/s").told(),
    ]


def write_acts(n: int) -> None:
    for k in range(n):
        count_one(Act(by=NOBODY, at=BEGIN, recorded_at=BEGIN, key=uuid4()), quantity=k % 9 + 1)


def _by_four(acts: int) -> float:
    connections.close_all()
    context = multiprocessing.get_context("spawn")
    ready, go = context.Semaphore(0), context.Event()
    writers = [context.Process(target=write, args=(acts // WRITERS, ready, go)) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for _ in writers:
        while not ready.acquire(timeout=1):
            if any(writer.exitcode is not None for writer in writers):
                raise RuntimeError("a writer ended before it began")

    def all_write() -> None:
        go.set()
        for writer in writers:
            writer.join()

    took = seconds(all_write)
    if any(writer.exitcode for writer in writers):
        raise RuntimeError("a writer failed")
    return took


def read_through(total: int) -> None:
    seq = 0
    while seq < total:
        _lines_read, seq = lines_after(seq)


def _lines(n: int) -> Iterator[Line]:
    for k in range(n):
        act = Act(by=NOBODY, at=BEGIN + dt.timedelta(minutes=k % 90_000), key=uuid4())
        yield act.line(
            CountRecorded(), about=f"count:{k}", item="posting_pasted", quantity=Decimal(k % 30 + 1), for_unit=f"B/Z{k % 8}/",
            place=Place("370781001001001", f"H{k % 20}-{k % 19}", 1_184_820_000, 366_901_000), campaign="C-POSTING",
        )  # fmt: skip
