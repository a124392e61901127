"""批示: the open ones, one with its parts, and the papers that go back to the leader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Unit
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.files import keep, original_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme import instructions as acts
from xiuhua.programme.instruction_papers import WORD_DOCUMENT, feedback_word, open_pdf
from xiuhua.programme.models import Instruction, InstructionPart

LARGEST_SCAN = 20 << 20
SHOWN_AS = ("image/jpeg", "image/png", "image/webp", "application/pdf")
STRUCK_SHOWN = 30


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="supervise", verb="see_ledger")
def instruction_list(request: HttpRequest, by: By) -> HttpResponse:
    """The instructions that are not struck off, and the form of a new one."""
    if request.method != "POST":
        return render(request, "desk/instructions.html", _list(by))
    scan = request.POST.get("scan_kept", "")
    try:
        upload = request.FILES.get("scan")
        if upload is not None and upload.size:
            scan = keep(upload.read(), klass="evidence", most=LARGEST_SCAN).digest
        given_on, due_on = day_of(request.POST.get("given_on")), day_of(request.POST.get("due_on"))
        if given_on is None or due_on is None:
            raise Refused("instruction.days", _("请写批示日期和办理期限。"), field="given_on")
        made = acts.take_instruction(
            act_of(request, by), leader=request.POST.get("leader", ""), given_on=given_on, due_on=due_on, scan=scan,
            words=request.POST.get("words", ""),
        )  # fmt: skip
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = _list(by) | {"refused": refused, "wrong": refused.field, "typed": request.POST, "scan_kept": scan}
        return render(request, "desk/instructions.html", context, status=status_of(refused))
    messages.success(request, _("已登记批示 %(number)s。") % {"number": made.number})
    return redirect("desk:instruction", code=made.code)


def _list(by: By) -> dict[str, Any]:
    at = timezone.now()
    rows = [(one, acts.parts_of(one)) for one in acts.open_instructions()]
    return {
        "room": "supervise", "at": at, "today": bureau_day(at), "key": fresh_key(), "typed": {},
        "rows": [(one, len(parts), sum(part.done for part in parts)) for one, parts in rows],
        "struck": Instruction.objects.filter(state=Instruction.State.STRUCK).order_by("-struck_at")[:STRUCK_SHOWN],
        "may_take": may(by, "take_instruction"),
    }  # fmt: skip


@require_safe
@never_cache
@desk_page(room="supervise", verb="see_ledger")
def instruction(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One instruction: its words, its parts, how far it is, what may be done."""
    return render(request, "desk/instruction.html", _one(by, acts.instruction_of(code)))


def _one(by: By, found: Instruction) -> dict[str, Any]:
    at = timezone.now()
    parts = acts.parts_of(found)
    return {
        "room": "supervise", "at": at, "today": bureau_day(at), "one": found,
        "parts": [(part, not part.done and part.case is None and acts.may_finish(by, part.part)) for part in parts],
        "all_done": all(part.done for part in parts), "feedback": found.feedback or acts.feedback_words(found),
        "units": Unit.objects.filter(closed_on=None).exclude(parent=None).order_by("path"),
        "may_take": may(by, "take_instruction"), "may_strike": may(by, "strike_instruction"),
        "longest": acts.LONGEST_FEEDBACK, "typed": {},
    }  # fmt: skip


@require_POST
@desk_page(room="supervise", verb="see_ledger")
def instruction_step(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """A step of an instruction."""
    found = acts.instruction_of(code)
    verb = request.POST.get("verb", "")
    if verb not in DOES:
        raise Refused("form.verb", _("没有“%(verb)s”这一步，请刷新页面。") % {"verb": verb})
    try:
        told = DOES[verb](request, by, found)
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = _one(by, acts.instruction_of(code)) | {
            "refused": refused,
            "wrong": refused.field,
            "typed": request.POST,
        }
        return render(request, "desk/instruction.html", context, status=status_of(refused))
    messages.success(request, told)
    return redirect("desk:instruction", code=code)


def _split(request: HttpRequest, by: By, one: Instruction) -> str:
    unit = Unit.objects.filter(code=request.POST.get("unit", "")).first()
    acts.split_instruction(
        act_of(request, by),
        instruction=one,
        case=request.POST.get("case", ""),
        unit=unit,
        words=request.POST.get("words", ""),
    )
    return _("已分解。")


def _finish(request: HttpRequest, by: By, one: Instruction) -> str:
    part = InstructionPart.objects.filter(instruction=one, pk=whole_number(request.POST.get("part"))).first()
    if part is None:
        raise Absent("instruction.part", _("没有这一项。"))
    acts.finish_task(act_of(request, by), part=part, words=request.POST.get("words", ""))
    return _("已办结这一项。")


def _report(request: HttpRequest, by: By, one: Instruction) -> str:
    acts.report_back(act_of(request, by), instruction=one, feedback=request.POST.get("feedback", ""))
    return _("已反馈，可以打印报告送领导圈阅。")


def _read(again: bool) -> Callable[[HttpRequest, By, Instruction], str]:
    def run(request: HttpRequest, by: By, one: Instruction) -> str:
        acts.read_back(act_of(request, by), instruction=one, words=request.POST.get("words", ""), again=again)
        return _("已记下领导的新要求，接着办。") if again else _("已记下圈阅。")

    return run


def _strike(request: HttpRequest, by: By, one: Instruction) -> str:
    acts.strike_off(act_of(request, by), instruction=one)
    return _("已销号。")


DOES: dict[str, Callable[[HttpRequest, By, Instruction], str]] = {
    "split": _split, "finish": _finish, "report": _report, "read": _read(False), "again": _read(True), "strike": _strike,
}  # fmt: skip


def _file(raw: bytes, content_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(raw, content_type=content_type)
    answer.headers["Content-Disposition"] = f"inline; filename*=UTF-8''{quote(name)}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@never_cache
@desk_page(room="supervise", verb="see_ledger")
def scan(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The scan or screenshot of an instruction; what is no picture and no PDF is only taken along."""
    found = acts.instruction_of(code)
    if not found.scan:
        raise Absent("instruction.scan", _("这份批示没有扫描件。"))
    raw, content_type = original_of(found.scan)
    answer = _file(raw, content_type if content_type in SHOWN_AS else "application/octet-stream", found.number)
    if content_type not in SHOWN_AS:
        answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(found.number)}"
    return answer


@require_safe
@never_cache
@desk_page(room="supervise", verb="see_ledger")
def feedback(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The one page for the leader, as Word."""
    found = acts.instruction_of(code)
    return _file(feedback_word(found), WORD_DOCUMENT, f"批示办理情况{found.number}.docx")


@require_safe
@never_cache
@desk_page(room="supervise", verb="see_ledger")
def open_paper(request: HttpRequest, by: By) -> HttpResponse:
    """The open ones on one A4, for Monday."""
    at = timezone.now()
    day: dt.date = bureau_day(at)
    return _file(open_pdf(day=day, at=at), "application/pdf", f"批示办理台账{day}.pdf")
