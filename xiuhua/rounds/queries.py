"""Questions about rounds."""

from __future__ import annotations

import datetime as dt

from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line
from xiuhua.rounds.models import Operation


def operations_under_way(*, unit: str, at: dt.datetime) -> list[Operation]:
    """The operations that a unit takes part in at a moment, the last begun first; voided ones are none.

    A unit takes part when people of it, of a unit above it or of one below it were entered.
    """
    found = Operation.objects.filter(began_at__lte=at, ended_at__gte=at).order_by("-began_at", "-id")
    voids = set(
        Line.objects.of_kind(LineVoided.kind)
        .filter(about__in=[f"operation:{one.code}" for one in found])
        .values_list("about", flat=True)
    )
    return [one for one in found if f"operation:{one.code}" not in voids and _takes_part(one, unit)]


def _takes_part(operation: Operation, unit: str) -> bool:
    return any(n and (unit.startswith(path) or path.startswith(unit)) for path, n in operation.people.items())
