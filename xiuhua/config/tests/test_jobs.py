"""Jobs run in processes of their own: begun by the worker, ended with it, begun anew when they were lost."""

from __future__ import annotations

import sys

from xiuhua.config import jobs as config_jobs
from xiuhua.config.jobs import Jobs
from xiuhua.kit.jobs import ask_job
from xiuhua.kit.models import Job
from xiuhua.programme.proposal_ask import Ask
from xiuhua.programme.proposing import ask_proposal


class Process:
    """A process that runs until it is ended."""

    def __init__(self, command):
        self.command, self.code = command, None

    def poll(self):
        return self.code

    def terminate(self):
        self.code = -15

    def wait(self, timeout):
        return self.code


def test_the_worker_begins_what_waits_two_at_a_time_in_their_order(town, monkeypatch):
    monkeypatch.setattr(config_jobs.subprocess, "Popen", Process)
    jobs = Jobs()
    assert jobs.tend(town.at) == "" and not jobs.running
    first, second, third = (
        ask_job("toy", key=town.act("p-office").key, by="p-office", at=town.at).code for _n in range(3)
    )
    assert jobs.tend(town.at) == first
    assert jobs.running[first].command == [sys.executable, "-m", "xiuhua.config.one_job", first]
    assert jobs.tend(town.at) == ""  # the first has not yet said that it began
    Job.objects.filter(code=first).update(state="running", seen_at=town.at, tries=1)
    assert jobs.tend(town.at) == second
    Job.objects.filter(code=second).update(state="running", seen_at=town.at, tries=1)
    assert jobs.tend(town.at) == "" and len(jobs.running) == 2
    jobs.end()
    assert sorted(Job.objects.values_list("code", "state", "tries")) == sorted(
        (code, "waiting", 0) for code in (first, second, third)
    )
    assert jobs.tend(town.at) == first


def test_asking_for_areas_enters_a_job(town):
    proposal = ask_proposal(town.act("p-office"), ask=Ask(squads=("Z1", "Z2")))
    job = Job.objects.get()
    assert (job.kind, job.about, job.state) == ("districts", proposal.code, "waiting")


def test_ending_without_a_job_does_nothing():
    Jobs().end()
