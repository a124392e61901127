"""How a case stood before the last steps, kept for as long as a step may be taken back."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any
from uuid import UUID

from xiuhua.cases.models import Case, LastStep
from xiuhua.ledger.act import Act

RECALLABLE = ("accept", "refuse", "merge", "file", "unfile", "dispatch", "return", "close")
"""Steps of the desk that can be taken back; what was done on the street has happened."""
WITHIN = dt.timedelta(seconds=10)
GRACE = dt.timedelta(seconds=5)
"""For the way from the press of the button to the server (our choice)."""
KEPT = (
    "state", "standard_id", "matter", "category", "for_unit", "handler", "turn", "accepted_at", "filed_at", "dispatched_at",
    "sent_at", "seen_at", "acknowledged_at", "handled_at", "checked_at", "closed_at", "due_at", "paused_at", "due_provisional", "late", "held_until",
    "merged_into_id", "urgency", "limit_amount", "warn_at", "alarm", "stage_due_at", "exempt", "with_others", "check_by",
)  # fmt: skip
"""What steps change in a case, but for its version and the moment of its last move."""


def snapshot(case: Case) -> dict[str, Any]:
    """How a case stands, as JSON."""
    told = {name: getattr(case, name) for name in KEPT}
    return {name: _plain(value) for name, value in told.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def put_back(case: Case, before: dict[str, Any]) -> None:
    """The case as a snapshot has it."""
    for name in KEPT:
        value: Any = before.get(name)
        is_moment = name.endswith("_at") and value is not None
        if name == "held_until" and value:
            value = dt.date.fromisoformat(value)
        if name == "limit_amount" and value:
            value = Decimal(value)
        setattr(case, name, dt.datetime.fromisoformat(value) if is_moment else value)


def remember(act: Act, case: Case, line: UUID) -> None:
    """After a step: what was before it, when it is one that may be taken back. What is too old is forgotten."""
    verb, before = getattr(case, "taking", ("", None))
    if verb not in RECALLABLE or before is None:
        return
    LastStep.objects.filter(case=case, at__lt=act.at - WITHIN - GRACE).delete()
    LastStep.objects.create(
        case=case, line=line, verb=verb, by=act.by.code, at=act.at, version=case.version, before=before
    )
