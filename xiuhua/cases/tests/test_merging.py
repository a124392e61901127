"""并案: a merged report goes on with another case; nobody who reported is lost, and nothing is merged in a circle."""

from __future__ import annotations

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tests.town import Town, build_town, key
from xiuhua.cases.actions import close_case, merge_case, recall_case, refuse_case, reopen_case
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.merging import followed
from xiuhua.cases.models import Case
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line
from xiuhua.measures.cases import case_totals, open_cases
from xiuhua.measures.lines import Scope

pytestmark = pytest.mark.django_db


def merge(town: Town, case: Case, into: Case, *, minutes: float = 60, **told) -> Case:
    return merge_case(town.act("p-desk", minutes=minutes), case=case, into=into, **told)


def test_a_merged_report_is_no_refused_one_and_no_open_one(town: Town) -> None:
    first, second = town.case("a"), town.case("b")
    day = bureau_day(town.at)
    merged = merge(town, second, first)
    assert (merged.merged_into, merged.state, merged.state_label) == (first, "refused", "已并案")
    line = Line.objects.of_kind("case.merged").get()
    assert (line.about, line.facts) == (second.number, f'{{"into":"{first.number}","state":"refused"}}')
    assert case_totals(Scope(day, day)).refused == 0 and open_cases(day) == 1
    assert not list(fold())


def test_what_was_merged_before_goes_along_and_a_merged_case_stands_for_its_own(town: Town) -> None:
    first, second, third, fourth = (town.case(name) for name in "abcd")
    merge(town, second, first)
    merge(town, third, second)  # into what went on with the first
    merge(town, first, fourth, minutes=70)
    assert set(Case.objects.filter(merged_into=fourth)) == {first, second, third}
    assert {followed(Case.objects.get(pk=one.pk)) for one in (first, second, third)} == {fourth}


def test_never_into_itself_nor_in_a_circle_nor_into_what_was_refused(town: Town) -> None:
    first, second, third = town.case("a"), town.case("b"), town.case("c")
    merge(town, second, first)
    for into in (first, Case.objects.get(pk=second.pk)):
        with pytest.raises(Refused, match="并入它自己"):
            merge(town, first, into)
    refuse_case(town.act("p-desk", minutes=61), case=third, reason="not_ours")
    with pytest.raises(Refused, match="没有受理"):
        merge(town, first, third)
    with pytest.raises(Refused, match="岗位"):
        merge_case(town.act("p-zhao", minutes=62), case=first, into=town.case("d"))


def test_taken_back_or_opened_again_it_stands_by_itself(town: Town) -> None:
    first, second = town.case("a"), town.case("b")
    merged = merge(town, second, first)
    back = recall_case(town.act("p-desk", minutes=60.1), case=merged)
    assert (back.merged_into, back.state) == (None, "reported")
    again = merge(town, back, first, minutes=61)
    opened = reopen_case(town.act("p-desk", minutes=70), case=again, reason="refused_wrongly")
    assert (opened.merged_into, opened.state) == (None, "accepted")


class NobodyIsLost(TestCase):
    """Whatever is merged into whatever, every report leads in one step to a case that was not merged."""

    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=10))
    def test_every_report_leads_to_one_that_goes_on(self, pairs: list[tuple[int, int]]) -> None:
        town = build_town()
        cases = [town.case(f"c{n}") for n in range(6)]
        for n, (one, other) in enumerate(pairs):
            case, into = (Case.objects.get(pk=cases[k].pk) for k in (one, other))
            try:
                merge(town, case, into, minutes=60 + n)
            except Refused as refused:
                assert refused.code in ("case.merge_self", "case.flow")
        for row in Case.objects.select_related("merged_into"):
            assert followed(row).merged_into_id is None
            assert (row.merged_into_id is None) == (row.state == "reported")


def test_the_reporter_of_a_merged_report_follows_the_other_one_and_rates_it(town: Town, signed_in, clock) -> None:
    first, second = town.case("a", place="桥东"), town.case("b", upto="checked", place="桥西")
    clock(minutes=60)
    desk = signed_in("desk")
    page = desk.get(reverse("desk:case", args=[first.number])).content.decode()
    assert "可能是同一件事" in page and "并入这件" in page
    step = {"key": str(key("m")), "version": first.version, "verb": "merge", "into": second.number}
    assert desk.post(reverse("desk:step", args=[first.number]), step).status_code == 302
    assert second.number in desk.get(reverse("desk:case", args=[first.number])).content.decode()
    assert first.number in desk.get(reverse("desk:case", args=[second.number])).content.decode()
    close_case(town.act("p-desk", minutes=1), case=second)
    clock(minutes=5)
    where = reverse("portal:follow", args=[first.token])
    told = desk.get(where).content.decode()
    assert "桥东" in told and first.number in told and "并在一起办" in told and "桥西" not in told
    rating = {"key": str(key("r")), "score": "3"}
    assert desk.post(reverse("portal:rate", args=[first.token]), rating).url == where
    assert Line.objects.of_kind("case.rated").get().about == second.number


def test_merging_needs_a_case_that_may_be_seen(town: Town, signed_in, clock) -> None:
    first = town.case("a")
    clock(minutes=60)
    step = {"key": str(key("m")), "version": first.version, "verb": "merge", "into": "XH00000000-0000"}
    answer = signed_in("desk").post(reverse("desk:step", args=[first.number]), step)
    assert answer.status_code == 422 and "请选择并入哪一件" in answer.content.decode()
