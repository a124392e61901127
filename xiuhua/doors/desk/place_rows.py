"""The register of places as the desk shows it: sorts, columns in words, and what a form's cells mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.models import Facility, PermittedPlace, Segment, Side, SiteType, Unit
from xiuhua.city.place_columns import COLUMNS, POINTED, SHAPES, Column, Known, Unreadable
from xiuhua.city.place_export import geometry_of
from xiuhua.city.place_files import ALLOWED, kept_shape
from xiuhua.city.place_sorts import BUILT, MATTERS, SORTS
from xiuhua.doors.desk.where import segment_meant, told
from xiuhua.kit.refusals import Refused
from xiuhua.kit.shapes import in_order, shape_fault
from xiuhua.ledger.items import ITEMS

LABELS = {
    "site": gettext_lazy("点位"), "shop": gettext_lazy("商户"), "permitted": gettext_lazy("许可地点"),
    "facility": gettext_lazy("便民设施"), "segment": gettext_lazy("路段"), "area": gettext_lazy("行政区"),
    "grid": gettext_lazy("单元网格"),
}  # fmt: skip
WORDS = {
    "code": gettext_lazy("编码"), "name": gettext_lazy("名称"), "squad": gettext_lazy("责任中队"),
    "road": gettext_lazy("路名"), "from_name": gettext_lazy("起点"), "to_name": gettext_lazy("止点"),
    "cls": gettext_lazy("道路等级"), "oneway": gettext_lazy("单行"), "side": gettext_lazy("位置"),
    "length_m": gettext_lazy("长度（米）"), "grid": gettext_lazy("单元网格"), "network": gettext_lazy("路网"),
    "type_code": gettext_lazy("点位类型"), "segment": gettext_lazy("路段"), "address": gettext_lazy("地址"),
    "trade": gettext_lazy("行业"), "house_number": gettext_lazy("门牌号"), "frontage_m": gettext_lazy("门面宽度（米）"),
    "closed_on": gettext_lazy("停业日期"), "item": gettext_lazy("设施"), "quantity": gettext_lazy("数量"),
    "built_on": gettext_lazy("建成日期"), "hours": gettext_lazy("时段"), "note": gettext_lazy("说明"),
    "kind": gettext_lazy("种类"), "matters": gettext_lazy("允许的行为"), "reach_m": gettext_lazy("宽度（米）"),
    "stalls": gettext_lazy("摊位号"), "season": gettext_lazy("季节"), "weekdays": gettext_lazy("星期"),
    "holidays": gettext_lazy("节假日"), "unit": gettext_lazy("管理单位"), "manager": gettext_lazy("管理人"),
    "clear_within_min": gettext_lazy("收摊后几分钟内清理"), "cleared_by": gettext_lazy("清理检查单位"),
    "begins_on": gettext_lazy("开始日期"), "ends_on": gettext_lazy("结束日期"), "paper": gettext_lazy("批准文号"),
}  # fmt: skip
HINTS = {
    "hours": gettext_lazy("例如 06:00-08:30、18:00-22:00；过半夜写 18:00-02:00；不填是全天。"),
    "season": gettext_lazy("例如 05-01至10-31；不填是全年。"),
    "weekdays": gettext_lazy("例如 周六、周日；不填是每天。"),
    "stalls": gettext_lazy("用、分开；没有画范围时必填。"),
    "reach_m": gettext_lazy("画成线或点时，离它几米以内算在里面。"),
    "segment": gettext_lazy("输入路名，从列表里选一段。"),
    "length_m": gettext_lazy("画了线的可以不填，按图形计算。"),
    "manager": gettext_lazy("姓名，有同名的写人员编码。"),
}
SHOWN = {
    "site": ("code", "name", "type_code", "segment", "address"),
    "shop": ("code", "name", "trade", "segment", "house_number", "side", "frontage_m"),
    "permitted": ("code", "name", "kind", "matters", "hours", "weekdays", "season", "unit", "ends_on"),
    "facility": ("code", "item", "quantity", "segment", "built_on", "hours"),
    "segment": ("code", "road", "from_name", "to_name", "cls", "side", "length_m"),
    "area": ("code", "name"),
    "grid": ("code", "name", "squad"),
}
FIXED = {"facility": ("item", "quantity", "built_on")}
"""What is counted in the ledger already and is put right there, not here."""
NEEDED = {"code", "name", "kind", "matters", "begins_on", "type_code", "item", "quantity", "built_on"}


@dataclass
class Cell:
    """One field of the form: what it is called, what stands in it, what may be chosen, and what is wrong with it."""

    column: Column
    text: str = ""
    options: list[tuple[str, Any]] = field(default_factory=list)
    wrong: str = ""
    fixed: bool = False
    several: bool = False

    @property
    def name(self) -> str:
        return self.column.name

    @property
    def label(self) -> Any:
        return WORDS[self.column.name]

    @property
    def hint(self) -> Any:
        return HINTS.get(self.column.name, "")

    @property
    def needed(self) -> bool:
        return self.column.name in NEEDED

    @property
    def chosen(self) -> list[str]:
        return self.text.split("、") if self.several else [self.text]


def options_of(column: str) -> list[tuple[str, Any]]:
    """What may be chosen in a column; nothing for one that is written."""
    match column:
        case "cls":
            return [(code, label) for code, label in Segment.Cls.choices]
        case "side":
            return [(code, label) for code, label in Side.choices]
        case "oneway":
            return [("0", _("双向")), ("1", _("单行")), ("-1", _("反向单行"))]
        case "kind":
            return [(code, label) for code, label in PermittedPlace.Kind.choices]
        case "holidays":
            return [(code, label) for code, label in PermittedPlace.Holidays.choices]
        case "type_code":
            return [(one.code, f"{one.code} {one.name}") for one in SiteType.objects.all()]
        case "item":
            return [(code, _(ITEMS[code].label)) for code in BUILT]
        case "matters":
            return [(code, _(word)) for code, word in MATTERS.items()]
        case "squad" | "unit" | "cleared_by":
            return [(one.code, one.name) for one in Unit.objects.filter(closed_on=None)]
    return []


def cells_of(sort: str, row: Any, *, new: bool, posted: Mapping[str, str] | None = None) -> list[Cell]:
    """The fields of the form of a place, filled from the row or from what was typed."""
    found = []
    for column in COLUMNS[sort]:
        if column.name == "network":
            continue
        fixed = not new and (column.name == "code" or column.name in FIXED.get(sort, ()))
        typed = posted is not None and not fixed
        text = posted.get(column.name, "") if typed and posted is not None else text_of(column, row)
        cell = Cell(column, text, options_of(column.name), fixed=fixed, several=column.name == "matters")
        found.append(cell)
    return found


def text_of(column: Column, row: Any) -> str:
    """A value as the form writes it: codes where something is chosen."""
    value = getattr(row, column.name)
    if column.name == "matters":
        return "、".join(value)
    if column.name == "segment":
        return told(value) if value else ""
    if isinstance(value, float) or column.name in ("length_m", "frontage_m", "reach_m", "quantity"):
        return "" if value is None else f"{float(value):g}"
    return str(column.write(value))


def shown_cells(sort: str, row: Any, units: Mapping[str, str], types: Mapping[str, str]) -> list[str]:
    """A row of the list, in words."""
    told_cells = []
    for column in COLUMNS[sort]:
        if column.name not in SHOWN[sort]:
            continue
        value = getattr(row, column.name)
        if column.name in ("cls", "kind", "side") and value:
            words = dict(options_of(column.name)).get(value, value)
        elif column.name == "item":
            words = _(ITEMS[value].label) if value in ITEMS else value
        elif column.name == "type_code":
            words = types.get(value, value)
        elif column.name in ("squad", "unit"):
            words = value.name if value else ""
        elif column.name == "segment":
            words = str(value) if value else ""
        elif column.name == "matters":
            words = "、".join(str(_(MATTERS[one])) if one in MATTERS else one for one in value)
        elif column.name in ("length_m", "frontage_m", "quantity"):
            words = "" if value is None else f"{float(value):g}"
        else:
            words = column.write(value)
        told_cells.append(str(words))
    return told_cells


def listed(sort: str, words: str, *, ended: bool, road: str, chosen: str) -> QuerySet[Any]:
    """The rows of a sort that a list asks for."""
    model: Any = SORTS[sort].model
    links = [one.name for one in model._meta.concrete_fields if one.is_relation]
    rows = model.objects.select_related(*links) if links else model.objects.all()
    if links and "segment" in links:
        rows = rows.defer("segment__line")
    if sort == "segment":
        rows = rows.defer("line")
    rows = rows.filter(ended_on__isnull=not ended).order_by("code")
    if words:
        field_name = {"segment": "road", "facility": "note"}.get(sort, "name")
        rows = rows.filter(Q(code__icontains=words) | Q(**{f"{field_name}__icontains": words}))
    if road:
        rows = rows.filter(road__icontains=road) if sort == "segment" else rows.filter(segment__road__icontains=road)
    if chosen:
        rows = rows.filter(**{CHOSEN[sort]: chosen})
    return rows  # type: ignore[no-any-return]


CHOSEN = {"site": "type_code", "permitted": "kind", "facility": "item", "segment": "cls", "area": "level"}


# ---------------------------------------------------------------- what was typed


def values_typed(sort: str, cells: list[Cell], geometry: str, row: Any) -> dict[str, Any]:
    """The values that a posted form means; a cell that cannot be read gets the reason, and is not among them."""
    known = Known()
    found: dict[str, Any] = {}
    fields = {one.name: one for one in row._meta.concrete_fields}
    for cell in cells:
        if cell.fixed:
            continue
        text = cell.text.strip()
        try:
            if not text:
                found[cell.name] = None if cell.name == "length_m" else fields[cell.name].get_default()
                if cell.name in ("begins_on", "quantity", "built_on"):
                    cell.wrong = str(_("请填写这一栏。"))
            elif cell.name == "segment":
                found[cell.name] = segment_meant(text)
            else:
                found[cell.name] = cell.column.read(text, known)
        except Unreadable as fault:
            cell.wrong = str(fault)
        except Refused as refused:
            cell.wrong = refused.message
    return found | _drawn(sort, geometry, row)


def _drawn(sort: str, text: str, row: Any) -> dict[str, Any]:
    """The shape of a form, in the columns in which its sort keeps it; refused when it is none."""
    model: Any = type(row)
    if not text.strip():
        if issubclass(model, POINTED):
            return {"lon_e7": None, "lat_e7": None} | ({"shape": None} if model is Facility else {})
        return {SHAPES[model]: [] if SHAPES[model] != "shape" or sort == "area" else None}
    try:
        geometry = json.loads(text)
    except ValueError as error:
        raise Refused("place.shape", _("图形读不出来，请在地图上重画。"), field="geometry") from error
    fault = shape_fault(geometry, ALLOWED[model])
    if fault:
        raise Refused.told("place.shape", _("图形不能用：%(fault)s。") % {"fault": fault}, field="geometry")
    told_shape = in_order(geometry)
    if not issubclass(model, POINTED):
        try:
            return {SHAPES[model]: kept_shape(row, told_shape)}
        except Unreadable as fault_:
            raise Refused.told("place.shape", f"{fault_}。", field="geometry") from fault_
    if told_shape["type"] == "Point":
        lon, lat = told_shape["coordinates"]
        return {"lon_e7": round(lon * 1e7), "lat_e7": round(lat * 1e7)} | ({"shape": None} if model is Facility else {})
    if model is not Facility:
        raise Refused("place.shape", _("这里要一个点。"), field="geometry")
    return {"shape": told_shape}


def geometry_text(row: Any) -> str:
    """The drawing of a row as the form carries it."""
    shape = geometry_of(row)
    return json.dumps(shape, separators=(",", ":")) if shape else ""
