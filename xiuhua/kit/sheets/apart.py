"""Old and open formats (.xls, .xlsb, .ods), read in a process of their own with a bound on its memory.

Their sizes cannot be looked at beforehand, and the reader ends the whole process when memory runs out.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
from contextlib import suppress
from pathlib import Path

from xiuhua.kit.refusals import Refused

MOST_MEMORY = 3 << 30
MOST_SECONDS = 120
ROOT = Path(__file__).resolve().parents[3]


def names(raw: bytes, name: str) -> list[tuple[str, bool]]:
    """The sheets of a book and whether each is hidden."""
    return [(one, hidden) for one, hidden in _ask(raw, name, "")]


def grid(raw: bytes, name: str, sheet: str) -> tuple[list[list[str]], list[tuple[int, int, int, int]]]:
    """The cells of a sheet as text, and its merged ranges."""
    told = _ask(raw, name, sheet)
    return told["cells"], [tuple(span) for span in told["spans"]]


def _ask(raw: bytes, name: str, sheet: str):  # type: ignore[no-untyped-def]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "xiuhua.kit.sheets.apart", sheet], input=raw, capture_output=True, cwd=ROOT,
            timeout=MOST_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise _unreadable(name) from error
    if done.returncode == 3:
        raise Refused(
            "sheet.locked", "{name} 加了密码，打不开。请在 Excel 里取消密码、另存一份再导入。", field="file", name=name
        )
    if done.returncode != 0:
        raise _unreadable(name)
    return json.loads(done.stdout)


def _unreadable(name: str) -> Refused:
    return Refused(
        "sheet.broken",
        "{name} 打不开：文件损坏、加了密码或太大。请在 Excel 里另存为 .xlsx 再导入。",
        field="file",
        name=name,
    )


def _answer(raw: bytes, sheet: str) -> object:
    import python_calamine as calamine  # noqa: PLC0415  # after the bound on memory is set

    from xiuhua.kit.sheets.cells import cell_text  # noqa: PLC0415

    book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
    if not sheet:
        return [(one.name, one.visible != calamine.SheetVisibleEnum.Visible) for one in book.sheets_metadata]
    found = book.get_sheet_by_name(sheet)
    cells = [[cell_text(cell) for cell in row] for row in found.to_python(skip_empty_area=False)]
    spans: list[list[int]] = []
    with suppress(Exception):  # not every format tells them
        spans = [[*first, *last] for first, last in (found.merged_cell_ranges or [])]
    if raw.startswith(b"PK"):
        spans = _open_spans(raw, sheet) or spans
    return {"cells": cells, "spans": spans}


def _open_spans(raw: bytes, sheet: str) -> list[list[int]]:
    """Merged cells of an OpenDocument sheet, which the reader does not tell."""
    from lxml import etree  # noqa: PLC0415

    name = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        if "content.xml" not in packed.namelist():
            return []
        tree = etree.parse(packed.open("content.xml"), etree.XMLParser(resolve_entities=False, no_network=True))
    table = next((one for one in tree.iter(f"{name}table") if one.get(f"{name}name") == sheet), None)
    spans: list[list[int]] = []
    y = 0
    for row in table.iter(f"{name}table-row") if table is not None else ():
        x = 0
        for cell in row.iterchildren(f"{name}table-cell", f"{name}covered-table-cell"):
            down = int(cell.get(f"{name}number-rows-spanned", "1"))
            across = int(cell.get(f"{name}number-columns-spanned", "1"))
            if down > 1 or across > 1:
                spans.append([y, x, y + down - 1, x + across - 1])
            x += int(cell.get(f"{name}number-columns-repeated", "1"))
        y += int(row.get(f"{name}number-rows-repeated", "1"))
    return spans


def _main() -> int:
    with suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415  # not on Windows

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    import python_calamine as calamine  # noqa: PLC0415

    try:
        told = _answer(sys.stdin.buffer.read(), sys.argv[1])
    except calamine.PasswordError:
        return 3
    except Exception:  # whatever a reader raises on a broken file
        return 1
    sys.stdout.write(json.dumps(told))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
