"""Reads a road network file into numbers: what the city's streets are before anybody answers for them.

Nothing is written here. A file that cannot be trusted is refused whole, naming the feature and the reason;
a line that can be read but is no street is left out and counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from pathlib import Path

from xiuhua.city.network_geojson import network_of_features, read_geojson
from xiuhua.city.network_osm import read_osm
from xiuhua.city.network_pbf import read_pbf
from xiuhua.city.recognising import Ground
from xiuhua.city.road_lines import Network, RoadLine
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapefiles import parts_of_zip, shapefile_features

__all__ = ["Network", "RoadLine", "read_network"]

UNPACKED_MAX = 1 << 30
"""Bytes that a file may unpack to. The roads of a prefecture take about a tenth of it."""

ZIPPED, LOOSE = b"PK\x03\x04", b"\x00\x00\x27\x0a"
FOREIGN = {b"SQLite format 3": "这是数据库文件（可能是 GeoPackage）"}


def read_network(
    path_or_bytes: str | Path | bytes,
    filename: str = "",
    *,
    system: str = "",
    ground: Ground | None = None,
    companions: Mapping[str, bytes] | None = None,
) -> Network:
    """The road lines of a GeoJSON, shapefile, OSM XML or OSM PBF file, gzipped or not, told apart by their first bytes.

    `system` is the coordinate system of the file where somebody states it (OSM is WGS84 always); `ground` is what the
    city knows, to recognise a wrong one; `companions` are the other parts of a loose .shp.

    Raises `Refused("city.network")` when the file cannot be trusted; then nothing of it is used.
    """
    if isinstance(path_or_bytes, bytes):
        raw, filename = path_or_bytes, filename or "文件"
    else:
        raw, filename = _bytes_of(Path(path_or_bytes)), filename or Path(path_or_bytes).name
    raw = _unpacked(raw, filename=filename)
    head = raw[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith((b"{", b"[")):
        network = read_geojson(raw, filename=filename, system=system, ground=ground)
    elif head.startswith(b"<"):
        network = read_osm(raw, filename=filename)
    elif b"OSMHeader" in raw[:64]:
        network = read_pbf(raw, filename=filename)
    elif raw.startswith((ZIPPED, LOOSE)):
        parts = parts_of_zip(raw, filename) if raw.startswith(ZIPPED) else {filename: raw, **(companions or {})}
        network = network_of_features(shapefile_features(parts, filename), system=system, ground=ground)
    else:
        raise _no_network(raw, filename=filename)
    network.source = network.source or filename
    if not network.segments:
        reasons = "；".join(f"{reason} {n} 条" for reason, n in network.left_out.most_common(3)) or "文件是空的"
        message = f"“{filename}”里没有可用的道路：{reasons}。请检查导出时选择的图层。"
        raise Refused("city.network", message, reason="没有可用的道路", left_out=dict(network.left_out))
    return network


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        message = f"打不开文件“{path}”。请检查路径和读取权限。"
        raise Refused("city.network", message, reason="打不开文件") from fault


def _unpacked(raw: bytes, *, filename: str) -> bytes:
    """The bytes inside gzip (several members in a row too), within `UNPACKED_MAX`."""
    if not raw.startswith(b"\x1f\x8b"):
        return raw
    parts, room = [], UNPACKED_MAX
    while raw.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(raw, room + 1)
        except zlib.error as fault:
            message = f"“{filename}”的压缩内容已损坏。请重新下载或重新压缩。"
            raise Refused("city.network", message, reason="压缩内容损坏") from fault
        parts.append(part)
        room -= len(part)
        if room < 0:
            message = f"“{filename}”解压后超过 {UNPACKED_MAX >> 20} MB。请只导出本市范围的道路。"
            raise Refused("city.network", message, reason="文件过大")
        if not member.eof:
            message = f"“{filename}”不完整，压缩内容在末尾中断。请重新下载。"
            raise Refused("city.network", message, reason="压缩内容不完整")
        raw = member.unused_data
    return b"".join(parts)


def _no_network(raw: bytes, *, filename: str) -> Refused:
    if not raw.strip():
        return Refused("city.network", "“{filename}”是空文件。", reason="空文件", filename=filename)
    what = next((text for magic, text in FOREIGN.items() if raw.startswith(magic)), "")
    what = what or "不认识的格式"
    message = f"“{filename}”不能读：{what}。请用 GIS 软件导出为 GeoJSON、Shapefile（打成 zip）或 OSM 文件后再导入。"
    return Refused("city.network", message, reason=what)
