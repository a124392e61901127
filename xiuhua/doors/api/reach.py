"""What a call reaches: the case that it names, when it may; and the act that it is."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema

from xiuhua.cases.models import Case
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act


def case_of(request: HttpRequest, number: str) -> Case:
    """The case of a number; not there and not theirs look the same."""
    found = Case.objects.visible_to(request.auth).select_related("standard").filter(number=number).first()
    if found is None:
        raise Absent("case.absent")
    return found


def asked_right(request: HttpRequest, wanted: Schema) -> None:
    """A misspelt question is refused, not answered as if it had not been asked."""
    known = {field.alias or name for name, field in type(wanted).model_fields.items()}
    unknown = sorted(request.GET.keys() - known)
    if unknown:
        raise Refused(
            "input.malformed",
            _("没有 %(field)s 这个参数，可用：%(known)s。")
            % {"field": unknown[0][:40], "known": "、".join(sorted(known))},
            field=unknown[0][:40],
        )


def act_of(request: HttpRequest, key: UUID, at: dt.datetime | None) -> Act:
    """The act behind a call: its key and moment come with it, the office's clock says when it came in."""
    now = timezone.now()
    return Act(by=request.auth, at=at or now, key=key, recorded_at=now)
