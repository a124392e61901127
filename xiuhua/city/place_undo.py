"""Taking an edit of the register back: rows stand as before, new ones end, duties go back to whom they belonged."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from xiuhua.city.access import must
from xiuhua.city.duty_moves import hand_on
from xiuhua.city.models import Duty, Facility, PlaceEdit, Segment
from xiuhua.city.place_edits import Edit, edit_to_undo, put_back, rows_named
from xiuhua.city.place_sorts import SORTS, Sort, sort_of
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day, record_all
from xiuhua.ledger.kinds.places import EditUndone, SegmentRestored
from xiuhua.ledger.models import Line


@action(answer=lambda line: PlaceEdit.objects.get(key=json.loads(line.facts)["edit"]))
def undo_edit(act: Act, *, edit: UUID) -> PlaceEdit:
    """An edit is taken back whole, or refused naming what was edited or used since."""
    must(act.by, "keep_places")
    found = edit_to_undo(edit)
    kept = {one["thing"]: one for one in found.before}
    rows = rows_named(list(kept))
    _untouched_since(kept, rows)
    made = {thing: row for thing, row in rows.items() if kept[thing]["row"] is None}
    _unused(found, made)
    again = Edit(act, "edit.undone", found.about)
    act.record(EditUndone(edit=str(found.key), did=found.did), about=found.about)
    lines: list[Line] = []
    for thing, row in rows.items():
        sort = sort_of(row)
        again.touch(row)
        if thing in made:
            row.ended_on = bureau_day(act.at)
            row.successors = [
                one.partition(":")[2] for one in kept if one not in made and one.startswith(f"{sort.name}:")
            ][:20]
            fact = sort.ended(row)
        else:
            put_back(row, kept[thing]["row"])
            fact = _restored(sort, row)
        row.save()
        lines.append(act.line(fact, about=sort.about(row), place=sort.place(row)))
    lines += _duties_back(act, rows, made)
    record_all(lines)
    again.write()
    found.undone_at = act.at
    found.save(update_fields=["undone_at"])
    return found


def _restored(sort: Sort, row: Any) -> Any:
    """What the line of a restored row says: a segment that had ended is in the register again."""
    if row.ended_on is not None:
        return sort.ended(row)
    return (
        SegmentRestored(length_m=float(row.length_m)) if isinstance(row, Segment) else sort.changed(row, ["restored"])
    )


def _untouched_since(kept: dict[str, dict[str, Any]], rows: dict[str, Any]) -> None:
    for thing, told in kept.items():
        row = rows.get(thing)
        if row is None or row.revision != told["revision"]:
            label = SORTS[thing.partition(":")[0]].label
            raise Refused(
                "edit.later", "{label}“{name}”在这次编辑之后又改过，请先撤销后面的编辑。",
                label=label, name=str(row) if row is not None else thing.partition(":")[2],
            )  # fmt: skip


def _unused(found: PlaceEdit, made: dict[str, Any]) -> None:
    """What came in and is in use by now stays: a segment somebody answers for, or on which shops stand; counted facilities."""
    if found.did in ("segment.split", "segment.merged"):
        return
    if any(isinstance(row, Facility) for row in made.values()):
        raise Refused("edit.counted", "设施已经记入台账，不能整批撤销，请逐条作废。")
    codes = [row.code for row in made.values() if isinstance(row, Segment)]
    duty = Duty.objects.filter(thing__in=[f"segment:{code}" for code in codes], ends_on=None).first() if codes else None
    if duty is not None:
        raise Refused("edit.used", "路段 {code} 已经有人负责，请先解除责任再撤销。", code=duty.thing.partition(":")[2])
    for code in codes:
        row = made[f"segment:{code}"]
        if row.shops.filter(ended_on=None).exists() or row.sites.filter(ended_on=None).exists():
            raise Refused("edit.used", "路段 {code} 上已经登记了商户或点位，请先调整它们再撤销。", code=code)


def _duties_back(act: Act, rows: dict[str, Any], made: dict[str, Any]) -> list[Line]:
    """After a split or merge is undone, whoever answers for the parts answers for the old segments again."""
    parts = [row.code for row in made.values() if isinstance(row, Segment)]
    olds = [row for thing, row in rows.items() if thing not in made and isinstance(row, Segment)]
    return hand_on(act, parts, olds) if parts and olds else []
