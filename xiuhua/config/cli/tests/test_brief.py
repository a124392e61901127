"""`xiuhua brief`: the command, its formats, its refusals and its exit status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.town import Town
from xiuhua.cases.counts import record_count
from xiuhua.config import cli
from xiuhua.config.cli.brief import brief
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line
from xiuhua.programme.models import Brief

pytestmark = pytest.mark.django_db
MARCH = ("--from", "2020-03-01", "--to", "2020-03-31")


@pytest.fixture
def worked(town: Town) -> Town:
    record_count(town.act("p-zhao", name="a"), item="stall_moved", quantity=905, segment="S1")
    record_count(town.act("p-other", name="b"), item="stall_moved", quantity=7, segment="S3")
    return town


def call(*words: str) -> Result:
    return CliRunner().invoke(brief, list(words), catch_exceptions=False)


def test_a_stage_is_printed_as_text(worked: Town) -> None:
    answer = call(*MARCH)
    assert answer.exit_code == 0
    assert "劝离流动摊点910余处（912处）" in answer.stdout


def test_json_is_for_machines(worked: Town) -> None:
    told = json.loads(call(*MARCH, "--format", "json").stdout)
    assert next(one["quantity"] for one in told["figures"] if one["item"] == "stall_moved") == 912
    again = json.loads(call(*MARCH, "--format", "json", "--bound-to", str(told["bound_to"])).stdout)
    assert again == told


def test_one_unit_is_told_by_its_name(worked: Town) -> None:
    assert "劝离流动摊点7处" in call(*MARCH, "--unit", "城区二中队").stdout
    with pytest.raises(Refused, match="没有“城区九中队”这个单位"):
        call(*MARCH, "--unit", "城区九中队")


def test_a_file_is_written_and_named(worked: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert call("--day", "2020-03-16", "--format", "docx").exit_code == 0
    assert (tmp_path / "青州市综合行政执法局工作日报2020-03-16.docx").read_bytes()[:2] == b"PK"
    assert call("--week", "2020-03-16", "--out", "week.txt").exit_code == 0
    assert "2020年3月16日—3月22日" in (tmp_path / "week.txt").read_text()


def test_a_page_links_to_the_lines_at_the_address_given(worked: Town) -> None:
    page = call(*MARCH, "--format", "html", "--base", "https://cg.example").stdout
    assert 'href="https://cg.example/desk/figure/stalls_moved/?from=2020-03-01' in page


def test_publishing_is_asked_for_by_a_word(worked: Town) -> None:
    call(*MARCH)
    assert not Brief.objects.exists()
    call(*MARCH, "--publish")
    assert Brief.objects.get().key == Line.objects.get(kind="brief.published").key
    with pytest.raises(Refused, match="只有全局的简报"):
        call(*MARCH, "--publish", "--unit", "Z1")


@pytest.mark.parametrize(
    "words", [(), ("--from", "2020-03-01"), ("--day", "--week"), (*MARCH, "--day"), (*MARCH, "--format", "xls")]
)
def test_a_wrong_call_is_told_how_to_call(worked: Town, words: tuple[str, ...]) -> None:
    assert call(*words).exit_code == 2


def test_a_wrong_period_is_one_sentence_and_exit_status_one(
    worked: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.argv", ["xiuhua", "brief", "--from", "2020-03-31", "--to", "2020-03-01"])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    assert stopped.value.code == 1
    assert "早于开始日期" in capsys.readouterr().err
