"""Which campaign a piece of work counts toward."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from xiuhua.campaigns.models import Campaign


def campaign_for(*, day: dt.date, category: str = "", item: str = "", segment: str = "") -> str:
    """The code of the campaign that a piece of work counts toward; empty when there is none.

    A campaign takes work of its categories and items while it runs, on its segments: what was done before it closed
    counts also when it is told later. Where several would take it, the narrower one (limited to segments) goes first,
    then the one declared first.
    """
    return campaign_among(campaigns_begun(), day=day, category=category, item=item, segment=segment)


def campaigns_begun() -> list[Campaign]:
    """The campaigns that work may count toward: asked once for many pieces of work."""
    with connection.cursor() as cursor:
        cursor.execute(*_begun_sql(connection.vendor))
        return _read(repr(cursor.fetchall()))


def _begun() -> QuerySet[Campaign]:
    return Campaign.objects.exclude(stage=Campaign.Stage.PLANNED)


@functools.cache
def _begun_sql(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The statement behind `_begun`, put together once: each count, slip and letter asks it."""
    sql, parameters = _begun().query.sql_with_params()
    return sql, tuple(parameters)


@functools.lru_cache(maxsize=4)
def _read(rows: str) -> list[Campaign]:
    """The campaigns as those rows have them; read anew when any row is another."""
    return list(_begun())


def campaign_among(
    campaigns: Iterable[Campaign], *, day: dt.date, category: str = "", item: str = "", segment: str = ""
) -> str:
    """The code of the one among these that the work counts toward, as `campaign_for` says."""
    fits = [
        campaign
        for campaign in campaigns
        if campaign.starts_on <= day <= campaign.last_day
        and (category in campaign.categories if category else item in campaign.items)
        and (not campaign.segments or segment in campaign.segments)
    ]
    fits.sort(key=lambda campaign: (not campaign.segments, campaign.pk))
    return fits[0].code if fits else ""
