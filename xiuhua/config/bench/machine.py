"""On what it was measured: a number without its machine says nothing."""

from __future__ import annotations

import os
import platform
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


def machine() -> dict[str, Any]:
    """Cores, load, Python and database version."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0].split()[0]}"
    else:
        database = f"SQLite {sqlite3.sqlite_version}"
    return {
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "database": database,
        "platform": platform.platform(terse=True),
    }


@dataclass(frozen=True)
class Measured:
    """A thing and what it is compared with, both in `unit`; `ratio` is ours against theirs."""

    what: str
    ours: float
    against: str = ""
    theirs: float | None = None
    unit: str = "rows/s"
    note: str = ""

    def told(self) -> dict[str, Any]:
        ratio = None if not self.theirs else round(self.ours / self.theirs, 3)
        return {
            **asdict(self),
            "ours": round(self.ours, 1),
            "theirs": self.theirs and round(self.theirs, 1),
            "ratio": ratio,
        }


def seconds(work: Callable[[], object]) -> float:
    """How long it took, once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def milliseconds(work: Callable[[], object], *, times: int = 9) -> float:
    """The best of several runs, after one that warms up: what others do on the machine only ever adds."""
    work()
    return min(seconds(work) for _ in range(times)) * 1000


def spread(work: Callable[[], object], *, times: int = 40) -> tuple[float, float]:
    """Milliseconds of the middle run and of the nineteenth of twenty (p50, p95), after one that warms up."""
    work()
    took = sorted(seconds(work) * 1000 for _ in range(times))
    return took[times // 2], took[min(times - 1, int(times * 0.95))]


def parts(every: Iterable[T], size: int) -> Iterator[Sequence[T]]:
    """A few at a time."""
    rest = iter(every)
    while some := list(islice(rest, size)):
        yield some
