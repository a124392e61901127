"""A whole file of points or addresses resolved: the same rows with what was found beside them.

Points are answered column by column, so that a million take seconds of arithmetic and no row is a Python object before
it is written; addresses are read a few thousand at a time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from django.utils.translation import gettext as _

from xiuhua.city.answers import SURE, Resolved
from xiuhua.city.compass import LEFT, RIGHT, side_words
from xiuhua.city.ground import named_by
from xiuhua.city.lines import Floats
from xiuhua.city.on_duty import on_duty_for
from xiuhua.city.places import coded, places
from xiuhua.city.reading import gazetteer
from xiuhua.city.resolving import SHOP_M, SITE_M, found_at, nowhere, resolve_phrases, segment_names
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import read_table

LON = ("lon", "lng", "longitude", "经度", "x")
LAT = ("lat", "latitude", "纬度", "y")
ADDRESS = ("address", "地址", "地点", "位置", "place", "q")
AT_ONCE = 5000


@dataclass(frozen=True)
class FileResolved:
    """What became of a file: rows in all, those with a place, those that need a look (certainty below 0.7)."""

    rows: int
    found: int
    doubtful: int


def resolve_file(
    path: Path, out: Path, at: dt.datetime, *, progress: Callable[[str], None] = lambda _told: None
) -> FileResolved:
    """Read a sheet with columns of longitude and latitude (WGS84) or of addresses, write it with what was found."""
    table = read_table(path.read_bytes(), path.name)
    names = {header.strip().lower(): header for header in table.headers}
    lon, lat, address = (next((names[one] for one in ones if one in names), "") for ones in (LON, LAT, ADDRESS))
    rows = [row for _n, row in table.rows]
    if not rows or not ((lon and lat) or address):
        raise Refused(
            "resolve.columns",
            "{name} 里没有认得的列：要有“经度”“纬度”两列，或者“地址”一列，下面至少一行。",
            field="file",
            name=path.name,
        )
    kept = {header: [row.get(header, "") for row in rows] for header in table.headers}
    if lon and lat:
        told = columns_of_points(_numbers(kept[lon]), _numbers(kept[lat]), at)
    else:
        told = _columns_of_phrases(kept[address], at, progress)
    frame = pl.DataFrame({**kept, **{f"{name}（结果）" if name in kept else name: some for name, some in told.items()}})
    with out.open("wb") as file:
        file.write("\ufeff".encode())
        frame.write_csv(file, line_terminator="\r\n")
    sure = np.array(told[CERTAINTY])
    return FileResolved(len(rows), int((sure > 0).sum()), int(((sure > 0) & (sure < 0.7)).sum()))


SEGMENT, NAME, SIDE, GRID, SHOP, SITE, DISTANCE, CERTAINTY, WORDS, PEOPLE, WHY = (
    "路段编码", "路段", "侧", "网格", "商户", "点位", "距离（米）", "把握", "把握程度", "负责", "说明",
)  # fmt: skip


def columns_of_points(lon: Floats, lat: Floats, at: dt.datetime) -> dict[str, list[Any]]:
    """The likeliest answer for each of many points, as columns in their order. A point that is none has no answer."""
    book = gazetteer(places())
    shapes = book.places
    real = (np.abs(lon) <= 180) & (np.abs(lat) <= 90)
    lon, lat = np.where(real, lon, 0.0), np.where(real, lat, 0.0)
    found = found_at(shapes, lon, lat)
    x, y = shapes.plane.xy(lon, lat)
    shop, _far = book.shops.nearest(x, y, reach_m=SHOP_M)
    site, _far = book.sites.nearest(x, y, reach_m=SITE_M)
    segments, grids = coded(shapes.streets.codes, found.feet.line), coded(shapes.grids.codes, found.grid)
    names = segment_names({one for one in segments if one})
    where = list(zip(segments, grids, strict=True))
    people = {one: "；".join(who.words for who in told) for one, told in on_duty_for(where, at).items()}
    there = found.certainty > 0
    return {
        SEGMENT: segments,
        NAME: [names.get(code, "") for code in segments],
        SIDE: _side_names(book, found),
        GRID: grids,
        SHOP: coded([one.name for one in book.shops.every], np.where(there, shop, -1)),
        SITE: coded([one.name for one in book.sites.every], np.where(there, site, -1)),
        DISTANCE: [None if one != one else round(one, 1) for one in found.feet.distance_m.tolist()],
        CERTAINTY: np.round(found.certainty, 3).tolist(),
        WORDS: _sure_words(found.certainty),
        PEOPLE: [people[one] for one in where],
        WHY: ["" if one else nowhere(inside) for one, inside in zip(there.tolist(), found.inside.tolist(), strict=True)],
    }  # fmt: skip


def _side_names(book: Any, found: Any) -> list[str]:
    """The names of the sides: few different ones, so each is worded once."""
    streets = book.places.streets
    on = np.flatnonzero(found.feet.line >= 0)
    heading = np.degrees(named_by(streets, found.feet.line[on], found.feet.heading[on]))
    whole = np.round(heading).astype(int)
    words = {
        (degrees, side): side_words(LEFT if side > 0 else RIGHT, np.radians(degrees))
        for degrees in np.unique(whole).tolist()
        for side in (1, -1)
    }
    names = [""] * len(found.feet.line)
    for n, degrees, side in zip(on.tolist(), whole.tolist(), found.side[on].tolist(), strict=True):
        names[n] = words[degrees, side]
    return names


def _sure_words(certainty: Floats) -> list[str]:
    every = [*(str(words) for _least, words in SURE), ""]
    step = np.searchsorted(-np.array([least for least, _words in SURE]), -certainty, side="left")
    return [every[n] for n in np.where(certainty > 0, np.minimum(step, len(SURE) - 1), len(SURE)).tolist()]


def _columns_of_phrases(texts: list[str], at: dt.datetime, progress: Callable[[str], None]) -> dict[str, list[Any]]:
    answers: list[Resolved] = []
    for begin in range(0, len(texts), AT_ONCE):
        answers += resolve_phrases(texts[begin:begin + AT_ONCE], at)  # fmt: skip
        progress(_("· 地址 {n:,} / {total:,}").format(n=len(answers), total=len(texts)))
    best = [answer.best for answer in answers]
    return {
        SEGMENT: [one.segment if one else "" for one in best],
        NAME: [one.segment_name if one else "" for one in best],
        SIDE: [one.side_name if one else "" for one in best],
        GRID: [one.grid if one else "" for one in best],
        SHOP: [one.shop_name if one else "" for one in best],
        SITE: [one.site_name if one else "" for one in best],
        "经度（WGS84）": [one.lon if one else None for one in best],
        "纬度（WGS84）": [one.lat if one else None for one in best],
        "误差（米）": [one.accuracy_m if one else None for one in best],
        CERTAINTY: [round(one.certainty, 3) if one else 0.0 for one in best],
        WORDS: [one.certainty_words if one else "" for one in best],
        PEOPLE: ["；".join(who.words for who in one.on_duty) if one else "" for one in best],
        WHY: [answer.best.because if answer.best else answer.problem for answer in answers],
    }


def _numbers(texts: list[str]) -> Floats:
    """Numbers out of cells; what is none is nan and finds nothing."""
    column = pl.Series(texts, dtype=pl.String).str.strip_chars().cast(pl.Float64, strict=False)
    found: Floats = column.to_numpy().astype(float)
    return np.where(np.isfinite(found), found, np.nan)
