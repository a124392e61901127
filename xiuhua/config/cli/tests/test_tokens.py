"""`xiuhua token`: issue, list, end; the secret is printed once."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from xiuhua.city.models import Token
from xiuhua.city.tokens import holder_of
from xiuhua.config.cli.tokens import token
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.models import Line


@pytest.fixture
def run(town):
    def call(*words: str):
        done = CliRunner().invoke(token, list(words), standalone_mode=False)
        if done.exception:
            raise done.exception
        return done.output

    return call


def test_an_issued_token_opens_the_door_and_its_secret_is_shown_once(town, run):
    told = json.loads(run("数字城管", "--person", "p-office", "--json"))
    assert holder_of(told["secret"], town.at).code == "p-office"
    assert "数字城管" in run() and told["secret"] not in run()
    assert Line.objects.of_kind("token.issued").get().by == "p-admin"


def test_an_ended_token_is_listed_as_ended(run):
    run("数字城管", "--person", "p-office")
    assert "已停用" in run("数字城管", "--end")
    assert Token.objects.get().ended_at is not None
    assert "停用" in run() and json.loads(run("--json"))[0]["ended"]


def test_nobody_an_unknown_person_and_an_unknown_name_are_refused(run):
    for words, kind, sentence in (
        (("数字城管",), Refused, "--person"),
        (("数字城管", "--person", "nobody"), Absent, "没有编码"),
        (("数字城管", "--end"), Absent, "没有在用的令牌"),
    ):
        with pytest.raises(kind, match=sentence):
            run(*words)
    assert not Line.objects.of_kind("token.issued", "token.ended").exists()
