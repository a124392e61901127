"""《综合提升"十大任务"领导干部分工表》: read as written, in force from a day, history, read again."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.town import Town, key
from xiuhua.city.models import Person
from xiuhua.city.official_tables import amend_table, differences, draft_table, enact_table
from xiuhua.city.queries import by_of
from xiuhua.config.folds import compare
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Row
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Task
from xiuhua.programme.task_table import TASKS, in_force

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 3, 16)
ROWS = [
    {"number": "1", "name": "停车秩序提升", "measures": "施划停车位", "target": "入位停放", "leader": "周明", "offices": "市容科",
     "squads": "各中队", "due": "6月底前"},
    {"number": "1", "name": "停车秩序提升", "measures": "张贴警告单", "target": "", "leader": "周明", "squads": "一中队、二中队", "due": "长期坚持"},
    {"number": "2", "name": "立面清洁提升", "measures": "清理小广告", "target": "无乱贴", "leader": "周明", "squads": "1中队", "due": "2020年5月20日前"},
]  # fmt: skip


def act(town: Town, name: str, *, days: int = 0) -> Act:
    at = town.at + dt.timedelta(days=days)
    return Act(by=by_of(Person.objects.get(code="p-office"), at), at=at, recorded_at=at, key=key(name))


def read(rows=ROWS) -> list[Row]:
    made = [Row(n, dict(one)) for n, one in enumerate(rows, start=2)]
    TASKS.read(made, TODAY, 2020)
    return made


def enacted(town: Town, rows=ROWS, name: str = "t", days: int = 0) -> None:
    printed = [one for row in read(rows) for one in row.value]
    version = draft_table(act(town, name, days=days), kind="tasks", rows=printed)
    enact_table(act(town, f"{name}-e", days=days), version=version, from_day=TODAY + dt.timedelta(days=days))


def test_a_task_over_several_rows_keeps_a_row_for_each_measure(town: Town) -> None:
    rows = read()
    assert [one.key for row in rows for one in row.value] == ["1", "1.2", "2"]
    assert (
        rows[0].value[0].cells["squads"] == "城区一中队、城区二中队"
        and rows[0].value[0].cells["due"] == "2020年6月30日"
    )
    assert [mark.message for mark in rows[0].marks] == ["没有写年份，按 2020 年"]
    assert rows[1].marks == [] and rows[1].value[0].cells["due"] == "长期坚持"
    assert rows[2].value[0].cells["due"] == "2020年5月20日"


def test_tasks_stand_from_a_day_and_read_again_change_nothing(town: Town) -> None:
    enacted(town)
    assert [(one.key, one.leader.name, one.squads, one.due_words) for one in Task.objects.in_force(TODAY)] == [
        ("1", "周明", ["Z1", "Z2"], ""), ("1.2", "周明", ["Z1", "Z2"], "长期坚持"), ("2", "周明", ["Z1"], ""),
    ]  # fmt: skip
    now = in_force(TODAY)
    again = [one for row in read([one.cells for one in now]) for one in row.value]
    assert differences(TASKS, now, again) == []
    lines = Line.objects.filter(kind__startswith="task.").count()
    enacted(town, [one.cells for one in now], name="again", days=1)
    assert Line.objects.filter(kind__startswith="task.").count() == lines
    assert [one for one in compare() if "任务" in one or "责任表" in one] == []


def test_a_new_version_ends_what_fell_away_and_the_old_day_still_tells_it(town: Town) -> None:
    enacted(town)
    enacted(town, ROWS[:2], name="new", days=3)
    later = TODAY + dt.timedelta(days=3)
    assert [one.key for one in in_force(TODAY)] == ["1", "1.2", "2"]
    assert [one.key for one in in_force(later)] == ["1", "1.2"]


def test_one_task_is_amended_and_the_others_stay(town: Town) -> None:
    enacted(town)
    amend_table(act(town, "a", days=1), kind="tasks", cells=ROWS[2] | {"target": "无乱贴乱画"})
    later = TODAY + dt.timedelta(days=1)
    assert [(one.key, one.cells["target"]) for one in in_force(later)][2] == ("2", "无乱贴乱画")
    assert in_force(TODAY)[2].cells["target"] == "无乱贴" and len(in_force(later)) == 3


def test_missing_leaders_and_strange_deadlines_are_marked(town: Town) -> None:
    first, second = read([{"name": "空气净化", "leader": ""}, {"name": "", "leader": "周明", "due": "看情况"}])
    assert not first.good and not second.good
    assert ("doubt", "due") in [(mark.level, mark.column) for mark in second.marks]


def test_the_past_of_tasks_is_not_rewritten(town: Town) -> None:
    enacted(town)
    printed = [one for row in read(ROWS[:1]) for one in row.value]
    version = draft_table(act(town, "p", days=2), kind="tasks", rows=printed)
    with pytest.raises(Refused, match="过去不能改写"):
        enact_table(act(town, "p-e", days=2), version=version, from_day=TODAY)
