"""Every step of a case after it was reported: one function each, one transaction, its lines."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from xiuhua.cases import clocks, flow
from xiuhua.cases.counts import count_for_case
from xiuhua.cases.intake import open_case, open_cases
from xiuhua.cases.models import Case, CasePhoto, StandardRow, Word
from xiuhua.city.access import must
from xiuhua.city.models import Person, Unit
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, Place, action
from xiuhua.ledger.dictionary import Fact
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

__all__ = [
    "accept_case", "check_case", "close_case", "dispatch_case", "file_case", "handle_case", "open_case",
    "open_cases", "rate_case", "refuse_case", "reopen_case", "return_case", "rework_case", "unfile_case",
]  # fmt: skip


def _case_of(line: Line) -> Case:
    return Case.objects.get(number=line.about)


@action(answer=_case_of)
def accept_case(act: Act, *, case: Case, version: int | None = None) -> Case:
    """The centre takes the report on."""
    case = _step(act, case, "accept", version)
    case.accepted_at = act.at
    return _record(act, case, kinds.CaseAccepted(state=case.state))


@action(answer=_case_of)
def refuse_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """The centre does not take the report on and says why."""
    flow.reason_words("refuse", reason)
    case = _step(act, case, "refuse", version)
    case.closed_at = act.at
    return _record(act, case, kinds.CaseRefused(state=case.state, reason=reason), words=words)


@action(answer=_case_of)
def file_case(act: Act, *, case: Case, standard: StandardRow, words: str = "", version: int | None = None) -> Case:
    """The case is filed under a row of the standard: its limit starts to run."""
    case = _step(act, case, "file", version)
    case.standard = standard
    case.matter = standard.matter
    case.category = standard.category
    case.filed_at = act.at
    case.paused_at = None
    clocks.start(case, act.at, standard)
    fact = kinds.CaseFiled(
        state=case.state,
        matter=standard.matter,
        standard=standard.code,
        limit=format(standard.limit_amount.normalize(), "f"),
        limit_kind=standard.limit_kind,
    )
    case = _record(act, case, fact, words=words)
    clocks.record_deadline(act, case, "filed")
    return case


@action(answer=_case_of)
def unfile_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """The dispatcher gives a case back to be filed anew."""
    flow.reason_words("unfile", reason)
    case = _step(act, case, "unfile", version)
    clocks.pause(case, act.at)
    case = _record(act, case, kinds.CaseReturned(state=case.state, reason=reason), words=words)
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
    words: str = "",
    version: int | None = None,
) -> Case:
    """The case goes to the unit, and the person, who put it right."""
    must(act.by, "dispatch_case", unit=unit.path)
    case = _step(act, case, "dispatch", version)
    same_unit = case.for_unit == unit.path and case.dispatched_at is not None
    was_paused = case.paused_at is not None
    case.for_unit = unit.path
    case.handler = person.code if person else ""
    case.dispatched_at = act.at
    clocks.resume(case, act.at, same_unit=same_unit)
    fact = kinds.CaseDispatched(
        state=case.state,
        to_unit=unit.path,
        to_person=case.handler,
        why=list(why),
        turn=case.turn,
    )
    case = _record(act, case, fact, words=words)
    if was_paused:
        clocks.record_deadline(act, case, "dispatched_again")
    return case


@action(answer=_case_of)
def return_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """The unit gives the case back to the dispatcher: not ours, wrong place, cannot be done now."""
    flow.reason_words("return", reason)
    case = _step(act, case, "return", version)
    clocks.pause(case, act.at)
    case = _record(act, case, kinds.CaseReturned(state=case.state, reason=reason), words=words)
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
    if way not in WAYS:
        raise Refused("case.way", f"请选择处置方式：{'、'.join(WAYS.values())}。", field="way")
    if not photos:
        raise Refused("case.no_photo", "请拍一张处置后的照片，核查的人要看。", field="photos")
    case = _step(act, case, "handle", version)
    case.handled_at = act.at
    case.handler = act.by.code or case.handler
    if case.due_at and act.at > case.due_at:
        case.late = True
    _keep_photos(act, case, before, CasePhoto.Moment.BEFORE)
    _keep_photos(act, case, photos, CasePhoto.Moment.AFTER)
    fact = kinds.CaseHandled(
        state=case.state, way=way, counted_by=str(counted_by or ""), photos=len(photos) + len(before)
    )
    case = _record(act, case, fact, words=words)
    if item and quantity and counted_by is None:
        count_for_case(act, case=case, item=item, quantity=quantity)
    return case


WAYS = {"guided": "疏导", "managed": "管理", "enforced": "执法"}


@action(answer=_case_of)
def rework_case(
    act: Act, *, case: Case, reason: str, photos: Sequence[str] = (), words: str = "", version: int | None = None
) -> Case:
    """The check failed: the case goes back to who handled it, with what failed."""
    flow.reason_words("rework", reason)
    _not_the_fixer(act, case)
    case = _step(act, case, "rework", version)
    _keep_photos(act, case, photos, CasePhoto.Moment.CHECK)
    case.turn += 1
    fact = kinds.CaseReworkOrdered(state=case.state, reason=reason, turn=case.turn)
    return _record(act, case, fact, words=words)


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
    _not_the_fixer(act, case)
    case = _step(act, case, "check", version)
    case.checked_at = act.at
    _keep_photos(act, case, photos, CasePhoto.Moment.CHECK)
    return _record(act, case, kinds.CaseChecked(state=case.state, method=method), words=words)


@action(answer=_case_of)
def close_case(act: Act, *, case: Case, words: str = "", version: int | None = None) -> Case:
    """The case is right, was checked, and is done."""
    case = _step(act, case, "close", version)
    case.closed_at = act.at
    return _record(act, case, kinds.CaseClosed(state=case.state, late=case.late), words=words)


@action(answer=_case_of)
def reopen_case(act: Act, *, case: Case, reason: str, words: str = "", version: int | None = None) -> Case:
    """A closed or refused case is taken up again under its own number."""
    flow.reason_words("reopen", reason)
    case = _step(act, case, "reopen", version)
    case.closed_at = case.checked_at = case.handled_at = None
    case.turn += 1
    return _record(act, case, kinds.CaseReopened(state=case.state, reason=reason), words=words)


@action(answer=_case_of)
def rate_case(act: Act, *, case: Case, score: int, words: str = "") -> Case:
    """The reporter says whether they are content: 3 content, 2 so-so, 1 not."""
    if score not in (1, 2, 3):
        raise Refused("case.score", "请选满意、一般或不满意。", field="score")
    if case.state != "closed":
        raise Refused("case.rate_open", "办结以后才能评价。")
    if Line.objects.filter(kind=kinds.CaseRated.kind, about=case.number).exists():
        raise Refused("case.rated", "这件事已经评价过了，谢谢您。")
    act.record(kinds.CaseRated(score=score), about=case.number, for_unit=case.for_unit, source=case.source)
    if words:
        Word.objects.create(case=case, line=act.key, kind="rating", text=words)
    return case


# ---------------------------------------------------------------- what the steps share


def _step(act: Act, case: Case, verb: str, version: int | None) -> Case:
    """Lock the case, see that the step may follow and that nobody was quicker, and move it."""
    try:
        case = Case.objects.select_for_update().select_related("standard").get(pk=case.pk)
    except Case.DoesNotExist:
        raise Absent("case.absent") from None
    if version is not None and version != case.version:
        raise Refused(
            "case.stale",
            f"别人刚刚改过这件案件：现在是“{case.state_label}”。您填的内容还在，请看一眼新的状态再提交。",
            state=case.state,
            version=case.version,
        )
    step = flow.move(verb, case.state)
    unit = case.for_unit if verb in {"handle", "return"} else ""
    must(act.by, step.may, unit=unit)
    _forward_in_time(act.at, case)
    case.state = step.target
    return case


def _forward_in_time(at: dt.datetime, case: Case) -> None:
    moments = (case.reported_at, case.accepted_at, case.filed_at, case.dispatched_at, case.handled_at, case.checked_at)
    latest = max(moment for moment in moments if moment is not None)
    if at < latest:
        raise Refused(
            "case.backwards",
            f"这一步的时间 {timezone.localtime(at):%m月%d日 %H:%M} 早于上一步的 "
            f"{timezone.localtime(latest):%m月%d日 %H:%M}，请检查时钟。",
            field="at",
        )


def _not_the_fixer(act: Act, case: Case) -> None:
    fixers = Line.objects.filter(kind=kinds.CaseHandled.kind, about=case.number).values_list("by", flat=True)
    if act.by.code and act.by.code in set(fixers) | {case.handler}:
        raise Refused("case.own_work", "处置的人不能核查自己的案件，请换一个人核查。")


def _keep_photos(act: Act, case: Case, digests: Sequence[str], moment: str) -> None:
    known = {one.digest: one.taken_at for one in StoredFile.objects.filter(digest__in=list(digests))}
    missing = [one for one in digests if one not in known]
    if missing:
        raise Refused("case.photo", "有照片没有传完整，请重新添加照片后再提交。", field="photos")
    CasePhoto.objects.bulk_create(
        [
            CasePhoto(
                case=case, digest=one, moment=moment, turn=case.turn, taken_at=known[one] or act.at, by=act.by.code
            )
            for one in dict.fromkeys(digests)
        ],
        ignore_conflicts=True,
    )


def _record(act: Act, case: Case, fact: Fact, *, words: str = "") -> Case:
    case.version = F("version") + 1
    case.save()
    case.refresh_from_db(fields=["version"])
    line = act.record(
        fact,
        about=case.number,
        for_unit=case.for_unit,
        place=Place(case.grid, case.segment, case.lon_e7, case.lat_e7),
        campaign=case.campaign,
        source=case.source,
    )
    if words.strip():
        Word.objects.create(case=case, line=line.key, kind="opinion", text=words.strip())
    return case
