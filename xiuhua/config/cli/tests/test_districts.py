"""Balanced areas on the command line: proposed, told, taken over."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from xiuhua.city.models import Duty
from xiuhua.config.cli.districts import districts
from xiuhua.kit.refusals import Refused
from xiuhua.programme.models import DistrictProposal


def run(*words):
    done = CliRunner().invoke(districts, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done


def test_areas_are_proposed_and_accepted(town):
    told = json.loads(run("propose", "--length", "100", "--cases", "0", "--shops", "0", "--json").stdout)
    assert told["figures"]["holds"] and [one["segments"] for one in told["squads"]] == [2, 2]
    assert DistrictProposal.objects.get().code == told["code"]
    if told["changes"]:
        run("accept", told["code"])
        assert Duty.objects.filter(part="squad", ends_on=None, thing__startswith="segment:").count() == 4


def test_the_answer_reads_in_sentences(town):
    said = run("propose", "--tolerance", "0.5", "--squads", "3").stdout
    assert "新中队 1" in said and "最大偏差" in said and "xiuhua districts accept" in said


def test_what_cannot_be_made_is_refused(town):
    with pytest.raises(Refused, match="没有叫"):
        CliRunner().invoke(districts, ["propose", "--keep", "无名路"], catch_exceptions=False)
