"""Reorganising the bureau: a unit gets another name, moves under another, or is closed once nothing hangs on it.

It looks over all rooms: posts and duties of the city, cases in work. Lines keep the path that a unit had then; rows of
cases follow it, so that those who work there now still see them.
"""

from __future__ import annotations

import datetime as dt

from django.db.models import F, Value
from django.db.models.functions import Concat, Substr
from django.utils.translation import gettext as _

from xiuhua.cases.models import Case
from xiuhua.city.access import must
from xiuhua.city.models import Duty, Post, Unit
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import city as kinds
from xiuhua.ledger.models import Line

LONGEST_PATH = 120


def _of(line: Line) -> Unit:
    return Unit.objects.get(code=line.about.partition(":")[2])


def _locked(code: str) -> Unit:
    unit = Unit.objects.select_for_update(of=("self",)).filter(code=code).first()
    if unit is None:
        raise Absent("unit.absent")
    if unit.closed_on is not None:
        raise Refused(
            "unit.closed", "“{unit_name}”已于 {day} 撤销，不能再改。", unit_name=unit.name, day=unit.closed_on
        )
    return unit


@action(answer=_of)
def name_unit(act: Act, *, code: str, name: str) -> Unit:
    """A unit gets another name; its code stays, and so does what it did."""
    must(act.by, "administer")
    unit, name = _locked(code), name.strip()
    if not name or len(name) > 60:
        raise Refused("unit.name", "请写单位名称，最多 60 个字。", field="name")
    if Unit.objects.filter(name=name, closed_on=None).exclude(pk=unit.pk).exists():
        raise Refused("unit.name_taken", "已经有一个单位叫“{name}”，请换一个名称。", field="name", name=name)
    unit.name = name
    unit.save(update_fields=["name"])
    act.record(
        kinds.UnitNamed(name=name, kind_of_unit=unit.kind, path=unit.path), about=f"unit:{code}", for_unit=unit.path
    )
    return unit


@action(answer=_of)
def move_unit(act: Act, *, code: str, parent: str) -> Unit:
    """A unit moves under another, with everything below it. Under itself or one of its own it would be a circle."""
    must(act.by, "administer")
    unit, above = _locked(code), _locked(parent)
    if unit.parent_id is None:
        raise Refused("unit.root", "“{unit_name}”是最上一级，不能移到别的单位下面。", unit_name=unit.name)
    if above.path.startswith(unit.path):
        raise Refused(
            "unit.circle", "不能把“{unit_name}”移到它自己或它的下级“{above_name}”下面，那样上下级会绕成圈。",
            field="parent", unit_name=unit.name, above_name=above.name,
        )  # fmt: skip
    before, after = unit.path, f"{above.path}{unit.code}/"
    if before == after:
        raise Refused("unit.same", "“{unit_name}”已经在“{above_name}”下面。", field="parent", unit_name=unit.name, above_name=above.name)  # fmt: skip
    below = list(Unit.objects.select_for_update(of=("self",)).filter(path__startswith=before))
    if max(len(one.path) for one in below) - len(before) + len(after) > LONGEST_PATH:
        raise Refused("unit.deep", "单位的层级太深，请移到更高一级的单位下面。", field="parent")
    Unit.objects.filter(pk=unit.pk).update(parent=above)
    for one in below:
        Unit.objects.filter(pk=one.pk).update(path=after + one.path[len(before) :])
    Case.objects.filter(for_unit__startswith=before).update(
        for_unit=Concat(Value(after), Substr("for_unit", len(before) + 1)), version=F("version") + 1
    )
    act.record(kinds.UnitMoved(path_before=before, path_after=after), about=f"unit:{code}", for_unit=after)
    return Unit.objects.get(pk=unit.pk)


@action(answer=_of)
def close_unit(act: Act, *, code: str, on: dt.date) -> Unit:
    """A unit is closed from a day on: nobody holds a post there any more, and nothing waits for it."""
    must(act.by, "administer")
    unit, day = _locked(code), bureau_day(act.at)
    if on < day:
        raise Refused("unit.closes", "撤销日期不能早于今天。", field="on")
    if unit.parent_id is None:
        raise Refused("unit.root", "“{unit_name}”是最上一级，不能撤销。", unit_name=unit.name)
    held = (
        (_("下级单位 %(n)d 个"), Unit.objects.filter(parent=unit, closed_on=None).count()),
        (_("在岗 %(n)d 人"), Post.objects.held_on(on).filter(unit=unit).values("person").distinct().count()),
        (_("责任 %(n)d 条"), Duty.objects.in_force(on).filter(unit=unit).count()),
        (_("没办结的案件 %(n)d 件"), Case.objects.open().filter(for_unit=unit.path).count()),
    )
    left = _("、").join(words % {"n": n} for words, n in held if n)
    if left:
        raise Refused(
            "unit.in_use",
            "“{unit_name}”到 {on} 还有{left}，请先移走再撤销。",
            field="on",
            unit_name=unit.name,
            on=on,
            left=left,
        )
    unit.closed_on = on
    unit.save(update_fields=["closed_on"])
    fact = kinds.UnitNamed(name=unit.name, kind_of_unit=unit.kind, path=unit.path, state="closed")
    act.record(fact, about=f"unit:{code}", for_unit=unit.path)
    return unit
