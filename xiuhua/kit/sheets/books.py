"""Books as grids of text: Excel, OpenDocument, CSV, Word tables, and web pages that call themselves .xls.

What a grid cannot show is told beside it: which cells are merged, which rows and columns are hidden, where a formula's
value was taken. A file that would not fit into memory is refused before it is opened: the reader of Excel files takes
memory for every cell between the first and the last, and two cells in opposite corners would end the whole program.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

import python_calamine

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import apart
from xiuhua.kit.sheets.cells import cell_text
from xiuhua.kit.sheets.grids import Grid, Span
from xiuhua.kit.sheets.texts import csv_cells, html_grid, looks_like_html
from xiuhua.kit.sheets.word_files import word_tables

BOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
MOST_CELLS = 6_000_000
"""Rows times columns of one sheet: 100,000 rows of 60 columns. Our choice; about 1 GB while it is read."""
MOST_UNPACKED = 400 << 20
MOST_TIMES = 200
"""A file that unpacks to more than 400 MB, or to 200 times its size beyond 50 MB, is a zip bomb. Our choice: real
sheets unpack 5 to 20 times."""


@dataclass(frozen=True)
class SheetName:
    """A sheet that may be chosen."""

    name: str
    hidden: bool = False


class Book:
    """A file with one or more sheets; a sheet is read when it is asked for."""

    def __init__(self, raw: bytes, name: str) -> None:
        self.raw, self.name = raw, name
        self.kind = kind_of(raw, name)
        self._read: dict[int, Grid] = {}
        self._word: list[Grid] = []
        if self.kind == "word":
            guard_zip(raw, name)
            self._word = word_tables(raw, name)
            self.sheets = [SheetName(one.name) for one in self._word]
        elif self.kind == "excel":
            guard_zip(raw, name)
            self.sheets = _names(raw, name)
        elif self.kind == "apart":
            self.sheets = [SheetName(told, hidden) for told, hidden in apart.names(raw, name)]
        else:
            self.sheets = [SheetName(name)]
        if not self.sheets:
            raise Refused("sheet.empty", "{name} 里没有表格。", field="file", name=name)

    def grid(self, index: int) -> Grid:
        """The sheet of an index as a grid."""
        if not 0 <= index < len(self.sheets):
            raise Refused("sheet.which", "{name} 没有第 {n} 个工作表。", field="sheet", name=self.name, n=index + 1)
        if index not in self._read:
            self._read[index] = self._grid(index)
        return self._read[index]

    def _grid(self, index: int) -> Grid:
        match self.kind:
            case "word":
                return self._word[index]
            case "excel":
                return _excel_grid(self.raw, self.name, self.sheets[index].name)
            case "apart":
                cells, spans = apart.grid(self.raw, self.name, self.sheets[index].name)
                grid = Grid(self.sheets[index].name, cells, spans)
                _reach(grid)
                return grid
            case "html":
                cells, spans, above = html_grid(self.raw, self.name)
                return Grid(self.name, cells, spans, above)
        return Grid(self.name, csv_cells(self.raw, self.name))

    def first(self) -> int:
        """The sheet to propose: the first that is not hidden and has something in it."""
        shown = [n for n, one in enumerate(self.sheets) if not one.hidden] or list(range(len(self.sheets)))
        return next((n for n in shown if any(any(row) for row in self.grid(n).cells)), shown[0])


def kind_of(raw: bytes, name: str) -> str:
    """What a file really is, whatever it is called: `excel`, `apart` (old or open formats), `word`, `html`, `text`."""
    lower = name.lower()
    if not raw.strip():
        raise Refused("sheet.empty", "{name} 是空文件。", field="file", name=name)
    if lower.endswith((".doc", ".wps")) and not raw.startswith(ZIP):
        raise Refused(
            "sheet.type",
            "{name} 是旧版文字文件，读不了。请在 WPS 或 Word 里另存为 .docx 后再导入。",
            field="file",
            name=name,
        )
    if lower.endswith((".et", ".ett", ".pdf")) and not raw.startswith(ZIP):
        raise Refused(
            "sheet.type",
            "{name} 不是能读的表格文件。请在 WPS 或 Excel 里另存为 .xlsx 后再导入。",
            field="file",
            name=name,
        )
    if raw.startswith(ZIP):
        return _zipped(raw, name)
    if raw.startswith(OLE):
        if b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e" in raw:
            raise _locked(name)
        return "apart"
    if looks_like_html(raw):
        return "html"
    if lower.endswith(BOOKS) and b"\x00" in raw[:4096]:
        raise _broken(name)
    return "text"


def _zipped(raw: bytes, name: str) -> str:
    try:
        inside = zipfile.ZipFile(io.BytesIO(raw)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _broken(name) from error
    if "word/document.xml" in inside:
        return "word"
    if any(one.endswith("workbook.xml") for one in inside):
        return "excel"
    if any(one.endswith("workbook.bin") for one in inside) or "content.xml" in inside:
        return "apart"
    raise Refused(
        "sheet.type", "{name} 不是表格文件。请在 WPS 或 Excel 里另存为 .xlsx 后再导入。", field="file", name=name
    )


def guard_zip(raw: bytes, name: str) -> None:
    """Refuse a packed file that would unpack to far more than any real sheet."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise _broken(name) from error
    unpacked = sum(one.file_size for one in parts)
    if unpacked > MOST_UNPACKED or len(parts) > 5000 or (unpacked > 50 << 20 and unpacked > MOST_TIMES * len(raw)):
        raise Refused(
            "sheet.bomb",
            "{name} 解压后有 {n:,} MB，远超正常表格，没有打开。请检查文件来源，或分成几个文件。",
            field="file", name=name, n=unpacked >> 20,
        )  # fmt: skip


def _names(raw: bytes, name: str) -> list[SheetName]:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        return [
            SheetName(one.name, one.visible != python_calamine.SheetVisibleEnum.Visible)
            for one in book.sheets_metadata
            if one.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except (python_calamine.CalamineError, ValueError, OSError) as error:
        raise _broken(name) from error


CELL = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,8})["']""")
ROW = re.compile(rb"<(?:\w+:)?row\b([^>]*)>")
COLUMN = re.compile(rb"<(?:\w+:)?col\b([^>]*)>")
FORMULA = re.compile(rb"""<(?:\w+:)?c\b[^>]*?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,8})["'][^>]*>\s*<(?:\w+:)?f\b""")
ERROR = re.compile(rb"""<(?:\w+:)?c\b(?=[^>]*\bt\s*=\s*["']e["'])[^>]*?\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,8})["']""")
HIDDEN = re.compile(rb"""\bhidden\s*=\s*["'](?:1|true)["']""")


def _excel_grid(raw: bytes, name: str, sheet: str) -> Grid:
    xml = _sheet_xml(raw, name, sheet)
    _guard_size(xml, name)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        found = book.get_sheet_by_name(sheet)
        cells = [[cell_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
        spans: list[Span] = [(a, b, c, d) for (a, b), (c, d) in (found.merged_cell_ranges or [])]
    except (python_calamine.CalamineError, ValueError, OSError, AttributeError) as error:
        raise _broken(name) from error
    grid = Grid(sheet, cells, spans)
    _reach(grid)
    grid.hidden_rows = frozenset(
        int(number[1]) - 1
        for one in ROW.finditer(xml)
        if HIDDEN.search(one[1]) and (number := re.search(rb"""\br\s*=\s*["'](\d+)["']""", one[1]))
    )
    grid.hidden_columns = frozenset(_hidden_columns(xml, grid.width))
    if b"<f" in xml or b":f" in xml:
        grid.formulas = frozenset((int(row) - 1, _column(letters)) for letters, row in FORMULA.findall(xml))
    grid.errors = frozenset((int(row) - 1, _column(letters)) for letters, row in ERROR.findall(xml))
    return grid


def _reach(grid: Grid) -> None:
    """Rows that consist of the rest of merged cells alone are rows too."""
    last = max((span[2] for span in grid.spans), default=-1)
    missing = min(last + 1 - len(grid.cells), 2000)
    grid.cells += [[""] * grid.width for _n in range(missing)]


def _sheet_xml(raw: bytes, name: str, sheet: str) -> bytes:
    """The XML of a sheet, found by the book's own list of parts; empty when that list is unusual."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            parts = [one for one in packed.namelist() if re.fullmatch(r"(?i)/?xl/worksheets/[^/]+\.xml", one)]
            listed = packed.read("xl/workbook.xml")
            links = dict(_relations(packed.read("xl/_rels/workbook.xml.rels")))
            escaped = re.escape(sheet.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")).encode()
            entry = re.search(rb"<(?:\w+:)?sheet\b(?=[^>]*\bname\s*=\s*[\"']" + escaped + rb"[\"'])[^>]*>", listed)
            number = re.search(rb"""\b\w+:id\s*=\s*["']([^"']+)["']""", entry[0]) if entry else None
            part = "xl/" + links.get(number[1], b"").decode().removeprefix("/xl/") if number else ""
            chosen = [part] if part in packed.namelist() else parts
            return b"\n".join(packed.read(one) for one in chosen)
    except (KeyError, zipfile.BadZipFile, UnicodeDecodeError, RuntimeError, NotImplementedError, OSError) as error:
        raise _broken(name) from error


def _relations(xml: bytes) -> list[tuple[bytes, bytes]]:
    found = []
    for one in re.findall(rb"<(?:\w+:)?Relationship\b[^>]*>", xml):
        code, target = (
            re.search(rb"""\bId\s*=\s*["']([^"']+)""", one),
            re.search(rb"""\bTarget\s*=\s*["']([^"']+)""", one),
        )
        if code and target:
            found.append((code[1], target[1]))
    return found


def _guard_size(xml: bytes, name: str) -> None:
    if b"\x00" in xml[:200]:  # UTF-16, which no office program writes here
        raise _broken(name)
    found = CELL.findall(xml)
    wide = max((_column(letters) for letters in {letters for letters, _row in found}), default=0) + 1
    deep = max((int(row) for _letters, row in found), default=0)
    if wide * deep > MOST_CELLS:
        raise Refused(
            "sheet.large",
            "{name} 写到了第 {deep:,} 行、第 {wide:,} 列，太大了。请删掉表格外面的零散内容，或分成几个文件。",
            field="file", name=name, deep=deep, wide=wide,
        )  # fmt: skip


def _hidden_columns(xml: bytes, width: int) -> set[int]:
    hidden: set[int] = set()
    for one in COLUMN.findall(xml):
        if HIDDEN.search(one):
            low, high = re.search(rb'\bmin\s*=\s*"(\d+)"', one), re.search(rb'\bmax\s*=\s*"(\d+)"', one)
            if low and high:
                hidden |= set(range(int(low[1]) - 1, min(int(high[1]), width)))
    return hidden


def _column(letters: bytes) -> int:
    number = 0
    for one in letters:
        number = number * 26 + one - 64
    return number - 1


def _broken(name: str) -> Refused:
    return Refused(
        "sheet.broken", "{name} 打不开：文件损坏或者加了密码。请在 Excel 里另存一份再导入。", field="file", name=name
    )


def _locked(name: str) -> Refused:
    return Refused(
        "sheet.locked", "{name} 加了密码，打不开。请在 Excel 里取消密码、另存一份再导入。", field="file", name=name
    )
