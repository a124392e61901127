"""批示: from the paper to the striking off, and its two papers."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess

import docx
import pytest

from tests.town import Town
from xiuhua.cases.tests.test_loop import refusal, take
from xiuhua.ledger.models import Line
from xiuhua.programme import instructions as acts
from xiuhua.programme.fold import instructions as fold
from xiuhua.programme.instruction_papers import ON_ONE_PAGE, feedback_word, open_pdf
from xiuhua.programme.models import Instruction

pytestmark = pytest.mark.django_db

WORDS = "请综合执法局立即整改范公亭路占道经营，三日内报结果。"
DAY = dt.date(2020, 3, 16)


def taken(town: Town, **told: object) -> Instruction:
    given = {"leader": "张市长", "given_on": DAY, "words": WORDS, "due_on": DAY + dt.timedelta(days=3)} | told
    return acts.take_instruction(town.act("p-office"), **given)  # type: ignore[arg-type]


def test_the_whole_chain(town: Town) -> None:
    one = taken(town)
    assert one.number == "P2020-001"
    case = town.case(source="leader")
    acts.split_instruction(town.act("p-office", minutes=1), instruction=one, case=case.number)
    acts.split_instruction(
        town.act("p-office", minutes=2), instruction=one, unit=town.units["Z2"], words="巡查同类路段"
    )
    task = one.parts.get(case="")
    told = refusal(acts.report_back, town.act("p-office", minutes=3), instruction=one, feedback="办了")
    assert told.code == "instruction.waiting" and "2 项" in told.message
    assert refusal(acts.finish_task, town.act("p-zhao", minutes=4), part=task, words="查过了").code == "access.role"
    acts.finish_task(town.act("p-other", minutes=5), part=task, words="巡查 6 条路，劝离 3 处。")
    for n, verb in enumerate(("accept", "file", "dispatch", "handle", "check", "close")):
        case = take(town, verb, case, minutes=10 + n * 5)
    text = acts.feedback_words(one)
    assert case.number in text and "已结案" in text and "劝离 3 处" in text
    one = acts.report_back(town.act("p-office", minutes=60), instruction=one, feedback=text)
    assert refusal(acts.strike_off, town.act("p-leader", minutes=61), instruction=one).code == "instruction.state"
    one = acts.read_back(town.act("p-office", minutes=70), instruction=one, words="继续巩固。", again=True)
    assert one.state == "open"
    one = acts.report_back(town.act("p-office", minutes=80), instruction=one, feedback=text)
    one = acts.read_back(town.act("p-office", minutes=90), instruction=one, words="好。")
    assert refusal(acts.strike_off, town.act("p-desk", minutes=95), instruction=one).code == "access.role"
    one = acts.strike_off(town.act("p-leader", minutes=100), instruction=one)
    assert one.state == "struck" and acts.open_instructions() == []
    lines = Line.objects.about(f"instruction:{one.code}")
    assert list(lines.order_by("id").values_list("kind", flat=True)) == [
        "instruction.taken", "instruction.split", "instruction.split", "instruction.task_done", "instruction.reported",
        "instruction.read", "instruction.reported", "instruction.read", "instruction.struck",
    ]  # fmt: skip
    assert '"late":false' in lines.get(kind="instruction.struck").facts
    assert list(fold()) == []
    Instruction.objects.update(state="open")
    assert len(list(fold())) == 1
    assert not any("占道" in line.facts or "张市长" in line.facts for line in lines)


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"leader": " "}, "instruction.leader"), ({"words": ""}, "instruction.words"),
        ({"given_on": DAY + dt.timedelta(days=1), "due_on": DAY + dt.timedelta(days=9)}, "instruction.given"),
        ({"due_on": DAY - dt.timedelta(days=1)}, "instruction.due"), ({"scan": "sha256:" + "0" * 64}, "instruction.scan"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_down(town: Town, told: dict[str, object], code: str) -> None:
    assert refusal(taken, town, **told).code == code


def test_what_cannot_be_given_out(town: Town) -> None:
    one = taken(town)
    office = town.act("p-office", minutes=1)
    assert refusal(acts.split_instruction, office, instruction=one, case="XH0").code == "instruction.case"
    assert refusal(acts.split_instruction, office, instruction=one, unit=town.units["Z1"]).code == "instruction.task"
    case = town.case()
    acts.split_instruction(town.act("p-office", minutes=2), instruction=one, case=case.number)
    assert (
        refusal(acts.split_instruction, town.act("p-office", minutes=3), instruction=one, case=case.number).code
        == "instruction.twice"
    )
    part = one.parts.get()
    assert (
        refusal(acts.finish_task, town.act("p-office", minutes=4), part=part, words="好").code == "instruction.not_task"
    )
    assert (
        refusal(acts.take_instruction, town.act("p-zhao"), leader="甲", given_on=DAY, words="乙", due_on=DAY).code
        == "access.role"
    )


def _pages(raw: bytes, folder) -> tuple[int, str]:
    paper = folder / "paper.pdf"
    paper.write_bytes(raw)
    facts = subprocess.run(["pdfinfo", paper], capture_output=True, check=True, text=True).stdout
    told = subprocess.run(["pdftotext", "-layout", paper, "-"], capture_output=True, check=True, text=True).stdout
    return int(next(line.split()[1] for line in facts.splitlines() if line.startswith("Pages:"))), told


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (poppler-utils)")
@pytest.mark.parametrize("many", [0, 1, 10, 11, 18, 19, 30, 40])
def test_the_open_ones_are_printed_on_one_page(town: Town, tmp_path, many: int) -> None:
    for n in range(many):
        one = acts.take_instruction(
            town.act("p-office", minutes=n), leader="市委常委、常务副市长某某某", given_on=DAY, words=WORDS * 4,
            due_on=DAY + dt.timedelta(days=n),
        )  # fmt: skip
        acts.split_instruction(
            town.act("p-office", minutes=n + 0.5), instruction=one, unit=town.units["Z1"], words="巡查" * 40
        )
    pages, told = _pages(open_pdf(day=DAY, at=town.at), tmp_path)
    assert pages == 1
    assert told.count("P2020-") == min(many, ON_ONE_PAGE)
    assert ("另有 10 件没有印出" in told) == (many == 40)
    assert ("没有在办的批示" in told) == (many == 0)


def test_the_feedback_is_a_word_file_that_says_it_all(town: Town) -> None:
    one = taken(town)
    one = acts.report_back(town.act("p-office", minutes=5), instruction=one, feedback="一、已整改。\n二、已巩固。")
    document = docx.Document(io.BytesIO(feedback_word(one)))
    told = [line.text for line in document.paragraphs]
    assert told[:2] == ["关于批示办理情况的报告", "P2020-001　张市长　2020年3月16日"]
    assert WORDS in told and "一、已整改。" in told and told[-1] == "领导圈阅："


def test_a_feedback_that_fills_more_than_a_page_is_refused(town: Town) -> None:
    one = taken(town)
    for text in ("", "办" * (acts.LONGEST_FEEDBACK + 1), "\n".join("办" * (acts.LINES + 1))):
        told = refusal(acts.report_back, town.act("p-office", minutes=5), instruction=one, feedback=text)
        assert told.code == "instruction.feedback"


@pytest.mark.skipif(shutil.which("soffice") is None, reason="left out: LibreOffice is not installed")
def test_the_longest_feedback_stays_on_one_page(town: Town, tmp_path) -> None:
    one = taken(town, words="办" * 2000)
    longest = "\n".join("办" * (acts.ACROSS * 2 - 2) for _n in range(acts.LINES // 2))[: acts.LONGEST_FEEDBACK]
    one = acts.report_back(town.act("p-office", minutes=5), instruction=one, feedback=longest)
    file = tmp_path / "one.docx"
    file.write_bytes(feedback_word(one))
    subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "--outdir", tmp_path, file], check=True)
    assert _pages((tmp_path / "one.pdf").read_bytes(), tmp_path)[0] == 1
