"""Filters that people use every day, under a name, as addresses that can be shared."""

from __future__ import annotations

from django.db.models import Q
from django.http import QueryDict

from xiuhua.cases.models import SavedFilter
from xiuhua.city.access import must
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act, By, action
from xiuhua.ledger.kinds import case as kinds

PAGES = ("dispatch", "cases")
MOST = 20
NOT_KEPT = ("page", "case", "count", "format")


@action(answer=lambda line: SavedFilter.objects.get(code=line.key.hex))
def save_filter(act: Act, *, page: str, name: str, query: str, shared: bool = False) -> SavedFilter:
    """The address of a list is kept under a name; the same name again is kept anew. At most 20 for one person."""
    must(act.by, "see_desk")
    name = name.strip()
    if page not in PAGES:
        raise Refused("filter.page", "这一页不能存筛选。", field="page")
    if not 1 <= len(name) <= 20:
        raise Refused("filter.name", "请起一个 20 字以内的名字。", field="name")
    told = QueryDict(query, mutable=True)
    for one in NOT_KEPT:
        told.pop(one, None)
    kept = told.urlencode()
    if not kept or len(kept) > 400:
        raise Refused("filter.empty", "现在没有筛选条件可以存，请先选好条件。", field="name")
    mine = SavedFilter.objects.filter(person=act.by.code, page=page)
    if mine.exclude(name=name).count() >= MOST:
        raise Refused("filter.many", "最多存 {most} 个，请先删掉不用的。", field="name", most=MOST)
    mine.filter(name=name).delete()
    line = act.record(kinds.FilterSaved(page=page, shared=shared), about=f"person:{act.by.code}")
    return SavedFilter.objects.create(
        code=line.key.hex, person=act.by.code, page=page, name=name, query=kept, shared=shared
    )


@action(answer=lambda line: None)
def drop_filter(act: Act, *, code: str) -> None:
    """One's own filter is no longer kept."""
    found = SavedFilter.objects.filter(code=code, person=act.by.code).first()
    if found is None:
        raise Absent("filter.absent", "没有这个筛选，可能已经删掉了。")
    act.record(kinds.FilterDropped(page=found.page), about=f"person:{act.by.code}")
    found.delete()


def filters_for(by: By, page: str) -> list[SavedFilter]:
    """One's own filters of a page, and those that others share."""
    return list(SavedFilter.objects.filter(Q(person=by.code) | Q(shared=True), page=page))
