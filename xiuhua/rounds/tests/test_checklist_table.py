"""《重点站点标准条件》: read as written, in force from a day, history, read again."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from tests.town import Town, key
from xiuhua.city.models import Person
from xiuhua.city.official_tables import amend_table, differences, draft_table, enact_table
from xiuhua.city.queries import by_of
from xiuhua.config.folds import compare
from xiuhua.kit.sheets import Row
from xiuhua.kit.sheets.books import Book
from xiuhua.kit.sheets.heads import find_head, propose
from xiuhua.kit.sheets.rows import read_rows
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line
from xiuhua.programme.tables import SHEETS
from xiuhua.rounds.checklist_table import CHECKLISTS, COLUMNS, in_force
from xiuhua.rounds.models import Checklist, ChecklistItem

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 3, 16)
PACK = Path(os.environ.get("XIUHUA_DATA", Path(__file__).resolve().parents[4] / "shared" / "data")) / "domain" / "site_checklists.csv"  # fmt: skip
ROWS = [
    {
        "type_name": "农贸市场",
        "text": "划行归市，无占道经营",
        "owner": "本局",
        "codes": "09001/09002",
        "key_item": "★",
        "score": "5",
    },
    {
        "type_name": "农贸市场",
        "text": "地面干净无积水",
        "owner": "协同:市场方",
        "codes": "",
        "key_item": "",
        "score": "2.5分",
    },
    {"type_name": "公交站台", "code": "D-01", "text": "站牌完好", "key_item": "否"},
]


def act(town: Town, name: str, *, days: int = 0) -> Act:
    at = town.at + dt.timedelta(days=days)
    return Act(by=by_of(Person.objects.get(code="p-office"), at), at=at, recorded_at=at, key=key(name))


def read(rows) -> list[Row]:
    made = [Row(n, dict(one)) for n, one in enumerate(rows, start=2)]
    CHECKLISTS.read(made, TODAY, 2020)
    return made


def enacted(town: Town, rows, name: str = "c", days: int = 0) -> None:
    printed = [one for row in read(rows) for one in row.value]
    version = draft_table(act(town, name, days=days), kind="checklists", rows=printed)
    enact_table(act(town, f"{name}-e", days=days), version=version, from_day=TODAY + dt.timedelta(days=days))


def test_conditions_are_numbered_within_their_type_and_key_items_told(town: Town) -> None:
    enacted(town, ROWS)
    items = list(ChecklistItem.objects.order_by("checklist__position", "position"))
    assert [one.checklist.type_name for one in items] == ["农贸市场", "农贸市场", "公交站台"]
    assert items[0].code.endswith("-01") and items[0].key_item and items[0].codes == ["09001", "09002"]
    assert str(items[1].score) == "2.50" and items[2].code == "D-01" and items[2].checklist.type_code == "D"
    assert not [one for one in compare() if "标准条件" in one or "责任表" in one]


def test_only_types_that_differ_get_a_new_version_and_the_old_day_tells_the_old(town: Town) -> None:
    enacted(town, ROWS)
    enacted(town, [ROWS[0] | {"score": "6"}, ROWS[1]], name="new", days=2)
    later = TODAY + dt.timedelta(days=2)
    assert Checklist.objects.count() == 3
    assert [one.cells["score"] for one in in_force(TODAY)] == ["5", "2.5", ""]
    assert [one.cells["score"] for one in in_force(later)] == ["6", "2.5", ""]


def test_what_stands_read_again_changes_nothing(town: Town) -> None:
    enacted(town, ROWS)
    now = in_force(TODAY)
    assert differences(CHECKLISTS, now, [one for row in read([one.cells for one in now]) for one in row.value]) == []
    lines = Line.objects.filter(kind__startswith="checklist.").count()
    enacted(town, [one.cells for one in now], name="again", days=1)
    assert Line.objects.filter(kind__startswith="checklist.").count() == lines


def test_one_condition_is_amended_and_the_others_stay(town: Town) -> None:
    enacted(town, ROWS)
    first = in_force(TODAY)[0]
    amend_table(act(town, "a", days=1), kind="checklists", cells={**first.cells, "text": "划行归市"})
    later = in_force(TODAY + dt.timedelta(days=1))
    assert [one.cells["text"] for one in later] == ["划行归市", "地面干净无积水", "站牌完好"]


def test_wrong_scores_double_codes_and_strange_codes_are_marked() -> None:
    rows = read([
        {"type_name": "公园", "code": "I-01", "text": "甲", "score": "五分"}, {"type_name": "公园", "code": "I-01", "text": "乙"},
        {"type_name": "公园", "code": "I-03", "text": "丙", "codes": "占道", "key_item": "也许"}, {"type_name": "", "text": ""},
    ])  # fmt: skip
    assert [row.level for row in rows] == ["wrong", "wrong", "doubt", "wrong"]


@pytest.mark.skipif(not PACK.is_file(), reason=f"{PACK} is not on this machine")
def test_the_checklist_pack_of_120_conditions_is_read_without_a_problem(town: Town) -> None:
    grid = Book(PACK.read_bytes(), PACK.name).grid(0)
    head = find_head(grid, COLUMNS)
    assert head is not None
    matched = propose(head, COLUMNS)
    assert sorted(matched) == sorted(["type_code", "type_name", "code", "text", "owner", "codes", "key_item"])
    reading = read_rows(grid, head, matched, SHEETS["checklists"])
    CHECKLISTS.read(reading.rows, TODAY, 2020)
    assert len(reading.rows) == 120 and all(row.level == "" for row in reading.rows)
    enacted(town, [row.cells for row in reading.rows])
    assert Checklist.objects.count() == 10 and ChecklistItem.objects.filter(key_item=True).count() > 30
