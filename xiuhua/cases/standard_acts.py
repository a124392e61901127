"""Every write of the filing standard: a version comes in, is put in force or taken back; a row is changed; a code added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any
from uuid import uuid5

from django.db.models import Q

from xiuhua.cases.codes import OLD, became, code_of
from xiuhua.cases.models import Case, Category, CityMatter, Kind, StandardRow, StandardVersion
from xiuhua.city.access import must
from xiuhua.kit.refusals import Refused
from xiuhua.kit.worktime import LimitKind
from xiuhua.ledger.act import Act, action, bureau_day
from xiuhua.ledger.kinds import standards as kinds
from xiuhua.ledger.models import Line

State = StandardVersion.State
REPLACES = ("matters", "all", "none")
"""What a version ends when it is put in force: rows of the same matters, all rows, or nothing."""
CHANGED = (
    "matter_name", "category", "condition", "closing", "limit_amount", "limit_kind", "handling_unit", "supervising_unit",
)  # fmt: skip
LONGEST_AMOUNT = Decimal(9999)


def _version_of(line: Line) -> StandardVersion | None:
    return StandardVersion.objects.filter(code=line.about.partition(":")[2]).first()


@action(answer=_version_of)
def import_standards(act: Act, *, batch: str, rows: Sequence[Any], told: Mapping[str, str]) -> StandardVersion:
    """A filing standard comes in from a sheet: a draft version, under which nothing is filed until it is put in force."""
    must(act.by, "set_standards")
    day = bureau_day(act.at)
    version = StandardVersion.objects.create(
        code=f"V{act.key.hex[:8]}",
        title=told.get("title", "").strip()[:120] or f"{day:%Y-%m-%d} 导入的立案标准",
        number=told.get("number", "").strip()[:60],
        source=told.get("source", "").strip()[:120],
        batch=batch,
        made_at=act.at,
    )
    StandardRow.objects.bulk_create(
        [
            StandardRow(
                code=f"{version.code}-{n:04d}", version=version, draft=True, begins_on=day, source=version.source, **asdict(row)
            )
            for n, row in enumerate(rows, start=1)
        ],
        batch_size=500,
    )  # fmt: skip
    fact = kinds.StandardsImported(version=version.code, rows=len(rows), batch=batch)
    act.record(fact, about=f"standards:{version.code}")
    return version


@action(answer=lambda line: None)
def take_back_standards(act: Act, *, batch: str) -> None:
    """The whole import is taken back, as long as the version is a draft."""
    must(act.by, "set_standards")
    version = StandardVersion.objects.select_for_update().filter(batch=batch).first()
    if version is None:
        raise Refused("standards.absent", "没有找到这一批导入的立案标准。")
    if version.state != State.DRAFT:
        raise Refused(
            "standards.in_force",
            "“{title}”已经启用（{begins_on} 起），不能撤销导入。要停用它，请启用另一版。",
            title=version.title,
            begins_on=version.begins_on,
        )
    filed = Case.objects.filter(standard__version=version).values_list("number", flat=True).first()
    if filed:
        raise Refused("standards.used", "案件 {filed} 按这一版立案，不能撤销。", filed=filed)
    n = version.rows.count()
    version.rows.update(follows=None)
    version.rows.all().delete()
    fact = kinds.StandardsTakenBack(version=version.code, rows=n, batch=batch)
    version.delete()
    act.record(fact, about=f"standards:{fact.version}")


@action(answer=_version_of)
def put_in_force(
    act: Act, *, version: StandardVersion, begins_on: dt.date, replaces: str = "matters"
) -> StandardVersion:
    """From a day on cases are filed under a version. Cases that are open keep the row that they were filed under."""
    must(act.by, "set_standards")
    version = StandardVersion.objects.select_for_update().get(pk=version.pk)
    if version.state != State.DRAFT:
        raise Refused("standards.state", "“{title}”已经是“{state}”，不用再启用。", title=version.title, state=version.get_state_display())  # fmt: skip
    if begins_on < bureau_day(act.at):
        raise Refused("standards.begins", "生效日期不能早于今天，已经立案的案件不会改按新标准。", field="begins_on")
    if replaces not in REPLACES:
        raise Refused("standards.replaces", "请选择怎样替换现行标准。", field="replaces")
    old = _replaced(version, begins_on, replaces)
    versions = sorted({row.version.code for row in old if row.version})
    StandardRow.objects.filter(pk__in=[row.pk for row in old]).update(ends_on=begins_on)
    version.rows.filter(ends_on=None).update(draft=False, begins_on=begins_on)
    version.state, version.begins_on = State.IN_FORCE, begins_on
    version.save(update_fields=["state", "begins_on"])
    for other in StandardVersion.objects.filter(code__in=versions):
        if not other.rows.filter(Q(ends_on=None) | Q(ends_on__gt=begins_on)).exists():
            other.state, other.ends_on = State.ENDED, begins_on
            other.save(update_fields=["state", "ends_on"])
    fact = kinds.StandardsInForce(version=version.code, begins_on=begins_on.isoformat(), replaced=versions)
    act.record(fact, about=f"standards:{version.code}")
    return version


def _replaced(version: StandardVersion, begins_on: dt.date, replaces: str) -> list[StandardRow]:
    """The rows in force that end when a version begins."""
    rows = StandardRow.objects.in_force(begins_on).exclude(version=version).select_related("version")
    rows = rows.select_for_update(of=("self",))
    if replaces == "none":
        return []
    if replaces == "all":
        return list(rows)
    matters = {key for row in version.rows.all() for key in matter_keys(row)}
    return [row for row in rows if matters & matter_keys(row)]


def matter_keys(row: StandardRow) -> set[tuple[str, str]]:
    """What a row is about, as far as the standards tell: its kind with its code, and the new code of an old one."""
    found = {(row.kind, row.matter)}
    known = code_of(row.code_standard, row.kind, row.matter)
    if known and known.standard == OLD and (now := became(known).code):
        found.add((row.kind, now.code))
    return found


@action(answer=lambda line: StandardRow.objects.get(code=line.about.partition(":")[2]))
def change_standard(act: Act, *, row: StandardRow, changes: Mapping[str, Any], why: str) -> StandardRow:
    """A row is changed: from today another row takes its place, and what was filed before keeps the old one. A row of a
    draft is changed as it stands."""
    must(act.by, "set_standards")
    row = StandardRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    day = bureau_day(act.at)
    if StandardRow.objects.filter(follows=row).exists() or (row.ends_on is not None and row.ends_on <= day):
        raise Refused("standard.old", "这一条已经停用或被改过了，请打开现行的一条再改。")
    if not why.strip():
        raise Refused("standard.why", "请写为什么改，例如文号或会议。", field="why")
    told = {name: checked(name, changes[name]) for name in CHANGED if name in changes}
    differ = [name for name, value in told.items() if getattr(row, name) != value]
    if not differ:
        raise Refused("standard.same", "没有改动，不用提交。", field="why")
    before = row.code
    if not row.draft:
        row.ends_on = max(day, row.begins_on)
        row.save(update_fields=["ends_on"])
        row = _next(row, act)
    for name in differ:
        setattr(row, name, told[name])
    row.why, row.changed_by, row.changed_at = why.strip()[:200], act.by.code, act.at
    row.doubt = ""
    row.save()
    fact = kinds.StandardChanged(row=row.code, before=before, fields=differ)
    act.record(fact, about=f"standard:{row.code}")
    return row


def _next(row: StandardRow, act: Act) -> StandardRow:
    """A copy of a row that takes its place from the day of an act, under a code that says which one it follows."""
    base, _dot, n = row.code.partition(".")
    code = f"{base[:19]}.{int(n or 1) + 1}"
    if StandardRow.objects.filter(code=code).exists():
        code = f"{base[:12]}.{uuid5(act.key, 'row').hex[:8]}"
    old = StandardRow.objects.get(pk=row.pk)
    old.pk, old.code, old.follows, old.begins_on, old.ends_on = None, code, row, bureau_day(act.at), None
    old._state.adding = True
    return old


def checked(name: str, value: Any) -> Any:
    """A field of a row as it was typed, or why it cannot be so."""
    if name == "limit_amount":
        amount = Decimal(str(value)) if str(value).replace(".", "", 1).isdigit() else Decimal(0)
        if not 0 < amount <= LONGEST_AMOUNT:
            raise Refused("standard.limit", "时限要写大于 0 的数。", field="limit_amount")
        return amount
    text = str(value).strip()
    choices = {"limit_kind": [one.value for one in LimitKind], "category": Category.values}
    if name in choices and text not in choices[name]:
        raise Refused("standard.choice", "请从列表里选一项。", field=name)
    if name in ("condition", "closing", "matter_name") and not text:
        raise Refused("standard.empty", "立案条件、结案条件和名称都不能为空。", field=name)
    most = getattr(StandardRow._meta.get_field(name), "max_length", None) or 300
    if len(text) > most:
        raise Refused("standard.long", "太长了，最多 {most} 个字。", field=name, most=most)
    return text


@action(answer=lambda line: CityMatter.objects.get(code=line.about.partition(":")[2]))
def add_matter(act: Act, *, kind: str, code: str, name: str, major: str = "") -> CityMatter:
    """The city adds a code of its own; one that a national standard has stays what it is there."""
    must(act.by, "set_standards")
    code, name = code.strip(), name.strip()
    if kind not in Kind.values:
        raise Refused("matter.kind", "请选择部件或事件。", field="kind")
    if not (code.isascii() and code.isalnum() and 2 <= len(code) <= 12):
        raise Refused("matter.code", "代码用 2 到 12 位字母或数字。", field="code")
    if not name or len(name) > 60:
        raise Refused("matter.name", "请写名称，最多 60 个字。", field="name")
    taken = code_of("gb47678.5-2026", kind, code) or code_of(OLD, kind, code)
    if taken:
        raise Refused("matter.national", "{code} 在国家标准里是“{taken_name}”，本市扩展请用别的代码。", field="code", code=code, taken_name=taken.name)  # fmt: skip
    if CityMatter.objects.filter(code=code).exists():
        raise Refused("matter.twice", "代码 {code} 已经加过了。", field="code", code=code)
    made = CityMatter.objects.create(kind=kind, code=code, name=name, major=major.strip()[:40])
    act.record(kinds.MatterAdded(matter_kind=kind, code=code), about=f"matter:{code}")
    return made
