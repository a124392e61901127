"""Counts (快报): street work that never becomes a case, told in seconds.

The rule that nothing adds twice: the line that was written first counts; what tells the same act afterwards names it
and carries no quantity. The same act is: same unit, same item, same segment, within two hours (our choice: longer
than a stop at one place, shorter than a second round).
"""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from xiuhua.campaigns.queries import campaign_for
from xiuhua.cases.models import Case, Count
from xiuhua.city.access import must
from xiuhua.city.models import Segment
from xiuhua.kit.models import StoredFile
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, Place, action, bureau_day
from xiuhua.ledger.items import ITEMS
from xiuhua.ledger.kinds.case import CountRecorded
from xiuhua.ledger.kinds.line import LineVoided
from xiuhua.ledger.models import Line

SAME_ACT = dt.timedelta(hours=2)
COUNTABLE = (
    "posting_pasted", "posting_sprayed", "posting_window", "stall_moved", "shopfront_cleared", "bicycle_straightened",
    "litter_cleared", "banner_removed", "structure_removed", "smoke_stopped", "shop_visited",
)  # fmt: skip
MOST = 5000


@action(answer=lambda line: Count.objects.get(key=line.key))
def record_count(
    act: Act,
    *,
    item: str,
    quantity: int,
    segment: str,
    photo: str = "",
    separate: bool = False,
    lon_e7: int | None = None,
    lat_e7: int | None = None,
    round: str = "",
) -> Count:
    """So many of an item on a segment, with one photo at most. `separate` confirms that it is not the case's act.

    `round` is the code of the operation or patrol that it was done in.
    """
    must(act.by, "record_count")
    _check(item, quantity)
    place = Segment.objects.filter(code=segment).first()
    if place is None:
        raise Refused("count.segment", "请选择路段。", field="segment")
    if photo and not StoredFile.objects.filter(digest=photo, width__isnull=False).exists():
        raise Refused("count.photo", "照片没有传完整，请重新拍一张。", field="photo")
    twin = same_act(unit=act.by.unit, item=item, segment=segment, at=act.at, of_case=True)
    if twin is not None and twin.case is not None and not separate:
        raise Refused(
            "count.told_by_case",
            "同一路段刚处置过案件 {case}，已经计了{twin}。若是同一件事，不用再报；若是另外一次，请勾选“另外一次”再提交。",
            field="separate",
            case=twin.case.number,
            twin=_told(twin),
        )
    where = Place(place.grid, segment, lon_e7, lat_e7)
    return _count(act, item=item, quantity=quantity, place=where, photo=photo, round=round)


def count_for_case(act: Act, *, case: Case, item: str, quantity: int) -> Count:
    """What the handling of a case cleared, counted by a line of its own. Called by `handle_case` alone."""
    _check(item, quantity)
    earlier = _standing(case.counts.filter(item=item)).first()
    if earlier is not None:
        raise Refused(
            "count.told_already",
            "这件案件已经计过{earlier}。上次多计了，请先作废那一条；这次又清理了一些，请把数量留空，另报一次快报。",
            field="quantity",
            earlier=_told(earlier),
        )
    twin = same_act(unit=act.by.unit, item=item, segment=case.segment, at=act.at, of_case=False)
    if twin is not None:
        raise Refused(
            "count.told_by_count",
            "这个路段刚报过快报：{twin}。若是同一件事，请勾选“快报已计”；若不是，请把数量留空，另报一次快报。",
            field="counted_by",
            count=str(twin.key),
            twin=_told(twin),
        )
    place = Place(case.grid, case.segment, case.lon_e7, case.lat_e7)
    return _count(act, item=item, quantity=quantity, place=place, case=case)


def same_act(*, unit: str, item: str, segment: str, at: dt.datetime, of_case: bool) -> Count | None:
    """A standing count of the same unit, item and segment within two hours, told by a case or by a count."""
    found = Count.objects.filter(
        unit=unit, item=item, segment=segment, at__range=(at - SAME_ACT, at + SAME_ACT), case__isnull=not of_case
    )
    return _standing(found).select_related("case").order_by("-at").first()


def named_count(act: Act, case: Case, key: UUID) -> Count:
    """The count that already tells what the handling of a case cleared: of the same unit and segment, within the time."""
    found = Count.objects.filter(
        key=key,
        unit=act.by.unit,
        segment=case.segment,
        case=None,
        at__range=(act.at - SAME_ACT, act.at + SAME_ACT),
    )
    count = _standing(found).first()
    if count is None:
        raise Refused("count.not_told", "没有找到这条快报，可能已经作废，请重新选择。", field="counted_by")
    return count


def _standing(counts: QuerySet[Count]) -> QuerySet[Count]:
    voids = Line.objects.filter(kind=LineVoided.kind, corrects=OuterRef("key"))
    return counts.filter(~Exists(voids))


def _check(item: str, quantity: int) -> None:
    if item not in COUNTABLE:
        raise Refused("count.item", "请从列表里选一个统计项。", field="item")
    if not 0 < quantity <= MOST:
        raise Refused("count.quantity", "数量要在 1 到 {most} 之间。", field="quantity", most=MOST)


def _told(count: Count) -> str:
    item = ITEMS[count.item]
    return f" {item.label} {count.quantity.normalize():f} {item.unit}"


def _count(
    act: Act, *, item: str, quantity: int, place: Place, photo: str = "", case: Case | None = None, round: str = ""
) -> Count:
    line = act.record(
        CountRecorded(photo=photo, case=case.number if case else ""),
        about=case.number if case else f"count:{act.key.hex[:16]}",
        item=item,
        quantity=quantity,
        place=place,
        campaign=campaign_for(day=bureau_day(act.at), item=item, segment=place.segment),
        round=round,
    )
    return Count.objects.create(
        key=line.key,
        item=item,
        quantity=quantity,
        segment=place.segment,
        by=act.by.code,
        unit=act.by.unit,
        at=act.at,
        photo=photo,
        case=case,
    )
