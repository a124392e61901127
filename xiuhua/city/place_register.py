"""Every write of the register of places: registering, changing, ending. Splitting and merging are in segment_edits.py."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from django.db.models import Model

from xiuhua.city.access import must
from xiuhua.city.models import Area, Facility, SiteType
from xiuhua.city.place_edits import Edit, columns_of, locked
from xiuhua.city.place_sorts import SORTS, Sort, sort_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.models import Line

TYPES = (
    ("A", "主次干道和商业街", "路面、门前、停放、立面"),
    ("B", "背街小巷", "路面、堆物、乱贴、照明"),
    ("C", "农贸市场及周边", "划行归市、门前、疏导点"),
    ("D", "公交站台", "站牌、座椅、小广告、停放"),
    ("E", "车站及站前广场", "揽客、停放、摊点、环卫"),
    ("F", "商场超市及门前", "门前秩序、停放、广告"),
    ("G", "居民小区和社区", "楼道、停放、飞线、堆物"),
    ("H", "学校及周边", "上下学时段、摊点、停放"),
    ("I", "广场和公园", "摊点、设施、夜间秩序"),
    ("J", "建筑工地及沿线", "围挡、扬尘、渣土、出入口"),
)
"""The ten types of site that the program starts with, in our own words; a bureau adds its own."""


def seed_site_types() -> int:
    """Put the site types that are missing into the table; those that a bureau changed stay as they are."""
    known = set(SiteType.objects.values_list("code", flat=True))
    rows = [SiteType(code=code, name=name, note=note) for code, name, note in TYPES if code not in known]
    SiteType.objects.bulk_create(rows)
    return len(rows)


def _first_row(line: Line) -> Any:
    name, _colon, code = line.about.partition(":")
    return SORTS[name].model._default_manager.filter(code=code).first() if name in SORTS else None


@action(answer=_first_row)
def register_place(act: Act, *, row: Model) -> Any:
    """One place comes into the register, from a form or drawn on the map."""
    must(act.by, "keep_places")
    sort = sort_of(row)
    must_be_fresh(sort, [row])
    must_stand(sort, [row])
    row.save()
    edit = Edit(act, f"{sort.name}.registered", sort.about(row))
    edit.made([row])
    edit.write()
    _record(act, sort, row)
    return row


def _record(act: Act, sort: Sort, row: Any) -> None:
    if isinstance(row, Facility):
        act.record(
            sort.registered(row), about=sort.about(row), item=row.item, quantity=row.quantity, place=sort.place(row)
        )
    else:
        act.record(sort.registered(row), about=sort.about(row), place=sort.place(row))


def must_be_fresh(sort: Sort, rows: Sequence[Any]) -> None:
    """Codes are used once, for ever: old lines keep them."""
    codes: set[str] = set()
    for row in rows:
        if row.code in codes:
            raise Refused("place.code", "{label}编码 {code} 出现了两次，请改成不同的编码。",
                          field="code", label=sort.label, code=row.code)  # fmt: skip
        codes.add(row.code)
    listed = list(codes)
    for begin in range(0, len(listed), 500):
        some = listed[begin : begin + 500]
        known = sort.model._default_manager.filter(code__in=some).values_list("code", flat=True).first()
        if known:
            raise Refused("place.code", "{label}编码 {code} 已经用过，编码不重复使用。",
                          field="code", label=sort.label, code=known)  # fmt: skip


def must_stand(sort: Sort, rows: Sequence[Any]) -> None:
    """Each row by itself, then what it leans on."""
    for row in rows:
        sort.check(row)
    if sort.name in ("area", "grid"):
        check_parents(sort, rows)


def check_parents(sort: Sort, rows: Sequence[Any], *, coming: Collection[str] = ()) -> None:
    """An area or grid lies in an area that is in the register; a bureau that has no areas yet may begin with grids.

    The parent is the beginning of the code, so that areas can never go round in a circle.
    """
    with_them = {row.code for row in rows} | set(coming)
    wanted = {row.code[:-3]: row.code for row in rows if len(row.code) > 6}
    if not wanted or (sort.name == "grid" and not (coming or Area.objects.exists())):
        return
    known = set(Area.objects.filter(code__in=list(wanted), ended_on=None).values_list("code", flat=True))
    for parent, code in sorted(wanted.items()):
        if parent not in known | with_them:
            raise Refused(
                "place.parent",
                "{label} {code} 的上级 {parent} 还没有登记，请先登记上级。",
                field="code", label=sort.label, code=code, parent=parent,
            )  # fmt: skip


@action(answer=_first_row)
def change_place(act: Act, *, row: Model, revision: int | None, changes: Mapping[str, Any]) -> Any:
    """What the register says of a place changes: moved, renamed, drawn anew. `revision` is that of the page it came from."""
    must(act.by, "keep_places")
    sort = sort_of(row)
    now = locked(row, revision)
    before = columns_of(now)
    edit = Edit(act, f"{sort.name}.changed", sort.about(now))
    edit.touch(now)
    for name, value in changes.items():
        setattr(now, name, value)
    if "line" in changes and "length_m" not in changes and changes["line"]:
        now.length_m = None  # measured anew from the drawing
    must_stand(sort, [now])
    after = columns_of(now)
    columns = sorted(name for name in after if after[name] != before[name])
    if not columns:
        raise Refused("place.same", "没有改动，不用保存。")
    if "code" in columns:
        raise Refused("place.code", "编码登记后不能改；请注销后用新的编码登记。", field="code")
    now.save()
    fact = sort.changed(now, columns)
    edit.did = fact.kind
    edit.write()
    act.record(fact, about=sort.about(now), place=sort.place(now))
    return now


@action(answer=_first_row)
def end_place(act: Act, *, row: Model, revision: int | None = None) -> Any:
    """A place leaves the register from this day on; its code stays with the old lines."""
    must(act.by, "keep_places")
    sort = sort_of(row)
    now = locked(row, revision)
    _nothing_leans_on(sort, now)
    edit = Edit(act, f"{sort.name}.ended", sort.about(now))
    edit.touch(now)
    now.ended_on = bureau_day(act.at)
    now.save(update_fields=["ended_on", "revision"])
    edit.write()
    act.record(sort.ended(now), about=sort.about(now), place=sort.place(now))
    return now


def _nothing_leans_on(sort: Sort, row: Any) -> None:
    """An area with areas or grids in it, or a segment with shops on it, cannot go before them."""
    leaning: dict[str, tuple[str, Callable[[], Any]]] = {
        "area": ("下级行政区或网格", lambda: Area.objects.filter(code__startswith=row.code, ended_on=None).exclude(pk=row.pk)),
        "segment": ("商户", lambda: row.shops.filter(closed_on=None, ended_on=None)),
    }  # fmt: skip
    if sort.name in leaning:
        words, rows = leaning[sort.name]
        n = rows().count()
        if n:
            raise Refused(
                "place.used", "{label}“{name}”还有 {n} 个{words}，请先调整它们。",
                label=sort.label, name=str(row), n=n, words=words,
            )  # fmt: skip
