"""Bringing in a road file: read whole, registered whole, and told in the same words at the desk and on the command line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Any

from xiuhua.city.networks import Network, read_network
from xiuhua.city.place_files import SHEETS, read_file
from xiuhua.city.place_import import PlacesBroughtIn, import_places
from xiuhua.city.recognising import known_ground
from xiuhua.city.road_register import NetworkImported, register_network
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act
from xiuhua.ledger.models import Line


@dataclass(frozen=True)
class RoadsImported:
    """What became of the lines of a road file. `again` when this very act was done before."""

    file: str
    network: Network
    done: NetworkImported
    again: bool

    def told(self) -> dict[str, Any]:
        """The same for machines."""
        return {
            "file": self.file,
            "read": self.network.read,
            **asdict(self.done),
            "added": 0 if self.again else self.done.added,
            "unchanged": self.done.unchanged + (self.done.added if self.again else 0),
            "length_km": round(self.network.length_m / 1000, 1),
            "left_out": dict(self.network.left_out.most_common()),
            "remarks": dict(self.network.remarks),
            "attribution": self.network.attribution,
        }

    def sentences(self) -> Iterator[str]:
        """The same for people: what came in, what did not and why, what to look at."""
        told = self.told()
        yield (
            f"路网“{told['network']}”：文件有 {told['read']} 条线，新登记 {told['added']} 段，原有 {told['unchanged']} 段，"
            f"共 {told['length_km']} 公里。"
        )
        if told["differing"]:
            yield f"{told['differing']} 段与登记的不一样，登记的没有改动；要用新的图形，请换一个路网名称导入。"
        yield from (f"未登记 {count}：{reason}" for reason, count in told["left_out"].items())
        yield from (f"请核对 {count}：{remark}" for remark, count in told["remarks"].items())
        if told["attribution"]:
            yield str(told["attribution"])


def network_name(filename: str) -> str:
    """The name that a road file gives its network when nobody names it."""
    return re.sub(r"[^\w-]", "-", PurePath(filename).name.partition(".")[0])[:16].strip("-")


def import_roads(
    act: Act,
    *,
    raw: bytes,
    filename: str,
    name: str = "",
    system: str = "",
    companions: Mapping[str, bytes] | None = None,
) -> RoadsImported | PlacesBroughtIn:
    """Read the file and register its roads: everything or nothing.

    A sheet, and a file that the register itself exported, name each segment by its code and come in under it; a drawn
    network without such codes comes in under a name of its own.
    """
    if filename.lower().endswith(SHEETS) or _is_exported(raw, filename, companions):
        return import_places(act, sort="segment", raw=raw, filename=filename, system=system, companions=companions)
    network = read_network(raw, filename, system=system, ground=known_ground(), companions=companions)
    again = Line.objects.filter(key=act.key).exists()
    done = register_network(act, network=network, name=name.strip() or network_name(filename))
    return RoadsImported(filename, network, done, again)


def _is_exported(raw: bytes, filename: str, companions: Mapping[str, bytes] | None) -> bool:
    """Whether a file names segments as this register does: by a code and the network that they came with."""
    if filename.lower().endswith((".osm", ".osm.gz", ".pbf", ".xml")) or not raw.strip():
        return False
    try:
        features = read_file(raw, filename, companions=companions).features
    except Refused:
        return False  # whoever reads it as a network says what is wrong
    return bool(features) and all({"code", "network"} <= one.properties.keys() for one in features)
