"""Roads come into the register: a network read from a file becomes the bureau's segments, all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid5

from xiuhua.city.models import Bureau, Segment
from xiuhua.city.networks import Network, RoadLine
from xiuhua.city.places import places
from xiuhua.city.road_lines import register_class
from xiuhua.kit.points import Point
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, action, record_all
from xiuhua.ledger.dictionary import read_facts
from xiuhua.ledger.kinds.city import NetworkRegistered, SegmentRegistered
from xiuhua.ledger.models import Line

NAME = re.compile(r"[\w-]{1,16}")
CODE_MAX = 32


@dataclass(frozen=True)
class NetworkImported:
    """What an import of roads did: segments that are new, known and the same, known and told otherwise by the file.

    The register keeps what it had of the last; `length_m` is that of the new segments.
    """

    network: str
    added: int
    unchanged: int
    differing: int
    length_m: float
    system: str = "wgs84"


def _first_answer(line: Line) -> NetworkImported:
    told = read_facts(line.kind, line.facts)
    assert isinstance(told, NetworkRegistered)
    return NetworkImported(told.network, told.added, told.unchanged, told.differing, told.length_m, told.system)


@action(answer=_first_answer)
def register_network(act: Act, *, network: Network, name: str) -> NetworkImported:
    """All segments of a network come into the register at once, coded `name-number`. Known codes stay as they are."""
    if not NAME.fullmatch(name):
        raise Refused(
            "city.network_name", "路网名称“{name}”只能用 1 到 16 个文字、数字、- 或 _。", field="name", name=name
        )
    told = dict(_coded(network, name))
    _inside_the_city(told)
    known = {row.code: row for row in Segment.objects.filter(network=name)}
    fresh = {code: segment for code, segment in told.items() if code not in known}
    _refuse_taken(fresh, name)
    differing = sum(_differs(known[code], segment) for code, segment in told.items() if code in known)
    done = NetworkImported(
        network=name,
        added=len(fresh),
        unchanged=len(told) - len(fresh) - differing,
        differing=differing,
        length_m=float(sum((segment.length_m for segment in fresh.values()), Decimal(0))),
        system=network.system,
    )
    act.record(NetworkRegistered(**vars(done)), about=f"network:{name}")
    Segment.objects.bulk_create(fresh.values(), batch_size=1000)
    record_all([_line(act, segment) for segment in fresh.values()])
    _credit(network.attribution)
    return done


def _coded(network: Network, name: str) -> Iterator[tuple[str, Segment]]:
    """The segments under their codes; a road without a number in the file is numbered by its place in it."""
    met: set[str] = set()
    for number, road in enumerate(network.segments, start=1):
        code = f"{name}-{road.code_hint or f'n{number}'}"
        where = f"第 {number} 条道路（编号 {road.code_hint[:40] or '无'}，{road.name[:40] or '无名'}）"
        if len(code) > CODE_MAX:
            raise Refused(
                "city.network",
                "{where}的编号太长：加上路网名称不能超过 {code_max} 个字。没有导入任何道路。",
                where=where,
                code_max=CODE_MAX,
            )
        if code in met:
            raise Refused("city.network", "{where}的编号与前面一条重复。没有导入任何道路。", where=where)
        met.add(code)
        yield code, _segment(code, road, name)


def _segment(code: str, road: RoadLine, network: str) -> Segment:
    return Segment(
        code=code,
        road=road.name,
        cls=register_class(road.cls),
        oneway=road.oneway,
        length_m=Decimal(str(round(road.length_m, 1))),
        line=[[round(lon, 7), round(lat, 7)] for lon, lat in road.line],
        network=network,
    )


def _inside_the_city(told: Mapping[str, Segment]) -> None:
    """A network of which nothing lies in the bureau's boundary is another city's."""
    shapes = places()
    if not any(shapes.inside(Point(*point)) for segment in told.values() for point in segment.line):
        raise Refused("city.network", "这个路网没有一条路在本市范围内，请核对文件和坐标系。没有导入任何道路。")


def _refuse_taken(fresh: Mapping[str, Segment], name: str) -> None:
    """Codes are the register's, whichever network or sheet they came with."""
    others = Segment.objects.exclude(network=name).values_list("code", flat=True)
    taken = next((code for code in others.iterator(chunk_size=5000) if code in fresh), None)
    if taken:
        raise Refused("city.network_name", "路段编号 {taken} 已经用过，请换一个路网名称。", field="name", taken=taken)


def _differs(known: Segment, told: Segment) -> bool:
    return any(getattr(known, name) != getattr(told, name) for name in ("road", "cls", "oneway", "length_m", "line"))


def _line(act: Act, segment: Segment) -> Line:
    told = SegmentRegistered(
        road=segment.road, length_m=float(segment.length_m), cls=segment.cls, network=segment.network
    )
    return act.line(
        told, about=f"segment:{segment.code}", place=Place(segment=segment.code), key=uuid5(act.key, segment.code)
    )


def _credit(attribution: str) -> None:
    """Whose data the map shows is said on the map."""
    found = Bureau.objects.first()
    if found is None or not attribution or attribution in found.attribution:
        return
    credit = " ".join(part for part in (found.attribution, attribution) if part)
    if len(credit) <= 200:
        Bureau.objects.filter(pk=found.pk).update(attribution=credit)
