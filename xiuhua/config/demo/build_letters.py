"""Letters to shopkeepers: printed in a few batches, delivered door to door by the squads."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from random import Random

from xiuhua.city.models import Person, Shop
from xiuhua.config.demo.build_agenda import Deed, moment
from xiuhua.config.demo.build_stage import Stage
from xiuhua.config.demo.build_times import days_between
from xiuhua.rounds.actions import deliver_letter, print_letters
from xiuhua.rounds.models import LetterBatch

TITLE = "致全体经营业户的一封信"
PRINTED = ((dt.date(2020, 3, 2), 0.4), (dt.date(2020, 3, 16), 0.35), (dt.date(2020, 3, 30), 0.25))
FIRST_DOOR, LAST_DOOR = dt.date(2020, 3, 3), dt.date(2020, 4, 25)
OUTCOMES = (("signed", 88), ("left", 9), ("refused", 3))
WALKS = ((8.9, 11.6), (14.3, 17.4))
"""When people go from door to door."""


class Desk:
    """The pile of letters: who goes out takes from the oldest batch that has any left."""

    def __init__(self) -> None:
        self.batches: list[LetterBatch] = []
        self.left: Counter[int] = Counter()

    def take(self) -> LetterBatch:
        batch = next(one for one in self.batches if self.left[one.pk])
        self.left[batch.pk] -= 1
        return batch


def plan_letters(stage: Stage) -> None:
    """Print the batches, and send every squad along its streets, so many doors a day."""
    desk = Desk()
    copies = [round(stage.counts.letters_printed * share) for _day, share in PRINTED]
    copies[0] += stage.counts.letters_printed - sum(copies)
    for n, ((day, _share), count) in enumerate(zip(PRINTED, copies, strict=True), start=1):
        if count > 0:
            stage.agenda.put(moment(day, 8.6), _print(stage, desk, n, count))
    random = stage.random("letters")
    shops = [shop for shops in stage.cast.shops.values() for shop in shops]
    shops.sort(key=lambda shop: shop.code)
    shops = shops[: stage.counts.letters_delivered]
    days = [day for day in days_between(FIRST_DOOR, LAST_DOOR) if stage.calendar.is_workday(day)]
    for squad in stage.cast.ground:
        own = [one for one in shops if stage.cast.answers[stage.cast.doors[one.code]].squad is squad]
        own.sort(key=lambda shop: _along(stage, shop))
        share = len(own) / len(days)
        for n, day in enumerate(days):
            todays = own[round(n * share) : round((n + 1) * share)]
            people = squad.street
            walks = [
                todays[k * len(todays) // len(people) : (k + 1) * len(todays) // len(people)]
                for k in range(len(people))
            ]
            for person, walk in zip(people, walks, strict=True):
                for at, shop in zip(_walk(random, day, len(walk)), walk, strict=True):
                    stage.agenda.put(at, _deliver(stage, desk, person, shop, random))


def _along(stage: Stage, shop: Shop) -> tuple[str, str, str, int]:
    """The order of a walk: street by street, one side up and the other down."""
    segment = stage.cast.segments[stage.cast.doors[shop.code]]
    number = int(shop.house_number or 0)
    return segment.road, shop.side, segment.code, number if shop.side == "left" else -number


def _walk(random: Random, day: dt.date, n: int) -> list[dt.datetime]:
    """The moments of a walk past `n` doors, two to six minutes a door, in the morning or in the afternoon."""
    begins, ends = random.choice(WALKS)
    step = min(0.09, (ends - begins) / max(n, 1))
    start = random.uniform(begins, max(begins, ends - step * n))
    return [moment(day, start + (k + random.uniform(0.1, 0.9)) * step) for k in range(n)]


def _print(stage: Stage, desk: Desk, n: int, copies: int) -> Deed:
    def deed(at: dt.datetime) -> None:
        office = stage.cast.staff["XCK"][0]
        batch = print_letters(stage.cast.act(office, at), title=f"{TITLE}（第{'一二三四五'[n - 1]}批）", copies=copies)
        desk.batches.append(batch)
        desk.left[batch.pk] = copies

    return deed


def _deliver(stage: Stage, desk: Desk, person: Person, shop: Shop, random: Random) -> Deed:
    def deed(at: dt.datetime) -> None:
        outcome = random.choices([name for name, _ in OUTCOMES], weights=[weight for _, weight in OUTCOMES])[0]
        deliver_letter(stage.cast.act(person, at), batch=desk.take(), shop=shop, outcome=outcome)

    return deed
