"""Time that runs out is told up the line, each level once; and what waits today once a morning."""

from __future__ import annotations

import json

import pytest

from tests.town import Town
from xiuhua.cases.alarms import alarm_cases, digests, write_digests
from xiuhua.cases.tests.test_deadlines import at, filed, minutes
from xiuhua.cases.tests.test_loop import take
from xiuhua.city.models import Notice
from xiuhua.city.notices import add_channel
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def reached(town: Town) -> Town:
    for n, who in enumerate(("p-zhao", "p-chief", "p-leader")):
        add_channel(
            town.act(who, minutes=-60 + n),
            person=town.people[who],
            way="wecom",
            address=f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=robot-key-0000-{n}",
        )
    return town


def alarms(number: str) -> list[tuple[int, list[str]]]:
    lines = Line.objects.about(number).of_kind("case.alarmed").order_by("id").values_list("facts", flat=True)
    return [(told["level"], told["told"]) for told in map(json.loads, lines)]


def test_each_level_is_told_once_to_its_people(reached: Town) -> None:
    case = take(reached, "dispatch", filed(reached, "P1"), minutes=20)  # due at 15:10, yellow from 13:40
    told = []
    for moment in ("16 13:30", "16 13:45", "16 13:50", "16 15:15", "16 18:00", "17 15:11", "17 16:00"):
        told.append(alarm_cases(at(moment)))
    assert told == [0, 1, 0, 1, 0, 1, 0]
    assert alarms(case.number) == [(1, ["p-zhao"]), (2, ["p-chief"]), (3, ["p-leader"])]
    titles = dict(Notice.objects.exclude(title__startswith="新派").values_list("person__code", "title"))
    assert titles == {
        "p-zhao": f"快到时限：{case.number}", "p-chief": f"已经超时：{case.number}", "p-leader": f"超时一天以上：{case.number}",
    }  # fmt: skip


def test_a_level_that_was_passed_over_is_not_made_up(reached: Town) -> None:
    case = take(reached, "dispatch", filed(reached, "S1"), minutes=20)
    assert alarm_cases(at("18 09:00")) == 1
    assert [level for level, _told in alarms(case.number)] == [3]


def test_a_paused_clock_and_a_new_deadline_begin_anew(reached: Town) -> None:
    case = take(reached, "dispatch", filed(reached, "P1"), minutes=20)
    alarm_cases(at("16 14:00"))
    case = take(reached, "return", case, minutes=minutes(reached, "16 14:30"))
    assert alarm_cases(at("17 14:00")) == 0
    case = take(reached, "dispatch", case, minutes=minutes(reached, "17 14:30"))
    assert (case.alarm, case.due_at) == (0, at("17 15:10"))
    assert alarm_cases(at("17 15:20")) == 1


def test_the_morning_tells_each_what_waits_once(reached: Town) -> None:
    late = take(reached, "dispatch", filed(reached, "S1"), minutes=20)
    take(reached, "dispatch", filed(reached, "P1", "16 16:30", "today"), minutes=minutes(reached, "16 16:40"))
    found = digests(at("17 08:00"))
    assert {code: (one.open, one.late, one.today) for code, one in found.items()} == {
        "p-zhao": (2, 1, 1), "p-chief": (1, 1, 0),
    }  # fmt: skip
    assert late.title in found["p-zhao"].words and "超时 1 件" in found["p-zhao"].words
    Notice.objects.all().delete()
    assert [write_digests(at(moment)) for moment in ("17 07:00", "17 08:00", "17 13:00")] == [0, 2, 0]
    write_digests(at("17 08:05"))
    assert Notice.objects.count() == 2
    assert Notice.objects.first().due_at == at("17 08:00")  # type: ignore[union-attr]
