"""《综合提升"十大任务"领导干部分工表》: each task with its measures, target, leader, offices, squads and deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import uuid5

from django.utils.translation import gettext as _

from xiuhua.city.access import must
from xiuhua.city.duty_cells import Answers, read_people, read_units, told_people, told_units
from xiuhua.city.duty_wants import Changed
from xiuhua.city.models import Duty, Person, Unit
from xiuhua.city.naming import Names
from xiuhua.city.official_tables import OfficialTable, Printed, official_table
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.kit.sheets import Column, Row
from xiuhua.kit.sheets.cells import one_line
from xiuhua.kit.sheets.told import read_day
from xiuhua.ledger.act import Act, action, bureau_day, record_all
from xiuhua.ledger.kinds import tables as kinds
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Task

Part = Duty.Part
COLUMNS = (
    Column("number", "序号", ("编号", "任务序号"), width=6, merged=True),
    Column(
        "name", "任务", ("任务名称", "工作任务", "十大任务", "重点任务", "项目"), needed=True, width=18, merged=True
    ),
    Column("measures", "措施内容", ("工作措施", "具体措施", "主要措施", "工作内容", "任务内容", "内容"), width=44),
    Column("target", "目标标准", ("目标", "工作目标", "标准", "目标要求", "工作标准"), width=32),
    Column(
        "leader",
        "牵头领导",
        ("领导", "责任领导", "包靠领导", "分管领导", "牵头局领导", "带队领导"),
        needed=True,
        width=12,
    ),
    Column("offices", "责任科室", ("科室", "牵头科室", "配合科室", "责任单位"), width=16),
    Column("squads", "责任中队", ("中队", "落实中队", "实施中队"), width=20),
    Column("due", "完成时限", ("时限", "完成时间", "时间节点", "期限", "截止日期", "完成日期"), width=14),
)
LENGTHS = {"name": 200, "measures": 4000, "target": 4000}


def read_rows(rows: Sequence[Row], day: dt.date, year: int) -> None:
    """Mark what is wrong; a task over several rows has one row for each measure, numbered 3, 3.2, 3.3."""
    names = Names.on(day)
    counted: dict[str, int] = {}
    for n, row in enumerate(rows, start=1):
        number = one_line(row["number"])[:12] or str(n)
        counted[number] = counted.get(number, 0) + 1
        key = number if counted[number] == 1 else f"{number}.{counted[number]}"
        answers = _answers(row, names)
        if not row["name"]:
            row.wrong("name", _("没有写任务"))
        if not answers["leader"].people and not any(mark.column == "leader" for mark in row.marks):
            row.wrong("leader", _("没有写牵头领导"))
        for column, most in LENGTHS.items():
            if len(row[column]) > most:
                row.wrong(column, _("超过 %(most)d 个字") % {"most": most})
        cells = {"number": number, "name": one_line(row["name"]), "due": _due(row, year)[1]}
        cells |= {name: row[name] for name in ("measures", "target") if name in row.cells}
        for column, who in answers.items():
            cells[column] = told_people(who.people, names) if column == "leader" else _told_units(who.units, names)
        doubts = tuple(column for column, who in answers.items() if who.doubt)
        row.value = [Printed(key, cells, doubts)]


def _told_units(units: Sequence[Unit], names: Names) -> str:
    """Units of a cell; all squads are 各中队, as tables write it."""
    squads = [one for one in names.units if one.kind == Unit.Kind.SQUAD]
    return "各中队" if len(squads) > 2 and list(units) == squads else told_units(units)


def _answers(row: Row, names: Names) -> dict[str, Answers]:
    found = {"leader": read_people(row, "leader", Part.LEADER, names)}
    for column, part in (("offices", Part.OFFICE), ("squads", Part.SQUAD)):
        if column in row.cells and one_line(row[column]) in ("各中队", "所有中队", "全体中队", "各科室", "所有科室"):
            of = (Unit.Kind.SQUAD,) if column == "squads" else (Unit.Kind.OFFICE,)
            found[column] = Answers(units=tuple(one for one in names.units if one.kind in of))
        elif column in row.cells:
            found[column] = read_units(row, column, part, names, many=True)
    return found


def _due(row: Row, year: int) -> tuple[dt.date | None, str]:
    """The deadline and how it is printed: as a day when it is one, else as it was written."""
    words = one_line(row["due"])[:60]
    day = read_day(words, year=year)
    if day is None or day.on is None:
        if words and not any(word in words for word in ("长期", "常态", "全年", "每", "随时", "持续", "立即", "阶段")):
            row.doubt("due", _("时限“%(text)s”看不出日期，按文字保存") % {"text": words})
        return None, words
    if day.doubt == "year":
        row.note("due", _("没有写年份，按 %(year)d 年") % {"year": year})
    return day.on, _day_words(day.on)


def enact(act: Act, *, rows: Sequence[Printed], from_day: dt.date, version: str, whole: bool) -> Changed:
    """The tasks stand as the rows say from a day on; with `whole` those that are not named fall away."""
    names = Names.on(from_day)
    standing = {one.key: one for one in Task.objects.in_force(from_day)}
    wanted = {printed.key: _fields(printed, n, names, from_day.year) for n, printed in enumerate(rows, start=1)}
    if not whole:
        for key, fields in wanted.items():
            fields["position"] = standing[key].position if key in standing else len(standing) + 1
    ending = [
        one
        for key, one in standing.items()
        if (whole and key not in wanted) or (key in wanted and not _same(one, wanted[key]))
    ]
    beginning = [
        (key, fields) for key, fields in wanted.items() if key not in standing or not _same(standing[key], fields)
    ]
    if ending and from_day < bureau_day(act.at):
        raise Refused(
            "table.past_tasks",
            "{from_day} 以后任务已经在执行，过去不能改写。请从今天或以后的日子起生效。",
            field="from_day",
            from_day=from_day,
        )
    if (ending or beginning) and Task.objects.filter(begins_on__gt=from_day).exists():
        raise Refused(
            "table.later_tasks",
            "已经有更晚起的任务安排，不能再从 {from_day} 起改。请从那一天或以后起生效。",
            field="from_day",
            from_day=from_day,
        )
    lines: list[Line] = []
    for task in ending:
        task.ends_on = max(from_day, task.begins_on)
        task.save(update_fields=["ends_on"])
        fact = kinds.TaskEnded(until_day=from_day.isoformat())
        lines.append(act.line(fact, about=f"task:{task.code}", key=uuid5(act.key, f"ended:{task.code}")))
    for key, fields in beginning:
        task = Task.objects.create(
            code=f"R{uuid5(act.key, f'task:{key}').hex[:15]}", key=key, version=version, begins_on=from_day, **fields
        )
        lines.append(act.line(_begun(task), about=f"task:{task.code}", key=uuid5(act.key, f"begun:{task.code}")))
    record_all(lines)
    return Changed(len(beginning), len(ending))


def _day_words(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _begun(task: Task) -> kinds.TaskBegun:
    return kinds.TaskBegun(
        number=task.number, leader=task.leader.code if task.leader else "", offices=task.offices, squads=task.squads,
        due_on=task.due_on.isoformat() if task.due_on else "", from_day=task.begins_on.isoformat(), version=task.version,
    )  # fmt: skip


def _fields(printed: Printed, position: int, names: Names, year: int) -> dict[str, Any]:
    row = Row(0, dict(printed.cells))
    answers = _answers(row, names)
    people = answers["leader"].people
    units = {
        column: [one.code for one in answers[column].units] if column in answers else []
        for column in ("offices", "squads")
    }
    due_on, due_words = _due(row, year)
    return {
        "position": position, "number": row["number"], "name": row["name"], "measures": row["measures"], "target": row["target"],
        "leader": people[0] if people else None, "helpers": [one.code for one in people[1:]], **units, "due_on": due_on,
        "due_words": "" if due_on else due_words, "confirmed": "leader" not in printed.doubts,
    }  # fmt: skip


def _same(task: Task, fields: Mapping[str, Any]) -> bool:
    """Whether a task stands so already; its place in the list and a leader confirmed since do not matter."""
    return all(getattr(task, name) == value for name, value in fields.items() if name not in ("position", "confirmed"))


def in_force(day: dt.date) -> list[Printed]:
    """The tasks as they stand on a day."""
    names, units = Names.on(day), {one.code: one for one in Unit.objects.all()}
    tasks = list(Task.objects.in_force(day).select_related("leader"))
    codes = {code for task in tasks for code in task.helpers}
    people = {one.code: one for one in Person.objects.filter(code__in=codes)}
    return [
        Printed(
            task.key,
            {
                "number": task.number, "name": task.name, "measures": task.measures, "target": task.target,
                "leader": told_people([*([task.leader] if task.leader else []), *(people[one] for one in task.helpers)], names),
                "offices": _told_units([units[one] for one in task.offices], names),
                "squads": _told_units([units[one] for one in task.squads], names),
                "due": _day_words(task.due_on) if task.due_on else task.due_words,
            },
            () if task.confirmed else ("leader",),
        )
        for task in tasks
    ]  # fmt: skip


@action(answer=lambda line: Task.objects.get(code=line.about.partition(":")[2]))
def confirm_task(act: Act, *, key: str) -> Task:
    """The leader named first in a cell of several is the one who leads a task."""
    must(act.by, "set_tasks")
    task = Task.objects.select_for_update(of=("self",)).in_force(bureau_day(act.at)).filter(key=key).first()
    if task is None:
        raise Absent("task.absent")
    if task.confirmed or task.leader is None:
        raise Refused("task.sure", "这项任务没有待确认的牵头领导。")
    task.confirmed = True
    task.save(update_fields=["confirmed"])
    act.record(
        kinds.DutyConfirmed(thing=f"task:{key}", role="leader", person=task.leader.code), about=f"task:{task.code}"
    )
    return task


TASKS = official_table(
    OfficialTable(
        "tasks", "综合提升“十大任务”领导干部分工表", COLUMNS, read_rows, in_force, enact, verb="set_tasks", paper="A3",
        fixed=("number",),
        closed=True,
        about="每项任务的措施、目标、牵头领导、责任科室和中队、时限",
    )
)  # fmt: skip
