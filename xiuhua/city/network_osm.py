"""Road lines from OSM XML (.osm): ways of street classes, cut where they meet another street."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Never
from xml.etree.ElementTree import ParseError, XMLParser

from xiuhua.city.road_lines import (
    NAME_MAX,
    NO_STREETS,
    Lonlat,
    Network,
    RoadLine,
    class_of,
    length_of,
    oneway_of,
    range_fault,
)
from xiuhua.kit.refusals import Refused

CHUNK = 1 << 20
ROUND = ("roundabout", "circular")


@dataclass(slots=True)
class _Way:
    osm_id: str
    tags: dict[str, str]
    nodes: list[str]
    cls: str = ""


def read_osm(raw: bytes, *, filename: str) -> Network:
    """Every way with `highway`, kept or left out with its reason; refuses a document type, so no entities."""
    target = OsmTarget(filename)
    parser = XMLParser(target=target)
    try:
        for start in range(0, len(raw), CHUNK):
            parser.feed(raw[start : start + CHUNK])
        parser.close()
    except ParseError as fault:
        line, column = fault.position
        message = f"“{filename}”不是完整的 XML：第 {line} 行第 {column + 1} 个字符处读不下去。请重新导出。"
        raise Refused("city.network", message, reason="不是 XML", line=line, column=column + 1) from fault
    except (LookupError, ValueError) as fault:
        message = f"“{filename}”的文字编码不能识别。请重新导出为 UTF-8。"
        raise Refused("city.network", message, reason="编码不能识别") from fault
    return network_of(target)


class OsmTarget:
    """Listens to the parser: keeps node positions and ways with `highway`, nothing else of the file."""

    def __init__(self, filename: str) -> None:
        self.filename, self.nodes, self.ways = filename, dict[str, Lonlat](), dict[str, _Way]()
        self.way: _Way | None = None
        self.copyright, self.root, self.deep = "", "", 0

    def refuse(self, reason: str, *, feature: str = "") -> Never:
        where = f"的{feature}" if feature else ""
        message = f"“{self.filename}”{where}不能用：{reason}。整个文件没有导入，请改正后重试。"
        raise Refused("city.network", message, feature=feature, reason=reason)

    def doctype(self, name: str, pubid: str, system: str) -> None:
        self.refuse("带有文档类型声明（DOCTYPE），OSM 文件没有这种内容")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if not self.root:
            self.open_file(tag, attributes)
        elif tag == "node":
            self.take_node(attributes)
        elif tag == "way":
            gone = attributes.get("visible") == "false" or attributes.get("action") == "delete"
            self.way = None if gone else _Way(attributes.get("id", ""), {}, [])
        elif self.way is not None and tag == "nd":
            self.way.nodes.append(attributes.get("ref", ""))
        elif self.way is not None and tag == "tag":
            self.way.tags[attributes.get("k", "")] = attributes.get("v", "")

    def end(self, tag: str) -> None:
        if tag != "way" or self.way is None:
            return
        way, self.way = self.way, None
        if "highway" not in way.tags:
            return
        label = f"道路 way {way.osm_id or '（无编号）'}"
        if not way.osm_id:
            self.refuse("缺少编号 id", feature=label)
        if way.osm_id in self.ways:
            self.refuse("编号重复", feature=label)
        if len(_name_of(way)) > NAME_MAX:
            self.refuse(f"名称超过 {NAME_MAX} 个字", feature=label)
        self.ways[way.osm_id] = way

    def open_file(self, tag: str, attributes: dict[str, str]) -> None:
        if tag != "osm":
            self.refuse(f"不是 OSM 文件（最外层是 <{tag[:40]}>，应为 <osm>）")
        self.root, holder = tag, attributes.get("copyright", "")
        self.copyright = f"© {holder}" if holder and not holder.startswith("©") else holder

    def take_node(self, attributes: dict[str, str]) -> None:
        node = attributes.get("id", "")
        label = f"节点 node {node or '（无编号）'}"
        if attributes.get("visible") == "false" or attributes.get("action") == "delete":
            return
        try:
            lon, lat = float(attributes["lon"]), float(attributes["lat"])
        except (KeyError, ValueError):
            self.refuse("坐标缺少或不是数字", feature=label)
        if fault := range_fault(lon, lat):
            self.refuse(f"[{lon:.6g}, {lat:.6g}] {fault}", feature=label)
        if self.nodes.setdefault(node, (lon, lat)) != (lon, lat):
            self.refuse("编号重复而坐标不同", feature=label)


def _name_of(way: _Way) -> str:
    words = way.tags.get("name:zh") or way.tags.get("name") or ""
    return "".join(c for c in words if c.isprintable()).strip()


def _fault_of(way: _Way) -> str:
    """Why a way is no street, or an empty string; sets its class on the way."""
    word = way.tags["highway"]
    way.cls = class_of(word)
    if way.tags.get("area") == "yes":
        return f"是面不是线：highway={word[:40]}"
    if not way.cls:
        return f"不认识的道路类别：{word[:40]}"
    return f"不是街道：{way.cls}" if way.cls in NO_STREETS else ""


def network_of(target: OsmTarget) -> Network:
    """Ways to segments: runs of known nodes, cut at nodes met more than once among the kept ways."""
    network = Network(attribution=target.copyright or "© OpenStreetMap contributors", read=len(target.ways))
    kept: list[tuple[_Way, list[list[str]]]] = []
    for way in target.ways.values():
        fault = _fault_of(way)
        runs = [] if fault else _runs(way.nodes, target.nodes)
        if not fault and not runs:
            cut = any(node not in target.nodes for node in way.nodes)
            fault = "节点不在文件范围内" if cut else "少于两个点"
        if fault:
            network.left_out[fault] += 1
            continue
        if any(node not in target.nodes for node in way.nodes):
            network.remarks["有节点不在文件范围内，只保留图内部分"] += 1
        kept.append((way, runs))
    met = Counter(node for _, runs in kept for run in runs for node in run)
    for way, runs in kept:
        pieces = [piece for run in runs for piece in _cut(run, met)]
        network.segments += [_road(way, piece, n, target.nodes) for n, piece in enumerate(pieces, start=1)]
    network.kept = len(kept)
    return network


def _runs(refs: list[str], known: dict[str, Lonlat]) -> list[list[str]]:
    """Stretches of a way whose nodes the file has; an extract's edge may leave several, none bridged over."""
    runs: list[list[str]] = [[]]
    for ref in refs:
        if ref not in known:
            runs.append([])
        elif not runs[-1] or known[runs[-1][-1]] != known[ref]:
            runs[-1].append(ref)
    return [run for run in runs if len(run) > 1]


def _cut(run: list[str], met: Counter[str]) -> list[list[str]]:
    """A run of nodes divided at its inner junctions; the node cut at belongs to both pieces."""
    cuts = [0, *(n for n in range(1, len(run) - 1) if met[run[n]] > 1), len(run) - 1]
    return [run[a : b + 1] for a, b in pairwise(cuts)]


def _road(way: _Way, piece: list[str], n: int, known: dict[str, Lonlat]) -> RoadLine:
    line = [known[node] for node in piece]
    implied = way.cls == "motorway" or way.tags.get("junction") in ROUND
    oneway = oneway_of(way.tags.get("oneway"), implied=implied)
    length_m = round(length_of(line), 1)
    code = f"{way.osm_id}-{n}"
    return RoadLine(code, _name_of(way), way.cls, oneway, length_m, line, way.osm_id, piece[0], piece[-1])
