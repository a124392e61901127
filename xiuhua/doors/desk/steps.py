"""The steps that the desk takes with a case: what a form needs to offer, and the one call behind each button."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from xiuhua.cases import actions, clocks, flow
from xiuhua.cases.dispatch import Proposal, proposals
from xiuhua.cases.models import Case, Category, StandardRow
from xiuhua.cases.standards import standards_for
from xiuhua.city.access import may
from xiuhua.city.models import Person, Post, Role, Unit
from xiuhua.city.queries import person_names, unit_names, work_hours
from xiuhua.doors.desk.entry import act_of, fresh_key, version_of
from xiuhua.doors.desk.shown import label_of, names_for, told_by
from xiuhua.doors.desk.uploads import kept_photos
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import due_at
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.models import Line

STREET = (Role.OFFICER, Role.SQUAD_LEADER, Role.ASSISTANT)


# ---------------------------------------------------------------- what a form offers


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
    proposals: Sequence[Proposal] = ()
    others: Sequence[tuple[str, Sequence[tuple[str, str]]]] = ()
    reasons: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: flow.REASONS)
    ways: Mapping[str, str] = field(default_factory=lambda: actions.WAYS)
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
    def chosen_to(self) -> str:
        first = f"person:{self.proposals[0].person.code}" if self.proposals else "other"
        return self.typed.get("to") or first

    @property
    def chosen_name(self) -> str:
        """Who the dispatch button names when the form opens."""
        return next((one.person.name for one in self.proposals if f"person:{one.person.code}" == self.chosen_to), "")


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
        if may(by, move.may, unit=case.for_unit if move.verb in {"handle", "return"} else "")
    )
    offer = Offer(case, verbs, fresh_key(), typed=typed or QueryDict(), wrong=wrong)
    if "file" in verbs or offer.files_at_once:
        every = _standards(at)
        offer.standards = every.get(case.category, [])
        offer.other_standards = {
            str(Category(name).label): rows for name, rows in every.items() if name != case.category
        }
    if "dispatch" in verbs:
        offer.proposals = proposals(case, at)
        offer.others = _others(at)
    return offer


def _standards(at: dt.datetime) -> dict[str, list[Offered]]:
    """The rows of the standard in force, by category, with when their limits would end if filed now."""
    calendar, hours, day = load_calendar(), work_hours(), bureau_day(at)

    @functools.cache
    def ends(amount: str, kind: str, row: StandardRow) -> tuple[dt.datetime, bool]:
        due = due_at(at, clocks.limit_of(row), calendar=calendar, hours=hours)
        return due.at, due.provisional

    found: dict[str, list[Offered]] = {}
    for category in Category.values:
        for row in standards_for(category, day):
            when, provisional = ends(str(row.limit_amount), row.limit_kind, row)
            found.setdefault(category, []).append(Offered(row, limit_words(row), when, provisional))
    return found


def limit_words(row: StandardRow) -> str:
    """A row's limit as people say it: 2 小时, 4 个工作时, 1 个工作日."""
    unit = {
        "emergency_hours": _("小时，昼夜连续"), "work_hours": _("个工作时"), "work_days": _("个工作日"),
        "calendar_days": _("个自然日"),
    }.get(row.limit_kind, row.limit_kind)  # fmt: skip
    return f"{row.limit_amount.normalize():f} {unit}"


def _others(at: dt.datetime) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every squad and everybody in it, for a dispatch that no proposal fits."""
    posts = Post.objects.held_on(bureau_day(at)).filter(role__in=STREET).select_related("person", "unit")
    squads = list(Unit.objects.squads().filter(closed_on=None))
    found: dict[str, list[tuple[str, str]]] = {
        squad.path: [(f"unit:{squad.code}", _("%(squad)s（由中队安排）") % {"squad": squad.name})] for squad in squads
    }
    names = {squad.path: squad.name for squad in squads}
    for post in posts.order_by("unit__path", "id"):
        path = next((path for path in found if post.unit.path.startswith(path)), None)
        if path:
            found[path].append((f"person:{post.person.code}", f"{post.person.name} {post.get_role_display()}"))
    return [(names[path], choices) for path, choices in found.items()]


# ---------------------------------------------------------------- the one call behind each button


def take_step(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    """Do what the pressed button says; returns the case after it and the sentence that tells so."""
    verb = request.POST.get("verb", "")
    if verb not in DOES:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})
    return DOES[verb](request, by, case)


def _accept(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    case = actions.accept_case(act_of(request, by), case=case, version=version_of(request))
    return case, _("已受理，等待立案。")


def _accept_and_file(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    """Two acts of one press: the second has a key of its own, made from the first."""
    standard, version = _standard(request), version_of(request)
    case = actions.accept_case(act_of(request, by), case=case, version=version)
    filed = actions.file_case(
        act_of(request, by, step="file"), case=case, standard=standard, words=_words(request), version=version + 1
    )
    return filed, _filed_words(filed)


def _file(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    filed = actions.file_case(
        act_of(request, by), case=case, standard=_standard(request), words=_words(request), version=version_of(request)
    )
    return filed, _filed_words(filed)


def _filed_words(case: Case) -> str:
    limit = limit_words(case.standard) if case.standard else ""
    return _("已立案，限 %(limit)s，等待派遣。") % {"limit": limit}


def _dispatch(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    unit, person, why = _addressee(request, case)
    case = actions.dispatch_case(
        act_of(request, by),
        case=case,
        unit=unit,
        person=person,
        why=why,
        words=_words(request),
        version=version_of(request),
    )
    return case, _("已派遣给%(whom)s。") % {"whom": person.name if person else unit.name}


def _addressee(request: HttpRequest, case: Case) -> tuple[Unit, Person | None, tuple[str, ...]]:
    """Who was chosen, with their unit and, for a proposal, the reasons that it stood on."""
    chosen = request.POST.get("to", "")
    if chosen == "other":
        chosen = request.POST.get("other", "")
    sort, _colon, code = chosen.partition(":")
    if sort == "unit":
        unit = Unit.objects.filter(code=code).first()
        if unit:
            return unit, None, ()
    at = act_of(request, By()).at
    post = (
        Post.objects.held_on(bureau_day(at)).filter(person__code=code, role__in=STREET).select_related("person", "unit")
    ).first()
    if sort != "person" or post is None:
        raise Refused("dispatch.to", _("请选择派给谁：上面推荐的队员，或者“派给其他人”里的一位。"), field="to")
    why = next((one.why for one in proposals(case, at) if one.person.code == code), ())
    return post.unit, post.person, why


def _handle(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    case = actions.handle_case(
        act_of(request, by),
        case=case,
        photos=kept_photos(request, "photos"),
        before=kept_photos(request, "before"),
        way=request.POST.get("way", ""),
        words=_words(request),
        version=version_of(request),
    )
    return case, _("已处置，等待别人核查。")


def _check(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    case = actions.check_case(
        act_of(request, by),
        case=case,
        method=request.POST.get("method") or "by_picture",
        photos=kept_photos(request, "photos"),
        words=_words(request),
        version=version_of(request),
    )
    return case, _("核查通过，可以结案。")


def _close(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    case = actions.close_case(act_of(request, by), case=case, words=_words(request), version=version_of(request))
    return case, _("已结案。")


def _with_reason(verb: str, done: str) -> Callable[[HttpRequest, By, Case], tuple[Case, str]]:
    call: Callable[..., Case] = getattr(actions, f"{verb}_case")

    def run(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
        moved = call(
            act_of(request, by),
            case=case,
            reason=request.POST.get("reason", ""),
            words=_words(request),
            version=version_of(request),
        )
        return moved, _(done)

    return run


DOES: Mapping[str, Callable[[HttpRequest, By, Case], tuple[Case, str]]] = {
    "accept": _accept,
    "accept_file": _accept_and_file,
    "file": _file,
    "dispatch": _dispatch,
    "handle": _handle,
    "check": _check,
    "close": _close,
    "refuse": _with_reason("refuse", "已告知不予受理。"),
    "unfile": _with_reason("unfile", "已退回受理，计时暂停。"),
    "return": _with_reason("return", "已退回派遣，计时暂停。"),
    "rework": _with_reason("rework", "已退回返工。"),
    "reopen": _with_reason("reopen", "已重新打开。"),
}
LABELS = {"accept_file": "受理并立案"} | {verb: move.label for verb, move in flow.MOVES.items()}


def _words(request: HttpRequest) -> str:
    return request.POST.get("words", "")[:500]


def _standard(request: HttpRequest) -> StandardRow:
    row = StandardRow.objects.filter(code=request.POST.get("standard", "")).first()
    if row is None:
        raise Refused("file.standard", _("请选择一条立案标准。"), field="standard")
    return row


# ---------------------------------------------------------------- when somebody was quicker


def conflict_of(request: HttpRequest, case: Case) -> Conflict | None:
    """Both sides of a stale form: the last line of the case, and what the person wanted to do."""
    line = Line.objects.about(case.number).exclude(kind="case.deadline_set").order_by("-happened_at", "-id").first()
    if line is None:
        return None
    names = names_for([line])
    told = told_by(line, names)
    verb = request.POST.get("verb", "")
    ours = _(LABELS.get(verb, verb))
    if verb == "dispatch":
        whom = request.POST.get("to", "").partition(":")[2]
        ours = " ".join([ours, *(person_names({whom}) | unit_names()).get(whom, "").split()]) if whom else ours
    reason = flow.REASONS.get(verb, {}).get(request.POST.get("reason", ""), "")
    return Conflict(
        theirs="，".join(part for part in (label_of(line.kind), told) if part),
        their_name=names.person(line.by),
        their_time=line.happened_at,
        ours="，".join(part for part in (ours, _(reason) if reason else "") if part),
        our_words=request.POST.get("words", ""),
    )
