"""The register drawn as GeoJSON: streets and the bureau's edge, for maps and for machines."""

from __future__ import annotations

import functools
import json
from typing import Any

from xiuhua.city.models import Segment
from xiuhua.city.queries import bureau
from xiuhua.city.stamps import stamps
from xiuhua.kit.digests import hexdigest


def collection(features: list[dict[str, Any]]) -> bytes:
    """A feature collection as bytes."""
    told = {"type": "FeatureCollection", "features": features}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def street_stamp() -> str:
    """A short text that changes when the register of segments does."""
    found = bureau()
    return hexdigest(json.dumps([stamps()["city_segment"], found.code if found else ""]).encode())[:20]


@functools.lru_cache(maxsize=4)
def streets(stamp: str, *, whole: bool = False) -> bytes:
    """Every segment as a line: its name and class to draw it, all that the register says when `whole`."""
    fields = ("road", "cls", "code", "from_name", "to_name", "length_m", "grid", "network")
    rows = Segment.objects.in_use().order_by("id").values_list("line", *fields).iterator(chunk_size=2000)
    features = []
    for line, road, cls, code, begins, ends, length, grid, network in rows:
        told = {"name": road, "cls": cls}
        if whole:
            told |= {"code": code, "from": begins, "to": ends, "length_m": float(length), "grid": grid}
            told |= {"network": network}
        drawn = [[round(x, 6), round(y, 6)] for x, y, *_height in line]
        shape = {"type": "LineString", "coordinates": drawn} if len(drawn) > 1 else None
        if whole or shape:
            features.append({"type": "Feature", "geometry": shape, "properties": told})
    return collection(features)


def boundary() -> bytes:
    """The edge of the bureau's ground."""
    found = bureau()
    return collection(
        [
            {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": ring}}
            for ring in (found.boundary if found else [])
        ]
    )
