"""Who answers for which street on a day, as a table: one row a segment, with what is missing or doubled."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Concat
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from xiuhua.city.models import Duty, Segment
from xiuhua.doors.desk.entry import day_of

GAPS: dict[str, tuple[Promise, str]] = {
    "any": (gettext_lazy("有缺口或重复"), ""),
    "squad": (gettext_lazy("缺责任中队"), Duty.Part.SQUAD),
    "officer": (gettext_lazy("缺责任队员"), Duty.Part.OFFICER),
    "leader": (gettext_lazy("缺包靠领导"), Duty.Part.LEADER),
    "office": (gettext_lazy("缺联系科室"), Duty.Part.OFFICE),
    "twice": (gettext_lazy("责任中队重复"), Duty.Part.SQUAD),
}
ESSENTIAL = (Duty.Part.SQUAD, Duty.Part.OFFICER)
"""Without these nobody goes there; the other parts may come later."""


@dataclass(frozen=True)
class Asked:
    """What the address asks for."""

    words: str = ""
    unit: str = ""
    gap: str = ""
    cls: str = ""
    on: dt.date | None = None

    def query(self, **changes: Any) -> str:
        parts = {
            "q": self.words, "unit": self.unit, "gap": self.gap, "cls": self.cls,
            "on": self.on.isoformat() if self.on else "",
        } | changes  # fmt: skip
        return urlencode({name: value for name, value in parts.items() if value})

    def stated(self, units: dict[str, str]) -> str:
        """The filters in words."""
        parts = (
            (_("日期"), self.on.isoformat() if self.on else ""),
            (_("含有"), self.words),
            (_("责任中队"), units.get(self.unit, "")),
            (_("道路等级"), str(Segment.Cls(self.cls).label) if self.cls else ""),
            (_("缺口"), str(GAPS[self.gap][0]) if self.gap else ""),
        )
        return "；".join(f"{label} {value}" for label, value in parts if value)


def asked_of(given: QueryDict) -> Asked:
    gap, cls = given.get("gap", ""), given.get("cls", "")
    return Asked(
        words=given.get("q", "").strip()[:60],
        unit=given.get("unit", "")[:120],
        gap=gap if gap in GAPS else "",
        cls=cls if cls in Segment.Cls.values else "",
        on=day_of(given.get("on")),
    )


def of_part(part: str, day: dt.date) -> QuerySet[Duty]:
    """The duties of a part in force for the segment of the outer query."""
    return Duty.objects.in_force(day).filter(part=part, thing=Concat(Value("segment:"), OuterRef("code")))


def with_gaps(segments: QuerySet[Segment], gap: str, day: dt.date) -> QuerySet[Segment]:
    """Segments for which something is missing, or two squads answer."""
    twice = Exists(of_part(Duty.Part.SQUAD, day).filter(primary=True).order_by().values("thing").annotate(
        n=Sum(Value(1))).filter(n__gt=1))  # fmt: skip
    if gap == "twice":
        return segments.filter(twice)
    if gap == "any":
        missing = Q()
        for part in ESSENTIAL:
            missing |= ~Q(Exists(of_part(part, day)))
        return segments.filter(missing | Q(twice))
    return segments.exclude(Exists(of_part(GAPS[gap][1], day)))


def gap_counts(day: dt.date) -> dict[str, int]:
    """How many segments each gap has on a day: four queries whatever the size of the city."""
    total = Segment.objects.in_use().count()
    duties = Duty.objects.in_force(day).filter(thing__startswith="segment:").order_by()
    held = dict(duties.values_list("part").annotate(n=Count("thing", distinct=True)))
    squads = duties.filter(part=Duty.Part.SQUAD, primary=True).values("thing").annotate(n=Count("id"))
    missing = {name: total - held.get(part, 0) for name, (_label, part) in GAPS.items() if part}
    return missing | {
        "twice": squads.filter(n__gt=1).count(),
        "any": with_gaps(Segment.objects.in_use(), "any", day).count(),
    }


def found(asked: Asked, day: dt.date) -> QuerySet[Segment]:
    """The segments asked for, street by street."""
    segments = Segment.objects.in_use()
    for word in asked.words.split():
        names = (
            Q(road__icontains=word) | Q(from_name__icontains=word) | Q(to_name__icontains=word) | Q(code__iexact=word)
        )
        things = Duty.objects.in_force(day).filter(
            Q(person__name__icontains=word) | Q(unit__name__icontains=word),
            thing=Concat(Value("segment:"), OuterRef("code")),
        )
        segments = segments.filter(names | Q(Exists(things)))
    if asked.cls:
        segments = segments.filter(cls=asked.cls)
    if asked.unit:
        segments = segments.filter(Exists(of_part(Duty.Part.SQUAD, day).filter(unit__path__startswith=asked.unit)))
    if asked.gap:
        segments = with_gaps(segments, asked.gap, day)
    return segments.defer("line").order_by(F("road").asc(), "code")


@dataclass
class Row:
    """A segment with who answers for it on the day."""

    segment: Segment
    duties: dict[str, list[Duty]] = field(default_factory=dict)

    def _names(self, part: str) -> str:
        return "、".join((duty.person or duty.unit).__str__() for duty in self.duties.get(part, []))

    @property
    def leader(self) -> str:
        return self._names(Duty.Part.LEADER)

    @property
    def office(self) -> str:
        return self._names(Duty.Part.OFFICE)

    @property
    def squad(self) -> str:
        return self._names(Duty.Part.SQUAD)

    @property
    def officers(self) -> str:
        return self._names(Duty.Part.OFFICER)

    @property
    def assistants(self) -> str:
        return self._names(Duty.Part.ASSISTANT)

    @property
    def gaps(self) -> list[str]:
        """What is missing or doubled, in words."""
        missing = [str(label) for label, part in GAPS.values() if part and not self.duties.get(part)]
        missing = [label for label in missing if label != str(GAPS["twice"][0])]
        twice = sum(duty.primary for duty in self.duties.get(Duty.Part.SQUAD, [])) > 1
        return missing + ([str(GAPS["twice"][0])] if twice else [])


def rows_of(segments: Sequence[Segment], day: dt.date) -> list[Row]:
    """Segments with their duties: one query whatever the number."""
    rows = {f"segment:{one.code}": Row(one) for one in segments}
    for begin in range(0, len(segments), 500):
        things = [f"segment:{one.code}" for one in segments[begin : begin + 500]]
        for duty in _duties(things, day):
            rows[duty.thing].duties.setdefault(duty.part, []).append(duty)
    return list(rows.values())


def _duties(things: Iterable[str], day: dt.date) -> QuerySet[Duty]:
    duties = Duty.objects.in_force(day).filter(thing__in=list(things))
    return duties.select_related("unit", "person").order_by("-primary", "id")
