"""What somebody asks of the filing standard: words, kind, category, version, in force or not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.cases.models import Category, Kind, StandardRow, StandardVersion
from xiuhua.cases.standard_search import found_among

SHOWN = {"now": gettext_lazy("现行"), "draft": gettext_lazy("草稿"), "ended": gettext_lazy("已停用"),
         "doubt": gettext_lazy("待确认")}  # fmt: skip
PAGE = 100
OWN = "default"
"""Stands for the rows that came with the program and belong to no version."""


@dataclass(frozen=True)
class AskedStandards:
    """The filters of the list."""

    words: str = ""
    kind: str = ""
    category: str = ""
    version: str = ""
    show: str = "now"

    @property
    def stated(self) -> str:
        """The filters in words."""
        told: list[Any] = [f"“{self.words}”"] if self.words else []
        told += [str(Kind(self.kind).label)] if self.kind else []
        told += [str(Category(self.category).label)] if self.category else []
        told += [self.version_name] if self.version else []
        told += [str(SHOWN[self.show])] if self.show != "now" else []
        return "，".join(told)

    @property
    def version_name(self) -> str:
        if self.version == OWN:
            return _("默认标准")
        found = StandardVersion.objects.filter(code=self.version).first()
        return str(found) if found else self.version


def asked_of(query: QueryDict) -> AskedStandards:
    """The filters of an address; what is not known counts as not asked."""
    version = query.get("version", "")[:16]
    known = StandardVersion.objects.filter(code=version).first() if version and version != OWN else None
    show = query.get("show", "")
    usual = "draft" if known and known.state == StandardVersion.State.DRAFT else "now"
    return AskedStandards(
        words=query.get("q", "").strip()[:60],
        kind=query.get("kind", "") if query.get("kind", "") in Kind.values else "",
        category=query.get("category", "") if query.get("category", "") in Category.values else "",
        version=version if known or version == OWN else "",
        show=show if show in SHOWN else usual,
    )


def found(asked: AskedStandards, day: dt.date) -> list[StandardRow]:
    """The rows that are asked for. What begins later counts as current: it will be."""
    rows = StandardRow.objects.select_related("version")
    ended = Q(ends_on__isnull=False) & Q(ends_on__lte=day)
    match asked.show:
        case "draft":
            rows = rows.filter(draft=True)
        case "doubt":
            rows = rows.filter(~ended).exclude(doubt="")
        case "ended":
            rows = rows.filter(ended, draft=False)
        case _:
            rows = rows.filter(~ended, draft=False)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.category:
        rows = rows.filter(category=asked.category)
    if asked.version:
        rows = rows.filter(version=None) if asked.version == OWN else rows.filter(version__code=asked.version)
    return list(found_among(rows.order_by("kind", "matter", "id"), asked.words))


def page_of(rows: Sequence[StandardRow], page: int) -> tuple[Sequence[StandardRow], int, int]:
    """A page of the rows, its number and how many there are."""
    pages = max(1, -(-len(rows) // PAGE))
    page = min(max(page, 1), pages)
    return rows[(page - 1) * PAGE : page * PAGE], page, pages
