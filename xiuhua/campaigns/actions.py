"""Every write of campaigns."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from xiuhua.campaigns.models import Campaign, Target
from xiuhua.city.access import must
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, Place, action, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds import programme as kinds
from xiuhua.ledger.kinds.line import LineAttributed, LineVoided
from xiuhua.ledger.models import Line

ATTRIBUTIONS = {"mistaken": "归错专项", "out_of_scope": "不属于这个专项", "agreed": "专项范围调整"}


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
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,31}", code):
        raise Refused("campaign.code", "专项编码只能用字母、数字和短横线，不超过 32 个字符。", field="code")
    if not name.strip():
        raise Refused("campaign.name", "请写专项名称。", field="name")
    if not categories and not items:
        raise Refused("campaign.matters", "请至少选一类案件或一个统计项，否则没有工作会计入这个专项。", field="items")
    strange = [item for item in items if item not in ITEMS]
    if strange:
        raise Refused("campaign.item", "没有“{strange}”这个统计项。", field="items", strange=strange[0])
    if ends_on < starts_on:
        raise Refused("campaign.period", "结束日期不能早于开始日期。", field="ends_on")
    if Campaign.objects.filter(code=code).exists():
        raise Refused("campaign.code", "专项编码 {code} 已经用过。", field="code", code=code)
    campaign = Campaign.objects.create(
        code=code,
        name=name.strip(),
        categories=list(categories),
        items=list(items),
        segments=list(segments),
        starts_on=starts_on,
        ends_on=ends_on,
    )
    act.record(
        kinds.CampaignDeclared(
            name=campaign.name, state=campaign.stage, starts_on=starts_on.isoformat(), ends_on=ends_on.isoformat()
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
    """A running campaign comes to its end: what is done from the next day on counts toward it no more."""
    must(act.by, "run_campaign")
    return _move(act, campaign, Campaign.Stage.RUNNING, Campaign.Stage.CLOSED, kinds.CampaignClosed)


def _move(
    act: Act,
    campaign: Campaign,
    before: str,
    after: str,
    kind: type[kinds.CampaignStarted] | type[kinds.CampaignClosed],
) -> Campaign:
    closed_on = bureau_day(act.at) if after == Campaign.Stage.CLOSED else None
    changed = Campaign.objects.filter(pk=campaign.pk, stage=before).update(stage=after, closed_on=closed_on)
    if not changed:
        campaign.refresh_from_db()
        raise Refused(
            "campaign.stage",
            "“{campaign_name}”现在是“{stage}”，不能做这一步。",
            campaign_name=campaign.name,
            stage=campaign.get_stage_display(),
        )
    campaign.refresh_from_db()
    act.record(kind(state=after), about=campaign.code, campaign=campaign.code)
    return campaign


def _target(line: Line) -> Target:
    facts = json.loads(line.facts)
    item, _colon, quantity = facts["goal"].partition(":")
    found = Target.objects.filter(campaign__code=line.about, item=item, quantity=Decimal(quantity))
    return found.filter(due_on=facts["due_on"]).order_by("id")[0]


@action(answer=_target)
def set_target(act: Act, *, campaign: Campaign, item: str, quantity: Decimal, due_on: dt.date) -> Target:
    """A campaign promises so much of an item by a day; a later promise for the same item takes its place."""
    must(act.by, "run_campaign")
    if item not in ITEMS:
        raise Refused("campaign.item", "没有“{item}”这个统计项。", field="item", item=item)
    if item not in campaign.items:
        raise Refused(
            "campaign.item_not_counted",
            "“{label}”不计入“{campaign_name}”，定了目标也不会有进度。",
            field="item",
            label=ITEMS[item].label,
            campaign_name=campaign.name,
        )
    if quantity <= 0:
        raise Refused("campaign.quantity", "目标数量要大于 0。", field="quantity")
    if due_on < campaign.starts_on:
        raise Refused(
            "campaign.due", "完成日期不能早于专项开始的 {starts_on}。", field="due_on", starts_on=campaign.starts_on
        )
    if campaign.stage == Campaign.Stage.CLOSED:
        raise Refused("campaign.stage", "“{campaign_name}”已经收官，不能再定目标。", campaign_name=campaign.name)
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
    if wrong.kind.startswith(("line.", "campaign.", "target.")):
        raise Refused("campaign.line", "这一条说的不是街面上的工作，不归任何专项。", kind=wrong.kind)
    if Line.objects.of_kind(LineVoided.kind).filter(corrects=line).exists():
        raise Refused("ledger.voided", "这一条已经作废，不用再改归专项。", about=wrong.about)
    if reason not in ATTRIBUTIONS:
        raise Refused(
            "campaign.reason", "请选择改归原因：{listed}。", field="reason", listed="、".join(ATTRIBUTIONS.values())
        )
    if campaign and not Campaign.objects.filter(code=campaign).exists():
        raise Refused("campaign.code", "没有编码为 {campaign} 的专项。", field="campaign", campaign=campaign)
    moved = Line.objects.of_kind(LineAttributed.kind).filter(corrects=line).order_by("happened_at", "id").last()
    before = moved.campaign if moved else wrong.campaign
    if before == campaign:
        raise Refused("campaign.same", "这一条本来就计在这里，不用改。", field="campaign")
    return act.record(
        LineAttributed(campaign_before=before, campaign_after=campaign, reason=reason),
        about=wrong.about,
        for_unit=wrong.for_unit,
        place=Place(wrong.grid, wrong.segment, wrong.lon_e7, wrong.lat_e7),
        campaign=campaign,
        corrects=line,
    )
