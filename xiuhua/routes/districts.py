"""Balanced districts on a street network: who gets which segments, so that loads are level and ways short.

How: centres come from a METIS partition where `pymetis` is installed (Karypis & Kumar 1998), else from spread seeds.
From the centres districts grow along the streets, with handicaps that level the loads (`growth`); border segments then
change hands (`border`); the centres move to the middles of their districts, and so on, until nothing gets better. If
the loads are still not within the tolerance, CP-SAT tries with contiguity by network distance (`repair`). What the
network itself forbids is told as a bound (`bounds`). An independent check from the raw lines is in `checked`; what was
measured and why it was chosen so is told in docs/decisions (balanced districts).

Balance is the greatest deviation of a load from the mean, as a share of the mean. Contiguity is asked for within each
connected component; small components stay whole. Compactness is the mean way in metres, weighted like the load, along
the street from a squad's centre (its station where it has one) to its segments: what people walk. It is told beside
the least possible with these centres, where everything is its nearest centre's.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from xiuhua.routes import engines
from xiuhua.routes.border import Borders, Price, Ways, settle
from xiuhua.routes.bounds import Bound, least_deviation
from xiuhua.routes.growth import levelled, medoid, mended, spread_centres
from xiuhua.routes.network import Network, distances
from xiuhua.routes.repair import repaired
from xiuhua.routes.units import NoDistricts, Units, joined, units_of

STARTS = ("auto", "metis", "spread")


@dataclass(frozen=True)
class DistrictParams:
    """How districts are looked for.

    squads       how many, 1..1000
    tolerance    greatest deviation from the mean that is good enough, 0.001..1; our choice 0.05
    seed         the same seed gives the same districts, as long as time does not run out, 0..2^31-1
    seconds      after this time the best so far is taken, above 0, at most 86,400
    starts       how many different beginnings are tried, 1..50
    start        `metis` (needs `pymetis`), `spread`, or `auto`: METIS where it is installed
    whole_share  components lighter than this share of a mean load go to one squad whole, 0..1; our choice 0.25:
                 an island of a few streets is not worth two squads' ways
    """

    squads: int
    tolerance: float = 0.05
    seed: int = 1
    seconds: float = 30.0
    starts: int = 4
    start: str = "auto"
    whole_share: float = 0.25

    def __post_init__(self) -> None:
        _within("squads", self.squads, 1, 1000)
        _within("tolerance", self.tolerance, 0.001, 1)
        _within("seed", self.seed, 0, 2**31 - 1)
        _within("seconds", self.seconds, 0.01, 86_400)
        _within("starts", self.starts, 1, 50)
        _within("whole_share", self.whole_share, 0, 1)
        if self.start not in STARTS:
            raise ValueError(f"start is one of {', '.join(STARTS)}")


def _within(name: str, value: float, least: float, most: float) -> None:
    if not least <= value <= most:
        raise ValueError(f"{name} lies between {least} and {most}, not {value}")


@dataclass(frozen=True)
class Streets:
    """What is divided: the network, a load for every segment (0 or more), the stations (squad to segment: the segment
    stays and ways are counted from it), and the segments that must stay with their squad."""

    network: Network
    weight: Sequence[float]
    stations: Mapping[int, int] = field(default_factory=dict)
    keep: Mapping[int, int] = field(default_factory=dict)

    def check(self, squads: int) -> None:
        """Raise `ValueError` where the numbers make no sense."""
        if len(self.weight) != self.network.size:
            raise ValueError("every segment has one weight")
        if not all(0 <= w < float("inf") for w in self.weight):
            raise ValueError("a weight is a finite number, 0 or more")
        if not self.network.size or sum(self.weight) <= 0:
            raise ValueError("there is nothing to divide")
        if len(set(self.stations.values())) < len(self.stations):
            raise ValueError("two stations lie on one segment")
        if not all(0 <= i < self.network.size for i in (*self.stations.values(), *self.keep)):
            raise ValueError("a station or fixed segment is not in the network")
        if not all(0 <= squad < squads for squad in (*self.stations, *self.keep.values())):
            raise ValueError("a station or fixed segment belongs to no squad")
        for squad, i in self.stations.items():
            if self.keep.get(i, squad) != squad:
                raise ValueError("a station lies on a segment that is fixed to another squad")


@dataclass(frozen=True)
class Districts:
    """The answer: the squad of every segment, the centres, and how good it is.

    `deviation` is the greatest of all loads from the mean; `bound` what no division can go below; `way_m` the mean way
    from the centre, `least_way_m` the least with these centres; `junctions` where districts meet.
    """

    squad: tuple[int, ...]
    centres: tuple[int, ...]
    load: tuple[float, ...]
    deviation: float
    within: bool
    bound: Bound
    way_m: float
    least_way_m: float
    junctions: int
    start: str
    rounds: int
    seconds: float


@dataclass(frozen=True)
class Step:
    """How far the search is: rounds done, the best so far, seconds gone."""

    round: int
    deviation: float
    way_m: float
    seconds: float


def design_districts(
    streets: Streets,
    params: DistrictParams,
    *,
    told: Callable[[Step], object] = lambda step: None,
    goes_on: Callable[[], bool] = lambda: True,
) -> Districts:
    """Divide the streets among the squads. `told` hears of every round; when `goes_on` says no, the best so far counts.

    Errors: `ValueError` for numbers that make no sense, `NoDistricts` when fixed segments of a squad cannot be joined,
    `EngineAbsent` when METIS is asked for by name and not installed.
    """
    streets.check(params.squads)
    search = _Search(streets, params, told, goes_on)
    return search.answer()


@dataclass
class _Best:
    label: list[int]
    centres: list[int]
    excess: float
    deviation: float
    cost: float

    @property
    def rank(self) -> tuple[float, float]:
        return (self.excess, self.cost)


class _Search:
    """One search: its clock, its units, the best found so far."""

    def __init__(
        self, streets: Streets, params: DistrictParams, told: Callable[[Step], object], goes_on: Callable[[], bool]
    ) -> None:
        self.began = time.monotonic()
        self.streets, self.params, self.told, self.stop = streets, params, told, goes_on
        self.k = params.squads
        keep = {i: squad for squad, i in streets.stations.items()} | dict(streets.keep)
        mean = sum(streets.weight) / self.k
        self.units = units_of(streets.network, streets.weight, keep, params.whole_share * mean)
        self.mean = mean
        self.stations = {squad: self.units.of[i] for squad, i in streets.stations.items()}
        self.bound = least_deviation(self.units, self.k)
        self.best: _Best | None = None
        self.none: NoDistricts | None = None
        self.known: dict[int, list[float]] = {}
        self.rounds = 0
        self.start = ""

    def goes_on(self) -> bool:
        return time.monotonic() - self.began < self.params.seconds and self.stop()

    def answer(self) -> Districts:
        if self.units.size <= self.k:
            self.start = "each"
            self._take(_one_each(self.units, self.k, self.params.seed), [-1] * self.k)
        else:
            for number, centres in enumerate(self._starts()):
                self._improve(centres, number)
                if not self.goes_on():
                    break
            if self.best is None and self.none is not None:
                raise self.none
            self._repair()
        return self._told_whole()

    def _starts(self) -> Iterator[list[int]]:
        """Centres to begin with. Where stations or segments are fixed, every other time the middles of free districts
        are matched to them: that finds ways out for stations that stand close together."""
        begun = bool(self.units.keep)
        for number in range(self.params.starts):
            seed = self.params.seed + 7919 * number
            centres = None
            if self.params.start != "spread" and self.units.size >= 8 * self.k and not (begun and number % 2):
                try:
                    centres = self._matched(self._middles(_partition(self.units, self.k, seed)))
                except engines.EngineAbsent:
                    if self.params.start == "metis":
                        raise
            self.start = self.start or ("metis" if centres else "spread")
            yield centres or self._spread(seed)

    def _given(self) -> dict[int, int]:
        """The station, or else one kept unit, of every squad that has some."""
        given = dict(self.stations)
        for u, squad in sorted(self.units.keep.items()):
            given.setdefault(squad, u)
        return given

    def _matched(self, centres: list[int]) -> list[int]:
        """The centres in an order that suits what is fixed: the nearest pairs first, then swaps while they save."""
        given = self._given()
        if not given:
            return centres
        free = [c for c in centres if self.units.keep.get(c) is None]
        ways = {squad: self._far(u) for squad, u in given.items()}
        found: dict[int, int] = {}
        for _, squad, c in sorted((ways[squad][c], squad, c) for squad in given for c in free):
            if squad not in found and c not in found.values():
                found[squad] = c
        for squad, u in given.items():
            found.setdefault(squad, u)
        saved = True
        while saved:
            saved = False
            for a, b in combinations(sorted(s for s in found if found[s] in free), 2):
                if ways[a][found[b]] + ways[b][found[a]] < ways[a][found[a]] + ways[b][found[b]] - 1e-6:
                    found[a], found[b], saved = found[b], found[a], True
        return self._filled(found, free)

    def _filled(self, found: dict[int, int], free: list[int]) -> list[int]:
        """A centre of its own for every squad, none on what another keeps; spread seeds where there are too few."""
        spread = self._spread(self.params.seed)
        taken = set(found.values())
        open_units = (u for u in (*free, *spread, *range(self.units.size)) if self.units.keep.get(u) is None)
        spare = [u for u in dict.fromkeys(open_units) if u not in taken]
        if len(found) + len(spare) < self.k:
            return spread
        rest = iter(spare)
        return [found[squad] if squad in found else next(rest) for squad in range(self.k)]

    def _spread(self, seed: int) -> list[int]:
        """The stations, one kept unit of every squad that has some, and spread seeds for the others."""
        given = self._given()
        order = sorted(given)
        spread = spread_centres(self.units, self.k, [given[s] for s in order], seed)
        free = iter(spread[len(order) :])
        return [given[squad] if squad in given else next(free) for squad in range(self.k)]

    def _middles(self, label: Sequence[int], before: Sequence[int] = ()) -> list[int]:
        """The middles of districts: where they grow from next. A station stays in its district, but need not be there."""
        members: list[list[int]] = [[] for _ in range(self.k)]
        for u, squad in enumerate(label):
            members[squad].append(u)
        if not all(members):
            return list(before) or self._spread(self.params.seed)
        return [
            medoid(self.units.roads, self.units.weight, mine, before[squad] if before else mine[len(mine) // 2])
            for squad, mine in enumerate(members)
        ]

    def _improve(self, centres: list[int], number: int) -> None:
        """Grow, level, settle, move the centres; until centres stay or nothing got better in some rounds."""
        handicap: Sequence[float] = ()
        price = 20.0
        tired, own_best = 0, (float("inf"), float("inf"))
        patience = 4 if self.stations else 1
        for _ in range(12 + 2 * len(self.stations)):
            try:
                held = joined(
                    self.units, dict(self.units.keep) | {c: s for s, c in enumerate(centres)}, self.params.seed
                )
            except NoDistricts as none:
                self.none = none
                return
            ways = [self._far(c) for c in centres]
            label, handicap = levelled(self.units, centres, ways, held, handicap=handicap)
            borders = Borders(self.units, mended(self.units, label, held), self.k)
            price = self._settle(borders, ways, centres, price, number)
            rank = self._take(borders.label, centres)
            self.rounds += 1
            self._tell()
            tired = 0 if rank < (own_best[0] - 1e-6, 0) or rank[1] < own_best[1] * 0.999 else tired + 1
            own_best = min(own_best, rank)
            middles = self._middles(borders.label, centres)
            if middles == centres or tired > patience or not self.goes_on():
                return
            centres = middles

    def _settle(self, borders: Borders, ways: Ways, centres: list[int], price: float, number: int) -> float:
        """Settle at a price that rises until the loads are within the tolerance; the price for the next round."""
        scale = sum(self.streets.weight) * max(1.0, _mean_way(self.units, borders.label, ways))
        kept = set(self.units.keep)
        band = self.params.tolerance * 0.9
        for _ in range(6):
            each = Price(band, price * scale)
            settle(borders, ways, kept, each, seed=self.params.seed + number, goes_on=self.goes_on)
            if self._deviation(borders.load) <= self.params.tolerance or not self.goes_on():
                return max(5.0, price / 2)
            price = min(price * 6, 1e9)
        return price

    def _far(self, centre: int) -> list[float]:
        """Metres from a centre, kept while it stays one: most centres stay where they are from round to round."""
        if centre not in self.known:
            if len(self.known) > 6 * self.k:
                self.known.clear()
            self.known[centre] = distances(self.units.roads, centre)
        return self.known[centre]

    def _deviation(self, load: Sequence[float]) -> float:
        return max(abs(one - self.mean) for one in load) / self.mean

    def _take(self, label: Sequence[int], centres: Sequence[int]) -> tuple[float, float]:
        """Score districts, ways counted from the stations where there are some, and keep them if they are the best."""
        bases = [self.stations.get(squad, c) for squad, c in enumerate(centres)]
        ways = [self._far(c) for c in bases] if min(bases) >= 0 else []
        load = [0.0] * self.k
        for u, squad in enumerate(label):
            load[squad] += self.units.weight[u]
        deviation = self._deviation(load)
        excess = max(0.0, deviation - self.params.tolerance)
        found = _Best(list(label), list(centres), excess, deviation, _mean_way(self.units, label, ways))
        if self.best is None or found.rank < self.best.rank:
            self.best = found
        return found.rank

    def _repair(self) -> None:
        """Where the loads are not yet within the tolerance and could be: CP-SAT, if it is installed."""
        best = self.best
        assert best is not None
        if not best.excess or not self.goes_on() or self.bound.least > best.deviation - 1e-4:
            return
        left = self.params.seconds - (time.monotonic() - self.began)
        try:
            label = repaired(
                self.units, self.k, best.label, best.centres, seconds=min(left, 10.0), seed=self.params.seed
            )
        except engines.EngineAbsent:
            return
        if label:
            self._take(label, best.centres)
            self._tell()

    def _tell(self) -> None:
        assert self.best is not None
        gone = time.monotonic() - self.began
        self.told(Step(self.rounds, self.best.deviation, self.best.cost, gone))

    def _told_whole(self) -> Districts:
        best, network, weight = self.best, self.streets.network, self.streets.weight
        assert best is not None
        squad = tuple(best.label[u] for u in self.units.of)
        load = [0.0] * self.k
        for i, s in enumerate(squad):
            load[s] += weight[i]
        centres = tuple(
            self.streets.stations.get(s, self.units.segments[c][0] if c >= 0 else -1)
            for s, c in enumerate(best.centres)
        )
        way_m, least_way_m = ways_from(network, weight, squad, centres)
        deviation = self._deviation(load)
        return Districts(
            squad, centres, tuple(load), deviation, deviation <= self.params.tolerance, self.bound, way_m, least_way_m,
            border_junctions(network, squad), self.start, self.rounds, time.monotonic() - self.began,
        )  # fmt: skip


def ways_from(
    network: Network, weight: Sequence[float], squad: Sequence[int], centres: Sequence[int]
) -> tuple[float, float]:
    """The mean way in metres from the centres to their segments, weighted, and the least possible with these centres.

    Measured on the segments themselves; a squad without a centre (-1) counts as standing on its segment.
    """
    roads = network.roads()
    far = [distances(roads, c) if c >= 0 else [0.0] * network.size for c in centres]
    held = [row for c, row in zip(centres, far, strict=True) if c >= 0]
    total = sum(weight)
    way = sum(w * far[s][i] for i, (s, w) in enumerate(zip(squad, weight, strict=True)))
    least = sum(w * min(row[i] for row in held) for i, w in enumerate(weight)) if held else 0.0
    return way / total, min(way, least) / total


def border_junctions(network: Network, squad: Sequence[int]) -> int:
    """At how many junctions districts meet."""
    at: dict[int, set[int]] = {}
    for i, ends in enumerate(network.ends):
        for end in ends:
            at.setdefault(end, set()).add(squad[i])
    return sum(len(squads) > 1 for squads in at.values())


def _mean_way(units: Units, label: Sequence[int], ways: Ways) -> float:
    if not ways:
        return 0.0
    return sum(w * ways[s][u] for u, (s, w) in enumerate(zip(label, units.weight, strict=True))) / sum(units.weight)


def _one_each(units: Units, k: int, seed: int) -> list[int]:
    """As many squads as things, or more: everybody gets one, and some get none."""
    held = joined(units, units.keep, seed)
    free = iter(sorted(set(range(k)) - set(held.values())))
    return [held[u] if u in held else next(free) for u in range(units.size)]


def _partition(units: Units, k: int, seed: int) -> list[int]:
    return metis_partition([[v for v, _ in row] for row in units.roads], units.weight, k, seed)


def metis_partition(near: Sequence[Sequence[int]], weight: Sequence[float], k: int, seed: int) -> list[int]:
    """A k-way METIS partition (3 % imbalance allowed, contiguous where METIS manages it)."""
    engine = engines.metis()
    options = engine.Options()
    options.seed, options.contig = seed % 2**31, 1
    scale = 1e8 / sum(weight)
    weights = [max(1, round(w * scale)) for w in weight]
    _cut, label = engine.part_graph(k, adjacency=[list(row) for row in near], vweights=weights, options=options)
    return list(map(int, label))


__all__ = ["Bound", "DistrictParams", "Districts", "NoDistricts", "Step", "Streets", "design_districts"]
