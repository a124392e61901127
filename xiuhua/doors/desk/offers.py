"""What the forms of a case offer: the steps that may follow, the standards, the people to send."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from xiuhua.cases import actions, clocks, flow
from xiuhua.cases.appeals import decides, may_appeal, waiting_appeal
from xiuhua.cases.dispatch import Proposal, proposals
from xiuhua.cases.handing_over import waiting_handover
from xiuhua.cases.limits import limit_words
from xiuhua.cases.models import Appeal, Case, Category, Extension, Handover, StandardRow
from xiuhua.city.access import may
from xiuhua.city.models import Post, Role, Unit
from xiuhua.city.queries import person_names, work_hours
from xiuhua.doors.desk.entry import fresh_key
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import Limit, due_at
from xiuhua.ledger.act import By, bureau_day

SHOWN_AT_MOST, OTHERS_AT_MOST = 12, 60
"""Rows that a form shows; what a large standard has beyond is found by typing."""
STREET = (Role.OFFICER, Role.SQUAD_LEADER, Role.ASSISTANT)


@dataclass(frozen=True)
class Offered:
    """A row of the standard as the form offers it: with the moment when the limit would end."""

    row: StandardRow
    limit: str
    due: dt.datetime
    provisional: bool


@dataclass
class Offer:
    """Everything that the forms of one case need in its present state, for who is asking."""

    case: Case
    verbs: frozenset[str]
    key: str
    standards: Sequence[Offered] = ()
    other_standards: Mapping[str, Sequence[Offered]] = field(default_factory=dict)
    more_standards: bool = False
    proposals: Sequence[Proposal] = ()
    others: Sequence[tuple[str, Sequence[tuple[str, str, str]]]] = ()
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: flow.REASONS)
    ways: Mapping[str, str] = field(default_factory=lambda: actions.WAYS)
    side: frozenset[str] = frozenset()
    extension: Extension | None = None
    appeal: Appeal | None = None
    handover: Handover | None = None
    handover_sorts: Sequence[tuple[str, str]] = ()
    bodies: Sequence[Unit] = ()
    urgencies: Mapping[str, tuple[str, object]] = field(default_factory=lambda: clocks.URGENCIES)
    typed: QueryDict = field(default_factory=QueryDict)
    wrong: Refused | None = None
    conflict: Conflict | None = None

    @property
    def files_at_once(self) -> bool:
        """Whether accepting and filing can be done in one go."""
        return self.case.state == "reported" and "accept" in self.verbs

    @property
    def chosen_standard(self) -> str:
        """The row that is chosen when the form opens: what was typed, else the case's matter, else the first."""
        every = [*self.standards, *(one for rows in self.other_standards.values() for one in rows)]
        fits = [one.row.code for one in every if one.row.matter == self.case.matter]
        return self.typed.get("standard") or next(iter(fits), self.standards[0].row.code if self.standards else "")

    @property
    def addressees(self) -> list[tuple[str, Proposal]]:
        """The proposals under what their choice sends: the person, and the reasons as they stood when offered."""
        return [(f"person:{one.person.code}:{','.join(one.why)}", one) for one in self.proposals]

    @property
    def chosen_to(self) -> str:
        typed = self.typed.get("to", "")
        offered = [value for value, _one in self.addressees]
        same = [value for value in offered if value.rpartition(":")[0] == typed.rpartition(":")[0]]
        return next(iter(same), typed) or next(iter(offered), "other")

    @property
    def extension_told(self) -> dict[str, str]:
        """Who asks for more time and why, in words."""
        if self.extension is None:
            return {}
        one = self.extension
        return {
            "who": person_names({one.by}).get(one.by, ""), "reason": _(flow.REASONS["extend"].get(one.reason, one.reason)),
            "amount": f"{one.amount.normalize():f}",
        }  # fmt: skip

    @property
    def limit(self) -> Limit | None:
        """What the case has now; a dispatcher can give less."""
        return clocks.limit_for(self.case)

    @property
    def appeal_told(self) -> dict[str, str]:
        """Who appeals and why, in words."""
        if self.appeal is None:
            return {}
        one = self.appeal
        names = person_names({one.by, one.first_by} - {""})
        return {
            "who": names.get(one.by, ""), "first": names.get(one.first_by, ""), "state": one.get_state_display(),
            "reason": _(flow.REASONS["appeal"].get(one.reason, one.reason)),
        }  # fmt: skip

    @property
    def chosen_name(self) -> str:
        """Who the dispatch button names when the form opens."""
        return next((one.person.name for value, one in self.addressees if value == self.chosen_to), "")


@dataclass(frozen=True)
class Conflict:
    """Somebody was quicker: what they did, and what the person at this form wanted."""

    theirs: str
    their_name: str
    their_time: dt.datetime
    ours: str
    our_words: str


def offer_for(
    case: Case, by: By, at: dt.datetime, *, typed: QueryDict | None = None, wrong: Refused | None = None
) -> Offer:
    """The forms for a case: only steps that may follow its state and that this person may take."""
    verbs = frozenset(
        move.verb
        for move in flow.moves_from(case.state)
        if may(by, move.may, unit=case.for_unit if move.own_unit else "")
    )
    offer = Offer(case, verbs, fresh_key(), typed=typed or QueryDict(), wrong=wrong)
    if case.state in flow.ON_THE_CLOCK:
        offer.side, offer.extension = _beside(case, by)
        offer.handover = waiting_handover(case)
        if offer.handover is not None:
            offer.verbs = frozenset()
        if "hand_over" in offer.side:
            offer.handover_sorts = Handover.Sort.choices
            offer.bodies = list(Unit.objects.filter(kind=Unit.Kind.PARTNER, closed_on=None).order_by("name")[:200])
    if case.state == "closed" and case.late:
        offer.side, offer.appeal = _after(case, by, at)
    if "file" in verbs or offer.files_at_once:
        every = _standards(at)
        own = sorted(every.get(case.category, []), key=lambda one: one.row.matter != case.matter)
        offer.standards = own[:SHOWN_AT_MOST]
        others = {
            str(Category(name).label): every[name]
            for name in Category.values
            if name in every and name != case.category
        }
        offer.other_standards = others if sum(map(len, others.values())) <= OTHERS_AT_MOST else {}
        offer.more_standards = len(own) > SHOWN_AT_MOST or others != offer.other_standards
    if "dispatch" in verbs:
        offer.proposals = proposals(case, at)
        offer.others = _others(at)
    return offer


def _beside(case: Case, by: By) -> tuple[frozenset[str], Extension | None]:
    """The moves beside the loop that this person may take now, and the extension that waits for an answer."""
    asked = case.extensions.filter(state=Extension.State.ASKED).first()
    verbs = {
        "suspend": case.held_until is None and may(by, "suspend_case"),
        "resume": case.held_until is not None and may(by, "suspend_case"),
        "hand_over": not case.with_others and case.held_until is None and may(by, "hand_over_case", unit=case.for_unit),
        "settle": case.with_others and may(by, "hand_over_case", unit=case.for_unit),
        "decide": asked is not None and asked.by != by.code and may(by, "decide_extension"),
    }
    return frozenset(verb for verb, may_it in verbs.items() if may_it), asked


def _after(case: Case, by: By, at: dt.datetime) -> tuple[frozenset[str], Appeal | None]:
    """What may be done about a case that was closed late, and the appeal that waits."""
    waits = waiting_appeal(case)
    verbs = set()
    if waits is None and may_appeal(by, case, at):
        verbs.add("appeal")
    second = waits is not None and waits.state == Appeal.State.FIRST
    if waits is not None and by.code not in (waits.by, waits.first_by) and decides(by.roles, second=second):
        verbs.add("decide_appeal")
    return frozenset(verbs), waits


def _standards(at: dt.datetime) -> dict[str, list[Offered]]:
    """The rows of the standard in force, by category, with when their limits would end if filed now."""
    found: dict[str, list[Offered]] = {}
    for one in offered_rows(StandardRow.objects.in_force(bureau_day(at)), at):
        found.setdefault(one.row.category, []).append(one)
    return found


def offered_rows(rows: Iterable[StandardRow], at: dt.datetime) -> list[Offered]:
    """Rows as forms offer them; each different limit is counted once."""
    calendar, hours = load_calendar(), work_hours()

    @functools.cache
    def ends(limit: Limit) -> tuple[dt.datetime, bool]:
        due = due_at(at, limit, calendar=calendar, hours=hours)
        return due.at, due.provisional

    return [Offered(row, limit_words(row), *ends(clocks.limit_of(row))) for row in rows]


def _others(at: dt.datetime) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Every squad and everybody in it, for a dispatch that no proposal fits."""
    posts = Post.objects.held_on(bureau_day(at)).filter(role__in=STREET).select_related("person", "unit")
    squads = list(Unit.objects.squads().filter(closed_on=None))
    found: dict[str, list[tuple[str, str, str]]] = {
        squad.path: [(f"unit:{squad.code}", _("%(squad)s（由中队安排）") % {"squad": squad.name}, squad.name)]
        for squad in squads
    }
    names = {squad.path: squad.name for squad in squads}
    for post in posts.order_by("unit__path", "id"):
        path = next((path for path in found if post.unit.path.startswith(path)), None)
        if path:
            label = f"{post.person.name} {post.get_role_display()}"
            found[path].append((f"person:{post.person.code}", label, post.person.name))
    return [(names[path], choices) for path, choices in found.items()]
