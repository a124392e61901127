"""Tables inside a Word document, with their merged cells and the lines that stand above them."""

from __future__ import annotations

import io
import zipfile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from lxml import etree

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.grids import Grid, Span


def word_tables(raw: bytes, name: str) -> list[Grid]:
    """Every table of a document. One that goes on after a page with the same columns is part of the one before."""
    try:
        body = docx.Document(io.BytesIO(raw)).element.body
    except (PackageNotFoundError, KeyError, ValueError, zipfile.BadZipFile, etree.LxmlError, OSError) as error:
        raise Refused(
            "sheet.broken", "{name} 打不开：文件损坏或者加了密码。请在 Word 里另存一份再导入。", field="file", name=name
        ) from error
    found: list[Grid] = []
    above: list[str] = []
    for part in body.iterchildren():
        if part.tag == qn("w:p"):
            words = _words(part)
            above = [*above, words][-8:] if words else above
        elif part.tag == qn("w:tbl"):
            cells, spans = _cells(part)
            if found and not above and found[-1].width == max(map(len, cells), default=0):
                _go_on(found[-1], cells, spans)
            else:
                found.append(Grid(f"表{len(found) + 1} {above[-1] if above else ''}".strip(), cells, spans, above))
            above = []
    if not found:
        raise Refused("sheet.empty", "{name} 里没有表格。", field="file", name=name)
    return found


def _words(part: etree._Element) -> str:
    return "".join(
        "\n" if one.tag == qn("w:br") else one.text or "" for one in part.iter(qn("w:t"), qn("w:br"))
    ).strip()


def _cells(table: etree._Element) -> tuple[list[list[str]], list[Span]]:
    cells: list[list[str]] = []
    spans: list[Span] = []
    open_spans: dict[int, list[int]] = {}
    for y, row in enumerate(table.iterchildren(qn("w:tr"))):
        line: list[str] = []
        for cell in row.iter(qn("w:tc")):
            if next(cell.iterancestors(qn("w:tbl"))) is not table:
                continue
            about, x = cell.find(qn("w:tcPr")), len(line)
            wide = about.find(qn("w:gridSpan")) if about is not None else None
            across = min(int(wide.get(qn("w:val"), "1")), 200) if wide is not None else 1
            merged = about.find(qn("w:vMerge")) if about is not None else None
            if merged is not None and merged.get(qn("w:val")) != "restart" and x in open_spans:
                open_spans[x][2] = y
                line += [""] * across
                continue
            if x in open_spans:
                spans.append(tuple(open_spans.pop(x)))  # type: ignore[arg-type]
            if merged is not None:
                open_spans[x] = [y, x, y, x + across - 1]
            elif across > 1:
                spans.append((y, x, y, x + across - 1))
            text = "\n".join(filter(None, (_words(one) for one in cell.iter(qn("w:p")))))
            line += [text, *[""] * (across - 1)]
        cells.append(line)
    spans += [tuple(one) for one in open_spans.values()]  # type: ignore[misc]
    return cells, [one for one in spans if one[0] != one[2] or one[1] != one[3]]


def _go_on(grid: Grid, cells: list[list[str]], spans: list[Span]) -> None:
    down = len(grid.cells)
    grid.cells += cells
    grid.spans += [(a + down, b, c + down, d) for a, b, c, d in spans]
