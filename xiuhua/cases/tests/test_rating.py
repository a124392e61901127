"""The reporter rates what was done; a problem that is still there is taken up again."""

from __future__ import annotations

import pytest

from xiuhua.cases.actions import check_case, close_case, dispatch_case, file_case, handle_case, rate_case
from xiuhua.cases.models import StandardRow, Word
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line


def test_a_content_reporter_leaves_a_score_and_words_beside_the_ledger(town):
    case = town.case(upto="closed")
    rate_case(town.act(minutes=60), case=case, score=3, words="很快")
    line = Line.objects.about(case.number).of_kind("case.rated").get()
    assert line.facts == '{"reason":"","score":3}'
    assert Word.objects.get(kind="rating").text == "很快"
    case.refresh_from_db()
    assert case.state == "closed"


def test_a_problem_that_is_still_there_is_taken_up_again_under_its_number(town):
    case = rate_case(town.act(minutes=60), case=town.case(upto="closed"), score=1, reason="not_solved")
    assert (case.state, case.closed_at, case.turn) == ("accepted", None, 2)
    lines = Line.objects.about(case.number).of_kind("case.rated", "case.reopened").order_by("id")
    assert list(lines.values_list("kind", "facts")) == [
        ("case.rated", '{"reason":"not_solved","score":1}'),
        ("case.reopened", '{"reason":"not_content","state":"accepted"}'),
    ]


def test_slow_work_is_noted_and_does_not_reopen(town):
    case = rate_case(town.act(minutes=60), case=town.case(upto="closed"), score=1, reason="slow")
    assert case.state == "closed"


def test_each_closing_is_rated_once(town):
    case = rate_case(town.act(minutes=60), case=town.case(upto="closed"), score=1, reason="came_back")
    case = file_case(town.act("p-desk", minutes=65), case=case, standard=StandardRow.objects.get(code="S1"))
    case = dispatch_case(town.act("p-desk", minutes=66), case=case, unit=town.units["Z1"], person=town.people["p-zhao"])
    case = handle_case(town.act("p-zhao", minutes=67), case=case, photos=[town.photo(9)])
    case = close_case(town.act("p-desk", minutes=70), case=check_case(town.act("p-desk", minutes=69), case=case))
    case = rate_case(town.act(minutes=80), case=case, score=3)
    with pytest.raises(Refused) as refused:
        rate_case(town.act(minutes=81), case=case, score=2)
    assert refused.value.code == "case.rated"
    assert Line.objects.about(case.number).of_kind("case.rated").count() == 2


@pytest.mark.parametrize(
    ("upto", "minutes", "told", "code"),
    [
        ("closed", 60, {"score": 4}, "case.score"),
        ("closed", 60, {"score": 1}, "case.reason"),
        ("closed", 60, {"score": 1, "reason": "because"}, "case.reason"),
        ("checked", 60, {"score": 3}, "case.rate_open"),
        ("closed", 31 * 24 * 60, {"score": 3}, "case.rate_late"),
    ],
)
def test_what_cannot_be_rated_is_refused(town, upto, minutes, told, code):
    case = town.case(upto=upto)
    with pytest.raises(Refused) as refused:
        rate_case(town.act(minutes=minutes), case=case, **told)
    assert refused.value.code == code
    assert not Line.objects.of_kind("case.rated").exists()
