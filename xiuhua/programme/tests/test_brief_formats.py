"""The brief as text, page, paper, picture and Word file: each tells the same figures."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
from pathlib import Path
from typing import Any

import docx
import pytest
from django.utils import translation
from PIL import Image

from xiuhua.kit.refusals import Absent, Refused
from xiuhua.programme import fonts
from xiuhua.programme.actions import publish_brief
from xiuhua.programme.brief_formats import FORMATS, file_name, made
from xiuhua.programme.brief_papers import lead
from xiuhua.programme.briefs import CountedBrief, assemble
from xiuhua.programme.periods import Period, one_day, week_of
from xiuhua.programme.tests.spring import FROM, TO, Spring

pytestmark = pytest.mark.django_db


def _has_fonts() -> bool:
    try:
        return bool(fonts.faces())
    except Refused:
        return False


needs_fonts = pytest.mark.skipif(
    not _has_fonts(), reason=f"no Chinese font on this machine: pip install {fonts.PACKAGE}"
)


@pytest.fixture
def brief(spring: Spring) -> CountedBrief:
    return assemble(Period(FROM, TO), at=spring.town.at)


def link(code: str) -> str:
    return f"http://127.0.0.1:8000/desk/figure/{code}/?to=2020-05-03"


# ---------------------------------------------------------------- text


def test_text_tells_a_stage_publicly_with_the_exact_number_beside(brief: CountedBrief) -> None:
    lines = made(brief, "text").decode().splitlines()
    assert lines[:2] == ["【青州市综合行政执法局】阶段工作简报", "2020年3月1日—5月3日"]
    assert "增划停车位900余个（905个，其中补录120个）" in lines
    assert "增划停车线1100余米（1123.5米）" in lines
    assert "清理张贴、喷涂及橱窗广告2100余处（2140处，张贴1300处、喷涂600处、橱窗240处）" in lines
    assert "逐户送达一封信4份（签收2份、代收1份、拒收留置1份）" in lines
    assert f"核验：xiuhua verify --head {brief.head}" in lines


def test_text_tells_a_day_exactly(spring: Spring) -> None:
    text = made(assemble(one_day(dt.date(2020, 4, 8)), at=spring.town.at), "text").decode()
    assert "劝离流动摊点37处\n" in text
    assert "余处" not in text


def test_few_closed_cases_are_told_as_counts(spring: Spring) -> None:
    text = made(assemble(week_of(dt.date(2020, 3, 4)), at=spring.town.at), "text").decode()
    assert "按时办结4件、超时0件" in text
    assert "%" not in text


def test_an_empty_period_says_so(spring: Spring) -> None:
    text = made(assemble(one_day(dt.date(2019, 1, 1)), at=spring.town.at), "text").decode()
    assert "这一期没有记录" in text


def test_an_erratum_is_told_in_a_sentence(spring: Spring) -> None:
    week = week_of(dt.date(2020, 4, 8))
    old = assemble(week, at=spring.town.at)
    publish_brief(
        spring.town.act("p-office"), title=old.title, from_day=week.from_day, to_day=week.to_day,
        bound_to=old.bound_to, head=old.head, figures=old.told(),
    )  # fmt: skip
    spring.count(dt.date(2020, 4, 9), "stall_moved", 5, segment="S2")
    text = made(assemble(week, at=spring.town.at), "text").decode()
    assert f"（装订至第{old.bound_to}条）：劝离流动摊点原报37处，现为42处，增加5处（迟报5处）。" in text


def test_english_labels_come_with_the_language(brief: CountedBrief) -> None:
    with translation.override("en"):
        text = made(brief, "text").decode()
    assert "parking bays drawn more than 900 (905" in text


def test_the_lead_names_where_cases_are_late(brief: CountedBrief) -> None:
    assert lead(brief) == "上报25件，办结22件；超时1件，在城区一中队。"


# ---------------------------------------------------------------- page, paper, picture, Word


def test_the_page_stands_alone_and_every_figure_links_to_its_lines(brief: CountedBrief) -> None:
    page = made(brief, "html", link=link).decode()
    assert "<script" not in page
    assert 'rel="stylesheet"' not in page
    for counted in brief.figures:
        assert (f'data-figure="{counted.figure.code}"' in page) == bool(counted.quantity)
    assert 'href="http://127.0.0.1:8000/desk/figure/parking_bays/?to=2020-05-03"' in page
    assert 'title="台账 3 行">900余个</a>' in page
    assert brief.head in page


@needs_fonts
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
def test_the_paper_holds_the_figures_the_head_and_its_page_numbers(brief: CountedBrief, tmp_path: Path) -> None:
    paper = tmp_path / "brief.pdf"
    paper.write_bytes(made(brief, "pdf", link=link))
    told = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True, text=True).stdout
    flat = "".join(told.split())
    for words in (
        "青州市综合行政执法局阶段工作简报",
        "增划停车位900余个",
        "905个",
        "1123.5米",
        "正在开展1项",
        brief.head,
    ):
        assert words in flat
    assert "第1页共" in flat
    assert b"/desk/figure/parking_bays/" in paper.read_bytes()
    facts = subprocess.run(["pdfinfo", paper], capture_output=True, check=True, text=True).stdout
    assert "A4" in facts


@needs_fonts
@pytest.mark.parametrize("edition", ["morning", "evening"])
def test_the_picture_is_as_wide_as_a_phone_and_as_long_as_it_needs(spring: Spring, edition: str) -> None:
    short = assemble(one_day(dt.date(2020, 5, 3)), at=spring.town.at)
    long = assemble(Period(FROM, TO), at=spring.town.at)
    sizes = [Image.open(io.BytesIO(made(one, "png", edition=edition))).size for one in (short, long)]
    assert [width for width, _height in sizes] == [750, 750]
    assert sizes[0][1] < sizes[1][1]


@needs_fonts
def test_morning_and_evening_look_different(brief: CountedBrief) -> None:
    heads = [
        Image.open(io.BytesIO(made(brief, "png", edition=edition))).convert("RGB").getpixel((5, 5))
        for edition in ("morning", "evening")
    ]
    assert heads == [(18, 63, 135), (8, 21, 39)]


def test_the_word_file_opens_and_its_figures_are_locked_fields(brief: CountedBrief) -> None:
    document = docx.Document(io.BytesIO(made(brief, "docx", link=link)))
    body = document.element.body
    name = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    fields = {}
    for control in body.iter(f"{name}sdt"):
        about = {part.tag.removeprefix(name): part.get(f"{name}val") for part in control.find(f"{name}sdtPr")}
        fields[about["tag"]] = (
            "".join(text.text for text in control.iter(f"{name}t")),
            about["alias"],
            about["lock"],
        )
    assert fields["parking_bays"] == ("900余个", "台账 3 行", "sdtContentLocked")
    assert fields.keys() == {one.figure.code for one in brief.figures if one.quantity}
    tables = [[cell.text for cell in row.cells] for table in document.tables for row in table.rows]
    assert ["增划停车位", "905个", "120", "3", "900余个"] in tables
    page = document.sections[0]
    margins = (page.top_margin, page.bottom_margin, page.left_margin, page.right_margin)
    assert [round(margin.mm) for margin in margins] == [37, 35, 28, 26]
    assert brief.head in "".join(paragraph.text for paragraph in page.footer.paragraphs)


def test_a_paper_of_the_practice_database_says_so(spring: Spring, settings: Any) -> None:
    settings.XIUHUA_PRACTICE = True
    brief = assemble(Period(FROM, TO), at=spring.town.at)
    assert "（练习）" in made(brief, "text").decode()
    assert "练习，不作正式文件" in made(brief, "html").decode()


# ---------------------------------------------------------------- what is missing


def test_without_a_chinese_font_papers_are_refused_with_what_to_install(
    brief: CountedBrief, monkeypatch: pytest.MonkeyPatch
) -> None:
    fonts.faces.cache_clear()
    monkeypatch.setattr(fonts.typst, "Fonts", lambda **_options: type("None", (), {"fonts": lambda self: []})())
    try:
        for kind in ("pdf", "png"):
            with pytest.raises(Refused, match=fonts.PACKAGE):
                made(brief, kind)
        assert "900余个" in made(brief, "html").decode()
    finally:
        fonts.faces.cache_clear()


def test_an_unknown_format_is_absent(brief: CountedBrief) -> None:
    with pytest.raises(Absent):
        made(brief, "doc")


def test_files_are_called_after_whose_and_which_days(brief: CountedBrief, spring: Spring) -> None:
    assert file_name(brief, "pdf") == "青州市综合行政执法局阶段工作简报2020-03-01至2020-05-03.pdf"
    day = assemble(one_day(TO), at=spring.town.at, unit="QZ/Z1/")
    assert file_name(day, "text") == "城区一中队工作日报2020-05-03.txt"
    assert set(FORMATS) == {"text", "html", "json", "pdf", "png", "docx"}
