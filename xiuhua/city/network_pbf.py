"""Road lines from OSM PBF (.osm.pbf): the same ways, cut at the same junctions, as from OSM XML.

The engine that unpacks it, osmium, is an extra of the program: `pip install xiuhua[pbf]`.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from xiuhua.city.network_osm import OsmTarget, network_of
from xiuhua.city.road_lines import Network
from xiuhua.kit.refusals import Refused


def read_pbf(raw: bytes, *, filename: str) -> Network:
    """Every way with `highway`, kept or left out with its reason. The file is gone through twice: ways, then their nodes,
    so that a province's file fits into memory."""
    try:
        import osmium  # noqa: PLC0415 - an extra, named in the sentence when it is absent
    except ImportError as error:
        message = f"“{filename}”是 OSM 的 PBF 格式，读它要先安装：pip install xiuhua[pbf]。也可以转成 OSM XML 或 GeoJSON 再导入。"
        raise Refused("city.network", message, reason="缺少 osmium") from error
    target = OsmTarget(filename)
    try:
        _ways(osmium, raw, target)
        _nodes(osmium, raw, target)
    except (RuntimeError, ValueError) as fault:
        message = f"“{filename}”不是完整的 PBF 文件：{str(fault)[:80]}。请重新下载或导出。"
        raise Refused("city.network", message, reason="不是 PBF") from fault
    return network_of(target)


def write_pbf(xml: bytes) -> bytes:
    """OSM XML as PBF: the same nodes, ways and tags."""
    try:
        import osmium  # noqa: PLC0415 - an extra, named in the sentence when it is absent
    except ImportError as error:
        raise Refused(
            "export.pbf", "写 PBF 要先安装：pip install xiuhua[pbf]。也可以导出 OSM XML。", field="format"
        ) from error
    with tempfile.TemporaryDirectory(prefix="xiuhua-pbf-") as folder:
        path = Path(folder) / "roads.osm.pbf"
        with osmium.SimpleWriter(str(path)) as writer:
            for one in osmium.FileProcessor(osmium.io.FileBuffer(xml, "osm")):
                writer.add(one)
        return path.read_bytes()


def _file(osmium: Any, raw: bytes, kinds: Any) -> Any:
    return osmium.FileProcessor(osmium.io.FileBuffer(raw, "osm.pbf"), kinds)


def _ways(osmium: Any, raw: bytes, target: OsmTarget) -> None:
    target.start("osm", {})
    for way in _file(osmium, raw, osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway")):
        target.start("way", {"id": str(way.id)})
        for node in way.nodes:
            target.start("nd", {"ref": str(node.ref)})
        for tag in way.tags:
            target.start("tag", {"k": tag.k, "v": tag.v})
        target.end("way")


def _nodes(osmium: Any, raw: bytes, target: OsmTarget) -> None:
    wanted = {ref for way in target.ways.values() for ref in way.nodes}
    for node in _file(osmium, raw, osmium.osm.NODE):
        ref = str(node.id)
        if ref in wanted and node.location.valid():
            target.take_node({"id": ref, "lon": str(node.location.lon), "lat": str(node.location.lat)})
