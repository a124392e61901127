"""All folds of the house: lines against rows, room by room."""

from __future__ import annotations

from django.db import DatabaseError

from xiuhua.campaigns import fold as campaigns
from xiuhua.cases import fold as cases
from xiuhua.city import fold as city
from xiuhua.enforcement import fold as enforcement
from xiuhua.programme import fold as programme
from xiuhua.rounds import fold as rounds

FOLDS = (*city.FOLDS, *campaigns.FOLDS, *cases.FOLDS, *rounds.FOLDS, *enforcement.FOLDS, *programme.FOLDS)


def compare(*, most: int = 20) -> list[str]:
    """Every difference between lines and rows, at most so many of each fold."""
    found: list[str] = []
    for fold in FOLDS:
        try:
            differences = list(fold.differences())
        except (ValueError, LookupError, TypeError, DatabaseError) as error:  # a line that was broken from outside
            found.append(f"{fold.label}：有台账行读不出来，没法比对（{error}）。")
            continue
        found += [f"{fold.label}：{one}" for one in differences[:most]]
        if len(differences) > most:
            found.append(f"{fold.label}：还有 {len(differences) - most} 处。")
    return found
