"""Some hundreds of cases from 1 March to 3 May 2020, each taken to its end, a few days after the stage if need be."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

from xiuhua.config.demo.build_agenda import Deed
from xiuhua.config.demo.build_loop import Loop
from xiuhua.config.demo.build_stage import Stage
from xiuhua.config.demo.build_tales import Tale, make_tale, next_at
from xiuhua.config.demo.build_times import ANY, GRILLS, MARKET_AND_EVENING

RATED, PRESSED = 0.5, 0.35
"""Shares of citizens who say whether they are content, and of late cases for which a leader presses."""


def plan_cases(stage: Stage) -> dict[str, int]:
    """Put every report on the agenda; gives back how much of each item the cases are going to count."""
    loop = Loop(stage.cast, stage.studio)
    random = stage.random("cases")
    times = stage.moments(random, stage.counts.cases, ANY, off=0.7)
    will_count: Counter[str] = Counter()
    for n, at in enumerate(times):
        tale = make_tale(stage.cast, Random(f"case-{stage.cast.seed}-{n}"))
        if tale.standard in ("O1", "O2"):
            at = stage.moments(tale.random, 1, GRILLS, first=at.date(), last=at.date())[0]
        elif tale.category == "stall":
            at = stage.moments(tale.random, 1, MARKET_AND_EVENING, first=at.date(), last=at.date())[0]
        if tale.item and "handle" in tale.steps:
            will_count[tale.item] += tale.amount
        stage.agenda.put(at, _report(stage, loop, tale))
    return dict(will_count)


def _report(stage: Stage, loop: Loop, tale: Tale) -> Deed:
    def deed(at: dt.datetime) -> None:
        loop.report(tale, at)
        _go_on(stage, loop, tale, at)

    return deed


def _go_on(stage: Stage, loop: Loop, tale: Tale, at: dt.datetime) -> None:
    """Put the next step on the agenda; after the last, the citizen's word; for some late ones a leader's."""
    if tale.next_step:
        follows = next_at(tale, at)
        stage.agenda.put(follows, _step(stage, loop, tale))
        due = tale.told.due_at
        if tale.next_step == "handle" and due and follows > due and tale.random.random() < PRESSED:
            pressed = due + (follows - due) * 0.6
            stage.agenda.put(max(pressed, at), lambda when: loop.press(tale, when))
    elif tale.source == "citizen" and tale.told.state == "closed" and tale.random.random() < RATED:
        stage.agenda.put(at + dt.timedelta(hours=tale.random.uniform(0.5, 20)), _rate(stage, loop, tale))


def _step(stage: Stage, loop: Loop, tale: Tale) -> Deed:
    def deed(at: dt.datetime) -> None:
        before = tale.counted
        loop.step(tale, at, counts=bool(tale.item) and stage.may_count(tale.item, tale.amount, at))
        stage.done[tale.item] += tale.counted - before
        _go_on(stage, loop, tale, at)

    return deed


def _rate(stage: Stage, loop: Loop, tale: Tale) -> Deed:
    """Who is not content because the problem is still there has the case taken up again."""

    def deed(at: dt.datetime) -> None:
        loop.rate(tale, at)
        if tale.told.is_open:
            _go_on(stage, loop, tale, at)

    return deed
