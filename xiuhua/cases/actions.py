"""Every step of a case after it was reported: one function each, one transaction, its lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from xiuhua.cases import clocks, flow
from xiuhua.cases.acknowledging import acknowledge_case, see_case, send, tell_errand
from xiuhua.cases.alarms import alarm_case
from xiuhua.cases.appeals import appeal_case, decide_appeal
from xiuhua.cases.chat_batches import confirm_chat, drop_chat, take_chat
from xiuhua.cases.checking import draw_check, must_be_seen, set_check_rule
from xiuhua.cases.counts import count_for_case, named_count
from xiuhua.cases.handing_over import hand_over_case, settle_handover
from xiuhua.cases.intake import open_case, open_cases
from xiuhua.cases.merging import merge_case
from xiuhua.cases.models import Case, CasePhoto, StandardRow, Word
from xiuhua.cases.on_spot import WAYS, check_told, report_on_spot
from xiuhua.cases.publishing import release_photos, withdraw_photos
from xiuhua.cases.recalling import recall_case
from xiuhua.cases.replying import reply_batch, reply_case, set_source_rule
from xiuhua.cases.side_moves import ask_extension, decide_extension, resume_case, suspend_case
from xiuhua.cases.stages import set_stage_rule
from xiuhua.cases.stepping import forward_in_time, keep_photos, locked, not_the_fixer, record, step
from xiuhua.city.access import STREET, must
from xiuhua.city.models import Person, Post, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import Due
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

__all__ = [
    "WAYS", "accept_case", "acknowledge_case", "alarm_case", "appeal_case", "ask_extension", "check_case", "close_case", "confirm_chat", "decide_appeal", "decide_extension", "dispatch_case", "drop_chat", "file_case", "force_close_case", "hand_over_case", "handle_case", "merge_case", "open_case",
    "open_cases", "rate_case", "recall_case", "refuse_case", "release_photos", "reopen_case", "reply_batch", "reply_case", "report_on_spot", "resume_case", "return_case", "rework_case", "see_case", "set_check_rule", "set_source_rule", "set_stage_rule", "settle_handover", "suspend_case", "take_chat", "unfile_case",
    "withdraw_photos",
]  # fmt: skip


def _case_of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


@action(answer=_case_of)
def accept_case(act: Act, *, case: Case, version: int | None = None) -> Case:
    """The centre takes the report on."""
    case = step(act, case, "accept", version)
    case.accepted_at = act.at
    return record(act, case, kinds.CaseAccepted(state=case.state))


@action(answer=_case_of)
def refuse_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """The centre does not take the report on and says why."""
    flow.reason_words("refuse", reason)
    case = step(act, case, "refuse", version)
    case.closed_at = act.at
    return record(act, case, kinds.CaseRefused(state=case.state, reason=reason), words=words)


@action(answer=_case_of)
def file_case(
    act: Act, *, case: Case, standard: StandardRow, urgency: str = "", words: str = "", version: int | None = None
) -> Case:
    """The case is filed under a row of the standard in force that day: its limit starts to run.

    `urgency` is empty, `urgent` (急件) or `at_once` (特急件): a part of the row's limit.
    """
    if urgency not in clocks.URGENCIES:
        raise Refused("case.urgency", "缓急请选平件、急件或特急件。", field="urgency")
    day = bureau_day(act.at)
    if standard.draft or day < standard.begins_on or (standard.ends_on is not None and day >= standard.ends_on):
        raise Refused(
            "case.standard",
            "立案标准“{standard}”在 {day} 不适用，请另选一条。",
            field="standard",
            standard=standard,
            day=day,
        )
    case = step(act, case, "file", version)
    case.standard = standard
    case.matter = standard.matter
    case.category = standard.category
    case.filed_at = act.at
    case.urgency, case.limit_amount = urgency, clocks.urgent_amount(standard, urgency)
    clocks.start(case, act.at, standard)
    fact = kinds.CaseFiled(
        state=case.state,
        matter=standard.matter,
        standard=standard.code,
        limit=format((case.limit_amount or standard.limit_amount).normalize(), "f"),
        limit_kind=standard.limit_kind,
        again=Line.objects.about(case.number).of_kind(kinds.CaseFiled.kind).standing().exists(),
        urgency=urgency,
    )
    case = record(act, case, fact, words=words)
    clocks.record_deadline(act, case, "filed")
    return case


@action(answer=_case_of)
def unfile_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """The dispatcher gives a case back to be filed anew."""
    flow.reason_words("unfile", reason)
    case = step(act, case, "unfile", version)
    changed = clocks.pause(case, act.at)
    case = record(act, case, kinds.CaseReturned(state=case.state, reason=reason), words=words)
    if changed:
        clocks.record_deadline(act, case, "unfiled")
    return case


@action(answer=_case_of)
def dispatch_case(
    act: Act,
    *,
    case: Case,
    unit: Unit,
    person: Person | None = None,
    why: Sequence[str] = (),
    limit: Decimal | None = None,
    limit_reason: str = "",
    words: str = "",
    version: int | None = None,
) -> Case:
    """The case goes to the unit, and the person, who put it right.

    The limit is that of the standard; with a reason the dispatcher gives less, in the same kind, never more.
    """
    must(act.by, "dispatch_case", unit=unit.path)
    _can_take_it(act, unit, person)
    if limit is not None:
        flow.reason_words("shorten", limit_reason)
    case = step(act, case, "dispatch", version)
    unit_before, first_time = case.for_unit, case.dispatched_at is None
    same_unit = case.for_unit == unit.path and case.dispatched_at is not None
    case.for_unit = unit.path
    case.handler = person.code if person else ""
    case.dispatched_at = act.at
    send(case, act.at)
    changed = clocks.resume(case, act.at, same_unit=same_unit)
    other_hours = first_time and not changed and clocks.by_hours_of(case, unit_before)
    due = _shortened(act, case, limit) if limit is not None else None
    if limit is not None and due is not None:
        clocks.shorten(case, limit, due)
    fact = kinds.CaseDispatched(
        state=case.state, to_unit=unit.path, to_person=case.handler, why=list(why), turn=case.turn
    )
    case = record(act, case, fact, words=words)
    tell_errand(act, case)
    if changed:
        clocks.record_deadline(act, case, "dispatched_again")
    elif other_hours:
        clocks.record_deadline(act, case, "unit_hours")
    if limit is not None and case.standard is not None:
        told = kinds.CaseShortened(
            limit=format(limit.normalize(), "f"), limit_kind=case.standard.limit_kind, reason=limit_reason
        )
        act.record(told, about=case.number, for_unit=case.for_unit, source=case.source)
        clocks.record_deadline(act, case, "shortened")
    return case


def _shortened(act: Act, case: Case, amount: Decimal) -> Due:
    """When the case is due with less time; refused when that is not less, or over already."""
    held = clocks.limit_for(case)
    if held is None or not (amount.is_finite() and 0 < amount < held.amount):
        most = held.words if held else "—"
        raise Refused("case.shorten", "时限只能缩短：要大于 0，小于现在的 {most}。", field="limit", most=most)
    due = clocks.shortened(case, amount.quantize(Decimal("0.01")))
    if due is None or due.at <= act.at:
        raise Refused("case.shorten_over", "从立案起算，缩短后的时限已经过了，请写长一点。", field="limit")
    return due


def _can_take_it(act: Act, unit: Unit, person: Person | None) -> None:
    """A case goes to a unit that is still there, and to a person who works the street for it that day."""
    day = bureau_day(act.at)
    if unit.closed_on is not None and unit.closed_on <= day:
        raise Refused(
            "case.unit_closed",
            "“{unit_name}”已于 {closed_on} 撤销，请派给别的单位。",
            field="to",
            unit_name=unit.name,
            closed_on=unit.closed_on,
        )
    posts = Post.objects.held_on(day).filter(person=person, unit__path__startswith=unit.path, role__in=STREET)
    if person is not None and not posts.exists():
        raise Refused(
            "case.not_of_unit",
            "{person_name}这一天不在“{unit_name}”的路面岗位上，请换一个人。",
            field="to",
            person_name=person.name,
            unit_name=unit.name,
        )


@action(answer=_case_of)
def return_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """The unit gives the case back to the dispatcher: not ours, wrong place, cannot be done now."""
    flow.reason_words("return", reason)
    case = step(act, case, "return", version)
    changed = clocks.pause(case, act.at)
    case = record(act, case, kinds.CaseReturned(state=case.state, reason=reason), words=words)
    if changed:
        clocks.record_deadline(act, case, "returned")
    return case


@action(answer=_case_of)
def handle_case(
    act: Act,
    *,
    case: Case,
    photos: Sequence[str],
    before: Sequence[str] = (),
    way: str = "managed",
    item: str = "",
    quantity: int = 0,
    counted_by: UUID | None = None,
    words: str = "",
    version: int | None = None,
) -> Case:
    """The problem was put right, shown by photos. What was cleared is counted once, by a line of its own.

    `way` is `guided` (疏导), `managed` (管理) or `enforced` (执法). `counted_by` names an earlier count of the same act.
    """
    check_told(way, item, quantity)
    if not photos:
        raise Refused("case.no_photo", "请拍一张处置后的照片，核查的人要看。", field="photos")
    case = step(act, case, "handle", version)
    _shows_a_difference(case, photos, before)
    held = bool(case.taking[1] and case.taking[1]["held_until"])  # put right before its day: the clock goes on
    went_on = held and clocks.resume(case, act.at, same_unit=True)
    case.handled_at = act.at
    case.handler = act.by.code or case.handler
    clocks.judge(case, act.at)
    draw_check(case)
    told_by = named_count(act, case, counted_by) if counted_by else None
    keep_photos(act, case, before, CasePhoto.Moment.BEFORE)
    keep_photos(act, case, photos, CasePhoto.Moment.AFTER)
    fact = kinds.CaseHandled(
        state=case.state,
        way=way,
        counted_by=str(told_by.key) if told_by else "",
        photos=len(photos) + len(before),
    )
    case = record(act, case, fact, words=words)
    if went_on:
        clocks.record_deadline(act, case, "resumed")
    if item and told_by is None:
        count_for_case(act, case=case, item=item, quantity=quantity)
    return case


def _shows_a_difference(case: Case, photos: Sequence[str], before: Sequence[str]) -> None:
    """The photo after is not the photo before handed in again."""
    moments = (CasePhoto.Moment.REPORT, CasePhoto.Moment.BEFORE)
    earlier = set(case.photos.filter(moment__in=moments).values_list("digest", flat=True)) | set(before)
    if earlier & set(photos):
        raise Refused("case.same_photo", "处置后的照片和处置前的是同一张，请拍一张处置后的。", field="photos")


@action(answer=_case_of)
def rework_case(
    act: Act, *, case: Case, reason: str, photos: Sequence[str] = (), words: str = "", version: int | None = None
) -> Case:
    """The check failed: the case goes back to who handled it, with what failed."""
    flow.reason_words("rework", reason)
    not_the_fixer(act, case)
    case = step(act, case, "rework", version)
    keep_photos(act, case, photos, CasePhoto.Moment.CHECK)
    case.turn += 1
    send(case, act.at)
    fact = kinds.CaseReworkOrdered(state=case.state, reason=reason, turn=case.turn)
    case = record(act, case, fact, words=words)
    tell_errand(act, case)
    return case


@action(answer=_case_of)
def check_case(
    act: Act,
    *,
    case: Case,
    method: str = "by_picture",
    photos: Sequence[str] = (),
    words: str = "",
    version: int | None = None,
) -> Case:
    """Somebody other than the fixer looked, on the spot or at the pictures, and found it right."""
    if method not in {"by_picture", "on_site"}:
        raise Refused("case.method", "核查方式请选“现场核查”或“照片核查”。", field="method")
    if method == "on_site" and not photos:
        raise Refused("case.no_photo", "现场核查请拍一张照片。", field="photos")
    not_the_fixer(act, case)
    case = step(act, case, "check", version)
    must_be_seen(case, method)
    case.checked_at = act.at
    keep_photos(act, case, photos, CasePhoto.Moment.CHECK)
    return record(act, case, kinds.CaseChecked(state=case.state, method=method), words=words)


@action(answer=_case_of)
def close_case(act: Act, *, case: Case, words: str = "", version: int | None = None) -> Case:
    """The case is right, was checked, and is done."""
    case = step(act, case, "close", version)
    case.closed_at = act.at
    return record(act, case, kinds.CaseClosed(state=case.state, late=case.late), words=words)


@action(answer=_case_of)
def force_close_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """A leader closes a case that nobody can put right, or could check, with a reason; it is counted apart."""
    flow.reason_words("force_close", reason)
    if not words.strip():
        raise Refused("case.force_words", "强制结案要写明情况。", field="words")
    case = step(act, case, "force_close", version)
    clocks.judge(case, act.at)
    case.closed_at = act.at
    return record(act, case, kinds.CaseForceClosed(state=case.state, reason=reason, late=case.late), words=words)


@action(answer=_case_of)
def reopen_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """A closed or refused case is taken up again under its own number."""
    flow.reason_words("reopen", reason)
    case = step(act, case, "reopen", version)
    return _take_up_again(act, case, reason, words)


@action(answer=_case_of)
def rate_case(act: Act, *, case: Case, score: int, reason: str = "", words: str = "") -> Case:
    """The reporter says whether they are content: 3 content, 2 so-so, 1 not, and then why not.

    When the problem is still there, the case is taken up again at once. Each closing is rated once, within 30 days
    (our choice: long enough to see whether it came back, short enough that the street remembers).
    """
    if score not in (1, 2, 3):
        raise Refused("case.score", "请选满意、一般或不满意。", field="score")
    if score == 1:
        flow.reason_words("rate", reason)
    case = locked(case)
    if case.state != "closed" or case.closed_at is None:
        raise Refused("case.rate_open", "办结以后才能评价。")
    forward_in_time(act.at, case)
    if act.at > case.closed_at + RATED_WITHIN:
        raise Refused("case.rate_late", "办结已经超过 30 天，不能再评价。问题又出现了，请重新上报一次。")
    if rated_since_closing(case):
        raise Refused("case.rated", "这件事已经评价过了，谢谢您。")
    why = reason if score == 1 else ""
    act.record(kinds.CaseRated(score=score, reason=why), about=case.number, for_unit=case.for_unit, source=case.source)
    if words.strip():
        Word.objects.create(case=case, line=act.key, kind="rating", text=words.strip())
    if why in flow.STILL_THERE:
        case.state = flow.move("reopen", case.state).target
        return _take_up_again(act, case, "not_content")
    return case


RATED_WITHIN = dt.timedelta(days=30)


def rated_since_closing(case: Case) -> bool:
    """Whether the present closing of a case was rated."""
    rated = Line.objects.filter(kind=kinds.CaseRated.kind, about=case.number)
    return case.closed_at is not None and rated.filter(happened_at__gte=case.closed_at).exists()


def _take_up_again(act: Act, case: Case, reason: str, words: str = "") -> Case:
    """The loop begins anew after 受理: what was done is in the log, and the limit runs when it is filed again.

    Whether the first round was late stays with the line of its closing; the new round is judged by its own limit.
    """
    case.accepted_at = act.at
    case.filed_at = case.dispatched_at = case.handled_at = case.checked_at = case.closed_at = None
    case.handler, case.merged_into = "", None
    case.turn += 1
    changed = clocks.clear(case)
    case = record(act, case, kinds.CaseReopened(state=case.state, reason=reason), words=words)
    if changed:
        clocks.record_deadline(act, case, "reopened")
    return case
