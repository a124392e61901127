"""Every write of rounds: operations and letters."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence

from django.db.models import F

from xiuhua.campaigns.models import Campaign
from xiuhua.campaigns.queries import campaign_for
from xiuhua.city.access import must
from xiuhua.city.models import Segment, Shop, Unit
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, action, bureau_day
from xiuhua.ledger.kinds import rounds as kinds
from xiuhua.ledger.models import Line
from xiuhua.rounds.models import Delivery, LetterBatch, Operation

PARTNERS = {"traffic_police": "交警大队", "market_bureau": "市场监管局", "street_office": "街道办事处"}
SPOILED = {"misprint": "印刷错误", "damaged": "受潮破损", "lost": "遗失", "outdated": "内容过时收回"}


@action(answer=lambda line: Operation.objects.get(code=line.about.partition(":")[2]))
def hold_operation(
    act: Act,
    *,
    name: str,
    ended_at: dt.datetime,
    people: Mapping[str, int],
    segments: Sequence[str] = (),
    campaign: str = "",
    partners: Sequence[str] = (),
) -> Operation:
    """A concentrated operation was held, alone or with other bodies; `people` is the head-count by unit."""
    must(act.by, "hold_operation")
    if not name.strip():
        raise Refused("operation.name", "请写行动名称。", field="name")
    if ended_at <= act.at:
        raise Refused("operation.period", "结束时间要晚于开始时间。", field="ended_at")
    _check_partners(partners)
    _check_people(people)
    if campaign and not Campaign.objects.filter(code=campaign).exists():
        raise Refused("operation.campaign", "没有编码为 {campaign} 的专项。", field="campaign", campaign=campaign)
    missing = set(segments) - set(Segment.objects.filter(code__in=list(segments)).values_list("code", flat=True))
    if missing:
        raise Refused("operation.segment", "没有编码为 {missing} 的路段。", field="segments", missing=min(missing))
    operation = Operation.objects.create(
        code=f"Y{act.key.hex[:16]}",
        name=name.strip(),
        campaign=campaign,
        began_at=act.at,
        ended_at=ended_at,
        segments=list(segments),
        people=dict(people),
        partners=list(partners),
    )
    act.record(
        kinds.OperationHeld(people=sum(people.values()), partners=list(partners), segments=len(segments)),
        about=f"operation:{operation.code}",
        item="operation",
        quantity=1,
        campaign=campaign,
        round=operation.code,
        place=_place(segments),
    )
    return operation


def _check_partners(partners: Sequence[str]) -> None:
    unknown = [one for one in partners if one not in PARTNERS]
    if unknown:
        raise Refused(
            "operation.partner",
            "没有“{unknown}”这个协同单位，可选：{listed}。",
            field="partners",
            unknown=unknown[0],
            listed="、".join(PARTNERS.values()),
        )


def _check_people(people: Mapping[str, int]) -> None:
    """Head-counts are of units that exist or of partners, none of them below nought, together more than nought."""
    if any(count < 0 for count in people.values()):
        raise Refused("operation.people", "参加人数不能是负数。", field="people")
    if sum(people.values()) <= 0:
        raise Refused("operation.people", "请填写参加的人数。", field="people")
    units = set(people) - set(PARTNERS)
    unknown = units - set(Unit.objects.filter(path__in=units).values_list("path", flat=True))
    if unknown:
        raise Refused("operation.people", "没有“{unknown}”这个单位。", field="people", unknown=min(unknown))


def _place(segments: Sequence[str]) -> Place | None:
    first = Segment.objects.filter(code__in=list(segments)[:1]).first()
    return Place(grid=first.grid, segment=first.code) if first else None


@action(answer=lambda line: LetterBatch.objects.get(code=line.about.partition(":")[2]))
def print_letters(act: Act, *, title: str, copies: int) -> LetterBatch:
    """A batch of letters to shopkeepers was printed."""
    must(act.by, "print_letters")
    if not title.strip():
        raise Refused("letter.title", "请写这一批信的标题。", field="title")
    if not 0 < copies <= 1_000_000:
        raise Refused("letter.copies", "印制份数要在 1 到 1000000 之间。", field="copies")
    batch = LetterBatch.objects.create(
        code=f"L{act.key.hex[:16]}", title=title.strip(), copies=copies, printed_on=bureau_day(act.at)
    )
    act.record(kinds.LetterPrinted(title=batch.title), about=f"batch:{batch.code}", item="letter", quantity=copies)
    return batch


@action(answer=lambda line: LetterBatch.objects.get(code=line.about.partition(":")[2]))
def spoil_letters(act: Act, *, batch: LetterBatch, copies: int, reason: str) -> LetterBatch:
    """Printed letters were spoiled and will not be delivered; no more can be than are left."""
    must(act.by, "print_letters")
    if reason not in SPOILED:
        raise Refused("letter.reason", "请选择损毁原因：{listed}。", field="reason", listed="、".join(SPOILED.values()))
    if copies <= 0:
        raise Refused("letter.spoiled", "损毁份数要大于 0。", field="copies")
    _not_before_print(act, batch)
    left = LetterBatch.objects.filter(pk=batch.pk, copies__gte=F("spoiled") + F("delivered") + copies)
    if not left.update(spoiled=F("spoiled") + copies):
        batch.refresh_from_db()
        raise Refused(
            "letter.left",
            "“{batch_title}”只剩 {left} 份，损毁份数不能超过它。",
            field="copies",
            batch_title=batch.title,
            left=batch.left,
        )
    batch.refresh_from_db()
    act.record(
        kinds.LetterSpoiled(batch=batch.code, reason=reason),
        about=f"batch:{batch.code}",
        item="letter_spoiled",
        quantity=copies,
    )
    return batch


def _delivery_of(line: Line) -> Delivery:
    batch: str = json.loads(line.facts)["batch"]
    return Delivery.objects.get(shop__code=line.about.partition(":")[2], batch__code=batch)


@action(answer=_delivery_of)
def deliver_letter(act: Act, *, batch: LetterBatch, shop: Shop, outcome: str) -> Delivery:
    """A letter was handed over at a shop's door: signed for, taken by staff, or refused and left."""
    must(act.by, "deliver_letter")
    if outcome not in Delivery.Outcome.values:
        raise Refused("letter.outcome", "请选择签收、代收或拒收留置。", field="outcome")
    _not_before_print(act, batch)
    if shop.closed_on is not None and shop.closed_on <= bureau_day(act.at):
        raise Refused("letter.shop_closed", "“{shop_name}”已停业，不用送达。", field="shop", shop_name=shop.name)
    if Delivery.objects.filter(batch=batch, shop=shop).exists():
        raise Refused("letter.delivered", "“{shop_name}”已经送达过这一封信。", field="shop", shop_name=shop.name)
    taken = LetterBatch.objects.filter(pk=batch.pk, copies__gt=F("spoiled") + F("delivered"))
    if not taken.update(delivered=F("delivered") + 1):
        raise Refused(
            "letter.none_left", "“{batch_title}”已经发完，请先登记加印。", field="batch", batch_title=batch.title
        )
    delivery = Delivery.objects.create(batch=batch, shop=shop, outcome=outcome, by=act.by.code, at=act.at)
    segment = shop.segment
    code = segment.code if segment else ""
    act.record(
        kinds.LetterDelivered(batch=batch.code, outcome=outcome),
        about=f"shop:{shop.code}",
        item="letter_delivered",
        quantity=1,
        place=Place(segment.grid if segment else "", code, shop.lon_e7, shop.lat_e7),
        campaign=campaign_for(day=bureau_day(act.at), item="letter_delivered", segment=code),
    )
    return delivery


def _not_before_print(act: Act, batch: LetterBatch) -> None:
    if bureau_day(act.at) < batch.printed_on:
        raise Refused(
            "letter.time",
            "“{batch_title}”{printed_on} 才印制，日期不能更早。",
            field="at",
            batch_title=batch.title,
            printed_on=batch.printed_on,
        )
