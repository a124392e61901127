"""The papers of instructions: one page of feedback in Word, and the open ones on one A4 for Monday."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import docx
import typst
from django.utils.translation import override
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt

from xiuhua.city.queries import bureau_name
from xiuhua.kit.refusals import Refused
from xiuhua.programme.brief_word import FANG, HEI, KAI, SONG, TITLE_PT, WORD_DOCUMENT, _east_asian, _paragraph
from xiuhua.programme.fonts import faces
from xiuhua.programme.instructions import open_instructions, parts_of
from xiuhua.programme.models import Instruction
from xiuhua.programme.table_papers import PAPERS, day_words

__all__ = ["WORD_DOCUMENT", "feedback_word", "open_pdf"]

ON_ONE_PAGE = 30
SIZES = ((8, 10.5, 5.0), (16, 8.5, 3.5), (22, 7.5, 2.5), (ON_ONE_PAGE, 6.5, 2.0))
"""So many rows are set in so many points with so much room, that they stay on one A4, standing (tested)."""


def feedback_word(instruction: Instruction) -> bytes:
    """办理情况报告 as .docx, with the margins and sizes of official papers; its text is bounded to stay on one page."""
    document: Any = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(30), Mm(25), Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = Pt(14)
    _east_asian(style, FANG)
    document.core_properties.title = f"批示办理情况 {instruction.number}"
    document.core_properties.author = bureau_name()
    _paragraph(document, "关于批示办理情况的报告", font=SONG, size=TITLE_PT, align=WD_ALIGN_PARAGRAPH.CENTER)
    told = f"{instruction.number}　{instruction.leader}　{day_words(instruction.given_on)}"
    _paragraph(document, told, font=KAI, size=14, line=22, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, "批示内容", font=HEI, size=14, line=22, indent=True)
    _paragraph(document, _short(instruction.words, 85), size=14, line=22, indent=True)
    _paragraph(document, "办理情况", font=HEI, size=14, line=22, indent=True)
    for words in (instruction.feedback or "（还没有反馈）").splitlines():
        if words.strip():
            _paragraph(document, words.strip(), size=14, line=22, indent=True)
    _paragraph(document, bureau_name(), size=14, line=22, align=WD_ALIGN_PARAGRAPH.RIGHT)
    at = instruction.reported_at
    _paragraph(document, day_words(at.date() if at else None), size=14, line=22, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _paragraph(document, "领导圈阅：", font=HEI, size=14, line=22)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def open_pdf(*, day: dt.date, at: dt.datetime) -> bytes:
    """批示办理台账: the open ones on one A4, the first due first; what does not fit is counted below."""
    every = open_instructions()
    shown = every[:ON_ONE_PAGE]
    size, inset = next((points, room) for most, points, room in SIZES if len(shown) <= most)
    heads = ["编号", "批示领导", "批示日期", "批示内容", "办理期限", "办理情况", "状态"]
    rows = [_row(one, day) for one in shown]
    left_out = len(every) - len(shown)
    note = f"另有 {left_out} 件没有印出，见系统。" if left_out else ("没有在办的批示。" if not rows else "")
    with override("zh-hans"):
        taken = faces()
        told = {
            "title": "批示办理台账", "bureau": bureau_name(), "left": bureau_name(), "right": day_words(day), "size": size,
            "paper": "a4", "flipped": False, "inset": inset, "heads": heads, "widths": [1.5, 2, 0.9, 4.2, 0.9, 3.2, 1.5], "centred": [0, 1, 2, 4, 6],
            "rows": [[{"text": cell, "down": 1} for cell in row] for row in rows], "watermark": "", "note": note,
            "faces": taken.families, "light": list(taken.light),
        }  # fmt: skip
    try:
        made = typst.compile(
            str(PAPERS / "table.typ"), format="pdf", font_paths=list(taken.folders),
            sys_inputs={"table": json.dumps(told, ensure_ascii=False)}, timestamp=int(at.timestamp()),
        )  # fmt: skip
    except typst.TypstError as error:
        raise Refused("paper.fault", "排版出错：{error}", error=error) from error
    return bytes(made)


def _row(one: Instruction, day: dt.date) -> list[str]:
    parts = parts_of(one)
    done = sum(part.done for part in parts)
    how_far = f"共 {len(parts)} 项，办结 {done} 项" if parts else "还没有分解"
    waiting = next((part for part in parts if not part.done), None)
    if waiting is not None:
        how_far += f"；在办：{_short(waiting.words, 12)}"
    late = "（已超期）" if one.due_on < day and one.state == Instruction.State.OPEN else ""
    return [
        one.number, one.leader, f"{one.given_on:%m-%d}", _short(one.words, 38), f"{one.due_on:%m-%d}", how_far,
        f"{one.get_state_display()}{late}",
    ]  # fmt: skip


def _short(words: str, most: int) -> str:
    flat = " ".join(words.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
