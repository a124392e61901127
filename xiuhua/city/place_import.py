"""Places come in from a file: what is new is registered, what differs is changed, what is the same is left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import uuid5

from xiuhua.city.access import must
from xiuhua.city.models import Area, Facility, PlaceEdit
from xiuhua.city.place_edits import Edit, columns_of
from xiuhua.city.place_files import PlaceBatch, read_places
from xiuhua.city.place_register import check_parents
from xiuhua.city.place_sorts import Row, Sort, sort_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, record_all
from xiuhua.ledger.dictionary import read_facts
from xiuhua.ledger.kinds.places import PlacesImported
from xiuhua.ledger.models import Line


@dataclass(frozen=True)
class Imported:
    """What an import of places did: new, changed and unchanged rows, and the coordinate system that the file was in."""

    thing: str
    system: str
    added: int
    changed: int
    unchanged: int


@dataclass
class PlacesBroughtIn:
    """What became of a file of places, for people and for machines."""

    file: str
    batch: PlaceBatch
    done: Imported

    def told(self) -> dict[str, Any]:
        return {"file": self.file, **asdict(self.done), "remarks": self.batch.remarks}

    def sentences(self) -> Iterator[str]:
        done = self.done
        yield (
            f"“{self.file}”：{len(self.batch.rows)} 条（坐标系 {self.batch.system.label}），新登记 {done.added}，"
            f"有改动 {done.changed}，没有变化 {done.unchanged}。"
        )
        yield from (f"请核对：{remark}" for remark in self.batch.remarks)


def import_places(act: Act, *, sort: str, raw: bytes, filename: str, system: str = "", companions: Mapping[str, bytes] | None = None) -> PlacesBroughtIn:  # fmt: skip
    """Read a file of places and bring them into the register: everything or nothing."""
    batch = read_places(sort, raw, filename, system=system, companions=companions)
    batch.must_be_whole()
    done = register_places(act, sort=sort, rows=batch.rows, system=batch.system.code)
    return PlacesBroughtIn(filename, batch, done)


def _first_answer(line: Line) -> Imported:
    told = read_facts(line.kind, line.facts)
    assert isinstance(told, PlacesImported)
    return Imported(told.thing, told.system, told.added, told.changed, told.unchanged)


@action(answer=_first_answer)
def register_places(act: Act, *, sort: str, rows: Sequence[Row], system: str) -> Imported:
    """Many places come in at once, all or none; `system` is what the coordinates of their file were in.

    A row of a file says only what it fills in (`row.told`): an empty cell changes nothing.
    """
    must(act.by, "keep_places")
    edit = Edit(act, "place.imported", f"import:{act.key.hex[:16]}")
    told: list[tuple[Sort, Row, Any]] = []
    added = changed = 0
    for kind, some in _by_sort(rows):
        if kind.name in ("area", "grid"):
            check_parents(kind, some, coming={row.code for row in rows if isinstance(row, Area)})
        known = _known(kind, [row.code for row in some])
        fresh = [row for row in some if row.code not in known]
        differing = [(known[row.code], row) for row in some if row.code in known]
        touched = [both for old, row in differing if (both := _taken_over(edit, kind, old, row))]
        kind.model._default_manager.bulk_create(fresh, batch_size=500)
        edit.made(fresh)
        if touched:
            names = [one.name for one in kind.model._meta.concrete_fields if not one.primary_key]
            kind.model._default_manager.bulk_update([row for row, _fact in touched], names, batch_size=200)
        told += [(kind, row, None) for row in fresh] + [(kind, row, fact) for row, fact in touched]
        added, changed = added + len(fresh), changed + len(touched)
    done = Imported(sort, system, added, changed, len(rows) - added - changed)
    act.record(PlacesImported(**asdict(done)), about=edit.about)
    record_all([_line(act, kind, row, fact) if fact else _registered(act, kind, row) for kind, row, fact in told])
    if edit.kept:
        edit.write()
    return done


def _by_sort(rows: Sequence[Row]) -> Iterator[tuple[Sort, list[Row]]]:
    """Areas before the grids that lie in them; every other file holds one sort."""
    sorts: dict[str, tuple[Sort, list[Row]]] = {}
    for row in rows:
        kind = sort_of(row)
        sorts.setdefault(kind.name, (kind, []))[1].append(row)
    yield from (sorts[name] for name in sorted(sorts))


def _known(kind: Sort, codes: Sequence[str]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for begin in range(0, len(codes), 500):
        model: Any = kind.model
        rows = model._default_manager.select_for_update().filter(code__in=codes[begin : begin + 500])
        found |= {row.code: row for row in rows}
    return found


def _taken_over(edit: Edit, kind: Sort, old: Row, new: Row) -> tuple[Row, Any] | None:
    """Put what a file says into a known row; nothing when it says the same."""
    if old.ended_on is not None and old.successors:
        raise Refused(
            "place.ended",
            "{label}“{name}”已于 {day} 注销，不能再改。{after}",
            field="file", label=kind.label, name=str(old), day=old.ended_on, after=f"后续：{'、'.join(old.successors)}。",
        )  # fmt: skip
    before = columns_of(old)
    changes = {name: getattr(new, name) for name in getattr(new, "told", ())}
    ended = old.ended_on is not None
    same = all(_plain(getattr(old, name)) == _plain(value) for name, value in changes.items())
    if same and not ended:
        return None
    if isinstance(old, Facility) and (("quantity" in changes and changes["quantity"] != old.quantity) or ended):
        raise Refused(
            "place.quantity",
            "设施 {code} 的数量已经记入台账，不能改；请作废后用新的编码登记。",
            field="file",
            code=old.code,
        )
    edit.touch(old)
    for name, value in changes.items():
        setattr(old, name, value)
    old.ended_on = None
    kind.check(old)
    after = columns_of(old)
    return old, kind.registered(old) if ended else kind.changed(old, sorted(n for n in after if after[n] != before[n]))


def _plain(value: Any) -> Any:
    """A value as two files would write it: numbers by their value, positions to 1e-7 degrees."""
    if isinstance(value, list | tuple):
        told = [_plain(one) for one in value]
        closed = len(told) > 3 and isinstance(told[0], list) and told[0] == told[-1]
        return _ring_as_such(told) if closed else told
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    return round(value, 7) if isinstance(value, float) else value


def _ring_as_such(ring: list[Any]) -> list[Any]:
    """A closed ring whichever way round and wherever it begins: shapefiles turn rings the other way."""
    body = ring[:-1]
    least = body.index(min(body))
    turned = body[least:] + body[:least]
    back = [turned[0], *turned[:0:-1]]
    return min(turned, back)


def _registered(act: Act, kind: Sort, row: Row) -> Line:
    counted: dict[str, Any] = {"item": row.item, "quantity": row.quantity} if isinstance(row, Facility) else {}
    return act.line(
        kind.registered(row), about=kind.about(row), place=kind.place(row),
        key=uuid5(act.key, f"{kind.name}:{row.code}"), **counted,
    )  # fmt: skip


def _line(act: Act, kind: Sort, row: Row, fact: Any) -> Line:
    return act.line(fact, about=kind.about(row), place=kind.place(row), key=uuid5(act.key, f"{kind.name}:{row.code}"))


def last_edits(n: int = 20) -> list[PlaceEdit]:
    """The newest edits of the register."""
    return list(PlaceEdit.objects.order_by("-id")[:n])
