"""`xiuhua verify`: its status tells whether everything is as it was written, and its first fault names the line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from django.db import connection

from tests import guards
from tests.town import Town
from xiuhua.cases.models import Case
from xiuhua.config.cli.verify import verify
from xiuhua.kit.files import path_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.binder import bind
from xiuhua.ledger.models import Line


def run(*told: str) -> Result:
    return CliRunner().invoke(verify, told, catch_exceptions=False)


def test_a_whole_ledger_passes_and_says_how_far_it_is_bound(town: Town) -> None:
    town.case(upto="closed")
    waiting = Line.objects.count()
    found = json.loads(run("--json").stdout)
    assert found["ok"] and (found["bound"], found["unbound"]) == (0, waiting)
    result = run("--bind", "--files")
    assert result.exit_code == 0
    assert f"已装订 {waiting} 条，未装订 0 条" in result.stdout and "台账完整，表与账相符" in result.stdout


def test_a_changed_line_fails_and_is_named_first(town: Town) -> None:
    case = town.case(upto="handled")
    bind()
    wrong = Line.objects.filter(about=case.number, kind="case.accepted").get()
    guards.take_down()
    with connection.cursor() as cursor:
        cursor.execute('UPDATE ledger_line SET "by" = %s WHERE id = %s', ["p-desl", wrong.pk])
    result = run("--json")
    assert result.exit_code == 1
    fault = json.loads(result.stdout)["faults"][0]
    assert wrong.key.hex in fault.replace("-", "") and "case.accepted" in fault and case.number in fault


def test_a_row_that_does_not_say_what_its_lines_say_fails(town: Town) -> None:
    case = town.case(upto="handled")
    Case.objects.filter(pk=case.pk).update(state="checked")
    result = run()
    assert result.exit_code == 1 and f"案件 {case.number} 在表里是“checked”" in result.stdout


def test_a_head_that_was_printed_must_still_be_in_the_chain(town: Town) -> None:
    head = bind()
    town.case()
    bind()
    assert run("--head", head.hash).exit_code == 0
    result = run("--head", "sha256:" + "0" * 64)
    assert result.exit_code == 1 and "不是同一本台账" in result.stdout


def test_a_changed_file_is_found_when_files_are_read(town: Town) -> None:
    digest = town.photo()
    path_of(digest).write_bytes(b"something else")
    assert run().exit_code == 0
    result = run("--files")
    assert result.exit_code == 1 and "内容被改动" in result.stdout


def test_a_database_of_an_older_program_is_told_so(town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'city' AND name NOT LIKE '0001%%'")
    with pytest.raises(Refused) as refused:
        run()
    assert refused.value.code == "database.older" and "xiuhua migrate" in refused.value.message
