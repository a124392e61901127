"""`{% load desk %}`: distances, amounts, and further parts of an address."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.http import QueryDict
from django.utils.translation import gettext as _

from xiuhua.ledger.items import ITEMS

register = template.Library()


@register.filter
def metres(distance_m: float | None) -> str:
    """A distance as people say it: 350 米, 1.2 公里."""
    if distance_m is None:
        return ""
    if distance_m < 1000:
        return _("%(m)d 米") % {"m": round(distance_m / 10) * 10}
    return _("%(km).1f 公里") % {"km": distance_m / 1000}


@register.filter
def percent(share: float | None) -> str:
    """A share as people say it, to a tenth: 4.6%."""
    return "" if share is None else f"{share * 100:.1f}%"


@register.filter
def amount(quantity: Decimal | None, item: str = "") -> str:
    """A quantity without needless zeros, with the item's unit."""
    if quantity is None:
        return ""
    unit = f" {_(ITEMS[item].unit)}" if item in ITEMS else ""
    return f"{quantity.normalize():f}{unit}"


@register.filter
def item_label(code: str) -> str:
    return _(ITEMS[code].label) if code in ITEMS else code


@register.simple_tag(takes_context=True)
def same_page(context: dict[str, Any], **changes: Any) -> str:
    """The query of this page with something else in it; page one unless told."""
    query: QueryDict = context["request"].GET.copy()
    query.pop("page", None)
    for name, value in changes.items():
        if value in ("", None):
            query.pop(name, None)
        else:
            query[name] = str(value)
    return query.urlencode()
