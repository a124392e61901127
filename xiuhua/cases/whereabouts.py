"""What the city says about the reports of a batch: segment, grid, squad, campaign and road, asked once for all."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from xiuhua.campaigns.queries import campaign_among, campaigns_begun
from xiuhua.cases.reports import Report, chunks
from xiuhua.city.models import Duty, Segment
from xiuhua.city.places import Places
from xiuhua.ledger.act import bureau_day


@dataclass(frozen=True)
class Whereabouts:
    """Where a report belongs: in codes, and the name of its road."""

    segment: str = ""
    grid: str = ""
    for_unit: str = ""
    campaign: str = ""
    road: str = ""


def whereabouts_of(reports: Sequence[Report], shapes: Places) -> list[Whereabouts]:
    """Where each of many reports belongs; what a report says itself goes before what the map says."""
    located = [n for n, one in enumerate(reports) if one.lon is not None and one.lat is not None]
    lon = np.array([reports[n].lon for n in located], dtype=float)
    lat = np.array([reports[n].lat for n in located], dtype=float)
    near_points, grids_there = shapes.located(lon, lat)
    near, grids = dict(zip(located, near_points, strict=True)), dict(zip(located, grids_there, strict=True))
    segments = [one.segment or near.get(n, "") for n, one in enumerate(reports)]
    roads, squads = _roads(set(segments)), _squads(set(segments))
    campaign = functools.cache(functools.partial(campaign_among, campaigns_begun()))
    found = []
    for n, (one, segment) in enumerate(zip(reports, segments, strict=True)):
        day = bureau_day(one.at)
        found.append(
            Whereabouts(
                segment=segment,
                grid=grids.get(n, ""),
                for_unit=one.for_unit or _squad_on(squads.get(segment, ()), day),
                campaign=campaign(day=day, category=one.category, segment=segment),
                road=roads.get(segment, ""),
            )
        )
    return found


def _roads(codes: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for some in chunks(sorted(codes - {""})):
        found |= dict(Segment.objects.filter(code__in=some).values_list("code", "road"))
    return found


def _squads(codes: set[str]) -> dict[str, list[Duty]]:
    """Who answered for each segment at any time, the primary first."""
    found: dict[str, list[Duty]] = {}
    for some in chunks(sorted(codes - {""})):
        duties = Duty.objects.filter(
            part=Duty.Part.SQUAD, thing__in=[f"segment:{code}" for code in some], unit__isnull=False
        )
        for duty in duties.select_related("unit").order_by("-primary", "id"):
            found.setdefault(duty.thing.removeprefix("segment:"), []).append(duty)
    return found


def _squad_on(duties: Sequence[Duty], day: dt.date) -> str:
    for duty in duties:
        if duty.unit and duty.begins_on <= day and (duty.ends_on is None or day < duty.ends_on):
            return duty.unit.path
    return ""
