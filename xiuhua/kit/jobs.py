"""Work that takes longer than a page may wait: it is asked for, done in a process of its own, watched and called off.

A room says in its `jobs.py` what it can do in the background:

    @work("import_batch", _("导入表格"))
    def bring_in(job: Job, pulse: Pulse) -> dict[str, Any]: ...

`ask_job` enters a row, the worker begins a process for the oldest that waits, and `do_job` runs in it. The function
tells how far it is by `pulse.told`, which raises `CalledOff` when somebody cancelled: so it tells only where stopping
leaves nothing half done, outside its last transaction. A process that was lost is begun again, three times.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import F, Q
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import get_language, override

from xiuhua.kit.models import Job
from xiuhua.kit.refusals import Absent, Refused

LOST = dt.timedelta(seconds=300)
"""Work that has not been heard of for so long is begun again. Long, because nothing is told while rows are written."""
TRIES = 3
TOLD_EVERY_S = 1.0
LONGEST_WRONG = 4000
"""Letters of a refusal that are kept: a file may be wrong in many places."""


class CalledOff(Exception):
    """Somebody cancelled the work; what it had begun is rolled back or stays a draft."""


@dataclass(frozen=True)
class Work:
    """A kind of work. `failed` is called when it ends without an answer, so that what waits for it can be told."""

    kind: str
    label: Any
    run: Callable[[Job, Pulse], Mapping[str, Any]]
    failed: Callable[[Job, Refused], None] | None = None


WORKS: dict[str, Work] = {}


def work(
    kind: str, label: Any, *, failed: Callable[[Job, Refused], None] | None = None
) -> Callable[[Callable[[Job, Pulse], Mapping[str, Any]]], Callable[[Job, Pulse], Mapping[str, Any]]]:
    """Enter a function as what is done for jobs of a kind."""

    def enter(run: Callable[[Job, Pulse], Mapping[str, Any]]) -> Callable[[Job, Pulse], Mapping[str, Any]]:
        WORKS[kind] = Work(kind, label, run, failed)
        return run

    return enter


def find_works() -> None:
    """Import the `jobs.py` of every room, once."""
    autodiscover_modules("jobs")


def ask_job(
    kind: str,
    *,
    key: UUID,
    by: str,
    at: dt.datetime,
    about: str = "",
    name: str = "",
    ask: Mapping[str, Any] | None = None,
) -> Job:
    """Somebody asks for work; the same key again is the same job."""
    job, _made = Job.objects.get_or_create(
        key=key,
        defaults={
            "code": key.hex, "kind": kind, "about": about, "name": name[:200], "ask": dict(ask or {}), "by": by, "asked_at": at,
            "language": get_language() or "",
        },
    )  # fmt: skip
    return job


def job_of(code: str, *, by: str = "") -> Job:
    """The job of a code; with `by` only that person's."""
    found = Job.objects.filter(code=code, **({"by": by} if by else {})).first()
    if found is None:
        raise Absent("job.absent")
    return found


def open_job(kind: str, about: str) -> Job | None:
    """The job that works on a thing now, or waits to."""
    return Job.objects.filter(kind=kind, about=about, state__in=(Job.State.WAITING, Job.State.RUNNING)).first()


def cancel_job(job: Job, at: dt.datetime) -> Job:
    """Call the work off. What waits ends at once; what runs stops at its next word."""
    if not Job.objects.filter(pk=job.pk, state__in=(Job.State.WAITING, Job.State.RUNNING)).update(
        state=Job.State.CANCELLED, ended_at=at
    ):
        job.refresh_from_db()
        if job.state != Job.State.CANCELLED:
            raise Refused("job.over", "这件后台任务{state}，不能再取消。", state=job.get_state_display())
    job.refresh_from_db()
    return job


def _free(at: dt.datetime) -> Q:
    return Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, seen_at__lt=at - LOST)


def waiting_job(at: dt.datetime) -> str:
    """The code of the oldest job that waits, or whose process was lost; empty when there is none."""
    found = Job.objects.filter(_free(at)).order_by("asked_at", "id").values_list("code", flat=True).first()
    return found or ""


def release_job(code: str) -> None:
    """A job whose process was stopped with the worker waits again, without a try being counted."""
    Job.objects.filter(code=code, state=Job.State.RUNNING, tries__gt=0).update(
        state=Job.State.WAITING, tries=F("tries") - 1
    )


def do_job(code: str, *, now: Callable[[], dt.datetime]) -> None:
    """Do a job to its end, whatever that is. Nothing when somebody else took it or it was called off."""
    at = now()
    if not Job.objects.filter(_free(at), code=code).update(
        state=Job.State.RUNNING, seen_at=at, begun_at=at, tries=F("tries") + 1, stage="", done=0, bad=0
    ):
        return
    job = Job.objects.get(code=code)
    with override(job.language or None):
        _do(job, WORKS.get(job.kind), now)


def _do(job: Job, known: Work | None, now: Callable[[], dt.datetime]) -> None:
    try:
        if known is None:
            raise Refused("job.kind", "这个版本不认识后台任务“{kind}”。", kind=job.kind)
        if job.tries > TRIES:
            raise Refused("job.lost", "这件任务三次都中途停了，请系统管理员查看服务日志。")
        answer = known.run(job, Pulse(job, now))
    except CalledOff:
        return
    except Refused as refused:
        _fail(job, known, refused, now())
        return
    except Exception:
        _fail(job, known, Refused("job.fault", "任务出错，没有完成，请系统管理员查看服务日志。"), now())
        raise
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DONE, answer=dict(answer), ended_at=now(), stage="", done=F("total")
    )


def _fail(job: Job, known: Work | None, refused: Refused, at: dt.datetime) -> None:
    running = Job.objects.filter(pk=job.pk, state=Job.State.RUNNING)
    if (
        running.update(state=Job.State.FAILED, wrong=refused.message[:LONGEST_WRONG], ended_at=at)
        and known
        and known.failed
    ):
        job.refresh_from_db()
        known.failed(job, refused)


class Pulse:
    """What a job tells while it runs, and what it hears: once a second at most, whatever it is called."""

    def __init__(self, job: Job, now: Callable[[], dt.datetime]) -> None:
        self.job, self.now = job, now
        self.heard_at = float("-inf")
        self.stage = ""

    def told(self, done: int, total: int, *, bad: int = 0, stage: str = "") -> None:
        """So many of so many. A new stage is always told; raises `CalledOff` when somebody cancelled."""
        if stage == self.stage and time.monotonic() - self.heard_at < TOLD_EVERY_S:
            return
        self.heard_at, self.stage = time.monotonic(), stage
        going = Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING)
        if not going.update(done=done, total=total, bad=bad, stage=stage, seen_at=self.now()):
            raise CalledOff


class Silent(Pulse):
    """The pulse of work that is done at once, where nobody watches."""

    def __init__(self) -> None:
        pass

    def told(self, done: int, total: int, *, bad: int = 0, stage: str = "") -> None:
        """Nobody listens."""
