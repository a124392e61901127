"""`xiuhua import table KIND FILE`: the wizard's steps from the command line, told to people and to machines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.conf import settings

from xiuhua.city.models import TableVersion
from xiuhua.config.cli.imports import import_
from xiuhua.kit.models import Batch
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.books import Book
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Task
from xiuhua.rounds.models import ChecklistItem

pytestmark = pytest.mark.django_db
PACK = Path(settings.XIUHUA_DATA) / "domain" / "site_checklists.csv"
SHEET = (
    "综合提升“十大任务”领导干部分工表\n青执〔2020〕7号,2020年3月2日\n序号,任务名称,牵头领导,责任中队,完成时限\n"
    "1,停车秩序提升,周明,一中队,2027年6月底前\n2,立面清洁提升,王五,一中队,长期坚持\n"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(import_, ["table", *arguments], catch_exceptions=False)


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "十大任务.csv"
    file.write_text(SHEET, "utf-8")
    return file


def test_a_table_comes_in_as_a_draft_and_again_changes_nothing(town: Any, sheet: Path, tmp_path: Path) -> None:
    back = tmp_path / "退回.xlsx"
    first = json.loads(run("tasks", str(sheet), "--returned", str(back), "--json").output)
    assert (first["state"], first["rows"], first["imported"], first["wrong"]) == ("imported", 2, 1, 1)
    assert first["problems"][0]["message"] == "没有叫“王五”的在岗人员"
    assert Book(back.read_bytes(), back.name).grid(0).cells[-1][-1] == "没有叫“王五”的在岗人员"
    version = TableVersion.objects.get()
    assert (version.state, version.number, version.rows.count()) == ("draft", "青执〔2020〕7号", 1)
    lines = Line.objects.count()
    again = json.loads(run("tasks", str(sheet), "--json").output)
    assert again["batch"] == first["batch"] and Line.objects.count() == lines and Batch.objects.count() == 1
    assert not Task.objects.exists()


def test_only_looking_imports_nothing_and_all_or_nothing_refuses(town: Any, sheet: Path) -> None:
    told = run("tasks", str(sheet), "--check").output
    assert "还没有导入" in told and "第 5 行：没有叫“王五”的在岗人员" in told
    with pytest.raises(Refused, match="有 1 行有错误"):
        run("tasks", str(sheet), "--all-or-nothing")
    assert not TableVersion.objects.exists()


def test_an_unknown_table_or_question_is_answered_with_those_that_there_are(town: Any, sheet: Path) -> None:
    with pytest.raises(Refused, match="segment_duties（包靠路段责任分工明细表）"):
        run("streets", str(sheet))
    with pytest.raises(Refused, match="number（文号）"):
        run("tasks", str(sheet), "--set", "nummer=1")


@pytest.mark.skipif(not PACK.is_file(), reason=f"{PACK} is not on this machine")
def test_the_pack_of_120_conditions_comes_in_and_holds(town: Any) -> None:
    told = json.loads(run("checklists", str(PACK), "--set", "from_day=2100-01-01", "--json").output)
    assert (told["rows"], told["imported"], told["wrong"], told["doubt"]) == (120, 120, 0, 0)
    assert ChecklistItem.objects.count() == 120 and TableVersion.objects.get().state == "in_force"
