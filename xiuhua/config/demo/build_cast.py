"""Who plays in the demo city and where: squads, officers and streets, read once from the database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from uuid import UUID, uuid5

from xiuhua.city.models import Duty, Person, Post, Role, Segment, Shop, Unit
from xiuhua.ledger.act import NOBODY, Act, By

NAMESPACE = UUID("5b1f6c1e-7a0d-4e52-9d68-1c7f3b0a20b5")
HEAT = {"primary": 1.6, "secondary": 1.3, "tertiary": 1.0, "residential": 0.5, "pedestrian": 2.2}


@dataclass(slots=True)
class Squad:
    """A squad with its people; `street` are those who patrol."""

    unit: Unit
    leader: Person
    officers: list[Person] = field(default_factory=list)
    assistants: list[Person] = field(default_factory=list)

    @property
    def street(self) -> list[Person]:
        return self.officers + self.assistants

    @property
    def certified(self) -> list[Person]:
        return [self.leader, *self.officers]


@dataclass(slots=True)
class Answer:
    """Who answers for a segment."""

    squad: Squad
    officer: Person
    assistant: Person


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the street where something happens: before a shop's door."""

    segment: Segment
    lon: float
    lat: float
    place: str
    squad: Squad

    @property
    def e7(self) -> dict[str, int]:
        return {"lon_e7": round(self.lon * 1e7), "lat_e7": round(self.lat * 1e7)}


class Cast:
    """The demo city as its acts see it. Keys are made of the seed, the part and a counter: the same each time."""

    def __init__(self, seed: int, part: str) -> None:
        self.seed = seed
        self.part = part
        self.space = uuid5(NAMESPACE, f"{seed}-{part}")
        self.acts = 0
        self.units = {unit.code: unit for unit in Unit.objects.all()}
        self.people = {person.code: person for person in Person.objects.all()}
        posts = list(Post.objects.filter(ends_on=None).select_related("person", "unit").order_by("id"))
        self.by: dict[str, By] = {}
        self.roles: dict[str, list[Person]] = {}
        self.staff: dict[str, list[Person]] = {}
        for post in posts:
            self.by.setdefault(
                post.person.code, By(post.person.code, post.code, post.unit.path, frozenset({str(post.role)}))
            )
            self.roles.setdefault(str(post.role), []).append(post.person)
            self.staff.setdefault(post.unit.code, []).append(post.person)
        self.squads = self._squads(posts)
        self.ground = self.squads[:-1]
        self.mobile = self.squads[-1]
        self.segments = {one.code: one for one in Segment.objects.order_by("code")}
        self._codes = {one.pk: one.code for one in self.segments.values()}
        self.answers = self._answers()
        self.shops: dict[str, list[Shop]] = {}
        for shop in Shop.objects.filter(closed_on=None).order_by("id"):
            code = self._codes.get(shop.segment_id or 0, "")
            shop.segment = self.segments.get(code)
            self.shops.setdefault(code, []).append(shop)
        self.doors = {shop.code: code for code, shops in self.shops.items() for shop in shops}
        self._heat()

    def random(self, name: str) -> Random:
        """Chance of its own for every part of the work, so that one part does not move another."""
        return Random(f"{name}-{self.part}-{self.seed}")

    def key(self, name: str) -> UUID:
        return uuid5(self.space, name)

    def act(
        self, who: Person | None, at: dt.datetime, *, key: UUID | None = None, told: dt.datetime | None = None
    ) -> Act:
        """The next act: of a person or of somebody unknown, told in the office at `told`."""
        self.acts += 1
        by = NOBODY if who is None else self.by[who.code]
        return Act(by=by, at=at, key=key or self.key(str(self.acts)), recorded_at=told or at)

    def one(self, role: str, n: int = 0) -> Person:
        """The n-th person with a role."""
        people = self.roles[role]
        return people[n % len(people)]

    def squad_of(self, person: Person) -> Squad:
        """The squad that a person is in."""
        return next(
            squad for squad in self.squads if person.code in {one.code for one in (squad.leader, *squad.street)}
        )

    def spot(self, random: Random, *, squad: Squad | None = None, segments: list[str] | None = None) -> Spot:
        """A shop's front on a busy street rather than on a quiet one; of a squad's ground or on given segments."""
        if segments:
            code = random.choice(segments)
        else:
            codes, weights = self._hot[squad.unit.code if squad else ""]
            code = random.choices(codes, cum_weights=weights)[0]
        shop = random.choice(self.shops[code])
        lon = (shop.lon_e7 or 0) / 1e7 + random.uniform(-3e-5, 3e-5)
        lat = (shop.lat_e7 or 0) / 1e7 + random.uniform(-3e-5, 3e-5)
        place = f"{shop.name.partition('·')[0]}{random.choice(BESIDE)}"
        return Spot(self.segments[code], round(lon, 7), round(lat, 7), place, self.answers[code].squad)

    def _squads(self, posts: list[Post]) -> list[Squad]:
        found: dict[str, Squad] = {}
        for post in posts:
            if post.unit.kind != Unit.Kind.SQUAD:
                continue
            if post.role == Role.SQUAD_LEADER:
                found[post.unit.code] = Squad(post.unit, post.person)
            elif post.role == Role.OFFICER:
                found[post.unit.code].officers.append(post.person)
            elif post.role == Role.ASSISTANT:
                found[post.unit.code].assistants.append(post.person)
        return [found[code] for code in sorted(found)]

    def _answers(self) -> dict[str, Answer]:
        squads = {squad.unit.code: squad for squad in self.squads}
        parts: dict[str, dict[str, Duty]] = {}
        for duty in Duty.objects.filter(ends_on=None, thing__startswith="segment:").select_related("unit", "person"):
            parts.setdefault(duty.thing.partition(":")[2], {})[str(duty.part)] = duty
        found = {}
        for code, duties in parts.items():
            unit, officer, assistant = (duties[part] for part in ("squad", "officer", "assistant"))
            if unit.unit and officer.person and assistant.person:
                found[code] = Answer(squads[unit.unit.code], officer.person, assistant.person)
        return found

    def _heat(self) -> None:
        """How much happens on each street: by its class and its shops, and some are simply worse than others."""
        random = Random(f"heat-{self.seed}")
        heat = {
            code: HEAT.get(one.cls, 1.0) * min(len(self.shops[code]), 30) ** 0.5 * random.lognormvariate(0, 0.8)
            for code, one in self.segments.items()
            if code in self.shops and code in self.answers
        }
        self._hot: dict[str, tuple[list[str], list[float]]] = {}
        for squad in (None, *self.squads):
            codes = [code for code in heat if squad is None or self.answers[code].squad is squad]
            if not codes:
                codes = list(heat)
            name = squad.unit.code if squad else ""
            self._hot[name] = (codes, list(accumulate(heat[code] for code in codes)))

    def hottest(self, n: int, *, squad: Squad | None = None) -> list[str]:
        """The segments where most happens, the worst first."""
        codes, sums = self._hot[squad.unit.code if squad else ""]
        weights = dict(zip(codes, (b - a for a, b in zip([0.0, *sums], sums, strict=False)), strict=True))
        return sorted(weights, key=lambda code: (-weights[code], code))[:n]


BESIDE = ("门前", "门前", "门前", "东侧", "西侧", "对面", "门口人行道")
