"""自行处置: found and put right in one go, checked by somebody else."""

from __future__ import annotations

import pytest

from tests.town import Town
from xiuhua.cases.actions import check_case, close_case, report_on_spot, rework_case
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.models import Case
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db


def told(town: Town, **changes):
    report = town.report("spot", source="officer", photos=(town.photo(30),), **changes)
    return {"report": report, "photos": [town.photo(210)]}


def test_both_lines_both_photos_and_no_limit(town: Town) -> None:
    case = report_on_spot(town.act("p-zhao", name="act"), **told(town))
    assert (case.state, case.handler, case.due_at, case.standard) == ("handled", "p-zhao", None, None)
    assert sorted(case.photos.values_list("moment", flat=True)) == ["after", "report"]
    assert [line.kind for line in Line.objects.about(case.number)] == ["case.reported", "case.handled"]
    assert report_on_spot(town.act("p-zhao", name="act"), **told(town)) == case and Case.objects.count() == 1
    assert list(fold()) == []


def test_whoever_did_it_does_not_check_it(town: Town) -> None:
    case = report_on_spot(town.act("p-zhao"), **told(town))
    with pytest.raises(Refused, match="请换一个人核查"):
        check_case(town.act("p-zhao", minutes=5), case=case, method="on_site", photos=[town.photo(5)])
    case = check_case(town.act("p-desk", minutes=5), case=case)
    assert close_case(town.act("p-desk", minutes=6), case=case).state == "closed"


def test_a_check_that_fails_sends_it_back_to_them(town: Town) -> None:
    case = report_on_spot(town.act("p-zhao"), **told(town))
    case = rework_case(town.act("p-desk", minutes=5), case=case, reason="half_done")
    assert (case.state, case.handler, case.for_unit) == ("dispatched", "p-zhao", town.units["Z1"].path)


def test_what_was_cleared_is_counted_once(town: Town) -> None:
    case = report_on_spot(town.act("p-zhao"), **told(town), item="stall_moved", quantity=2)
    assert case.counts.count() == 1


def test_nothing_is_half_done(town: Town) -> None:
    good = told(town)
    for changes in ({"photos": []}, {"photos": list(good["report"].photos)}, {"way": "x"}, {"item": "stall_moved"},
                    {"report": town.report("bare")}, {"report": town.report("far", photos=(town.photo(30),), lon=10.0)}):  # fmt: skip
        with pytest.raises(Refused):
            report_on_spot(town.act("p-zhao"), **(good | changes))
    with pytest.raises(Refused, match="岗位不能做"):
        report_on_spot(town.act("p-desk"), **good)
    assert not Case.objects.exists() and not Line.objects.filter(kind="case.reported").exists()
