"""Whoever has a case hears before its limit runs out; up the line they hear when it has; each level once, and one digest a day.

Level 1 goes to who was sent, in the last quarter of the time; level 2, when the time is over, to the leaders of the
squad; level 3, a day later, to the leaders of the bureau (our choice of levels; an order to hurry, 督办, stays a person's).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.models import Q
from django.utils import timezone

from xiuhua.cases import flow
from xiuhua.cases.models import Case
from xiuhua.cases.stepping import locked
from xiuhua.city.actions import import_key
from xiuhua.city.models import Post, Role
from xiuhua.city.notices import write_notices
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import NOBODY, Act, action, bureau_day
from xiuhua.ledger.kinds.case import CaseAlarmed

LONG_AGO = dt.timedelta(days=1)
AT_ONCE = 200
DIGEST_FROM, DIGEST_UNTIL = dt.time(7, 30), dt.time(12, 0)
TITLES = {1: "快到时限", 2: "已经超时", 3: "超时一天以上"}


def _level(case: Case, at: dt.datetime) -> int:
    """How far up the line a case should have been told of by now."""
    if case.state not in flow.ON_THE_CLOCK or case.paused_at is not None or case.due_at is None:
        return 0
    if at > case.due_at + LONG_AGO:
        return 3
    if at > case.due_at:
        return 2
    return 1 if case.warn_at is not None and at >= case.warn_at else 0


@action(answer=lambda line: Case.objects.get(number=line.about))
def alarm_case(act: Act, *, case: Case) -> Case:
    """The next people up the line are told that a case's time runs out, or has run out. Levels passed over are not made up."""
    case = locked(case)
    level = _level(case, act.at)
    if level <= case.alarm:
        raise Refused("case.no_alarm", "这件案件现在不用预警。")
    told = sorted(_told(case, level, act.at))
    case.alarm = level
    case.save(update_fields=["alarm"])
    act.record(CaseAlarmed(level=level, told=told), about=case.number, for_unit=case.for_unit)
    due = timezone.localtime(case.due_at)
    write_notices(
        act.key, told, title=f"{TITLES[level]}：{case.number}", text=f"{case.title}，到期 {due:%m-%d %H:%M}，请尽快处置。",
        path=f"/street/case/{case.number}/" if level == 1 else f"/desk/case/{case.number}/", due_at=act.at,
    )  # fmt: skip
    return case


def _told(case: Case, level: int, at: dt.datetime) -> set[str]:
    if level == 1 and case.handler:
        return {case.handler}
    posts = Post.objects.held_on(bureau_day(at))
    if level == 3:
        return set(posts.filter(role=Role.LEADER).values_list("person__code", flat=True))
    leaders = posts.filter(role=Role.SQUAD_LEADER, unit__path=case.for_unit) if case.for_unit else posts.none()
    return set(leaders.values_list("person__code", flat=True))


def alarm_cases(at: dt.datetime) -> int:
    """All cases whose time runs out or has run out are told of; how many. Called by the worker, and twice changes nothing."""
    running = Case.objects.waiting(*flow.ON_THE_CLOCK).filter(paused_at=None)
    due = running.filter(
        Q(alarm=0, warn_at__lte=at) | Q(alarm__lt=2, due_at__lt=at) | Q(alarm__lt=3, due_at__lt=at - LONG_AGO)
    ).order_by("due_at", "id")
    n = 0
    for case in due[:AT_ONCE]:
        key = import_key("alarm", f"{case.number}:{case.due_at}:{_level(case, at)}")
        alarm_case(Act(by=NOBODY, at=max(at, case.moved_at), key=key, recorded_at=max(at, case.moved_at)), case=case)
        n += 1
    return n


# ---------------------------------------------------------------- the day's digest


@dataclass
class Digest:
    """What waits for a person today."""

    open: int = 0
    late: int = 0
    today: int = 0
    first: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        return f"在办 {self.open} 件，其中超时 {self.late} 件，今天到期 {self.today} 件。最急：{'、'.join(self.first[:3])}。"


def digests(at: dt.datetime) -> Mapping[str, Digest]:
    """For whom something waits today: who has cases, and the leaders of squads whose cases are late."""
    day = bureau_day(at)
    leaders: dict[str, list[str]] = defaultdict(list)
    posts = Post.objects.held_on(day).filter(role=Role.SQUAD_LEADER)
    for path, code in posts.values_list("unit__path", "person__code"):
        leaders[path].append(code)
    found: dict[str, Digest] = defaultdict(Digest)
    cases = Case.objects.waiting("dispatched").filter(paused_at=None).order_by("due_at", "id")
    for case in cases.only("number", "place", "category", "handler", "for_unit", "due_at", "state"):
        late = case.due_at is not None and case.due_at < at
        today = case.due_at is not None and not late and bureau_day(case.due_at) == day
        people = ({case.handler} - {""}) | (set(leaders[case.for_unit]) if late or not case.handler else set())
        for code in people:
            one = found[code]
            one.open, one.late, one.today = one.open + 1, one.late + late, one.today + today
            one.first.append(case.title)
    return found


def write_digests(at: dt.datetime) -> int:
    """One notice a day for everybody for whom something waits, in the morning; how many people. Twice changes nothing."""
    if not DIGEST_FROM <= timezone.localtime(at).time() < DIGEST_UNTIL:
        return 0
    day = bureau_day(at)
    n = 0
    for code, digest in digests(at).items():
        n += write_notices(
            import_key("digest", f"{code}:{day}"), [code], title="今天要办的案件", text=digest.words, path="/street/",
            due_at=at,
        )  # fmt: skip
    return n
