"""Sheets as cities write them: titles, double headers, merged cells, hidden parts, Word tables, and files that are none."""

from __future__ import annotations

import base64
import io
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import docx
import pytest
import xlsxwriter

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.books import Book
from xiuhua.kit.sheets.columns import Column, Row, Sheet, Told
from xiuhua.kit.sheets.heads import find_head, propose
from xiuhua.kit.sheets.rows import Reading, read_rows

COLUMNS = (
    Column("number", "序号"),
    Column("road", "路段", ("路段名称", "责任路段"), needed=True),
    Column("squad", "责任中队", ("中队",), needed=True),
    Column("officers", "责任队员", ("队员", "责任人")),
    Column("assistants", "协管员"),
)

OLD_MERGED = (
    "c-rk)O-NKx6#nk}amGo<@h{Lo2O}%9MYIV)$AWUz%bY+7Yt*zKG_4_sT9{=6ZH9`-DB1{a+E_07qlnr>i^!-&5CmEXK?@0rf^=Tzp7-7~+AJ"
    "I>`{8|$d+t5w+;i@I_uRkto{#5G43CvgVjk+CB4K7DD@7(KWjjm&q&H1jbaF2x)5Sl9Y%c{eOUJ$3rydzY8ShCbxS>5F3cRJ%ibF8^db@&)h"
    ")vvwb|L#vOH|-0N&G0`UKKFi!?cj;b*_1zX+2BgOlzs`gxHDkkWsb4p2aOn1?&8fes8nQYnH4-F`md-eBzw2>gw1SJ<#6scPh%X9E^bC*3i}"
    "46>aaCKoJFS1fR_y@X1-J4}-3JapeLe|2kLhNh80YXutr>HlE-y+EWWPsnLWUZo4!czu7&59{5Ni(-I`b%j4gStfr}5{=JX;_n#r-v%9~9DU"
    "&+N)*9tQl$8&)?9d^eHP?h;NSOw4-gtlUaO-rO)WJykHWlLN!7+<B_SHmWJJyyEn6oA1@>0nm+KD_a=ktOI(563g?c<BB9gU#~O9uEDunvnA"
    "^8H}qq_iMoKWnrktzwHcOi!`bWn3<0T13;F^2)|yyRc=D>zrn7CAG7j@iMeBrM!yDu@Bqtl*QhKR#SPjVe)v<=&R5$D(LX)BzyS`qFPjoE0-"
    "nihMZj38_OG}B|mL4UL|1n-Ly}{Jj`-zK;t3tfW`<sI`UE3LZq<}Y$2(|Ipb+@3fnrIN}Oi5uFUh*ulQJ&&ry=~t=RnFq%S?mNnak@mzu_x%"
    "D#MdeU*KA`MtcvDcnm-BR$E>z!Z;}!dk_i*(&Ok0^DM@KIH=8g9{ffT)1%I!i9@J40#1r_{wHo$#wg}@3H^u%u-6Yze)aEG@*~4BlKaq8NHN"
    "8aV(?xvlO~;e2E3xIR6VJnyK|Dy3xV?=+1cl(#MBLeV+vz27cWV%C!ANCjI=)?SBXRJ?a$"
)
"""A book of Excel 97 (.xls): a merged title, a header, a squad merged over two rows."""


def _check(rows: Any, told: Told) -> None:
    return None


SHEET = Sheet("toy", "试验表", COLUMNS, _check, bring_in=_check, take_back=_check)


def excel(fill: Callable[[xlsxwriter.Workbook], None]) -> bytes:
    page = io.BytesIO()
    with xlsxwriter.Workbook(page, {"in_memory": True}) as made:
        fill(made)
    return page.getvalue()


def read(raw: bytes, name: str, which: int | None = None) -> Reading:
    book = Book(raw, name)
    grid = book.grid(book.first() if which is None else which)
    head = find_head(grid, COLUMNS)
    assert head is not None
    return read_rows(grid, head, propose(head, COLUMNS), SHEET)


def seen(rows: list[Row]) -> list[tuple[str, ...]]:
    return [tuple(row[one.name] for one in COLUMNS) for row in rows]


def official(made: xlsxwriter.Workbook) -> None:
    """A paper as offices make it: annex line, merged title, unit line, a double header, a squad over three rows."""
    sheet = made.add_worksheet("包靠路段")
    sheet.write(0, 0, "附件３")
    sheet.merge_range(1, 0, 1, 4, "包靠路段责任分工明细表")
    sheet.merge_range(2, 0, 2, 4, "填报单位：市容科    2020年3月2日")
    sheet.merge_range(3, 0, 4, 0, "序 号")
    sheet.merge_range(3, 1, 4, 1, "路段名称")
    sheet.merge_range(3, 2, 4, 2, "责任\n中队")
    sheet.merge_range(3, 3, 3, 4, "责任人员")
    sheet.write_row(4, 3, ["队员", "协管员"])
    sheet.merge_range(5, 2, 7, 2, "城区一中队")
    for n, (road, officer) in enumerate([("云门山路", "张伟"), ("海岱路", "李强"), ("昭德路", "王芳")]):
        sheet.write_number(5 + n, 0, n + 1)
        sheet.write(5 + n, 1, road)
        sheet.write(5 + n, 3, officer)
    sheet.merge_range(5, 4, 6, 4, "赵敏")
    sheet.merge_range(8, 0, 8, 4, "注：中队长为第一责任人。")


OFFICIAL = [
    ("1", "云门山路", "城区一中队", "张伟", "赵敏"),
    ("2", "海岱路", "城区一中队", "李强", "赵敏"),
    ("3", "昭德路", "城区一中队", "王芳", ""),
]


def test_an_official_sheet_with_a_double_header_and_merged_cells_is_read_whole() -> None:
    reading = read(excel(official), "明细表.xlsx")
    assert seen(reading.rows) == OFFICIAL
    assert [row.number for row in reading.rows] == [6, 7, 8]
    assert reading.notes == ["第 9 行是表尾的说明，没有当作内容。"]


def test_the_lines_above_the_header_are_kept() -> None:
    head = find_head(Book(excel(official), "明细表.xlsx").grid(0), COLUMNS)
    assert head is not None and head.row == 3 and head.depth == 2
    assert head.above == ("附件3", "包靠路段责任分工明细表", "填报单位：市容科 2020年3月2日")
    assert head.names == ("序号", "路段名称", "责任中队", "责任人员/队员", "责任人员/协管员")


def word(fill: Callable[[Any], None]) -> bytes:
    document, page = docx.Document(), io.BytesIO()
    fill(document)
    document.save(page)
    return page.getvalue()


def test_a_word_table_with_merged_cells_is_read_as_the_sheet_would_be() -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("附件3")
        document.add_paragraph("包靠路段责任分工明细表")
        table = document.add_table(rows=5, cols=5)
        for n, words in enumerate(("序号", "路段", "中队")):
            table.cell(0, n).merge(table.cell(1, n)).text = words
        table.cell(0, 3).merge(table.cell(0, 4)).text = "责任人员"
        table.cell(1, 3).text, table.cell(1, 4).text = "队员", "协管员"
        table.cell(2, 2).merge(table.cell(4, 2)).text = "城区一中队"
        table.cell(2, 4).merge(table.cell(3, 4)).text = "赵敏"
        for n, (road, officer) in enumerate([("云门山路", "张伟"), ("海岱路", "李强"), ("昭德路", "王芳")]):
            table.cell(2 + n, 0).text, table.cell(2 + n, 1).text, table.cell(2 + n, 3).text = str(n + 1), road, officer

    raw = word(fill)
    assert seen(read(raw, "明细表.docx").rows) == OFFICIAL
    assert Book(raw, "明细表.docx").sheets[0].name == "表1 包靠路段责任分工明细表"


def test_a_word_file_without_a_table_says_so() -> None:
    with pytest.raises(Refused, match="没有表格"):
        Book(word(lambda document: document.add_paragraph("只有文字")), "通知.docx")


def test_hidden_rows_and_columns_are_read_and_told_and_hidden_sheets_offered_last() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        made.add_worksheet("去年").hide()
        sheet = made.add_worksheet("今年")
        sheet.write_row(0, 0, ["路段", "中队", "协管员"])
        sheet.write_row(1, 0, ["云门山路", "一中队", "赵敏"])
        sheet.write_row(2, 0, ["海岱路", "二中队", "周杰"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})
        sheet.activate()

    raw = excel(fill)
    book = Book(raw, "a.xlsx")
    assert [(one.name, one.hidden) for one in book.sheets] == [("去年", True), ("今年", False)]
    assert book.first() == 1
    reading = read(raw, "a.xlsx")
    assert [row["road"] for row in reading.rows] == ["云门山路", "海岱路"]
    assert [mark.message for mark in reading.rows[1].marks] == ["这一行在表里是隐藏的"]
    assert len(reading.notes) == 2


def test_a_formula_gives_its_value_and_says_so_and_a_failed_one_is_wrong() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, ["路段", "中队", "队员"])
        sheet.write_row(1, 0, ["云门山路", "一中队"])
        sheet.write_formula(1, 2, '="张"&"伟"', None, "张伟")
        sheet.write_row(2, 0, ["海岱路", "二中队"])
        sheet.write_formula(2, 2, "=VLOOKUP(1,A1:A2,9)", None, "#REF!")

    first, second = read(excel(fill), "a.xlsx").rows
    assert first["officers"] == "张伟" and first.good and first.level == "note"
    assert not second.good and second.level == "wrong"


def test_repeated_headers_totals_and_empty_rows_are_no_rows() -> None:
    text = "路段,中队\n云门山路,一中队\n\n路段,中队\n海岱路,二中队\n合计,2\n"
    reading = read(text.encode(), "a.csv")
    assert [row["road"] for row in reading.rows] == ["云门山路", "海岱路"]
    assert len(reading.notes) == 2


def test_a_web_page_called_xls_is_read_with_its_merged_cells() -> None:
    page = """<html><meta charset="gb2312"><table><tr><td>路段<td>中队<td>队员</tr>
      <tr><td>云门山路<td rowspan=2>城区一中队<td>张伟</tr><tr><td>海岱路<td>李强</tr></table></html>"""
    rows = read(page.encode("gb18030"), "导出.xls").rows
    assert [(row["road"], row["squad"], row["officers"]) for row in rows] == [
        ("云门山路", "城区一中队", "张伟"), ("海岱路", "城区一中队", "李强")
    ]  # fmt: skip


def test_tabs_part_the_cells_of_a_text_that_has_more_of_them() -> None:
    rows = read("路段\t中队\n云门山路,北段\t一中队\n".encode("gb18030"), "导出.xls").rows
    assert rows[0]["road"] == "云门山路,北段"


def test_one_cell_far_away_is_refused_instead_of_taking_all_memory() -> None:
    def fill(made: xlsxwriter.Workbook) -> None:
        sheet = made.add_worksheet("表")
        sheet.write("A1", "路段")
        sheet.write("XFD1048576", "远")

    with pytest.raises(Refused, match="第 1,048,576 行、第 16,384 列"):
        Book(excel(fill), "a.xlsx").grid(0)


def test_a_zip_bomb_is_not_opened() -> None:
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", "<workbook/>")
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * (120 << 20))
    with pytest.raises(Refused) as refused:
        Book(page.getvalue(), "炸弹.xlsx")
    assert refused.value.code == "sheet.bomb"


ENCRYPTED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600
NOT_SHEETS = {
    "empty": (b"", "a.xlsx", "sheet.empty"),
    "encrypted": (ENCRYPTED, "a.xlsx", "sheet.locked"),
    "broken": (b"PK\x03\x04 half", "a.xlsx", "sheet.broken"),
    "old book that is broken": (b"\xd0\xcf\x11\xe0" + b"\x00" * 900, "a.xls", "sheet.broken"),
    "old word": (b"\xd0\xcf\x11\xe0" + b"\x00" * 900, "a.doc", "sheet.type"),
    "wps table": (b"\xd0\xcf\x11\xe0" + b"\x00" * 900, "a.et", "sheet.type"),
    "wps text": (b"\xd0\xcf\x11\xe0" + b"\x00" * 900, "a.wps", "sheet.type"),
    "pdf": (b"%PDF-1.7\n", "a.pdf", "sheet.type"),
    "picture called csv": (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv", "sheet.type"),
}


@pytest.mark.parametrize("what", NOT_SHEETS)
def test_what_is_no_sheet_comes_back_with_a_sentence_that_helps(what: str) -> None:
    raw, name, code = NOT_SHEETS[what]
    with pytest.raises(Refused) as refused:
        Book(raw, name).grid(0)
    assert refused.value.code == code and name in refused.value.message
    assert code == "sheet.empty" or "另存" in refused.value.message


def test_wrong_columns_are_named() -> None:
    with pytest.raises(Refused, match="路段、责任中队"):
        read("商户,电话\n甲,1\n".encode(), "a.csv")


def test_an_old_excel_book_with_merged_cells_is_read_as_a_new_one() -> None:
    rows = read(zlib.decompress(base64.b85decode(OLD_MERGED)), "旧表.xls").rows
    assert [(row["road"], row["squad"], row["officers"]) for row in rows] == [
        ("云门山路", "城区一中队", "张伟"), ("海岱路", "城区一中队", "李强")
    ]  # fmt: skip


def open_document(rows: str) -> bytes:
    """A sheet of LibreOffice with these rows."""
    names = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for short, name in (("office", "office"), ("table", "table"), ("text", "text"))
    )
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w") as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        packed.writestr(
            "content.xml",
            f'<office:document-content {names}><office:body><office:spreadsheet><table:table table:name="表">{rows}'
            "</table:table></office:spreadsheet></office:body></office:document-content>",
        )
        packed.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><m:file-entry m:full-path="/" '
            'm:media-type="application/vnd.oasis.opendocument.spreadsheet"/></m:manifest>',
        )
    return page.getvalue()


def cells(*texts: str, more: str = "") -> str:
    return "".join(
        f'<table:table-cell office:value-type="string" {more}><text:p>{text}</text:p></table:table-cell>'
        for text in texts
    )


def test_an_open_document_with_merged_cells_and_a_million_empty_rows_is_read() -> None:
    merged = cells("城区一中队", more='table:number-rows-spanned="2"')
    raw = open_document(
        f"<table:table-row>{cells('路段', '中队')}</table:table-row>"
        f"<table:table-row>{cells('云门山路')}{merged}</table:table-row>"
        f"<table:table-row>{cells('海岱路')}<table:covered-table-cell/></table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
    )
    assert [(row["road"], row["squad"]) for row in read(raw, "表.ods").rows] == [
        ("云门山路", "城区一中队"), ("海岱路", "城区一中队")
    ]  # fmt: skip


def test_an_open_document_that_would_fill_all_memory_is_refused() -> None:
    many = cells("x", more='table:number-columns-repeated="16000"')
    raw = open_document(f'<table:table-row table:number-rows-repeated="1000000">{many}</table:table-row>')
    with pytest.raises(Refused, match="太大"):
        Book(raw, "炸弹.ods").grid(0)
