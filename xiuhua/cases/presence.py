"""Who has a case open right now, so that two people do not do the same work. No line: looking is no act."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping

from xiuhua.cases.models import Case, Looking

STILL = dt.timedelta(seconds=60)
"""Somebody who has not been heard of for so long looks no more; an open page is heard every 25 seconds (our choice)."""


def look(case: Case, person: str, at: dt.datetime) -> None:
    """Somebody has the case open; the cases they had open before are open no more."""
    Looking.objects.filter(at__lt=at - STILL).delete()
    Looking.objects.filter(person=person).exclude(case=case).delete()
    Looking.objects.update_or_create(case=case, person=person, defaults={"at": at})


def lookers(cases: Iterable[Case], person: str, at: dt.datetime) -> Mapping[int, list[str]]:
    """Who else has some of these cases open: codes by the case's key."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = Looking.objects.filter(case__in=list(cases), at__gte=at - STILL, at__lte=at).exclude(person=person)
    for case, code in rows.order_by("at", "id").values_list("case_id", "person"):
        found[case].append(code)
    return found
