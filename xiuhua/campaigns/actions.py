"""Every write of campaigns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from xiuhua.campaigns.models import Campaign, Target
from xiuhua.city.access import must
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, action
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds import programme as kinds
from xiuhua.ledger.kinds.line import LineAttributed
from xiuhua.ledger.models import Line


def _campaign(line: Line) -> Campaign:
    return Campaign.objects.get(code=line.about)


@action(answer=_campaign)
def declare_campaign(
    act: Act,
    *,
    code: str,
    name: str,
    categories: Sequence[str],
    items: Sequence[str],
    starts_on: dt.date,
    ends_on: dt.date,
    segments: Sequence[str] = (),
) -> Campaign:
    """A campaign is planned and made known: what it is after, where and until when."""
    must(act.by, "run_campaign")
    if ends_on < starts_on:
        raise Refused("campaign.period", "结束日期不能早于开始日期。", field="ends_on")
    if Campaign.objects.filter(code=code).exists():
        raise Refused("campaign.code", f"专项编码 {code} 已经用过。", field="code")
    campaign = Campaign.objects.create(
        code=code,
        name=name,
        categories=list(categories),
        items=list(items),
        segments=list(segments),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    act.record(
        kinds.CampaignDeclared(
            name=name, state=campaign.stage, starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat()
        ),
        about=code,
        campaign=code,
    )
    return campaign


@action(answer=_campaign)
def start_campaign(act: Act, *, campaign: Campaign) -> Campaign:
    """Work on a planned campaign begins."""
    must(act.by, "run_campaign")
    return _move(act, campaign, Campaign.Stage.PLANNED, Campaign.Stage.RUNNING, kinds.CampaignStarted)


@action(answer=_campaign)
def close_campaign(act: Act, *, campaign: Campaign) -> Campaign:
    """A running campaign comes to its end."""
    must(act.by, "run_campaign")
    return _move(act, campaign, Campaign.Stage.RUNNING, Campaign.Stage.CLOSED, kinds.CampaignClosed)


def _move(
    act: Act,
    campaign: Campaign,
    before: str,
    after: str,
    kind: type[kinds.CampaignStarted] | type[kinds.CampaignClosed],
) -> Campaign:
    changed = Campaign.objects.filter(pk=campaign.pk, stage=before).update(stage=after)
    if not changed:
        raise Refused("campaign.stage", f"“{campaign.name}”现在是“{campaign.get_stage_display()}”，不能做这一步。")
    campaign.refresh_from_db()
    act.record(kind(state=after), about=campaign.code, campaign=campaign.code)
    return campaign


@action(answer=lambda line: Target.objects.filter(campaign__code=line.about).last())
def set_target(act: Act, *, campaign: Campaign, item: str, quantity: Decimal, due_on: dt.date) -> Target:
    """A campaign promises so much of an item by a day."""
    must(act.by, "run_campaign")
    if item not in ITEMS:
        raise Refused("campaign.item", f"没有“{item}”这个统计项。", field="item")
    target = Target.objects.create(campaign=campaign, item=item, quantity=quantity, due_on=due_on)
    goal = format(Decimal(quantity).normalize(), "f")
    act.record(
        kinds.TargetSet(goal=f"{item}:{goal}", due_on=due_on.isoformat()),
        about=campaign.code,
        campaign=campaign.code,
    )
    return target


@action(answer=lambda line: line)
def attribute_line(act: Act, *, line: UUID, campaign: str, reason: str) -> Line:
    """A line was counted for the wrong campaign: a second line puts it right."""
    must(act.by, "void_line")
    wrong = Line.objects.filter(key=line).first()
    if wrong is None:
        raise Absent("ledger.line", "台账里没有这一条。")
    if campaign and not Campaign.objects.filter(code=campaign).exists():
        raise Refused("campaign.code", f"没有编码为 {campaign} 的专项。", field="campaign")
    return act.record(
        LineAttributed(campaign_before=wrong.campaign, campaign_after=campaign, reason=reason),
        about=wrong.about,
        campaign=campaign,
        corrects=line,
    )
