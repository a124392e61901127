"""A report passes the same rules whoever sends it and however many come at once."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.town import AT, INSIDE, ZONE, Town, key
from xiuhua.cases.fold import cases as fold
from xiuhua.cases.intake import Adopted, Rejection, Report, Verdicts, open_case, open_cases
from xiuhua.cases.models import Case, CasePhoto, Word
from xiuhua.cases.reports import SENTENCES, check_reports
from xiuhua.city.models import Bureau
from xiuhua.city.places import places
from xiuhua.kit.files import keep
from xiuhua.kit.refusals import Refused
from xiuhua.kit.seals import unseal
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db

DIRTY = {"null": "半\x00句", "half a letter": "半\ud800字"}
ENDS_OF_TIME = [dt.datetime.max.replace(tzinfo=dt.UTC), dt.datetime.min.replace(tzinfo=ZONE)]

# What a bad report changes, and the rule and field that it is rejected by.
BAD: dict[str, tuple[dict[str, Any], str, str]] = {
    "an unknown category": ({"category": "狗"}, "category", "category"),
    "an endless category": ({"category": "长" * 100_000}, "category", "category"),
    "an unknown source": ({"source": "rumour"}, "source", "source"),
    "a time without a zone": ({"at": AT.replace(tzinfo=None)}, "no_time", "at"),
    "a time to come": ({"at": AT + dt.timedelta(minutes=11)}, "future", "at"),
    "the last moment of all": ({"at": ENDS_OF_TIME[0]}, "future", "at"),
    "a time before 1990": ({"at": dt.datetime(1989, 12, 31, 23, 59, tzinfo=dt.UTC)}, "long_ago", "at"),
    "the first moment of all": ({"at": ENDS_OF_TIME[1]}, "long_ago", "at"),
    "half a point": ({"lat": None}, "half_point", "lon"),
    "a point that is no number": ({"lon": float("nan")}, "bad_point", "lon"),
    "an endless point": ({"lat": float("-inf")}, "bad_point", "lon"),
    "metres for degrees": ({"lon": 39_600_000.0, "lat": 4_060_000.0}, "bad_point", "lon"),
    "a point written the wrong way round": ({"lon": INSIDE[1], "lat": INSIDE[0]}, "swapped", "lon"),
    "a point in the sea": ({"lon": 0.0, "lat": 0.0}, "outside", "lon"),
    "a point in the next county": ({"lon": 118.60, "lat": 36.69}, "outside", "lon"),
    "an unknown segment": ({"segment": "S99"}, "segment", "segment"),
    "no place at all": ({"lon": None, "lat": None, "place": "  "}, "no_place", "place"),
    "too long a story": ({"description": "长" * 2001}, "too_long", "description"),
    "too long a place": ({"place": "长" * 201}, "place_too_long", "place"),
    "too long a contact": ({"contact": "1" * 101}, "contact_too_long", "contact"),
    "too long a number": ({"outside_number": "9" * 41}, "number_too_long", "outside_number"),
    "an unknown photo": ({"photos": ("sha256:" + "0" * 64,)}, "photo", "photos"),
    "an unknown matter": ({"matter": "99999"}, "matter", "matter"),
    "an unknown unit": ({"for_unit": "QZ/Z9/"}, "unit", "for_unit"),
    "a null character": ({"description": DIRTY["null"]}, "text", "description"),
    "half a letter in the place": ({"place": DIRTY["half a letter"]}, "text", "place"),
    "half a letter in the contact": ({"contact": DIRTY["half a letter"]}, "text", "contact"),
    "half a letter as a photo": ({"photos": (DIRTY["half a letter"],)}, "text", "photos"),
    "a null as category": ({"category": DIRTY["null"]}, "text", "category"),
    "a state nobody adopts": ({"adopted": Adopted("reported", "New", AT)}, "state", "adopted"),
    "a state of no loop": ({"adopted": Adopted("limbo", "Limbo", AT)}, "state", "adopted"),
    "a state in endless words": ({"adopted": Adopted("closed", "x" * 41, AT)}, "state_word", "adopted"),
    "a state without a zone": ({"adopted": Adopted("closed", "x", AT.replace(tzinfo=None))}, "state_no_time", "adopted"),
    "a state before its report": ({"adopted": Adopted("closed", "x", AT - dt.timedelta(1))}, "state_early", "adopted"),
    "a state to come": ({"adopted": Adopted("closed", "x", AT + dt.timedelta(1))}, "state_future", "adopted"),
    "work of nobody": ({"adopted": Adopted("dispatched", "x", AT)}, "state_unit", "for_unit"),
}  # fmt: skip
GOOD: list[dict[str, Any]] = [
    {},
    {"lon": None, "lat": None},
    {"lon": None, "lat": None, "place": "", "segment": "S2"},
    {"place": "长" * 200, "description": "长" * 2000},
    {"at": dt.datetime(1990, 1, 1, tzinfo=dt.UTC)},
    {"at": AT + dt.timedelta(minutes=9), "source": "officer"},
    {"contact": "138 0000 0000", "outside_number": "热线-1"},
    {"adopted": Adopted("closed", "Closed", AT), "for_unit": "QZ/Z2/"},
    {"adopted": Adopted("dispatched", "In Progress", AT), "for_unit": "QZ/Z1/", "matter": "09006"},
    {"description": "表情 🧵 和\n换行"},
]


def test_every_rule_has_a_bad_report() -> None:
    assert {rule for _changes, rule, _field in BAD.values()} == set(SENTENCES)


def test_a_bad_report_is_rejected_by_its_rule_with_a_sentence_and_leaves_nothing(town: Town) -> None:
    lines = Line.objects.count()
    for name, (changes, rule, field) in BAD.items():
        with pytest.raises(Refused) as caught:
            open_case(machine(town), report=town.report(**changes))
        assert (caught.value.code, caught.value.field) == (f"case.{rule}", field), name
        caught.value.message.encode()  # it can be shown
        assert caught.value.message.endswith("。") and len(caught.value.message) < 200, name
    assert (Case.objects.count(), Line.objects.count()) == (0, lines)


def machine(town: Town, *, minutes: float = 0) -> Any:
    """An act of the administrator, who may also take over states of another system."""
    return town.act("p-admin", minutes=minutes)


def mixture(town: Town, *, seed: int, rows: int) -> list[Report]:
    """Good and bad reports, single and with two faults, some keys and outside numbers twice; the same for a seed."""
    dice = random.Random(seed)
    town.photo()
    reports: list[Report] = []
    for n in range(rows):
        chance = dice.random()
        changes = dict(dice.choice(GOOD))
        if changes.get("outside_number"):
            changes["outside_number"] = f"热线-{dice.randrange(rows)}"
        if chance < 0.5:
            changes |= dice.choice(list(BAD.values()))[0]
        if chance < 0.2:
            changes |= dice.choice(list(BAD.values()))[0]
        if reports and dice.random() < 0.1:
            earlier = dice.choice(reports)
            reports.append(earlier if dice.random() < 0.5 else town.report(**changes | {"key": earlier.key}))
            continue
        reports.append(town.report(name=f"row-{n}", **changes))
    return reports


def one_by_one(act: Any, reports: list[Report]) -> Verdicts:
    """The same reports through `open_case`, one after another."""
    verdicts = Verdicts()
    for row, report in enumerate(reports):
        known = Line.objects.filter(key=report.key).exists()
        try:
            case = open_case(act, report=report)
        except Refused as refused:
            verdicts.rejected.append(Rejection(row, refused.code, refused.field, refused.message))
        else:
            (verdicts.again if known else verdicts.opened).append(case)
    return verdicts


def test_a_thousand_bad_rows_get_equal_verdicts_at_once_and_one_by_one(town: Town) -> None:
    dice = random.Random(5)
    faults = list(BAD.values())
    reports = [
        town.report(f"bad-{n}", **faults[n % len(faults)][0] | (dice.choice(faults)[0] if n % 3 == 0 else {}))
        for n in range(1000)
    ]
    batch = open_cases(machine(town), reports=reports)
    single = one_by_one(machine(town), reports)
    assert batch.rejected == single.rejected
    assert len(batch.rejected) > 950 and {one.code for one in batch.rejected} == {f"case.{rule}" for rule in SENTENCES}


def test_a_batch_and_single_reports_get_equal_verdicts_and_equal_lines(town: Town) -> None:
    rows = 200
    reports = mixture(town, seed=7, rows=rows)
    act = machine(town)
    before = Line.objects.count()

    def outcome(judge: Callable[[Any, list[Report]], Verdicts]) -> tuple[Any, ...]:
        from django.db import transaction

        with transaction.atomic():
            verdicts = judge(act, reports)
            cases = [case_told(case) for case in verdicts.opened]
            again = [case.number for case in verdicts.again]
            lines = list(
                Line.objects.order_by("id")
                .values_list("key", "kind", "about", "by", "day", "for_unit", "grid", "segment", "facts", "request")
            )[before:]  # fmt: skip
            assert list(fold()) == []
            transaction.set_rollback(True)
        return verdicts.rejected, cases, again, lines

    batch = outcome(lambda act, reports: open_cases(act, reports=reports))
    single = outcome(one_by_one)
    assert batch == single
    rejected, cases, again, _lines = batch
    assert len(rejected) + len(cases) + len(again) == rows
    assert min(len(rejected), len(cases), len(again)) > 3


def case_told(case: Case) -> tuple[Any, ...]:
    return (
        case.number, case.state, case.segment, case.grid, case.for_unit, case.place, case.lon_e7, case.reported_at,
        case.moved_at, case.closed_at, case.outside_number, case.reporter,
    )  # fmt: skip


def test_the_rules_never_raise_whatever_a_report_says(town: Town) -> None:
    dice = random.Random(3)
    texts = ["", " ", "\x00", "\ud800", "\udfff", "S1", "x" * 5000, "狗", "{row}", "{0.__class__}", "\n\t", "‮"]
    times = [AT, AT.replace(tzinfo=None), *ENDS_OF_TIME, AT - dt.timedelta(days=20_000)]
    numbers = [None, float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1e308, 5e-324, 118.482, 36.69, -180, 10**30]
    reports = [
        Report(
            key=key(f"any-{n}"), at=dice.choice(times), lon=dice.choice(numbers), lat=dice.choice(numbers),
            photos=tuple(dice.sample(texts, dice.randrange(3))),
            adopted=dice.choice([None, Adopted(dice.choice(texts), dice.choice(texts), dice.choice(times))]),
            **{name: dice.choice(texts) for name in (
                "category", "source", "place", "description", "segment", "contact", "outside_number", "matter", "for_unit"
            )},
        )
        for n in range(1000)
    ]  # fmt: skip
    rejected = check_reports(reports, now=AT, shapes=places())
    assert len(rejected) > 990
    for one in rejected:
        one.message.encode()
    alone = [check_reports([report], now=AT, shapes=places()) for report in reports[:200]]
    together = {one.row: (one.code, one.field, one.message) for one in rejected}
    assert [(one[0].code, one[0].field, one[0].message) if one else None for one in alone] == [
        together.get(row) for row in range(200)
    ]


def test_without_a_boundary_every_point_is_taken_but_one_that_is_in_china_the_wrong_way_round(town: Town) -> None:
    Bureau.objects.update(boundary=[])
    assert open_case(machine(town), report=town.report("far", lon=-73.9, lat=40.7)).lon == pytest.approx(-73.9)
    with pytest.raises(Refused, match="写反了"):
        open_case(machine(town), report=town.report("swapped", lon=36.69, lat=118.48))


# ---------------------------------------------------------------- the same again


def test_the_same_report_again_gives_the_same_case_and_writes_nothing(town: Town) -> None:
    case = open_case(town.act(), report=town.report())
    lines = Line.objects.count()
    assert open_case(town.act(minutes=3), report=town.report()) == case
    verdicts = open_cases(town.act(), reports=[town.report(), town.report("other"), town.report()])
    assert verdicts.again == [case, case] and len(verdicts.opened) == 1 and not verdicts.rejected
    assert Line.objects.count() == lines + 1


def test_a_report_twice_in_one_batch_is_one_case(town: Town) -> None:
    verdicts = open_cases(town.act(), reports=[town.report(), town.report()])
    assert verdicts.opened == verdicts.again and len(verdicts.opened) == 1 == Case.objects.count()


def test_a_key_with_anything_else_is_refused_in_one_batch_and_across_batches(town: Town) -> None:
    other = town.report(description="另一件事")
    assert [one.code for one in open_cases(town.act(), reports=[town.report(), other]).rejected] == ["act.key_reused"]
    with pytest.raises(Refused) as caught:
        open_case(town.act(), report=other)
    assert caught.value.code == "act.key_reused"
    with pytest.raises(Refused) as caught:
        open_case(town.act("p-desk"), report=town.report())  # the same, told by somebody else
    assert caught.value.code == "act.key_reused"
    assert Case.objects.count() == 1


def test_a_number_of_another_system_becomes_one_case(town: Town) -> None:
    one, other = town.report("a", outside_number="T1"), town.report("b", outside_number="T1")
    verdicts = open_cases(town.act(), reports=[one, other])
    assert [one.code for one in verdicts.rejected] == ["case.outside_number"]
    with pytest.raises(Refused, match="外部编号 T1 已经有案件了"):
        open_case(town.act(), report=other)
    elsewhere = town.report("c", outside_number="T1", source="hotline")
    assert open_case(town.act(), report=elsewhere).outside_number == "T1"


# ---------------------------------------------------------------- what goes in


def test_a_report_finds_its_segment_grid_squad_and_number(town: Town) -> None:
    case = open_case(town.act(), report=town.report())
    assert (case.segment, case.grid, case.for_unit) == ("S1", "370781001001001", "QZ/Z1/")
    assert case.number == "XH20200316-0001" and case.moved_at == town.at
    line = Line.objects.get(about=case.number)
    assert (line.kind, line.segment, line.for_unit, line.key) == ("case.reported", "S1", "QZ/Z1/", key("case"))
    again = open_case(town.act(), report=town.report("later", lon=None, lat=None, place="", segment="S4"))
    assert (again.number, again.place, again.for_unit) == ("XH20200316-0002", "驼山路", "QZ/Z2/")


def test_numbers_follow_the_day_on_which_it_was_reported(town: Town) -> None:
    days = [AT - dt.timedelta(days=n % 3) for n in range(7)]
    verdicts = open_cases(town.act(), reports=[town.report(f"n{n}", at=at) for n, at in enumerate(days)])
    assert [case.number for case in verdicts.opened] == [
        "XH20200316-0001", "XH20200315-0001", "XH20200314-0001", "XH20200316-0002", "XH20200315-0002",
        "XH20200314-0002", "XH20200316-0003",
    ]  # fmt: skip


def test_photos_must_have_been_kept_and_looked_at(town: Town) -> None:
    scan = keep(b"%PDF-1.4 a scan", at=AT).digest
    with pytest.raises(Refused) as caught:
        open_case(town.act(), report=town.report(photos=(scan,)))
    assert caught.value.code == "case.photo"
    kept = town.photo(90)
    case = open_case(town.act(), report=town.report(photos=(kept, kept)))
    assert list(CasePhoto.objects.values_list("case", "digest", "moment")) == [(case.pk, kept, "report")]


def test_a_contact_is_sealed_in_a_row_and_in_no_line(town: Town) -> None:
    phone = "13800138000"
    case = open_case(town.act(), report=town.report(contact=phone, photos=(town.photo(),)))
    word = Word.objects.get(case=case)
    assert word.kind == "contact" and phone not in word.text and unseal(word.text) == phone
    said = repr(list(Line.objects.filter(about=case.number).values()))
    assert phone not in said and "水果摊" not in said and "范公亭路 12 号" not in said
    assert open_case(town.act(), report=town.report(contact=phone, photos=(town.photo(),))) == case
    with pytest.raises(Refused):
        open_case(town.act(), report=town.report(contact="13800138001", photos=(town.photo(),)))


def test_who_may_report_and_who_may_take_over_another_systems_state(town: Town) -> None:
    with pytest.raises(Refused) as caught:
        open_case(town.act("p-zhao"), report=town.report(adopted=Adopted("closed", "Closed", AT)))
    assert caught.value.code == "access.role"
    adopted = open_case(machine(town), report=town.report(adopted=Adopted("closed", "Closed", AT)))
    assert adopted.state == "closed" and adopted.closed_at == AT
    kinds = list(Line.objects.filter(about=adopted.number).order_by("id").values_list("kind", flat=True))
    assert kinds == ["case.reported", "case.adopted"] and list(fold()) == []


def test_more_rows_than_a_query_takes_values(town: Town) -> None:
    kept = town.photo()
    reports = [
        town.report(f"many-{n}", photos=(kept,), outside_number=f"T{n}", at=AT - dt.timedelta(days=n % 900))
        for n in range(5200)
    ]
    verdicts = open_cases(town.act(), reports=reports)
    assert len(verdicts.opened) == 5200 and not verdicts.rejected
    again = open_cases(town.act(), reports=[*reports, town.report("fresh", outside_number="T1")])
    assert [case.pk for case in again.again] == [case.pk for case in verdicts.opened]
    assert [one.code for one in again.rejected] == ["case.outside_number"] and not again.opened
