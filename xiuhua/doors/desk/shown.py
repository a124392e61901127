"""A case as people read it: seven stitches, its log in words, its photos, what happened near it."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.cases import flow
from xiuhua.cases.actions import WAYS
from xiuhua.cases.clocks import URGENCIES
from xiuhua.cases.dispatch import WHY
from xiuhua.cases.models import Case, CasePhoto, StandardRow, Word
from xiuhua.cases.stages import Stay, light, stays, terms
from xiuhua.city.access import may
from xiuhua.city.correcting import REASONS as VOID_REASONS
from xiuhua.city.queries import person_names, unit_names
from xiuhua.doors.desk.worklist import is_late
from xiuhua.doors.frame.words import duration
from xiuhua.kit.points import Point, distance_m
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import masked, unseal
from xiuhua.ledger.act import By
from xiuhua.ledger.dictionary import KINDS
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.models import UNDOING, Line

REASON_VERBS = {
    ("case.refused", "refused"): "refuse",
    ("case.returned", "accepted"): "unfile",
    ("case.returned", "filed"): "return",
    ("case.rework_ordered", "dispatched"): "rework",
    ("case.reopened", "accepted"): "reopen",
}
ASKED_FOR = {
    "case.suspended": "suspend",
    "case.extension_asked": "extend",
    "case.shortened": "shorten",
    "case.appealed": "appeal",
    "case.force_closed": "force_close",
    "case.handed_over": "hand_over",
}
"""Lines whose reason is of one list, whatever the state."""
DEADLINE_REASONS = {
    "filed": gettext_lazy("立案起算"),
    "unfiled": gettext_lazy("退回受理，暂停计时"),
    "returned": gettext_lazy("退回派遣，暂停计时"),
    "dispatched_again": gettext_lazy("重新派遣，继续计时"),
    "reopened": gettext_lazy("重新打开，原时限作废"),
    "suspended": gettext_lazy("挂账，暂停计时"),
    "resumed": gettext_lazy("恢复计时"),
    "extended": gettext_lazy("同意延期"),
    "shortened": gettext_lazy("缩短时限"),
    "unit_hours": gettext_lazy("按承办单位的工作时间"),
    "recalled": gettext_lazy("撤回上一步"),
    "handed_over": gettext_lazy("移交，暂停计时"),
    "handover_rejected": gettext_lazy("移交被退，继续计时"),
    "outside": gettext_lazy("来源方同意延期"),
}
METHODS = {"by_picture": gettext_lazy("照片核查"), "on_site": gettext_lazy("现场核查")}
ALARMS = {1: gettext_lazy("快到时限"), 2: gettext_lazy("已经超时"), 3: gettext_lazy("超时一天以上")}
SCORES = {3: gettext_lazy("满意"), 2: gettext_lazy("一般"), 1: gettext_lazy("不满意")}
LIMIT_KINDS = {
    "emergency_hours": gettext_lazy("小时（昼夜连续）"),
    "work_hours": gettext_lazy("工作时"),
    "work_days": gettext_lazy("个工作日"),
    "calendar_days": gettext_lazy("天（自然日）"),
}


# ---------------------------------------------------------------- stitches


@dataclass(frozen=True)
class Stitch:
    """One of the seven steps: its label, when it was done, how it stands."""

    label: str
    time: dt.datetime | None = None
    state: str = "todo"
    note: str = ""


def stitches_of(case: Case, at: dt.datetime) -> list[Stitch]:
    """The seven stitches of a case with their times; the one under way is red when late."""
    times = (
        case.reported_at, case.accepted_at, case.filed_at, case.dispatched_at, case.handled_at, case.checked_at,
        case.closed_at if case.state == "closed" else None,
    )  # fmt: skip
    done = flow.DONE_STITCHES[case.state]
    found = []
    for n, (label, time) in enumerate(zip(flow.STITCHES, times, strict=True)):
        if n < done:
            found.append(Stitch(_(label), time, "done"))
        elif n == done and case.is_open:
            late = is_late(case, at) and case.state in ("filed", "dispatched")
            found.append(Stitch(_(label), None, "late" if late else "now", _("待办")))
        else:
            found.append(Stitch(_(label)))
    return found


# ---------------------------------------------------------------- the log


@dataclass(frozen=True)
class Entry:
    """A line of a case's log in words."""

    line: Line
    label: str
    who: str
    unit: str
    told: str
    words: tuple[str, ...] = ()
    late: bool = False
    voided: bool = False

    @property
    def recorded_later(self) -> bool:
        """Whether it was told more than two minutes after it happened."""
        return self.line.recorded_at - self.line.happened_at > dt.timedelta(minutes=2)


@dataclass
class Names:
    """Names put to codes when something is shown: never stored in a line."""

    people: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    standards: dict[str, str] = field(default_factory=dict)

    def person(self, code: str) -> str:
        return self.people.get(code, code) or _("反映人")


def names_for(lines: Iterable[Line]) -> Names:
    """The names that some lines need, in three queries."""
    lines = list(lines)
    facts = [json.loads(line.facts) for line in lines]
    codes = {line.by for line in lines} | {str(one.get(name, "")) for one in facts for name in ("to_person", "person")}
    codes |= {
        str(code) for line, one in zip(lines, facts, strict=True) if line.kind == "case.alarmed" for code in one["told"]
    }
    standards = {str(one["standard"]) for one in facts if one.get("standard")}
    return Names(
        people=person_names(codes - {""}),
        units=unit_names(),
        standards={row.code: str(row) for row in StandardRow.objects.filter(code__in=standards)} if standards else {},
    )


def label_of(kind: str) -> str:
    """What a kind of line is called."""
    cls = KINDS.get(kind)
    return _(cls.label) if cls else kind


def log_of(case: Case, *, words: Sequence[Word]) -> list[Entry]:
    """The whole log of a case from its ledger lines, the first first."""
    lines = list(Line.objects.about(case.number).order_by("happened_at", "id"))
    voided = set(
        Line.objects.filter(kind__in=UNDOING, corrects__in=[line.key for line in lines]).values_list(
            "corrects", flat=True
        )
    )
    names = names_for(lines)
    said: dict[UUID, list[str]] = {}
    for word in words:
        if word.kind != "contact":
            said.setdefault(word.line, []).append(word.text)
    return [
        Entry(
            line=line,
            label=label_of(line.kind),
            who=names.person(line.by),
            unit=names.units.get(line.unit, ""),
            told=told_by(line, names),
            words=tuple(said.get(line.key, ())),
            late='"late":true' in line.facts,
            voided=line.key in voided,
        )
        for line in lines
    ]


def told_by(line: Line, names: Names) -> str:
    """What a line says beyond its kind, in words."""
    facts: dict[str, Any] = json.loads(line.facts)
    if line.quantity is not None and line.item in ITEMS:
        item = ITEMS[line.item]
        return f"{_(item.label)} {line.quantity.normalize():f} {_(item.unit)}"
    match line.kind:
        case "case.filed":
            standard = names.standards.get(facts["standard"], facts["standard"])
            told = _("按“%(standard)s”，限 %(limit)s %(kind)s") % {
                "standard": standard, "limit": facts["limit"], "kind": LIMIT_KINDS.get(facts["limit_kind"], ""),
            }  # fmt: skip
            return f"{_(URGENCIES[facts['urgency']][0])} · {told}" if facts.get("urgency") else told
        case "case.shortened":
            return _("缩短为 %(limit)s %(kind)s：%(reason)s") % {
                "limit": facts["limit"], "kind": LIMIT_KINDS.get(facts["limit_kind"], ""),
                "reason": _(flow.REASONS["shorten"].get(facts["reason"], facts["reason"])),
            }  # fmt: skip
        case "case.alarmed":
            who = "、".join(names.person(code) for code in facts["told"]) or _("没有人可以告知")
            return f"{ALARMS.get(facts['level'], '')} · {who}"
        case "case.appeal_decided":
            if facts["exempt"]:
                return _("两道审批都同意，不计入考核；超时的事实不变")
            return _("第一道同意") if facts["granted"] else _("没有同意")
        case "case.extension_decided":
            return _("同意延期") if facts["granted"] else _("不同意延期")
        case "case.dispatched":
            whom = " · ".join(
                part
                for part in (names.units.get(facts["to_unit"], ""), names.people.get(facts["to_person"], ""))
                if part
            )
            why = "、".join(_(WHY[code]) for code in facts["why"] if code in WHY)
            return (
                _("派给 %(whom)s（%(why)s）") % {"whom": whom, "why": why}
                if why
                else _("派给 %(whom)s") % {"whom": whom}
            )
        case "case.handled":
            return _("%(way)s，%(n)d 张照片") % {"way": _(WAYS.get(facts["way"], facts["way"])), "n": facts["photos"]}
        case "case.checked":
            return str(METHODS.get(facts["method"], facts["method"]))
        case "case.closed":
            return _("超时办结") if facts["late"] else _("按时办结")
        case "case.adopted":
            return _("原系统状态：%(state)s") % {"state": facts["state_there"]}
        case "case.rated":
            return str(SCORES.get(facts["score"], ""))
        case "case.deadline_set":
            return _deadline_told(facts)
        case "supervision.ordered":
            return _("%(day)s 前答复") % {"day": facts["due_on"]}
        case "line.voided":
            return _(VOID_REASONS.get(facts["reason"], facts["reason"]))
    verb = ASKED_FOR.get(line.kind) or REASON_VERBS.get((line.kind, facts.get("state", "")))
    return _(flow.REASONS[verb].get(facts["reason"], facts["reason"])) if verb else ""


def _deadline_told(facts: dict[str, Any]) -> str:
    reason = str(DEADLINE_REASONS.get(facts["reason"], facts["reason"]))
    due = parse_datetime(facts["due_at"]) if facts["due_at"] else None
    if due is None:
        return reason
    told = _("%(reason)s，%(due)s 到期") % {"reason": reason, "due": f"{localtime(due):%m-%d %H:%M}"}
    return told + (_("（以当年放假通知为准）") if facts.get("provisional") else "")


# ---------------------------------------------------------------- stages


@dataclass(frozen=True)
class Stage:
    """A stage of the loop as the page shows it: how long it took, how much of that suspended, and its light."""

    stay: Stay
    took: str
    held: str
    light: str


def stages_of(log: Sequence[Entry], at: dt.datetime) -> tuple[list[Stage], str]:
    """The stages that a case went through, with their sum."""
    every = stays([entry.line for entry in log if not entry.voided], terms())
    found = [
        Stage(
            one, duration(one.took(at)), duration(one.held) if one.held else "",
            light(one.begins, one.due + one.held if one.due else None, one.ends or at),
        )
        for one in every
    ]  # fmt: skip
    total = (every[-1].ends or at) - every[0].begins if every else dt.timedelta(0)
    return found, duration(total)


# ---------------------------------------------------------------- photos, contact, near by


@dataclass(frozen=True)
class Photos:
    """The photos of a case by moment, and the newest pair of before and after."""

    all: tuple[CasePhoto, ...]

    def of(self, *moments: str) -> list[CasePhoto]:
        return [photo for photo in self.all if photo.moment in moments]

    @property
    def before(self) -> CasePhoto | None:
        """What it looked like: the handler's own before photo, else the report's."""
        found = self.of("before") or self.of("report")
        return found[0] if found else None

    @property
    def after(self) -> CasePhoto | None:
        found = self.of("after")
        return found[-1] if found else None

    @property
    def pair(self) -> tuple[CasePhoto, CasePhoto] | None:
        return (self.before, self.after) if self.before and self.after else None


def contact_of(words: Sequence[Word], by: By, *, hotline: bool = False) -> str:
    """How to reach the reporter: in full for who may take reports on, masked for others, and for all of a hotline's order."""
    sealed = next((word.text for word in words if word.kind == "contact"), "")
    if not sealed:
        return ""
    try:
        plain = unseal(sealed)
    except Refused:
        return _("（加密，密钥不符）")
    return plain if may(by, "accept_case") and not hotline else masked(plain)


@dataclass(frozen=True)
class Near:
    """Cases of the same category near by: twins within 50 m and 24 h, and how often within 200 m in 30 days."""

    twins: tuple[tuple[Case, int], ...] = ()
    repeats: int = 0


TWIN_M, TWIN_HOURS, REPEAT_M, REPEAT_DAYS = 50.0, 24, 200.0, 30


def near_cases(case: Case) -> Near:
    """What was reported near a case; refused ones do not count. Source of the reaches: our choice."""
    if case.lon is None or case.lat is None or case.lon_e7 is None or case.lat_e7 is None:
        return Near()
    here = Point(case.lon, case.lat)
    up = round(REPEAT_M / 111_320 * 1e7)
    wide = round(up / max(math.cos(math.radians(case.lat)), 0.01))
    others = (
        Case.objects.filter(
            category=case.category,
            reported_at__range=(
                case.reported_at - dt.timedelta(days=REPEAT_DAYS),
                case.reported_at + dt.timedelta(hours=TWIN_HOURS),
            ),
            lon_e7__range=(case.lon_e7 - wide, case.lon_e7 + wide),
            lat_e7__range=(case.lat_e7 - up, case.lat_e7 + up),
        )
        .exclude(pk=case.pk)
        .exclude(state="refused")
        .order_by("-reported_at")[:200]
    )
    within = [(other, distance_m(here, Point(other.lon or 0.0, other.lat or 0.0))) for other in others]
    within = [(other, metres) for other, metres in within if metres <= REPEAT_M]
    day = dt.timedelta(hours=TWIN_HOURS)
    twins = [
        (other, round(metres))
        for other, metres in within
        if metres <= TWIN_M and abs(other.reported_at - case.reported_at) <= day
    ]
    pictures = CasePhoto.objects.filter(case__in=[other for other, _m in twins[:5]], moment=CasePhoto.Moment.REPORT)
    first = dict(pictures.order_by("-id").values_list("case_id", "digest")) if twins else {}
    for other, _metres in twins[:5]:
        other.first_photo = first.get(other.pk, "")
    return Near(twins=tuple(twins[:5]), repeats=sum(other.reported_at <= case.reported_at for other, _m in within))
