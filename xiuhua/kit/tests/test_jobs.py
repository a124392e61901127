"""Work in the background: taken once, told truly, called off without leaving anything half done, found when lost."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

import pytest

from xiuhua.kit import jobs
from xiuhua.kit.jobs import LOST, TRIES, CalledOff, ask_job, cancel_job, do_job, open_job, waiting_job, work
from xiuhua.kit.models import Job
from xiuhua.kit.refusals import Refused

pytestmark = pytest.mark.django_db
AT = dt.datetime(2020, 3, 16, 9, 0, tzinfo=dt.UTC)
KEY = UUID(int=7)


@pytest.fixture(autouse=True)
def own_works(monkeypatch):
    monkeypatch.setattr(jobs, "WORKS", {})
    monkeypatch.setattr(jobs, "TOLD_EVERY_S", 0.0)


def ask(kind: str = "toy", n: int = 7) -> Job:
    return ask_job(kind, key=UUID(int=n), by="p-office", at=AT + dt.timedelta(seconds=n), about="A", name="表.xlsx")


def do(code: str, at: dt.datetime = AT) -> Job:
    do_job(code, now=lambda: at)
    return Job.objects.get(code=code)


def test_the_same_key_is_the_same_job():
    assert ask().pk == ask().pk and Job.objects.count() == 1


def test_a_job_tells_how_far_it_is_and_ends_with_an_answer():
    seen = []

    @work("toy", "试")
    def run(job, pulse):
        for n in (10, 30):
            pulse.told(n, 40, bad=1, stage="check")
            seen.append(Job.objects.values_list("state", "done", "total", "bad", "stage").get())
        return {"sentences": ["好了"]}

    done = do(ask().code)
    assert seen == [("running", 10, 40, 1, "check"), ("running", 30, 40, 1, "check")]
    assert (done.state, done.done, done.answer, done.ended_at) == ("done", 40, {"sentences": ["好了"]}, AT)
    assert open_job("toy", "A") is None


def test_a_job_is_done_once():
    runs = []
    work("toy", "试")(lambda job, pulse: runs.append(1) or {})
    code = ask().code
    do(code)
    do(code)
    assert runs == [1]
    with pytest.raises(Refused, match="已完成"):
        cancel_job(Job.objects.get(), AT)


def test_what_is_cancelled_while_it_waits_never_begins():
    work("toy", "试")(lambda job, pulse: pytest.fail("it began"))
    job = cancel_job(ask(), AT)
    assert waiting_job(AT) == "" and do(job.code).state == "cancelled"
    assert cancel_job(job, AT).state == "cancelled"


def test_what_is_cancelled_while_it_runs_stops_at_its_next_word():
    went_on = []

    @work("toy", "试")
    def run(job, pulse):
        pulse.told(1, 9)
        cancel_job(job, AT)
        with pytest.raises(CalledOff):
            pulse.told(2, 9)
        pulse.told(3, 9)
        went_on.append(job)

    assert do(ask().code).state == "cancelled" and not went_on


def test_a_refusal_is_told_in_its_own_words_and_whoever_waits_for_it_hears():
    heard = []

    @work("toy", "试", failed=lambda job, refused: heard.append((job.state, refused.code)))
    def run(job, pulse):
        raise Refused("toy.no", "第 {n} 行写错了，请改好。", n=3)

    job = do(ask().code)
    assert (job.state, job.wrong) == ("failed", "第 3 行写错了，请改好。") and heard == [("failed", "toy.no")]


def test_a_fault_ends_the_job_with_a_sentence_and_is_raised_for_the_log():
    @work("toy", "试")
    def run(job, pulse):
        raise ZeroDivisionError

    code = ask().code
    with pytest.raises(ZeroDivisionError):
        do(code)
    assert Job.objects.get().state == "failed" and "服务日志" in Job.objects.get().wrong


def test_a_kind_that_this_version_does_not_know_fails_with_a_sentence():
    assert "不认识后台任务“gone”" in do(ask("gone").code).wrong


def test_the_oldest_waits_first_and_a_lost_one_is_begun_again_three_times():
    work("toy", "试")(lambda job, pulse: {})
    first, second = ask(n=1).code, ask(n=2).code
    assert waiting_job(AT) == first
    at = AT
    for tries in range(1, TRIES + 1):
        Job.objects.filter(code=first).update(state="running", seen_at=at, tries=tries)
        assert waiting_job(at + LOST) == second
        at += LOST + dt.timedelta(seconds=1)
        assert waiting_job(at) == first
    job = do(first, at)
    assert job.state == "failed" and "三次都中途停了" in job.wrong
