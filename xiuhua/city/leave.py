"""Leave (请假), stand-ins (代班) and swaps (换班): asked for, decided by a leader, kept with their dates."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q

from xiuhua.city.access import must
from xiuhua.city.models import Leave, Person, Post, Role, Rostered, Substitution, Swap, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import roster as kinds

LONGEST_DAYS = 190
"""A leave longer than this is a change of post (our choice; maternity leave in Shandong is 158 days)."""


@action(answer=lambda line: Leave.objects.get(code=line.about.partition(":")[2]))
def ask_leave(act: Act, *, person: Person, sort: str, begins_on: dt.date, last_on: dt.date, words: str = "") -> Leave:
    """A person asks for leave from a day to a day, both inclusive; a leader may ask for somebody of the unit."""
    must(act.by, "ask_leave")
    day = bureau_day(act.at)
    unit = _unit_of(person, day)
    if person.code != act.by.code:
        must(act.by, "decide_leave", unit=unit.path)
    if sort not in Leave.Sort.values:
        raise Refused(
            "leave.sort", "请选择请假类型：{listed}。", field="sort", listed="、".join(map(str, Leave.Sort.labels))
        )
    ends_on = last_on + dt.timedelta(days=1)
    if last_on < begins_on:
        raise Refused("leave.days", "结束日期早于开始日期。", field="last_on")
    if (ends_on - begins_on).days > LONGEST_DAYS:
        raise Refused("leave.long", "一次最多请 {most} 天；更长的请改岗位任期。", field="last_on", most=LONGEST_DAYS)
    if begins_on < day - dt.timedelta(days=7):
        raise Refused("leave.past", "7 天以前的假不能再补请，请找科室。", field="begins_on")
    Person.objects.select_for_update().get(pk=person.pk)
    other = Leave.objects.standing().touching(begins_on, ends_on).filter(person=person).first()
    if other is not None:
        raise Refused(
            "leave.overlap", "{begins_on} 到 {last_on} 已经有一份{state}的假，请先撤回它。", field="begins_on",
            begins_on=other.begins_on, last_on=other.last_on, state=other.get_state_display(),
        )  # fmt: skip
    _stands_in_for_nobody(person, begins_on, ends_on)
    leave = Leave.objects.create(
        code=act.key.hex[:24], person=person, unit=unit, sort=sort, begins_on=begins_on, ends_on=ends_on,
        words=words.strip()[:200], asked_at=act.at,
    )  # fmt: skip
    act.record(
        kinds.LeaveAsked(person=person.code, from_day=begins_on.isoformat(), to_day=ends_on.isoformat()),
        about=f"leave:{leave.code}", for_unit=unit.path,
    )  # fmt: skip
    return leave


def _unit_of(person: Person, day: dt.date) -> Unit:
    post = Post.objects.held_on(day).filter(person=person).select_related("unit").order_by("id").first()
    if post is None:
        raise Refused("leave.no_post", "{person_name}现在没有岗位，不用请假。", person_name=person.name)
    return post.unit


def _stands_in_for_nobody(person: Person, begins_on: dt.date, ends_on: dt.date) -> None:
    """Nested leave is refused: whoever stands in for somebody is there."""
    nested = Substitution.objects.touching(begins_on, ends_on).filter(by=person).select_related("person").first()
    if nested is not None:
        raise Refused(
            "leave.nested", "{person_name}在 {begins_on} 到 {last_on} 正替{other}代班，请先换一个人代班。",
            field="begins_on", person_name=person.name, begins_on=nested.begins_on, last_on=nested.last_on, other=nested.person.name,
        )  # fmt: skip


@action(answer=lambda line: Leave.objects.get(code=line.about.partition(":")[2]))
def decide_leave(act: Act, *, leave: Leave, approve: bool, substitute: Person | None = None, answer: str = "") -> Leave:
    """A leader approves a leave, and may name who stands in; or does not, and says why. Nobody decides the own leave."""
    leave = Leave.objects.select_for_update().select_related("person", "unit").get(pk=leave.pk)
    must(act.by, "decide_leave", unit=leave.unit.path)
    if leave.person.code == act.by.code:
        raise Refused("leave.own", "自己的假要由别的领导批。")
    if leave.state != Leave.State.ASKED:
        raise Refused("leave.decided", "这份假{state}，不用再批。", state=leave.get_state_display())
    if not approve and not answer.strip():
        raise Refused("leave.why", "不批准请写原因，请假的人要看。", field="answer")
    leave.state = Leave.State.APPROVED if approve else Leave.State.REFUSED
    leave.decided_by, leave.decided_at, leave.answer = act.by.code, act.at, answer.strip()[:200]
    leave.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    act.record(
        kinds.LeaveDecided(person=leave.person.code, state=str(leave.state)), about=f"leave:{leave.code}",
        for_unit=leave.unit.path,
    )  # fmt: skip
    if approve and substitute is not None:
        _substitute(act, leave.person, substitute, leave.begins_on, leave.ends_on, leave)
    return leave


@action(answer=lambda line: Leave.objects.get(code=line.about.partition(":")[2]))
def end_leave(act: Act, *, leave: Leave) -> Leave:
    """销假: the request is taken back, or an approved leave ends with yesterday because the person is back."""
    leave = Leave.objects.select_for_update().select_related("person", "unit").get(pk=leave.pk)
    if leave.person.code != act.by.code:
        must(act.by, "decide_leave", unit=leave.unit.path)
    day = bureau_day(act.at)
    if leave.state not in (Leave.State.ASKED, Leave.State.APPROVED) or leave.ends_on <= day:
        raise Refused("leave.over", "这份假已经结束或没有批准，不用销假。")
    begun = leave.state == Leave.State.APPROVED and leave.begins_on < day
    if begun:
        leave.ends_on = day
    else:
        leave.state = Leave.State.WITHDRAWN
    leave.save(update_fields=["state", "ends_on"])
    act.record(
        kinds.LeaveDecided(person=leave.person.code, state=str(leave.state)), about=f"leave:{leave.code}",
        for_unit=leave.unit.path,
    )  # fmt: skip
    for one in leave.substitutions.filter(ends_on__gt=day).select_related("person", "by"):
        _end_substitution(act, one, max(day, one.begins_on))
    return leave


@action(answer=lambda line: Substitution.objects.get(code=line.about.partition(":")[2]))
def substitute(act: Act, *, person: Person, by: Person, begins_on: dt.date, last_on: dt.date) -> Substitution:
    """代班 without a leave, or a stand-in named later: from a day to a day, both inclusive."""
    must(act.by, "decide_leave", unit=_unit_of(person, bureau_day(act.at)).path)
    if last_on < max(begins_on, bureau_day(act.at)):
        raise Refused("substitute.days", "代班的结束日期要不早于开始日期和今天。", field="last_on")
    ends_on = last_on + dt.timedelta(days=1)
    leave = Leave.objects.approved().touching(begins_on, ends_on).filter(person=person).first()
    return _substitute(act, person, by, begins_on, ends_on, leave)


def _substitute(
    act: Act, person: Person, by: Person, begins_on: dt.date, ends_on: dt.date, leave: Leave | None
) -> Substitution:
    if by == person:
        raise Refused("substitute.self", "不能自己替自己代班。", field="substitute")
    list(Person.objects.select_for_update().filter(pk__in=(person.pk, by.pk)).order_by("pk").values_list("pk"))
    _may_stand_in(by, person, begins_on, ends_on)
    made = Substitution.objects.create(
        code=act.key.hex[:24], person=person, by=by, leave=leave, begins_on=begins_on, ends_on=ends_on
    )
    act.record(
        kinds.SubstitutionBegun(
            person=person.code, substitute=by.code, from_day=begins_on.isoformat(), to_day=ends_on.isoformat()
        ),
        about=f"substitution:{made.code}",
    )
    return made


def _may_stand_in(by: Person, person: Person, begins_on: dt.date, ends_on: dt.date) -> None:
    """Whoever stands in has a street post, is not on leave and has no stand-in of their own; one stand-in at a time."""
    posts = Post.objects.held_on(begins_on).filter(person=by).exclude(role__in=(Role.MACHINE, Role.INSPECTOR))
    if not posts.exists():
        raise Refused("substitute.post", "{by}那天没有本局的岗位，不能代班。", field="substitute", by=by.name)
    if Leave.objects.standing().touching(begins_on, ends_on).filter(person=by).exists():
        raise Refused("substitute.on_leave", "{by}那几天自己请了假，请换一个人代班。", field="substitute", by=by.name)
    touching = Substitution.objects.touching(begins_on, ends_on).filter(Q(person=by) | Q(person=person) | Q(by=person))
    chain = touching.select_related("person", "by").first()
    if chain is not None:
        raise Refused(
            "substitute.nested", "{begins_on} 到 {last_on} 已经是{by}替{person}代班，代班不能重复，也不能再转给别人。",
            field="substitute", begins_on=chain.begins_on, last_on=chain.last_on, by=chain.by.name, person=chain.person.name,
        )  # fmt: skip


@action(answer=lambda line: Substitution.objects.get(code=line.about.partition(":")[2]))
def end_substitution(act: Act, *, substitution: Substitution) -> Substitution:
    """Nobody stands in any more, from today on."""
    one = Substitution.objects.select_for_update().select_related("person", "by").get(pk=substitution.pk)
    day = bureau_day(act.at)
    must(act.by, "decide_leave", unit=_unit_of(one.person, day).path)
    if one.ends_on <= day:
        raise Refused("substitute.over", "这次代班已经结束了。")
    return _end_substitution(act, one, max(day, one.begins_on))


def _end_substitution(act: Act, one: Substitution, on: dt.date) -> Substitution:
    one.ends_on = on
    one.save(update_fields=["ends_on"])
    act.record(
        kinds.SubstitutionEnded(person=one.person.code, substitute=one.by.code, on=on.isoformat()),
        about=f"substitution:{one.code}",
    )
    return one


@action(answer=lambda line: Swap.objects.get(code=line.about.partition(":")[2]))
def ask_swap(act: Act, *, person: Person, day: dt.date, other: Person, other_day: dt.date, words: str = "") -> Swap:
    """Two persons of one squad want to change shifts: mine of this day for theirs of that day."""
    must(act.by, "ask_leave")
    today = bureau_day(act.at)
    unit = _unit_of(person, today)
    if person.code != act.by.code:
        must(act.by, "set_roster", unit=unit.path)
    _may_swap(person, day, other, other_day, unit, today)
    swap = Swap.objects.create(
        code=act.key.hex[:24], unit=unit, person=person, day=day, other=other, other_day=other_day,
        words=words.strip()[:200], asked_at=act.at,
    )  # fmt: skip
    act.record(
        kinds.SwapAsked(person=person.code, day=day.isoformat(), other=other.code, other_day=other_day.isoformat()),
        about=f"swap:{swap.code}", for_unit=unit.path,
    )  # fmt: skip
    return swap


def _may_swap(person: Person, day: dt.date, other: Person, other_day: dt.date, unit: Unit, today: dt.date) -> None:
    if person == other:
        raise Refused("swap.self", "请选另一个人换班。", field="other")
    if not Post.objects.held_on(today).filter(person=other, unit__path__startswith=unit.path).exists():
        raise Refused(
            "swap.unit",
            "{other}不在{unit_name}，只能和本中队的人换班。",
            field="other",
            other=other.name,
            unit_name=unit.name,
        )
    if min(day, other_day) < today:
        raise Refused("swap.past", "过去的班不能换。", field="day")
    for one, on in ((person, day), (other, other_day)):
        if not Rostered.objects.filter(person=one, day=on).exists():
            raise Refused("swap.empty", "{name} {on} 没有排班，换不了。", field="day", name=one.name, on=on)
    known = Swap.objects.filter(state=Swap.State.ASKED).filter(
        Q(person=person, day=day) | Q(other=person, other_day=day)
    )
    if known.exists():
        raise Refused("swap.asked", "{on} 的班已经有一份换班申请在等批准。", field="day", on=day)


@action(answer=lambda line: Swap.objects.get(code=line.about.partition(":")[2]))
def decide_swap(act: Act, *, swap: Swap, approve: bool, answer: str = "") -> Swap:
    """The squad leader approves: the two change shifts in the roster. Not approved, everything stays."""
    swap = Swap.objects.select_for_update().select_related("person", "other", "unit").get(pk=swap.pk)
    if swap.state != Swap.State.ASKED:
        raise Refused("swap.decided", "这份换班申请{state}，不用再批。", state=swap.get_state_display())
    withdrawn = not approve and act.by.code == swap.person.code
    if not withdrawn:
        must(act.by, "set_roster", unit=swap.unit.path)
    if approve:
        _change_shifts(swap, bureau_day(act.at))
    swap.state = Swap.State.WITHDRAWN if withdrawn else Swap.State.APPROVED if approve else Swap.State.REFUSED
    swap.decided_by, swap.decided_at, swap.answer = act.by.code, act.at, answer.strip()[:200]
    swap.save(update_fields=["state", "decided_by", "decided_at", "answer"])
    act.record(kinds.SwapDecided(state=str(swap.state)), about=f"swap:{swap.code}", for_unit=swap.unit.path)
    return swap


def _change_shifts(swap: Swap, today: dt.date) -> None:
    """Each takes over the other's shifts, and gives the own rest of that day for it; refused when there is nothing to give."""
    _may_swap_still(swap, today)
    mine = list(Rostered.objects.filter(person=swap.person, day=swap.day))
    theirs = list(Rostered.objects.filter(person=swap.other, day=swap.other_day))
    rests: list[Rostered] = []
    if swap.day != swap.other_day:
        free = Q(person=swap.other, day=swap.day) | Q(person=swap.person, day=swap.other_day)
        rests = list(Rostered.objects.filter(free, shift__begins=None))
    Rostered.objects.filter(pk__in=[row.pk for row in (*mine, *theirs, *rests)]).delete()
    turned = {swap.person.pk: swap.other, swap.other.pk: swap.person}
    Rostered.objects.bulk_create(
        [
            Rostered(person=turned[row.person_id], unit=swap.unit, day=row.day, shift_id=row.shift_id)
            for row in (*mine, *theirs, *rests)
        ],
        ignore_conflicts=True,
    )


def _may_swap_still(swap: Swap, today: dt.date) -> None:
    if min(swap.day, swap.other_day) < today:
        raise Refused("swap.past", "过去的班不能换。")
    for one, on in ((swap.person, swap.day), (swap.other, swap.other_day)):
        if not Rostered.objects.filter(person=one, day=on).exists():
            raise Refused("swap.empty", "{name} {on} 没有排班，换不了。", name=one.name, on=on)
