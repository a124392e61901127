"""Case files of other systems: a table and a mapping become reports, column by column."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import polars as pl

from xiuhua.cases.mappings import WANTED, CaseMapping
from xiuhua.cases.reports import Adopted, Report
from xiuhua.city.actions import import_key
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import BOOKS, read_table

COLUMNS = (
    *("number", "at", "state", "state_at", "category", "description", "place", "unit", "unit_name", "lon", "lat"),
)  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """Why a row of a file did not become a case: the rule, and the sentence."""

    code: str
    message: str


@dataclass
class CaseFile:
    """A file's own table, the same in our columns, and the rows that cannot even be read as reports."""

    table: pl.DataFrame
    frame: pl.DataFrame
    mapping: CaseMapping
    unreadable: dict[int, Reason] = field(default_factory=dict)

    def units(self) -> dict[str, str]:
        """The bodies that the file names, by code, each with the name that it has most often."""
        named: dict[str, Counter[str]] = {}
        for unit, name in self.frame.select("unit", "unit_name").iter_rows():
            if code := unit_code(unit):
                named.setdefault(code, Counter())[name or unit] += 1
        return {code: names.most_common(1)[0][0] for code, names in named.items()}

    def reports(self, paths: Mapping[str, str], *, top: str) -> list[tuple[int, Report]]:
        """The readable rows as reports. `paths` are the units' places in the tree, `top` that of the bureau."""
        source = import_key(self.mapping.name)
        return [
            (row, _report(one, self.mapping, source, paths.get(unit_code(one["unit"]), top)))
            for row, one in enumerate(self.frame.iter_rows(named=True))
            if row not in self.unreadable
        ]


def read_case_file(path: Path, mapping: CaseMapping, *, zone: str) -> CaseFile:
    """Read a CSV (also .gz) or a sheet and turn whole columns into what reports need."""
    table = _table(path)
    columns = {
        ours: next((name for name in theirs if name in table.columns), None)
        for ours, theirs in mapping.columns.items()
        if ours != "place_otherwise"
    }
    for ours in WANTED:
        if columns.get(ours) is None:
            names = "、".join(name[:20] for name in table.columns[:12])
            raise Refused(
                "import.columns",
                "{path_name} 里没有“{listed}”这一列，对不上 {ours}；文件的列有：{names}…",
                path_name=path.name,
                listed="”或“".join(mapping.columns[ours]),
                ours=ours,
                names=names,
            )
    frame = table.select(_column(table, columns, mapping, ours).alias(ours) for ours in COLUMNS).with_columns(
        at_time=_moment("at", mapping, zone),
        state_time=_moment("state_at", mapping, zone),
        lon_number=pl.col("lon").cast(pl.Float64, strict=False),
        lat_number=pl.col("lat").cast(pl.Float64, strict=False),
        ours=pl.col("category").replace_strict(mapping.categories, default="other", return_dtype=pl.String),
        our_state=pl.col("state").replace_strict(mapping.states, default=None, return_dtype=pl.String),
    )
    unreadable = {row: why for row, one in enumerate(frame.iter_rows(named=True)) if (why := _unreadable(one))}
    return CaseFile(table, frame, mapping, unreadable)


# ---------------------------------------------------------------- the table


def _table(path: Path) -> pl.DataFrame:
    """The file's rows as text; rows that are empty all through are none."""
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise Refused(
            "import.file", "{path_name} 读不出来，文件可能不完整：{error}。", path_name=path.name, error=error
        ) from error
    if path.name.lower().removesuffix(".gz").endswith(BOOKS) or raw[:4] == b"PK\x03\x04":
        sheet = read_table(raw, path.name)
        columns = {name: [row.get(name, "") for _, row in sheet.rows] for name in sheet.headers}
        return pl.DataFrame(columns, schema=dict.fromkeys(sheet.headers, pl.String))
    if not raw.strip():
        raise Refused("import.file", "{path_name} 是空文件。", path_name=path.name)
    text = _text(raw, path.name)
    try:
        table = pl.read_csv(text.encode(), infer_schema=False, truncate_ragged_lines=False)
    except pl.exceptions.PolarsError as error:
        raise Refused(
            "import.file",
            "{path_name} 不是完整的 CSV：{text}。整个文件没有导入。",
            path_name=path.name,
            text=_where(text),
        ) from error
    return table.filter(~pl.all_horizontal(pl.all().is_null()))


def _text(raw: bytes, name: str) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused("import.file", "{name} 的文字编码不能识别，请另存为 UTF-8 的 CSV。", name=name)


def _where(text: str) -> str:
    """The first line of a CSV that has another number of columns than the header, or where it breaks off."""
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = len(next(reader))
        for row in reader:
            if len(row) > header:
                return f"第 {reader.line_num} 行有 {len(row)} 列，表头只有 {header} 列"
    except (csv.Error, StopIteration) as error:
        return f"第 {reader.line_num} 行读不下去（{error}）"
    return "有一行读不下去"


def _column(table: pl.DataFrame, columns: Mapping[str, str | None], mapping: CaseMapping, ours: str) -> pl.Expr:
    name = columns.get(ours)
    column = pl.col(name).str.strip_chars().fill_null("") if name else pl.lit("")
    if ours == "place":
        others = [one for one in mapping.columns.get("place_otherwise", ()) if one in table.columns]
        for other in others:
            column = pl.when(column != "").then(column).otherwise(pl.col(other).str.strip_chars().fill_null(""))
    return column


def _moment(name: str, mapping: CaseMapping, zone: str) -> pl.Expr:
    """Local times without a zone; of an hour that comes twice the first is meant, one that never was is unreadable."""
    tries = [pl.col(name).str.to_datetime(one, strict=False, time_unit="us") for one in mapping.time_formats]
    return pl.coalesce(tries).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")


# ---------------------------------------------------------------- one row


def _unreadable(one: Mapping[str, Any]) -> Reason | None:
    if not one["number"]:
        return Reason("import.number", "没有编号。")
    if one["at_time"] is None:
        return Reason("import.time", f"上报时间“{one['at']:.40}”读不出来，或者是夏令时里不存在的一刻。")
    if one["state_at"] and one["state_time"] is None:
        return Reason("import.state_time", f"状态时间“{one['state_at']:.40}”读不出来。")
    if one["state"] and one["our_state"] is None:
        return Reason("import.state", f"状态“{one['state']:.40}”不在对照表里。")
    for name in ("lon", "lat"):
        if one[name] and one[f"{name}_number"] is None:
            return Reason("import.point", f"坐标“{one[name]:.40}”不是数字。")
    return None


def _report(one: Mapping[str, Any], mapping: CaseMapping, source: UUID, for_unit: str) -> Report:
    adopted = None
    if one["our_state"] and one["our_state"] != "reported":
        adopted = Adopted(one["our_state"], one["state"], one["state_time"] or one["at_time"])
    return Report(
        key=uuid5(source, one["number"]),
        category=one["ours"],
        source=mapping.source,
        at=one["at_time"],
        place=one["place"],
        description=" · ".join(part for part in (one["category"], one["description"]) if part),
        lon=one["lon_number"],
        lat=one["lat_number"],
        outside_number=one["number"],
        for_unit=for_unit,
        adopted=adopted,
    )


def unit_code(unit: str) -> str:
    """A body's code: the letters and digits of what the file calls it."""
    return "".join(letter for letter in unit.upper() if letter.isalnum())[:16]


def write_rejects(file: CaseFile, reasons: Mapping[int, Reason], path: Path) -> None:
    """The rejected rows as the same table with a 原因 column, to be put right and imported again."""
    rows: Sequence[int] = sorted(reasons)
    told = pl.Series([reasons[row].message for row in rows], dtype=pl.String)
    file.table[rows].with_columns(原因=told).write_csv(path, include_bom=True)
