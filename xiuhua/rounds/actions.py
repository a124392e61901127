"""Every write of rounds: operations and letters."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db.models import F

from xiuhua.campaigns.queries import campaign_for
from xiuhua.city.access import must
from xiuhua.city.models import Segment, Shop
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, action, bureau_day
from xiuhua.ledger.kinds import rounds as kinds
from xiuhua.rounds.models import Delivery, LetterBatch, Operation

PARTNERS = {"traffic_police": "交警大队", "market_bureau": "市场监管局", "street_office": "街道办事处"}


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
    unknown = [one for one in partners if one not in PARTNERS]
    if unknown:
        raise Refused("operation.partner", f"没有“{unknown[0]}”这个协同单位。", field="partners")
    if ended_at <= act.at:
        raise Refused("operation.period", "结束时间要晚于开始时间。", field="ended_at")
    if sum(people.values()) <= 0:
        raise Refused("operation.people", "请填写参加的人数。", field="people")
    operation = Operation.objects.create(
        code=f"Y{act.key.hex[:16]}",
        name=name,
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


def _place(segments: Sequence[str]) -> Place | None:
    first = Segment.objects.filter(code__in=list(segments)[:1]).first()
    return Place(grid=first.grid, segment=first.code) if first else None


@action(answer=lambda line: LetterBatch.objects.get(code=line.about.partition(":")[2]))
def print_letters(act: Act, *, title: str, copies: int) -> LetterBatch:
    """A batch of letters to shopkeepers was printed."""
    must(act.by, "print_letters")
    if not 0 < copies <= 1_000_000:
        raise Refused("letter.copies", "印制份数要在 1 到 1000000 之间。", field="copies")
    batch = LetterBatch.objects.create(
        code=f"L{act.key.hex[:16]}", title=title, copies=copies, printed_on=bureau_day(act.at)
    )
    act.record(kinds.LetterPrinted(title=title), about=f"batch:{batch.code}", item="letter", quantity=copies)
    return batch


@action(answer=lambda line: Delivery.objects.get(shop__code=line.about.partition(":")[2], at=line.happened_at))
def deliver_letter(act: Act, *, batch: LetterBatch, shop: Shop, outcome: str) -> Delivery:
    """A letter was handed over at a shop's door: signed for, taken by staff, or refused and left."""
    must(act.by, "deliver_letter")
    if outcome not in Delivery.Outcome.values:
        raise Refused("letter.outcome", "请选择签收、代收或拒收留置。", field="outcome")
    if shop.closed_on is not None:
        raise Refused("letter.shop_closed", f"“{shop.name}”已停业，不用送达。", field="shop")
    if Delivery.objects.filter(batch=batch, shop=shop).exists():
        raise Refused("letter.delivered", f"“{shop.name}”已经送达过这一封信。", field="shop")
    taken = LetterBatch.objects.filter(pk=batch.pk, copies__gt=F("spoiled") + F("delivered"))
    if not taken.update(delivered=F("delivered") + 1):
        raise Refused("letter.none_left", f"“{batch.title}”已经发完，请先登记加印。")
    delivery = Delivery.objects.create(batch=batch, shop=shop, outcome=outcome, by=act.by.code, at=act.at)
    segment = shop.segment
    act.record(
        kinds.LetterDelivered(batch=batch.code, outcome=outcome),
        about=f"shop:{shop.code}",
        item="letter_delivered",
        quantity=1,
        place=Place(segment.grid if segment else "", segment.code if segment else "", shop.lon_e7, shop.lat_e7),
        campaign=campaign_for(day=bureau_day(act.at), item="letter_delivered"),
    )
    return delivery
