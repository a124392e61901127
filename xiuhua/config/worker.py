"""Work in the background: lines are bound, and readers deal with what is new to them, in short steps.

It runs in a process of its own beside the server, with its own connection, so that no request ever waits for it and
SQLite has one writer more for a moment only.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

from django.db import OperationalError, close_old_connections, connections
from django.utils import timezone
from django.utils.module_loading import autodiscover_modules

from xiuhua.cases.alarms import alarm_cases, write_digests
from xiuhua.cases.side_moves import wake_cases
from xiuhua.config.jobs import Jobs
from xiuhua.config.postman import Postman
from xiuhua.ledger.binder import bind, head
from xiuhua.ledger.models import Bookmark, Pending
from xiuhua.ledger.readers import READERS, read_on

log = logging.getLogger(__name__)

EVERY_S = 1.5
WAKE_EVERY_S = 60.0
"""How often it is looked whether a suspended case is due."""


@dataclass
class Done:
    """What one step did: the number up to which lines are bound, how many each reader read, who failed."""

    bound_to: int = 0
    read: dict[str, int] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def step() -> Done:
    """Bind what waits and let every reader that is behind read on. A reader that fails goes on where it was."""
    last = bind() if Pending.objects.exists() else head()
    done = Done(last.seq)
    at = dict(Bookmark.objects.values_list("reader", "seq"))
    for name in sorted(READERS):
        if at.get(name, 0) >= last.seq:
            continue
        try:
            done.read[name] = read_on(name)
        except Exception:
            log.exception("reader %s failed; it goes on where it was", name)
            done.failed.append(name)
    return done


def work(stop: threading.Event, *, goes_on: Callable[[], bool] = lambda: True, every_s: float = EVERY_S) -> None:
    """Step after step until told to stop; a busy database is tried again, and the connection is closed at the end."""
    autodiscover_modules("readers")
    jobs = Jobs()
    looked = float("-inf")
    ended = threading.Event()
    Postman(ended).start()
    try:
        while not stop.is_set() and goes_on():
            close_old_connections()
            try:
                step()
                jobs.tend(timezone.now())
                if time.monotonic() - looked > WAKE_EVERY_S:
                    looked = time.monotonic()
                    wake_cases(timezone.now())
                    alarm_cases(timezone.now())
                    write_digests(timezone.now())
            except OperationalError:
                log.warning("database is busy or away; trying again", exc_info=True)
            stop.wait(every_s)
    finally:
        ended.set()
        jobs.end()
        connections.close_all()


def stop_on_signals() -> threading.Event:
    """An event that is set when the process is told to end."""
    stop = threading.Event()

    def told(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, told)
    return stop
