"""《重点站点标准条件》: for each type of site the conditions that it must meet, with owner, codes, key items and scores."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from uuid import uuid5

from django.utils.translation import gettext as _

from xiuhua.city.duty_wants import Changed
from xiuhua.city.models import SiteType
from xiuhua.city.official_tables import OfficialTable, Printed, official_table
from xiuhua.kit.digests import hexdigest
from xiuhua.kit.refusals import Refused
from xiuhua.kit.sheets import Column, Row
from xiuhua.kit.sheets.cells import one_line
from xiuhua.ledger.act import Act, bureau_day, record_all
from xiuhua.ledger.kinds import tables as kinds
from xiuhua.ledger.models import Line
from xiuhua.rounds.models import Checklist, ChecklistItem

COLUMNS = (
    Column("type_code", "类型编码", ("类型代码", "type_code"), width=8, merged=True),
    Column("type_name", "站点类型", ("点位类型", "类型", "场所", "点位", "站点", "重点站点", "检查场所", "type_name"), needed=True, width=18, merged=True),
    Column("code", "项目编号", ("序号", "编号", "条目编号", "item_code"), width=10),
    Column("item", "检查项目", ("项目", "测评项目", "检查类别"), width=14, merged=True),
    Column("text", "标准条件", ("标准", "条件", "检查项", "检查内容", "标准要求", "测评标准", "内容", "要求", "item_text"), needed=True, width=52),
    Column("owner", "责任单位", ("责任主体", "责任科室", "责任部门", "owner"), width=14),
    Column("codes", "事件代码", ("国标代码", "代码", "gbt47678_codes"), width=14),
    Column("key_item", "关键项", ("是否关键", "关键", "否决项", "key_item"), width=8),
    Column("score", "分值", ("分数", "得分", "满分"), width=8),
)  # fmt: skip
YES = ("1", "是", "★", "√", "✓", "☆", "关键", "y", "yes", "true")
NO = ("", "0", "否", "-", "—", "无", "n", "no", "false", "×")


def read_rows(rows: Sequence[Row], day: dt.date, year: int) -> None:
    """Mark what is wrong; conditions without a code of their own are numbered within their type."""
    types = {one_line(name): code for code, name in SiteType.objects.values_list("code", "name")}
    counted: dict[str, int] = defaultdict(int)
    taken: dict[str, int] = {}
    for row in rows:
        name = one_line(row["type_name"])
        if not name or len(name) > 60:
            row.wrong("type_name", _("没有写站点类型") if not name else _("超过 %(most)d 个字") % {"most": 60})
        if not row["text"] or len(row["text"]) > 500:
            row.wrong("text", _("没有写标准条件") if not row["text"] else _("超过 %(most)d 个字") % {"most": 500})
        kind = _type_code(row, name, types)
        counted[kind] += 1
        code = one_line(row["code"])
        code = code if re.search(r"[A-Za-z\-]", code) else f"{kind}-{counted[kind]:02d}"
        key = f"{kind}/{code}"
        if len(code) > 16:
            row.wrong("code", _("超过 %(most)d 个字") % {"most": 16})
        if key in taken:
            row.wrong("code", _("编号 %(code)s 和第 %(n)d 行重复") % {"code": code, "n": taken[key]})
        taken[key] = row.number
        cells = {
            "type_code": kind, "type_name": name, "code": code, "item": one_line(row["item"])[:80], "text": row["text"],
            "owner": one_line(row["owner"])[:60], "codes": "/".join(_codes(row)), "key_item": "★" if _key(row) else "",
            "score": _score(row),
        }  # fmt: skip
        row.value = [Printed(key, cells)]


def _type_code(row: Row, name: str, types: dict[str, str]) -> str:
    told = one_line(row["type_code"])
    if told:
        if len(told) > 8:
            row.wrong("type_code", _("超过 %(most)d 个字") % {"most": 8})
        return told[:8]
    found = re.match(r"([A-Z]{1,3})-\d+$", one_line(row["code"]))
    return types.get(name) or (found[1] if found else f"T{hexdigest(name.encode())[:6].upper()}")


def _codes(row: Row) -> list[str]:
    found = [one for one in re.split(r"[/／、,，;；\s]+", row["codes"]) if one]
    strange = next((one for one in found if not re.fullmatch(r"\d{4,6}", one)), "")
    if strange:
        row.doubt("codes", _("事件代码“%(code)s”不是 4 到 6 位数字") % {"code": strange})
    return found[:20]


def _key(row: Row) -> bool:
    told = one_line(row["key_item"]).lower()
    if told not in YES and told not in NO:
        row.doubt("key_item", _("“%(text)s”看不出是不是关键项，先记为不是") % {"text": row["key_item"]})
    return told in YES


def _score(row: Row) -> str:
    told = one_line(row["score"]).rstrip("分")
    if not told:
        return ""
    try:
        score = Decimal(told)
        if not 0 <= score < 10000 or score != score.quantize(Decimal("0.01")):
            raise InvalidOperation
    except InvalidOperation:
        row.wrong("score", _("分值“%(text)s”要写成 0 到 9999 之间的数字") % {"text": row["score"]})
        return ""
    return f"{score.normalize():f}"


def enact(act: Act, *, rows: Sequence[Printed], from_day: dt.date, version: str, whole: bool) -> Changed:
    """The conditions of every type that is named stand as the rows say from a day on; other types stay.

    With `whole` a type has exactly the conditions of the rows; else the rows replace or join those that it has.
    """
    standing = {one.type_code: one for one in Checklist.objects.in_force(from_day).prefetch_related("items")}
    by_type: dict[str, list[Printed]] = defaultdict(list)
    for row in rows:
        by_type[row.cells["type_code"]].append(row)
    begun = ended = 0
    lines: list[Line] = []
    for n, (kind, told) in enumerate(by_type.items(), start=1):
        had = standing.get(kind)
        before = _printed_of(had) if had else []
        after = told if whole else _joined(before, told)
        if had and [(one.key, one.cells) for one in before] == [(one.key, one.cells) for one in after]:
            continue
        _not_the_past(act, kind, from_day, had)
        if had:
            had.ends_on = max(from_day, had.begins_on)
            had.save(update_fields=["ends_on"])
            fact = kinds.ChecklistEnded(type_code=kind, until_day=from_day.isoformat())
            lines.append(act.line(fact, about=f"checklist:{had.code}", key=uuid5(act.key, f"ended:{had.code}")))
            ended += 1
        position = had.position if had else len(standing) + n
        lines.append(_begin(act, kind, after, position=position, from_day=from_day, version=version))
        begun += 1
    record_all(lines)
    return Changed(begun, ended)


def _joined(before: Sequence[Printed], told: Sequence[Printed]) -> list[Printed]:
    new = {row.key: row for row in told}
    kept = [new.pop(row.key, row) for row in before]
    return [*kept, *new.values()]


def _not_the_past(act: Act, kind: str, from_day: dt.date, had: Checklist | None) -> None:
    if had and from_day < bureau_day(act.at):
        raise Refused(
            "table.past_checklists",
            "{from_day} 以后标准已经在用，过去不能改写。请从今天或以后的日子起生效。",
            field="from_day",
            from_day=from_day,
        )
    if Checklist.objects.filter(type_code=kind, begins_on__gt=from_day).exists():
        raise Refused(
            "table.later_checklists",
            "已经有更晚起的标准，不能再从 {from_day} 起改。请从那一天或以后起生效。",
            field="from_day",
            from_day=from_day,
        )


def _begin(act: Act, kind: str, rows: Sequence[Printed], *, position: int, from_day: dt.date, version: str) -> Line:
    made = Checklist.objects.create(
        code=f"C{uuid5(act.key, f'checklist:{kind}').hex[:15]}", type_code=kind, type_name=rows[0].cells["type_name"],
        position=position, version=version, begins_on=from_day,
    )  # fmt: skip
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=made, position=n, code=row.cells["code"], item=row.cells["item"], text=row.cells["text"],
            owner=row.cells["owner"], codes=[one for one in row.cells["codes"].split("/") if one],
            key_item=bool(row.cells["key_item"]), score=Decimal(row.cells["score"]) if row.cells["score"] else None,
        )
        for n, row in enumerate(rows, start=1)
    )  # fmt: skip
    fact = kinds.ChecklistSet(
        type_code=kind, items=len(rows), key_items=sum(bool(row.cells["key_item"]) for row in rows),
        from_day=from_day.isoformat(), version=version,
    )  # fmt: skip
    return act.line(fact, about=f"checklist:{made.code}", key=uuid5(act.key, f"begun:{made.code}"))


def _printed_of(checklist: Checklist) -> list[Printed]:
    return [
        Printed(
            f"{checklist.type_code}/{one.code}",
            {
                "type_code": checklist.type_code, "type_name": checklist.type_name, "code": one.code, "item": one.item,
                "text": one.text, "owner": one.owner, "codes": "/".join(one.codes), "key_item": "★" if one.key_item else "",
                "score": f"{one.score.normalize():f}" if one.score is not None else "",
            },
        )
        for one in checklist.items.all()
    ]  # fmt: skip


def in_force(day: dt.date) -> list[Printed]:
    """The conditions as they stand on a day, type by type."""
    lists = Checklist.objects.in_force(day).prefetch_related("items")
    return [row for one in lists for row in _printed_of(one)]


CHECKLISTS = official_table(
    OfficialTable(
        "checklists", "重点站点标准条件", COLUMNS, read_rows, in_force, enact, verb="set_checklists",
        fixed=("type_code", "type_name", "code"),
        about="各类站点要达到的条件、责任单位、关键项和分值",
    )
)  # fmt: skip
