"""A row of the filing standard by itself: written by hand, ended, confirmed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from xiuhua.cases.codes import CITY, code_of, standard_of
from xiuhua.cases.models import CityMatter, Kind, StandardRow
from xiuhua.cases.standard_acts import CHANGED, checked
from xiuhua.city.access import must
from xiuhua.kit.refusals import Refused
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import standards as kinds
from xiuhua.ledger.models import Line


def _of(line: Line) -> StandardRow:
    return StandardRow.objects.get(code=line.about.partition(":")[2])


@action(answer=_of)
def add_standard(act: Act, *, kind: str, matter: str, fields: Mapping[str, Any], why: str) -> StandardRow:
    """A row is written by hand: from today cases may be filed under it. Its code is one of the standards or the city's."""
    must(act.by, "set_standards")
    if kind not in Kind.values:
        raise Refused("matter.kind", "请选择部件或事件。", field="kind")
    matter = matter.strip()
    known = code_of(standard_of(matter), kind, matter) if matter else None
    if known is None and not CityMatter.objects.filter(kind=kind, code=matter).exists():
        raise Refused(
            "standard.matter",
            "没有“{matter}”这个代码。请从国标代码里选，或先加一个本市扩展代码。",
            field="matter",
            matter=matter,
        )
    if not why.strip():
        raise Refused("standard.why", "请写为什么加，例如文号或会议。", field="why")
    told = {name: checked(name, fields.get(name, "")) for name in CHANGED}
    day = bureau_day(act.at)
    rows = StandardRow.objects.in_force(day).filter(kind=kind, matter=matter)
    if rows.filter(condition=told["condition"], closing=told["closing"]).exists():
        raise Refused("standard.twice", "现行标准里已有同一事项、同样条件的一条，请直接改那一条。", field="condition")
    row = StandardRow.objects.create(
        code=f"H-{act.key.hex[:12]}", kind=kind, matter=matter, code_standard=known.standard if known else CITY,
        begins_on=day, why=why.strip()[:200], changed_by=act.by.code, changed_at=act.at, **told,
    )  # fmt: skip
    act.record(kinds.StandardAdded(row=row.code, matter=matter), about=f"standard:{row.code}")
    return row


@action(answer=_of)
def end_standard(act: Act, *, row: StandardRow, ends_on: dt.date, why: str) -> StandardRow:
    """Nothing is filed under a row from a day on. Cases that were filed under it keep it and its limit."""
    must(act.by, "set_standards")
    row = StandardRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.draft:
        raise Refused("standard.draft", "这一条还是草稿，没有启用；不要它就撤销这一版的导入。")
    if row.ends_on is not None:
        raise Refused("standard.old", "这一条已经停用或被改过了，请打开现行的一条再改。")
    if ends_on < max(bureau_day(act.at), row.begins_on):
        raise Refused("standard.ends", "停用日期不能早于今天，也不能早于生效日期。", field="ends_on")
    if not why.strip():
        raise Refused("standard.why", "请写为什么停用，例如文号或会议。", field="end_why")
    row.ends_on, row.why, row.changed_by, row.changed_at = ends_on, why.strip()[:200], act.by.code, act.at
    row.save(update_fields=["ends_on", "why", "changed_by", "changed_at"])
    act.record(kinds.StandardEnded(row=row.code, ends_on=ends_on.isoformat()), about=f"standard:{row.code}")
    return row


@action(answer=_of)
def confirm_standard(act: Act, *, row: StandardRow) -> StandardRow:
    """What the import was not sure of is right as it stands."""
    must(act.by, "set_standards")
    row = StandardRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if not row.doubt:
        raise Refused("standard.sure", "这一条没有待确认的内容。")
    row.doubt = ""
    row.save(update_fields=["doubt"])
    act.record(kinds.StandardConfirmed(row=row.code), about=f"standard:{row.code}")
    return row
