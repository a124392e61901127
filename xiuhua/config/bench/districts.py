"""Balanced districts on two real networks, beside plain METIS and the nearest station; each checked independently."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from xiuhua.config.cli import say
from xiuhua.kit.refusals import Refused
from xiuhua.routes.checked import check_districts
from xiuhua.routes.districts import (
    DistrictParams,
    Streets,
    border_junctions,
    design_districts,
    metis_partition,
    ways_from,
)
from xiuhua.routes.engines import EngineAbsent
from xiuhua.routes.growth import medoid, spread_centres
from xiuhua.routes.network import Network, distances, flat, network_of
from xiuhua.routes.units import units_of

Divided = tuple[Sequence[int], Sequence[int], float]
"""The squad of every segment, the centres, and what no division can go below."""

TASKS = (("beijing_core", 8, 0.05), ("beijing_2013", 40, 0.10))


def run(*, seconds: int, seed: int) -> list[dict[str, Any]]:
    """A row for each network and way of dividing: greatest deviation, pieces, mean way, junctions, seconds."""
    return [row for name, squads, tolerance in TASKS for row in _rows(name, squads, tolerance, seconds, seed)]


def _rows(name: str, squads: int, tolerance: float, seconds: int, seed: int) -> Iterator[dict[str, Any]]:
    path = Path(settings.XIUHUA_DATA) / "roads" / f"{name}_segments.geojson.gz"
    if not path.exists():
        raise Refused("bench.data", "没有找到测试用的路网 {path}，请用 XIUHUA_DATA 指明数据目录。", path=str(path))
    lines = [
        feature["geometry"]["coordinates"] for feature in json.loads(gzip.decompress(path.read_bytes()))["features"]
    ]
    network = network_of(flat(lines))
    weight = network.length_m
    stations = dict(enumerate(spread_centres(units_of(network, weight, {}, 0), squads, [], seed)))
    params = DistrictParams(squads=squads, tolerance=tolerance, seed=seed, seconds=seconds)

    def metis() -> Divided:
        squad = metis_partition(network.near, weight, squads, seed)
        return squad, _middles(network, squad, squads), 0.0

    def nearest() -> Divided:
        roads = network.roads()
        far = [distances(roads, station) for station in stations.values()]
        return [min(range(squads), key=lambda s: far[s][i]) for i in range(network.size)], list(stations.values()), 0.0

    def ours(fixed: dict[int, int]) -> Divided:
        found = design_districts(Streets(network, weight, fixed), params)
        return found.squad, found.centres, found.bound.least

    ways: tuple[tuple[str, Callable[[], Divided]], ...] = (
        ("xiuhua", lambda: ours({})),
        ("plain METIS", metis),
        ("nearest station", nearest),
        ("xiuhua, same stations", lambda: ours(stations)),
    )
    for method, divide in ways:
        say(f"· {name} k={squads}: {method}")
        began = time.perf_counter()
        try:
            squad, centres, bound = divide()
        except EngineAbsent as absent:
            raise Refused(
                "bench.engine", "没有安装 {engine}，请先安装 xiuhua[districts]。", engine=absent.engine
            ) from None
        took = time.perf_counter() - began
        found = check_districts(lines, weight, squad, squads=squads, tolerance=tolerance, degrees=True)
        way_m, least_way_m = ways_from(network, weight, squad, centres)
        yield {
            "network": name, "segments": network.size, "squads": squads, "tolerance": tolerance, "method": method,
            "deviation": round(float(found.deviation), 4), "bound": round(bound, 4), "within": found.within, "contiguous": found.contiguous,
            "pieces": sum(found.pieces), "way_m": round(way_m), "least_way_m": round(least_way_m),
            "junctions": border_junctions(network, squad), "seconds": round(took, 2),
        }  # fmt: skip


def _middles(network: Network, squad: Sequence[int], squads: int) -> list[int]:
    """The middles of districts made by others; of a broken one, of its piece round the first try."""
    members: list[list[int]] = [[] for _ in range(squads)]
    for i, s in enumerate(squad):
        members[s].append(i)
    roads = network.roads()
    return [medoid(roads, network.length_m, mine, mine[len(mine) // 2]) for mine in members]
