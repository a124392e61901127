"""地点名册: what the register holds, to search, to take along as a file, and its edits to take back."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Area, PlaceEdit, SiteType
from xiuhua.city.place_columns import COLUMNS
from xiuhua.city.place_export import FORMATS, OSM, SUFFIX, export_places, rows_of
from xiuhua.city.place_import import import_places, last_edits
from xiuhua.city.place_sorts import SORTS
from xiuhua.city.place_undo import undo_edit
from xiuhua.city.queries import person_names, unit_names
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key
from xiuhua.doors.desk.place_rows import CHOSEN, LABELS, SHOWN, WORDS, listed, options_of, shown_cells
from xiuhua.doors.desk.registers import Asked, Choice, paged, register_context, sheet
from xiuhua.doors.desk.views.imports import LARGEST_MB, uploaded
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.coordinates import system_named
from xiuhua.kit.files import keep
from xiuhua.kit.jobs import ask_job
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By
from xiuhua.ledger.dictionary import KINDS

LARGE_BYTES = 300_000
"""A file beyond this comes in in the background (our choice: some 5,000 segments, three seconds)."""
STATES = {"ended": gettext_lazy("已注销")}


def choices_of(sort: str) -> list[Choice]:
    """The filters of a list: its type where it has one, and whether what ended is meant."""
    found = []
    if sort in CHOSEN:
        name = CHOSEN[sort]
        told = dict(Area.Level.choices) if name == "level" else dict(options_of(name))
        found.append(Choice(name, _("级别") if name == "level" else WORDS[name], told))
    return [*found, Choice("state", _("状态"), STATES, every=_("在用"))]


@require_safe
@never_cache
@desk_page(room="places")
def places(request: HttpRequest, by: By, sort: str = "site") -> HttpResponse:
    """One sort of places, a page at a time."""
    if sort not in SORTS:
        raise Absent("place.sort")
    return _page(request, by, sort)


def _page(
    request: HttpRequest, by: By, sort: str, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    at = timezone.now()
    asked = Asked(request.GET, choices_of(sort))
    chosen = asked.chosen(CHOSEN[sort]) if sort in CHOSEN else ""
    road = asked.road if sort not in ("area", "grid") else ""
    rows = listed(sort, asked.who, ended=asked.chosen("state") == "ended", road=road, chosen=chosen)
    units, types = unit_names(), {one.code: one.name for one in SiteType.objects.all()}
    headers = [WORDS[one.name] for one in COLUMNS[sort] if one.name in SHOWN[sort]]
    if asked.wants_sheet:
        return sheet(
            str(LABELS[sort]), asked, at, headers=[(str(one), 18) for one in headers], rows=rows,
            told=lambda some: (shown_cells(sort, one, units, types) for one in some),
        )  # fmt: skip
    pages = paged(rows, asked)
    return render(request, "desk/rooms/places.html", status=status, context=register_context(request, asked, pages, at) | {
        "heading": _("地点名册"),
        "sort": sort,
        "label": LABELS[sort],
        "tabs": [(name, label, SORTS[name].model.objects.filter(ended_on=None).count()) for name, label in LABELS.items()],  # type: ignore[attr-defined]
        "headers": headers,
        "rows": [(one, shown_cells(sort, one, units, types)) for one in pages.rows],
        "may_keep": may(by, "keep_places"),
        "without_days": True,
        "without_road": sort in ("area", "grid"),
        "who_label": _("编码或名称"),
        "formats": [(kind, suffix) for kind, suffix in SUFFIX.items() if kind not in OSM or sort == "segment"],
        "edits": edits_shown(),
        "edit_key": fresh_key(),
        "room": "places",
        "refused": refused,
        "wrong": refused.field if refused else "",
        "chosen_system": request.POST.get("system", ""),
        "path": reverse("desk:places_of", args=[sort]),
    })  # fmt: skip


def edits_shown() -> list[dict[str, object]]:
    """The newest edits in words."""
    edits = last_edits(12)
    names = person_names({one.by for one in edits if one.by})
    return [
        {
            "edit": one,
            "did": _(KINDS[one.did].label) if one.did in KINDS else _("地点导入"),
            "things": "、".join(thing.partition(":")[2] for thing in one.things[:4]),
            "more": len(one.before) - 4 if len(one.before) > 4 else 0,
            "who": names.get(one.by, ""),
            "open": one.undone_at is None and one.did != "edit.undone",
        }
        for one in edits
    ]


@require_safe
@desk_page(room="places")
def export(request: HttpRequest, by: By, sort: str) -> HttpResponse:
    """A sort of places as a file, in the coordinate system that was chosen."""
    if sort not in SORTS:
        raise Absent("place.sort")
    kind = request.GET.get("as", "geojson")
    system = system_named(request.GET.get("system") or "wgs84")
    raw = export_places(sort, rows_of(sort), kind=kind, system=system)
    answer = HttpResponse(raw, content_type=FORMATS[kind])
    name = quote(f"{LABELS[sort]}{SUFFIX[kind]}")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@require_POST
@never_cache
@desk_page(room="places", verb="keep_places")
def bring_in(request: HttpRequest, by: By, sort: str) -> HttpResponse:
    """A file of one sort of places comes in whole, or the page tells what is wrong with it."""
    if sort not in SORTS:
        raise Absent("place.sort")
    try:
        file = uploaded(request, "file")
        if file.size and file.size > LARGE_BYTES:
            return _later(request, by, "area" if sort == "grid" else sort, file)
        done = import_places(
            act_of(request, by), sort="area" if sort == "grid" else sort, raw=file.read(), filename=file.name or "",
            system=request.POST.get("system", ""),
        )  # fmt: skip
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        return _page(request, by, sort, refused=refused, status=status_of(refused))
    for sentence in done.sentences():
        messages.success(request, sentence)
    return redirect("desk:places_of", sort=sort)


def _later(request: HttpRequest, by: By, sort: str, file: UploadedFile) -> HttpResponse:
    """A large file comes in in the background."""
    act = act_of(request, by)
    job = ask_job(
        "import_places", key=act.key, by=by.code, at=act.at, about=sort, name=file.name or "",
        ask={"file": keep(file.read(), at=act.at, most=LARGEST_MB << 20).digest, "system": request.POST.get("system", "")},
    )  # fmt: skip
    return redirect("desk:job", code=job.code)


@require_POST
@desk_page(room="places", verb="keep_places")
def undo(request: HttpRequest, by: By, edit: UUID) -> HttpResponse:
    """An edit is taken back."""
    found = PlaceEdit.objects.filter(key=edit).first()
    if found is None:
        raise Absent("edit.absent")
    undo_edit(act_of(request, by, step=str(edit)), edit=edit)
    messages.success(request, _("已撤销，登记恢复到这次编辑之前。"))
    sort = str(found.things[0]).partition(":")[0] if found.things else "site"
    return redirect("desk:places_of", sort=sort if sort in SORTS else "site")
