"""One case as the phone shows it: seven stitches, what was told, its photos."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from xiuhua.cases import flow
from xiuhua.cases.models import Case, CasePhoto
from xiuhua.doors.street.work import mark_state
from xiuhua.ledger.models import Line


def stitches_of(case: Case, at: dt.datetime) -> list[dict[str, Any]]:
    """The seven stitches of a case with their times."""
    times = (
        case.reported_at, case.accepted_at, case.filed_at, case.dispatched_at, case.handled_at, case.checked_at,
        case.closed_at if case.state == "closed" else None,
    )  # fmt: skip
    done = flow.DONE_STITCHES[case.state]
    late = mark_state(case, at) == "late"
    rows = []
    for n, (label, time) in enumerate(zip(flow.STITCHES, times, strict=True)):
        now = n == done and case.is_open
        state = "done" if n < done else ("late" if late else "now") if now else "todo"
        rows.append(
            {"label": _(label), "time": time if n < done else None, "state": state, "note": _("待办") if now else ""}
        )
    return rows


@dataclass(frozen=True)
class Note:
    """What somebody told the next one: the dispatcher's words, why it came back."""

    label: str
    text: str
    at: dt.datetime
    back: bool


TELLING = {"case.dispatched": _l("派遣批示"), "case.rework_ordered": _l("返工"), "case.returned": _l("退回")}


def notes_of(case: Case) -> list[Note]:
    """What was told when the case was sent on or came back, the latest first."""
    words = dict(case.words.filter(kind="opinion").values_list("line", "text"))
    lines = Line.objects.about(case.number).of_kind(*TELLING).order_by("-happened_at", "-id")
    found = []
    for line in lines:
        reason = str(json.loads(line.facts).get("reason", ""))
        why = next((_(known[reason]) for known in flow.REASONS.values() if reason in known), "")
        text = "：".join(part for part in (why, words.get(line.key, "")) if part)
        if text:
            found.append(Note(str(TELLING[line.kind]), text, line.happened_at, line.kind != "case.dispatched"))
    return found


def pictures_of(case: Case) -> dict[str, list[CasePhoto]]:
    """Photos of a case by moment; of handling and checks, the latest turn first."""
    found: dict[str, list[CasePhoto]] = {moment: [] for moment in CasePhoto.Moment.values}
    for photo in case.photos.order_by("-turn", "id"):
        found[photo.moment].append(photo)
    return found
