"""What all steps of a case share: the lock, the table, the clock of the street, the photos, the line."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from xiuhua.cases import flow
from xiuhua.cases.models import Case, CasePhoto, Word
from xiuhua.cases.recalled import remember, snapshot
from xiuhua.cases.stages import enter
from xiuhua.city.access import must
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, Place
from xiuhua.ledger.dictionary import Fact, read_facts
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line


def locked(case: Case) -> Case:
    """The case as it stands now, nobody else's until this act is done."""
    try:
        return Case.objects.select_for_update(of=("self",)).select_related("standard").get(pk=case.pk)
    except Case.DoesNotExist:
        raise Absent("case.absent") from None


def step(act: Act, case: Case, verb: str, version: int | None) -> Case:
    """Lock the case, see that the step may follow and that nobody was quicker, and move it."""
    case = locked(case)
    if version is not None and version != case.version:
        raise Refused(
            "case.stale",
            "别人刚刚改过这件案件：现在是“{state_label}”。您填的内容还在，请看一眼新的状态再提交。",
            state=case.state,
            version=case.version,
            state_label=case.state_label,
        )
    move = flow.move(verb, case.state)
    must(act.by, move.may, unit=case.for_unit if move.own_unit else "")
    if case.with_others and verb != "transfer":
        raise Refused("case.with_others", "案件已经移交给别的单位，等回执；收到接收或退回的答复后再办。")
    forward_in_time(act.at, case)
    case.taking = (verb, snapshot(case))
    case.held_until = None
    case.state = move.target
    return case


def forward_in_time(at: dt.datetime, case: Case) -> None:
    """A step comes after the step before it, whatever that was: also a return, a rework, a closing."""
    if at < case.moved_at:
        raise Refused(
            "case.backwards",
            "这一步的时间 {at:%m月%d日 %H:%M} 早于上一步的 {moved_at:%m月%d日 %H:%M}，请检查时钟。",
            field="at",
            at=timezone.localtime(at),
            moved_at=timezone.localtime(case.moved_at),
        )


def not_the_fixer(act: Act, case: Case) -> None:
    """The checker never handled the case, in whatever turn, and was never sent to handle it."""
    lines = Line.objects.about(case.number).of_kind(kinds.CaseHandled.kind, kinds.CaseDispatched.kind).standing()
    fixers = {case.handler}
    for by, kind, facts in lines.values_list("by", "kind", "facts"):
        told = read_facts(kind, facts)
        fixers.add(told.to_person if isinstance(told, kinds.CaseDispatched) else by)
    if act.by.code and act.by.code in fixers:
        raise Refused("case.own_work", "处置过或被派去处置这件案件的人不能核查它，请换一个人核查。")


def keep_photos(act: Act, case: Case, digests: Sequence[str], moment: str) -> None:
    """Photos go with the case; each must have been kept before, whole."""
    found = StoredFile.objects.filter(digest__in=list(digests), width__isnull=False)
    known = {one.digest: one.taken_at for one in found}
    if any(one not in known for one in digests):
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


def record(act: Act, case: Case, fact: Fact, *, words: str = "", corrects: UUID | None = None) -> Case:
    """Save the case as it is after the step, and write the line that says so."""
    case.version = F("version") + 1
    case.moved_at = act.at
    if not isinstance(fact, kinds.CaseRecalled):
        enter(case, act.at)
    case.save()
    case.refresh_from_db(fields=["version"])
    line = act.record(
        fact,
        about=case.number,
        for_unit=case.for_unit,
        place=Place(case.grid, case.segment, case.lon_e7, case.lat_e7),
        campaign=case.campaign,
        source=case.source,
        corrects=corrects,
    )
    remember(act, case, line.key)
    if words.strip():
        Word.objects.create(case=case, line=line.key, kind="opinion", text=words.strip())
    return case
