"""What a person holds when leaving a post, looked up over all rooms: cases, tasks, duties, things kept, gear, records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.cases.models import Case
from xiuhua.city.models import Duty, Post, Posting, Segment, Substitution
from xiuhua.city.posts import duties_with
from xiuhua.enforcement.models import Keeping
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Task

SORTS = {
    "case": gettext_lazy("在办案件"),
    "duty": gettext_lazy("包靠责任"),
    "task": gettext_lazy("牵头任务"),
    "keeping": gettext_lazy("保管的证据物品"),
    "instead": gettext_lazy("代班"),
    "gear": gettext_lazy("装备"),
    "pad": gettext_lazy("空白单据"),
    "record": gettext_lazy("手机里的记录"),
}
MOVES = ("case", "duty")
"""What completing a hand-over moves by itself; the rest changes hands on the paper."""


@dataclass(frozen=True)
class Belonging:
    """One thing that a person holds: its sort, its code in its room, and what people call it."""

    sort: str
    code: str
    words: str


def belongings(post: Post, day: dt.date) -> list[Belonging]:
    """Everything that a person holds by a post on a day, in the order of the paper."""
    return [
        *_cases(post),
        *_duties(post, day),
        *_tasks(post, day),
        *_keepings(post, day),
        *_instead(post, day),
        *_gear(post),
        *_records(post),
    ]


def _cases(post: Post) -> Iterator[Belonging]:
    for case in Case.objects.filter(handler=post.person.code, state="dispatched").order_by("due_at", "id"):
        due = f"{timezone.localtime(case.due_at):%m-%d %H:%M}" if case.due_at else ""
        yield Belonging(
            "case",
            case.number,
            _("%(number)s %(title)s，时限 %(due)s") % {"number": case.number, "title": case.title, "due": due},
        )


def _duties(post: Post, day: dt.date) -> Iterator[Belonging]:
    """One item for each part: all the streets, sites and grids of it together."""
    parts: dict[str, list[Duty]] = {}
    for duty in duties_with(post, day):
        parts.setdefault(duty.part, []).append(duty)
    for part, duties in parts.items():
        codes = [duty.thing.partition(":")[2] for duty in duties if duty.thing.startswith("segment:")]
        roads = list(
            dict.fromkeys(
                Segment.objects.filter(code__in=codes).exclude(road="").order_by("road").values_list("road", flat=True)
            )
        )
        told = {
            "part": Duty.Part(part).label,
            "n": len(duties),
            "roads": "、".join(roads[:6]) + ("等" if len(roads) > 6 else ""),
        }
        yield Belonging("duty", part, _("%(part)s %(n)d 项：%(roads)s") % told)


def _tasks(post: Post, day: dt.date) -> Iterator[Belonging]:
    for task in Task.objects.in_force(day).filter(leader=post.person).order_by("position"):
        yield Belonging("task", task.code, _("%(name)s（请在十大任务表里换牵头领导）") % {"name": task.name})


def _keepings(post: Post, day: dt.date) -> Iterator[Belonging]:
    for kept in Keeping.objects.standing().filter(settled_at=None).order_by("due_on", "id"):
        if post.person.code in kept.officers:
            told = {
                "number": kept.number,
                "name": kept.name,
                "n": kept.quantity,
                "shelf": kept.shelf,
                "due": kept.due_on,
            }
            yield Belonging(
                "keeping", kept.number, _("%(number)s %(name)s %(n)d 件，货位 %(shelf)s，%(due)s 前处理") % told
            )


def _instead(post: Post, day: dt.date) -> Iterator[Belonging]:
    for one in Substitution.objects.filter(by=post.person, ends_on__gt=day).select_related("person"):
        yield Belonging(
            "instead", one.code, _("替%(name)s代班到 %(day)s") % {"name": one.person.name, "day": one.last_on}
        )


def _gear(post: Post) -> Iterator[Belonging]:
    last = Posting.objects.filter(person=post.person).exclude(vehicle="", recorder="").order_by("-day").first()
    if last is None:
        return
    for label, number in ((_("执法记录仪"), last.recorder), (_("车辆"), last.vehicle)):
        if number:
            yield Belonging(
                "gear",
                number,
                _("%(label)s %(number)s（%(day)s 派班领用）") % {"label": label, "number": number, "day": last.day},
            )


def _records(post: Post) -> Iterator[Belonging]:
    """What lies in a phone the office cannot see; it knows when the last record came in."""
    last = (
        Line.objects.filter(by=post.person.code).order_by("-recorded_at").values_list("recorded_at", flat=True).first()
    )
    told = f"{timezone.localtime(last):%Y-%m-%d %H:%M}" if last else _("没有")
    yield Belonging("record", "", _("最后一条记录 %(at)s 收到；请当面打开手机“待上传”，应为 0 条") % {"at": told})
