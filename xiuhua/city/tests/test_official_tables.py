"""The tables of duties: read as cities write them, drafted, put in force from a day, amended, compared, read again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import pytest
from django.utils.translation import override

from tests.town import Town, key
from xiuhua.city.duties import assign_duty
from xiuhua.city.models import Duty, Person, Segment, TableVersion, Unit
from xiuhua.city.official_tables import (
    TABLES,
    Printed,
    amend_table,
    differences,
    draft_table,
    enact_table,
    printed_rows,
    redraft_table,
    withdraw_table,
)
from xiuhua.city.queries import by_of, responsible_for
from xiuhua.city.segment_duties import COLUMNS, SEGMENT_DUTIES, in_force
from xiuhua.city.squad_duties import SQUAD_DUTIES
from xiuhua.city.squad_duties import in_force as squads_in_force
from xiuhua.city.table_sheets import above
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Row
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 3, 16)


def act(town: Town, name: str, *, days: int = 0) -> Act:
    at = town.at + dt.timedelta(days=days)
    return Act(by=by_of(Person.objects.get(code="p-office"), at), at=at, recorded_at=at, key=key(name))


def read(*cells: Mapping[str, str], table=SEGMENT_DUTIES) -> list[Row]:
    rows = [Row(n, dict(one)) for n, one in enumerate(cells, start=2)]
    table.read(rows, TODAY, 2020)
    return rows


def printed(rows: list[Row]) -> list[Printed]:
    assert all(row.good for row in rows), [row.marks for row in rows]
    return [one for row in rows for one in row.value]


def messages(row: Row) -> list[tuple[str, str]]:
    return [(mark.level, mark.message) for mark in row.marks]


def drafted(town: Town, *cells: Mapping[str, str], name: str = "draft", kind: str = "segment_duties") -> TableVersion:
    rows = printed(read(*cells, table=TABLES[kind]))
    return draft_table(act(town, name), kind=kind, rows=rows, number="青执〔2020〕7号")


def people(code: str, part: str, day: dt.date = TODAY) -> list[tuple[str, bool, bool]]:
    duties = Duty.objects.in_force(day).filter(thing=f"segment:{code}", part=part).order_by("-primary", "id")
    return [(one.person.name if one.person else one.unit.name, one.primary, one.confirmed) for one in duties]


# ---------------------------------------------------------------- reading


def test_several_names_give_a_provisional_primary_and_all_of_a_squad_gives_its_leader(town: Town) -> None:
    first, second, third = read(
        {"road": "范公亭路", "squad": "1中队", "officers": "赵敏、刘洋等", "assistants": "马芳"},
        {"road": "海岱路", "squad": "一中队", "officers": "中队全体"},
        {"road": "荣利街", "squad": "城区二中队", "officers": "孙立国（负责人）"},
    )
    assert first.good and first.level == "doubt"
    assert first.value[0].cells["officers"] == "赵敏、刘洋" and first.value[0].doubts == ("officers",)
    assert second.value[0].cells["officers"] == "王海涛" and second.value[0].doubts == ("officers",)
    assert third.level == "" and third.value[0].cells["squad"] == "城区二中队"


def test_one_who_is_written_as_leader_comes_first_and_is_no_doubt(town: Town) -> None:
    (row,) = read({"road": "范公亭路", "squad": "一中队", "officers": "赵敏、刘洋（组长）"})
    assert row.value[0].cells["officers"] == "刘洋、赵敏" and row.value[0].doubts == ()


def test_unknown_people_and_units_are_named_on_their_cells(town: Town) -> None:
    (row,) = read({"road": "范公亭路", "squad": "九中队", "officers": "王五", "leader": "周副局长"})
    assert not row.good
    assert ("wrong", "没有叫“九中队”的单位") in messages(row)
    assert ("wrong", "没有叫“王五”的在岗人员") in messages(row)
    assert ("doubt", "“周副局长”按姓找到周明") in messages(row)


def test_a_road_that_is_not_registered_becomes_a_segment_by_its_words(town: Town) -> None:
    (row,) = read({"road": "新华街（海岱路—驼山路）路北", "squad": "一中队", "officers": "赵敏", "length": "420米"})
    (one,) = row.value
    assert row.level == "note" and one.cells["road"] == "新华街（海岱路—驼山路）路北" and one.cells["length"] == "420"
    assert not Segment.objects.filter(road="新华街").exists()
    version = draft_table(act(town, "d"), kind="segment_duties", rows=row.value)
    assert not Segment.objects.filter(road="新华街").exists()
    enact_table(act(town, "e"), version=version, from_day=TODAY)
    made = Segment.objects.get(road="新华街")
    assert (made.from_name, made.to_name, made.side, made.length_m, made.line) == ("海岱路", "驼山路", "north", 420, [])
    assert responsible_for(made, TODAY).squad == Unit.objects.get(code="Z1")


def test_a_row_twice_is_wrong_and_in_another_shift_it_is_not(town: Town) -> None:
    rows = read(
        {"road": "范公亭路", "squad": "一中队", "officers": "赵敏", "shift": "早班"},
        {"road": "范公亭路", "squad": "一中队", "officers": "刘洋", "shift": "中班"},
        {"road": "范公亭路", "squad": "一中队", "officers": "刘洋", "shift": "早班"},
    )
    assert rows[0].good and rows[1].good and not rows[2].good
    assert "和第 2 行重复" in rows[2].marks[0].message


def test_two_with_the_same_name_are_told_apart_by_squad_or_brackets(town: Town) -> None:
    from xiuhua.city.actions import begin_post

    begin_post(act(town, "p"), unit=Unit.objects.get(code="Z2"), role="officer", name="赵敏", code="p-zhao2")
    by_squad, by_brackets, unclear = read(
        {"road": "范公亭路", "squad": "二中队", "officers": "赵敏"},
        {"road": "海岱路", "squad": "一中队", "officers": "赵敏（二中队）"},
        {"road": "荣利街", "officers": "赵敏"},
    )
    assert by_squad.value[0].cells["officers"] == "赵敏"
    assert by_brackets.value[0].cells["officers"] == "赵敏（城区二中队）"
    assert unclear.marks[0].message.startswith("有 2 个人叫“赵敏”，请写成赵敏（城区一中队）")


# ---------------------------------------------------------------- drafts and what is in force


def test_a_draft_changes_nothing_until_it_is_put_in_force_from_a_day(town: Town) -> None:
    before = list(Duty.objects.order_by("id").values())
    version = drafted(town, {"road": "范公亭路", "squad": "二中队", "officers": "孙立国"})
    assert list(Duty.objects.order_by("id").values()) == before and version.state == "draft"
    later = TODAY + dt.timedelta(days=4)
    enact_table(act(town, "enact"), version=version, from_day=later)
    assert responsible_for("S1", later - dt.timedelta(days=1)).squad.code == "Z1"
    assert responsible_for("S1", later).squad.code == "Z2"
    assert [one.code for one in responsible_for("S1", later).officers] == ["p-other"]
    line = Line.objects.get(kind="table.enacted")
    assert '"state":"in_force"' in line.facts and line.about == f"table:{version.code}"


def test_columns_and_segments_that_the_sheet_has_not_stay_as_they_are(town: Town) -> None:
    others = {one: people("S2", one) for one in Duty.Part.values}
    leader = people("S1", "leader")
    version = drafted(town, {"road": "范公亭路", "squad": "一中队", "officers": "刘洋"})
    enact_table(act(town, "enact"), version=version, from_day=TODAY)
    assert {one: people("S2", one) for one in Duty.Part.values} == others
    assert people("S1", "leader") == leader and people("S1", "officer") == [("刘洋", True, True)]


def test_what_is_provisional_is_unconfirmed_in_force(town: Town) -> None:
    version = drafted(town, {"road": "范公亭路", "squad": "一中队", "officers": "刘洋、赵敏"})
    enact_table(act(town, "enact"), version=version, from_day=TODAY)
    assert people("S1", "officer") == [("刘洋", True, False), ("赵敏", False, True)]
    assert Duty.objects.filter(version=version.code).exists()


def test_the_past_is_not_rewritten(town: Town) -> None:
    version = drafted(town, {"road": "范公亭路", "squad": "二中队", "officers": "孙立国"})
    with pytest.raises(Refused, match="过去的责任不能改写"):
        enact_table(act(town, "enact"), version=version, from_day=TODAY - dt.timedelta(days=3))
    assert TableVersion.objects.get().state == "draft"


def test_nothing_is_put_before_what_is_arranged_for_a_later_day(town: Town) -> None:
    first = drafted(town, {"road": "范公亭路", "squad": "二中队"}, name="one")
    second = drafted(town, {"road": "范公亭路", "squad": "一中队"}, name="two")
    enact_table(act(town, "e1"), version=first, from_day=TODAY + dt.timedelta(days=9))
    third = drafted(
        town,
        {"road": "范公亭路", "squad": "二中队"},
        name="three",
    )
    with pytest.raises(Refused, match="不能再从更早"):
        enact_table(act(town, "e2"), version=third, from_day=TODAY)
    enact_table(act(town, "e3"), version=second, from_day=TODAY + dt.timedelta(days=12))
    assert [one.state for one in TableVersion.objects.order_by("id")] == ["replaced", "in_force", "draft"]


def test_a_newer_version_replaces_and_the_older_may_come_back(town: Town) -> None:
    first = drafted(town, {"road": "范公亭路", "squad": "二中队"}, name="one")
    second = drafted(town, {"road": "范公亭路", "squad": "一中队"}, name="two")
    enact_table(act(town, "e1"), version=first, from_day=TODAY)
    enact_table(act(town, "e2", days=2), version=second, from_day=TODAY + dt.timedelta(days=2))
    enact_table(act(town, "e3", days=5), version=first, from_day=TODAY + dt.timedelta(days=5))
    squads = [responsible_for("S1", TODAY + dt.timedelta(days=n)).squad.code for n in (0, 2, 5)]
    assert squads == ["Z2", "Z1", "Z2"]
    assert TableVersion.objects.in_force(TODAY + dt.timedelta(days=5)).get() == first


def test_enacting_twice_with_one_key_is_once(town: Town) -> None:
    version = drafted(town, {"road": "范公亭路", "squad": "二中队"})
    for _n in range(2):
        enact_table(act(town, "enact"), version=version, from_day=TODAY)
    assert Line.objects.filter(kind="table.enacted").count() == 1


def test_only_a_draft_is_withdrawn_and_what_is_in_force_says_why_not(town: Town) -> None:
    version = drafted(town, {"road": "范公亭路", "squad": "二中队"}, name="one")
    withdraw_table(act(town, "w"), version=version)
    assert TableVersion.objects.get().state == "withdrawn"
    other = drafted(town, {"road": "范公亭路", "squad": "二中队"}, name="two")
    enact_table(act(town, "e"), version=other, from_day=TODAY)
    with pytest.raises(Refused, match="青执〔2020〕7号自 2020-03-16 起已经生效"):
        withdraw_table(act(town, "w2"), version=other)


def test_who_may_not_set_duties_drafts_nothing(town: Town) -> None:
    for who in ("p-desk", "p-chief"):  # a squad leader hands round the own streets alone, one by one
        desk = Act(by=by_of(Person.objects.get(code=who), town.at), at=town.at, key=key(who))
        with pytest.raises(Refused) as refused:
            draft_table(desk, kind="segment_duties", rows=[Printed("S1", {})])
        assert refused.value.code == "access.role"


def test_a_person_who_left_before_the_day_stops_the_table(town: Town) -> None:
    from xiuhua.city.models import Post
    from xiuhua.city.posts import leave_post

    version = drafted(town, {"road": "范公亭路", "squad": "一中队", "officers": "刘洋"})
    leave_post(act(town, "leave"), post=Post.objects.get(person__code="p-liu"), on=TODAY, heirs={})
    with pytest.raises(Refused, match="刘洋"):
        enact_table(act(town, "enact", days=2), version=version, from_day=TODAY + dt.timedelta(days=2))


# ---------------------------------------------------------------- editing, comparing, reading again


def test_one_row_is_amended_from_today_and_the_rest_stays(town: Town) -> None:
    before = in_force(TODAY)
    amend_table(act(town, "a"), kind="segment_duties", cells={"code": "S1", "officers": "刘洋", "squad": "城区一中队"})
    told = differences(SEGMENT_DUTIES, before, in_force(TODAY))
    assert [(one.key, one.what, [column[0] for column in one.columns]) for one in told] == [
        ("S1", "changed", ["责任队员"])
    ]
    with pytest.raises(Refused, match="没有变化"):
        amend_table(
            act(town, "b"), kind="segment_duties", cells={"code": "S1", "officers": "刘洋", "squad": "城区一中队"}
        )


def test_a_row_of_a_draft_is_rewritten_and_another_added(town: Town) -> None:
    version = drafted(town, {"road": "范公亭路", "squad": "二中队"})
    redraft_table(
        act(town, "r"), version=version, key="S1", cells={"code": "S1", "squad": "一中队"}, number="青执〔2020〕9号"
    )
    redraft_table(act(town, "s"), version=version, cells={"road": "海岱路", "squad": "一中队"})
    version.refresh_from_db()
    assert [(row.key, row.cells["squad"]) for row in printed_rows(version)] == [
        ("S1", "城区一中队"),
        ("S2", "城区一中队"),
    ]
    assert version.number == "青执〔2020〕9号"
    with pytest.raises(Refused, match="没有叫"):
        redraft_table(act(town, "t"), version=version, key="S1", cells={"code": "S1", "squad": "九中队"})


def test_what_is_in_force_read_again_says_the_same_and_changes_nothing(town: Town) -> None:
    now = in_force(TODAY)
    rows = [Row(n, dict(one.cells)) for n, one in enumerate(now)]
    SEGMENT_DUTIES.read(rows, TODAY, 2020)
    assert differences(SEGMENT_DUTIES, now, printed(rows)) == []
    lines = Line.objects.filter(kind__startswith="duty.").count()
    version = draft_table(act(town, "d"), kind="segment_duties", rows=printed(rows))
    enact_table(act(town, "e"), version=version, from_day=TODAY)
    assert Line.objects.filter(kind__startswith="duty.").count() == lines


def test_who_answered_on_a_day_of_the_past_is_told_after_a_change(town: Town) -> None:
    office = by_of(Person.objects.get(code="p-office"), town.at)
    later = town.at + dt.timedelta(days=3)
    assign_duty(
        Act(by=office, at=later, recorded_at=later, key=key("hand")), segments=[Segment.objects.get(code="S1")], part="squad",
        unit=Unit.objects.get(code="Z2"),
    )  # fmt: skip
    told = {day: next(one.cells["squad"] for one in in_force(day) if one.key == "S1") for day in (TODAY, later.date())}
    assert list(told.values()) == ["城区一中队", "城区二中队"]


def test_squads_get_their_leaders_and_offices(town: Town) -> None:
    (row,) = read(
        {"leader": "周明", "title": "局长", "squad": "一中队、2中队", "office": "市容科", "liaison": "郭梅"},
        table=SQUAD_DUTIES,
    )
    assert [(one.key, one.cells["squad"], one.cells["office"]) for one in row.value] == [
        ("Z1", "城区一中队", "市容管理科"), ("Z2", "城区二中队", "市容管理科"),
    ]  # fmt: skip
    version = draft_table(act(town, "d"), kind="squad_duties", rows=row.value)
    enact_table(act(town, "e"), version=version, from_day=TODAY)
    duty = Duty.objects.get(thing="unit:Z2", part="office")
    assert duty.unit.name == "市容管理科" and duty.person.name == "郭梅"
    assert differences(SQUAD_DUTIES, row.value, squads_in_force(TODAY)) == []
    (again, twice) = read(
        {"leader": "周明", "squad": "一中队"}, {"leader": "周明", "squad": "1中队"}, table=SQUAD_DUTIES
    )
    assert again.good and not twice.good


def test_the_lines_above_a_table_name_its_title_number_and_date() -> None:
    told = above("附件3\n青州市综合行政执法局文件 青综执〔2020〕12号\n《包靠路段责任分工明细表》\n2020年3月2日")
    assert told == ("包靠路段责任分工明细表", "青综执〔2020〕12号", dt.date(2020, 3, 2))
    assert above("") == ("", "", None)


def test_every_column_has_a_word_of_its_own() -> None:
    words = [word for column in COLUMNS for word in (column.label, *column.words)]
    assert len(words) == len(set(words))


def test_a_table_says_the_same_in_whatever_language_the_page_is(town: Town) -> None:
    Segment.objects.filter(code="S1").update(side="north")
    with override("en"):
        english = in_force(TODAY)
    assert english == in_force(TODAY) and english[0].cells["cls"]
    assert any(one.cells["road"].endswith("路北") for one in english)
