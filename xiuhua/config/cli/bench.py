"""`xiuhua bench …`: how quick it is, as ratios measured in one run. Data is made in a scratch database and removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import click

from xiuhua.config.cli import answer, say

Command = Callable[..., Any]


@click.group()
def bench() -> None:
    """How quick it is on this machine: against the database's own speed, in one run, on scratch data.

    Your own database is not touched. With --postgres URL (a server on which databases may be made), or with
    XIUHUA_DATABASE_URL set to one, the same runs there too.

    \b
    xiuhua bench import
    xiuhua bench desk --cases 1000000
    xiuhua bench measures --postgres postgresql://me@127.0.0.1/postgres
    """


def measured(command: Command) -> Command:
    """The options that every benchmark has."""
    command = click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")(command)
    return click.option("--postgres", default="", metavar="URL", help="Measure on this PostgreSQL server too.")(command)


def _rows(name: str, default: int, what: str) -> Callable[[Command], Command]:
    return click.option(f"--{name}", type=click.IntRange(1), default=default, show_default=True, help=what)


@bench.command(name="import")
@_rows("rows", 20_000, "Reports in batches.")
@_rows("singles", 300, "Reports one by one.")
@measured
def import_(rows: int, singles: int, postgres: str, as_json: bool) -> None:
    """Intake: rows a second through all rules, against a raw insert of the same rows."""
    _run("intake", {"rows": rows, "singles": singles}, postgres, as_json)


@bench.command()
@_rows("lines", 100_000, "Lines for the binder, the reader and verifying.")
@_rows("acts", 2_000, "Acts written one by one, and by four at once.")
@measured
def ledger(lines: int, acts: int, postgres: str, as_json: bool) -> None:
    """The ledger: acts a second, the binder against bare hashing, reader and verifying."""
    _run("ledger", {"lines": lines, "acts": acts}, postgres, as_json)


@bench.command()
@_rows("cases", 100_000, "Cases in the database.")
@measured
def desk(cases: int, postgres: str, as_json: bool) -> None:
    """The dispatch desk: its list and its page, against the bare query."""
    _run("desk", {"cases": cases}, postgres, as_json)


@bench.command(name="map")
@_rows("cases", 100_000, "Open cases on the map.")
@measured
def map_(cases: int, postgres: str, as_json: bool) -> None:
    """The map: views, heat and a drawn area, in milliseconds and bytes, against counting the same rows."""
    _run("map", {"cases": cases}, postgres, as_json)


@bench.command()
@_rows("lines", 1_000_000, "Lines in the ledger.")
@measured
def measures(lines: int, postgres: str, as_json: bool) -> None:
    """Figures and totals of two months, against SQL written by hand on the same connection."""
    _run("measures", {"lines": lines}, postgres, as_json)


@bench.command()
@_rows("points", 1_000_000, "Points looked up at once.")
@_rows("segments", 20_000, "Segments of the town, bent, with a grid in each block.")
@measured
def resolve(points: int, segments: int, postgres: str, as_json: bool) -> None:
    """Where points lie: segment, side, grid and certainty, against a bare tree of the same lines."""
    _run("resolve", {"points": points, "segments": segments}, postgres, as_json)


@bench.command()
@_rows("seconds", 50, "Longest search on one network, in seconds.")
@_rows("seed", 1, "The seed of the search and of the stations.")
@click.option("--json", "as_json", is_flag=True, help="Print the numbers as JSON.")
def districts(seconds: int, seed: int, as_json: bool) -> None:
    """Balanced districts on two real networks: balance, contiguity, compactness and time beside two other ways.

    Needs the road files under XIUHUA_DATA and the engines of `xiuhua[districts]`. Every row is checked from the raw lines by
    code that shares nothing with what made it.
    """
    from xiuhua.config.bench.scratch import run_on

    found = run_on("", "districts", {"seconds": seconds, "seed": seed})
    answer([found], as_json=as_json, text="\n".join(_divided(found)))


def _divided(found: Mapping[str, Any]) -> Iterator[str]:
    on = found["machine"]
    yield f"{on['cores']} cores, load {on['load']} · Python {on['python']} · seed {found['n']['seed']}"
    for row in found["results"]:
        pieces = "in one piece each" if row["contiguous"] else f"{row['pieces']} pieces"
        within = "within" if row["within"] else "outside"
        least = f", no division below ±{row['bound']:.1%}" if row["bound"] else ""
        yield (
            f"  {row['network']} ({row['segments']:,}) k={row['squads']} · {row['method']}: ±{row['deviation']:.1%} ({within} "
            f"±{row['tolerance']:.0%}{least}); {pieces}; mean way {row['way_m']:,} m (least {row['least_way_m']:,} m), "
            f"{row['junctions']} border junctions; {row['seconds']} s"
        )


def _run(name: str, sizes: Mapping[str, int], postgres: str, as_json: bool) -> None:
    from xiuhua.config.bench.scratch import run_on

    given = os.environ.get("XIUHUA_DATABASE_URL", "")
    server = postgres or (given if given.startswith(("postgres://", "postgresql://")) else "")
    found = []
    for where in ["", *([server] if server else [])]:
        say(f"— {'PostgreSQL' if where else 'SQLite'}")
        found.append(run_on(where, name, sizes))
    if not server:
        say("没有给出 PostgreSQL 服务器，只测了 SQLite；要一起测，请加 --postgres URL。")
    answer(found, as_json=as_json, text="\n".join(_told(found)))


def _told(found: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in found:
        on = one["machine"]
        sizes = "，".join(f"{name} = {n:,}" for name, n in one["n"].items())
        yield f"{on['database']} · {on['cores']} cores, load {on['load']} · Python {on['python']} · {sizes}"
        for row in one["results"]:
            against = (
                f"; {row['against']}: {row['theirs']:,} {row['unit']}; ratio {row['ratio']}" if row["theirs"] else ""
            )
            note = f" ({row['note']})" if row["note"] else ""
            yield f"  {row['what']}: {row['ours']:,} {row['unit']}{against}{note}"
