"""Ten exercises of the practice house: what to do, where, and whether it was done. What was done is read from lines."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID, uuid5

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from xiuhua.city.answering import responsible_for
from xiuhua.city.models import Segment
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line

NAMESPACE = UUID("0d3f8a52-91a4-4b7e-8f0a-6c1de2b1a7c4")
LONGEST_DAYS = 400


def exercise_key(code: str, day: dt.date) -> UUID:
    """The key of what was prepared for an exercise on a day: a report, or a count."""
    return uuid5(NAMESPACE, f"{code}-{day}")


@dataclass(frozen=True)
class Prepared:
    """What stands ready for an exercise: its line, and the lines about the same thing since."""

    line: Line
    since: dt.datetime

    def later(self, *kinds: str) -> list[dict[str, object]]:
        """Facts of lines of these kinds about the prepared case, written after all was prepared."""
        lines = Line.objects.about(self.line.about).of_kind(*kinds).filter(recorded_at__gt=self.since)
        return [json.loads(one) for one in lines.values_list("facts", flat=True)]


@dataclass(frozen=True)
class Exercise:
    """One exercise: its title, what to do, with which sign-in, at which page, and how one sees that it was done.

    `on` names the exercise whose prepared case says where, when this one has nothing prepared of its own.
    """

    code: str
    title: Promise
    todo: Promise
    sign_in: str
    page: Callable[[Prepared], str]
    done: Callable[[Prepared], bool]
    on: str = ""

    @property
    def prepared(self) -> str:
        return self.on or self.code


@dataclass(frozen=True)
class Shown:
    """An exercise as the page shows it."""

    number: int
    exercise: Exercise
    url: str
    about: str
    where: str
    done: bool


def _desk(tab: str) -> Callable[[Prepared], str]:
    return lambda it: f"{reverse('desk:dispatch')}?tab={tab}&case={it.line.about}"


def _has(*kinds: str) -> Callable[[Prepared], bool]:
    return lambda it: bool(it.later(*kinds))


def _filed(it: Prepared) -> bool:
    return bool(it.later("case.accepted")) and bool(it.later("case.filed"))


def _to_who_is_on_duty(it: Prepared) -> bool:
    duty = {person.code for person in responsible_for(it.line.segment, bureau_day(it.since)).officers}
    return any(one["to_person"] in duty for one in it.later("case.dispatched"))


def _given_back(it: Prepared) -> bool:
    return any(one["state"] == "accepted" for one in it.later("case.returned"))


def _counted(it: Prepared) -> bool:
    """Somebody told a count that no case told, on the street named, after all was prepared."""
    told = Line.objects.of_kind("count.recorded").filter(
        item="stall_moved", quantity=5, segment=it.line.segment, recorded_at__gt=it.since, about__startswith="count:"
    )
    return told.exists()


def _warned(it: Prepared) -> bool:
    return Line.objects.of_kind("slip.issued").filter(recorded_at__gt=it.since, segment=it.line.segment).exists()


def _voided(it: Prepared) -> bool:
    return Line.objects.of_kind("line.voided").filter(corrects=it.line.key).exists()


def _published(it: Prepared) -> bool:
    day = bureau_day(it.since).isoformat()
    lines = Line.objects.of_kind("brief.published").filter(recorded_at__gt=it.since).values_list("facts", flat=True)
    return any(told["from_day"] == told["to_day"] == day for told in map(json.loads, lines))


EXERCISES: tuple[Exercise, ...] = (
    Exercise(
        "accept", _("受理并立案"), _("市民上报了一件占道经营。先受理，再按“占道经营”立案，看看到期时间怎么算出来。"),
        "accept", _desk("accept"), _filed,
    ),
    Exercise(
        "dispatch", _("派遣给当班队员"), _("这件案件等着派遣。派给包靠本路段的队员，推荐里写着“包靠本路段”。"),
        "desk", _desk("dispatch"), _to_who_is_on_duty,
    ),
    Exercise(
        "unfile", _("退回"), _("这件案件的类别立错了。退回受理，原因选“类别或标准选错”。"),
        "desk", _desk("dispatch"), _given_back,
    ),
    Exercise(
        "handle", _("现场处置"), _("您是队员，案件已经派给您。拍一张处置后的照片，写清怎么处置的。"),
        "officer", lambda it: reverse("street:case", args=[it.line.about]), _has("case.handled"),
    ),
    Exercise(
        "rework", _("核查并退回返工"), _("队员说处置好了，可照片不是原地点。核查不通过，退回返工。"),
        "desk", _desk("check"), _has("case.rework_ordered"),
    ),
    Exercise(
        "count", _("快报"), _("您在这条路上劝离了 5 处流动摊点。报一次快报：统计项“劝离流动摊点”，数量 5。"),
        "officer", lambda it: reverse("street:count"), _counted, on="handle",
    ),
    Exercise(
        "slip", _("违停警告单"), _("一辆车停在这条路的人行道上，车牌 青Z88888。开一张违法停车警告单。"),
        "officer", lambda it: reverse("street:slip"), _warned, on="handle",
    ),
    Exercise(
        "void", _("作废一条快报"), _("有人把数量多打了一个零。打开这一行，作废，原因选“填报错误”。"),
        "office", lambda it: reverse("desk:line", args=[it.line.key]), _voided,
    ),
    Exercise(
        "daily", _("出今日日报"), _("把今天的简报核对一遍，然后发布。每个数字点开都能看到它数的台账行。"),
        "office", lambda it: "{0}?from={1}&to={1}".format(reverse("desk:brief"), bureau_day(it.since)), _published,
        on="handle",
    ),
    Exercise(
        "supervise", _("督办"), _("这件案件已经超时。下一道督办，写明要求和答复日期。"),
        "leader", lambda it: f"{reverse('desk:supervise')}?case={it.line.about}#order", _has("supervision.ordered"),
    ),
)  # fmt: skip


WHERE_MATTERS = ("count", "slip")


def prepared_day(today: dt.date) -> dt.date | None:
    """The latest day on which exercises were prepared."""
    keys = {
        exercise_key("accept", today - dt.timedelta(days=n)): today - dt.timedelta(days=n) for n in range(LONGEST_DAYS)
    }
    found = Line.objects.filter(key__in=list(keys)).values_list("key", flat=True)
    return max((keys[key] for key in found), default=None)


def exercises_shown(today: dt.date) -> list[Shown]:
    """The ten as they stand: prepared on the latest day, each done or not."""
    day = prepared_day(today)
    if day is None:
        return []
    keys = {exercise_key(one.prepared, day): one.prepared for one in EXERCISES}
    lines = {keys[line.key]: line for line in Line.objects.filter(key__in=list(keys))}
    roads = {one.code: str(one) for one in Segment.objects.filter(code__in={line.segment for line in lines.values()})}
    since = max(line.recorded_at for line in lines.values())
    shown = []
    for number, one in enumerate(EXERCISES, start=1):
        if one.prepared not in lines:
            continue
        it = Prepared(lines[one.prepared], since)
        about = it.line.about if it.line.kind == "case.reported" and not one.on else ""
        where = roads.get(it.line.segment, "") if one.code in WHERE_MATTERS else ""
        shown.append(Shown(number, one, one.page(it), about, where, one.done(it)))
    return shown
