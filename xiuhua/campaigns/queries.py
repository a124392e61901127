"""Which campaign a piece of work counts toward."""

from __future__ import annotations

import datetime as dt

from xiuhua.campaigns.models import Campaign


def campaign_for(*, day: dt.date, category: str = "", item: str = "", segment: str = "") -> str:
    """The code of the campaign that a piece of work counts toward; empty when there is none.

    A campaign takes work of its categories and items while it runs, on its segments. Where several would, the
    narrower one (limited to segments) goes first, then the one declared first.
    """
    fits = [
        campaign
        for campaign in Campaign.objects.exclude(stage=Campaign.Stage.PLANNED)
        if campaign.starts_on <= day <= campaign.ends_on
        and (category in campaign.categories if category else item in campaign.items)
        and (not campaign.segments or segment in campaign.segments)
    ]
    fits.sort(key=lambda campaign: (not campaign.segments, campaign.pk))
    return fits[0].code if fits else ""
