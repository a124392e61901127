"""《领导包靠及科室联系中队分工表》: which leader stands behind each squad, and which office keeps touch with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.utils.translation import gettext as _

from xiuhua.city.duty_cells import Answers, read_people, read_units, told_people, told_units
from xiuhua.city.duty_wants import Changed, Place3, Want, in_force_by_thing, set_wants
from xiuhua.city.models import Duty, Unit
from xiuhua.city.naming import Names
from xiuhua.city.official_tables import OfficialTable, Printed, official_table
from xiuhua.kit.sheets import Column, Row
from xiuhua.ledger.act import Act

Part = Duty.Part
COLUMNS = (
    Column("number", "序号", ("编号",), width=6),
    Column(
        "leader", "包靠领导", ("领导", "姓名", "领导姓名", "带队领导", "局领导"), needed=True, width=14, merged=True
    ),
    Column("title", "职务", ("领导职务", "职务职级"), width=16, merged=True),
    Column("squad", "包靠中队", ("中队", "责任中队", "包靠单位", "联系中队"), needed=True, width=22),
    Column("office", "联系科室", ("科室", "责任科室", "联系单位"), width=22),
    Column("liaison", "联络员", ("科室联络员", "联系人", "科室负责人"), width=14),
)


def read_rows(rows: Sequence[Row], day: dt.date, year: int) -> None:
    """Mark what is wrong; one printed row for each squad of a row. The title is that of the register of people."""
    names = Names.on(day)
    taken: dict[str, int] = {}
    for row in rows:
        answers = _answers(row, names)
        row.value = []
        if not answers["squad"].units and row.good:
            row.wrong("squad", _("没有写中队"))
        for unit in answers["squad"].units:
            if unit.code in taken:
                row.wrong("squad", _("%(squad)s和第 %(n)d 行重复") % {"squad": unit.name, "n": taken[unit.code]})
                continue
            taken[unit.code] = row.number
            row.value.append(_printed(unit, answers, names))


def _answers(row: Row, names: Names) -> dict[str, Answers]:
    found = {"squad": read_units(row, "squad", Part.SQUAD, names, many=True)}
    found["leader"] = read_people(row, "leader", Part.LEADER, names)
    if not found["leader"].people and row.good:
        row.wrong("leader", _("没有写领导"))
    if "office" in row.cells:
        found["office"] = read_units(row, "office", Part.OFFICE, names)
    if row["liaison"]:
        found["liaison"] = read_people(row, "liaison", Part.ASSISTANT, names, next(iter(found["office"].units), None) if "office" in found else None)  # fmt: skip
    return found


def _printed(unit: Unit, answers: dict[str, Answers], names: Names) -> Printed:
    leaders = answers["leader"].people
    cells = {
        "leader": told_people(leaders, names), "title": "、".join(names.title(one) for one in leaders), "squad": unit.name,
    }  # fmt: skip
    if "office" in answers:
        cells["office"] = told_units(answers["office"].units)
        cells["liaison"] = told_people(answers["liaison"].people[:1], names) if "liaison" in answers else ""
    doubts = tuple(column for column in ("leader", "office") if column in answers and answers[column].doubt)
    return Printed(unit.code, cells, doubts)


def enact(act: Act, *, rows: Sequence[Printed], from_day: dt.date, version: str, whole: bool) -> Changed:
    """What the rows say holds from a day on; squads that are named nowhere keep who they have."""
    names = Names.on(from_day)
    wants: dict[Place3, list[Want]] = {}
    for printed in rows:
        answers = _answers(Row(0, dict(printed.cells)), names)
        for unit in answers["squad"].units:
            thing = f"unit:{unit.code}"
            sure = "leader" not in printed.doubts
            wants[thing, Part.LEADER, ""] = [
                Want(thing, Part.LEADER, None, person, n == 0, sure or n > 0)
                for n, person in enumerate(answers["leader"].people)
            ]
            if "office" in answers:
                liaison = answers["liaison"].people[:1] if "liaison" in answers else ()
                sure = "office" not in printed.doubts
                wants[thing, Part.OFFICE, ""] = [
                    Want(thing, Part.OFFICE, office, liaison[0] if liaison and n == 0 else None, n == 0, sure or n > 0)
                    for n, office in enumerate(answers["office"].units)
                ]
    return set_wants(act, wants, from_day=from_day, version=version)


def in_force(day: dt.date) -> list[Printed]:
    """The table as it holds on a day: every squad that a leader or an office has."""
    names = Names.on(day)
    squads = list(Unit.objects.squads().order_by("path"))
    duties = in_force_by_thing((f"unit:{one.code}" for one in squads), day)
    rows: list[Printed] = []
    for unit in squads:
        leaders = duties.get((f"unit:{unit.code}", Part.LEADER, ""), [])
        offices = duties.get((f"unit:{unit.code}", Part.OFFICE, ""), [])
        if leaders or offices:
            answers = {
                "leader": Answers(people=tuple(one.person for one in leaders if one.person)),
                "office": Answers(units=tuple(one.unit for one in offices if one.unit)),
                "liaison": Answers(people=tuple(one.person for one in offices if one.person)),
            }
            doubts = tuple(
                column for column, had in (("leader", leaders), ("office", offices))
                if any(duty.primary and not duty.confirmed for duty in had)
            )  # fmt: skip
            printed = _printed(unit, answers, names)
            rows.append(Printed(printed.key, printed.cells, doubts))
    order = {row.key: n for n, row in enumerate(rows)}
    first = {row.cells["leader"]: order[row.key] for row in reversed(rows)}
    return sorted(rows, key=lambda row: (first[row.cells["leader"]], order[row.key]))


SQUAD_DUTIES = official_table(
    OfficialTable(
        "squad_duties", "领导包靠及科室联系中队分工表", COLUMNS, read_rows, in_force, enact,
        fixed=("squad", "title"),
        about="每个中队由哪位领导包靠、哪个科室联系",
    )
)  # fmt: skip
