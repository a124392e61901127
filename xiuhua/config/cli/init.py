"""`xiuhua init`: an empty bureau of one's own, ready to use."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import click

from xiuhua.config.cli import answer, migrate_quietly, start
from xiuhua.kit.refusals import Refused

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
HOURS = "08:00-12:00,14:00-18:00"


@click.command()
@click.option("--name", help="Name of the bureau, such as 青州市综合行政执法局.")
@click.option("--code", help="Short code that begins the paths of its units, such as QZ.")
@click.option("--division", default="", help="Administrative division code of six digits, such as 370781.")
@click.option("--time-zone", default="", help="To be sure: must be what XIUHUA_TIME_ZONE says, which decides it.")
@click.option("--boundary", type=FILE, help="GeoJSON of the bureau's ground in WGS84; reports outside are refused.")
@click.option(
    "--units", "units_file", type=FILE, help="Sheet of units with the columns 名称, 编码, 上级 (Excel or CSV)."
)
@click.option("--unit", "unit_names", multiple=True, help="A unit by its name, such as 城区一中队; may be repeated.")
@click.option("--work-hours", default="", help=f"Work hours of a working day. Default: {HOURS}.")
@click.option("--admin", default="", help="User name of the first administrator. Default: admin.")
@click.option("--admin-name", default="", help="The administrator's name. Default: 系统管理员.")
@click.option("--password", default="", hidden=True, help="For machines; people are asked, or get a slip for once.")
@click.option("--rooms", default="", help="Rooms to begin with, comma-separated. Default: the six of the first month.")
@click.option("--json", "as_json", is_flag=True, help="Print what was made as JSON.")
def init(**told: Any) -> None:
    """Make a bureau of your own: its name, its units, its work hours, its first administrator.

    Asks for what is missing when it runs on a terminal. A database holds one bureau; a second is refused. Holidays,
    the filing standard and the rows of law that the program knows come with it and can be edited afterwards.

    \b
    xiuhua init --name 青州市综合行政执法局 --code QZ --division 370781 --unit 城区一中队 --unit 市容管理科 --admin sunli
    """
    start()
    migrate_quietly()
    from xiuhua.config.founding import found

    done = found(_wanted(told), at=dt.datetime.now(dt.UTC))
    made = {
        "bureau": done.bureau.name,
        "code": done.bureau.code,
        "units": [{"code": unit.code, "name": unit.name, "kind": unit.kind} for unit in done.units],
        "rooms": done.bureau.rooms,
        "admin": done.username,
        "one_time_password": done.one_time,
    }
    lines = [
        f"已建局：{made['bureau']}（{made['code']}），单位 {len(done.units)} 个，功能 {len(done.bureau.rooms)} 项。",
        f"管理员账号 {done.username}"
        + (f"，一次性密码 {done.one_time}（只显示这一次，登录后请改）" if done.one_time else "，用刚才设的密码登录"),
        "下一步：xiuhua import roads 路网文件，然后 xiuhua run。",
    ]
    answer(made, as_json=told["as_json"], text="\n".join(lines))


def _wanted(told: dict[str, Any]) -> Any:
    """What was told on the command line, and on a terminal what was asked."""
    from xiuhua.city.models import Bureau
    from xiuhua.city.queries import BEGINNING
    from xiuhua.config.founding import Wanted, WantedUnit, read_boundary, read_hours, read_units

    if Bureau.objects.exists():
        raise Refused("city.bureau", "这个数据库里已经有一个局了；一个局一个数据库，再建一个请换 XIUHUA_HOME。")
    _same_zone(told["time_zone"])
    asks = sys.stdin.isatty()
    names = list(told["unit_names"])
    if asks and not names and not told["units_file"]:
        names = (
            click.prompt("单位（用顿号隔开，可以以后再加）", default="", show_default=False)
            .replace("，", "、")
            .split("、")
        )
    units = read_units(told["units_file"]) if told["units_file"] else []
    return Wanted(
        name=_asked(told["name"], "局的名称", asks, "--name"),
        code=_asked(told["code"], "局的编码（大写字母，例如 QZ）", asks, "--code").strip().upper(),
        division=told["division"].strip(),
        boundary=read_boundary(told["boundary"]) if told["boundary"] else [],
        units=[*units, *(WantedUnit(name.strip()) for name in names if name.strip())],
        shifts=read_hours(told["work_hours"] or (click.prompt("工作时间", default=HOURS) if asks else HOURS)),
        rooms=[one.strip() for one in told["rooms"].split(",") if one.strip()] or list(BEGINNING),
        admin=told["admin"] or (click.prompt("管理员账号", default="admin") if asks else "admin"),
        admin_name=told["admin_name"] or (click.prompt("管理员姓名", default="系统管理员") if asks else "系统管理员"),
        password=told["password"] or (_password() if asks else ""),
    )


def _asked(value: str | None, what: str, asks: bool, option: str) -> str:
    if value:
        return value
    if not asks:
        raise Refused("init.missing", "请用 {option} 写{what}。", field=option.strip("-"), option=option, what=what)
    return str(click.prompt(what))


def _password() -> str:
    """The administrator's password, or nothing for a slip that opens once."""
    return str(
        click.prompt(
            "管理员密码（至少 10 位；直接回车则打印一次性密码）",
            default="", show_default=False, hide_input=True, confirmation_prompt="再输一次",
        )
    )  # fmt: skip


def _same_zone(name: str) -> None:
    from django.conf import settings

    if name and name != settings.TIME_ZONE:
        raise Refused(
            "init.time_zone",
            "时区由环境变量 XIUHUA_TIME_ZONE 决定，现在是 {time_zone}。要用 {name}，请先设 XIUHUA_TIME_ZONE={name}，以后运行也一直带着它。",
            field="time_zone",
            time_zone=settings.TIME_ZONE,
            name=name,
        )
