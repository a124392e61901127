"""The menu and the standing facts of every page: which bureau, practice or not, what this person may open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from xiuhua.city import access, queries
from xiuhua.ledger.act import By


@dataclass(frozen=True)
class Entry:
    """A line of the menu. It shows when its room is on, its page exists, and the person may `verb`."""

    room: str
    label: Any
    icon: str
    verb: str = "see_desk"


COMMAND, PUT_RIGHT, CIVILISED, MANAGE = _("指挥"), _("整治"), _("创城"), _("管理")

MENU: tuple[tuple[Any, tuple[Entry, ...]], ...] = (
    (
        COMMAND,
        (
            Entry("dispatch", _("派遣台"), "send"),
            Entry("overview", _("今日态势"), "layout-dashboard"),
            Entry("counts", _("快报"), "list-numbers"),
            Entry("posting", _("派班"), "calendar-event"),
            Entry("supervise", _("督办"), "alarm"),
            Entry("daily", _("日报"), "notebook"),
            Entry("map", _("一张图"), "map-2"),
        ),
    ),
    (
        PUT_RIGHT,
        (
            Entry("campaigns", _("专项行动"), "flag"),
            Entry("operations", _("联合执法"), "users-group"),
            Entry("slips", _("违停警告"), "parking"),
            Entry("signs", _("户外广告"), "ad-2"),
            Entry("evidence", _("证据保存"), "package"),
            Entry("facilities", _("便民设施"), "road-sign"),
            Entry("letters", _("入户告知"), "mail"),
        ),
    ),
    (
        CIVILISED,
        (
            Entry("tasks", _("十大任务"), "list-check"),
            Entry("segments", _("包靠路段"), "route"),
            Entry("checklists", _("站点标准"), "clipboard-check"),
        ),
    ),
    (
        MANAGE,
        (
            Entry("places", _("地点名册"), "map-pin"),
            Entry("brief", _("阶段简报"), "report", "see_ledger"),
            Entry("ledger", _("台账"), "book", "see_ledger"),
            Entry("standards", _("立案标准"), "books", "set_standards"),
            Entry("imports", _("导入表格"), "table-import", "import_table"),
            Entry("people", _("人员权限"), "users", "administer"),
            Entry("settings", _("系统设置"), "settings", "administer"),
        ),
    ),
)

DOCK = (
    ("home", _("工作台"), "home"),
    ("map", _("地图"), "map-2"),
    ("report", _("拍"), "camera"),
    ("shops", _("商户"), "building-store"),
    ("me", _("我的"), "user"),
)


def address(*names: str) -> str:
    """The first of these pages that exists; empty when none does."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""


class Frame:
    """What the frame of a page shows; nothing is looked up before a template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def bureau(self) -> str:
        return queries.bureau_name()

    @cached_property
    def practice(self) -> bool:
        return bool(settings.XIUHUA_PRACTICE)

    @cached_property
    def now(self) -> dt.datetime:
        return timezone.now()

    @cached_property
    def by(self) -> By:
        return queries.by_of(getattr(self.request.user, "person", None), self.now)

    @property
    def view(self) -> str:
        match = getattr(self.request, "resolver_match", None)
        return match.view_name if match else ""

    @cached_property
    def menu(self) -> list[dict[str, Any]]:
        """The groups with at least one entry for this person."""
        if not self.request.user.is_authenticated:
            return []
        groups = ({"label": label, "entries": list(self._entries(entries))} for label, entries in MENU)
        return [*self._practice(), *(group for group in groups if group["entries"])]

    def _practice(self) -> Iterator[dict[str, Any]]:
        """The exercises, in the practice house alone."""
        if self.exercises:
            entry = {"room": "practice", "label": _("十个练习"), "icon": "clipboard-check", "url": self.exercises}
            yield {"label": _("练习"), "entries": [entry | {"here": self.view == "desk:practice"}]}

    @cached_property
    def exercises(self) -> str:
        """The page of the exercises; empty in a house at work."""
        return address("desk:practice") if self.practice and access.may(self.by, "see_desk") else ""

    def _entries(self, entries: tuple[Entry, ...]) -> Iterator[dict[str, Any]]:
        rooms = queries.rooms_on()
        for entry in entries:
            where = address(f"desk:{entry.room}", entry.room) if entry.room in rooms else ""
            if where and (getattr(self.request.user, "is_superuser", False) or access.may(self.by, entry.verb)):
                here = self.view in {f"desk:{entry.room}", entry.room}
                yield {"room": entry.room, "label": entry.label, "icon": entry.icon, "url": where, "here": here}

    @cached_property
    def dock(self) -> list[dict[str, Any]]:
        """The bottom bar of the officer's phone."""
        found = (
            {"name": name, "label": label, "icon": icon, "url": address(f"street:{name}")} for name, label, icon in DOCK
        )
        return [item | {"here": self.view == f"street:{item['name']}"} for item in found if item["url"]]

    @cached_property
    def search(self) -> str:
        return address("desk:search", "desk:cases")

    @cached_property
    def outbox(self) -> str:
        return address("street:outbox")

    @cached_property
    def worker(self) -> str:
        return address("street:worker")

    @cached_property
    def too_old(self) -> str:
        return address("too_old")

    @cached_property
    def sign_in(self) -> str:
        return address("sign_in")

    @cached_property
    def sign_out(self) -> str:
        return address("sign_out", "logout")

    @cached_property
    def languages(self) -> str:
        return address("set_language")


def frame(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `frame` in every template."""
    return {"frame": Frame(request)}
