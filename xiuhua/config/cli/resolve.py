"""`xiuhua resolve`: which segment, side, grid and persons a place means."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from xiuhua.config.cli import answer, must_be_there, say, start
from xiuhua.config.cli.imports import FILE, now
from xiuhua.kit.refusals import Refused

if TYPE_CHECKING:
    from xiuhua.city.answers import Resolved


@click.command()
@click.argument("text", default="")
@click.option("--lon", type=float, help="Longitude in degrees, WGS84.")
@click.option("--lat", type=float, help="Latitude in degrees, WGS84.")
@click.option("--file", type=FILE, help="A sheet (CSV, Excel) with columns 经度 and 纬度, or 地址: a row an answer.")
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where the answers go. Default: FILE.路段.csv."
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def resolve(
    text: str, lon: float | None, lat: float | None, file: Path | None, out: Path | None, as_json: bool
) -> None:
    """What a point, an address, a crossing or a name means: segment and side, grid, shop, site, who is on duty.

    Near a border several candidates are told, each with how certain it is. Nothing is written to the database.

    \b
    xiuhua resolve 范公亭东路126号
    xiuhua resolve "云门山路与范公亭西路口西80米路南" --json
    xiuhua resolve --lon 118.4818 --lat 36.6924
    xiuhua resolve --file 来电.xlsx --out 来电路段.csv
    """
    start()
    must_be_there()
    if file is not None:
        _whole_file(file, out or file.with_name(f"{file.stem}.路段.csv"), as_json)
        return
    found = _asked(text, lon, lat)
    answer(found.told(), as_json=as_json, text=_in_words(found))
    if not found.candidates:
        raise SystemExit(1)


def _asked(text: str, lon: float | None, lat: float | None) -> Resolved:
    from xiuhua.city.resolving import resolve_phrase, resolve_point
    from xiuhua.kit.points import Point

    if text.strip():
        return resolve_phrase(text, now())
    if lon is None or lat is None or not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise Refused("resolve.asked", "请写地址，或者给出 --lon 和 --lat（WGS84，先经度后纬度），或者 --file。")
    return resolve_point(Point(lon, lat), now())


def _in_words(found: Resolved) -> str:
    from django.utils.translation import gettext as _

    if not found.candidates:
        return found.problem
    lines = []
    for n, one in enumerate(found.candidates, start=1):
        lines.append(f"{n}. {one.title} [{one.segment}] · {one.certainty:.2f} {one.certainty_words}")
        facts = [one.because, one.grid_name, one.shop_name, one.site_name]
        if one.distance_m is not None:
            facts.append(_("离路中线 {n} 米").format(n=one.distance_m))
        if one.lon is not None:
            facts.append(f"{one.lon:.6f}, {one.lat:.6f}")
        lines.append("   " + " · ".join(fact for fact in facts if fact))
        lines += [f"   {who.words}" for who in one.on_duty]
    return "\n".join(lines)


def _whole_file(file: Path, out: Path, as_json: bool) -> None:
    from django.utils.translation import gettext as _

    from xiuhua.city.resolve_sheet import resolve_file

    done = resolve_file(file, out, now(), progress=say)
    told = {"file": file.name, "out": str(out), **vars(done)}
    text = _("{file}：{rows:,} 行，认出 {found:,} 行，其中 {doubtful:,} 行需要核对；结果在 {out}。").format(**told)
    answer(told, as_json=as_json, text=text)
