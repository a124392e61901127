"""Places in the audit: shops, sites, grids and streets that hang in the air."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from xiuhua.programme.audit_ground import Ground
from xiuhua.rounds.models import Checklist

Found = Iterator[tuple[str, str, str]]


def shops_without_segment(ground: Ground) -> Found:
    """An open shop that lies on no street: nobody answers for its front."""
    for shop in ground.shops:
        yield f"shop:{shop.code}", shop.name, _("没有路段，门前没有人管")


def sites_without_checklist(ground: Ground) -> Found:
    """A site whose type has no checklist in force: nobody can say what must be right there."""
    known = set(Checklist.objects.in_force(ground.day).values_list("type_code", flat=True))
    for site in ground.sites:
        if site.type_code not in known:
            name = ground.site_types.get(site.type_code, site.type_code)
            yield f"site:{site.code}", site.name, _("“%(type)s”还没有检查标准") % {"type": name}


def grids_without_squad(ground: Ground) -> Found:
    """A unit grid that no squad answers for."""
    for grid in ground.grids:
        if grid.squad is None and not ground.of_part(f"grid:{grid.code}", "squad"):
            yield f"grid:{grid.code}", grid.name, _("没有责任中队")


def undrawn_segments(ground: Ground) -> Found:
    """A street known by its words alone: usable, and not on the map yet."""
    for code, segment in ground.segments.items():
        if len(segment.line) < 2:
            yield f"segment:{code}", str(segment), _("只有文字，没有图形，定位和巡查覆盖用不上")


def duties_of_nothing(ground: Ground) -> Found:
    """A duty for something that the register does not know, or that has ended."""
    known = {
        "segment": set(ground.segments), "unit": set(ground.units), "grid": {one.code for one in ground.grids},
        "site": {one.code for one in ground.sites},
    }  # fmt: skip
    for thing, duties in ground.duties.items():
        sort, _colon, code = thing.partition(":")
        if sort in known and code not in known[sort]:
            names = "、".join(dict.fromkeys(str(duty.person or duty.unit) for duty in duties))
            yield thing, code, _("登记册里已经没有它，责任人：%(names)s") % {"names": names}
