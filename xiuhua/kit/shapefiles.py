"""Shapefiles as surveying offices hand them over: a zip or loose parts, with GBK or UTF-8 words, read and written.

The format keeps one type of geometry in a layer, ten letters in a column's name and 254 bytes in a cell; a longer text
goes on in columns numbered 2, 3 and so on, which are put together again when they are read.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Any

import shapefile

from xiuhua.kit.coordinates import System, system_named
from xiuhua.kit.features import MOST_FEATURES, UNPACKED_MAX, Feature, FeatureFile, refuse
from xiuhua.kit.refusals import Refused

PARTS = (".shp", ".dbf", ".shx", ".prj", ".cpg")
CELL = 254
ENCODINGS = {"936": "gb18030", "gbk": "gb18030", "gb2312": "gb18030", "gb18030": "gb18030", "ansi936": "gb18030",
             "utf8": "utf-8", "65001": "utf-8"}  # fmt: skip
TYPES = {"Point": shapefile.POINT, "MultiPoint": shapefile.MULTIPOINT, "LineString": shapefile.POLYLINE,
         "MultiLineString": shapefile.POLYLINE, "Polygon": shapefile.POLYGON, "MultiPolygon": shapefile.POLYGON}  # fmt: skip
LAYERS = {shapefile.POINT: "点", shapefile.MULTIPOINT: "多点", shapefile.POLYLINE: "线", shapefile.POLYGON: "面"}


def parts_of_zip(raw: bytes, filename: str) -> dict[str, bytes]:
    """The parts of the shapefiles in a zip, by name; refused when it unpacks to more than any city."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = [one for one in archive.infolist() if PurePath(one.filename).suffix.lower() in PARTS]
            if sum(one.file_size for one in members) > UNPACKED_MAX:
                raise refuse(filename, f"解压后超过 {UNPACKED_MAX >> 20} MB，请只导出本市范围")
            return {one.filename: archive.read(one) for one in members if not _hidden(one.filename)}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as fault:
        raise refuse(filename, "压缩包损坏、不完整或加了密码") from fault


def _hidden(name: str) -> bool:
    return PurePath(name).name.startswith(".") or "__MACOSX" in name


def shapefile_features(parts: Mapping[str, bytes], filename: str) -> FeatureFile:
    """The features of every layer among the parts; all layers must be in one coordinate system."""
    layers: dict[str, dict[str, bytes]] = {}
    for name, raw in sorted(parts.items()):
        path = PurePath(name)
        layers.setdefault(str(path.with_suffix("")).lower(), {})[path.suffix.lower()] = raw
    layers = {name: layer for name, layer in layers.items() if ".shp" in layer}
    if not layers:
        raise refuse(filename, "里面没有 .shp 文件")
    found = FeatureFile(filename)
    systems: dict[str, System | None] = {}
    for name, layer in layers.items():
        label = PurePath(name).name
        if ".dbf" not in layer:
            raise refuse(filename, f"{label}.shp 缺少 .dbf（属性表），请把 .shp .dbf .shx .prj 一起打成 zip")
        said = system_named(layer[".prj"].decode("utf-8", "replace")) if layer.get(".prj", b"").strip() else None
        systems[said.code if said else ""] = said
        if len(systems) > 1:
            raise refuse(filename, "几个图层的坐标系不一样，请分开导入")
        found.features += _layer(layer, filename, "" if len(layers) == 1 else f"{label} ")
        if len(found.features) > MOST_FEATURES:
            raise refuse(filename, f"超过 {MOST_FEATURES:,} 个要素，请分成几个文件")
    found.system = next(iter(systems.values()))
    return found


def _layer(layer: Mapping[str, bytes], filename: str, where: str) -> list[Feature]:
    streams = {name[1:]: io.BytesIO(raw) for name, raw in layer.items() if name in (".shp", ".dbf", ".shx")}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Latin-1 keeps every byte as it is; which letters they are is decided when all have been seen.
            reader = shapefile.Reader(encoding="latin-1", **streams)
            names = [one[0] for one in reader.fields if one[0] != "DeletionFlag"]
            pairs = [(_geometry(one.shape), list(one.record)) for one in reader.iterShapeRecords()]
    except Refused:
        raise
    except Exception as fault:  # the library answers a broken file with whatever its reading tripped over
        raise refuse(filename, "Shapefile 损坏或不完整，请重新导出") from fault
    decode = _decoder(layer.get(".cpg", b""), [*names, *(cell for _shape, row in pairs for cell in row)])
    columns = [decode(name).strip() for name in names]
    return [
        Feature(
            f"{where}第 {n} 个要素", _joined({c: _cell(v, decode) for c, v in zip(columns, row, strict=True)}), shape
        )
        for n, (shape, row) in enumerate(pairs, start=1)
    ]


def _geometry(shape: Any) -> dict[str, Any] | None:
    if shape is None or shape.shapeType == shapefile.NULL:
        return None
    told = shape.__geo_interface__
    return {"type": told["type"], "coordinates": _lists(told["coordinates"])}


def _lists(part: Any) -> Any:
    return [_lists(one) for one in part] if isinstance(part, list | tuple) else part


def _decoder(cpg: bytes, texts: Sequence[Any]) -> Any:
    """How the words of a layer are read: as its .cpg says, else as UTF-8 if every word is, else as GB18030.

    A letter that was cut off at the end of a cell does not decide, and is dropped.
    """
    said = re.sub(r"[\s_\-]", "", cpg.decode("ascii", "ignore").lower())
    raws = [text.encode("latin-1", "replace") for text in texts if isinstance(text, str) and not text.isascii()]
    encoding = ENCODINGS.get(said.removeprefix("oem").removeprefix("cp"), "")
    if not encoding:
        encoding = "utf-8" if all(_reads(raw) for raw in raws) else "gb18030"
    return lambda text: text.encode("latin-1", "replace").decode(encoding, "ignore") if not text.isascii() else text


def _reads(raw: bytes) -> bool:
    """Whether bytes are UTF-8, the last letter perhaps cut."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        return fault.reason == "unexpected end of data"
    return True


def _cell(value: Any, decode: Any) -> Any:
    match value:
        case None:
            return ""
        case str():
            return decode(value).replace("\x00", "").strip()
        case bool():
            return "是" if value else "否"
        case dt.date():
            return value.isoformat()
        case float() if value.is_integer():
            return int(value)
    return value


def _joined(row: dict[str, Any]) -> dict[str, Any]:
    """Texts that went on in numbered columns (note, note2, note3), put together."""
    for name in list(row):
        n = 2
        while f"{name}{n}" in row and isinstance(row[name], str) and len(row[name].encode()) > CELL - 8:
            row[name] += str(row.pop(f"{name}{n}"))
            n += 1
    return row


# ---------------------------------------------------------------- writing


def shapefile_zip(
    name: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, Sequence[Any]]],
    system: System,
    *,
    empty: str = "Point",
) -> bytes:
    """A zip of one layer for each type of geometry among the rows: (geometry, cells under the columns' short names).

    What has no geometry goes as a null shape into the first layer.
    """
    layers: dict[int, list[tuple[Any, Sequence[Any]]]] = {}
    for geometry, cells in rows:
        layers.setdefault(TYPES[geometry["type"]] if geometry else -1, []).append((geometry, cells))
    loose = layers.pop(-1, [])
    first = min(layers, default=TYPES[empty])
    layers[first] = [*layers.get(first, []), *loose]
    page = io.BytesIO()
    with zipfile.ZipFile(page, "w", zipfile.ZIP_DEFLATED) as archive:
        for kind, some in sorted(layers.items()):
            label = name if len(layers) == 1 else f"{name}_{LAYERS[kind]}"
            for suffix, raw in _written(kind, columns, some).items():
                archive.writestr(f"{label}.{suffix}", raw)
            archive.writestr(f"{label}.cpg", "UTF-8")
            if system.wkt:
                archive.writestr(f"{label}.prj", system.wkt)
    return page.getvalue()


def _written(kind: int, columns: Sequence[str], rows: Sequence[tuple[Any, Sequence[Any]]]) -> dict[str, bytes]:
    streams = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    writer = shapefile.Writer(shapeType=kind, encoding="utf-8", **streams)
    wide = [_width([cells[n] for _geometry, cells in rows]) for n in range(len(columns))]
    for column, (sort, size) in zip(columns, wide, strict=True):
        for n in range(1, size + 1):
            name = column if n == 1 else f"{column}{n}"
            if sort == "N":
                writer.field(name, "N", size=18, decimal=8)
            else:
                writer.field(name, "C", size=CELL)
    for geometry, cells in rows:
        writer.shape(geometry) if geometry else writer.null()
        told: list[Any] = []
        for (sort, size), cell in zip(wide, cells, strict=True):
            told += (
                [None if cell == "" else cell] if sort == "N" else _chunks(str(cell if cell is not None else ""), size)
            )
        writer.record(*told)
    writer.close()
    return {suffix: stream.getvalue() for suffix, stream in streams.items()}


def _width(cells: Sequence[Any]) -> tuple[str, int]:
    """A column of numbers, or how many columns its longest text takes."""
    filled = [cell for cell in cells if cell not in (None, "")]
    if filled and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled):
        return "N", 1
    return "C", max((len(_pieces(str(cell))) for cell in filled), default=1) or 1


def _pieces(text: str) -> list[str]:
    """A text cut into pieces of at most 254 bytes, never within a letter."""
    pieces, size = [""], 0
    for letter in text:
        more = len(letter.encode())
        if size + more > CELL:
            pieces.append("")
            size = 0
        pieces[-1] += letter
        size += more
    return pieces


def _chunks(text: str, n: int) -> list[str]:
    pieces = _pieces(text)
    return [*pieces, *[""] * (n - len(pieces))]
