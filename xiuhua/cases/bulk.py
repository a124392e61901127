"""One step for many cases: each is an act of its own, so that three that cannot be taken do not hold up the others."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from uuid import uuid5

from xiuhua.cases.models import Case
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act

MOST = 1000


@dataclass(frozen=True)
class Failure:
    """A case whose step was refused, and why."""

    case: Case
    message: str


@dataclass
class Outcome:
    """What became of each chosen case."""

    done: list[Case] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)


def step_cases(
    act: Act, *, cases: Sequence[Case], step: Callable[[Act, Case], Case], now: Callable[[], dt.datetime]
) -> Outcome:
    """Take a step with each case, under a key made from the act's and the case's number: again changes nothing.

    Each happens when its turn comes, so that the seconds in which it may be taken back begin then. A refusal for a case is its own; one about the person (`access.…`) is raised at once, for it holds for all.
    """
    if len(cases) > MOST:
        raise Refused("bulk.many", "一次最多办 {most} 件，现在选了 {n} 件，请分几次。", most=MOST, n=len(cases))
    outcome = Outcome()
    for case in cases:
        own = Act(by=act.by, at=max(now(), case.moved_at), key=uuid5(act.key, case.number), recorded_at=act.recorded_at)
        try:
            outcome.done.append(step(own, case))
        except Refused as refused:
            if refused.code == "access.role":
                raise
            outcome.failed.append(Failure(case, refused.message))
    return outcome
