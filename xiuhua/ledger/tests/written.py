"""Lines for the tests of the ledger, written by an action of their own, without any room above."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from xiuhua.ledger.act import Act, By, Place, action
from xiuhua.ledger.kinds.case import CaseRated, CountRecorded
from xiuhua.ledger.models import Line

AT = dt.datetime(2020, 3, 16, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ZHAO = By(code="p-zhao", post="p-zhao-1", unit="QZ/Z1/")
LIU = By(code="p-liu", post="p-liu-1", unit="QZ/Z1/")
SPOT = Place(grid="370781001001001", segment="S1", lon_e7=1_184_820_000, lat_e7=366_901_000)
NAMES = UUID("00000000-0000-4000-8000-0000000000aa")


def key(name: str | int) -> UUID:
    return uuid5(NAMES, str(name))


def act(name: str | int, *, by: By = ZHAO, minutes: int = 0) -> Act:
    at = AT + dt.timedelta(minutes=minutes)
    return Act(by=by, at=at, key=key(name), recorded_at=at)


@action(answer=lambda line: line)
def count(act: Act, *, quantity: int = 1, item: str = "stall_moved", further: int = 0, words: str = "") -> Line:
    """Something was counted, with further lines of the same act."""
    first = act.record(
        CountRecorded(), about=f"count:{act.key.hex[:16]}", item=item, quantity=quantity, place=SPOT, campaign="C-1",
        round="Y1", source="officer",
    )  # fmt: skip
    for _n in range(further):
        act.record(CountRecorded(), about=first.about, item=item, quantity=1)
    return first


@action(answer=lambda line: line)
def rate(act: Act, *, score: int) -> Line:
    """Somebody said whether they are content: a line without a quantity."""
    return act.record(CaseRated(score=score), about="XH20200316-0001")


def write(n: int, *, begin: int = 0) -> list[Line]:
    """Lines of so many acts, a minute apart."""
    return [count(act(begin + k, minutes=begin + k), quantity=k + 1) for k in range(n)]
