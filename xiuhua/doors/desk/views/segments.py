"""包靠路段: every street with the leader, office, squad and officers who answer for it; handing streets over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from xiuhua.city.access import may
from xiuhua.city.duties import OF_UNITS, assign_duty
from xiuhua.city.models import Duty, Post, Role, Segment, Unit
from xiuhua.city.queries import unit_names
from xiuhua.doors.desk import exports
from xiuhua.doors.desk.duty_table import GAPS, Asked, Row, asked_of, found, gap_counts, rows_of
from xiuhua.doors.desk.entry import act_of, desk_page, fresh_key, whole_number
from xiuhua.doors.desk.reach import visible_cases
from xiuhua.doors.desk.views.dispatch import attribution
from xiuhua.doors.desk.worklist import rows_of as case_rows
from xiuhua.doors.frame.errors import status_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import By, bureau_day

PAGE = 100
HEADERS = (
    (gettext_lazy("路段编码"), 14), (gettext_lazy("道路"), 18), (gettext_lazy("起"), 16), (gettext_lazy("止"), 16),
    (gettext_lazy("等级"), 10), (gettext_lazy("长度（米）"), 10), (gettext_lazy("包靠领导"), 12),
    (gettext_lazy("联系科室"), 16), (gettext_lazy("责任中队"), 16), (gettext_lazy("责任队员"), 16),
    (gettext_lazy("协管员"), 16), (gettext_lazy("缺口"), 24),
)  # fmt: skip
WHO: dict[str, tuple[str, ...]] = {
    Duty.Part.LEADER: (Role.LEADER,),
    Duty.Part.OFFICER: (Role.OFFICER, Role.SQUAD_LEADER),
    Duty.Part.ASSISTANT: (Role.ASSISTANT,),
}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(room="segments")
def segments(request: HttpRequest, by: By) -> HttpResponseBase:
    """The table, or the map. A post hands the ticked segments over."""
    if request.method == "POST":
        return assign(request, by)
    at = timezone.now()
    asked = asked_of(request.GET)
    day = asked.on or bureau_day(at)
    if request.GET.get("format") == "xlsx":
        return exported(asked, day, at)
    return render(request, "desk/segments.html", context_of(request, by, asked, day, at))


def assign(request: HttpRequest, by: By) -> HttpResponse:
    """Everybody ticked gets the one who was chosen; refused, the ticks stay."""
    at = timezone.now()
    asked = asked_of(request.GET)
    part, whom = request.POST.get("part", ""), request.POST.get("who", "")
    try:
        chosen = list(Segment.objects.defer("line").filter(code__in=request.POST.getlist("code")).order_by("code"))
        unit, post = _chosen(part, whom, at)
        assign_duty(
            act_of(request, by), segments=chosen, part=part, unit=unit or (post.unit if post else None),
            person=post.person if post else None,
        )  # fmt: skip
    except Refused as refused:
        if refused.code.startswith("access."):
            raise
        context = context_of(request, by, asked, bureau_day(at), at) | {
            "refused": refused, "wrong": "", "ticked": set(request.POST.getlist("code")), "part": part, "who": whom,
        }  # fmt: skip
        return render(request, "desk/segments.html", context, status=status_of(refused))
    whose = post.person.name if post else unit.name if unit else _("空缺")
    told = {"n": len(chosen), "part": Duty.Part(part).label, "who": whose}
    messages.success(request, _("%(n)d 个路段的%(part)s改为%(who)s，今天起生效。") % told)
    if request.POST.get("back") == "segment" and len(chosen) == 1:
        return redirect("desk:segment", code=chosen[0].code)
    return redirect(f"{reverse('desk:segments')}?{request.GET.urlencode()}")


def _chosen(part: str, whom: str, at: dt.datetime) -> tuple[Unit | None, Post | None]:
    """The unit or the post chosen in the form; `nobody` leaves the part open."""
    if whom == "nobody":
        return None, None
    sort, _colon, code = whom.partition(":")
    if sort == "unit" and (unit := Unit.objects.filter(code=code, closed_on=None).first()):
        return unit, None
    posts = Post.objects.held_on(bureau_day(at)).filter(person__code=code, role__in=WHO.get(part, ()))
    if sort == "person" and (post := posts.select_related("person", "unit").order_by("id").first()):
        return None, post
    if part in OF_UNITS or not whom:
        raise Refused("duty.whose", _("请选择由谁负责。"), field="who")
    raise Refused(
        "duty.whose", _("选的人不能担任“%(part)s”，请换一位。") % {"part": Duty.Part(part).label}, field="who"
    )


def context_of(request: HttpRequest, by: By, asked: Asked, day: dt.date, at: dt.datetime) -> dict[str, Any]:
    """What the page shows."""
    every = found(asked, day)
    page = max(whole_number(request.GET.get("page"), without=1), 1)
    sums = every.order_by().aggregate(n=Count("id"), length=Sum("length_m"))
    on_map = request.GET.get("view") == "map"
    shown = [] if on_map else rows_of(list(every[(page - 1) * PAGE : page * PAGE]), day)
    past = asked.on is not None and asked.on != bureau_day(at)
    units, gaps = unit_names(), gap_counts(day)
    return {
        "at": at,
        "room": "segments",
        "asked": asked,
        "day": day,
        "past": past,
        "stated": asked.stated(units),
        "rows": shown,
        "total": sums["n"],
        "length_km": round((sums["length"] or 0) / 1000, 1),
        "page": page,
        "pages": max((sums["n"] + PAGE - 1) // PAGE, 1),
        "on_map": on_map,
        "gaps": [
            {
                "name": name, "label": label, "count": gaps[name],
                "query": asked.query(gap="" if name == asked.gap else name),
            }
            for name, (label, _part) in GAPS.items()
        ],
        "squads": Unit.objects.squads().filter(closed_on=None),
        "classes": Segment.Cls.choices,
        "may_set": may(by, "set_duties") and not past,
        "parts": Duty.Part.choices,
        "whom": whom_of(day) if may(by, "set_duties") and not past else [],
        "key": fresh_key(),
        "ticked": set(),
        "query": asked.query(),
        "attribution": attribution(),
    }  # fmt: skip


def whom_of(day: dt.date) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everybody who may be chosen, by part."""
    units = Unit.objects.filter(closed_on=None)
    posts = list(Post.objects.held_on(day).select_related("person", "unit").order_by("unit__path", "id"))

    def people(part: str) -> list[tuple[str, str]]:
        return [
            (f"person:{post.person.code}", f"{post.person.name}（{post.unit.name}）")
            for post in posts
            if post.role in WHO[part]
        ]

    return [
        (str(Duty.Part.SQUAD.label), [(f"unit:{u.code}", u.name) for u in units if u.kind in ("squad", "team")]),
        (str(Duty.Part.OFFICER.label), people(Duty.Part.OFFICER)),
        (str(Duty.Part.ASSISTANT.label), people(Duty.Part.ASSISTANT)),
        (str(Duty.Part.LEADER.label), people(Duty.Part.LEADER)),
        (str(Duty.Part.OFFICE.label), [(f"unit:{u.code}", u.name) for u in units if u.kind in ("office", "centre")]),
    ]


def exported(asked: Asked, day: dt.date, at: dt.datetime) -> HttpResponseBase:
    """《包靠路段责任分工明细表》 as Excel, set up for A3."""
    every = list(found(asked, day)[: exports.MOST])
    stated = asked.stated(unit_names()) or _("全部路段，%(day)s") % {"day": day.isoformat()}
    rows = (_sheet_row(row) for row in rows_of(every, day))
    return exports.excel(_("包靠路段责任分工明细表"), stated=stated, at=at, headers=HEADERS, rows=rows, paper=8)


def _sheet_row(row: Row) -> tuple[Any, ...]:
    one = row.segment
    return (
        one.code, one.road, one.from_name, one.to_name, one.get_cls_display(), float(one.length_m), row.leader, row.office,
        row.squad, row.officers, row.assistants, "、".join(row.gaps),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "HEAD"])
@desk_page(room="segments")
def segment(request: HttpRequest, by: By, code: str) -> HttpResponse:
    """One segment: who answers for it, who did before, what is open there."""
    at = timezone.now()
    day = bureau_day(at)
    one = Segment.objects.filter(code=code).first()
    if one is None:
        raise Absent("segment.absent")
    history = Duty.objects.for_thing(f"segment:{code}").select_related("unit", "person").order_by("-begins_on", "-id")
    open_here = list(visible_cases(by).open().filter(segment=code).order_by("-reported_at", "-id")[:20])
    middle = one.line[len(one.line) // 2] if one.line else None
    context = {
        "at": at,
        "day": day,
        "room": "segments",
        "one": one,
        "row": rows_of([one], day)[0],
        "history": list(history[:200]),
        "cases": case_rows(open_here, at),
        "middle": middle,
        "may_set": may(by, "set_duties"),
        "parts": Duty.Part.choices,
        "whom": whom_of(day) if may(by, "set_duties") else [],
        "key": fresh_key(),
        "attribution": attribution(),
    }
    return render(request, "desk/segment.html", context)
