"""Two phones, one report: whatever arrives at the same moment, the city gets one case, and steps one after another."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.town import Town
from xiuhua.cases.actions import accept_case
from xiuhua.cases.intake import open_case, open_cases
from xiuhua.cases.models import Case
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.ledger.tests.test_many_writers import in_threads, many_connections

__all__ = ["many_connections"]


def at_once(*jobs: Callable[[], Any]) -> list[Any]:
    """What each job answered when all began at the same moment: its answer, or the code of its refusal."""
    start = threading.Barrier(len(jobs))
    answers: dict[int, Any] = {}

    def run(n: int, job: Callable[[], Any]) -> None:
        start.wait()
        try:
            answers[n] = job()
        except Refused as refused:
            answers[n] = refused.code

    in_threads(*(lambda n=n, job=job: run(n, job) for n, job in enumerate(jobs)))
    return [answers[n] for n in range(len(jobs))]


def seen(query: Callable[[], Any]) -> Any:
    """What a connection of its own sees."""
    found: list[Any] = []
    in_threads(lambda: found.append(query()))
    return found[0]


def test_the_same_report_sent_by_four_at_once_is_one_case(town: Town, many_connections: None) -> None:
    report = town.report()
    answers = at_once(*[lambda: open_case(town.act(), report=report).number] * 4)
    assert answers == ["XH20200316-0001"] * 4
    assert seen(Case.objects.count) == 1
    assert seen(Line.objects.of_kind("case.reported").count) == 1


def test_two_batches_that_share_reports_open_each_once(town: Town, many_connections: None) -> None:
    reports = [town.report(f"r{n}", outside_number=f"T{n}") for n in range(30)]
    mine, theirs = at_once(
        lambda: open_cases(town.act(), reports=reports[:20]), lambda: open_cases(town.act(), reports=reports[10:])
    )
    assert not mine.rejected and not theirs.rejected
    assert len(mine.opened) + len(theirs.opened) == 30 and len(mine.again) + len(theirs.again) == 10
    assert seen(Case.objects.count) == 30
    numbers = seen(lambda: sorted(Case.objects.values_list("number", flat=True)))
    assert numbers == [f"XH20200316-{n:04d}" for n in range(1, 31)]


def test_one_number_of_another_system_told_twice_at_once_is_one_case(town: Town, many_connections: None) -> None:
    one, other = town.report("a", outside_number="T1"), town.report("b", outside_number="T1")
    answers = at_once(
        lambda: open_case(town.act(), report=one).number, lambda: open_case(town.act(), report=other).number
    )
    assert sorted(answers) == ["XH20200316-0001", "case.outside_number"]


def test_of_two_who_press_at_once_one_is_told_that_the_other_was_quicker(town: Town, many_connections: None) -> None:
    case = seen(lambda: open_case(town.act(), report=town.report()))
    answers = at_once(*[lambda: accept_case(town.act("p-desk", minutes=5), case=case, version=case.version).state] * 2)
    assert sorted(answers) == ["accepted", "case.stale"]
    assert seen(Line.objects.of_kind("case.accepted").count) == 1
