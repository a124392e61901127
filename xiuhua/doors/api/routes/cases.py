"""Reporting problems, and reading cases."""

from __future__ import annotations

import json
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Query, Router, Status

from xiuhua.cases import flow
from xiuhua.cases.intake import Adopted, Report, open_case, open_cases
from xiuhua.cases.models import Case, CaseQuerySet
from xiuhua.city.access import may
from xiuhua.city.models import Unit
from xiuhua.doors.api.fields import CaseNumber
from xiuhua.doors.api.reach import act_of, asked_right, case_of
from xiuhua.doors.api.schemas.cases import CaseOut, CasePage, Wanted
from xiuhua.doors.api.schemas.refusals import Error
from xiuhua.doors.api.schemas.reports import ReportIn, ReportsIn, VerdictsOut
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.dictionary import KINDS
from xiuhua.ledger.models import Line

router = Router()
COLUMNS = {
    "number": "number", "outside_number": "outside_number", "source": "source", "category": "category",
    "matter": "matter", "standard": "standard__code", "state": "state", "place": "place", "lon": "lon_e7",
    "lat": "lat_e7", "segment": "segment", "grid": "grid", "unit": "for_unit", "campaign": "campaign", "turn": "turn",
    "reported_at": "reported_at", "accepted_at": "accepted_at", "filed_at": "filed_at",
    "dispatched_at": "dispatched_at", "handled_at": "handled_at", "checked_at": "checked_at",
    "closed_at": "closed_at", "due_at": "due_at", "due_provisional": "due_provisional", "paused_at": "paused_at",
    "late": "late", "version": "version",
}  # fmt: skip
NAMES = tuple(COLUMNS)
LON, LAT = NAMES.index("lon"), NAMES.index("lat")


@router.post("", response={201: CaseOut, 200: CaseOut, 409: Error, 422: Error}, summary="上报一件案件")
def report_case(request: HttpRequest, told: ReportIn) -> Status:
    """Report one problem. 201 when it became a case, 200 when the same key and content came before.

    The same key with other content is refused with 409; a problem outside the city, without a place or with a photo
    that did not arrive is refused with 422.
    """
    act = act_of(request, told.key, told.at)
    new = not Line.objects.filter(key=told.key).exists()
    case = open_case(act, report=_report(told))
    return Status(201 if new else 200, case_told(case, act.by))


@router.post("/batch", response={200: VerdictsOut, 422: Error}, summary="上报一批案件")
def report_cases(request: HttpRequest, told: ReportsIn) -> dict[str, Any]:
    """Report up to 1,000 problems at once. The good become cases, the bad come back with their reasons.

    Every row stands in exactly one of `cases` and `rejected`. Sending the same batch again changes nothing and gives
    the same cases. A batch with a malformed row (a wrong type, an unknown field) is refused whole, naming the row.
    """
    reports = [_report(one) for one in told.reports]
    verdicts = open_cases(act_of(request, told.reports[0].key, None), reports=reports)
    numbers = dict(Line.objects.filter(key__in=[one.key for one in reports]).values_list("key", "about"))
    rejected = {one.row for one in verdicts.rejected}
    return {
        "cases": [
            {"row": row, "key": one.key, "number": numbers[one.key]}
            for row, one in enumerate(reports)
            if row not in rejected
        ],
        "rejected": [
            {"row": one.row, "key": reports[one.row].key, "code": one.code, "field": one.field, "message": one.message}
            for one in verdicts.rejected
        ],
    }


@router.get("", response={200: CasePage, 422: Error}, summary="列出案件")
def list_cases(
    request: HttpRequest,
    wanted: Query[Wanted],
) -> HttpResponse:
    """List the cases that you may see, the newest first.

    Pages are cut by `cursor`, so that a case that comes in meanwhile neither repeats nor hides another.
    """
    asked_right(request, wanted)
    found = _filtered(Case.objects.visible_to(request.auth), wanted)
    rows = list(found.order_by("-pk").values_list("pk", *COLUMNS.values())[: wanted.limit + 1])
    after = f"{rows[wanted.limit - 1][0]:x}" if len(rows) > wanted.limit else None
    page = {"cases": [_row(row[1:]) for row in rows[: wanted.limit]], "next": after}
    return HttpResponse(msgspec.json.encode(page), content_type="application/json; charset=utf-8")


@router.get("/{number}", response={200: CaseOut, 404: Error}, summary="读一件案件")
def read_case(request: HttpRequest, number: CaseNumber) -> dict[str, Any]:
    """Read one case with its photos, its log and the steps that may follow. Not there and not yours look the same."""
    return case_told(case_of(request, number), request.auth)


def _filtered(found: CaseQuerySet, wanted: Wanted) -> CaseQuerySet:
    unknown = set(wanted.state) - flow.STATES.keys()
    if unknown:
        known = "、".join(flow.STATES)
        raise Refused("case.state", _("没有这个状态，可用：%(known)s。") % {"known": known}, field="state")
    if wanted.state:
        found = found.filter(state__in=wanted.state)
    if wanted.category:
        found = found.filter(category__in=wanted.category)
    if wanted.unit:
        found = found.in_unit(path_of(wanted.unit))
    if wanted.since:
        found = found.filter(reported_at__gte=wanted.since)
    return found.filter(pk__lt=int(wanted.cursor, 16)) if wanted.cursor else found


# ---------------------------------------------------------------- told


def case_told(case: Case, by: By) -> dict[str, Any]:
    """A case as machines read it; who may not see the ledger sees no codes of persons."""
    row = Case.objects.filter(pk=case.pk).values_list(*COLUMNS.values()).get()
    lines = Line.objects.about(case.number).order_by("happened_at", "id")
    sees = may(by, "see_ledger")
    return _row(row) | {
        "description": case.description,
        "token": case.token,
        "photos": case.photos.order_by("id").values("digest", "moment", "turn", "taken_at", "released"),
        "log": [_line_told(line, sees) for line in lines],
        "next_steps": [move.verb for move in flow.moves_from(case.state)],
        "merged_into": case.merged_into.number if case.merged_into else "",
    }


def _line_told(line: Line, sees: bool) -> dict[str, Any]:
    facts = json.loads(line.facts)
    if not sees:
        facts.pop("to_person", None)
    kind = KINDS.get(line.kind)
    return {
        "key": line.key, "kind": line.kind, "label": kind.label if kind else line.kind,
        "happened_at": line.happened_at, "unit": line.unit, "by": line.by if sees else "", "facts": facts,
    }  # fmt: skip


def _row(values: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(NAMES, values, strict=True))
    told["lon"] = None if values[LON] is None else values[LON] / 1e7
    told["lat"] = None if values[LAT] is None else values[LAT] / 1e7
    return told


def _report(told: ReportIn) -> Report:
    adopted = told.adopted
    return Report(
        **told.model_dump(exclude={"photos", "adopted"}),
        photos=tuple(told.photos),
        adopted=Adopted(adopted.state, adopted.state_there, adopted.at) if adopted else None,
    )


def path_of(unit: str) -> str:
    path = Unit.objects.filter(code=unit).values_list("path", flat=True).first()
    if path is None:
        raise Refused("city.unit", _("没有编码为 %(unit)s 的单位。") % {"unit": unit}, field="unit")
    return path
