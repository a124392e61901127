"""群报: photos and words pasted from a chat group become drafts, one for each photo; confirmed together they are cases.

Who said it and within which time stays with the case as what is owed to the group (`Reply`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from xiuhua.cases.chat import LONGEST_TEXT, Proposed, propose
from xiuhua.cases.intake import Report, open_cases
from xiuhua.cases.models import Case, Category, ChatBatch, ChatDraft, Reply, Source
from xiuhua.cases.reports import LONGEST_PLACE, check_reports
from xiuhua.city.access import must
from xiuhua.city.answers import Candidate
from xiuhua.city.models import Segment, Unit
from xiuhua.city.places import places
from xiuhua.city.resolving import resolve_phrases
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import case as kinds
from xiuhua.ledger.models import Line

MOST = 40
SURE = 0.5
"""A reading of a place at least so certain is taken over; anything else stays words, which the desk completes."""
SOURCES = (
    Source.CIVILISED, Source.COMMITTEE, Source.STREET, Source.DEPARTMENT, Source.LEADER, Source.OFFICER, Source.ASSISTANT,
    Source.MEDIA, Source.CITIZEN,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What the screen says of a draft when it is confirmed; a draft that is left out is never a case."""

    category: str = ""
    place: str = ""
    words: str = ""
    segment: str = ""
    lon: float | None = None
    lat: float | None = None
    minutes: int | None = None
    left_out: bool = False


def _batch_of(line: Line) -> ChatBatch:
    return ChatBatch.objects.get(code=line.about.partition(":")[2])


@action(answer=_batch_of)
def take_chat(act: Act, *, source: str, text: str, photos: Sequence[str], group: str = "") -> ChatBatch:
    """What was copied from a group is taken in: a draft for each photo, or for each message when there is none."""
    must(act.by, "accept_case")
    if source not in SOURCES:
        raise Refused("chat.source", "请选择是谁在群里发的。", field="source")
    photos = list(dict.fromkeys(photos))
    if len(photos) > MOST:
        raise Refused("chat.many", "一次最多 {most} 张照片，请分两批。", field="photos", most=MOST)
    if len(text) > LONGEST_TEXT:
        raise Refused("chat.long", "文字超过 {most} 个字，请分两批。", field="text", most=LONGEST_TEXT)
    known = set(StoredFile.objects.filter(digest__in=photos, width__isnull=False).values_list("digest", flat=True))
    if known != set(photos):
        raise Refused("case.photo", "有照片没有传完整，请重新添加照片后再提交。", field="photos")
    told = propose(text, len(photos), day=bureau_day(act.at), tz=timezone.get_current_timezone())
    if not told:
        raise Refused("chat.nothing", "请贴上照片，或者群里的文字。", field="text")
    line = act.record(kinds.ChatTaken(photos=len(photos), drafts=len(told)), about=f"chat:{act.key.hex}", source=source)
    batch = ChatBatch.objects.create(
        code=act.key.hex, source=source, group=group.strip()[:60], text=text, taken_at=act.at, taken_by=line.by
    )
    _draft(batch, told, photos, act.at)
    return batch


def _draft(batch: ChatBatch, told: Sequence[Proposed], photos: Sequence[str], at: dt.datetime) -> None:
    units = list(Unit.objects.filter(closed_on=None).exclude(kind=Unit.Kind.BUREAU))
    found = [
        each.candidates[0] if each.candidates else None for each in resolve_phrases([one.place for one in told], at)
    ]
    ChatDraft.objects.bulk_create(
        ChatDraft(
            batch=batch, place_in_batch=n, photo=photos[n] if photos else "", sender=one.sender[:40], said_at=_said(one, at),
            words=one.words, place=one.place, category=one.category, minutes=one.minutes,
            for_unit=named_unit(one.mentions, units), **_spot(where),
        )
        for n, (one, where) in enumerate(zip(told, found, strict=True))
    )  # fmt: skip


def _said(one: Proposed, at: dt.datetime) -> dt.datetime | None:
    """When it was said; a moment that has not come was read wrongly, and is no moment."""
    return one.at if one.at is not None and one.at <= at else None


def _spot(where: Candidate | None) -> dict[str, Any]:
    if where is None or where.certainty < SURE:
        return {}
    return {"segment": where.segment, "lon": where.lon, "lat": where.lat}


def named_unit(mentions: Iterable[str], units: Sequence[Unit]) -> str:
    """The path of the one unit that somebody named by @; empty when none or several fit."""
    for name in mentions:
        fitting = [one for one in units if name in one.name or one.name in name]
        exact = [one for one in fitting if one.name == name] or fitting
        if len(exact) == 1:
            return exact[0].path
    return ""


@action(answer=_batch_of)
def confirm_chat(act: Act, *, batch: ChatBatch, told: Mapping[int, Told]) -> ChatBatch:
    """All drafts that were not left out become cases, or none does; every wrong one is named with its number."""
    must(act.by, "accept_case")
    batch = ChatBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.confirmed_at is not None:
        raise Refused("chat.confirmed", "这一批已经登记过了，请刷新页面看结果。")
    drafts = list(batch.drafts.select_for_update())
    _take_over(drafts, told)
    taken = [one for one in drafts if not told.get(one.place_in_batch, Told()).left_out]
    if not taken:
        raise Refused("chat.none", "每一张都没有勾选，没有要登记的案件。")
    reports = [report_of(batch, one, act) for one in taken]
    wrong = check_reports(reports, now=act.recorded_at or act.at, shapes=places())
    if wrong:
        raise Refused(
            "chat.wrong", "第 {n} 张：{first}（共有 {many} 张要改）", n=taken[wrong[0].row].place_in_batch + 1,
            first=wrong[0].message, many=len({one.row for one in wrong}),
            rows={taken[one.row].place_in_batch: one.message for one in reversed(wrong)},
        )  # fmt: skip
    act.record(kinds.ChatConfirmed(cases=len(taken)), about=f"chat:{batch.code}", source=batch.source)
    opened = open_cases(
        Act(by=act.by, at=act.at, key=uuid5(act.key, "cases"), recorded_at=act.recorded_at), reports=reports
    )
    by_key = dict(zip((one.key for one in reports), opened.opened, strict=True))
    for draft, report in zip(taken, reports, strict=True):
        draft.case = by_key[report.key]
    ChatDraft.objects.bulk_update(drafts, [one.name for one in fields(Told) if one.name != "left_out"] + ["case"])
    _owe(batch, taken, act.at)
    batch.confirmed_at = act.at
    batch.save(update_fields=["confirmed_at"])
    return batch


def _take_over(drafts: Sequence[ChatDraft], told: Mapping[int, Told]) -> None:
    segments = set(
        Segment.objects.filter(code__in={one.segment for one in told.values()} - {""}).values_list("code", flat=True)
    )
    for draft in drafts:
        one = told.get(draft.place_in_batch)
        if one is None:
            continue
        draft.category = one.category if one.category in Category.values else ""
        draft.place, draft.words = one.place.strip()[:LONGEST_PLACE], one.words.strip()[:500]
        draft.segment = one.segment if one.segment in segments else ""
        draft.lon, draft.lat, draft.minutes = one.lon, one.lat, one.minutes


def report_of(batch: ChatBatch, draft: ChatDraft, act: Act) -> Report:
    """A draft as intake takes it; found when it was said, else when it was taken in."""
    return Report(
        key=uuid5(UUID(batch.code), str(draft.place_in_batch)),
        category=draft.category,
        source=batch.source,
        at=min(draft.said_at or batch.taken_at, act.at),
        place=draft.place,
        description=draft.words,
        lon=draft.lon,
        lat=draft.lat,
        segment=draft.segment,
        photos=(draft.photo,) if draft.photo else (),
        for_unit=draft.for_unit,
    )


def _owe(batch: ChatBatch, drafts: Sequence[ChatDraft], at: dt.datetime) -> None:
    """What the group is owed: by the limit that was said, else by what the source is promised."""
    known = {one.case_id: one for one in Reply.objects.filter(case__in=[one.case for one in drafts])}
    for draft in drafts:
        reply = known.get(draft.case_id or 0) or Reply(case=draft.case)
        if draft.minutes:
            reply.due_at = (draft.said_at or batch.taken_at) + dt.timedelta(minutes=draft.minutes)
        reply.batch, reply.sender = batch, draft.sender
        reply.save()


@action(answer=lambda line: None)
def drop_chat(act: Act, *, batch: ChatBatch) -> None:
    """A batch that nobody confirmed is thrown away with its words; its photos go when files are tidied."""
    must(act.by, "accept_case")
    batch = ChatBatch.objects.select_for_update().get(pk=batch.pk)
    if batch.confirmed_at is not None:
        raise Refused("chat.confirmed", "这一批已经登记过了，请刷新页面看结果。")
    act.record(kinds.ChatDropped(), about=f"chat:{batch.code}", source=batch.source)
    batch.delete()


def batch_of(code: str) -> ChatBatch:
    """The batch of a code."""
    found = ChatBatch.objects.filter(code=code).first()
    if found is None:
        raise Absent("chat.absent", "没有这一批，可能已经丢弃。")
    return found


def cases_of(batch: ChatBatch) -> list[Case]:
    """The cases of a batch, in the order of their photos."""
    return [one.case for one in batch.drafts.exclude(case=None).select_related("case__reply") if one.case]
