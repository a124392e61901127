"""A case in a citizen's words: seven stitches, what the unit promised, what happened so far. No officer is named."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.cases import flow
from xiuhua.cases.models import Case, CasePhoto
from xiuhua.cases.publishing import public_pair
from xiuhua.city.models import Segment
from xiuhua.city.queries import unit_name, unit_names
from xiuhua.ledger.models import Line

STITCHES = (
    gettext_lazy("收到"), gettext_lazy("受理"), gettext_lazy("立案"), gettext_lazy("派单"), gettext_lazy("处理"),
    gettext_lazy("复查"), gettext_lazy("办结"),
)  # fmt: skip
REFUSALS = {
    "not_ours": (
        gettext_lazy("这件事不归城市管理部门管。"),
        gettext_lazy("请拨打 12345 政务服务便民热线，由热线转给负责的部门。"),
    ),
    "not_found": (
        gettext_lazy("工作人员到现场没有看到这个问题。"),
        gettext_lazy("如果问题还在，请到现场拍一张照片，重新上报。"),
    ),
    "no_place": (
        gettext_lazy("位置说得不够清楚，找不到地方。"),
        gettext_lazy("请用手机定位，或在地图上点一下位置，重新上报。"),
    ),
    "permitted": (
        gettext_lazy("这个地点、这个时段是允许的。"),
        gettext_lazy("对这样的安排有意见，请拨打 12345 政务服务便民热线。"),
    ),
    "repeated": (
        gettext_lazy("同一个问题已经有人上报，正在办理。"),
        gettext_lazy("处理好以后一并解决，您不用再报。"),
    ),
    "withdrawn": (
        gettext_lazy("转来这件事的部门已经收回。"),
        gettext_lazy("如果问题还在，请拨打 12345 政务服务便民热线。"),
    ),
}
RATE_REASONS = flow.REASONS["rate"]
SCORES = {3: gettext_lazy("满意"), 2: gettext_lazy("一般"), 1: gettext_lazy("不满意")}


# ---------------------------------------------------------------- the stitches and what stands behind them


def stitches_of(case: Case, at: dt.datetime) -> list[dict[str, Any]]:
    """The seven stitches with their times; the one under way is red when the promised time has passed."""
    times = (
        case.reported_at, case.accepted_at, case.filed_at, case.dispatched_at, case.handled_at, case.checked_at,
        case.closed_at,
    )  # fmt: skip
    done = flow.DONE_STITCHES[case.state]
    rows = []
    for n, (label, time) in enumerate(zip(STITCHES, times, strict=True)):
        if n < done:
            rows.append({"label": label, "time": time, "state": "done"})
        elif n == done and case.is_open:
            rows.append({"label": label, "state": "late" if is_late(case, at) else "now", "note": _("正在办")})
        else:
            rows.append({"label": label, "state": "todo"})
    return rows


def is_late(case: Case, at: dt.datetime) -> bool:
    """Whether the promised time has passed while the problem is not put right yet."""
    running = case.state in ("filed", "dispatched") and case.paused_at is None
    return running and case.due_at is not None and case.due_at < at


@dataclass(frozen=True)
class Told:
    """How a case stands, in one headline and a sentence; `tone` colours it, `ask` says which body to ask."""

    headline: str
    sentence: str = ""
    tone: str = "info"
    ask: str = ""


def told_of(case: Case, at: dt.datetime) -> Told:
    """What the reporter is told about a case as it stands."""
    unit = unit_name(case.for_unit) if case.for_unit else _("负责的单位")
    promise = _promise(case, at)
    match case.state:
        case "reported":
            return Told(_("已收到，等待受理"), _("指挥中心会查看您的上报，受理以后这里会更新。"))
        case "accepted":
            head = _("已重新受理，正在立案") if case.turn > 1 else _("已受理，正在立案")
            return Told(head, _("立案以后，这里会写明由哪个单位处理、什么时候处理好。"))
        case "filed" if case.paused_at is not None:
            return Told(_("正在重新安排单位"), _("原来的单位退回了这件事，指挥中心正在重新安排。"))
        case "filed":
            return Told(_("已立案，正在派单"), promise, "late" if is_late(case, at) else "info")
        case "dispatched":
            head = _("%(unit)s正在处理") % {"unit": unit}
            return Told(head, promise, "late" if is_late(case, at) else "info")
        case "handled":
            return Told(_("%(unit)s已处理，正在复查") % {"unit": unit}, _("复查由另外的人来做，通过以后办结。"))
        case "checked":
            return Told(_("复查通过，即将办结"))
        case "closed":
            return Told(_("已办结"), _("由%(unit)s处理，已经复查。") % {"unit": unit}, "ok")
    return _refused(case)


def _promise(case: Case, at: dt.datetime) -> str:
    """Which unit promised to have it right by when."""
    if case.due_at is None:
        return ""
    when = {"unit": unit_name(case.for_unit) if case.for_unit else _("负责的单位"), "time": moment(case.due_at, at)}
    if is_late(case, at):
        return _("%(unit)s承诺 %(time)s 前处理好，现在已经超过，向您致歉。") % when
    if case.state == "filed":
        return _("按规定应在 %(time)s 前处理好。") % when
    return _("%(unit)s承诺 %(time)s 前处理好。") % when


def moment(when: dt.datetime, at: dt.datetime) -> str:
    """A moment with day and hour, such as 今天 15:20 or 3月18日 11:00."""
    local, today = timezone.localtime(when), timezone.localtime(at).date()
    clock = local.strftime("%H:%M")
    if local.date() == today:
        return _("今天 %(time)s") % {"time": clock}
    if local.date() == today + dt.timedelta(days=1):
        return _("明天 %(time)s") % {"time": clock}
    return _("%(m)d月%(d)d日 %(time)s") % {"m": local.month, "d": local.day, "time": clock}


def _refused(case: Case) -> Told:
    line = Line.objects.about(case.number).of_kind("case.refused").order_by("-happened_at", "-id").first()
    reason = json.loads(line.facts)["reason"] if line else ""
    why, ask = REFUSALS.get(reason, (_("指挥中心没有受理这件事。"), _("详情请拨打 12345 政务服务便民热线。")))
    return Told(_("没有受理"), str(why), "warn", str(ask))


# ---------------------------------------------------------------- what happened so far


@dataclass(frozen=True)
class Step:
    """One thing that happened, as the reporter may read it."""

    at: dt.datetime
    words: str


def steps_of(case: Case) -> list[Step]:
    """What happened so far, the newest first, by units and never by name."""
    names = unit_names()
    lines = Line.objects.about(case.number).order_by("-happened_at", "-id")
    told = ((line.happened_at, _words(line, names)) for line in lines)
    return [Step(at, words) for at, words in told if words]


def _words(line: Line, names: dict[str, str]) -> str:
    facts: dict[str, Any] = json.loads(line.facts)
    unit = names.get(line.unit, _("本局"))
    match line.kind:
        case "case.reported":
            return _("收到上报")
        case "case.adopted":
            return _("从原来的系统接续办理")
        case "case.accepted":
            return _("%(unit)s受理") % {"unit": unit}
        case "case.refused":
            return _("没有受理：%(why)s") % {"why": REFUSALS.get(facts["reason"], (_("原因见上"),))[0]}
        case "case.filed":
            return _("立案，开始计算时限")
        case "case.dispatched":
            return _("派给%(unit)s") % {"unit": names.get(facts["to_unit"], _("负责的单位"))}
        case "case.returned":
            return _("退回，重新安排")
        case "case.handled":
            return _("%(unit)s处理完成") % {"unit": unit}
        case "case.rework_ordered":
            return _("复查没有通过，要求重新处理")
        case "case.checked":
            return _("复查通过")
        case "case.closed":
            return _("办结")
        case "case.reopened":
            return _("重新受理")
        case "case.rated":
            return _("您的评价：%(score)s") % {"score": SCORES.get(facts["score"], "")}
    return ""


# ---------------------------------------------------------------- what everybody may see


@dataclass(frozen=True)
class Shown:
    """A closed case as everybody may see it: the road from the register, never what the reporter typed."""

    case: Case
    road: str
    unit: str
    before: CasePhoto
    after: CasePhoto
    away_m: int | None = None

    @property
    def title(self) -> str:
        return f"{self.road}{self.case.get_category_display()}"

    @property
    def took(self) -> str:
        """How long it took from report to close."""
        return span_words((self.case.closed_at or self.case.reported_at) - self.case.reported_at)

    @property
    def away(self) -> str:
        if self.away_m is None:
            return ""
        if self.away_m < 1000:
            return _("约 %(n)d 米") % {"n": max(50, round(self.away_m / 50) * 50)}
        return _("约 %(n).1f 公里") % {"n": self.away_m / 1000}


def shown_cases(cases: Sequence[Case], away: dict[int, int] | None = None) -> list[Shown]:
    """Published cases with their pictures, roads and units, each looked up once for all."""
    roads = dict(Segment.objects.filter(code__in={case.segment for case in cases}).values_list("code", "road"))
    units = unit_names()
    photos: dict[int, list[CasePhoto]] = {}
    for photo in CasePhoto.objects.filter(case__in=[case.pk for case in cases], released=True).order_by("id"):
        photos.setdefault(photo.case_id, []).append(photo)
    found = []
    for case in cases:
        before, after = public_pair(photos.get(case.pk, []))
        if before and after:
            road = roads.get(case.segment) or ""
            unit = units.get(case.for_unit, "")
            found.append(Shown(case, road, unit, before, after, (away or {}).get(case.pk)))
    return found


def span_words(span: dt.timedelta) -> str:
    """A length of time as people say it."""
    minutes = max(1, round(span.total_seconds() / 60))
    if minutes < 60:
        return _("%(n)d 分钟") % {"n": minutes}
    if minutes < 48 * 60:
        return _("%(n)d 小时") % {"n": round(minutes / 60)}
    return _("%(n)d 天") % {"n": round(minutes / 1440)}
