"""One step for many cases chosen in the list: looked at, confirmed, done, told case by case, and taken back as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xiuhua.cases import actions, flow
from xiuhua.cases.bulk import MOST, Outcome, step_cases
from xiuhua.cases.dispatch import proposals
from xiuhua.cases.limits import limit_words
from xiuhua.cases.models import Case, StandardRow
from xiuhua.cases.standards import standards_for
from xiuhua.city.access import must
from xiuhua.city.models import Unit
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.worklist import filtered, ordered, rows_of, wanted_of
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, By, bureau_day

SHOWN = 60
VERBS = ("accept", "refuse", "file", "unfile", "dispatch", "close")
Step = Callable[[Act, Case], Case]


@require_POST
@never_cache
@desk_page(room="dispatch")
def bulk(request: HttpRequest, by: By) -> HttpResponse:
    """The chosen cases with the form of the step; when it was confirmed, what became of each."""
    verb = request.POST.get("verb", "")
    if verb not in VERBS:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})
    must(by, flow.MOVES[verb].may)
    chosen = _chosen(request, by)
    if not chosen:
        return redirect(_back(request))
    if "confirmed" not in request.POST:
        return render(request, "desk/bulk.html", _context(request, verb, chosen))
    try:
        outcome = step_cases(act_of(request, by), cases=[case for case, _v in chosen], step=_step(request, verb, dict(chosen)), now=timezone.now)  # fmt: skip
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = _context(request, verb, chosen) | {"refused": refused, "wrong": refused.field, "typed": request.POST}
        return render(request, "desk/bulk.html", context, status=status_of(refused))
    return _told(request, verb, outcome)


def _chosen(request: HttpRequest, by: By) -> list[tuple[Case, int]]:
    """The ticked cases with the version that was ticked; or all that fit the list's filters, as they are now."""
    if request.POST.get("all") == "1":
        wanted = wanted_of(QueryDict(request.POST.get("query", "")))
        found = ordered(filtered(by, wanted, timezone.now()), wanted).select_related("standard")[: MOST + 1]
        return [(case, case.version) for case in found]
    versions: dict[str, int] = {}
    for pick in request.POST.getlist("pick")[: MOST + 1]:
        number, _colon, version = pick.rpartition(":")
        if version.isdigit():
            versions[number] = int(version)
    cases = visible_cases(by).select_related("standard").filter(number__in=versions)
    by_number = {case.number: case for case in cases}
    return [(by_number[number], version) for number, version in versions.items() if number in by_number]


def _back(request: HttpRequest) -> str:
    return f"{reverse('desk:dispatch')}?{QueryDict(request.POST.get('query', '')).urlencode()}"


def _context(request: HttpRequest, verb: str, chosen: list[tuple[Case, int]]) -> dict[str, Any]:
    at = timezone.now()
    cases = [case for case, _version in chosen]
    rows = rows_of(cases[:SHOWN], at)
    standards = StandardRow.objects.in_force(bureau_day(at)).order_by("category", "id") if verb == "file" else ()
    return {
        "room": "dispatch", "at": at, "verb": verb, "label": flow.MOVES[verb].label, "chosen": chosen, "n": len(chosen),
        "rows": rows, "more": len(chosen) - len(rows), "key": fresh_key(), "query": request.POST.get("query", ""),
        "back": _back(request), "reasons": flow.REASONS.get(verb, {}), "typed": request.POST, "most": MOST,
        "too_many": len(chosen) > MOST, "standards": [(row, limit_words(row)) for row in standards[:200]],
        "units": Unit.objects.filter(kind__in=("squad", "team", "partner"), closed_on=None).order_by("path") if verb == "dispatch" else (),
    }  # fmt: skip


def _step(request: HttpRequest, verb: str, versions: dict[Case, int]) -> Step:
    """The one call for each case."""
    given, words = request.POST, request.POST.get("words", "")[:500]
    if verb in flow.REASONS:
        flow.reason_words(verb, given.get("reason", ""))
        call: Callable[..., Case] = getattr(actions, f"{verb}_case")
        return lambda act, case: call(
            act, case=case, reason=given.get("reason", ""), words=words, version=versions[case]
        )
    if verb == "file":
        return _filing(given.get("standard", ""), words, versions)
    if verb == "dispatch":
        return _dispatching(given.get("unit", ""), words, versions)
    if verb == "close":
        return lambda act, case: actions.close_case(act, case=case, words=words, version=versions[case])
    return lambda act, case: actions.accept_case(act, case=case, version=versions[case])


def _filing(code: str, words: str, versions: dict[Case, int]) -> Step:
    """Under one row for all, or each under the first row of its own matter and category."""
    chosen = StandardRow.objects.filter(code=code).first() if code else None
    if code and chosen is None:
        raise Refused("file.standard", _("请选择一条立案标准。"), field="standard")

    def step(act: Act, case: Case) -> Case:
        rows = standards_for(case.category, bureau_day(act.at))
        row = chosen or next((one for one in rows if one.matter == case.matter), rows[0] if rows else None)
        if row is None:
            raise Refused("file.standard", _("这个类别还没有立案标准，请单独立案。"), field="standard")
        return actions.file_case(act, case=case, standard=row, words=words, version=versions[case])

    return step


def _dispatching(code: str, words: str, versions: dict[Case, int]) -> Step:
    """To one unit, or each to the officer who is proposed first."""
    unit = Unit.objects.filter(code=code, closed_on=None).first() if code else None
    if code and unit is None:
        raise Refused("dispatch.to", _("请选择派给哪个单位。"), field="unit")

    def step(act: Act, case: Case) -> Case:
        if unit is not None:
            return actions.dispatch_case(act, case=case, unit=unit, words=words, version=versions[case])
        first = next(iter(proposals(case, act.at, most=1)), None)
        if first is None:
            raise Refused("dispatch.nobody", _("没有可派的队员，请单独派遣。"), field="unit")
        return actions.dispatch_case(
            act, case=case, unit=first.unit, person=first.person, why=first.why, words=words, version=versions[case]
        )

    return step


def _told(request: HttpRequest, verb: str, outcome: Outcome) -> HttpResponse:
    context = {
        "room": "dispatch", "label": flow.MOVES[verb].label, "outcome": outcome, "done": len(outcome.done), "verb": verb,
        "failed": len(outcome.failed), "key": fresh_key(), "query": request.POST.get("query", ""), "back": _back(request),
        "may_undo": verb != "unfile" or bool(outcome.done),
    }  # fmt: skip
    return render(request, "desk/bulk_done.html", context)


@require_POST
@never_cache
@desk_page(room="dispatch")
def bulk_undo(request: HttpRequest, by: By) -> HttpResponse:
    """What was just done to many is taken back, each that still can be."""
    numbers = request.POST.getlist("pick")[:MOST]
    found = {case.number: case for case in visible_cases(by).filter(number__in=numbers)}
    cases = [found[number] for number in numbers if number in found]
    outcome = step_cases(act_of(request, by), cases=cases, step=lambda act, case: actions.recall_case(act, case=case), now=timezone.now)  # fmt: skip
    context = {
        "room": "dispatch", "label": _("撤回"), "outcome": outcome, "done": len(outcome.done), "failed": len(outcome.failed),
        "query": request.POST.get("query", ""), "back": _back(request), "verb": "",
    }  # fmt: skip
    return render(request, "desk/bulk_done.html", context)
