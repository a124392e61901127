"""Random acts for the laws of measures, written as lines; and what they add up to, counted again in plain Python."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from xiuhua.ledger.act import Act, By, record_all
from xiuhua.ledger.binder import bind
from xiuhua.ledger.dictionary import Fact
from xiuhua.ledger.kinds import case as case_kinds
from xiuhua.ledger.kinds import programme as programme_kinds
from xiuhua.ledger.kinds.line import FigureOpened, LineAttributed, LineVoided
from xiuhua.ledger.kinds.rounds import LetterDelivered
from xiuhua.ledger.models import Line

ZONE = ZoneInfo("Asia/Shanghai")
KEYS = UUID("00000000-0000-4000-8000-0000000000aa")
FIRST = dt.date(2020, 3, 2)
DAYS = [FIRST + dt.timedelta(days=n) for n in range(4)]
UNITS = ("QZ/", "QZ/Z1/", "QZ/Z1/T1/", "QZ/Z2/", "QZ/z1/", "QZ/Z_/", "")
"""Paths that a careless prefix would mix up: one below another, small letters, and a letter that LIKE takes for any."""
SOURCES = ("citizen", "hotline")
CAMPAIGNS = ("", "C-A", "C-B")
ITEMS = ("stall_moved", "posting_pasted", "posting_window", "parking_line")
STATES = ("reported", "accepted", "filed", "dispatched", "handled", "checked", "closed", "refused")


@dataclass(frozen=True)
class Counting:
    """A counted act."""

    day: int
    unit: str
    item: str
    quantity: Decimal
    campaign: str
    late: bool
    outcome: str = ""


@dataclass(frozen=True)
class Moving:
    """A step of one of a few cases."""

    day: int
    case: int
    unit: str
    source: str
    state: str
    late: bool
    adopted: bool


@dataclass(frozen=True)
class Acts:
    """What happened: counts, which of them were voided or moved to another campaign, and steps of cases."""

    counts: list[Counting]
    voided: set[int]
    moved: dict[int, list[str]]
    steps: list[Moving]
    deadlines: list[tuple[int, int, int]] = field(default_factory=list)
    stages: list[tuple[int, str, str]] = field(default_factory=list)


counting = st.builds(
    Counting,
    day=st.integers(0, 3),
    unit=st.sampled_from(UNITS),
    item=st.sampled_from(ITEMS),
    quantity=st.decimals("0.001", "9999", places=3),
    campaign=st.sampled_from(CAMPAIGNS),
    late=st.booleans(),
) | st.builds(
    Counting,
    day=st.integers(0, 3),
    unit=st.sampled_from(UNITS),
    item=st.just("letter_delivered"),
    quantity=st.just(Decimal(1)),
    campaign=st.just(""),
    late=st.just(False),
    outcome=st.sampled_from(("signed", "left", "refused")),
)
moving = st.builds(
    Moving,
    day=st.integers(0, 3),
    case=st.integers(0, 4),
    unit=st.sampled_from(UNITS),
    source=st.sampled_from(SOURCES),
    state=st.sampled_from(STATES),
    late=st.booleans(),
    adopted=st.booleans(),
)


@st.composite
def acts(draw: st.DrawFn) -> Acts:
    counts = draw(st.lists(counting, max_size=12))
    some = st.integers(0, max(len(counts) - 1, 0))
    return Acts(
        counts=counts,
        voided=draw(st.sets(some, max_size=4)) if counts else set(),
        moved=draw(st.dictionaries(some, st.lists(st.sampled_from(CAMPAIGNS), min_size=1, max_size=2), max_size=4))
        if counts
        else {},
        steps=draw(st.lists(moving, max_size=14)),
        deadlines=draw(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(-30, 60)), max_size=6)),
        stages=draw(
            st.lists(
                st.tuples(st.integers(0, 3), st.sampled_from(("C-A", "C-B")), st.sampled_from(("running", "closed"))),
                max_size=4,
            )
        ),
    )


def write(acts: Acts) -> None:
    """Write the lines of the acts and bind them: what is voided or moved comes after all counts."""
    lines = [
        *(_count_line(n, one) for n, one in enumerate(acts.counts)),
        *(_step_line(n, one) for n, one in enumerate(acts.steps)),
        *(_deadline_line(n, *one) for n, one in enumerate(acts.deadlines)),
        *(_declared(code) for code in ("C-A", "C-B")),
        *(_stage_line(n, *one) for n, one in enumerate(acts.stages)),
    ]
    for n in sorted(acts.voided):
        lines.append(_line("void", n, 3, LineVoided(reason="mistake"), corrects=key("count", n)))
    for n, targets in sorted(acts.moved.items()):
        for turn, campaign in enumerate(targets):
            fact = LineAttributed(campaign_before="", campaign_after=campaign, reason="mistake")
            lines.append(
                _line("move", n * 10 + turn, 3, fact, corrects=key("count", n), campaign=campaign, minute=turn)
            )
    record_all(lines)
    bind()


def write_more(acts: Acts) -> None:
    """Void every count that still stands, and let one more thing happen on each day."""
    rest = set(range(len(acts.counts))) - acts.voided
    lines = [_line("void", n, 3, LineVoided(reason="mistake"), corrects=key("count", n)) for n in sorted(rest)]
    for day in range(len(DAYS)):
        again = Counting(day, "QZ/Z1/", "stall_moved", Decimal(1), "", late=False)
        lines.append(_count_line(900 + day, again))
        lines.append(_step_line(900 + day, Moving(day, 0, "QZ/Z2/", "citizen", "closed", late=True, adopted=False)))
    record_all(lines)
    bind()


def publish(bound_to: int) -> None:
    """A brief of all the days was published, bound up to a number."""
    fact = programme_kinds.BriefPublished(
        from_day=DAYS[0].isoformat(), to_day=DAYS[-1].isoformat(), bound_to=bound_to, head=""
    )
    record_all([_line("brief", 0, 3, fact)])


def key(kind: str, n: int) -> UUID:
    return uuid5(KEYS, f"{kind}-{n}")


def moment(day: int, minute: int) -> dt.datetime:
    """Minutes into a day, all at different times, so that the last one is never in doubt."""
    return dt.datetime.combine(DAYS[day], dt.time(8), tzinfo=ZONE) + dt.timedelta(minutes=minute)


def _line(kind: str, n: int, day: int, fact: Fact, *, minute: int | None = None, **columns: object) -> Line:
    at = moment(day, n if minute is None else minute)
    columns.setdefault("about", f"{kind}:{n}")
    act = Act(By("p-1", "p-1-1", "QZ/"), at, recorded_at=at, key=key(kind, n))
    return act.line(fact, **columns)  # type: ignore[arg-type]


def _count_line(n: int, one: Counting) -> Line:
    fact: Fact = case_kinds.CountRecorded()
    if one.outcome:
        fact = LetterDelivered(batch="L1", outcome=one.outcome)
    elif one.late:
        fact = FigureOpened(starts_on="2020-03-01", ends_on="2020-03-02", scan="", approver="", batch="b")
    return _line(
        "count", n, one.day, fact, for_unit=one.unit, item=one.item, quantity=one.quantity, campaign=one.campaign
    )


def _step_line(n: int, one: Moving) -> Line:
    facts: dict[str, Fact] = {
        "reported": case_kinds.CaseReported(state="reported", matter="", category="stall"),
        "accepted": case_kinds.CaseAccepted(state="accepted"),
        "filed": case_kinds.CaseFiled(state="filed", matter="", standard="S", limit="1", limit_kind="work_hours"),
        "dispatched": case_kinds.CaseDispatched(state="dispatched", to_unit="", to_person="", why=[], turn=1),
        "handled": case_kinds.CaseHandled(state="handled", way="managed"),
        "checked": case_kinds.CaseChecked(state="checked", method="on_site"),
        "closed": case_kinds.CaseClosed(state="closed", late=one.late),
        "refused": case_kinds.CaseRefused(state="refused", reason="not_ours"),
    }
    fact = case_kinds.CaseAdopted(state=one.state, state_there=one.state) if one.adopted else facts[one.state]
    return _line("step", n, one.day, fact, about=f"XH-{one.case}", for_unit=one.unit, source=one.source)


def _deadline_line(n: int, day: int, case: int, hours: int) -> Line:
    due = "" if hours == 0 else (moment(day, 0) + dt.timedelta(hours=hours)).astimezone(dt.UTC).isoformat()
    fact = case_kinds.CaseDeadlineSet(stage="handle", due_at=due, reason="filed")
    return _line("deadline", n, day, fact, about=f"XH-{case}")


def _declared(code: str) -> Line:
    fact = programme_kinds.CampaignDeclared(name=code, state="planned", starts_on="2020-03-02", ends_on="2020-03-05")
    return _line(f"declared-{code}", 0, 0, fact, about=code, campaign=code)


def _stage_line(n: int, day: int, code: str, state: str) -> Line:
    fact: Fact = programme_kinds.CampaignStarted(state=state)
    if state == "closed":
        fact = programme_kinds.CampaignClosed(state=state)
    return _line("stage", n, day, fact, about=code, campaign=code, minute=n + 1)


# ---------------------------------------------------------------- counted again


def last_of(acts: Acts, case: int, day: int) -> Moving | None:
    """The last step of a case up to the end of a day."""
    steps = [(moment(one.day, n), one) for n, one in enumerate(acts.steps) if one.case == case and one.day <= day]
    return max(steps, key=lambda pair: pair[0])[1] if steps else None


def due_of(acts: Acts, case: int, day: int) -> dt.datetime | None:
    """The deadline of a case by its last deadline line up to the end of a day; none while the clock is paused."""
    rows = [(moment(d, n), d, hours) for n, (d, c, hours) in enumerate(acts.deadlines) if c == case and d <= day]
    if not rows:
        return None
    _when, d, hours = max(rows)
    return None if hours == 0 else moment(d, 0) + dt.timedelta(hours=hours)
