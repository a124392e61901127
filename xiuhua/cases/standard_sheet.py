"""The sheet of a filing standard (立案处置结案标准) as centres keep it, nine columns or ten, for the import wizard."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from xiuhua.cases.codes import CITY, Code, code_of, standard_of
from xiuhua.cases.limits import read_limit
from xiuhua.cases.models import Category, Kind, StandardRow
from xiuhua.cases.standard_acts import import_standards, take_back_standards
from xiuhua.kit.sheets import Ask, Column, Row, Sheet
from xiuhua.kit.sheets.columns import DOUBT

KINDS = {
    "部件": Kind.COMPONENT,
    "component": Kind.COMPONENT,
    "事件": Kind.EVENT,
    "事项": Kind.EVENT,
    "event": Kind.EVENT,
}
COMPONENTS = ("公用设施", "道路交通", "交通设施", "环境设施", "环卫设施", "园林绿化", "房屋土地", "部件")
"""Names of major classes of components: what a sheet without a column for the kind is told by."""

CATEGORIES = {
    Category.STALL: ("0401", "0404", "0406", "09001", "09004", "09006", "09022"),
    Category.SHOPFRONT: ("0405", "09005"),
    Category.SIGN: ("0203", "0206", "0207", "07003", "07006", "07007"),
    Category.POSTING: ("0104", "0107", "0201", "06004", "06007", "07001"),
    Category.BUILDING: ("0101", "06001", "08016"),
    Category.PARKING: ("0409", "0410", "09009", "09010", "09011", "09012"),
}
"""Which of the six kinds of problem a national code belongs to (the article's six, after the domain notes)."""
CATEGORY_OF = {code: category for category, codes in CATEGORIES.items() for code in codes}

COLUMNS = (
    Column("kind", "类别", ("部件/事件", "类型", "kind"), merged=True),
    Column("major_code", "大类代码", ("大类编码", "major_code"), merged=True),
    Column("major_name", "大类名称", ("大类", "major_name"), merged=True, width=14),
    Column("minor_code", "小类代码", ("小类编码", "代码", "编码", "minor_code"), merged=True),
    Column("minor_name", "小类名称", ("小类", "名称", "问题名称", "minor_name"), merged=True, width=18),
    Column("condition", "立案条件", ("立案标准", "立案情形", "filing_condition"), needed=True, width=40),
    Column("closing", "结案条件", ("结案标准", "结案要求", "closing_condition"), needed=True, width=30),
    Column("limit", "处置时限", ("处理时限", "办理时限", "时限", "time_limit"), needed=True),
    Column("handling_unit", "处置单位", ("责任单位", "处理单位", "主责单位", "handling_unit"), merged=True, width=24),
    Column("supervising_unit", "监督单位", ("主管部门", "监管单位", "supervising_unit"), merged=True, width=24),
)  # fmt: skip
CARRIED = ("kind", "major_code", "major_name", "minor_code", "minor_name")
LONGEST = {"minor_name": 60, "major_name": 40, "condition": 300, "closing": 300, "handling_unit": 160, "supervising_unit": 160}  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """A row of the sheet as it will stand in the register."""

    kind: str
    major_name: str
    matter: str
    matter_name: str
    code_standard: str
    category: str
    condition: str
    closing: str
    limit_amount: Decimal
    limit_kind: str
    limit_note: str
    handling_unit: str
    supervising_unit: str
    doubt: str = ""
    """What is to be confirmed (待确认), in the words of the import."""


def check_standards(rows: Sequence[Row], told: Mapping[str, str]) -> None:
    """Read every row; what cannot be read is marked on its cell. An empty name or code is that of the row above."""
    above: dict[str, str] = {}
    met: dict[tuple[str, ...], int] = {}
    for row in rows:
        cells = {column.name: row[column.name].strip() for column in COLUMNS}
        if not cells["minor_name"] and not cells["minor_code"]:
            cells |= {name: above.get(name, "") for name in CARRIED}
        cells |= {name: cells[name] or above.get(name, "") for name in ("kind", "major_code", "major_name")}
        above = {name: cells[name] for name in CARRIED}
        _check(row, cells)
        if row.good and isinstance(row.value, Filed):
            same = (row.value.kind, row.value.matter, row.value.condition, row.value.closing)
            if same in met:
                row.wrong("condition", _("和第 {n} 行重复：同一小类、同样的立案和结案条件。").format(n=met[same]))
            met.setdefault(same, row.number)


def _check(row: Row, cells: Mapping[str, str]) -> None:
    for name, label in (("minor_name", "小类名称"), ("condition", "立案条件"), ("closing", "结案条件")):
        if not cells[name]:
            row.wrong(name, _("{label}是空的。").format(label=label))
    for name, most in LONGEST.items():
        if len(cells[name]) > most:
            row.wrong(name, _("太长：{n} 个字，最多 {most} 个字。").format(n=len(cells[name]), most=most))
    kind = _kind(cells)
    if kind is None:
        row.wrong("kind", _("类别“{text}”不认识，请写部件或事件。").format(text=cells["kind"]))
    code = matter_code(cells["major_code"], cells["minor_code"])
    if not code:
        row.wrong("minor_code", _("小类代码读不出来：大类两位、小类两位或三位数字。"))
    limit = read_limit(cells["limit"])
    if limit is None:
        row.wrong("limit", _("时限“{text}”读不出来，请写成 4小时、2个工作日、2紧急工作时、7自然日。").format(text=cells["limit"][:20]))  # fmt: skip
    elif limit.doubt:
        row.doubt("limit", limit.doubt)
    if kind is None or not code or limit is None:
        return
    known = code_of(standard_of(code), kind, code)
    _note_names(row, known, cells["minor_name"], code)
    row.value = Filed(
        kind=kind, major_name=cells["major_name"], matter=code, matter_name=cells["minor_name"],
        code_standard=known.standard if known else CITY,
        category=CATEGORY_OF.get(code, Category.OTHER) if kind == Kind.EVENT else Category.OTHER,
        condition=cells["condition"], closing=cells["closing"], limit_amount=limit.limit.amount,
        limit_kind=limit.limit.kind.value, limit_note=limit.note, handling_unit=cells["handling_unit"],
        supervising_unit=cells["supervising_unit"],
        doubt=" ".join(mark.message for mark in row.marks if mark.level == DOUBT)[:200],
    )  # fmt: skip


def _note_names(row: Row, known: Code | None, name: str, code: str) -> None:
    if known is None:
        row.note("minor_code", _("代码 {code} 不在国家标准的表里，按本市扩展记。").format(code=code))
    elif known.name != name:
        row.note("minor_name", _("国家标准里 {code} 叫“{name}”。").format(code=code, name=known.name))


def _kind(cells: Mapping[str, str]) -> str | None:
    told = cells["kind"].lower()
    if told:
        return next((kind for word, kind in KINDS.items() if word in told), None)
    return Kind.COMPONENT if any(word in cells["major_name"] for word in COMPONENTS) else Kind.EVENT


def matter_code(major: str, minor: str) -> str:
    """The code of a matter from the codes of its classes: 1 and 1 are 0101, 09 and 006 are 09006, 09006 is itself."""
    major, minor = (re.sub(r"^[A-Za-z]+|\.0+$|\s", "", one) for one in (major, minor))
    if not minor.isascii() or not minor.isdigit() or (major and not (major.isascii() and major.isdigit())):
        return ""
    if len(minor) in (4, 5):
        return minor
    if not major or len(major) > 2 or len(minor) > 3:
        return ""
    return major.zfill(2) + (minor if len(minor) == 3 else minor.zfill(2))


def limit_text(row: StandardRow) -> str:
    """The limit of a row as the sheet writes it, such that reading it again gives the same."""
    unit = {"emergency_hours": "紧急工作时", "work_hours": "小时", "work_days": "工作日", "calendar_days": "自然日"}
    return f"{row.limit_amount.normalize():f}{unit[row.limit_kind]}{row.limit_note}"


STANDARDS = Sheet(
    code="standards",
    label="立案标准",
    verb="set_standards",
    columns=COLUMNS,
    check=check_standards,
    bring_in=import_standards,
    take_back=take_back_standards,
    asks=(
        Ask("title", "标准名称", hint="例如：青州市立案处置结案标准"),
        Ask("number", "文号"),
        Ask("source", "来源"),
    ),
    about="九列或十列的立案处置结案标准。“小时”按工作时、“天”按工作日读。导入后是草稿，在立案标准页启用。",
    after="desk:standards",
)
