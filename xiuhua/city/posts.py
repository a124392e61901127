"""Leaving a post on a day, with what becomes of its duties: each ends with it or goes to somebody, never rewritten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from uuid import uuid5

from django.db.models import Q

from xiuhua.city.access import must
from xiuhua.city.models import Duty, Person, Post, Role
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, action, bureau_day, record_all
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.models import Line


def duties_with(post: Post, day: dt.date) -> list[Duty]:
    """The duties that a person has by this post: those of its unit, and all of them with the last post."""
    held = (
        Duty.objects.filter(person=post.person)
        .filter(Q(ends_on=None) | Q(ends_on__gt=day))
        .select_related("unit", "person")
    )
    others = Post.objects.held_on(day).filter(person=post.person).exclude(pk=post.pk)
    if others.exists():
        held = held.filter(unit__path__startswith=post.unit.path)
    return list(held.order_by("part", "thing"))


@action(answer=lambda line: Post.objects.get(code=line.about.partition(":")[2]))
def leave_post(act: Act, *, post: Post, on: dt.date, heirs: Mapping[str, Person | None]) -> Post:
    """A person leaves a post: from the day `on` there is no access by it, and its duties end or go to an heir.

    `heirs` names for each part of duties who has them from that day; none ends them. What was before that day stays.
    """
    must(act.by, "rotate", unit=post.unit.path)
    post = Post.objects.select_for_update().select_related("person", "unit").get(pk=post.pk)
    if post.ends_on is not None:
        raise Refused("city.post_ended", "这个岗位已于 {ends_on} 结束。", ends_on=post.ends_on)
    if on < bureau_day(act.at):
        raise Refused("post.past", "离岗日期不能早于今天：过去的责任不能改写。", field="on")
    if post.role == Role.ADMINISTRATOR and not _another(post):
        raise Refused("city.last_administrator", "这是最后一个系统管理员岗位，请先让别人任系统管理员，再结束它。")
    duties = duties_with(post, on)
    missing = {duty.part for duty in duties} - set(heirs)
    if missing:
        listed = "、".join(str(Duty.Part(part).label) for part in sorted(missing))
        raise Refused("post.heirs", "请选择{listed}的责任从那天起解除还是交给谁。", field="heirs", listed=listed)
    post.ends_on = max(on, post.begins_on + dt.timedelta(days=1))
    post.save(update_fields=["ends_on"])
    lines = [
        act.line(
            kinds.PostEnded(post=post.code, ends_on=post.ends_on.isoformat()),
            about=f"post:{post.code}",
            for_unit=post.unit.path,
        )
    ]
    made: list[Duty] = []
    for duty in duties:
        heir = heirs[duty.part]
        lines += _moved(act, duty, heir, post.ends_on, made)
    Duty.objects.bulk_update(duties, ["ends_on"])
    Duty.objects.bulk_create(made, batch_size=500)
    record_all(lines)
    return post


def _another(post: Post) -> bool:
    return Post.objects.filter(role=Role.ADMINISTRATOR, ends_on=None).exclude(pk=post.pk).exists()


def _moved(act: Act, duty: Duty, heir: Person | None, on: dt.date, made: list[Duty]) -> list[Line]:
    """The duty ends on the day, and the heir's begins."""
    duty.ends_on = max(on, duty.begins_on)
    place = Place(segment=duty.thing.partition(":")[2]) if duty.thing.startswith("segment:") else None
    unit = duty.unit.path if duty.unit else ""
    lines = [
        act.line(
            kinds.DutyEnded(thing=duty.thing, role=duty.part, person=duty.person.code if duty.person else "", ends_on=on.isoformat()),
            about=f"duty:{duty.code}", for_unit=unit, place=place,
        )
    ]  # fmt: skip
    already = Duty.objects.filter(thing=duty.thing, part=duty.part, person=heir, begins_on__lte=on).filter(
        Q(ends_on=None) | Q(ends_on__gt=on)
    )
    if heir is None or already.exists():
        return lines
    code = uuid5(act.key, f"heir:{duty.code}").hex[:24]
    made.append(
        Duty(
            code=code, thing=duty.thing, part=duty.part, unit=duty.unit, person=heir, primary=duty.primary, shift=duty.shift,
            confirmed=duty.confirmed, version=duty.version, begins_on=on,
        )
    )  # fmt: skip
    fact = kinds.DutyBegun(
        thing=duty.thing, role=duty.part, person=heir.code, primary=duty.primary, shift=duty.shift, confirmed=duty.confirmed,
        version=duty.version, begins_on=on.isoformat(),
    )  # fmt: skip
    return [*lines, act.line(fact, about=f"duty:{code}", for_unit=unit, place=place)]
