"""Cases of the demo city as they are meant to go: what, where, told by whom, and how fast each step follows."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from xiuhua.cases.models import Case
from xiuhua.config.demo.build_agenda import moment, zone
from xiuhua.config.demo.build_cast import Cast, Spot
from xiuhua.config.demo.build_photos import Pair

LOOP = ("accept", "file", "dispatch", "handle", "check", "close")
AGAIN = ("file", "dispatch", "handle", "check", "close")
FATES: dict[str, tuple[float, tuple[str, ...]]] = {
    "plain": (60, LOOP),
    "late": (8, LOOP),
    "refused": (6, ("refuse",)),
    "doubted": (2, ("accept", "refuse")),
    "returned": (7, ("accept", "file", "dispatch", "return", "dispatch", "handle", "check", "close")),
    "misfiled": (3, ("accept", "file", "unfile", "file", "dispatch", "handle", "check", "close")),
    "reworked": (10, ("accept", "file", "dispatch", "handle", "rework", "handle", "check", "close")),
    "reopened": (4, (*LOOP, "reopen", *AGAIN)),
}
"""How cases go and how often: our choice of a lively mixture."""

CATEGORIES = (
    ("parking", 27),
    ("stall", 22),
    ("shopfront", 18),
    ("posting", 15),
    ("sign", 8),
    ("building", 4),
    ("other", 6),
)
SOURCES = (("officer", 30), ("assistant", 18), ("citizen", 17), ("hotline", 10), ("civilised_office", 8), ("street", 6),
           ("urban_committee", 5), ("department", 3), ("leader", 2), ("media", 1))  # fmt: skip
STANDARDS = {
    "parking": (("P1", 6), ("P2", 3), ("P3", 2)), "stall": (("S1", 6), ("S2", 3), ("S3", 1)), "shopfront": (("F1", 1),),
    "sign": (("G1", 2), ("G2", 2), ("G3", 3)), "posting": (("T1", 5), ("T2", 1)), "building": (("B1", 2), ("B2", 1)),
    "other": (("O1", 1), ("O2", 2), ("O3", 3)),
}  # fmt: skip
CLEARED = {
    # standard: what is counted when it was put right, how many
    "P2": ("bicycle_straightened", (6, 10, 15, 25)), "P3": ("bicycle_straightened", (10, 20, 30)),
    "S1": ("stall_moved", (1, 1, 2, 3)), "S2": ("stall_moved", (1, 2)), "F1": ("shopfront_cleared", (1, 1, 2)),
    "G3": ("banner_removed", (1, 1, 2)), "T1": ("posting_pasted", (3, 5, 8, 12)), "T2": ("posting_sprayed", (1, 2, 4)),
    "B1": ("structure_removed", (1,)), "O1": ("smoke_stopped", (1,)), "O2": ("smoke_stopped", (1,)),
    "O3": ("litter_cleared", (1, 2, 3)),
}  # fmt: skip
WAYS = (("guided", 32), ("managed", 56), ("enforced", 12))


def drawn(random: Random, weighted: tuple[tuple[str, float], ...]) -> str:
    """One of some names by weight."""
    return random.choices([name for name, _ in weighted], weights=[weight for _, weight in weighted])[0]


def category_of(standard: str) -> str:
    """The kind of problem that a row of the standard is about."""
    return next(name for name, rows in STANDARDS.items() if standard in {code for code, _ in rows})


@dataclass(slots=True)
class Tale:
    """One case as it is meant to go: what, who tells it, where, under which row of the standard, and its steps."""

    random: Random
    category: str
    source: str
    spot: Spot
    fate: str
    standard: str
    amount: int
    steps: tuple[str, ...]
    photos: Pair | None = None
    case: Case | None = None
    taken: int = 0
    handled: int = 0
    counted: int = 0

    @property
    def told(self) -> Case:
        """The case; there is one from the report on."""
        if self.case is None:
            raise RuntimeError("the report comes first")
        return self.case

    @property
    def item(self) -> str:
        return CLEARED[self.standard][0] if self.standard in CLEARED else ""

    @property
    def next_step(self) -> str:
        return self.steps[self.taken] if self.taken < len(self.steps) else ""


def make_tale(
    cast: Cast, random: Random, *, fate: str = "", category: str = "", standard: str = "", source: str = ""
) -> Tale:
    """Deal out one case; what is given is kept."""
    category = category or drawn(random, CATEGORIES)
    fate = fate or random.choices(list(FATES), weights=[weight for weight, _ in FATES.values()])[0]
    standard = standard or drawn(random, STANDARDS[category])
    amount = random.choice(CLEARED[standard][1]) if standard in CLEARED else 0
    source = source or drawn(random, SOURCES)
    return Tale(random, category, source, cast.spot(random), fate, standard, amount, FATES[fate][1])


# ---------------------------------------------------------------- when the next step follows


def next_at(tale: Tale, at: dt.datetime) -> dt.datetime:
    """When the next step follows the one at `at`: the desk is quick, the street takes its share of the limit."""
    random, case = tale.random, tale.told
    minutes = random.expovariate
    match tale.next_step:
        case "accept" | "refuse":
            return desk_hours(at + dt.timedelta(minutes=1.5 + minutes(1 / 6)))
        case "file" | "dispatch" | "unfile":
            return desk_hours(at + dt.timedelta(minutes=1 + minutes(1 / 4)))
        case "return" | "rework":
            return desk_hours(at + dt.timedelta(minutes=12 + minutes(1 / 30)))
        case "check" | "close":
            return desk_hours(at + dt.timedelta(minutes=4 + minutes(1 / 35)))
        case "reopen":
            return desk_hours(at + dt.timedelta(hours=20 + minutes(1 / 40)))
    due = case.due_at or at + dt.timedelta(hours=2)
    left = max(due - at, dt.timedelta(minutes=25))
    if tale.fate == "late" and not tale.handled:
        return street_hours(due + dt.timedelta(minutes=15 + minutes(1 / 120)))
    return street_hours(at + left * random.uniform(0.15, 0.7))


def desk_hours(at: dt.datetime) -> dt.datetime:
    """The command centre sits from seven to ten in the evening; what comes at night waits until the morning."""
    at = at.astimezone(zone())
    begins, ends = moment(at.date(), 7), moment(at.date(), 22.3)
    if at < begins:
        return begins + (at - moment(at.date(), 0)) / 14
    if at > ends:
        return moment(at.date() + dt.timedelta(days=1), 7) + (at - ends) / 4
    return at


def street_hours(at: dt.datetime) -> dt.datetime:
    """Officers work from half past six to ten in the evening; what falls into the night is done before or after it."""
    at = at.astimezone(zone())
    begins, ends = moment(at.date(), 6.5), moment(at.date(), 22)
    if begins <= at <= ends:
        return at
    morning = begins if at < begins else moment(at.date() + dt.timedelta(days=1), 6.5)
    return morning + dt.timedelta(minutes=(at.minute * 7 + at.second) % 50)
