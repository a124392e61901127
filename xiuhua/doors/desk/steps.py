"""The steps that the desk takes with a case: the one call behind each button, and both sides when somebody was quicker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from django.http import HttpRequest
from django.utils.translation import gettext as _

from xiuhua.cases import actions, flow
from xiuhua.cases.clocks import limit_for
from xiuhua.cases.dispatch import WHY, to_call
from xiuhua.cases.limits import words_of
from xiuhua.cases.models import Case, StandardRow
from xiuhua.city.models import Person, Post, Unit
from xiuhua.city.queries import person_names
from xiuhua.doors.desk.entry import act_of, day_of, version_of
from xiuhua.doors.desk.offers import STREET, Conflict
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.shown import label_of, names_for, told_by
from xiuhua.doors.desk.uploads import kept_photos
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.ledger.models import Line


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
        act_of(request, by, step="file"), case=case, standard=standard, urgency=request.POST.get("urgency", ""),
        words=_words(request), version=version + 1,
    )  # fmt: skip
    return filed, _filed_words(filed)


def _file(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    filed = actions.file_case(
        act_of(request, by), case=case, standard=_standard(request), urgency=request.POST.get("urgency", ""),
        words=_words(request), version=version_of(request),
    )  # fmt: skip
    return filed, _filed_words(filed)


def _filed_words(case: Case) -> str:
    held = limit_for(case)
    limit = words_of(held) if held else ""
    return _("已立案，限 %(limit)s，等待派遣。") % {"limit": limit}


def _dispatch(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    unit, person, why = _addressee(request)
    case = actions.dispatch_case(
        act_of(request, by),
        case=case,
        unit=unit,
        person=person,
        why=why,
        limit=_less_time(request),
        limit_reason=request.POST.get("limit_reason", ""),
        words=_words(request),
        version=version_of(request),
    )
    return case, _("已派遣给%(whom)s。") % {"whom": person.name if person else unit.name}


def _less_time(request: HttpRequest) -> Decimal | None:
    """The shorter limit that was typed; none when the field was left empty."""
    text = request.POST.get("limit", "").strip()
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        raise Refused("case.shorten", _("缩短后的时限请写数字，例如 0.5 或 2。"), field="limit") from None


def _addressee(request: HttpRequest) -> tuple[Unit, Person | None, tuple[str, ...]]:
    """Who was chosen, with their unit and, for a proposal, the reasons that it stood on when it was offered."""
    sort, code, reasons = _chosen(request)
    if sort == "unit":
        unit = Unit.objects.filter(code=code).first()
        if unit:
            return unit, None, ()
    day = bureau_day(act_of(request, By()).at)
    post = (
        Post.objects.held_on(day).filter(person__code=code, role__in=STREET).select_related("person", "unit")
    ).first()
    if sort != "person" or post is None:
        raise Refused("dispatch.to", _("请选择派给谁：上面推荐的队员，或者“派给其他人”里的一位。"), field="to")
    return post.unit, post.person, tuple(one for one in reasons.split(",") if one in WHY)


def _chosen(request: HttpRequest) -> tuple[str, str, str]:
    """`person` or `unit`, its code, and the reasons of a proposal, as the form sends them."""
    chosen = request.POST.get("to", "")
    if chosen == "other":
        chosen = request.POST.get("other", "")
    sort, _colon, rest = chosen.partition(":")
    code, _colon, reasons = rest.partition(":")
    return sort, code, reasons


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


def _merge(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    into = visible_cases(by).filter(number=request.POST.get("into", "")).first()
    if into is None:
        raise Refused("case.merge_into", _("请选择并入哪一件。"), field="into")
    merged = actions.merge_case(
        act_of(request, by), case=case, into=into, words=_words(request), version=version_of(request)
    )
    return merged, _("已并入 %(number)s，反映人会看到那一件的进度。") % {
        "number": merged.merged_into.number if merged.merged_into else ""
    }


def _suspend(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    until = day_of(request.POST.get("until"))
    if until is None:
        raise Refused("case.hold_until", _("请写挂账到哪一天。"), field="until")
    case = actions.suspend_case(
        act_of(request, by), case=case, until=until, reason=request.POST.get("reason", ""), words=_words(request),
        version=version_of(request),
    )  # fmt: skip
    return case, _("已挂账到 %(day)s，到时自动恢复。") % {"day": until}


def _resume(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    return actions.resume_case(act_of(request, by), case=case, version=version_of(request)), _("已恢复计时。")


def _by_phone(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    """Whoever was sent said on the phone that they take it on."""
    act = act_of(request, by)
    return actions.acknowledge_case(act, case=case, person=to_call(case, act.at)), _("已记下：电话里接单。")


def _decide(grant: bool) -> Callable[[HttpRequest, By, Case], tuple[Case, str]]:
    def run(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
        case = actions.decide_extension(act_of(request, by), case=case, grant=grant, words=_words(request))
        return case, _("已同意延期。") if grant else _("没有同意延期。")

    return run


def _appeal(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    reason = request.POST.get("reason", "")
    return actions.appeal_case(act_of(request, by), case=case, reason=reason, words=_words(request)), _("已提出申诉。")


def _decide_appeal(grant: bool) -> Callable[[HttpRequest, By, Case], tuple[Case, str]]:
    def run(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
        case = actions.decide_appeal(act_of(request, by), case=case, grant=grant, words=_words(request))
        if not grant:
            return case, _("没有同意申诉。")
        return case, _("已免责，不计入考核。") if case.exempt else _("已同意，等局领导审批。")

    return run


def _hand_over(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
    unit = Unit.objects.filter(code=request.POST.get("unit", ""), kind=Unit.Kind.PARTNER).first()
    case = actions.hand_over_case(
        act_of(request, by), case=case, sort=request.POST.get("sort", ""), reason=request.POST.get("reason", ""), unit=unit,
        to=request.POST.get("to_name", ""), words=_words(request),
    )  # fmt: skip
    return case, _("已移交，计时暂停，等回执。")


def _settle(accepted: bool) -> Callable[[HttpRequest, By, Case], tuple[Case, str]]:
    def run(request: HttpRequest, by: By, case: Case) -> tuple[Case, str]:
        told = request.POST.get("receipt", "")
        case = actions.settle_handover(
            act_of(request, by),
            case=case,
            accepted=accepted,
            receipt=told,
            words=_words(request) or ("" if accepted else told),
        )
        return case, _("对方已接收，案件办结。") if accepted else _("对方退回，继续计时。")

    return run


DOES: Mapping[str, Callable[[HttpRequest, By, Case], tuple[Case, str]]] = {
    "accept": _accept,
    "accept_file": _accept_and_file,
    "file": _file,
    "dispatch": _dispatch,
    "handle": _handle,
    "check": _check,
    "close": _close,
    "merge": _merge,
    "suspend": _suspend,
    "resume": _resume,
    "by_phone": _by_phone,
    "grant": _decide(True),
    "deny": _decide(False),
    "hand_over": _hand_over,
    "taken_on": _settle(True),
    "sent_back": _settle(False),
    "appeal": _appeal,
    "appeal_grant": _decide_appeal(True),
    "appeal_deny": _decide_appeal(False),
    "force_close": _with_reason("force_close", "已强制结案。"),
    "refuse": _with_reason("refuse", "已告知不予受理。"),
    "unfile": _with_reason("unfile", "已退回受理，计时暂停。"),
    "return": _with_reason("return", "已退回派遣，计时暂停。"),
    "rework": _with_reason("rework", "已退回返工。"),
    "reopen": _with_reason("reopen", "已重新打开。"),
}
LABELS = {
    "accept_file": "受理并立案",
    "suspend": "挂账",
    "resume": "恢复计时",
    "by_phone": "电话接单",
    "grant": "同意延期",
    "deny": "不同意延期",
    "hand_over": "移交",
    "taken_on": "登记接收",
    "sent_back": "登记退回",
    "appeal": "申诉",
    "appeal_grant": "同意申诉",
    "appeal_deny": "不同意申诉",
} | {verb: move.label for verb, move in flow.MOVES.items()}


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
        _sort, code, _reasons = _chosen(request)
        units = dict(Unit.objects.filter(code=code).values_list("code", "name"))
        ours = f"{ours} {(person_names({code}) | units).get(code, '')}".strip()
    reason = flow.REASONS.get(verb, {}).get(request.POST.get("reason", ""), "")
    return Conflict(
        theirs="，".join(part for part in (label_of(line.kind), told) if part),
        their_name=names.person(line.by),
        their_time=line.happened_at,
        ours="，".join(part for part in (ours, _(reason) if reason else "") if part),
        our_words=request.POST.get("words", ""),
    )
