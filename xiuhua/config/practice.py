"""The practice house: a small city of its own, with ten exercises prepared afresh each day that it is opened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from random import Random

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from xiuhua.cases import actions as steps
from xiuhua.cases.counts import record_count
from xiuhua.city.models import Person, Role
from xiuhua.config.demo.build import build_demo
from xiuhua.config.demo.build_agenda import zone
from xiuhua.config.demo.build_cast import Cast, Squad
from xiuhua.config.demo.build_city import PASSWORD, SIGN_INS
from xiuhua.config.demo.build_loop import Loop
from xiuhua.config.demo.build_photos import Pair, Studio
from xiuhua.config.demo.build_tales import Tale, make_tale
from xiuhua.doors.desk.exercises import EXERCISES, exercise_key, prepared_day
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import bureau_day
from xiuhua.ledger.binder import bind

SEED, SCALE = 7, 0.05

MADE = (
    # exercise, category, row of the standard, steps taken, minutes since the report
    ("accept", "stall", "S1", (), 6),
    ("dispatch", "shopfront", "F1", ("accept", "file"), 25),
    ("unfile", "parking", "P1", ("accept", "file"), 30),
    ("handle", "parking", "P1", ("accept", "file", "dispatch"), 35),
    ("rework", "posting", "T1", ("accept", "file", "dispatch", "handle"), 70),
    ("supervise", "stall", "S1", ("accept", "file", "dispatch"), 200),
)


def prepare_practice(*, say: Callable[[str], None], at: dt.datetime | None = None) -> None:
    """Build the small city when it is not there, and today's exercises when they are not."""
    if not settings.XIUHUA_PRACTICE:
        raise Refused("practice.mode", "这不是练习库；请用 xiuhua run --practice。")
    now = at or timezone.now()
    today = bureau_day(now)
    built = build_demo(seed=SEED, scale=SCALE, at=now, say=say)
    if prepared_day(today) != today:
        say("准备今天的十个练习")
        with Studio(SEED, each=2) as studio:
            studio.begin()
            with transaction.atomic():
                Preparing(Cast(SEED, f"practice-{today}"), studio, now.astimezone(zone()), today).all()
        bind()
    say(f"{built.bureau}（练习）：{len(EXERCISES)} 个练习在“十个练习”页")


def sign_ins() -> list[str]:
    """The sign-ins of practice, for the terminal."""
    return [f"密码都是 {PASSWORD}", *(f"{username:<10} {told}" for username, _role, told in SIGN_INS)]


class Preparing:
    """What stands ready for the exercises of a day, done by the same actions as real work."""

    def __init__(self, cast: Cast, studio: Studio, at: dt.datetime, day: dt.date) -> None:
        self.cast, self.studio, self.at, self.day = cast, studio, at, day
        self.loop = Loop(cast, studio)
        self.officer: Person = cast.one(Role.OFFICER)
        self.squad: Squad = cast.squad_of(self.officer)
        self.own = [
            code
            for code, answer in cast.answers.items()
            if answer.officer.code == self.officer.code and code in cast.shops
        ]

    def all(self) -> None:
        for code, category, standard, taken, minutes in MADE:
            self._case(code, category, standard, taken, minutes)
        self._count()

    def _case(self, code: str, category: str, standard: str, taken: tuple[str, ...], minutes: int) -> None:
        random = Random(f"{code}-{self.day}")
        tale = make_tale(self.cast, random, fate="plain", category=category, standard=standard, source="citizen")
        tale.spot = self.cast.spot(random, segments=self.own)
        at = self.at - dt.timedelta(minutes=minutes)
        if code == "rework":
            before, other = self.studio.pair(random, category, at), self.studio.pair(random, "shopfront", at)
            tale.photos = Pair(before.before, other.before)
        self.loop.report(tale, at, key=exercise_key(code, self.day))
        for n, step in enumerate(taken, start=1):
            then = at + dt.timedelta(minutes=n * min(4, minutes / 8))
            if step == "dispatch":
                self._dispatch(tale, then)
            else:
                self.loop.step(tale, then)

    def _dispatch(self, tale: Tale, at: dt.datetime) -> None:
        """To the officer whose sign-in is handed out."""
        act = self.cast.act(self.cast.one(Role.DISPATCHER), at)
        tale.case = steps.dispatch_case(act, case=tale.told, unit=self.squad.unit, person=self.officer, why=["duty"])
        tale.taken += 1

    def _count(self) -> None:
        """A count with a nought too many, to be voided."""
        segment = self.own[-1]
        act = self.cast.act(self.officer, self.at - dt.timedelta(minutes=50), key=exercise_key("void", self.day))
        record_count(act, item="litter_cleared", quantity=80, segment=segment)
