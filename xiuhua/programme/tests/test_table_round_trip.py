"""What is printed and read again says the same and changes nothing: for made-up bureaus, in Excel and in Word."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Sequence
from random import Random

import docx
import pytest
import python_calamine

from tests.town import Town, key
from xiuhua.city.actions import begin_post, open_unit, register_segments
from xiuhua.city.models import Duty, Person, Segment, Side, Unit
from xiuhua.city.official_tables import TABLES, Printed, differences, draft_table, enact_table
from xiuhua.city.queries import by_of
from xiuhua.kit.sheets.books import Book
from xiuhua.kit.sheets.heads import find_head, propose
from xiuhua.kit.sheets.rows import read_rows
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line
from xiuhua.programme.table_papers import made, paper_of
from xiuhua.programme.tables import SHEETS

pytestmark = pytest.mark.django_db
TODAY = dt.date(2020, 3, 16)
SURNAMES, GIVEN = "赵钱孙李周吴郑王", ("伟", "芳", "娜", "建国", "小明", "海涛")


def act(town: Town, name: str, *, days: int = 0) -> Act:
    at = town.at + dt.timedelta(days=days)
    return Act(by=by_of(Person.objects.get(code="p-office"), at), at=at, recorded_at=at, key=key(name))


def people_the_bureau(town: Town, random: Random) -> None:
    """Three more squads, two offices, thirty people of whom some share a name, forty segments with and without sides."""
    top = Unit.objects.get(parent=None)
    for n in range(3, 6):
        open_unit(act(town, f"u{n}"), code=f"Z{n}", name=f"城区{'三四五'[n - 3]}中队", kind=Unit.Kind.SQUAD, parent=top)
    for n, name in enumerate(("宣传科", "督查考核科")):
        open_unit(act(town, f"o{n}"), code=f"K{n}", name=name, kind=Unit.Kind.OFFICE, parent=top)
    for n in range(30):
        unit = Unit.objects.get(code=f"Z{1 + n % 5}") if n >= 4 else top
        role = "leader" if n < 4 else ("squad_leader", "officer", "officer", "assistant")[n % 4]
        begin_post(
            act(town, f"p{n}"), unit=unit, role=role, name=random.choice(SURNAMES) + random.choice(GIVEN), code=f"q{n}"
        )
    roads = ("云门山路", "海岱路", "1号路", "昭德路", "偶园街", "北环路")
    register_segments(
        act(town, "s"),
        segments=[
            Segment(
                code=f"N{n:03d}", road=roads[n % 6], from_name=f"第{n}街", to_name=f"第{n + 1}街", line=[], length_m=random.randint(0, 9000) / 10,
                side=random.choice(Side.values), cls=random.choice(Segment.Cls.values),
            )
            for n in range(40)
        ],
    )  # fmt: skip


def words(random: Random, kind: str) -> list[dict[str, str]]:
    """A sheet of the bureau in its own words: several names, shifts, empty cells."""
    posts = [(one.person, one.unit) for one in _posts()]
    squads, offices = list(Unit.objects.squads()), ["市容管理科", "宣传科", "督查考核科"]

    def names(of: Sequence[Person], most: int) -> str:
        chosen = random.sample(list(of), min(len(of), random.randint(0, most)))
        return "、".join(
            f"{one.name}（{next(unit.name for person, unit in posts if person == one)}）" for one in chosen
        )

    leaders = [person for person, unit in posts if unit.parent is None]
    if kind == "segment_duties":
        rows = []
        for segment in Segment.objects.filter(network="", code__startswith="N"):
            squad = random.choice(squads)
            own = [person for person, unit in posts if unit == squad]
            for shift in random.choice((("",), ("早班", "中班"), ("白班",))):
                rows.append({
                    "code": segment.code, "leader": names(leaders, 1), "office": random.choice([*offices, ""]), "squad": squad.name,
                    "officers": names(own, 3), "assistants": names(own, 2), "shift": shift,
                })  # fmt: skip
        return rows
    if kind == "squad_duties":
        return [
            {"leader": names(leaders, 2) or names(leaders, 1) or _one(posts), "squad": squad.name, "office": "、".join(random.sample(offices, random.randint(0, 2)))}
            for squad in squads
        ]  # fmt: skip
    if kind == "tasks":
        return [
            {"number": str(1 + n // 2), "name": f"任务{1 + n // 2}", "measures": f"一是巡查{n}次\n二是清理", "target": random.choice(("", "无乱贴", "达标率95%")),
             "leader": names(leaders, 1) or _one(posts), "offices": random.choice(offices), "squads": "、".join(one.name for one in random.sample(squads, 2)),
             "due": random.choice(("2020年6月30日", "长期坚持", "", "2020.5.1"))}
            for n in range(20)
        ]  # fmt: skip
    return [
        {"type_name": f"类型{n // 7}", "text": f"条件{n}，无占道", "owner": random.choice(("本局", "协同:市政", "")), "codes": random.choice(("", "09001", "09001/09002")),
         "key_item": random.choice(("★", "")), "score": random.choice(("", "5", "2.5")), "item": random.choice(("", "秩序"))}
        for n in range(35)
    ]  # fmt: skip


def _posts():
    from xiuhua.city.models import Post

    return Post.objects.held_on(TODAY).select_related("person", "unit").order_by("id")


def _one(posts) -> str:
    person, unit = next((person, unit) for person, unit in posts if unit.parent is None)
    return f"{person.name}（{unit.name}）"


def put_in_force(town: Town, kind: str, random: Random) -> None:
    from xiuhua.kit.sheets import Row

    table = TABLES[kind]
    rows = [Row(n, cells) for n, cells in enumerate(words(random, kind), start=1)]
    table.read(rows, TODAY, 2020)
    printed = [one for row in rows if row.good for one in row.value]
    assert printed
    version = draft_table(act(town, f"{kind}-d"), kind=kind, rows=printed)
    enact_table(act(town, f"{kind}-e"), version=version, from_day=TODAY)


def read_again(raw: bytes, name: str, kind: str) -> list[Printed]:
    sheet, table = SHEETS[kind], TABLES[kind]
    book = Book(raw, name)
    grid = book.grid(book.first())
    head = find_head(grid, sheet.columns)
    assert head is not None
    reading = read_rows(grid, head, propose(head, sheet.columns), sheet)
    table.read(reading.rows, TODAY, 2020)
    assert [row.marks for row in reading.rows if not row.good] == []
    return [one for row in reading.rows for one in row.value]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("kind", ["segment_duties", "squad_duties", "tasks", "checklists"])
def test_a_table_that_is_exported_and_imported_changes_nothing(town: Town, kind: str, seed: int) -> None:
    random = Random(f"{kind}-{seed}")
    people_the_bureau(town, random)
    put_in_force(town, kind, random)
    table = TABLES[kind]
    now = table.in_force(TODAY)
    paper = paper_of(table, now, number="青执〔2020〕7号", dated=TODAY, told="2020年3月16日现行")
    lines = Line.objects.filter(
        kind__in=("duty.begun", "duty.ended", "task.begun", "task.ended", "checklist.set", "checklist.ended")
    ).count()
    for n, form in enumerate(("xlsx", "docx")):
        again = read_again(made(paper, form, at=town.at), f"导出.{form}", kind)
        assert differences(table, now, again) == [], form
        assert [one.key for one in again] == [one.key for one in now]
        version = draft_table(act(town, f"{kind}-{form}-d"), kind=kind, rows=again)
        enact_table(act(town, f"{kind}-{form}-e", days=n), version=version, from_day=TODAY + dt.timedelta(days=n))
        after = Line.objects.filter(
            kind__in=("duty.begun", "duty.ended", "task.begun", "task.ended", "checklist.set", "checklist.ended")
        ).count()
        assert after == lines, form
    assert not Duty.objects.exclude(ends_on=None).filter(version__startswith="B").exists()


def test_equal_neighbours_are_one_cell_in_excel_and_in_word(town: Town) -> None:
    table = TABLES["segment_duties"]
    rows = [
        Printed(f"S{n}", {"road": f"{n}号路", "code": f"S{n}", "leader": leader, "squad": squad, "officers": ""})
        for n, (leader, squad) in enumerate(
            (("周明", "一"), ("周明", "一"), ("周明", "二"), ("李静", "二"), ("", ""), ("", ""))
        )
    ]
    paper = paper_of(table, rows)
    down = {one.name: [row[x].down for row in paper.rows] for x, one in enumerate(paper.columns)}
    assert down["leader"] == [3, 0, 0, 1, 1, 1]
    assert down["squad"] == [2, 0, 1, 1, 1, 1]
    raw = made(paper, "xlsx", at=town.at)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    assert len([span for span in book.get_sheet_by_index(0).merged_cell_ranges if span[0][0] > 2]) == 2
    word = docx.Document(io.BytesIO(made(paper, "docx", at=town.at)))
    cells = word.tables[0].rows
    place = [one.name for one in paper.columns].index("leader")
    assert cells[1].cells[place]._tc is cells[3].cells[place]._tc


def test_the_paper_lies_on_a3_with_its_number_date_and_pages(town: Town) -> None:
    table = TABLES["segment_duties"]
    paper = paper_of(table, table.in_force(TODAY), number="青执〔2020〕7号", dated=TODAY)
    assert paper.left == "青执〔2020〕7号" and paper.right == "2020年3月16日"
    raw = made(paper, "pdf", at=town.at)
    assert raw.startswith(b"%PDF") and re.search(rb"/MediaBox\s*\[0 0 1190", raw)
    word = docx.Document(io.BytesIO(made(paper, "docx", at=town.at)))
    assert word.sections[0].page_width > word.sections[0].page_height
    assert "w:tblHeader" in word.tables[0]._tbl.xml and "NUMPAGES" in word.sections[0].footer._element.xml


def test_text_that_looks_like_a_formula_or_markup_stays_text(town: Town) -> None:
    table = TABLES["checklists"]
    rows = [Printed("A/A-01", {"type_code": "A", "type_name": "<甲>&", "code": "A-01", "text": '=HYPERLINK("x")#[*_'})]
    paper = paper_of(table, rows)
    for form in ("xlsx", "docx"):
        (again,) = read_again(made(paper, form, at=town.at), f"a.{form}", "checklists")
        assert again.cells["text"] == '=HYPERLINK("x")#[*_' and again.cells["type_name"] == "<甲>&"
    assert made(paper, "pdf", at=town.at).startswith(b"%PDF")
