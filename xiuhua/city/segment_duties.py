"""《包靠路段责任分工明细表》: for every segment its leader, office, squad, officers and assistants, by shift."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from uuid import uuid5

from django.utils.translation import gettext as _

from xiuhua.city.actions import register_segments
from xiuhua.city.duty_cells import Answers, read_people, read_units, told_people, told_units
from xiuhua.city.duty_wants import Changed, Place3, Want, in_force_by_thing, set_wants
from xiuhua.city.models import Duty, Segment, Unit
from xiuhua.city.naming import Names
from xiuhua.city.official_tables import OfficialTable, Printed, official_table
from xiuhua.city.road_words import RoadWords, read_roads, side_of
from xiuhua.city.segment_words import Streets, Stretch, new_stretch, words_of
from xiuhua.kit.sheets import Column, Row
from xiuhua.kit.sheets.cells import one_line
from xiuhua.ledger.act import Act

Part = Duty.Part
COLUMNS = (
    Column("number", "序号", ("编号",), width=6),
    Column("road", "路段", ("路段名称", "责任路段", "包靠路段", "道路名称", "道路", "路名"), needed=True, width=34),
    Column("from_name", "起点", ("起", "起止点起"), told=False),
    Column("to_name", "止点", ("止", "终点"), told=False),
    Column("side", "方位", ("侧", "路侧", "方向"), told=False),
    Column("length", "长度（米）", ("长度", "路段长度", "米"), width=10),
    Column("cls", "道路等级", ("等级", "路段等级", "类别"), width=10),
    Column("leader", "包靠领导", ("领导", "带班领导", "分管领导", "责任领导"), width=12, merged=True),
    Column("office", "联系科室", ("科室", "责任科室", "包靠科室"), width=16, merged=True),
    Column("squad", "责任中队", ("中队", "所属中队", "责任单位", "管辖中队"), width=16, merged=True),
    Column("officers", "责任队员", ("队员", "责任人", "执法队员", "责任人员", "负责人"), width=16),
    Column("assistants", "协管员", ("协管", "辅助人员", "协管人员", "辅助队员"), width=18),
    Column("shift", "班次", ("班", "时段", "班组"), width=10),
    Column("code", "路段编码", ("编码", "路段编号"), width=16),
)
CLASSES = {
    Segment.Cls.MOTORWAY: "高速公路", Segment.Cls.TRUNK: "快速路", Segment.Cls.PRIMARY: "主干道",
    Segment.Cls.SECONDARY: "次干道", Segment.Cls.TERTIARY: "支路", Segment.Cls.RESIDENTIAL: "背街小巷",
    Segment.Cls.SERVICE: "内部道路", Segment.Cls.PEDESTRIAN: "步行街",
}  # fmt: skip
"""How we write a class, in whatever language the page is."""
PARTS = (
    ("leader", Part.LEADER), ("office", Part.OFFICE), ("squad", Part.SQUAD), ("officers", Part.OFFICER),
    ("assistants", Part.ASSISTANT),
)  # fmt: skip
BY_SHIFT = (Part.OFFICER, Part.ASSISTANT)
ALL_DAY = ("", "全天", "全日", "不分班")


def read_rows(rows: Sequence[Row], day: dt.date, year: int) -> None:
    """Mark what is wrong and put the printed rows of each row into its value: one for each segment that it means."""
    names, streets = Names.on(day), Streets.known()
    taken: dict[str, int] = {}
    for row in rows:
        stretches = _stretches(row, streets)
        answers = _answers(row, names)
        shift = "" if one_line(row["shift"]) in ALL_DAY else one_line(row["shift"])[:40]
        row.value = []
        for stretch in stretches:
            key = f"{stretch.code}·{shift}" if shift else stretch.code
            if key in taken:
                row.wrong("road", _("%(road)s和第 %(n)d 行重复") % {"road": stretch.words, "n": taken[key]})
                continue
            taken[key] = row.number
            row.value.append(_printed(row, key, stretch, answers, names, shift))


def _stretches(row: Row, streets: Streets) -> list[Stretch]:
    code = one_line(row["code"])
    if code in streets.by_code:
        return [Stretch(code, words_of(streets.by_code[code]), streets.by_code[code])]
    found: list[Stretch] = []
    for told in read_roads(row["road"]):
        words = _with_ends(row, told)
        known = streets.stretches(words)
        if len(known) > 1:
            row.note("road", _("%(road)s在登记里是 %(n)d 段，都按这一行负责") % {"road": words, "n": len(known)})
        if not known:
            known = [new_stretch(words, code if re.fullmatch(r"[\w-]{1,32}", code) else "")]
            divided = streets.divided_otherwise(words)
            row.note(
                "road",
                _("登记的路段不分这一侧，按文字新建")
                if divided
                else _("登记里没有这个路段，按文字新建，以后再画到地图上"),
            )
        found += known
    if not found:
        row.wrong("road", _("没有写路段"))
    if any(len(part) > 255 for one in found for part in (one.words.road, one.words.from_name, one.words.to_name)):
        row.wrong("road", _("路名太长，超过 255 个字"))
        return []
    return found


def _with_ends(row: Row, words: RoadWords) -> RoadWords:
    """Ends and side may stand in columns of their own."""
    begin, end = one_line(row["from_name"]), one_line(row["to_name"])
    side = side_of(row["side"]) or words.side
    return RoadWords(words.road, words.from_name or begin, words.to_name or end, side, words.whole)


def _answers(row: Row, names: Names) -> dict[str, Answers]:
    """Who answers, by column; columns that the sheet has not are left as they are."""
    found: dict[str, Answers] = {}
    for column, part in (("squad", Part.SQUAD), ("office", Part.OFFICE)):
        if column in row.cells:
            found[column] = read_units(row, column, part, names)
    squad = _squad(found)
    for column, part in (("leader", Part.LEADER), ("officers", Part.OFFICER), ("assistants", Part.ASSISTANT)):
        if column in row.cells:
            found[column] = read_people(row, column, part, names, None if column == "leader" else squad)
    if "squad" in found and not found["squad"].units and not any(mark.column == "squad" for mark in row.marks):
        row.doubt("squad", _("没有责任中队"))
    return found


def _squad(found: dict[str, Answers]) -> Unit | None:
    return next(iter(found["squad"].units), None) if "squad" in found else None


def _printed(row: Row, key: str, stretch: Stretch, answers: dict[str, Answers], names: Names, shift: str) -> Printed:
    cells = {"road": str(stretch.words), "code": stretch.code, "shift": shift, **_measures(row, stretch)}
    squad = _squad(answers)
    for column, who in answers.items():
        told = told_units(who.units) if column in ("squad", "office") else told_people(who.people, names, None if column == "leader" else squad)  # fmt: skip
        cells[column] = told
    return Printed(key, cells, tuple(column for column, who in answers.items() if who.doubt))


def _measures(row: Row, stretch: Stretch) -> dict[str, str]:
    """Length and class: the register's when it knows the segment, the sheet's when it is new."""
    if stretch.segment is not None:
        return {"length": _metres(stretch.segment.length_m), "cls": CLASSES[Segment.Cls(stretch.segment.cls)]}
    length, cls = one_line(row["length"]).rstrip("米mM"), one_line(row["cls"])
    try:
        metres = Decimal(length or 0)
        if not 0 <= metres < 10**6:
            raise InvalidOperation
    except InvalidOperation:
        row.doubt("length", _("长度“%(text)s”看不懂，先不记") % {"text": row["length"]})
        metres = Decimal(0)
    label = next((word for word in CLASSES.values() if cls and (cls in word or word in cls)), "")
    if cls and not label:
        row.note("cls", _("道路等级“%(text)s”不认识，先记为支路") % {"text": cls})
    return {"length": _metres(metres), "cls": label or CLASSES[Segment.Cls.TERTIARY]}


def _metres(length: Decimal) -> str:
    return f"{Decimal(length).normalize():f}" if length else ""


def enact(act: Act, *, rows: Sequence[Printed], from_day: dt.date, version: str, whole: bool) -> Changed:
    """What the rows say holds from a day on; segments that are named nowhere keep who they have."""
    names, streets = Names.on(from_day), Streets.known()
    _register(act, rows, streets)
    wants: dict[Place3, list[Want]] = {}
    things: set[str] = set()
    for printed in rows:
        row = Row(0, dict(printed.cells))
        thing, shift = f"segment:{row['code']}", row["shift"]
        things.add(thing)
        answers = _answers(row, names)
        squad = _squad(answers)
        for column, part in PARTS:
            if column in answers:
                of = shift if part in BY_SHIFT else ""
                sure = column not in printed.doubts
                wants[thing, part, of] = _wants(thing, part, of, answers[column], squad, names, sure)
    if whole:
        parts = {part for _thing, part, _shift in wants if part in BY_SHIFT}
        for place in in_force_by_thing(things, from_day):
            if place[1] in parts:
                wants.setdefault(place, [])
    return set_wants(act, wants, from_day=from_day, version=version)


def _wants(thing: str, part: str, shift: str, who: Answers, squad: Unit | None, names: Names, sure: bool) -> list[Want]:
    if who.units:
        return [Want(thing, part, unit, None, n == 0, sure or n > 0, shift) for n, unit in enumerate(who.units)]
    found = []
    for n, person in enumerate(who.people):
        unit = None if part == Part.LEADER else squad or next((post.unit for post in names.posts[person.pk]), None)
        found.append(Want(thing, part, unit, person, n == 0, sure or n > 0, shift))
    return found


def _register(act: Act, rows: Sequence[Printed], streets: Streets) -> None:
    """Segments that are known by their words alone come into the register."""
    made: dict[str, Segment] = {}
    for row in rows:
        code, words = row.cells["code"], next(iter(read_roads(row.cells["road"])), None)
        if code in streets.by_code or code in made or words is None:
            continue
        label = row.cells.get("cls", "")
        made[code] = Segment(
            code=code, road=words.road, from_name=words.from_name, to_name=words.to_name, side=words.side, network="text",
            length_m=Decimal(row.cells.get("length") or 0),
            cls=next((one for one, word in CLASSES.items() if word == label), Segment.Cls.TERTIARY),
        )  # fmt: skip
    if made:
        at = Act(by=act.by, at=act.at, recorded_at=act.recorded_at, key=uuid5(act.key, "segments"))
        register_segments(at, segments=list(made.values()))


def in_force(day: dt.date) -> list[Printed]:
    """The table as it holds on a day: every segment in use, one row for each shift that somebody has there."""
    names = Names.on(day)
    segments = list(Segment.objects.in_use_on(day).defer("line").order_by("road", "code"))
    duties = in_force_by_thing((f"segment:{one.code}" for one in segments), day)
    shifts: dict[str, set[str]] = defaultdict(set)
    for thing, part, shift in duties:
        if part in BY_SHIFT:
            shifts[thing].add(shift)
    squads = {thing: had[0].unit for (thing, part, _shift), had in duties.items() if part == Part.SQUAD}
    segments.sort(
        key=lambda one: (
            (unit := squads.get(f"segment:{one.code}")) is None,
            unit.path if unit else "",
            one.road,
            one.code,
        )
    )
    return [
        _held(one, shift, duties, names)
        for one in segments
        for shift in sorted(shifts.get(f"segment:{one.code}") or {""})
    ]


def _held(segment: Segment, shift: str, duties: dict[Place3, list[Duty]], names: Names) -> Printed:
    thing = f"segment:{segment.code}"
    cells = {
        "road": str(words_of(segment)), "code": segment.code, "shift": shift, "length": _metres(segment.length_m),
        "cls": CLASSES[Segment.Cls(segment.cls)],
    }  # fmt: skip
    doubts = []
    squad = next((duty.unit for duty in duties.get((thing, Part.SQUAD, ""), [])), None)
    for column, part in PARTS:
        had = duties.get((thing, part, shift if part in BY_SHIFT else ""), [])
        units = [duty.unit for duty in had if duty.unit]
        people = [duty.person for duty in had if duty.person]
        cells[column] = told_units(units) if column in ("squad", "office") else told_people(people, names, None if column == "leader" else squad)  # fmt: skip
        doubts += [column] if any(duty.primary and not duty.confirmed for duty in had) else []
    return Printed(f"{segment.code}·{shift}" if shift else segment.code, cells, tuple(doubts))


SEGMENT_DUTIES = official_table(
    OfficialTable(
        "segment_duties", "包靠路段责任分工明细表", COLUMNS, read_rows, in_force, enact, paper="A3",
        fixed=("road", "length", "cls", "shift", "code"),
        about="每个路段的包靠领导、联系科室、责任中队、队员、协管员和班次",
    )
)  # fmt: skip
