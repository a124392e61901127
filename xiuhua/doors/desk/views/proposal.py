"""划片方案: asking for balanced areas, watching the search, looking at them beside today's, taking them over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from xiuhua.city.access import may
from xiuhua.city.models import Segment, Unit
from xiuhua.city.queries import person_names
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.entry import act_of, day_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.views.dispatch import attribution
from xiuhua.doors.desk.views.maps import collection
from xiuhua.doors.desk.where import segment_meant
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.jobs import ask_job, open_job
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day
from xiuhua.programme.models import DistrictProposal
from xiuhua.programme.proposal_ask import NEW, Ask, segments_named, squads_today
from xiuhua.programme.proposal_changes import Compared, SquadRow, compare
from xiuhua.programme.proposals import squad_names
from xiuhua.programme.proposing import accept_proposal, ask_proposal, cancel_proposal

PAGE = 100
LARGE = 2000
"""Segments beyond which taking a proposal over is done in the background."""
HEADERS = (
    (gettext_lazy("路段编码"), 14), (gettext_lazy("道路"), 20), (gettext_lazy("起"), 16), (gettext_lazy("止"), 16),
    (gettext_lazy("长度（米）"), 10), (gettext_lazy("现责任中队"), 18), (gettext_lazy("方案中队"), 18),
)  # fmt: skip
WHY = {
    "heavy": gettext_lazy("有一个路段（或一处孤立路网）自己就超过一个中队的平均负荷"),
    "kept": gettext_lazy("要保留的路段已经超过一个中队的平均负荷"),
    "few": gettext_lazy("中队比路段还多"),
    "cut": gettext_lazy("路网在一处只有一个路段相连，两边怎么分都不均"),
    "walled": gettext_lazy("有中队被别人保留的路段围住"),
    "narrow": gettext_lazy("几个中队的驻地或要保留的路段在同一个路口里面，只有一个中队能从那里出来"),
    "gated": gettext_lazy("有一片路段只有几个中队能到"),
}
NUMBERS = ("tolerance", "length", "cases", "shops", "days", "seconds")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="segments")
def proposals(request: HttpRequest, by: By) -> HttpResponse:
    """The form, and the proposals so far. A post asks for a new one."""
    if request.method != "POST":
        return render(request, "desk/proposals.html", _form(by, QueryDict()))
    try:
        proposal = ask_proposal(act_of(request, by), ask=_ask_of(request.POST))
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = _form(by, request.POST) | {"refused": refused, "wrong": refused.field}
        return render(request, "desk/proposals.html", context, status=status_of(refused))
    return redirect("desk:proposal", code=proposal.code)


def _ask_of(given: QueryDict) -> Ask:
    squads = list(given.getlist("squad")) + [f"{NEW}{n}" for n in range(1, whole_number(given.get("new"), most=50) + 1)]
    stations = {
        squad: segment_meant(text, field=f"station-{squad}").code
        for squad in squads
        if (text := given.get(f"station-{squad}", "").strip())
    }
    number = {name: whole_number(given.get(name)) for name in NUMBERS}
    return Ask(
        squads=tuple(squads), stations=stations, keep=segments_named(given.get("keep", "")[:20_000]),
        tolerance=number.pop("tolerance") / 100, **number,
    )  # fmt: skip


def _form(by: By, typed: QueryDict) -> dict[str, Any]:
    squads = list(Unit.objects.squads().filter(closed_on=None).order_by("path"))
    ticked = set(typed.getlist("squad")) if typed else _with_streets(squads)
    plain = {"tolerance": 5, "length": 60, "cases": 30, "shops": 10, "days": 365, "seconds": 60, "new": 0, "keep": ""}
    earlier = list(DistrictProposal.objects.defer("assignment")[:20])
    names = person_names({one.by for one in earlier})
    return {
        "room": "segments",
        "squads": [(unit, unit.code in ticked, typed.get(f"station-{unit.code}", "")) for unit in squads],
        "typed": {name: typed.get(name, value) for name, value in plain.items()},
        "may_propose": may(by, "propose_districts"),
        "drawn": Segment.objects.in_use().exclude(line=[]).exists(),
        "running": next((one for one in earlier if one.is_running), None),
        "earlier": [(one, names.get(one.by, "")) for one in earlier],
        "key": fresh_key(),
    }


def _with_streets(squads: list[Unit]) -> set[str]:
    """The squads that answer for streets today; all of them when none does."""
    today = set(squads_today(bureau_day(timezone.now()), [unit.code for unit in squads]).values())
    return {unit.code for unit in squads if unit.code in today} or {unit.code for unit in squads}


@never_cache
@require_safe
@desk_page(room="segments")
def proposal(request: HttpRequest, by: By, code: str) -> HttpResponseBase:
    """How far the search is; or the areas beside today's, what changes, and the way to take them over."""
    return _shown(request, by, _found(code))


def _found(code: str) -> DistrictProposal:
    one = DistrictProposal.objects.filter(code=code).first()
    if one is None:
        raise Absent("proposal.absent")
    return one


def _shown(request: HttpRequest, by: By, one: DistrictProposal, **more: Any) -> HttpResponseBase:
    at = timezone.now()
    context: dict[str, Any] = {
        "at": at, "room": "segments", "one": one, "may_propose": may(by, "propose_districts"), "key": fresh_key(),
        "names": squad_names(one.asked["squads"]), "asked": one.asked, "tolerance": round(one.asked["tolerance"] * 100),
        "stitches": _stitches(one, at), "gone": _gone(one, at), "share": _share(one, at), "asker": person_names({one.by}).get(one.by, ""),
    }  # fmt: skip
    if not one.assignment:
        return render(request, "desk/proposal.html", context | more, status=more.get("status", 200))
    found = compare(one, bureau_day(at))
    if request.GET.get("format") == "xlsx":
        return _exported(one, found, at)
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    context |= {
        "found": found,
        "rows": [_bars(row, found) for row in found.squads],
        "changes": found.changes[(page - 1) * PAGE : page * PAGE],
        "total": len(found.changes),
        "changed_km": round(found.changed_m / 1000, 1),
        "page": page,
        "pages": max((len(found.changes) + PAGE - 1) // PAGE, 1),
        "why": WHY.get(one.figures["bound_why"], "") if one.figures["bound"] > one.asked["tolerance"] else "",
        "bound": _percent(one.figures["bound"]),
        "off": _percent(one.figures["deviation"]),
        "off_before": _percent(found.deviation_before),
        "nearest": one.figures["least_way_m"],
        "today": bureau_day(at),
        "from_day": bureau_day(at),
        "ticked": set(),
        "chosen_squads": set(),
        "scope": "all",
        "scopes": (("all", _("全部改动")), ("squads", _("勾选的中队划入的")), ("segments", _("勾选的路段"))),
        "has_new": any(code.startswith(NEW) for code in one.asked["squads"]),
        "map_names": "|".join(sorted(context["names"].values())),
        "attribution": attribution(),
    }
    return render(request, "desk/proposal.html", context | more, status=more.get("status", 200))


def _percent(value: float) -> str:
    """A share to a tenth of a per cent, never rounded down onto a limit."""
    return f"{value * 100:.1f}%"


def _bars(row: SquadRow, found: Compared) -> dict[str, Any]:
    """A squad's row with its bars, wide as its share against the greatest."""
    most = max([found.mean_share, *(max(one.before.share, one.after.share) for one in found.squads)])
    return {
        "row": row, "before": round(100 * row.before.share / most), "after": round(100 * row.after.share / most),
        "mean": round(100 * found.mean_share / most), "off": f"{row.off * 100:+.1f}%",
        "off_before": f"{row.off_before * 100:+.1f}%", "km_before": round(row.before.length_m / 1000, 1),
        "km": round(row.after.length_m / 1000, 1),
    }  # fmt: skip


def _gone(one: DistrictProposal, at: dt.datetime) -> int:
    return max(0, int(((one.made_at or at) - one.asked_at).total_seconds()))


def _share(one: DistrictProposal, at: dt.datetime) -> int:
    """How much of the time given to the search is used, per cent."""
    used = float(one.progress.get("seconds", 0))
    return min(99, round(100 * used / one.asked["seconds"]))


def _stitches(one: DistrictProposal, at: dt.datetime) -> list[tuple[str, str]]:
    """The steps of a search as stitches: what is done, what it is at."""
    steps = [_("排队"), _("计算"), _("核验"), _("可采纳")]
    at_step = {"waiting": 0, "running": 1, "ready": 4, "accepted": 4}.get(one.status, 1)
    return [(word, "done" if n < at_step else "now" if n == at_step else "todo") for n, word in enumerate(steps)]


def _exported(one: DistrictProposal, found: Compared, at: dt.datetime) -> HttpResponseBase:
    """The changes as Excel."""
    rows = (
        (
            change.segment.code, change.segment.road, change.segment.from_name, change.segment.to_name,
            float(change.segment.length_m), change.from_name, change.to_name,
        )
        for change in found.changes
    )  # fmt: skip
    stated = _("方案 %(code)s，与 %(day)s 的责任对比") % {"code": one.code, "day": bureau_day(at).isoformat()}
    return exports.excel(_("划片方案改动清单"), stated=stated, at=at, headers=HEADERS, rows=rows)


@never_cache
@require_safe
@desk_page(room="segments")
def progress(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """How far the search is, asked every two seconds; when it is over the page is fetched anew."""
    one = _found(code)
    if not one.is_running:
        return HttpResponse(headers={"HX-Refresh": "true"})
    at = timezone.now()
    context = {"one": one, "stitches": _stitches(one, at), "gone": _gone(one, at), "share": _share(one, at)}
    return render(request, "desk/proposal_progress.html", context)


@require_POST
@desk_page(room="segments")
def cancel(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The search is called off."""
    cancel_proposal(act_of(request, by), code=code)
    messages.success(request, _("已取消计算。"))
    return redirect("desk:proposals")


@require_POST
@desk_page(room="segments")
def accept(request: HttpRequest, by: By, code: str) -> HttpResponseBase:
    """All changes, those to ticked squads, or ticked segments become duties from a day."""
    scope, day = request.POST.get("scope", "all"), day_of(request.POST.get("from_day"))
    segments, squads = request.POST.getlist("segment"), request.POST.getlist("squad")
    try:
        if day is None:
            raise Refused("proposal.day", _("请选择从哪一天起生效。"), field="from_day")
        if (scope == "squads" and not squads) or (scope == "segments" and not segments):
            raise Refused("proposal.nothing_ticked", _("请先勾选要采纳的中队或路段，或选择“全部改动”。"), field="scope")
        chosen = {
            "squads": squads if scope == "squads" else [], "segments": segments if scope == "segments" else []
        }  # fmt: skip
        if len(_found(code).assignment) > LARGE and scope != "segments":
            return _accept_later(request, by, code, day, chosen)
        accept_proposal(act_of(request, by), code=code, from_day=day, **chosen)
    except Refused as refused:
        if refused.code.startswith("access.") or isinstance(refused, Absent):
            raise
        return _shown(
            request, by, _found(code), refused=refused, wrong="", ticked=set(segments), chosen_squads=set(squads),
            scope=scope, from_day=day or bureau_day(timezone.now()), status=status_of(refused),
        )  # fmt: skip
    messages.success(request, _("已采纳，%(day)s 起由新的责任中队负责。") % {"day": day.isoformat()})
    return redirect("desk:proposal", code=code)


def _accept_later(request: HttpRequest, by: By, code: str, day: dt.date, chosen: dict[str, list[str]]) -> HttpResponse:
    """A whole city's worth of changes is taken over in the background."""
    act = act_of(request, by)
    total = len(_found(code).assignment)
    if open_job("accept_districts", code) is None:
        ask_job(
            "accept_districts", key=act.key, by=by.code, at=act.at, about=code,
            ask=chosen | {"from_day": day.isoformat(), "total": total},
        )  # fmt: skip
    return redirect("desk:job", code=act.key.hex)


@require_safe
@never_cache
@desk_page(room="segments")
def areas(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """The proposed areas for the map: every segment with its squad's name."""
    one = _found(code)
    names = squad_names(one.asked["squads"])
    rows = (
        Segment.objects.in_use().exclude(line=[]).values_list("code", "road", "cls", "line").iterator(chunk_size=2000)
    )
    features = [
        {
            "type": "Feature",
            "geometry": {"type": "LineString", "coordinates": [[round(x, 6), round(y, 6)] for x, y in line]},
            "properties": {"code": code, "name": road, "cls": cls, "squad": names.get(one.assignment[code][0], "")},
        }
        for code, road, cls, line in rows
        if code in one.assignment
    ]
    return JsonResponse(collection(features))
