"""清场: after the stalls of a permitted place have left, somebody looks whether it is clean, within the minutes given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from xiuhua.city.access import must
from xiuhua.city.models import Clearing, PermittedPlace
from xiuhua.city.permitted import openings_ended
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, Place, action
from xiuhua.ledger.kinds.city import PlaceCleared
from xiuhua.ledger.models import Line

BACK = dt.timedelta(hours=36)
"""How far back an opening may lie that is still looked at: last night's market on the next morning (our choice)."""


@dataclass(frozen=True)
class Opening:
    """An opening that ended: when, until when it was to be looked at, and the last look, if there was one."""

    place: PermittedPlace
    closed_at: dt.datetime
    due_at: dt.datetime
    look: Clearing | None

    def late(self, at: dt.datetime) -> bool:
        """Whether the time for it ran out without anybody having looked."""
        return self.look is None and at > self.due_at

    @property
    def done(self) -> bool:
        """Looked at, and clean."""
        return self.look is not None and self.look.tidy


def openings_to_clear(at: dt.datetime, *, unit: str = "", back: dt.timedelta = BACK) -> list[Opening]:
    """What closed lately and is to be looked at, the newest first; of the unit that looks, when one is named.

    A place with no minutes given is not looked at. Two queries whatever the number of places.
    """
    rows = PermittedPlace.objects.filter(ended_on=None).exclude(clear_within_min=None)
    places = [one for one in rows.select_related("cleared_by", "unit", "segment").defer("segment__line")
              if not unit or _looks(one).startswith(unit)]  # fmt: skip
    looks: dict[tuple[int, dt.datetime], Clearing] = {}
    for look in Clearing.objects.filter(place__in=places, closed_at__gt=at - back).order_by("at"):
        looks[look.place_id, look.closed_at] = look
    found = [
        Opening(
            place, closed, closed + dt.timedelta(minutes=place.clear_within_min or 0), looks.get((place.pk, closed))
        )
        for place in places
        for closed in openings_ended(place, at - back, at)
    ]
    return sorted(found, key=lambda one: (one.closed_at, one.place.code), reverse=True)


def _looks(place: PermittedPlace) -> str:
    """The path of the unit that looks: the one named for it, else the one that answers for the place."""
    unit = place.cleared_by or place.unit
    return unit.path if unit else ""


def _of(line: Line) -> Clearing:
    return Clearing.objects.get(place__code=line.about.partition(":")[2], at=line.happened_at, by=line.by)


@action(answer=_of)
def check_clearing(
    act: Act, *, place: str, closed_at: dt.datetime, clean: bool, photos: Sequence[str] = (), words: str = ""
) -> Clearing:
    """Somebody looked after closing. What is not clean needs a photo and may be looked at again; clean ends it."""
    must(act.by, "check_clearing")
    row = PermittedPlace.objects.select_for_update(of=("self",)).select_related("segment").filter(code=place).first()
    if row is None:
        raise Absent("clearing.absent")
    if closed_at not in openings_ended(row, closed_at - dt.timedelta(minutes=1), closed_at):
        raise Refused("clearing.opening", "“{place_name}”那天没有在这个时间收摊，请刷新页面。", place_name=row.name)
    if not closed_at <= act.at <= closed_at + BACK:
        raise Refused("clearing.when", "清场检查要在收摊以后 36 小时以内做。", field="at")
    if not clean and not photos:
        raise Refused("clearing.photo", "没有清干净的，请拍一张照片。", field="photos")
    if StoredFile.objects.filter(digest__in=list(photos), width__isnull=False).count() != len(set(photos)):
        raise Refused("clearing.photo", "有照片没有传完整，请重新添加照片后再提交。", field="photos")
    if Clearing.objects.filter(place=row, closed_at=closed_at, tidy=True).exists():
        raise Refused("clearing.done", "“{place_name}”这次收摊已经查过，干净。", place_name=row.name)
    late = act.at > closed_at + dt.timedelta(minutes=row.clear_within_min or 0)
    act.record(
        PlaceCleared(
            closed_at=closed_at.astimezone(dt.UTC).isoformat(), clean=clean, late=late, photos=len(set(photos))
        ),
        about=f"permitted:{row.code}",
        place=Place(segment=row.segment.code if row.segment else ""),
    )
    return Clearing.objects.create(
        place=row, closed_at=closed_at, at=act.at, by=act.by.code, tidy=clean, late=late,
        photos=list(dict.fromkeys(photos)), words=words.strip()[:200],
    )  # fmt: skip
