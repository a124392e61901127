"""`{% load xh %}`: built files, icons, stitches, pins, times."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django import template
from django.template.defaultfilters import date as date_filter
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from xiuhua.doors.frame import built, words

register = template.Library()

PINS: dict[str, tuple[str, Any]] = {
    "parking": ("车", gettext_lazy("车辆乱停")),
    "stall": ("摊", gettext_lazy("占道经营")),
    "shopfront": ("店", gettext_lazy("店外经营")),
    "sign": ("牌", gettext_lazy("乱设广告")),
    "posting": ("贴", gettext_lazy("乱贴乱画")),
    "building": ("建", gettext_lazy("乱搭乱建")),
    "other": ("他", gettext_lazy("其他")),
}
STATES = {
    "done": gettext_lazy("已完成"),
    "now": gettext_lazy("正在办"),
    "todo": gettext_lazy("未到"),
    "late": gettext_lazy("超时"),
}


@register.simple_tag
def fresh_key() -> str:
    """A key for a form of its own."""
    return str(uuid4())


@register.simple_tag
def asset(name: str) -> str:
    """The address of a built file: `{% asset 'desk.js' %}`."""
    return static(built.file_of(name))


@register.simple_tag
def script(name: str) -> SafeString:
    """A module script with its parts fetched beside it: `{% script 'desk.js' %}`."""
    ahead = format_html_join("", '<link rel="modulepreload" href="{}">', ((static(p),) for p in built.parts_of(name)))
    return format_html('{}<script type="module" src="{}"></script>', ahead, asset(name))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """A Tabler icon from the sprite; with a label it speaks, without it is decoration."""
    known = built.manifest()["icons"]
    if known and name not in known:
        raise template.TemplateSyntaxError(f"icon {name!r} is not in frontend/src/icons.txt: add it and build again")
    spoken = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    return format_html('<svg class="xh-icon" {}><use href="{}#{}"></use></svg>', spoken, asset("icons.svg"), name)


@register.simple_tag
def pin(category: str, state: str = "", size: str = "") -> SafeString:
    """A category's one-character square: `{% pin 'stall' 'late' %}`; the shape is the state."""
    mark, name = PINS.get(category, PINS["other"])
    known = category if category in PINS else "other"
    classes = f"xh-pin xh-pin--{known}" + (f" xh-pin--{state}" if state else "") + (f" xh-pin--{size}" if size else "")
    return format_html('<span class="{}" role="img" aria-label="{}">{}</span>', classes, name, mark)


@register.inclusion_tag("frame/stitches.html")
def stitches(steps: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Progress as a row of stitches: steps with `label`, `time`, `state` (done, now, todo, late), maybe `note`."""
    rows = [{name: _field(step, name) for name in ("label", "time", "state", "note")} for step in steps]
    for row in rows:
        row["spoken"] = STATES.get(str(row["state"]), "")
    return {"steps": rows, "label": label or _("进度"), "now": timezone.now()}


def _field(step: Any, name: str) -> Any:
    return step.get(name, "") if isinstance(step, Mapping) else getattr(step, name, "")


@register.simple_tag
def remaining(
    due: dt.datetime | None, at: dt.datetime | None = None, warn_at: dt.datetime | None = None
) -> SafeString | str:
    """A limit as a tag that goes on ticking, green, yellow from `warn_at`, red: 剩余 00:42, 超时 1 小时 10 分."""
    if due is None:
        return ""
    at = at or timezone.now()
    return format_html(
        '<time class="xh-tag xh-tag--{}" datetime="{}" data-due="{}"{}>{}</time>',
        words.urgency(due, at, warn_at), due.isoformat(), due.isoformat(),
        format_html(' data-warn="{}"', warn_at.isoformat()) if warn_at else "", words.remaining(due, at),
    )  # fmt: skip


@register.filter
def remaining_text(due: dt.datetime | None, at: dt.datetime | None = None) -> str:
    return words.remaining(due, at or timezone.now()) if due else ""


@register.filter
def ago(moment: dt.datetime | None, at: dt.datetime | None = None) -> str:
    return words.ago(moment, at or timezone.now()) if moment else ""


@register.filter
def short_time(moment: dt.datetime | None, at: dt.datetime | None = None) -> str:
    return words.short_time(moment, at or timezone.now()) if moment else ""


DAYS = {
    "Y年n月": "M Y",
    "Y年n月j日": "j M Y",
    "n月j日": "j M",
    "n月j日 H:i": "j M H:i",
    "Y年n月j日 l": "l, j M Y",
    "n月j日 D": "D j M",
}
"""How the English page writes a day that the Chinese page writes so."""


@register.filter(expects_localtime=True)
def said(day: dt.date | None, form: str) -> str:
    """A day as people say it: `{{ day|said:"n月j日" }}` is 5月3日, on the English page 3 May."""
    if day is None:
        return ""
    english = (get_language() or "").startswith("en")
    return str(date_filter(day, DAYS[form] if english else form))


@register.filter
def of(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """`{{ counts|of:room }}`: what a mapping has under a key, or nothing."""
    return (mapping or {}).get(key, "")
