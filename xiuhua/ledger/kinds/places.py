"""Lines of the register of places: what was drawn, changed, split, merged, ended, and permitted where.

A line says which thing and which of its columns; where it lies and what is written there stand in its row and in the
row of the edit.
"""

from __future__ import annotations

from xiuhua.ledger.dictionary import Fact, kind


@kind("places.imported", "地点导入")
class PlacesImported(Fact):
    """Places came in from a file: what kind, in which coordinate system, how many are new, changed and the same."""

    thing: str
    system: str
    added: int
    changed: int
    unchanged: int


@kind("edit.undone", "撤销编辑")
class EditUndone(Fact):
    """An edit of the register was taken back: the key of its line, and what it had done."""

    edit: str
    did: str


@kind("segment.drawn", "路段画线", moves=True)
class SegmentDrawn(Fact):
    """A segment was drawn on the map, or drawn anew; its length and side after."""

    length_m: float
    side: str
    state: str = "open"


@kind("segment.changed", "路段更改", moves=True)
class SegmentChanged(Fact):
    """What the register says of a segment was changed: which columns; its class and length after."""

    columns: list[str]
    cls: str
    length_m: float
    state: str = "open"


@kind("segment.split", "路段拆分", moves=True)
class SegmentSplit(Fact):
    """A segment was divided; its parts go on under codes of their own, and old lines keep the old code."""

    into: list[str]
    state: str = "ended"


@kind("segment.merged", "路段合并", moves=True)
class SegmentMerged(Fact):
    """A segment became part of a longer one."""

    into: str
    state: str = "ended"


@kind("segment.ended", "路段注销", moves=True)
class SegmentEnded(Fact):
    """A segment left the register; what came after it, if anything."""

    into: list[str]
    state: str = "ended"


@kind("segment.restored", "路段恢复", moves=True)
class SegmentRestored(Fact):
    """A segment is in the register again as it stood before an edit that was undone."""

    length_m: float
    state: str = "open"


@kind("area.registered", "行政区登记", moves=True)
class AreaRegistered(Fact):
    """A county, street or community came into the register."""

    level: str
    state: str = "open"


@kind("area.changed", "行政区更改", moves=True)
class AreaChanged(Fact):
    """What the register says of an area was changed: which columns."""

    columns: list[str]
    state: str = "open"


@kind("area.ended", "行政区注销", moves=True)
class AreaEnded(Fact):
    """An area left the register; what came after it, if anything."""

    into: list[str]
    state: str = "ended"


@kind("grid.registered", "网格登记", moves=True)
class GridRegistered(Fact):
    """A unit grid came into the register."""

    state: str = "open"


@kind("grid.changed", "网格更改", moves=True)
class GridChanged(Fact):
    """What the register says of a unit grid was changed: which columns."""

    columns: list[str]
    state: str = "open"


@kind("grid.ended", "网格注销", moves=True)
class GridEnded(Fact):
    """A unit grid left the register; what came after it, if anything."""

    into: list[str]
    state: str = "ended"


@kind("site.changed", "点位更改", moves=True)
class SiteChanged(Fact):
    """What the register says of a site was changed: which columns; its type after."""

    columns: list[str]
    type_code: str
    state: str = "open"


@kind("site.ended", "点位注销", moves=True)
class SiteEnded(Fact):
    """A site left the register; what came after it, if anything."""

    into: list[str]
    state: str = "ended"


@kind("shop.changed", "商户更改", moves=True)
class ShopChanged(Fact):
    """What the register says of a shop was changed: which columns; the line names the segment of its front after."""

    columns: list[str]
    trade: str
    state: str = "open"


@kind("shop.ended", "商户注销", moves=True)
class ShopEnded(Fact):
    """A shop left the register; what came after it, if anything."""

    into: list[str]
    state: str = "ended"


@kind("facility.changed", "设施更改")
class FacilityChanged(Fact):
    """What the register says of a facility was changed: which columns; never its quantity."""

    columns: list[str]


@kind("facility.ended", "设施拆除")
class FacilityEnded(Fact):
    """A facility is no longer there. What was built stays counted in its period."""

    into: list[str]


@kind("permitted.registered", "许可地点登记", moves=True)
class PermittedRegistered(Fact):
    """A place where some matters are excused came into the register: its kind, matters and term."""

    kind_of_place: str
    matters: list[str]
    begins_on: str
    ends_on: str
    state: str = "open"


@kind("permitted.changed", "许可地点更改", moves=True)
class PermittedChanged(Fact):
    """What the register says of a permitted place was changed: which columns; its matters and term after."""

    columns: list[str]
    matters: list[str]
    begins_on: str
    ends_on: str
    state: str = "open"


@kind("permitted.ended", "许可地点取消", moves=True)
class PermittedEnded(Fact):
    """A permitted place excuses nothing any more."""

    into: list[str]
    state: str = "ended"
