"""`xiuhua import …`: roads, cases and figures from files, checked whole before anything is written."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from xiuhua.config.cli import answer, must_be_there, say, start

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group(name="import")
def import_() -> None:
    """Bring in real data: roads and other places, cases of another system, figures from before."""


SYSTEM = click.option(
    "--system",
    default="",
    help="Coordinate system of the file: wgs84, gcj02, bd09, cgcs2000, or an EPSG code. Default: what the file says.",
)
JSON = click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")


def companions_of(file: Path) -> dict[str, bytes]:
    """The other parts of a loose shapefile, beside it."""
    if file.suffix.lower() != ".shp":
        return {}
    parts = (".dbf", ".shx", ".prj", ".cpg")
    beside = [one for one in file.parent.iterdir() if one.stem == file.stem and one.suffix.lower() in parts]
    return {f"{file.stem}{one.suffix.lower()}": one.read_bytes() for one in beside}


@import_.command()
@click.argument("file", type=FILE)
@click.option(
    "--name",
    default="",
    help="Name of the network, at most 16 letters; segments are coded NAME-number. Default: from the file's name.",
)
@SYSTEM
@JSON
def roads(file: Path, name: str, system: str, as_json: bool) -> None:
    """Road segments from GeoJSON, a shapefile (.zip or .shp), OSM XML or PBF (also .gz), Excel or CSV.

    Everything comes in or nothing. What is left out (not a street, no length) is counted with its reason; a broken
    file is refused with the feature and the reason. Importing the same file again changes nothing.

    \b
    xiuhua import roads city.geojson.gz
    xiuhua import roads 道路.zip --system EPSG:4549
    xiuhua import roads extract.osm.pbf --name north
    """
    start()
    must_be_there()
    from xiuhua.city.actions import import_key
    from xiuhua.city.importing import import_roads, network_name
    from xiuhua.kit.digests import hexdigest
    from xiuhua.ledger.act import Act

    raw = file.read_bytes()
    name = name or network_name(file.name)
    act = Act(by=operator(), at=now(), key=import_key("roads", f"{name}:{system}:{hexdigest(raw)}"))
    done = import_roads(act, raw=raw, filename=file.name, name=name, system=system, companions=companions_of(file))
    answer(done.told(), as_json=as_json, text="\n  ".join(done.sentences()))


def bring_in(sort: str, file: Path, system: str, as_json: bool) -> None:
    """Bring a file of places into the register and say what became of it."""
    start()
    from xiuhua.city.place_import import import_places
    from xiuhua.ledger.act import Act

    act = Act(by=operator(), at=now())
    done = import_places(
        act, sort=sort, raw=file.read_bytes(), filename=file.name, system=system, companions=companions_of(file)
    )
    answer(done.told(), as_json=as_json, text="\n  ".join(done.sentences()))


@import_.command()
@click.argument("file", type=FILE)
@SYSTEM
@JSON
def areas(file: Path, system: str, as_json: bool) -> None:
    """Counties, streets, communities and unit grids from GeoJSON, a shapefile, Excel or CSV, by their codes (编码, 名称).

    \b
    xiuhua import areas 网格.zip --system cgcs2000
    """
    bring_in("area", file, system, as_json)


@import_.command()
@click.argument("file", type=FILE)
@SYSTEM
@JSON
def sites(file: Path, system: str, as_json: bool) -> None:
    """Sites to be inspected from GeoJSON, a shapefile, Excel or CSV (编码, 名称, 点位类型, 路段编码, 地址, 经度, 纬度)."""
    bring_in("site", file, system, as_json)


@import_.command()
@click.argument("file", type=FILE)
@SYSTEM
@JSON
def shops(file: Path, system: str, as_json: bool) -> None:
    """Shops from GeoJSON, a shapefile, Excel or CSV (编码, 名称, 行业, 路段编码, 门牌号, 位置, 门面宽度, 经度, 纬度).

    A shop without a segment gets the one within 60 metres of its point.
    """
    bring_in("shop", file, system, as_json)


@import_.command()
@click.argument("file", type=FILE)
@SYSTEM
@JSON
def facilities(file: Path, system: str, as_json: bool) -> None:
    """Facilities from GeoJSON, a shapefile, Excel or CSV (编码, 设施, 数量, 路段编码, 建成日期, 时段, 说明)."""
    bring_in("facility", file, system, as_json)


@import_.command()
@click.argument("file", type=FILE)
@SYSTEM
@JSON
def permitted(file: Path, system: str, as_json: bool) -> None:
    """Permitted places from GeoJSON, a shapefile, Excel or CSV (编码, 名称, 种类, 允许的行为, 时段, 星期, 季节, 开始日期 …)."""
    bring_in("permitted", file, system, as_json)


@import_.command()
@click.argument("file", type=FILE)
@click.option(
    "--mapping",
    required=True,
    help="How the file's columns, types and states are told in ours: `nyc311`, or a .toml file.",
)
@click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the rejected rows with their reasons. Default: FILE.原因.csv beside it.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def cases(file: Path, mapping: str, rejects: Path | None, as_json: bool) -> None:
    """Cases of another system from a CSV file (also .gz), through the same rules as any report.

    Good rows become cases in the state in which they stood there; rejected rows come back as the same table with a
    原因 column. Importing the same file again changes nothing.

    \b
    xiuhua import cases requests.csv.gz --mapping nyc311
    """
    start()
    must_be_there()
    from xiuhua.cases.importing import import_cases

    done = import_cases(file, mapping=mapping, by=operator(), at=now(), progress=say, rejects=rejects)
    answer(done.told(), as_json=as_json, text="\n  ".join(done.sentences(file.name)))


@import_.command()
@click.argument("file", type=FILE)
@click.option("--scan", type=FILE, required=True, help="The scanned source document: every figure opens it.")
@click.option("--approver", required=True, help="Name or code of the leader who approved the figures.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def counts(file: Path, scan: Path, approver: str, as_json: bool) -> None:
    """Figures from before, or late on paper: item, quantity, unit, from, to (Excel or CSV).

    Each row becomes a line of its own kind (期初与补录) and shows in every figure as 其中补录. All rows or none.

    \b
    统计项,数量,单位,开始日期,结束日期,说明
    停车位,120,城区一中队,2019-01-01,2019-12-31,2019年台账
    """
    start()
    must_be_there()
    from xiuhua.programme.openings import import_openings

    figures = import_openings(file, scan=scan, approver=approver, by=operator(), at=now())
    told = {"file": file.name, "figures": len(figures), "batch": figures[0].batch if figures else ""}
    answer(told, as_json=as_json, text=f"{file.name}：补录 {len(figures)} 项，批次 {told['batch']}。")


@import_.command()
@click.argument("kind")
@click.argument("file", type=FILE)
@click.option(
    "--set",
    "told",
    multiple=True,
    metavar="NAME=VALUE",
    help="Answer a question of the form, as number=青执〔2020〕7号.",
)
@click.option(
    "--sheet", "which", default=0, help="Number of the sheet or Word table, from 1. Default: the first with rows."
)
@click.option("--all-or-nothing", is_flag=True, help="Import nothing when one row is wrong.")
@click.option("--check", is_flag=True, help="Only look every row through; import nothing.")
@click.option(
    "--returned", type=click.Path(dir_okay=False, path_type=Path), help="Where to write the rows with errors (.xlsx)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def table(
    kind: str, file: Path, told: tuple[str, ...], which: int, all_or_nothing: bool, check: bool, returned: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """A table of the bureau as offices write it (Excel, .ods, CSV, Word), through the wizard of the desk.

    KIND is the code of a table; a wrong one is answered with all that there are. Rows with errors come back as the
    same sheet with a 原因 column. Importing the same file again changes nothing.

    \b
    xiuhua import table segment_duties 明细表.xlsx --set number=青执〔2020〕7号
    """
    start()
    from xiuhua.config.table_import import import_table

    done = import_table(
        kind, file, by=operator(), at=now(), told=dict(one.partition("=")[::2] for one in told),
        which=which - 1 if which else None, all_or_nothing=all_or_nothing, check=check, returned=returned,
    )  # fmt: skip
    answer(done.told, as_json=as_json, text="\n  ".join(done.sentences))


@import_.command()
@click.argument("file", type=FILE)
@click.option("--title", default="", help="Name of the standard.")
@click.option("--number", default="", help="Document number (文号).")
@click.option("--source", default="", help="Where it comes from.")
@click.option(
    "--begins", type=click.DateTime(["%Y-%m-%d"]), help="Put it in force from this day; without, it is a draft."
)
@click.option(
    "--replaces", type=click.Choice(["matters", "all", "none"]), default="matters", show_default=True,
    help="What it ends when it begins: rows of the same matters, all rows, or nothing.",
)  # fmt: skip
@click.option(
    "--returned", type=click.Path(dir_okay=False, path_type=Path), help="Where to write rows with errors (.xlsx)."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def standards(
    file: Path, title: str, number: str, source: str, begins: dt.datetime | None, replaces: str, returned: Path | None,
    as_json: bool,
) -> None:  # fmt: skip
    """A filing standard (立案处置结案标准), nine or ten columns, as a version of its own.

    Rows that cannot be read come back as the same sheet with a 原因 column. Open cases keep the row that they were
    filed under.

    \b
    xiuhua import standards 立案标准.xlsx --number 青政办〔2020〕7号 --begins 2020-05-01
    """
    start()
    must_be_there()
    from xiuhua.cases.models import StandardVersion
    from xiuhua.cases.standard_acts import put_in_force
    from xiuhua.config.table_import import import_table
    from xiuhua.ledger.act import Act

    told = {"title": title or file.stem, "number": number, "source": source}
    done = import_table("standards", file, by=operator(), at=now(), told=told, returned=returned)
    version = StandardVersion.objects.filter(batch=done.told.get("batch", "")).first()
    sentences = list(done.sentences)
    if begins is not None and version is not None and version.state == StandardVersion.State.DRAFT:
        put_in_force(Act(by=operator(), at=now()), version=version, begins_on=begins.date(), replaces=replaces)
        sentences.append(f"从 {begins:%Y-%m-%d} 起生效。")
    told_after = {**done.told, "version": version.code if version else ""}
    answer(told_after, as_json=as_json, text="\n  ".join(sentences))


def now() -> dt.datetime:
    """The office's clock: the one place of a command that reads it."""
    return dt.datetime.now(dt.UTC)


def operator() -> Any:
    """Who acts behind a command: the first administrator of the bureau, who holds the machine."""
    from xiuhua.city.models import Bureau, Post, Role
    from xiuhua.city.queries import by_of
    from xiuhua.kit.refusals import Refused
    from xiuhua.ledger.act import By

    if not Bureau.objects.exists():
        raise Refused("city.bureau", "还没有建局。先运行 xiuhua init 建一个局，或 xiuhua demo 看演示。")
    post = Post.objects.filter(role=Role.ADMINISTRATOR).select_related("person").order_by("id").first()
    if post is None:
        raise Refused("city.administrator", "这个局还没有系统管理员，请先运行 xiuhua init。")
    by = by_of(post.person, now())
    return By(by.code, by.post, by.unit, by.roles | {Role.MACHINE})
