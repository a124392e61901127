"""清场 in the demo city: after a vending point closed, its squad looks; the newest one still waits for somebody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from xiuhua.city.clearing import Opening, check_clearing, openings_to_clear
from xiuhua.config.demo.build_agenda import Deed
from xiuhua.config.demo.build_cast import Cast


def clearings(cast: Cast, at: dt.datetime, *, since: dt.datetime) -> Iterator[tuple[dt.datetime, Deed]]:
    """A look at every opening since a moment but the newest, some minutes after closing, now and then too late."""
    random = cast.random("clearing")
    found = [one for one in openings_to_clear(at, back=at - since) if one.look is None]
    for one in found[1:]:
        yield one.closed_at + dt.timedelta(minutes=random.choice((9, 14, 17, 22, 26, 41))), _look(cast, one)


def _look(cast: Cast, opening: Opening) -> Deed:
    def deed(at: dt.datetime) -> None:
        unit = opening.place.cleared_by or opening.place.unit
        squad = next((one for one in cast.squads if unit and one.unit.pk == unit.pk), cast.squads[0])
        check_clearing(
            cast.act(squad.officers[0], at), place=opening.place.code, closed_at=opening.closed_at, clean=True
        )

    return deed
