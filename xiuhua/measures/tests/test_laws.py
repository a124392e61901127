"""Every measure of the table keeps its law, over random sets of acts and against a recount in plain Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings

from xiuhua.ledger.binder import bind
from xiuhua.measures.campaigns import campaign_states
from xiuhua.measures.cases import CaseTotals, Standing, case_totals, open_cases, standing_cases, totals_by
from xiuhua.measures.errata import errata
from xiuhua.measures.figures import BY_CODE, FIGURES, count_figures, marked, quantities
from xiuhua.measures.laws import LAWS
from xiuhua.measures.lines import Scope
from xiuhua.measures.tests import test_hotspots
from xiuhua.measures.tests.made_lines import (
    DAYS,
    UNITS,
    Acts,
    acts,
    due_of,
    last_of,
    moment,
    publish,
    write,
    write_more,
)

pytestmark = pytest.mark.django_db
WHOLE = Scope(DAYS[0], DAYS[-1])
KINDS = {"reported", "filed", "handled", "closed", "refused"}


@contextmanager
def written(happened: Acts) -> Iterator[None]:
    """The lines of some acts, taken back afterwards: each example begins with an empty ledger."""
    with transaction.atomic():
        write(happened)
        yield
        transaction.set_rollback(True)


many = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


# ---------------------------------------------------------------- additive


def test_figures_quantities_add_up_over_days_units_and_campaigns() -> None:
    @many
    @given(acts())
    def law(happened: Acts) -> None:
        with written(happened):
            standing = [(n, one) for n, one in enumerate(happened.counts) if n not in happened.voided]
            whole = {row["item"]: (row["quantity"], row["lines"], row["backfilled"]) for row in quantities(WHOLE)}
            for item in {one.item for one in happened.counts}:
                mine = [one for _, one in standing if one.item == item]
                late = sum((one.quantity for one in mine if one.late), Decimal(0))
                expected = (sum((one.quantity for one in mine), Decimal(0)), len(mine), late)
                assert whole.get(item, (Decimal(0), 0, Decimal(0))) == expected
            for column in ("day", "for_unit", "campaign"):
                split: dict[str, Decimal] = {}
                for row in quantities(WHOLE, by=(column,)):
                    split[row["item"]] = split.get(row["item"], Decimal(0)) + row["quantity"]
                assert split == {item: quantity for item, (quantity, _lines, _late) in whole.items()}
            for unit in UNITS[:-1]:
                scoped = sum((row["quantity"] for row in quantities(Scope(DAYS[0], DAYS[-1], unit=unit))), Decimal(0))
                mine = [one.quantity for _, one in standing if one.unit.startswith(unit)]
                assert scoped == sum(mine, Decimal(0))
            by_campaign = {}
            for row in quantities(WHOLE, by=("campaign",)):
                by_campaign[row["campaign"]] = by_campaign.get(row["campaign"], Decimal(0)) + row["quantity"]
            told: dict[str, Decimal] = {}
            for n, one in standing:
                campaign = happened.moved.get(n, [one.campaign])[-1]
                told[campaign] = told.get(campaign, Decimal(0)) + one.quantity
            assert by_campaign == told

    law()


def test_figures_marked_add_up_over_days_and_units() -> None:
    letters = BY_CODE["letters_delivered"]

    @many
    @given(acts())
    def law(happened: Acts) -> None:
        with written(happened):
            whole = marked(WHOLE, letters)
            days = [marked(Scope(day, day), letters) for day in DAYS]
            for label, outcome in (("签收", "signed"), ("代收", "left"), ("拒收留置", "refused")):
                mine = [n for n, one in enumerate(happened.counts) if one.outcome == outcome]
                assert whole[label] == len([n for n in mine if n not in happened.voided])
                assert sum(day[label] for day in days) == whole[label]

    law()


def test_case_totals_add_up_over_days_units_and_sources() -> None:
    @many
    @given(acts())
    def law(happened: Acts) -> None:
        with written(happened):
            whole = case_totals(WHOLE)
            assert whole == _recount(happened)
            for column in ("day", "for_unit", "source"):
                assert sum(totals_by(WHOLE, (column,)).values(), CaseTotals()) == whole
            assert sum((case_totals(Scope(day, day)) for day in DAYS), CaseTotals()) == whole

    law()


def _recount(happened: Acts) -> CaseTotals:
    own = [one for one in happened.steps if not one.adopted]
    taken = sum(one.adopted and one.state == "closed" for one in happened.steps)
    counts = {state: sum(one.state == state for one in own) for state in KINDS}
    return CaseTotals(
        reported=counts["reported"],
        filed=counts["filed"],
        handled=counts["handled"],
        closed=counts["closed"] + taken,
        closed_late=sum(one.state == "closed" and one.late for one in own),
        closed_elsewhere=taken,
        refused=counts["refused"],
    )


# ---------------------------------------------------------------- ratio


def test_rates_are_ratios_of_summed_parts_and_never_means() -> None:
    @many
    @given(acts())
    def law(happened: Acts) -> None:
        with written(happened):
            summed = sum((case_totals(Scope(day, day)) for day in DAYS), CaseTotals())
            whole = case_totals(WHOLE)
            assert whole.on_time_rate == (summed.on_time / summed.judged if summed.judged else None)
            assert whole.rework_rate == (summed.reworked / summed.handled if summed.handled else None)
            assert whole.on_time_rate is None or 0 <= whole.on_time_rate <= 1

    law()


def test_a_case_closed_by_another_system_is_in_no_rate() -> None:
    totals = CaseTotals(closed=10, closed_late=1, closed_elsewhere=6)
    assert (totals.judged, totals.on_time, totals.on_time_rate) == (4, 3, 0.75)


# ---------------------------------------------------------------- state


def test_open_cases_and_campaigns_stand_where_their_last_line_put_them() -> None:
    @many
    @given(acts())
    def law(happened: Acts) -> None:
        with written(happened):
            for n, day in enumerate(DAYS):
                last = {case: last_of(happened, case, n) for case in range(5)}
                still = {case: one for case, one in last.items() if one and one.state not in ("closed", "refused")}
                assert open_cases(day) == len(still)
                for unit in ("QZ/Z1/", "QZ/Z_/"):
                    assert open_cases(day, unit=unit) == sum(one.unit.startswith(unit) for one in still.values())
                at = moment(n, 300)
                assert standing_cases(day, at=at) == _standing(happened, still, n, at)
                assert {one.code: one.stage for one in campaign_states(day)} == _stages(happened, n)

    law()


def _standing(happened: Acts, still: dict[int, Any], day: int, at: dt.datetime) -> dict[str, Standing]:
    found: dict[str, Standing] = {}
    for case, one in still.items():
        due = due_of(happened, case, day)
        late = one.state in ("filed", "dispatched") and due is not None and due < at
        found[one.unit] = found.get(one.unit, Standing()) + Standing(1, int(late))
    return found


def _stages(happened: Acts, day: int) -> dict[str, str]:
    stages = {"C-A": "planned", "C-B": "planned"}
    steps = sorted((moment(d, n + 1), code, state) for n, (d, code, state) in enumerate(happened.stages) if d <= day)
    return stages | {code: state for _when, code, state in steps}


# ---------------------------------------------------------------- difference


def test_an_erratum_is_what_came_late_less_what_was_voided() -> None:
    @many
    @given(acts())
    def law(happened: Acts) -> None:
        with written(happened):
            told = bind().seq
            publish(told)
            assert errata(Scope(DAYS[0], DAYS[-1], bound_to=bind().seq)) == []
            write_more(happened)
            now = Scope(DAYS[0], DAYS[-1], bound_to=bind().seq)
            then = {one.figure.code: one for one in count_figures(Scope(DAYS[0], DAYS[-1], bound_to=told))}
            after = {one.figure.code: one.quantity for one in count_figures(now)}
            found = {one.code: one for one in errata(now)}
            for code, one in found.items():
                assert one.difference == one.now - one.was == one.late - one.voided
                if code in then:
                    assert (one.was, one.now, one.voided) == (then[code].quantity, after[code], then[code].quantity)
            # Everything that stood was voided, one stall a day came in late, and one case was closed a day.
            assert found.keys() == {code for code in then if then[code].lines} | {"stalls_moved", "cases.closed"}
            assert (found["stalls_moved"].late, found["cases.closed"].late) == (len(DAYS), len(DAYS))

    law()


# ---------------------------------------------------------------- the table itself


PROVED: dict[str, Callable[..., None]] = {
    "figures.quantities": test_figures_quantities_add_up_over_days_units_and_campaigns,
    "figures.marked": test_figures_marked_add_up_over_days_and_units,
    "cases.totals": test_case_totals_add_up_over_days_units_and_sources,
    "cases.on_time_rate": test_rates_are_ratios_of_summed_parts_and_never_means,
    "cases.rework_rate": test_rates_are_ratios_of_summed_parts_and_never_means,
    "cases.open_cases": test_open_cases_and_campaigns_stand_where_their_last_line_put_them,
    "cases.standing_cases": test_open_cases_and_campaigns_stand_where_their_last_line_put_them,
    "campaigns.campaign_states": test_open_cases_and_campaigns_stand_where_their_last_line_put_them,
    "errata.errata": test_an_erratum_is_what_came_late_less_what_was_voided,
    "registers.register_total": test_hotspots.test_a_register_total_is_the_sum_over_its_filters,
    "hotspots.hot_segments": test_hotspots.test_open_and_reported_add_up_to_the_city,
    "hotspots.repeat_points": test_hotspots.test_three_reports_of_a_kind_at_a_place_are_a_repeat_point,
    "overdue.overdue_cases": test_hotspots.test_overdue_cases_are_those_that_the_units_have_overdue,
    "coverage.letter_coverage": test_hotspots.test_coverage_is_shops_reached_of_shops_open_and_adds_up_over_segments,
}


def test_every_measure_of_the_table_is_taken_through_its_law() -> None:
    names = {".".join(law.measure.split(".")[:2]) for law in LAWS}
    assert names == PROVED.keys()
    for law in LAWS:
        assert law.kind in {"additive", "ratio", "state", "difference"}
        if law.measure.startswith("cases.totals."):
            assert hasattr(CaseTotals(), law.measure.rpartition(".")[2])
        for part in law.parts:
            assert hasattr(CaseTotals(), part)


def test_no_two_figures_count_the_same_item() -> None:
    items = [item for figure in FIGURES for item in figure.items]
    assert len(items) == len(set(items))


@many
@given(acts())
def test_what_was_bound_by_a_number_counts_the_same_for_ever(happened: Acts) -> None:
    with written(happened):
        number = bind().seq
        then = Scope(DAYS[0], DAYS[-1], bound_to=number)
        before = quantities(then, by=("day",)), case_totals(then), standing_cases(DAYS[-1], bound_to=number)
        assert quantities(Scope(DAYS[0], DAYS[-1], bound_to=0)) == []
        write_more(happened)
        assert (quantities(then, by=("day",)), case_totals(then), standing_cases(DAYS[-1], bound_to=number)) == before
