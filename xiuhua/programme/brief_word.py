"""A brief as a Word file: the prose may be edited, the figures are marked fields that keep what was counted.

The file is made by code, so no template lies in the tree. Each figure is a locked content control whose tag is the
figure's code and whose title says how many lines it stands on.
"""

from __future__ import annotations

import datetime as dt
import io
import zlib
from collections.abc import Mapping
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph

from xiuhua.programme import brief_papers as papers
from xiuhua.programme import brief_prose as prose
from xiuhua.programme.brief_papers import Link, no_link
from xiuhua.programme.briefs import CountedBrief

FANG, SONG, HEI, KAI = "仿宋", "方正小标宋简体", "黑体", "楷体"
BODY_PT, TITLE_PT, LINE_PT = 16, 22, 29
WORD_DOCUMENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def word_of(brief: CountedBrief, *, link: Link = no_link) -> bytes:
    """The brief as .docx, with the margins and sizes of official papers."""
    document: Any = docx.Document()
    _lay_out(document, brief)
    if brief.mark:
        _paragraph(document, _("（%(mark)s）") % {"mark": _(brief.mark)}, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, brief.title, font=SONG, size=TITLE_PT, align=WD_ALIGN_PARAGRAPH.CENTER)
    _paragraph(document, brief.period.label, font=KAI, align=WD_ALIGN_PARAGRAPH.CENTER)
    for n, section in enumerate(prose.sections(brief), start=1):
        _paragraph(document, f"{prose.numeral(n)}{section.title}", font=HEI, indent=True)
        paragraph = _paragraph(document, "", indent=True)
        for sentence in section.sentences:
            for piece in sentence:
                _piece(paragraph, piece, link)
    if brief.errata:
        _paragraph(document, _("更正说明"), font=HEI, indent=True)
        for one in brief.errata:
            _paragraph(document, prose.erratum_sentence(one), indent=True)
    _paragraph(document, "")
    _paragraph(document, brief.bureau, align=WD_ALIGN_PARAGRAPH.RIGHT)
    _paragraph(document, papers.dated(brief), align=WD_ALIGN_PARAGRAPH.RIGHT)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    for table in (papers.figure_table(brief, link), papers.unit_table(brief), papers.campaign_table(brief)):
        if table:
            _table(document, table)
    for words in (prose.absent(brief), *papers.notes(brief)):
        if words:
            _paragraph(document, words, size=9, line=14)
    made = io.BytesIO()
    document.save(made)
    return made.getvalue()


def _lay_out(document: Any, brief: CountedBrief) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    style = document.styles["Normal"]
    style.font.size = Pt(BODY_PT)
    _east_asian(style, FANG)
    about = document.core_properties
    about.title, about.author, about.comments = f"{brief.title} {brief.period.label}", brief.bureau, brief.head
    about.created = about.modified = brief.as_of.astimezone(dt.UTC).replace(tzinfo=None)
    foot = page.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = _("第 {n} 页 共 {all} 页").replace("{all}", "{n}").split("{n}")
    for words, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        foot.add_run(words).font.size = Pt(10.5)
        if field:
            _field(foot, field)
    verify = page.footer.add_paragraph()
    verify.alignment = WD_ALIGN_PARAGRAPH.CENTER
    verify.add_run(prose.how_to_verify(brief)).font.size = Pt(7.5)


def _east_asian(styled: Any, font: str) -> None:
    styled.font.name = font
    styled.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _paragraph(
    document: Any,
    words: str,
    *,
    font: str = FANG,
    size: float = BODY_PT,
    line: float = LINE_PT,
    align: Any = None,
    indent: bool = False,
) -> Paragraph:
    paragraph: Paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_before = shape.space_after = Pt(0)
    shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(max(line, size * 1.3))
    if align is not None:
        paragraph.alignment = align
    if indent:
        shape.first_line_indent = Pt(size * 2)
    if words:
        _run(paragraph, words, font=font, size=size)
    return paragraph


def _run(paragraph: Paragraph, words: str, *, font: str = FANG, size: float = BODY_PT) -> Any:
    run = paragraph.add_run(words)
    run.font.size = Pt(size)
    _east_asian(run, font)
    return run


def _piece(paragraph: Paragraph, piece: prose.Piece, link: Link) -> None:
    """Words as they are; a figure in a locked control, linked to its lines when there is an address."""
    run = _run(paragraph, piece.text)
    if not piece.figure:
        return
    address = link(piece.figure)
    inside = run._element
    if address:
        run.font.color.rgb = RGBColor(0x12, 0x3F, 0x87)
        inside = _hyperlink(paragraph, run._element, address)
    _control(inside, tag=piece.figure, title=_("台账 %(n)d 行") % {"n": piece.lines})


def _hyperlink(paragraph: Paragraph, run: Any, address: str) -> Any:
    relation = paragraph.part.relate_to(
        address, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", is_external=True
    )
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run.addprevious(link)
    link.append(run)
    return link


def _control(inside: Any, *, tag: str, title: str) -> None:
    """Wrap something in a content control that can be neither edited nor deleted by accident."""
    control, about, content = (OxmlElement(name) for name in ("w:sdt", "w:sdtPr", "w:sdtContent"))
    number = str(zlib.crc32(tag.encode()) & 0x7FFFFFFF)
    for name, value in (("w:alias", title), ("w:tag", tag), ("w:id", number), ("w:lock", "sdtContentLocked")):
        part = OxmlElement(name)
        part.set(qn("w:val"), value)
        about.append(part)
    control.append(about)
    control.append(content)
    inside.addprevious(control)
    content.append(inside)


def _field(paragraph: Paragraph, code: str) -> None:
    run = paragraph.add_run()
    run.font.size = Pt(10.5)
    for kind, text in (("begin", ""), ("", code), ("end", "")):
        if kind:
            part = OxmlElement("w:fldChar")
            part.set(qn("w:fldCharType"), kind)
        else:
            part = OxmlElement("w:instrText")
            part.text = text
        run._element.append(part)


def _table(document: Any, told: Mapping[str, Any]) -> None:
    _paragraph(document, told["title"], font=HEI, size=14, align=WD_ALIGN_PARAGRAPH.CENTER)
    table = document.add_table(rows=1, cols=len(told["heads"]))
    table.style = "Table Grid"
    for cell, head in zip(table.rows[0].cells, told["heads"], strict=True):
        _fill(cell, head, font=HEI)
    for row in told["rows"]:
        cells = table.add_row().cells
        for n, value in enumerate(row):
            _fill(cells[n], value["text"], right=n in told["numbers"])
    _paragraph(document, "", size=9, line=14)


def _fill(cell: Any, words: str, *, font: str = FANG, right: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _run(paragraph, words, font=font, size=10.5)
