"""Today's posting: a squad's day set in one act, fixed posts, and the weather that switches the plan.

The rows stand on this floor, below the cases, because dispatch asks them (decision 10).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from xiuhua.city.access import must
from xiuhua.city.hours import windows_of
from xiuhua.city.models import (
    DayWeather,
    Duty,
    FixedPost,
    Leave,
    Person,
    PostedAt,
    Posting,
    PostingSheet,
    Segment,
    Site,
    Unit,
    Weather,
)  # fmt: skip
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import roster as kinds

EXCUSED = (Weather.RAIN, Weather.SNOW, Weather.SMOG, Weather.HEAT)


@dataclass(frozen=True)
class Posted:
    """Where one person is posted on a day. `place` is words; streets, sites and fixed posts named in it are found."""

    person: Person
    status: str = Posting.Status.PRESENT
    place: str = ""
    hours: str = ""
    vehicle: str = ""
    recorder: str = ""
    fixed: tuple[str, ...] = ()


@action(answer=lambda line: list(Posting.objects.filter(key=line.key).order_by("id")))
def set_posting(
    act: Act, *, day: dt.date, unit: Unit, people: Sequence[Posted], plan: str = Weather.FAIR, note: str = ""
) -> list[Posting]:
    """A unit's posting of a day is set; setting it again replaces what was set before."""
    must(act.by, "set_posting", unit=unit.path)
    _check(day, people, plan)
    fixed = {one.code: one for one in FixedPost.objects.standing(day).filter(unit=unit)}
    spots = [_spots(one, unit, day, fixed) for one in people]
    codes = [one.person.code for one in people]
    Posting.objects.filter(day=day, unit=unit).delete()
    Posting.objects.filter(day=day, person__code__in=codes).delete()
    rows = Posting.objects.bulk_create(
        [
            Posting(
                key=act.key, day=day, person=one.person, unit=unit, status=one.status, place=one.place, hours=one.hours,
                vehicle=one.vehicle, recorder=one.recorder,
            )
            for one in people
        ]
    )  # fmt: skip
    PostedAt.objects.bulk_create(
        [
            PostedAt(posting=row, thing=thing, fixed=post)
            for row, mine in zip(rows, spots, strict=True)
            if not row.away
            for thing, post in mine
        ]
    )
    PostingSheet.objects.update_or_create(
        day=day, unit=unit, defaults={"key": act.key, "plan": plan, "note": note.strip(), "set_at": act.at}
    )
    told = Counter(str(one.status) for one in people)
    act.record(
        kinds.PostingSet(
            on=day.isoformat(), due=len(people), present=told["present"], leave=told["leave"], lent=told["lent"],
            rest=told["rest"], plan=plan,
        ),
        about=f"posting:{unit.code}:{day.isoformat()}", for_unit=unit.path,
    )  # fmt: skip
    return rows


def _check(day: dt.date, people: Sequence[Posted], plan: str) -> None:
    """Nobody twice, nobody who is on leave, one recorder for one person, hours that can be read."""
    codes = [one.person.code for one in people]
    if len(set(codes)) < len(codes):
        raise Refused("posting.twice", "同一个人排了两次，请检查。")
    if plan not in Weather.values:
        raise Refused(
            "posting.plan", "请选择预案：{listed}。", field="plan", listed="、".join(map(str, Weather.labels))
        )
    there = [one for one in people if one.status == Posting.Status.PRESENT]
    away = Leave.objects.approved().on(day).filter(person__code__in=[one.person.code for one in there])
    for leave in away.select_related("person"):
        raise Refused(
            "posting.on_leave", "{person_name} {day} 已批准请假，请改成“请假”，或先销假。",
            field=f"status-{leave.person.code}", person_name=leave.person.name, day=day,
        )  # fmt: skip
    held: dict[str, Person] = {}
    for one in there:
        windows_of(one.hours)
        if one.recorder and (other := held.setdefault(one.recorder, one.person)) != one.person:
            raise Refused(
                "posting.recorder", "执法记录仪 {recorder} 同时给了{first}和{second}，请改一个。",
                field=f"recorder-{one.person.code}", recorder=one.recorder, first=other.name, second=one.person.name,
            )  # fmt: skip


def _spots(one: Posted, unit: Unit, day: dt.date, fixed: dict[str, FixedPost]) -> list[tuple[str, FixedPost | None]]:
    unknown = set(one.fixed) - set(fixed)
    if unknown:
        raise Refused("posting.fixed", "有定点岗已经撤了，请刷新页面后再排。")
    return [
        *((thing, None) for thing in things_named(one.place, unit, day)),
        *(("", fixed[code]) for code in one.fixed),
    ]


BETWEEN = re.compile(r"[、，,；;/\s]+")


def things_named(words: str, unit: Unit, day: dt.date) -> list[str]:
    """The codes of streets and sites that a posting names: a road's segments that the squad has, else all of them."""
    names = [name for name in BETWEEN.split(words) if name]
    if not names:
        return []
    sites = dict(Site.objects.in_use().filter(name__in=names).values_list("name", "code"))
    roads: dict[str, list[str]] = {}
    for road, code in Segment.objects.in_use().filter(road__in=names).order_by("code").values_list("road", "code"):
        roads.setdefault(road, []).append(f"segment:{code}")
    things = [thing for every in roads.values() for thing in every]
    duties = Duty.objects.in_force(day).filter(part=Duty.Part.SQUAD, unit=unit, thing__in=things)
    own = set(duties.values_list("thing", flat=True))
    found: list[str] = []
    for name in names:
        if name in sites:
            found.append(f"site:{sites[name]}")
        every = roads.get(name, [])
        found += [thing for thing in every if thing in own] or every
    return list(dict.fromkeys(found))


@action(answer=lambda line: DayWeather.objects.get(day=dt.date.fromisoformat(line.about.partition(":")[2])))
def declare_weather(act: Act, *, day: dt.date, weather: str, excuses: bool = False, words: str = "") -> DayWeather:
    """The centre says what the weather is for a day: which posting plan counts, and whether outdoor rounds are excused."""
    must(act.by, "declare_weather")
    if weather not in Weather.values:
        raise Refused(
            "weather.sort", "请选择天气：{listed}。", field="weather", listed="、".join(map(str, Weather.labels))
        )
    if excuses and weather not in EXCUSED:
        raise Refused("weather.excuse", "平常天气不能免除室外巡查；请选雨、雪、重污染或高温。", field="excuses")
    if excuses and not words.strip():
        raise Refused("weather.words", "免除室外巡查要写明依据，例如“气象台大雨橙色预警”。", field="words")
    today = bureau_day(act.at)
    if not today <= day <= today + dt.timedelta(days=7):
        raise Refused("weather.day", "天气预案只能定今天到 7 天以内的。", field="day")
    row, _made = DayWeather.objects.update_or_create(
        day=day,
        defaults={
            "weather": weather,
            "excuses": excuses,
            "words": words.strip()[:200],
            "by": act.by.code,
            "at": act.at,
        },
    )
    act.record(
        kinds.WeatherDeclared(on=day.isoformat(), weather=weather, excuses=excuses), about=f"weather:{day.isoformat()}"
    )
    return row


def weather_on(day: dt.date) -> DayWeather | None:
    """What was declared for a day; none on an ordinary one."""
    return DayWeather.objects.filter(day=day).first()


def excused_on(day: dt.date) -> str:
    """The weather that excuses outdoor rounds on a day; empty when nothing does."""
    found = weather_on(day)
    return str(found.weather) if found and found.excuses else ""


@action(answer=lambda line: FixedPost.objects.get(code=line.about.partition(":")[2]))
def open_fixed_post(
    act: Act,
    *,
    unit: Unit,
    name: str,
    hours: str,
    weekdays: str = "12345",
    needs: int = 1,
    thing: str = "",
    lon_e7: int | None = None,
    lat_e7: int | None = None,
    outdoor: bool = True,
) -> FixedPost:
    """A squad mans a place at fixed hours from now on: a school gate, a crossing, a market."""
    must(act.by, "set_posting", unit=unit.path)
    windows = windows_of(hours)
    if len(windows) != 1:
        raise Refused("fixed_post.hours", "定点岗要写一段时间，例如 07:10—07:50。", field="hours")
    if not name.strip():
        raise Refused("fixed_post.name", "请写定点岗的名称，例如“实验小学门口”。", field="name")
    if not weekdays or set(weekdays) - set("1234567"):
        raise Refused("fixed_post.weekdays", "请选择星期几有人值守。", field="weekdays")
    if not 1 <= needs <= 20:
        raise Refused("fixed_post.needs", "定点岗的人数要在 1 到 20 之间。", field="needs")
    day = bureau_day(act.at)
    if FixedPost.objects.standing(day).filter(unit=unit, name=name.strip(), begins=windows[0][0]).exists():
        raise Refused("fixed_post.known", "“{name}”这个时间的定点岗已经有了。", field="name", name=name.strip())
    post = FixedPost.objects.create(
        code=act.key.hex[:16], unit=unit, name=name.strip()[:60], thing=thing or _thing_of(name, unit, day),
        begins=windows[0][0], ends=windows[0][1], weekdays="".join(sorted(set(weekdays))), needs=needs, outdoor=outdoor,
        begins_on=day, lon_e7=lon_e7, lat_e7=lat_e7,
    )  # fmt: skip
    act.record(
        kinds.FixedPostOpened(thing=post.thing, hours=post.hours, weekdays=post.weekdays, needs=needs),
        about=f"fixed_post:{post.code}", for_unit=unit.path,
    )  # fmt: skip
    return post


def _thing_of(name: str, unit: Unit, day: dt.date) -> str:
    """The site that a fixed post's name begins with, or the first street that it names."""
    for site, code in Site.objects.in_use().values_list("name", "code"):
        if name.strip().startswith(site):
            return f"site:{code}"
    return next(iter(things_named(name, unit, day)), "")


@action(answer=lambda line: FixedPost.objects.get(code=line.about.partition(":")[2]))
def close_fixed_post(act: Act, *, post: FixedPost) -> FixedPost:
    """A fixed post is not manned any more, from today on."""
    must(act.by, "set_posting", unit=post.unit.path)
    post = FixedPost.objects.select_for_update().get(pk=post.pk)
    if post.ends_on is not None:
        raise Refused("fixed_post.closed", "这个定点岗已于 {ends_on} 撤销。", ends_on=post.ends_on)
    post.ends_on = bureau_day(act.at)
    post.save(update_fields=["ends_on"])
    act.record(kinds.FixedPostClosed(), about=f"fixed_post:{post.code}", for_unit=post.unit.path)
    return post


@dataclass(frozen=True)
class Manning:
    """A fixed post on a day: how many stand there and who."""

    post: FixedPost
    people: tuple[Person, ...]
    excused: str = ""

    @property
    def missing(self) -> int:
        """How many people it still needs."""
        return 0 if self.excused else max(0, self.post.needs - len(self.people))


def mannings(day: dt.date, *, under: str = "") -> list[Manning]:
    """The fixed posts of a day with who covers each; an outdoor one may be excused by the weather."""
    posts = FixedPost.objects.standing(day).filter(unit__path__startswith=under).select_related("unit")
    there: dict[int, list[Person]] = {}
    rows = PostedAt.objects.filter(posting__day=day, posting__status="present", fixed__isnull=False)
    for row in rows.select_related("posting__person").order_by("id"):
        there.setdefault(row.fixed_id or 0, []).append(row.posting.person)
    excused = excused_on(day)
    return [
        Manning(post, tuple(there.get(post.pk, ())), excused if post.outdoor else "")
        for post in posts
        if post.manned_on(day)
    ]


def last_sheet(unit: Unit, day: dt.date, *, plan: str = Weather.FAIR) -> PostingSheet | None:
    """The last posting before a day under the same plan; under a weather without one, the last of all."""
    before = PostingSheet.objects.filter(unit=unit, day__lt=day).order_by("-day")
    return before.filter(plan=plan).first() or before.first()


def covered_names(rows: Iterable[Posting]) -> dict[int, list[str]]:
    """The fixed posts of each posting by their codes."""
    found: dict[int, list[str]] = {}
    for pk, code in PostedAt.objects.filter(posting__in=list(rows), fixed__isnull=False).values_list(
        "posting_id", "fixed__code"
    ):
        found.setdefault(pk, []).append(code)
    return found
