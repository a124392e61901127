"""立案标准 at the desk: found by words, code or pinyin; changed with a reason; put in force; exported and read back."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from xiuhua.cases.models import CityMatter, StandardRow, StandardVersion
from xiuhua.cases.standard_acts import import_standards
from xiuhua.cases.standard_search import initials
from xiuhua.cases.standard_sheet import STANDARDS, Filed
from xiuhua.cases.standards import standards_for
from xiuhua.kit.sheets.batches import begin_batch, import_batch, match_columns

pytestmark = pytest.mark.django_db
HOME = "/desk/standards/"


@pytest.fixture
def draft(town) -> StandardVersion:
    row = Filed(
        "event",
        "街面秩序",
        "0406",
        "占道经营",
        "gb30428.2-2013",
        "stall",
        "占道摆卖",
        "撤走",
        4,
        "work_hours",
        "",
        "城管局",
        "",
    )
    return import_standards(town.act("p-office"), batch="b1", rows=[row], told={"title": "青州标准", "number": "7号"})


def names(answer) -> set[str]:
    return {row.matter_name for row, _limit in answer.context["rows"]}


def test_rows_are_found_by_words_by_code_and_by_the_initials_of_pinyin(town, signed_in) -> None:
    desk = signed_in("desk")
    assert initials("占道经营") == "zdjy" and initials("O9 其他") == "o9 qt"
    for words in ("占道经营", "zdjy", "09006", "zdjy 占用", "ZDJY"):
        assert names(desk.get(HOME, {"q": words})) == {"占道经营"}, words
    assert names(desk.get(HOME, {"category": "posting"})) >= {"非法小广告", "沿街晾挂"}
    assert desk.get(HOME, {"kind": "component"}).context["total"] == 0
    for words in ("%", "_", "'; --", "🚲", "x" * 500):
        assert "xh-empty" in desk.get(HOME, {"q": words}).content.decode()


def test_filters_that_are_not_known_count_as_not_asked(town, signed_in) -> None:
    desk = signed_in("desk")
    everything = desk.get(HOME).context["total"]
    asked = {"kind": "x", "category": "x", "version": "x", "show": "x", "page": "x"}
    assert desk.get(HOME, asked).context["total"] == everything == StandardRow.objects.count()


def test_a_draft_is_seen_put_in_force_and_then_offered(town, signed_in, draft) -> None:
    office = signed_in("office")
    page = office.get(HOME, {"version": draft.code})
    assert "启用这一版" in page.content.decode() and page.context["total"] == 1
    day = town.at.date()
    told = {"key": str(uuid4()), "begins_on": day.isoformat(), "replaces": "matters"}
    done = office.post(reverse("desk:standard_version", args=[draft.code]), told, follow=True)
    assert "起生效" in done.content.decode()
    assert {row.condition for row in standards_for("stall", day)} >= {"占道摆卖"}
    again = office.post(reverse("desk:standard_version", args=[draft.code]), told | {"key": str(uuid4())}, follow=True)
    assert "不用再启用" in again.content.decode()


def test_a_day_in_the_past_or_none_at_all_is_refused_with_words(town, signed_in, draft) -> None:
    office = signed_in("office")
    for day, says in (("", "请写从哪一天起"), ("2020-01-01", "不能早于今天"), ("早", "请写从哪一天起")):
        told = {"key": str(uuid4()), "begins_on": day}
        done = office.post(reverse("desk:standard_version", args=[draft.code]), told, follow=True)
        assert says in done.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_who_may_not_set_standards_sees_no_buttons_and_is_refused(town, signed_in, draft) -> None:
    desk = signed_in("desk")
    assert "启用这一版" not in desk.get(HOME, {"version": draft.code}).content.decode()
    assert "改成这样" not in desk.get(f"{HOME}S1/").content.decode()
    told = {"key": str(uuid4()), "begins_on": "2020-04-01"}
    assert desk.post(reverse("desk:standard_version", args=[draft.code]), told).status_code == 403
    assert desk.post(f"{HOME}S1/", {"key": str(uuid4()), "closing": "走", "why": "试"}).status_code == 403


def test_a_row_is_changed_with_a_reason_and_its_history_told(town, signed_in) -> None:
    office = signed_in("office")
    told = {"key": str(uuid4()), "closing": "摊点撤走", "limit_amount": "3", "why": "三月例会"}
    done = office.post(f"{HOME}S1/", told, follow=True)
    text = done.content.decode()
    assert done.redirect_chain[-1][0] == f"{HOME}S1.2/" and "三月例会" in text and "郭梅" in text and "S1</a>" in text
    assert "S1.2" in office.get(f"{HOME}S1/").content.decode()
    without = office.post(f"{HOME}S1.2/", {"key": str(uuid4()), "closing": "走了", "why": ""})
    assert (
        without.status_code == 422 and "请写为什么改" in without.content.decode() and "走了" in without.content.decode()
    )
    assert office.get(f"{HOME}NONE/").status_code == 404


def test_what_is_exported_reads_back_as_the_same_rows(town, signed_in) -> None:
    answer = signed_in("office").get(HOME, {"format": "xlsx"})
    raw = b"".join(answer) if answer.streaming else answer.content
    batch = begin_batch(STANDARDS, raw, name="立案标准.xlsx", key=uuid4(), by="p-office", at=town.at)
    batch = import_batch(match_columns(batch, STANDARDS, at=town.at), STANDARDS, act=town.act("p-office"))
    assert (batch.wrong, batch.brought_in) == (0, StandardRow.objects.filter(version=None).count())
    fields = (
        "kind",
        "matter",
        "matter_name",
        "category",
        "condition",
        "closing",
        "limit_amount",
        "limit_kind",
        "handling_unit",
    )
    before = set(StandardRow.objects.filter(version=None).values_list(*fields))
    assert set(StandardRow.objects.filter(version__batch=batch.code).values_list(*fields)) == before


def test_the_filing_form_finds_a_row_by_pinyin_among_those_in_force(town, signed_in, draft) -> None:
    desk = signed_in("desk")
    text = desk.get(reverse("desk:standard_options"), {"standard_words": "zdjy"}).content.decode()
    assert 'value="S1"' in text and draft.rows.get().code not in text
    assert "没有符合" in desk.get(reverse("desk:standard_options"), {"standard_words": "zzzz"}).content.decode()
    assert desk.get(reverse("desk:standard_options")).content.decode().strip() == ""
    case = town.case()
    assert "standard_words" in desk.get(reverse("desk:pane", args=[case.number])).content.decode()


def test_with_hundreds_of_rows_the_filing_form_stays_short(town, signed_in) -> None:
    rows = [
        Filed("event", "其他", f"{n:05d}", f"事项{n}", "city", "other", f"条件{n}", "好了", 1, "work_days", "", "", "")
        for n in range(400)
    ]
    version = import_standards(town.act("p-office"), batch="b2", rows=rows, told={})
    version.rows.update(draft=False, begins_on=town.at.date() - dt.timedelta(days=1))
    case = town.case()
    text = signed_in("desk").get(reverse("desk:pane", args=[case.number])).content.decode()
    assert text.count('name="standard"') <= 12


def test_codes_of_both_standards_are_listed_with_what_old_ones_became(town, signed_in) -> None:
    office = signed_in("office")
    where = reverse("desk:codes")
    old = office.get(where, {"standard": "gb30428.2-2013", "q": "占道经营"}).content.decode()
    assert "0406" in old and "09006" in old
    assert len(office.get(where, {"kind": "component"}).context["rows"]) == 153
    told = {"key": str(uuid4()), "kind": "event", "code": "09901", "name": "共享电动车乱停放", "major": ""}
    assert "09901" in office.post(where, told, follow=True).content.decode()
    taken = office.post(where, told | {"key": str(uuid4()), "code": "09006"})
    assert taken.status_code == 422 and "国家标准里是“占道经营”" in taken.content.decode()
    assert CityMatter.objects.count() == 1


def test_a_row_is_added_confirmed_and_ended_on_the_page(town, signed_in) -> None:
    office = signed_in("office")
    form = {"key": str(uuid4()), "kind": "event", "matter": "09006", "matter_name": "占道经营", "category": "stall",
            "condition": "学校门口摆摊", "closing": "撤离", "limit_amount": "2", "limit_kind": "work_hours", "why": "整治"}  # fmt: skip
    assert "没有“x1”这个代码" in office.post(f"{HOME}new", form | {"matter": "x1"}).content.decode()
    answer = office.post(f"{HOME}new", form)
    row = StandardRow.objects.get(condition="学校门口摆摊")
    assert answer.url == f"{HOME}{row.code}/"
    StandardRow.objects.filter(pk=row.pk).update(doubt="“2小时”请确认")
    assert row.matter_name in names(office.get(HOME, {"show": "doubt"}))
    assert "待确认" in office.get(answer.url).content.decode()
    office.post(answer.url, {"key": str(uuid4()), "step": "confirm"})
    assert names(office.get(HOME, {"show": "doubt"})) == set()
    bad = office.post(answer.url, {"key": str(uuid4()), "step": "end", "ends_on": "2020-01-01", "end_why": "旧"})
    assert bad.status_code == 422 and "不能早于今天" in bad.content.decode()
    day = timezone.localdate()
    office.post(answer.url, {"key": str(uuid4()), "step": "end", "ends_on": day.isoformat(), "end_why": "并入"})
    assert "停用" in office.get(answer.url).content.decode() and StandardRow.objects.get(pk=row.pk).ends_on == day
    assert signed_in("desk").get(f"{HOME}new").status_code == 403
