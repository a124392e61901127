"""People in the audit: who left, who belongs elsewhere, what a paper left open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.utils.translation import gettext as _

from xiuhua.city.models import Account, Duty, Person, Role, Unit
from xiuhua.programme.audit_ground import HOLDERS, Ground

Found = Iterator[tuple[str, str, str]]


def left_posts(ground: Ground) -> Found:
    """A street of somebody who holds no post any more."""
    for duty in _personal(ground):
        assert duty.person is not None
        if duty.person_id not in ground.posts:
            told = {"name": duty.person.name, "part": duty.get_part_display()}
            yield duty.thing, name_of(ground, duty.thing), _("%(part)s%(name)s已经没有岗位") % told


def other_squads(ground: Ground) -> Found:
    """A street whose officer or assistant belongs to no squad that answers for it."""
    for code, segment in ground.segments.items():
        squads = ground.squads_of(code)
        for duty in ground.of_part(f"segment:{code}", *HOLDERS) if squads else ():
            posts = ground.posts.get(duty.person_id or 0, [])
            if posts and duty.person and not _belongs([post.unit for post in posts], squads):
                told = {
                    "name": duty.person.name,
                    "squad": posts[0].unit.name,
                    "names": "、".join(u.name for u in squads),
                }
                yield f"segment:{code}", str(segment), _("%(name)s是%(squad)s的，路段归%(names)s") % told


def _belongs(units: list[Unit], squads: list[Unit]) -> bool:
    return any(unit.path.startswith(squad.path) for squad in squads for unit in units)


def squads_without_leader(ground: Ground) -> Found:
    """A squad in which nobody is squad leader."""
    led = {post.unit.path for posts in ground.posts.values() for post in posts if post.role == Role.SQUAD_LEADER}
    for unit in ground.units.values():
        if (
            unit.kind == Unit.Kind.SQUAD
            and (unit.closed_on is None or unit.closed_on > ground.day)
            and unit.path not in led
        ):
            yield f"unit:{unit.code}", unit.name, _("没有中队长，“中队全体”没有人代表")


def unconfirmed(ground: Ground) -> Found:
    """What a table left open: the first of several names, or a whole squad, stands for the one who answers."""
    by_thing: dict[str, list[Duty]] = defaultdict(list)
    for thing, duties in ground.duties.items():
        for duty in duties:
            if not duty.confirmed:
                by_thing[thing].append(duty)
    for thing, duties in by_thing.items():
        names = "、".join(dict.fromkeys(f"{duty.get_part_display()}{duty.person or duty.unit}" for duty in duties))
        yield thing, name_of(ground, thing), _("表里没有写明：%(names)s") % {"names": names}


def tasks_without_leader(ground: Ground) -> Found:
    """A task of the programme that no leader leads, or one who holds no post any more; or that no unit carries out."""
    for task in ground.tasks:
        if task.leader_id is None:
            yield f"task:{task.key}", task.name, _("没有牵头领导")
        elif task.leader and task.leader_id not in ground.posts:
            yield f"task:{task.key}", task.name, _("牵头领导%(name)s已经没有岗位") % {"name": task.leader.name}
        if not (task.offices or task.squads):
            yield f"task:{task.key}", task.name, _("没有责任科室和中队")


def tasks_unconfirmed(ground: Ground) -> Found:
    """A task whose table names several leaders: the first stands for the one who leads."""
    for task in ground.tasks:
        if not task.confirmed:
            yield f"task:{task.key}", task.name, _("表里没有写明牵头领导是谁")


def people_without_post(ground: Ground) -> Found:
    """Somebody who holds no post and can still sign in."""
    for account in Account.objects.filter(is_active=True, person__isnull=False).select_related("person").order_by("id"):
        if account.person and account.person_id not in ground.posts:
            yield f"person:{account.person.code}", account.person.name, _("没有岗位，账号还开着")


def _personal(ground: Ground) -> Iterator[Duty]:
    for duties in ground.duties.values():
        yield from (duty for duty in duties if isinstance(duty.person, Person))


def name_of(ground: Ground, thing: str) -> str:
    """What people call a thing of a duty; its code when the register does not know it."""
    sort, _colon, code = thing.partition(":")
    if sort == "segment" and code in ground.segments:
        return str(ground.segments[code])
    if sort == "unit" and code in ground.units:
        return ground.units[code].name
    if sort == "grid":
        return next((one.name for one in ground.grids if one.code == code), code)
    if sort == "site":
        return next((one.name for one in ground.sites if one.code == code), code)
    return code
