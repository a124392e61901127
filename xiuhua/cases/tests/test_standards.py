"""The filing standard: a real city's 519 rows come in, are looked through, put in force, changed, and taken back."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from tests.town import Town
from xiuhua.cases.actions import file_case
from xiuhua.cases.codes import NEW, OLD, became, code_of, codes_of, tables
from xiuhua.cases.limits import read_limit
from xiuhua.cases.models import Category, CityMatter, StandardRow, StandardVersion
from xiuhua.cases.standard_acts import add_matter, change_standard, import_standards, put_in_force
from xiuhua.cases.standard_rows import add_standard, confirm_standard, end_standard
from xiuhua.cases.standard_sheet import STANDARDS, limit_text, matter_code
from xiuhua.cases.standards import standards_for
from xiuhua.kit.models import Batch
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.batches import begin_batch, import_batch, match_columns, seen_rows, undo_batch
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.models import Line

REAL = Path(settings.XIUHUA_DATA) / "domain" / "yuncheng_case_standards.csv"
needs_data = pytest.mark.skipif(not REAL.is_file(), reason=f"real inputs are not at {REAL}")
HEADERS = (
    "类别",
    "大类代码",
    "大类名称",
    "小类代码",
    "小类名称",
    "立案条件",
    "结案条件",
    "处置时限",
    "处置单位",
    "监督单位",
)
STALL = ("事件", "04", "街面秩序", "06", "占道经营", "占道摆摊", "撤离", "2紧急工作时", "城管局", "城管委")


def sheet(*rows: tuple[str, ...], headers: tuple[str, ...] = HEADERS) -> bytes:
    page = io.StringIO()
    csv.writer(page).writerows([headers, *rows])
    return page.getvalue().encode()


def looked_through(town: Town, raw: bytes) -> Batch:
    batch = begin_batch(STANDARDS, raw, name="立案标准.csv", key=uuid4(), by="p-office", at=town.at)
    return match_columns(batch, STANDARDS, at=town.at)


def brought_in(town: Town, raw: bytes, **told: str) -> tuple[Batch, StandardVersion]:
    batch = import_batch(looked_through(town, raw), STANDARDS, act=town.act("p-office"), told=told)
    return batch, StandardVersion.objects.get(batch=batch.code)


def marks(town: Town, *rows: tuple[str, ...]) -> list[list[str]]:
    """The level and the column of the first mark of each row."""
    return [one.marks[0][:2] if one.marks else [] for one in seen_rows(looked_through(town, sheet(*rows)))]


# ---------------------------------------------------------------- a real standard


@needs_data
def test_all_rows_of_a_real_city_come_in(town) -> None:
    batch, version = brought_in(town, REAL.read_bytes(), title="运城市中心城区立案处置结案标准", number="运城")
    assert (batch.rows, batch.wrong, batch.brought_in) == (519, 0, 519)
    assert version.rows.count() == 519 and version.state == "draft"
    assert Counter(version.rows.values_list("kind", flat=True)) == {"component": 375, "event": 144}
    kinds = Counter(version.rows.values_list("limit_kind", flat=True))
    assert kinds == {"work_days": 412, "work_hours": 61, "emergency_hours": 42, "calendar_days": 4}
    line = Line.objects.of_kind("standards.imported").get()
    assert line.about == f"standards:{version.code}"


@needs_data
def test_what_a_real_city_wrote_oddly_is_marked_to_be_confirmed(town) -> None:
    batch = looked_through(town, REAL.read_bytes())
    told = {row.marks[-1][2] for row in seen_rows(batch, level="doubt")}
    assert batch.doubt == 5 and any("1紧急工作时制止" in one for one in told)
    assert any("紧急工作日" in one for one in told)


@needs_data
def test_the_real_rows_fall_under_the_six_kinds_of_problem_as_the_article_names_them(town) -> None:
    _batch, version = brought_in(town, REAL.read_bytes())
    rows = version.rows.exclude(category=Category.OTHER)
    found = {(category, matter) for category, matter in rows.values_list("category", "matter")}
    assert found >= {("stall", "0406"), ("shopfront", "0405"), ("sign", "0203"), ("posting", "0201"), ("building", "0101"),
                     ("parking", "0410")}  # fmt: skip


# ---------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("text", "amount", "kind"),
    [
        ("2紧急工作时", 2, "emergency_hours"), ("４小时", 4, "work_hours"), ("1个工作日", 1, "work_days"),
        ("15天", 15, "work_days"), ("7自然日", 7, "calendar_days"), ("2工作时", 2, "work_hours"), ("半天", 0.5, "work_days"),
        ("两个工作日内", 2, "work_days"), ("1.5 小时", 1.5, "work_hours"), ("30分钟", 0.5, "emergency_hours"),
        ("1周", 7, "calendar_days"), ("2紧急工作日", 2, "calendar_days"), ("10日", 10, "work_days"), ("三天", 3, "work_days"),
    ],
)  # fmt: skip
def test_limits_as_standards_write_them(text, amount, kind) -> None:
    read = read_limit(text)
    assert read is not None and (float(read.limit.amount), read.limit.kind.value) == (amount, kind)


@pytest.mark.parametrize("text", ["", "立即", "尽快", "0天", "-1天", "1-3天", "天", "=A1", "9" * 50 + "天", "\x00"])
def test_limits_that_cannot_be_read_are_not_guessed(text) -> None:
    assert read_limit(text) is None


def test_codes_are_put_together_from_their_classes() -> None:
    told = {("01", "01"): "0101", ("1", "1"): "0101", ("09", "006"): "09006", ("", "09006"): "09006", ("9.0", "6.0"): "0906",
            ("c01", "01"): "0101", ("", "6"): "", ("01", "x"): "", ("01", "１"): ""}  # fmt: skip
    assert {one: matter_code(*one) for one in told} == told


def test_every_kind_of_mistake_is_marked_on_its_cell(town) -> None:
    def but(n: int, text: str) -> tuple[str, ...]:
        return (*STALL[:n], text, *STALL[n + 1 :])

    assert marks(
        town, STALL, but(7, "尽快"), but(5, ""), but(6, "撤" * 301), but(0, "人员"), but(3, "甲"), STALL, but(7, "1紧急工作日"),
        but(3, "77"), but(4, "占道做买卖"),
    ) == [
        [], ["wrong", "limit"], ["wrong", "condition"], ["wrong", "closing"], ["wrong", "kind"], ["wrong", "minor_code"],
        ["wrong", "condition"], ["doubt", "limit"], ["note", "minor_code"], ["note", "minor_name"],
    ]  # fmt: skip


def test_nine_columns_without_a_kind_and_empty_cells_below_a_name_are_understood(town) -> None:
    rows = [
        STALL[1:],
        ("", "", "", "", "占道堆货", "清走", "1天", "", ""),
        ("01", "公用设施", "01", "上水井盖", "破损", "修好", "2天", "", ""),
    ]
    _batch, version = brought_in(town, sheet(*rows, headers=HEADERS[1:]))
    found = list(version.rows.values_list("kind", "matter", "matter_name"))
    assert found == [("event", "0406", "占道经营")] * 2 + [("component", "0101", "上水井盖")]


def test_a_sheet_written_by_the_program_reads_back_as_it_was(town) -> None:
    for row in StandardRow.objects.all():
        read = read_limit(limit_text(row))
        assert read is not None
        assert (read.limit.amount, read.limit.kind.value) == (row.limit_amount, row.limit_kind)


# ---------------------------------------------------------------- in force


def test_nothing_is_filed_under_a_draft_and_the_day_it_begins_replaces_the_same_matter(town) -> None:
    _batch, version = brought_in(town, sheet(STALL))
    today, row = town.at.date(), version.rows.get()
    assert row not in standards_for("stall", today)
    with pytest.raises(Refused):
        put_in_force(town.act("p-office"), version=version, begins_on=today - dt.timedelta(days=1))
    case = town.case(upto="filed")
    put_in_force(town.act("p-office", minutes=30), version=version, begins_on=today + dt.timedelta(days=1))
    assert row not in standards_for("stall", today)
    codes = {one.code for one in standards_for("stall", today + dt.timedelta(days=1))}
    assert row.code in codes and "S1" not in codes and "S2" in codes  # 0406 became 09006, that of S1
    case.refresh_from_db()
    assert case.standard.code == "S1" and case.matter == "09006"
    assert Line.objects.of_kind("standards.in_force").count() == 1


def test_a_version_may_replace_all_that_is_in_force_or_nothing(town) -> None:
    _batch, first = brought_in(town, sheet(STALL))
    day = town.at.date()
    put_in_force(town.act("p-office"), version=first, begins_on=day, replaces="none")
    assert {"S1", first.rows.get().code} <= {one.code for one in standards_for("stall", day)}
    _batch, second = brought_in(town, sheet((*STALL[:5], "占道摆卖", *STALL[6:])))
    put_in_force(town.act("p-office"), version=second, begins_on=day, replaces="all")
    assert [one.version for one in standards_for("stall", day)] == [second]
    first.refresh_from_db()
    assert first.state == "ended" and not standards_for("sign", day)


def test_a_draft_is_taken_back_whole_and_one_in_force_is_not(town) -> None:
    batch, version = brought_in(town, sheet(STALL))
    undo_batch(batch, STANDARDS, act=town.act("p-office"))
    assert (
        not StandardVersion.objects.exists() and not StandardRow.objects.filter(code__startswith=version.code).exists()
    )
    batch, version = brought_in(town, sheet(STALL))
    put_in_force(town.act("p-office"), version=version, begins_on=town.at.date())
    with pytest.raises(Refused, match="已经启用"):
        undo_batch(batch, STANDARDS, act=town.act("p-office"))


def test_only_those_who_set_standards_do(town) -> None:
    with pytest.raises(Refused):
        import_standards(town.act("p-zhao"), batch="b", rows=[], told={})
    with pytest.raises(Refused):
        change_standard(
            town.act("p-zhao"), row=StandardRow.objects.get(code="S1"), changes={"closing": "走了"}, why="试"
        )


# ---------------------------------------------------------------- changes


def test_a_changed_row_takes_the_place_of_the_one_that_cases_keep(town) -> None:
    case = town.case(upto="filed")
    old = StandardRow.objects.get(code="S1")
    new = change_standard(
        town.act("p-office", minutes=60),
        row=old,
        changes={"limit_amount": "4", "limit_kind": "work_hours"},
        why="青执〔2020〕7号",
    )
    assert (new.code, new.follows, new.limit_amount, new.why) == ("S1.2", old, Decimal(4), "青执〔2020〕7号")
    codes = {one.code for one in standards_for("stall", town.at.date())}
    assert "S1.2" in codes and "S1" not in codes
    case.refresh_from_db()
    assert case.standard == old and case.standard.limit_kind == "emergency_hours"
    third = change_standard(town.act("p-office", minutes=61), row=new, changes={"closing": "摊点撤走"}, why="口径统一")
    assert third.code == "S1.3"
    line = Line.objects.of_kind("standard.changed").order_by("id").last()
    assert (line.about, "口径" in line.facts) == ("standard:S1.3", False)


@pytest.mark.parametrize(
    ("changes", "why", "code"),
    [
        ({"closing": "走了"}, " ", "standard.why"), ({}, "试", "standard.same"), ({"closing": ""}, "试", "standard.empty"),
        ({"limit_amount": "0"}, "试", "standard.limit"), ({"limit_amount": "1e5"}, "试", "standard.limit"),
        ({"limit_amount": "½"}, "试", "standard.limit"), ({"limit_kind": "later"}, "试", "standard.choice"),
        ({"condition": "长" * 301}, "试", "standard.long"), ({"code": "X"}, "试", "standard.same"),
    ],
)  # fmt: skip
def test_changes_that_say_nothing_or_nonsense_are_refused(town, changes, why, code) -> None:
    with pytest.raises(Refused) as refused:
        change_standard(town.act("p-office"), row=StandardRow.objects.get(code="S1"), changes=changes, why=why)
    assert refused.value.code == code
    assert StandardRow.objects.get(code="S1").ends_on is None


def test_a_row_that_was_replaced_is_not_changed_again(town) -> None:
    row = StandardRow.objects.get(code="S1")
    change_standard(town.act("p-office"), row=row, changes={"closing": "摊点撤走"}, why="统一")
    with pytest.raises(Refused, match="已经停用或被改过"):
        change_standard(town.act("p-office", minutes=1), row=row, changes={"closing": "别的"}, why="统一")


# ---------------------------------------------------------------- codes


def test_the_new_standard_has_153_components_and_250_matters_and_the_same_digits_mean_two_things() -> None:
    kinds = Counter(one.kind for one in codes_of(NEW))
    assert kinds == {"component": 153, "event": 250}
    assert code_of(NEW, "component", "01001").name == "供水井盖"
    assert code_of(NEW, "event", "01001").name == "供水井盖异常"
    assert all((one.source and "转录" in one.source) or "运城" in one.source for one in tables().values())


def test_the_default_rows_are_codes_of_the_new_standard(town) -> None:
    unknown = [
        row.code
        for row in StandardRow.objects.all()
        if row.matter != "10000" and code_of(NEW, "event", row.matter) is None
    ]
    assert unknown == []


def test_old_codes_become_new_ones_only_where_that_is_known() -> None:
    def now(kind: str, code: str) -> tuple[str, str]:
        told = became(code_of(OLD, kind, code))
        return told.how, told.code.code if told.code else ""

    assert now("event", "0406") == ("same", "09006") and now("event", "0110") == ("renamed", "06010")
    assert now("event", "0404") == ("renamed", "09004") and now("event", "0131") == ("dropped", "")
    assert now("event", "0501") == ("unknown", "") and now("component", "0101")[0] == "unknown"
    events = [one for one in codes_of(OLD) if one.kind == "event" and one.code[:2] in ("01", "02", "03", "04")]
    hows = Counter(became(one).how for one in events)
    assert hows["dropped"] == 2 and hows["renamed"] == 8 and hows["unknown"] == 0


def test_a_city_adds_codes_of_its_own_and_none_that_a_national_standard_has(town) -> None:
    add_matter(town.act("p-office"), kind="event", code="09901", name="共享电动车乱停放", major="街面秩序")
    assert code_of("city", "event", "09901").name == "共享电动车乱停放"
    for code, kind, name in (
        ("09006", "event", "占道"),
        ("09901", "event", "又一次"),
        ("x y", "event", "空"),
        ("9", "event", "短"),
    ):
        with pytest.raises(Refused):
            add_matter(town.act("p-office"), kind=kind, code=code, name=name)
    assert CityMatter.objects.count() == 1


# ---------------------------------------------------------------- a row by itself


FIELDS = {
    "matter_name": "占道经营", "category": "stall", "condition": "学校门口摆摊", "closing": "撤离并清扫", "limit_amount": "1.5",
    "limit_kind": "work_hours", "handling_unit": "城管局", "supervising_unit": "",
}  # fmt: skip


def test_what_the_import_was_not_sure_of_stays_marked_until_somebody_confirms_or_changes_it(town) -> None:
    weeks = (*STALL[:7], "1周", *STALL[8:])
    other = (*STALL[:5], "占道堆物", "移走", "15分钟", *STALL[8:])
    _batch, version = brought_in(town, sheet(STALL, (*weeks[:5], "占道洗车", "撤离", "1周", *STALL[8:]), other))
    sure, first, second = version.rows.order_by("code")
    assert sure.doubt == "" and "请确认" in first.doubt and "请确认" in second.doubt
    confirm_standard(town.act("p-office"), row=first)
    change_standard(
        town.act("p-office"), row=second, changes={"limit_amount": "1", "limit_kind": "work_hours"}, why="核对原文"
    )
    assert not StandardRow.objects.exclude(doubt="").exists()
    assert Line.objects.of_kind("standard.confirmed").get().about == f"standard:{first.code}"
    with pytest.raises(Refused, match="没有待确认"):
        confirm_standard(town.act("p-office"), row=first)


def test_a_row_is_written_by_hand_and_cases_may_be_filed_under_it_that_day(town) -> None:
    row = add_standard(town.act("p-office"), kind="event", matter="09006", fields=FIELDS, why="校园周边整治")
    day = bureau_day(town.at)
    assert row in StandardRow.objects.in_force(day) and (row.limit_amount, row.code_standard) == (Decimal("1.5"), NEW)
    case = town.case(upto="accepted")
    assert file_case(town.act("p-desk", minutes=10), case=case, standard=row).standard == row
    with pytest.raises(Refused, match="已有同一事项"):
        add_standard(town.act("p-office"), kind="event", matter="09006", fields=FIELDS, why="再来一次")


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"kind": "thing"}, "matter.kind"), ({"matter": "99999"}, "standard.matter"), ({"matter": ""}, "standard.matter"),
     ({"why": " "}, "standard.why"), ({"fields": FIELDS | {"limit_amount": "0"}}, "standard.limit"),
     ({"fields": FIELDS | {"condition": ""}}, "standard.empty"), ({"fields": FIELDS | {"category": "x"}}, "standard.choice")],
)  # fmt: skip
def test_a_row_by_hand_that_says_nonsense_is_refused_at_its_field(town, changes, code) -> None:
    told = {"kind": "event", "matter": "09006", "fields": FIELDS, "why": "会议"} | changes
    with pytest.raises(Refused) as refused:
        add_standard(town.act("p-office"), **told)
    assert refused.value.code == code and refused.value.field


def test_an_ended_row_is_no_longer_offered_from_its_day_and_cases_keep_it(town) -> None:
    case = town.case(upto="filed")
    row, day = case.standard, bureau_day(town.at)
    with pytest.raises(Refused, match="不能早于今天"):
        end_standard(town.act("p-office"), row=row, ends_on=day - dt.timedelta(days=1), why="旧")
    end_standard(town.act("p-office"), row=row, ends_on=day + dt.timedelta(days=1), why="并入另一条")
    assert row in StandardRow.objects.in_force(day)
    assert row not in StandardRow.objects.in_force(day + dt.timedelta(days=1))
    case.refresh_from_db()
    assert case.standard == row and Line.objects.of_kind("standard.ended").exists()
    with pytest.raises(Refused, match="已经停用"):
        end_standard(town.act("p-office"), row=row, ends_on=day + dt.timedelta(days=2), why="再停")


def test_a_draft_is_not_ended_and_officers_write_no_rows(town) -> None:
    _batch, version = brought_in(town, sheet(STALL))
    with pytest.raises(Refused, match="草稿"):
        end_standard(town.act("p-office"), row=version.rows.get(), ends_on=bureau_day(town.at), why="不要")
    for who in ("p-zhao", "p-desk"):
        with pytest.raises(Refused, match="岗位"):
            add_standard(town.act(who), kind="event", matter="09006", fields=FIELDS, why="x")
