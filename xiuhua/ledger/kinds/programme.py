"""Lines of campaigns and of what was promised."""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("campaign.declared", "专项部署", moves=True)
class CampaignDeclared(Fact):
    """A campaign was declared with its matters and its planned period."""

    name: str
    state: str
    starts_on: str
    ends_on: str


@kind("campaign.started", "专项启动", moves=True)
class CampaignStarted(Fact):
    """Work on a campaign began."""

    state: str


@kind("campaign.closed", "专项收官", moves=True)
class CampaignClosed(Fact):
    """A campaign came to its end."""

    state: str


@kind("target.set", "目标确定")
class TargetSet(Fact):
    """A target was set: so much of an item, for a campaign, by a day."""

    goal: str
    due_on: str


@kind("brief.published", "简报发布")
class BriefPublished(Fact):
    """A brief was published, bound up to a number and a head."""

    from_day: str
    to_day: str
    bound_to: int
    head: str


@kind("supervision.ordered", "督办")
class SupervisionOrdered(Fact):
    """A leader pressed for a case: who must answer and by when."""

    case: str
    due_on: str
