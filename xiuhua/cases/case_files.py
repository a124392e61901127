"""Case files of other systems: a table and a mapping become reports, column by column."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from xiuhua.cases.intake import Adopted, Report
from xiuhua.city.actions import import_key
from xiuhua.kit.refusals import Refused

MAPPINGS = Path(__file__).parent / "mappings"
WANTED = ("number", "at", "category")


@dataclass(frozen=True)
class CaseMapping:
    """How another system's columns, types and states are told in ours."""

    name: str
    source: str
    columns: Mapping[str, Sequence[str]]
    categories: Mapping[str, str]
    states: Mapping[str, str]
    time_formats: Sequence[str]


@dataclass
class CaseFile:
    """A file as reports, with the rows that could not even be read as one."""

    frame: pl.DataFrame
    reports: list[Report] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    unreadable: list[tuple[int, str]] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)


def read_mapping(name: str) -> CaseMapping:
    """A mapping that comes with the program (`nyc311`) or one of your own as a TOML file."""
    path = MAPPINGS / f"{name}.toml" if (MAPPINGS / f"{name}.toml").exists() else Path(name)
    if not path.is_file():
        known = "、".join(sorted(one.stem for one in MAPPINGS.glob("*.toml")))
        raise Refused("import.mapping", f"没有“{name}”这个对照表。自带的有：{known}；也可以写自己的 .toml 文件路径。")
    try:
        told = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused("import.mapping", f"对照表 {path.name} 不是 TOML：{error}") from error
    missing = [name for name in WANTED if name not in told.get("columns", {})]
    if missing:
        raise Refused("import.mapping", f"对照表 {path.name} 的 [columns] 缺少：{'、'.join(missing)}。")
    return CaseMapping(
        path.stem, told.get("source", "system"), told["columns"], told.get("categories", {}), told.get("states", {}),
        told.get("time_formats", ["%Y-%m-%d %H:%M:%S"]),
    )  # fmt: skip


def read_case_file(path: Path, mapping: CaseMapping, *, zone: str, unit_path: str) -> CaseFile:
    """Read a CSV (also .gz) and turn whole columns into what reports need."""
    table = _table(path)
    columns = {
        ours: next((name for name in theirs if name in table.columns), None)
        for ours, theirs in mapping.columns.items()
        if ours != "place_otherwise"
    }
    for ours in WANTED:
        if columns.get(ours) is None:
            raise Refused(
                "import.columns",
                f"{path.name} 里没有“{'”或“'.join(mapping.columns[ours])}”这一列，对不上 {ours}；"
                f"文件的列有：{'、'.join(table.columns[:12])}…",
            )
    frame = table.select(_column(table, columns, mapping, ours).alias(ours) for ours in (
        "number", "at", "state", "state_at", "category", "description", "place", "unit", "unit_name", "lon", "lat",
    )).with_columns(
        at_time=_moment("at", mapping, zone), state_time=_moment("state_at", mapping, zone),
        lon_number=pl.col("lon").cast(pl.Float64, strict=False), lat_number=pl.col("lat").cast(pl.Float64, strict=False),
        ours=pl.col("category").replace_strict(mapping.categories, default="other", return_dtype=pl.String),
        our_state=pl.col("state").replace_strict(mapping.states, default=None, return_dtype=pl.String),
    )  # fmt: skip
    return _reports(table, frame, mapping, unit_path)


def _table(path: Path) -> pl.DataFrame:
    try:
        raw = path.read_bytes()
        raw = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError) as error:
        raise Refused("import.file", f"{path.name} 读不出来：{error}。") from error
    if not raw.strip():
        raise Refused("import.file", f"{path.name} 是空文件。")
    try:
        return pl.read_csv(io.BytesIO(raw), infer_schema=False, encoding="utf8", truncate_ragged_lines=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as error:
        raise Refused("import.file", f"{path.name} 不是能读的 CSV：{str(error).splitlines()[0]}") from error


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


def _reports(table: pl.DataFrame, frame: pl.DataFrame, mapping: CaseMapping, unit_path: str) -> CaseFile:
    file = CaseFile(table)
    for row, one in enumerate(frame.iter_rows(named=True)):
        why = _unreadable(one)
        if why:
            file.unreadable.append((row, why))
            continue
        if one["unit"]:
            file.units.setdefault(_code(one["unit"]), one["unit_name"] or one["unit"])
        file.rows.append(row)
        file.reports.append(_report(one, mapping, unit_path))
    return file


def _unreadable(one: Mapping[str, Any]) -> str:
    if not one["number"]:
        return "没有编号。"
    if one["at_time"] is None:
        return f"上报时间“{one['at']}”读不出来，或者是夏令时里不存在的一刻。"
    if one["state_at"] and one["state_time"] is None:
        return f"状态时间“{one['state_at']}”读不出来。"
    if one["state"] and one["our_state"] is None:
        return f"状态“{one['state']}”不在对照表里。"
    for name in ("lon", "lat"):
        if one[name] and one[f"{name}_number"] is None:
            return f"坐标“{one[name]}”不是数字。"
    return ""


def _report(one: Mapping[str, Any], mapping: CaseMapping, unit_path: str) -> Report:
    at: dt.datetime = one["at_time"].astimezone(dt.UTC)
    adopted = None
    if one["our_state"]:
        since = one["state_time"].astimezone(dt.UTC) if one["state_time"] else at
        adopted = Adopted(one["our_state"], one["state"], since)
    return Report(
        key=import_key(mapping.name, one["number"]),
        category=one["ours"],
        source=mapping.source,
        at=at,
        place=one["place"][:200],
        description=" · ".join(part for part in (one["category"], one["description"]) if part)[:2000],
        lon=one["lon_number"],
        lat=one["lat_number"],
        outside_number=one["number"][:40],
        for_unit=f"{unit_path}{_code(one['unit'])}/" if one["unit"] else unit_path,
        adopted=adopted,
    )


def _code(unit: str) -> str:
    return "".join(letter for letter in unit.upper() if letter.isalnum())[:16]


def write_rejects(file: CaseFile, reasons: Mapping[int, str], path: Path) -> None:
    """The rejected rows as the same table with a 原因 column, to be put right and imported again."""
    rows = sorted(reasons)
    file.frame[rows].with_columns(原因=pl.Series([reasons[row] for row in rows])).write_csv(path, include_bom=True)
