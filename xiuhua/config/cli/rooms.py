"""`xiuhua rooms`: which rooms a bureau uses."""

from __future__ import annotations

import click

from xiuhua.config.cli import answer, must_be_there, start
from xiuhua.config.cli.imports import now, operator


@click.command()
@click.option("--on", "on", multiple=True, help="Switch a room on; may be repeated, or several with commas.")
@click.option("--off", "off", multiple=True, help="Switch a room off: its menu entries vanish, what it kept stays.")
@click.option("--all", "every", is_flag=True, help="Switch all rooms on.")
@click.option("--json", "as_json", is_flag=True, help="Print the rooms as JSON.")
def rooms(on: tuple[str, ...], off: tuple[str, ...], every: bool, as_json: bool) -> None:
    """List the rooms of the bureau, or switch them on and off.

    A bureau begins with six: 派遣台, 快报, 派班, 包靠路段, 督办, 日报.

    \b
    xiuhua rooms --on map --off letters
    """
    start()
    must_be_there()
    from xiuhua.city.actions import switch_rooms
    from xiuhua.city.queries import ADMINISTRATION, ROOMS, bureau
    from xiuhua.doors.frame.context import MENU
    from xiuhua.kit.refusals import Refused
    from xiuhua.ledger.act import Act

    by = operator()
    wanted_on, wanted_off = _told(on), _told(off)
    unknown = sorted((wanted_on | wanted_off) - set(ROOMS))
    if unknown:
        raise Refused(
            "city.room",
            "没有这些功能：{listed}；可用：{listed2}。",
            field="rooms",
            listed="、".join(unknown),
            listed2="、".join(ROOMS),
        )
    both = wanted_on & wanted_off
    if both:
        raise Refused("city.room", "{listed} 不能又开又关。", field="rooms", listed="、".join(sorted(both)))
    needed = wanted_off & set(ADMINISTRATION)
    if needed:
        raise Refused(
            "city.room_needed",
            "{listed} 不能关：没有它们就没有人能再打开别的功能。",
            field="rooms",
            listed="、".join(sorted(needed)),
        )
    found = bureau()
    before = set(found.rooms) if found else set()
    after = (set(ROOMS) if every else before | wanted_on) - wanted_off
    if after != before:
        switch_rooms(Act(by=by, at=now()), on=[room for room in ROOMS if room in after])
    labels = {entry.room: str(entry.label) for _group, entries in MENU for entry in entries}
    told = [
        {"room": room, "label": labels.get(room, room), "on": room in after or room in ADMINISTRATION} for room in ROOMS
    ]
    lines = [f"{'✓' if one['on'] else '·'} {one['room']:<12}{one['label']}" for one in told]
    answer(told, as_json=as_json, text="\n".join(lines))


def _told(names: tuple[str, ...]) -> set[str]:
    return {one.strip() for name in names for one in name.replace("，", ",").split(",") if one.strip()}
