"""Parking: warning slips one by one on plates of a series that nobody has, and fines for those who come again."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from random import Random

from xiuhua.config.demo.build_agenda import Deed, moment
from xiuhua.config.demo.build_cast import Spot
from xiuhua.config.demo.build_stage import Operation, Stage
from xiuhua.config.demo.build_times import PATROL
from xiuhua.enforcement.actions import decide_penalty, issue_slip
from xiuhua.enforcement.models import Slip

SITUATIONS = (("pavement", 45), ("outside_bay", 29), ("blind_path", 14), ("bay_taken", 12))
AGAIN = 0.23
"""Share of warnings on a vehicle that was warned before."""

IN_OPERATION = 14
FINES_FEN = (5000, 5000, 5000, 10000, 10000, 15000)


def plate(n: int) -> str:
    """青Z00001: Qinghai gives no Z, so the series is nobody's."""
    return f"青Z{n:05d}"


@dataclass(slots=True)
class Warned:
    """A warning as planned; `slip` once it was issued."""

    at: dt.datetime
    plate: str
    spot: Spot
    operation: Operation | None = None
    again: bool = False
    slip: Slip | None = None


def plan_parking(stage: Stage) -> None:
    """Plan all warnings in order of time, give some plates again, and fine some of those."""
    random = stage.random("parking")
    plans: list[Warned] = []
    for operation in stage.operations_for("parking"):
        for _n in range(max(1, min(IN_OPERATION, stage.counts.warnings // 40))):
            at = operation.begins + (operation.ends - operation.begins) * random.uniform(0.05, 0.95)
            plans.append(Warned(at, "", stage.cast.spot(random, segments=operation.segments), operation))
    del plans[stage.counts.warnings :]
    rest = stage.counts.warnings - len(plans)
    plans += [Warned(at, "", stage.cast.spot(random)) for at in stage.moments(random, rest, PATROL)]
    plans.sort(key=lambda one: one.at)
    _give_plates(random, plans)
    for one in plans:
        stage.agenda.put(one.at, issue(stage, one, random))
    _plan_fines(stage, random, plans)


def _give_plates(random: Random, plans: list[Warned]) -> None:
    """A new plate for each vehicle, or one that was warned in the four weeks before."""
    new = 0
    for n, one in enumerate(plans):
        before = plans[max(0, n - 400) : n]
        recent = [old.plate for old in before if dt.timedelta(hours=20) < one.at - old.at < dt.timedelta(days=28)]
        one.again = bool(recent) and random.random() < AGAIN
        new += not one.again
        one.plate = random.choice(recent) if one.again else plate(new)


def _plan_fines(stage: Stage, random: Random, plans: list[Warned]) -> None:
    """Those warned again are fined first, in the days after; each slip at most once."""
    latest = moment(stage.last, 17)
    fit = [one for one in plans if one.at < latest - dt.timedelta(days=3)] or plans[:1]
    again = [one for one in fit if one.again]
    once = [one for one in fit if not one.again]
    random.shuffle(again)
    random.shuffle(once)
    for one in (again + once)[: stage.counts.fined]:
        day = one.at.date() + dt.timedelta(days=random.choice((1, 1, 2, 2, 3)))
        stage.agenda.put(moment(min(day, stage.last), random.uniform(9, 11.6)), _fine(stage, one, random))


def issue(stage: Stage, one: Warned, random: Random) -> Deed:
    """Somebody of the squad, or of the operation, puts the warning on the vehicle."""

    def deed(at: dt.datetime) -> None:
        answer = stage.cast.answers[one.spot.segment.code]
        squad = random.choice(one.operation.squads) if one.operation else one.spot.squad
        own = [answer.officer, answer.assistant] if not one.operation else squad.officers
        person = random.choice(own) if random.random() < 0.7 else random.choice(squad.street)
        one.slip = issue_slip(
            stage.cast.act(person, at), plate=one.plate, situation=_situation(random), segment=one.spot.segment,
            photos=[stage.studio.pair(random, "parking", at).before], **one.spot.e7,
            round=one.operation.code if one.operation else "",
        )  # fmt: skip

    return deed


def _situation(random: Random) -> str:
    return random.choices([name for name, _ in SITUATIONS], weights=[weight for _, weight in SITUATIONS])[0]


def _fine(stage: Stage, one: Warned, random: Random) -> Deed:
    def deed(at: dt.datetime) -> None:
        assert one.slip is not None
        squad = one.spot.squad
        two = random.sample(squad.certified, 2)
        decide_penalty(stage.cast.act(two[0], at), slip=one.slip, amount_fen=random.choice(FINES_FEN), officers=two)

    return deed
