"""Who and which unit a cell means, on a day: squads by number or short name, people told apart by their unit."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import override

from xiuhua.city.models import Person, Post, Role, Unit
from xiuhua.kit.sheets.cells import one_line
from xiuhua.kit.sheets.told import Named

NUMERALS = "零一二三四五六七八九十"
TITLES = re.compile(
    r"(?:党组|党委)?(?:书记|副?局长|副?主任|副?科长|副?队长|中队长|副中队长|总工程师|总工|主任科员|四级调研员|同志)+$"
)
SQUADS = (Unit.Kind.SQUAD, Unit.Kind.TEAM)
OFFICES = (Unit.Kind.OFFICE, Unit.Kind.CENTRE)


@dataclass
class Found:
    """The one that was meant, or why it is not clear; `doubt` when it was found by a guess that should be confirmed."""

    person: Person | None = None
    unit: Unit | None = None
    wrong: str = ""
    doubt: str = ""


@dataclass
class Names:
    """Everybody and every unit of a day, looked up once for a whole sheet."""

    day: dt.date
    posts: dict[int, list[Post]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[Person]] = field(default_factory=lambda: defaultdict(list))
    units: list[Unit] = field(default_factory=list)
    _known: dict[tuple[str, tuple[str, ...]], Found] = field(default_factory=dict)
    _met: dict[tuple[Named, int | None, tuple[str, ...]], Found] = field(default_factory=dict)

    @classmethod
    def on(cls, day: dt.date) -> Names:
        """The names of a day: two queries."""
        names = cls(day)
        for post in (
            Post.objects.held_on(day).exclude(role=Role.MACHINE).select_related("person", "unit").order_by("id")
        ):
            if post.person_id not in names.posts:
                names.by_name[post.person.name].append(post.person)
            names.posts[post.person_id].append(post)
        names.units = list(Unit.objects.filter(closed_on=None).order_by("path"))
        return names

    def unit(self, text: str, kinds: Sequence[str]) -> Found:
        """A unit by its name, short name or number: `城区一中队`, `一中队`, `1中队`, `市容科`."""
        asked = (one_line(text), tuple(kinds))
        if asked not in self._known:
            self._known[asked] = self._unit(*asked)
        return self._known[asked]

    def _unit(self, text: str, kinds: tuple[str, ...]) -> Found:
        wanted, known = _bare_unit(text), [one for one in self.units if one.kind in kinds]
        exact = [one for one in known if _bare_unit(one.name) == wanted or one.code == text]
        if exact:
            return Found(unit=exact[0])
        near = [one for one in known if _bare_unit(one.name).endswith(wanted) or _short(one.name) == _short(wanted)]
        if len(near) == 1 and len(wanted) >= 2:
            return Found(unit=near[0])
        if near:
            return Found(
                wrong=_("“%(text)s”可能是%(units)s，请写全称")
                % {"text": text, "units": "、".join(one.name for one in near[:4])}
            )
        return Found(wrong=_("没有叫“%(text)s”的单位") % {"text": text})

    def person(self, named: Named, *, unit: Unit | None = None, roles: Sequence[str] = ()) -> Found:
        """A person by name; of several with the name the one of the unit in brackets, of `unit`, or with such a post."""
        asked = (named, unit.pk if unit else None, tuple(roles))
        if asked not in self._met:
            self._met[asked] = self._person(named, unit, roles)
        return self._met[asked]

    def _person(self, named: Named, unit: Unit | None, roles: Sequence[str]) -> Found:
        people = self.by_name.get(named.name) or self.by_name.get(bare := TITLES.sub("", named.name)) or []
        if not people and len(bare) == 1:
            return self._by_surname(named, bare, roles)
        if not people:
            return Found(wrong=_("没有叫“%(name)s”的在岗人员") % {"name": named.name})
        if len(people) > 1 and named.about:
            told = self.unit(named.about, tuple(Unit.Kind.values)).unit
            people = [one for one in people if told and self._in(one, told)] or people
        if len(people) > 1 and unit is not None:
            people = [one for one in people if self._in(one, unit)] or people
        if len(people) > 1 and roles:
            people = [one for one in people if self.roles(one) & set(roles)] or people
        if len(people) == 1:
            return Found(person=people[0])
        where = "、".join(f"{one.name}（{self.unit_of(one)}）" for one in people[:4])
        return Found(
            wrong=_("有 %(n)d 个人叫“%(name)s”，请写成%(where)s这样")
            % {"n": len(people), "name": named.name, "where": where}
        )

    def _by_surname(self, named: Named, surname: str, roles: Sequence[str]) -> Found:
        near = [
            one for name, people in self.by_name.items() for one in people
            if name.startswith(surname) and self.roles(one) & set(roles)
        ]  # fmt: skip
        if len(near) == 1:
            return Found(
                person=near[0], doubt=_("“%(text)s”按姓找到%(name)s") % {"text": named.name, "name": near[0].name}
            )
        return Found(wrong=_("“%(name)s”不知道是谁，请写全名") % {"name": named.name})

    def _in(self, person: Person, unit: Unit) -> bool:
        return any(post.unit.path.startswith(unit.path) for post in self.posts[person.pk])

    def roles(self, person: Person) -> set[str]:
        return {post.role for post in self.posts.get(person.pk, [])}

    def title(self, person: Person) -> str:
        """The post as tables print it: its title, else its role."""
        post = next(iter(self.posts.get(person.pk, [])), None)
        with override("zh-hans"):  # a table is Chinese, in whatever language the page is
            return (post.title or str(post.get_role_display())) if post else ""

    def unit_of(self, person: Person) -> str:
        post = next(iter(self.posts.get(person.pk, [])), None)
        return post.unit.name if post else ""

    def leader_of(self, unit: Unit) -> Person | None:
        """The leader of a squad."""
        return next(
            (post.person for posts in self.posts.values() for post in posts
             if post.role == Role.SQUAD_LEADER and post.unit_id == unit.pk), None,
        )  # fmt: skip

    def told(self, person: Person, *, unit: Unit | None = None) -> str:
        """A name as we write it: with the unit in brackets when others have it too."""
        others = self.by_name.get(person.name, [])
        if len(others) < 2 or (unit is not None and [one for one in others if self._in(one, unit)] == [person]):
            return person.name
        return f"{person.name}（{self.unit_of(person)}）" if self.unit_of(person) else person.name


def _bare_unit(name: str) -> str:
    """A unit's name as it is compared: numbers in Chinese, no 第, no bureau before it."""
    told = re.sub(r"\d+", lambda found: _numeral(int(found[0])), one_line(name))
    told = re.sub(r"^.*(?:综合行政执法局|城市管理局|城管局|执法局)(?=.)", "", told)
    return re.sub(r"[第\s（）()]", "", told)


def _numeral(n: int) -> str:
    if n <= 10:
        return NUMERALS[n]
    return f"{'' if n < 20 else NUMERALS[n // 10 % 10]}十{NUMERALS[n % 10] if n % 10 else ''}" if n < 100 else str(n)


def _short(name: str) -> str:
    """`市容管理科` and `市容科` are one: the words of administration go."""
    return re.sub(
        r"管理|执法|综合|行政|办公室$|科室?$|中队$",
        lambda found: found[0][-1:] if found[0][0] in "科中" else "",
        _bare_unit(name),
    )
