"""An official table as an editable Word file: lying page, a header that comes again on every page, merged cells.

The rows are written as XML at once: a thousand rows of fourteen cells take python-docx minutes cell by cell.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

import docx
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt

from xiuhua.programme.brief_word import FANG, HEI, KAI, SONG, _east_asian, _field, _run

if TYPE_CHECKING:
    from xiuhua.kit.sheets import Column
    from xiuhua.programme.table_papers import Cell, Paper

TWIPS_A_MM = 56.7
BREAK = '</w:t><w:br/><w:t xml:space="preserve">'


def word_of(paper: Paper) -> bytes:
    """The table as .docx."""
    document: Any = docx.Document()
    inner_mm = _lay_out(document, paper)
    _line(document, paper.title, font=SONG, size=22, align=WD_ALIGN_PARAGRAPH.CENTER)
    above = _line(document, f"{paper.left}\t{paper.right}" if paper.right else paper.left, font=KAI, size=12)
    above.paragraph_format.tab_stops.add_tab_stop(Mm(inner_mm), WD_TAB_ALIGNMENT.RIGHT)
    document.element.body.insert(-1, parse_xml(_table(paper, inner_mm)))
    document.add_paragraph()
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _lay_out(document: Any, paper: Paper) -> float:
    """A lying page; gives the width between the margins in millimetres."""
    page = document.sections[0]
    page.orientation = WD_ORIENT.LANDSCAPE
    width, height = (420, 297) if paper.large else (297, 210)
    page.page_width, page.page_height = Mm(width), Mm(height)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(20), Mm(18), Mm(16), Mm(16)
    _east_asian(document.styles["Normal"], FANG)
    document.core_properties.title, document.core_properties.author = paper.title, paper.bureau
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for words, field in (("第 ", "PAGE"), (" 页 共 ", "NUMPAGES"), (" 页", "")):
        foot.add_run(words).font.size = Pt(10.5)
        if field:
            _field(foot, field)
    return width - 32


def _line(document: Any, words: str, *, font: str, size: float, align: Any = None) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(4)
    if align is not None:
        paragraph.alignment = align
    _run(paragraph, words, font=font, size=size)
    return paragraph


def _table(paper: Paper, inner_mm: float) -> str:
    total = sum(one.width for one in paper.columns)
    widths = [round(one.width / total * inner_mm * TWIPS_A_MM) for one in paper.columns]
    sides = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>' for side in
                    ("top", "left", "bottom", "right", "insideH", "insideV"))  # fmt: skip
    head = "".join(
        _cell(one.label, width, font=HEI, fill=True, centred=True)
        for one, width in zip(paper.columns, widths, strict=True)
    )
    body = "".join(f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{row}</w:tr>" for row in _rows(paper, widths))
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{sides}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{"".join(f"""<w:gridCol w:w="{one}"/>""" for one in widths)}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{head}</w:tr>{body}</w:tbl>"
    )


def _rows(paper: Paper, widths: list[int]) -> list[str]:
    """Each row as XML; a cell below one that reaches down says so and is empty."""
    return ["".join(map(_one, row, widths, paper.columns)) for row in paper.rows]


def _one(cell: Cell, width: int, column: Column) -> str:
    centred = column.width <= 16 and column.name not in ("officers", "assistants", "offices", "owner", "item")
    span = "" if cell.down == 1 else '<w:vMerge w:val="restart"/>' if cell.down else "<w:vMerge/>"
    return _cell(cell.text, width, font=FANG, span=span, centred=centred)


def _cell(text: str, width: int, *, font: str, span: str = "", fill: bool = False, centred: bool = False) -> str:
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EEEEEE"/>' if fill else ""
    words = escape("".join(one for one in text if one >= " " or one == "\n")).replace("\n", BREAK)
    jc = '<w:jc w:val="center"/>' if centred else ""
    face = f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:eastAsia="{font}"/>'
    run = f'<w:r><w:rPr>{face}<w:sz w:val="21"/></w:rPr><w:t xml:space="preserve">{words}</w:t></w:r>' if words else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{shade}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:spacing w:before="20" w:after="20"/>{jc}</w:pPr>{run}</w:p></w:tc>'
    )
