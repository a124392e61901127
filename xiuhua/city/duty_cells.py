"""Cells that name who answers: people and units of a row, the first as primary, and what should be confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from xiuhua.city.models import Duty, Person, Role, Unit
from xiuhua.city.naming import OFFICES, SQUADS, Names
from xiuhua.kit.sheets import Row
from xiuhua.kit.sheets.told import PARTS, Named, read_names

FIRST = ("组长", "负责", "主责", "第一责任")
Part = Duty.Part
ROLES: dict[str, tuple[str, ...]] = {
    Part.LEADER: (Role.LEADER,), Part.OFFICER: (Role.OFFICER, Role.SQUAD_LEADER), Part.ASSISTANT: (Role.ASSISTANT,),
}  # fmt: skip
KINDS: dict[str, tuple[str, ...]] = {Part.SQUAD: SQUADS, Part.OFFICE: OFFICES}


@dataclass(frozen=True)
class Answers:
    """Who has a part, the primary first; `doubt` when that order is our guess."""

    people: tuple[Person, ...] = ()
    units: tuple[Unit, ...] = ()
    doubt: bool = False


def read_units(row: Row, column: str, part: str, names: Names, *, many: bool = False) -> Answers:
    """The squads or offices of a cell; where not `many` are meant, the first is primary until confirmed."""
    units: list[Unit] = []
    for piece in PARTS.split(row[column]):
        if not piece.strip() or piece.strip() in ("无", "-", "—"):
            continue
        found = names.unit(piece, KINDS[part])
        if found.unit is None:
            row.wrong(column, found.wrong)
        elif found.unit not in units:
            units.append(found.unit)
    several = len(units) > 1 and not many
    if several:
        row.doubt(column, _("写了 %(n)d 个单位，暂以第一个“%(name)s”为主") % {"n": len(units), "name": units[0].name})
    return Answers(units=tuple(units), doubt=several)


def read_people(row: Row, column: str, part: str, names: Names, squad: Unit | None = None) -> Answers:
    """The people of a cell. The first is primary until confirmed, unless one is written as 组长; 中队全体 is its leader."""
    read = read_names(row[column])
    if read.everybody and not read.named:
        return _everybody(row, column, names, squad)
    people: list[Person] = []
    first: Person | None = None
    for named in read.named:
        person = _one(row, column, part, names, named, squad)
        if person is not None and person not in people:
            people.append(person)
            if first is None and any(word in named.about for word in FIRST):
                first = person
    if first is not None:
        people.sort(key=lambda one: one is not first)
    doubt = len(people) > 1 and first is None and part != Part.ASSISTANT
    if doubt:
        row.doubt(column, _("几个人并列，暂以第一个“%(name)s”为主责") % {"name": people[0].name})
    if read.others:
        row.doubt(column, _("写了“等”，没写出名字的人没有导入"))
        doubt = True
    return Answers(people=tuple(people), doubt=doubt)


def _everybody(row: Row, column: str, names: Names, squad: Unit | None) -> Answers:
    leader = names.leader_of(squad) if squad else None
    if leader is None:
        row.wrong(column, _("“中队全体”要知道是哪个中队、谁是中队长，请写出人名"))
        return Answers()
    row.doubt(column, _("“中队全体”暂记为中队长%(name)s") % {"name": leader.name})
    return Answers(people=(leader,), doubt=True)


def _one(row: Row, column: str, part: str, names: Names, named: Named, squad: Unit | None) -> Person | None:
    found = names.person(named, unit=squad, roles=ROLES[part])
    if found.person is None:
        row.wrong(column, found.wrong)
        return None
    if found.doubt:
        row.doubt(column, found.doubt)
    if part == Part.OFFICER and names.roles(found.person) == {Role.ASSISTANT}:
        row.doubt(column, _("%(name)s是协管员，不能作执法队员") % {"name": found.person.name})
    return found.person


def told_people(people: Sequence[Person], names: Names, squad: Unit | None = None) -> str:
    """People as a cell of ours names them."""
    return "、".join(names.told(one, unit=squad) for one in people)


def told_units(units: Sequence[Unit]) -> str:
    return "、".join(one.name for one in units)
