"""群报: paste photos and words from a chat group, look at the drafts, make them cases; then answer the group."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.cases.actions import confirm_chat, drop_chat, reply_batch, reply_case, take_chat
from xiuhua.cases.chat_batches import MOST, SOURCES, Told, batch_of, cases_of
from xiuhua.cases.models import Case, Category, ChatBatch, ChatDraft, HotlineOrder, Reply
from xiuhua.cases.reply_picture import reply_picture
from xiuhua.cases.replying import owed_replies, reply_words
from xiuhua.city.access import may
from xiuhua.city.models import Segment
from xiuhua.city.queries import bureau, unit_names
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.reach import case_of
from xiuhua.doors.desk.uploads import kept_photos
from xiuhua.doors.desk.worklist import road_names
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By

SHOWN = 20


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="dispatch", verb="accept_case")
def chat(request: HttpRequest, by: By) -> HttpResponse:
    """The box to paste into, and the batches of late."""
    if request.method != "POST":
        return render(request, "desk/chat.html", _box(request))
    photos: list[str] = []
    try:
        photos = kept_photos(request, "photos", most=MOST + 1)
        typed = request.POST
        batch = take_chat(
            act_of(request, by), source=typed.get("source", ""), text=typed.get("text", ""), photos=photos,
            group=typed.get("group", ""),
        )  # fmt: skip
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = _box(request) | {"refused": refused, "wrong": refused.field, "typed": request.POST, "photos": photos}
        return render(request, "desk/chat.html", context, status=status_of(refused))
    return redirect("desk:chat_batch", code=batch.code)


def _box(request: HttpRequest) -> dict[str, Any]:
    batches = list(ChatBatch.objects.prefetch_related("drafts", "replies")[:SHOWN])
    return {
        "room": "dispatch",
        "at": timezone.now(),
        "sources": [(one.value, one.label) for one in SOURCES],
        "source": request.POST.get("source") or SOURCES[0].value,
        "most": MOST,
        "key": request.POST.get("key") or fresh_key(),
        "batches": [_row(one) for one in batches],
        "photos": [],
        "typed": {},
    }


def _row(batch: ChatBatch) -> dict[str, Any]:
    replies = list(batch.replies.all())
    return {
        "batch": batch,
        "n": len(batch.drafts.all()),
        "cases": sum(one.case_id is not None for one in batch.drafts.all()),
        "owed": sum(one.replied_at is None for one in replies),
        "due": min((one.due_at for one in replies if one.replied_at is None and one.due_at), default=None),
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="dispatch", verb="accept_case")
def chat_batch(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The drafts of a batch, to confirm; once they are cases, what became of them, and the answer to the group."""
    batch = batch_of(code)
    if request.method == "POST":
        return _confirmed(request, by, batch)
    if batch.confirmed_at is None:
        return render(request, "desk/chat_drafts.html", _drafts(batch))
    return render(request, "desk/chat_done.html", _done(batch))


def _confirmed(request: HttpRequest, by: By, batch: ChatBatch) -> HttpResponse:
    if "drop" in request.POST:
        drop_chat(act_of(request, by), batch=batch)
        messages.success(request, _("已丢弃这一批。"))
        return redirect("desk:chat")
    told = {one.place_in_batch: _told(request.POST, one.place_in_batch) for one in batch.drafts.all()}
    try:
        done = confirm_chat(act_of(request, by), batch=batch, told=told)
    except Refused as refused:
        if refused.code in ("chat.confirmed",) or refused.code.startswith("access."):
            raise
        context = _drafts(batch, told=told, wrong=refused.facts.get("rows")) | {"refused": refused}
        return render(request, "desk/chat_drafts.html", context, status=status_of(refused))
    messages.success(request, _("已登记 %(n)d 件，进入待受理。") % {"n": len(cases_of(done))})
    return redirect("desk:chat_batch", code=batch.code)


def _told(typed: Mapping[str, str], n: int) -> Told:
    """What the screen says of the draft at a place."""

    def number(name: str) -> float | None:
        try:
            return float(typed.get(f"{name}-{n}", ""))
        except ValueError:
            return None

    segment = typed.get(f"segment-{n}", "")
    minutes = number("minutes")
    return Told(
        category=typed.get(f"category-{n}", ""), place=typed.get(f"place-{n}", ""), words=typed.get(f"words-{n}", ""),
        segment=segment.rpartition("[")[2].rstrip("]") if "[" in segment else segment, lon=number("lon"), lat=number("lat"),
        minutes=int(minutes) if minutes and 0 < minutes < 100_000 else None, left_out=f"take-{n}" not in typed,
    )  # fmt: skip


def _drafts(
    batch: ChatBatch, *, told: Mapping[int, Told] | None = None, wrong: Mapping[int, str] | None = None
) -> dict[str, Any]:
    drafts = list(batch.drafts.all())
    names, units = road_names({one.segment for one in drafts}), unit_names()
    taken = dict(
        StoredFile.objects.filter(digest__in=[one.photo for one in drafts if one.photo]).values_list(
            "digest", "taken_at"
        )
    )
    return {
        "room": "dispatch",
        "at": timezone.now(),
        "batch": batch,
        "key": fresh_key(),
        "categories": Category.choices,
        "drafts": [
            {
                "draft": one,
                "told": told[one.place_in_batch] if told else _as_proposed(one),
                "road": _road(told[one.place_in_batch].segment if told else one.segment, names),
                "unit": units.get(one.for_unit, ""),
                "taken_at": taken.get(one.photo),
                "wrong": (wrong or {}).get(one.place_in_batch, ""),
            }
            for one in drafts
        ],
    }


def _as_proposed(one: ChatDraft) -> Told:
    return Told(one.category, one.place, one.words, one.segment, one.lon, one.lat, one.minutes)


def _road(code: str, names: Mapping[str, str]) -> str:
    if not code or code in names:
        return names.get(code, "")
    return next((str(one) for one in Segment.objects.filter(code=code).defer("line")), "")


def _done(batch: ChatBatch) -> dict[str, Any]:
    at = timezone.now()
    cases = cases_of(batch)
    replies = list(Reply.objects.filter(case__in=cases).select_related("case"))
    owed = [one for one in replies if one.replied_at is None]
    return {
        "room": "dispatch",
        "at": at,
        "batch": batch,
        "cases": [(case, getattr(case, "reply", None)) for case in cases],
        "owed": len(owed),
        "due": min((one.due_at for one in owed if one.due_at), default=None),
        "settled": sum(case.state in ("handled", "checked", "closed", "refused") for case in cases),
        "text": "\n".join(f"{n}. {reply_words(case, at)}" for n, case in enumerate(cases, start=1)),
        "key": fresh_key(),
    }


@require_safe
@desk_page(room="dispatch")
def chat_picture(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The long picture of a batch."""
    return _picture(cases_of(batch_of(code)))


@require_safe
@desk_page()
def case_picture(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """The long picture of one case."""
    return _picture([case_of(by, number)])


def _picture(cases: list[Case]) -> HttpResponse:
    found, at = bureau(), timezone.now()
    answer = HttpResponse(reply_picture(cases, bureau=found.name if found else "", at=at), content_type="image/jpeg")
    name = f"reply-{timezone.localtime(at):%Y%m%d-%H%M}.jpg"
    answer.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return answer


@require_POST
@desk_page(room="dispatch", verb="reply_case")
def chat_reply(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The group was answered: when and with which words is kept."""
    batch = batch_of(code)
    try:
        reply_batch(act_of(request, by), batch=batch, text=request.POST.get("text", ""))
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = _done(batch) | {"refused": refused, "text": request.POST.get("text", "")}
        return render(request, "desk/chat_done.html", context, status=status_of(refused))
    messages.success(request, _("已记下回群时间。"))
    return redirect("desk:chat_batch", code=code)


@require_POST
@desk_page(verb="reply_case")
def case_reply(request: HttpRequest, by: By, number: str) -> HttpResponse:
    """Whoever told us of a case was answered."""
    reply_case(act_of(request, by), case=case_of(by, number), text=request.POST.get("text", ""))
    messages.success(request, _("已记下回复时间。"))
    return redirect(f"{reverse('desk:case', args=[number])}#reply")


@require_safe
@never_cache
@desk_page(room="dispatch")
def replies(request: HttpRequest, by: By) -> HttpResponse:
    """Who waits for an answer, the one with the least time left first."""
    at = timezone.now()
    rows = [(one, reply_words(one.case, at)) for one in owed_replies(at)]
    late = sum(1 for one, _words in rows if one.due_at and one.due_at < at)
    return render(request, "desk/replies.html", {"room": "dispatch", "at": at, "rows": rows, "late": late})


def reply_panel(case: Case, by: By, at: Any) -> dict[str, Any]:
    """What the page of a case shows of the answer that somebody is owed."""
    reply = Reply.objects.filter(case=case).select_related("batch").first()
    if reply is None and not may(by, "reply_case"):
        return {}
    order = HotlineOrder.objects.filter(case=case).first()
    ready = order is None or order.draft_state == HotlineOrder.Draft.APPROVED
    return {
        "reply": reply,
        "reply_words": order.draft if order is not None else reply_words(case, at),
        "may_reply": may(by, "reply_case") and (reply is None or reply.replied_at is None) and ready,
    }
