"""The living part: yesterday and today up to this moment, so that the desk is alive when somebody opens it.

All of it lies outside March to May 2020, so the figures of the stage do not move.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from xiuhua.cases.models import Case
from xiuhua.cases.publishing import release_photos
from xiuhua.config.demo.build_agenda import Deed, moment, zone
from xiuhua.config.demo.build_cast import Cast, Spot
from xiuhua.config.demo.build_clearing import clearings
from xiuhua.config.demo.build_counts import Counts
from xiuhua.config.demo.build_loop import Loop
from xiuhua.config.demo.build_office import OPERATIONS, holding
from xiuhua.config.demo.build_open import SCENES, SLEEPS, TO_FILE, WAKES, Scene
from xiuhua.config.demo.build_papers import papers
from xiuhua.config.demo.build_parking import Warned, issue, plate
from xiuhua.config.demo.build_photos import Studio
from xiuhua.config.demo.build_rosters import arrivals, day_posting, first_roster, leaves, roll
from xiuhua.config.demo.build_stage import Operation, Stage
from xiuhua.config.demo.build_street import COUNTED, OUTCOMES, build_at, count_at, preserve_at, remove_at, settle
from xiuhua.config.demo.build_tales import LOOP, STANDARDS, Tale, category_of, desk_hours, make_tale, next_at
from xiuhua.config.demo.build_times import ANY, PATROL, hour_of
from xiuhua.enforcement.models import Keeping
from xiuhua.kit.calendar import load_calendar
from xiuhua.kit.worktime import LimitKind
from xiuhua.ledger.models import Line

FRESH = dt.timedelta(hours=4)
"""A living part older than this is no longer of now: open cases are brought to their end and new ones come."""

SEEN = dt.timedelta(minutes=85)
QUICK = ("P1", "P2", "S1", "S2", "F1", "O2")


def is_fresh(at: dt.datetime) -> bool:
    """Whether the newest line is of now, so that nothing has to be added."""
    newest = _newest()
    return newest is not None and newest > at - FRESH


def _newest() -> dt.datetime | None:
    return Line.objects.order_by("-happened_at").values_list("happened_at", flat=True).first()


def build_today(*, seed: int, at: dt.datetime, studio: Studio, share: float = 1.0) -> int:
    """Bring what is still open to its end, then let yesterday and today happen; gives back how many cases are open."""
    at = at.astimezone(zone()).replace(microsecond=0)
    cast = Cast(seed, f"{at:%Y-%m-%dT%H:%M}")
    yesterday = at.date() - dt.timedelta(days=1)
    stage = Stage(cast, Counts(), studio, load_calendar(), first=yesterday, last=at.date())
    living = Living(stage, at, Loop(cast, studio, until=at), share, since=_newest() or moment(yesterday, 0))
    living.finish_old()
    living.plan_registers()
    living.plan_postings()
    living.plan_work()
    living.plan_open()
    living.run()
    papers(cast, at)
    return Case.objects.open().count()


@dataclass(slots=True)
class Living:
    """Yesterday and today of the demo city, up to a moment; what is told of `since` already is not told twice."""

    stage: Stage
    at: dt.datetime
    loop: Loop
    share: float
    since: dt.datetime

    @property
    def cast(self) -> Cast:
        return self.stage.cast

    @property
    def asleep(self) -> bool:
        """At night only the mobile squad and whoever has the night shift at the desk are awake."""
        return not moment(self.at.date(), WAKES) <= self.at < moment(self.at.date(), SLEEPS)

    @property
    def edge(self) -> dt.datetime:
        """Until when people worked: this moment, or ten in the evening before the night."""
        if not self.asleep:
            return self.at
        evening = self.at.date() if self.at >= moment(self.at.date(), SLEEPS) else self.stage.first
        return moment(evening, SLEEPS - 0.5)

    def some(self, n: int) -> int:
        return max(1, round(n * self.share))

    def put(self, at: dt.datetime, deed: Deed) -> None:
        """On the agenda, unless it would be after this moment."""
        if at <= self.at:
            self.stage.agenda.put(at, deed)

    def fill(self, at: dt.datetime, deed: Deed) -> None:
        """On the agenda, when it falls between what was told already and this moment."""
        if at > self.since:
            self.put(at, deed)

    def run(self) -> None:
        self.stage.agenda.run()

    # ------------------------------------------------------------ what was left open

    def finish_old(self) -> None:
        """Cases left open by an earlier living part go on to their end, each a while after its last step."""
        random = self.stage.random("old")
        for case in Case.objects.open().select_related("standard").order_by("id"):
            tale = self._tale_of(case, random)
            last = case.moved_at.astimezone(zone())
            left = (self.at - dt.timedelta(minutes=100) - last) / (len(tale.steps) + 1)
            step = min(max(left, dt.timedelta(seconds=30)), dt.timedelta(minutes=random.uniform(15, 60)))
            for n in range(len(tale.steps)):
                self.put(last + step * (n + 1), self._stepping(tale))
        for number, keeping in enumerate(
            Keeping.objects.filter(settled_at=None, kept_at__lt=self.since).order_by("id")
        ):
            at = max(self.since + dt.timedelta(minutes=1), keeping.kept_at + dt.timedelta(days=2, minutes=number))
            self.fill(at, settle(self.cast, keeping, OUTCOMES[number % 2]))

    def _tale_of(self, case: Case, random: Random) -> Tale:
        done = {"reported": 0, "accepted": 1, "filed": 2, "dispatched": 3, "handled": 4, "checked": 5}[case.state]
        code = case.segment if case.segment in self.cast.answers else next(iter(self.cast.answers))
        segment = self.cast.segments[code]
        spot = Spot(segment, case.lon or 0.0, case.lat or 0.0, case.place, self.cast.answers[code].squad)
        standard = case.standard.code if case.standard else STANDARDS[case.category][0][0]
        return Tale(random, case.category, case.source, spot, "plain", standard, 0, LOOP[done:], case=case, handled=1)

    def _stepping(self, tale: Tale, *, press: bool = False) -> Deed:
        def deed(at: dt.datetime) -> None:
            self.loop.step(tale, at)
            if press:
                self.loop.press(tale, at + dt.timedelta(minutes=1))

        return deed

    # ------------------------------------------------------------ the desk's part

    def plan_postings(self) -> None:
        """The roster, who is on leave, and both days' postings; before half past seven today's was set last evening.

        Then who checked in and out today, and the roll of the morning.
        """
        random = self.stage.random("postings")
        yesterday, today = self.stage.first, self.stage.last
        for day in (yesterday, today):
            self.put(moment(day, 5.5), first_roster(self.cast, day))
        self.fill(moment(yesterday, 16.5), leaves(self.cast, today))
        for day in (yesterday, today):
            for squad in self.cast.squads:
                at = moment(day, 7.2 + random.uniform(0, 0.4)) - dt.timedelta(minutes=80)
                if at > self.at:
                    at = moment(yesterday, 20.5 + random.uniform(0, 0.4))
                self.fill(at, day_posting(self.cast, squad, day, random))
        for at, deed in arrivals(self.cast, today, self.at, random):
            self.fill(at, deed)
        for squad in self.cast.squads:
            self.fill(moment(today, 8.1), roll(self.cast, squad, today))

    # ------------------------------------------------------------ the street's part

    def plan_registers(self) -> None:
        """Yesterday's operation with what was kept in it, a sign, some bays; this morning's operation when it is over."""
        random = self.stage.random("registers")
        for k, (day, number) in enumerate(((self.stage.first, 2), (self.stage.last, 3))):
            name, work, campaign, partners, hour, hours = OPERATIONS[number]
            squad = random.choice(self.cast.ground)
            segments = random.sample(self.cast.hottest(8, squad=squad), 3)
            operation = Operation(
                code=f"Y{self.cast.key(f'operation-{k}').hex[:16]}",
                name=f"{self.cast.segments[segments[0]].road}沿线{name}", campaign=campaign, partners=partners,
                begins=moment(day, hour), ends=moment(day, hour + hours), squads=[squad, self.cast.mobile],
                segments=segments, work=work,
            )  # fmt: skip
            self.fill(operation.ends + dt.timedelta(minutes=15), holding(self.stage, operation, k, random))
            if work == "stall":
                for n in range(3):
                    kept_at = operation.begins + dt.timedelta(minutes=25 + 30 * n)
                    self.fill(kept_at, preserve_at(self.stage, n, random.randint(1, 3), operation, random))
        day = self.stage.first
        self.fill(moment(day, 10.2), remove_at(self.stage, 2, None, random))
        self.fill(moment(day, 15.3), build_at(self.stage, "parking_bay", 12, self.cast.spot(random), "路侧平行式"))

    def plan_work(self) -> None:
        """Counts, warnings and cases of both days; then where everybody was seen in the last hour and a half."""
        random = self.stage.random("work")
        for day in (self.stage.first, self.stage.last):
            for item, (hours, sizes) in COUNTED.items():
                for _n in range(self.some(5)):
                    self.fill(
                        moment(day, hour_of(random, hours)), count_at(self.stage, item, random.choice(sizes), random)
                    )
            for _n in range(self.some(52)):
                warned = Warned(
                    moment(day, hour_of(random, PATROL)), plate(random.randrange(4000, 99_999)), self.cast.spot(random)
                )
                self.fill(warned.at, issue(self.stage, warned, random))
            for k in range(self.some(30)):
                self._plan_case(
                    moment(day, hour_of(random, ANY)), Random(f"{self.cast.part}-{day}-{k}-{self.cast.seed}")
                )
        for at, deed in clearings(self.cast, self.at, since=max(self.since, moment(self.stage.first, 0))):
            self.fill(at, deed)
        self._plan_sightings(random)

    def _plan_case(self, at: dt.datetime, random: Random) -> None:
        """A case of these days under a row with a short limit, so that most are closed by now."""
        standard = random.choice(QUICK)
        fate = random.choices(("plain", "reworked", "refused"), weights=(80, 10, 10))[0]
        tale = make_tale(self.cast, random, fate=fate, category=category_of(standard), standard=standard)
        self.fill(at, self._beginning(tale))

    def _beginning(self, tale: Tale) -> Deed:
        def deed(at: dt.datetime) -> None:
            self.loop.report(tale, at)
            self._go_on(tale, at)

        return deed

    def _go_on(self, tale: Tale, at: dt.datetime) -> None:
        """The next step at its time; a third of the closed ones are shown to the public, before and after."""
        if tale.next_step:
            self.put(next_at(tale, at), self._going(tale))
        elif tale.told.state == "closed" and tale.random.random() < 0.35:
            shown = desk_hours(at + dt.timedelta(minutes=tale.random.uniform(10, 90)))
            self.put(shown, self._showing(tale))

    def _going(self, tale: Tale) -> Deed:
        def deed(at: dt.datetime) -> None:
            self.loop.step(tale, at)
            self._go_on(tale, at)

        return deed

    def _showing(self, tale: Tale) -> Deed:
        def deed(at: dt.datetime) -> None:
            photos = list(tale.told.photos.values_list("digest", flat=True).distinct())
            release_photos(self.cast.act(self.cast.roles["dispatcher"][0], at), case=tale.told, photos=photos)

        return deed

    def _plan_sightings(self, random: Random) -> None:
        """Some of each squad told something in the last hour and a half; at night the mobile squad alone."""
        squads = [self.cast.mobile] if self.asleep else self.cast.squads
        for squad in squads:
            people = random.sample(squad.street, 3 if squad is self.cast.mobile else 2)
            for n, person in enumerate(people):
                ago = dt.timedelta(minutes=random.uniform(1, 9)) if n < 2 else SEEN * random.uniform(0.2, 1)
                item = (
                    "smoke_stopped"
                    if self.asleep
                    else random.choice(("stall_moved", "bicycle_straightened", "shopfront_cleared"))
                )
                amount = random.choice(COUNTED[item][1])
                self.put(self.at - ago, count_at(self.stage, item, amount, random, person=person))

    # ------------------------------------------------------------ what is open now

    def plan_open(self) -> None:
        """The open cases of now, each with pictures of its own place; a leader presses for one that is late."""
        random = self.stage.random("open")
        plans: list[tuple[Tale, list[dt.datetime], bool]] = []
        for scene in SCENES:
            for k in range(self.some(scene.n)):
                tale = self._open_tale(random, scene, k)
                urgent = self._urgent(tale.standard)
                times = scene.times(random, base=self.at if urgent else self.edge, awake=not urgent)
                plans.append((tale, times, scene.late and k == 0))
        pictures = self.stage.studio.portraits(
            (tale.category, times[0], tale.spot.place, "handle" in tale.steps) for tale, times, _press in plans
        )
        for (tale, times, press), pair in zip(plans, pictures, strict=True):
            tale.photos = pair
            self.put(times[0], self._reporting(tale))
            for n, at in enumerate(times[1:], start=1):
                self.put(at, self._stepping(tale, press=press and n == len(times) - 1))

    def _open_tale(self, random: Random, scene: Scene, k: int) -> Tale:
        """One of a scene; at night few are urgent, the others wait for the morning."""
        standard = scene.standards[k % len(scene.standards)]
        if self.asleep and self._urgent(standard) and k >= (2 if scene.steps == TO_FILE else 1):
            standard = random.choice(("P1", "T1", "G3"))
        tale = make_tale(self.cast, random, fate="plain", category=category_of(standard), standard=standard)
        tale.steps = scene.steps
        return tale

    def _reporting(self, tale: Tale) -> Deed:
        def deed(at: dt.datetime) -> None:
            self.loop.report(tale, at)

        return deed

    def _urgent(self, standard: str) -> bool:
        return self.loop.standards[standard].limit_kind == LimitKind.EMERGENCY_HOURS
