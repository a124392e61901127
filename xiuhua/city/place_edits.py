"""The history of the register: each edit keeps how the rows stood before it, and can be undone while nothing came after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model

from xiuhua.city.models import PlaceEdit
from xiuhua.city.place_sorts import SORTS, sort_of
from xiuhua.kit.refusals import Absent, Refused
from xiuhua.ledger.act import Act

UNKEPT = ("id", "revision")


def columns_of(row: Model) -> dict[str, Any]:
    """The columns of a row as JSON can keep them, without its number and revision."""
    told = {one.attname: getattr(row, one.attname) for one in row._meta.concrete_fields if one.attname not in UNKEPT}
    kept: dict[str, Any] = json.loads(json.dumps(told, cls=DjangoJSONEncoder))
    return kept


def put_back(row: Model, columns: dict[str, Any]) -> None:
    """Set the columns of a row to what was kept of it."""
    for one in row._meta.concrete_fields:
        if one.attname in columns:
            setattr(row, one.attname, one.to_python(columns[one.attname]))


def locked(row: Any, revision: int | None) -> Any:
    """The row as it stands now, locked; refused when somebody edited it after the page was opened, or when it ended."""
    model: Any = type(row)
    now = model.objects.select_for_update().get(pk=row.pk)
    label = sort_of(row).label
    if revision is not None and now.revision != revision:
        raise Refused(
            "place.stale",
            "{label}“{name}”在您打开之后被别人改过。请看一下现在的样子再改，您填的内容还在。",
            label=label, name=str(now), revision=now.revision,
        )  # fmt: skip
    if now.ended_on is not None:
        raise Refused(
            "place.ended",
            "{label}“{name}”已于 {day} 注销，不能再改。{after}",
            label=label, name=str(now), day=now.ended_on,
            after=f"后续：{'、'.join(now.successors)}。" if now.successors else "",
        )  # fmt: skip
    return now


@dataclass
class Edit:
    """One edit under way: rows are shown to it before they change, and it writes the history at the end."""

    act: Act
    did: str
    about: str
    kept: dict[str, dict[str, Any]] = field(default_factory=dict)

    def touch(self, *rows: Any) -> None:
        """These rows are about to change; each is counted one revision further."""
        for row in rows:
            row.revision += 1
            self._keep(row, columns_of(row))

    def made(self, rows: Iterable[Any]) -> None:
        """These rows are new."""
        for row in rows:
            self._keep(row, None)

    def _keep(self, row: Any, columns: dict[str, Any] | None) -> None:
        thing = sort_of(row).about(row)
        self.kept.setdefault(thing, {"thing": thing, "row": columns})["revision"] = row.revision

    def write(self) -> None:
        PlaceEdit.objects.create(
            key=self.act.key,
            did=self.did,
            about=self.about,
            things=list(self.kept)[:20],
            before=list(self.kept.values()),
            by=self.act.by.code,
            at=self.act.at,
        )


def rows_named(things: Sequence[str]) -> dict[str, Any]:
    """The rows of things such as `segment:S1`, locked, by thing."""
    found: dict[str, Any] = {}
    for name, sort in SORTS.items():
        codes = [thing.partition(":")[2] for thing in things if thing.startswith(f"{name}:")]
        model: Any = sort.model
        for begin in range(0, len(codes), 500):
            rows = model.objects.select_for_update().filter(code__in=codes[begin : begin + 500])
            found |= {sort.about(row): row for row in rows}
    return found


def edit_to_undo(key: UUID) -> PlaceEdit:
    """An edit that nobody undid yet and after which nothing touched the same things; refused otherwise."""
    edit = PlaceEdit.objects.select_for_update().filter(key=key).first()
    if edit is None:
        raise Absent("edit.absent")
    if edit.undone_at is not None:
        raise Refused("edit.undone", "这次编辑已经撤销过了。")
    if edit.did == "edit.undone":
        raise Refused("edit.undone", "撤销不能再撤销，请重新编辑。")
    return edit
