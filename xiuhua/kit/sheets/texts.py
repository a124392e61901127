"""Tables that are text: CSV in the encodings of offices, and web pages saved as .xls."""

from __future__ import annotations

import csv
import io
import re

from lxml import etree, html

from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets.grids import Span

MOST_SPAN = 2000


def decoded(raw: bytes, name: str) -> str:
    """Text in UTF-8 or GB 18030; refused when it is neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" in text:
            raise Refused("sheet.type", "{name} 不是文本表格。请另存为 .xlsx 或 CSV。", field="file", name=name)
        return text
    raise Refused(
        "sheet.encoding", "{name} 的文字编码不能识别。请另存为 UTF-8 的 CSV，或 .xlsx。", field="file", name=name
    )


def csv_cells(raw: bytes, name: str) -> list[list[str]]:
    """The cells of a CSV; tabs or semicolons part the cells when there are more of them than commas."""
    text = decoded(raw, name)
    head = text[:4000].partition("\n")[0]
    mark = max((",", "\t", ";"), key=head.count)
    csv.field_size_limit(1 << 20)
    try:
        return list(csv.reader(io.StringIO(text), strict=True, delimiter=mark if head.count(mark) else ","))
    except csv.Error as error:
        raise Refused(
            "sheet.broken", "{name} 不是完整的 CSV：{error}。", field="file", name=name, error=error
        ) from error


def looks_like_html(raw: bytes) -> bool:
    """Whether a file is a web page, as many systems export under the name .xls."""
    head = raw[:2048].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return head.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head")) or b"<table" in head[:2048]


def html_grid(raw: bytes, name: str) -> tuple[list[list[str]], list[Span], list[str]]:
    """The largest table of a web page: its cells, its merged ranges, and the lines before it."""
    try:
        parser = html.HTMLParser(encoding=_encoding(raw), huge_tree=False, no_network=True)
        tables = html.document_fromstring(raw, parser=parser).iter("table")
        rows = max((list(one.iter("tr")) for one in tables), key=len, default=[])
    except (etree.LxmlError, ValueError) as error:
        raise Refused(
            "sheet.broken",
            "{name} 其实是网页，读不出来。请在 Excel 里打开，另存为 .xlsx 再导入。",
            field="file",
            name=name,
        ) from error
    if not rows:
        raise Refused("sheet.empty", "{name} 其实是网页，里面没有表格。", field="file", name=name)
    return *_laid_out(rows), []


def _encoding(raw: bytes) -> str:
    told = re.search(rb"charset=[\"']?([\w-]+)", raw[:4096])
    named = told[1].decode().lower() if told else "utf-8"
    return "gb18030" if named in ("gb2312", "gbk", "gb18030") else "utf-8"


def _laid_out(rows: list[html.HtmlElement]) -> tuple[list[list[str]], list[Span]]:
    cells: list[list[str]] = []
    spans: list[Span] = []
    taken: set[tuple[int, int]] = set()
    for y, row in enumerate(rows):
        line: list[str] = []
        x = 0
        for cell in row.iterchildren("td", "th"):
            while (y, x) in taken:
                line.append("")
                x += 1
            across, down = (min(_whole(cell.get(key)), MOST_SPAN) for key in ("colspan", "rowspan"))
            down = min(down, len(rows) - y)
            if across > 1 or down > 1:
                spans.append((y, x, y + down - 1, x + across - 1))
                taken |= {(y + dy, x + dx) for dy in range(1, down) for dx in range(across)}
            line += [cell.text_content().strip(), *[""] * (across - 1)]
            x += across
        cells.append(line)
    return cells, spans


def _whole(text: str | None) -> int:
    return int(text) if text and text.isdigit() and int(text) > 0 else 1
