"""A point or what people write about a place becomes segment and side, grid, shop, site and the persons on duty.

One question is a list of questions with one in it, and points go through the columns of `Places`. Near a border the
answer holds every candidate. How certain one is, 0..1, is our choice: as far as the street (1 to 30 metres, falling to
0.4 at 300), shared with what is nearly as near, and the sides and grids likewise; people read it in four words.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from xiuhua.city.answers import Candidate, Resolved
from xiuhua.city.compass import LEFT, RIGHT, side_words
from xiuhua.city.ground import named_by
from xiuhua.city.house_numbers import Guess
from xiuhua.city.lines import Feet, Floats, Ints
from xiuhua.city.models import Segment
from xiuhua.city.on_duty import on_duty_for
from xiuhua.city.places import REACH_M, TIE_M, Places, Rivals, places
from xiuhua.city.reading import Gazetteer, gazetteer
from xiuhua.kit.points import Point

SIDE_SURE_M = 6.0
"""That far off the middle of the street a side is certain; on the middle each is as likely as the other."""
SHOP_M, SITE_M = 30.0, 60.0
FULL_WITHIN_M, LEAST = 30.0, 0.4


@dataclass(frozen=True)
class Found:
    """The answers of many points as columns; numbers of segments, grids, shops and sites, -1 where there is none."""

    lon: Floats
    lat: Floats
    inside: np.ndarray
    feet: Feet
    grid: Ints
    grid_edge_m: Floats
    rivals: Rivals
    grid_rivals: Rivals
    share: Floats
    """What the nearest segment has of the certainty that it shares with its rivals, 0..1."""
    certainty: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def side(self) -> Ints:
        """1 left, -1 right, 0 where there is no segment."""
        return np.where(self.feet.line < 0, 0, np.where(self.feet.off_m >= 0, 1, -1))


def found_at(shapes: Places, lon: Floats, lat: Floats) -> Found:
    """Everything about many points that is arithmetic: the one way that one point takes as well."""
    x, y = shapes.plane.xy(lon, lat)
    feet = shapes.nearest(x, y)
    grid = shapes.grids.holding(x, y)
    rivals, grid_rivals = shapes.rivals(x, y, feet), shapes.grid_rivals(x, y, grid)
    edge = np.full(len(x), np.inf)
    np.minimum.at(edge, grid_rivals.point, grid_rivals.beyond_m)
    others = np.zeros(len(x))
    np.add.at(others, rivals.point, 1.0 - rivals.beyond_m / TIE_M)
    share = 1.0 / (1.0 + others)
    certainty = closeness(feet.distance_m) * share * side_sure(feet.off_m) * edge_sure(edge)
    certainty = np.where(feet.line < 0, np.where(grid < 0, 0.0, 0.5 * edge_sure(edge)), certainty)
    return Found(
        lon, lat, shapes.covers(lon, lat), feet, grid, edge, rivals, grid_rivals, share, certainty
    )  # fmt: skip


def closeness(distance_m: Any) -> Any:
    """How much a segment is worth at a distance: 1 to 30 metres, then less, 0.4 at the end of the reach."""
    return 1.0 - (1.0 - LEAST) * np.clip((distance_m - FULL_WITHIN_M) / (REACH_M - FULL_WITHIN_M), 0.0, 1.0)


def side_sure(off_m: Any) -> Any:
    """How certain a side is at so many metres off the middle of the street: 0.5 on it, 1 from 6 metres."""
    return np.clip(0.5 + np.abs(off_m) / (2 * SIDE_SURE_M), 0.5, 1.0)


def edge_sure(edge_m: Any) -> Any:
    """How certain a grid is at so many metres from the next one: 0.5 on the border, 1 from 8 metres."""
    return np.clip(0.5 + np.asarray(edge_m) / (2 * TIE_M), 0.5, 1.0)


# ---------------------------------------------------------------- questions


def resolve_point(point: Point, at: dt.datetime) -> Resolved:
    """Where a point lies, and who answers for it at a moment."""
    return resolve_points([point], at)[0]


def resolve_points(points: Sequence[Point], at: dt.datetime) -> list[Resolved]:
    """The same for many points."""
    book = gazetteer(places())
    return _with_people(_of_points(book, points), at)


def resolve_phrase(text: str, at: dt.datetime) -> Resolved:
    """Which place a phrase means, and who answers for it at a moment."""
    return resolve_phrases([text], at)[0]


def resolve_phrases(texts: Sequence[str], at: dt.datetime) -> list[Resolved]:
    """The same for many phrases: each is read alone, the places found are looked up together."""
    book = gazetteer(places())
    read = [book.guesses(text) for text in texts]
    found = _of_guesses(book, [guess for guesses, _problem in read for guess in guesses])
    answers, begin = [], 0
    for guesses, problem in read:
        some = _distinct(found[begin:begin + len(guesses)])  # fmt: skip
        begin += len(guesses)
        answers.append(Resolved(tuple(some), "" if some else problem))
    return _with_people(answers, at)


# ---------------------------------------------------------------- points


def _of_points(book: Gazetteer, points: Sequence[Point]) -> list[Resolved]:
    shapes = book.places
    lon, lat = np.array([one.lon for one in points]), np.array([one.lat for one in points])
    found = found_at(shapes, lon, lat)
    x, y = shapes.plane.xy(lon, lat)
    shop, _shop_m = book.shops.nearest(x, y, reach_m=SHOP_M)
    site, _site_m = book.sites.nearest(x, y, reach_m=SITE_M)
    others, grids = _by_point(found.rivals), _by_point(found.grid_rivals)
    answers = []
    for n in range(len(points)):
        base = Candidate(
            lon=float(lon[n]), lat=float(lat[n]), certainty=float(found.certainty[n]), accuracy_m=0.0,
            **_spot("shop", book.shops.every[shop[n]] if shop[n] >= 0 else None),
            **_spot("site", book.sites.every[site[n]] if site[n] >= 0 else None),
            **_grid(shapes, int(found.grid[n])),
        )  # fmt: skip
        some = _segments(shapes, found, n, base, others.get(n, ()))
        some = _both_sides(shapes, found, n, some)
        some = [*some, *_other_grids(shapes, some, grids.get(n, ()))]
        some = [one for one in some if one.certainty > 0]
        problem = "" if some else nowhere(bool(found.inside[n]))
        answers.append(Resolved(tuple(sorted(some, key=lambda one: -one.certainty)), problem, bool(found.inside[n])))
    return answers


def nowhere(inside: bool) -> str:
    if not inside:
        return _("这个位置不在本市范围内，请核对坐标（先经度、后纬度，WGS84）。")
    return _("这个位置 {n:.0f} 米内没有登记的路段，也不在任何网格里。").format(n=REACH_M)


def _by_point(rivals: Rivals) -> dict[int, list[tuple[int, float]]]:
    told: dict[int, list[tuple[int, float]]] = {}
    for n, which, beyond in zip(rivals.point.tolist(), rivals.which.tolist(), rivals.beyond_m.tolist(), strict=True):
        told.setdefault(n, []).append((which, beyond))
    return told


def _segments(
    shapes: Places, found: Found, n: int, base: Candidate, others: Sequence[tuple[int, float]]
) -> list[Candidate]:
    """The nearest segment and those nearly as near. A rival has its own side and its own distance."""
    line = int(found.feet.line[n])
    if line < 0:
        return [base]
    some = [replace(base, **_on(shapes, line, float(found.feet.distance_m[n]), *_facing(shapes, found.feet, n)))]
    x, y = shapes.plane.xy(found.lon[n:n + 1], found.lat[n:n + 1])  # fmt: skip
    number, feet = shapes.streets.lines.within(x, y, found.feet.distance_m[n:n + 1] + TIE_M)  # fmt: skip
    wanted = dict(others)
    for k in range(len(number)):
        other = int(feet.line[k])
        if other in wanted:
            part = base.certainty * (1.0 - wanted[other] / TIE_M)
            told = _on(shapes, other, float(feet.distance_m[k]), *_facing(shapes, feet, k))
            some.append(replace(base, **told, certainty=part))
    return some


def _facing(shapes: Places, feet: Feet, n: int) -> tuple[float, float]:
    heading = named_by(shapes.streets, feet.line[n:n + 1], feet.heading[n:n + 1])  # fmt: skip
    return float(feet.off_m[n]), float(heading[0])


def _on(shapes: Places, line: int, distance_m: float, off_m: float, heading: float) -> dict[str, Any]:
    side = LEFT if off_m >= 0 else RIGHT
    return {
        "segment": shapes.streets.codes[line],
        "side": side,
        "side_name": side_words(side, heading),
        "distance_m": round(distance_m, 1),
    }


def _both_sides(shapes: Places, found: Found, n: int, some: list[Candidate]) -> list[Candidate]:
    """In the middle of the street the other side may be meant as well."""
    line = int(found.feet.line[n])
    if line < 0 or abs(float(found.feet.off_m[n])) >= SIDE_SURE_M / 2 or len(some) > 1:
        return some
    first = some[0]
    sure = float(side_sure(found.feet.off_m[n]))
    off, heading = _facing(shapes, found.feet, n)
    side = RIGHT if off >= 0 else LEFT
    rest = first.certainty * (1.0 - sure) / sure
    return [first, replace(first, side=side, side_name=side_words(side, heading), certainty=rest)]


def _other_grids(shapes: Places, some: Sequence[Candidate], others: Sequence[tuple[int, float]]) -> list[Candidate]:
    """Close to the border of a grid the place may lie in the next one."""
    if not some:
        return []
    return [
        replace(some[0], **_grid(shapes, which), certainty=some[0].certainty * _rest(edge)) for which, edge in others
    ]


def _rest(edge_m: float) -> float:
    sure = float(edge_sure(edge_m))
    return (1.0 - sure) / sure


def _grid(shapes: Places, grid: int) -> dict[str, Any]:
    return {"grid": shapes.grids.codes[grid], "grid_name": shapes.grids.names[grid]} if grid >= 0 else {}


def _spot(sort: str, spot: Any) -> dict[str, Any]:
    return {sort: spot.code, f"{sort}_name": spot.name} if spot is not None else {}


# ---------------------------------------------------------------- phrases


def _of_guesses(book: Gazetteer, guesses: Sequence[Guess]) -> list[Candidate]:
    """Each reading with its grid, and what stands there."""
    shapes = book.places
    middles = [shapes.streets.lines.at(one.segment, float(shapes.streets.lines.length_m[one.segment]) / 2) if one.segment >= 0 else (0.0, 0.0) for one in guesses]  # fmt: skip
    drawn = [one.x is not None and one.y is not None for one in guesses]
    moved = [_off_the_line(book, one) for one in guesses]
    x = np.array([one[0] if there else middle[0] for one, there, middle in zip(moved, drawn, middles, strict=True)])
    y = np.array([one[1] if there else middle[1] for one, there, middle in zip(moved, drawn, middles, strict=True)])
    if not len(x):
        return []
    grid = shapes.grids.holding(x, y)
    found = []
    for n, one in enumerate(guesses):
        lon, lat = shapes.plane.lonlat(float(x[n]), float(y[n])) if drawn[n] else (None, None)
        heading = shapes.streets.heading(one.segment, _along(book, one, x[n], y[n])) if one.segment >= 0 else 0.0
        found.append(
            Candidate(
                segment=shapes.streets.codes[one.segment] if one.segment >= 0 else "",
                side=one.side,
                side_name=side_words(one.side, heading),
                lon=lon,
                lat=lat,
                distance_m=_distance(book, one, x[n], y[n]) if drawn[n] else None,
                accuracy_m=round(one.accuracy_m, 1) if drawn[n] else None,
                certainty=one.certainty,
                how=one.how,
                because=one.because,
                **_grid(shapes, int(grid[n])),
                **_spot("shop", book.shop(one.shop)),
                **_spot("site", book.site(one.site)),
            )
        )
    return found


def _off_the_line(book: Gazetteer, guess: Guess) -> tuple[float, float]:
    """A place told on the middle of the street is moved to the side that was told with it."""
    x, y = guess.x or 0.0, guess.y or 0.0
    if guess.off_m is None or guess.side not in (LEFT, RIGHT) or guess.segment < 0:
        return x, y
    heading = book.places.streets.lines.heading_at(guess.segment, _along(book, guess, x, y))
    turn = guess.off_m if guess.side == LEFT else -guess.off_m
    return x - turn * float(np.sin(heading)), y + turn * float(np.cos(heading))


def _along(book: Gazetteer, guess: Guess, x: float, y: float) -> float:
    _distance_m, along = book.foot(guess.segment, float(x), float(y))
    return along


def _distance(book: Gazetteer, guess: Guess, x: float, y: float) -> float | None:
    if guess.segment < 0:
        return None
    distance, _along_m = book.foot(guess.segment, float(x), float(y))
    return round(distance, 1)


def _distinct(some: Sequence[Candidate]) -> list[Candidate]:
    """The same segment, side and grid only once, the likeliest first."""
    found: dict[tuple[str, str, str], Candidate] = {}
    for one in sorted(some, key=lambda one: -one.certainty):
        found.setdefault((one.segment, one.side, one.grid), one)
    return list(found.values())


# ---------------------------------------------------------------- people


def _with_people(answers: Sequence[Resolved], at: dt.datetime) -> list[Resolved]:
    """Names of segments and who is on duty there, asked once for all answers."""
    every = [one for answer in answers for one in answer.candidates]
    names = segment_names({one.segment for one in every if one.segment})
    people = on_duty_for({(one.segment, one.grid) for one in every}, at)

    def named(one: Candidate) -> Candidate:
        return replace(one, segment_name=names.get(one.segment, ""), on_duty=people[one.segment, one.grid])

    return [replace(answer, candidates=tuple(map(named, answer.candidates))) for answer in answers]


def segment_names(codes: set[str]) -> dict[str, str]:
    """The names of segments by code."""
    every = sorted(codes)
    rows = (Segment.objects.filter(code__in=every[n:n + 400]).defer("line") for n in range(0, len(every), 400))  # fmt: skip
    return {segment.code: str(segment) for some in rows for segment in some}


__all__ = ["Candidate", "Found", "Resolved", "found_at", "resolve_phrase", "resolve_phrases",
           "resolve_point", "resolve_points"]  # fmt: skip
