"""The stages of the loop: how long each may take, how long a case stood in each, and which light that shows."""

from __future__ import annotations

import datetime as dt
import functools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from xiuhua.cases import flow
from xiuhua.cases.models import Case, StageRule
from xiuhua.city.access import must
from xiuhua.city.queries import work_hours
from xiuhua.city.stamps import stamps
from xiuhua.kit.calendar import Calendar, load_calendar
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import Limit, LimitKind, WorkHours, due_at
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.dictionary import KINDS
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

DEFAULTS: dict[str, Limit] = {
    "accept": Limit(Decimal(1), LimitKind.WORK_HOURS),
    "file": Limit(Decimal(1), LimitKind.WORK_HOURS),
    "dispatch": Limit(Decimal(1), LimitKind.WORK_HOURS),
    "check": Limit(Decimal(1), LimitKind.WORK_DAYS),
    "close": Limit(Decimal(1), LimitKind.WORK_DAYS),
}
"""What holds where the bureau set nothing (our choice: the national standard leaves the stages to the city)."""
LABELS = dict(flow.STAGES.values())
GREEN, YELLOW, RED = "green", "yellow", "red"


@action(answer=lambda line: StageRule.objects.get(stage=line.about.partition(":")[2], ends_on=None))
def set_stage_rule(act: Act, *, stage: str, amount: Decimal | None = None, kind: str = "") -> StageRule:
    """From today on a stage has this limit; no amount is no limit. What stands in a stage keeps what it was given."""
    must(act.by, "set_standards")
    if stage not in DEFAULTS:
        raise Refused("stage.unknown", "请选择环节。", field="stage")
    if amount is not None and (not amount.is_finite() or not 0 < amount <= 1000 or kind not in list(LimitKind)):
        raise Refused("stage.limit", "环节时限要大于 0，并选择单位。", field="amount")
    day = bureau_day(act.at)
    StageRule.objects.filter(stage=stage, begins_on=day).delete()
    StageRule.objects.filter(stage=stage, ends_on=None).update(ends_on=day)
    limit = format(amount.normalize(), "f") if amount is not None else ""
    fact = kinds.StageRuleSet(limit=limit, limit_kind=kind if amount is not None else "")
    act.record(fact, about=f"stage:{stage}")
    return StageRule.objects.create(
        stage=stage, limit_amount=amount, limit_kind=fact.limit_kind, begins_on=day, changed_by=act.by.code
    )


@dataclass(frozen=True)
class Terms:
    """The limits of the stages as they stood on each day, with the calendar and the bureau's hours."""

    rules: Mapping[str, Sequence[StageRule]]
    calendar: Calendar
    hours: WorkHours

    def limit(self, stage: str, day: dt.date) -> Limit | None:
        """What holds for a stage that is entered on a day; none when there is no limit."""
        for rule in self.rules.get(stage, ()):
            if rule.begins_on <= day and (rule.ends_on is None or day < rule.ends_on):
                return None if rule.limit_amount is None else Limit(rule.limit_amount, LimitKind(rule.limit_kind))
        return DEFAULTS.get(stage)

    def due(self, state: str, since: dt.datetime) -> dt.datetime | None:
        """When a stage that was entered at a moment should be over."""
        stage, _label = flow.STAGES.get(state, ("", ""))
        limit = self.limit(stage, bureau_day(since)) if stage else None
        return due_at(since, limit, calendar=self.calendar, hours=self.hours).at if limit else None


def terms() -> Terms:
    """What holds for the stages: two short queries; the rules are kept until one of their tables changes."""
    now = stamps()
    return Terms(_rules(now["cases_stagerule"]), load_calendar(), _hours(now["city_bureau"], now["city_hoursrule"]))


@functools.lru_cache(maxsize=2)
def _hours(_bureau: str, _rules: str) -> WorkHours:
    return work_hours()


@functools.lru_cache(maxsize=2)
def _rules(_stamp: str) -> Mapping[str, Sequence[StageRule]]:
    rules: dict[str, list[StageRule]] = {}
    for rule in StageRule.objects.order_by("begins_on"):
        rules.setdefault(rule.stage, []).append(rule)
    return rules


def enter(case: Case, at: dt.datetime, held: Terms | None = None) -> None:
    """The stage that the case stands in now should be over by its own limit; while it is suspended none runs."""
    case.stage_due_at = None if case.held_until or case.with_others else (held or terms()).due(case.state, at)


# ---------------------------------------------------------------- how long it took


@dataclass(frozen=True)
class Stay:
    """How long a case stood in a stage: from the line that brought it there to the one that took it on.

    `held` is what of it the case was suspended. `due` is when the stage should have been over; for putting right that is
    the deadline of the case and stands there.
    """

    state: str
    begins: dt.datetime
    ends: dt.datetime | None
    held: dt.timedelta = dt.timedelta(0)
    due: dt.datetime | None = None

    @property
    def label(self) -> str:
        return flow.STAGES[self.state][1]

    def took(self, at: dt.datetime) -> dt.timedelta:
        """How long it lasted, or lasts so far."""
        return (self.ends or at) - self.begins

    def late(self, at: dt.datetime) -> bool:
        return self.due is not None and (self.ends or at) > self.due + self.held


def stays(lines: Iterable[Line], held: Terms) -> list[Stay]:
    """The stages of a case from its standing lines in order, one after another without a gap; what is done has no stay."""
    found: list[Stay] = []
    open_: Stay | None = None
    paused: dt.datetime | None = None
    for line in lines:
        if not line.kind.startswith("case.") or not KINDS[line.kind].moves or line.kind == kinds.CaseRecalled.kind:
            continue
        at, state = line.happened_at, str(json.loads(line.facts)["state"])
        if open_ is not None and paused is not None:  # whatever happens, the suspension is over
            open_ = replace(open_, held=open_.held + (at - paused))
            paused = None
        if line.kind == kinds.CaseSuspended.kind:
            paused = at
        if open_ is not None and open_.state == state:
            continue
        if open_ is not None:
            found.append(replace(open_, ends=at))
        open_ = Stay(state, at, None, due=held.due(state, at)) if state in flow.STAGES else None
    return [*found, open_] if open_ is not None else found


def light(since: dt.datetime, due: dt.datetime | None, at: dt.datetime, *, warn_at: dt.datetime | None = None) -> str:
    """Green, yellow in the last quarter of the time, red when it is over; empty without a limit."""
    if due is None:
        return ""
    if at > due:
        return RED
    return YELLOW if at >= (warn_at or due - (due - since) / 4) else GREEN


def light_of(case: Case, at: dt.datetime) -> str:
    """The light of a case: of its own deadline while that runs, else of its stage; empty when paused or done."""
    if case.state not in flow.STAGES or case.held_until:
        return ""
    running = case.state in flow.ON_THE_CLOCK and case.paused_at is None
    of_case = light(case.filed_at or case.moved_at, case.due_at, at, warn_at=case.warn_at) if running else ""
    of_stage = light(case.moved_at, case.stage_due_at, at)
    return max(of_case, of_stage, key=("", GREEN, YELLOW, RED).index)
