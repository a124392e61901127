"""`{% load rooms %}`: the line behind a row, seams of progress, bars of days."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from xiuhua.city.access import may

register = template.Library()

STITCHES = 20


@register.simple_tag(takes_context=True)
def line_address(context: dict[str, Any], key: str) -> str:
    """Where a ledger line is shown; empty for who may not open the ledger, or when it has no page."""
    frame = context.get("frame")
    if not key or frame is None or not may(frame.by, "see_ledger"):
        return ""
    try:
        return reverse("desk:line", args=[key])
    except NoReverseMatch:
        return ""


def stitches_done(done: Decimal, goal: Decimal, *, of: int = STITCHES) -> int:
    """How many stitches of a seam are made: whole ones only, so that the last is made when the goal is reached."""
    return 0 if goal <= 0 else min(int(done * of / goal), of)


@register.simple_tag
def seam(done: Decimal, goal: Decimal, fresh: Decimal = Decimal(0), label: str = "") -> SafeString:
    """A target as twenty stitches: made, made in the days shown, and to make. The true numbers stand beside it."""
    made = stitches_done(done, goal)
    before = stitches_done(done - fresh, goal)
    marks = ["before"] * before + ["fresh"] * (made - before) + [""] * (STITCHES - made)
    share = int(done * 100 / goal) if goal > 0 else 0
    spoken = _("%(label)s完成 %(share)d%%") % {"label": label, "share": share}
    kinds = {"before": SafeString(" data-on"), "fresh": SafeString(' data-on="new"'), "": SafeString("")}
    stitches = format_html_join("", "<i{}></i>", ((kinds[mark],) for mark in marks))
    return format_html('<span class="xh-seam" role="img" aria-label="{}">{}</span>', spoken, stitches)


@register.filter
def height(value: Any, most: Any) -> int:
    """A bar's height in percent of the tallest; a bar that is not nought is seen."""
    if not value or not most:
        return 0
    return max(round(100 * float(value) / float(most)), 2)


@register.filter
def tallest(rows: Sequence[dict[str, Any]], name: str) -> Any:
    return max((row[name] for row in rows), default=0)


@register.simple_tag
def span_query(span: Any, steps: int = 0, kind: str = "") -> str:
    """The address of another day or week of the overview."""
    return str(span.query(steps=steps, kind=kind))


@register.simple_tag
def most_of(*values: Any) -> Any:
    return max(values)
