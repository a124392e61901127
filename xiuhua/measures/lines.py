"""Lines as a relation: every measure is an expression over it, written once and run by whichever engine holds it.

Ibis writes the SQL for the engine; here it runs on the program's own database connection, so that no second SQLite
library ever opens the file (decision 4).
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import ibis
from django.db import connection
from ibis import _
from ibis.backends.sql.compilers import PostgresCompiler, SQLiteCompiler
from ibis.expr.types.relations import Table

from xiuhua.ledger.models import UNDOING

SCHEMA = {
    "id": "int64", "key": "string", "kind": "string", "about": "string", "by": "string", "post": "string",
    "unit": "string", "for_unit": "string", "share": "decimal(7, 6)", "grid": "string", "segment": "string",
    "campaign": "string", "round": "string", "source": "string", "lon_e7": "int64", "lat_e7": "int64",
    "happened_at": "timestamp", "recorded_at": "timestamp", "day": "date", "item": "string",
    "quantity": "decimal(14, 3)", "corrects": "string", "facts": "string",
}  # fmt: skip
LINES = ibis.table(SCHEMA, name="ledger_line")
LINKS = ibis.table({"seq": "int64", "line_id": "int64"}, name="ledger_link")
BACKFILLED = "figure.opened"


@dataclass(frozen=True)
class Scope:
    """Which lines are meant: the days `[from_day, to_day]` (both inclusive), bound up to a number, of a unit.

    `written_up_to` leaves out lines bound after an earlier number, while voids count as far as `bound_to`: what is
    left of what was told then.
    """

    from_day: dt.date
    to_day: dt.date
    bound_to: int | None = None
    unit: str = ""
    written_up_to: int | None = None

    def days(self) -> list[dt.date]:
        return [self.from_day + dt.timedelta(days=n) for n in range((self.to_day - self.from_day).days + 1)]

    @property
    def of_unit(self) -> bool:
        return not isinstance(self.unit, str) or bool(self.unit)


def bound(bound_to: Any) -> Table:
    """The lines bound up to a number; all lines that are written when no number is given."""
    if bound_to is None:
        return LINES
    links = LINKS.filter(LINKS.seq <= bound_to)
    return LINES.inner_join(links, LINES.id == links.line_id).drop("line_id", "seq")


def standing(scope: Scope) -> Table:
    """The lines of a scope that no line bound by then has voided or recalled."""
    voids = bound(scope.bound_to).filter(_.kind.isin(UNDOING)).select(voided=_.corrects)
    lines = bound(scope.bound_to if scope.written_up_to is None else scope.written_up_to)
    kept = lines.filter(_.day >= value(scope.from_day), _.day <= value(scope.to_day))
    if scope.of_unit:
        kept = kept.filter(under(scope.unit))
    return kept.anti_join(voids, kept.key == voids.voided)


def under(unit: Any) -> Any:
    """Lines for a unit or one below it. Cut and compared, because SQLite's LIKE takes `q` for `Q` and `_` for any."""
    path = value(unit)
    return _.for_unit.substr(0, path.length()) == path


def value(given: Any) -> Any:
    """A value as an expression; a placeholder is one already."""
    return given if isinstance(given, ibis.Value) else ibis.literal(given)


def attributed(scope: Scope) -> Table:
    """The standing lines of a scope, each under the campaign that it counts for: the last `line.attributed` moves it."""
    moves = bound(scope.bound_to).filter(_.kind == "line.attributed", _.corrects.notnull())
    latest = ibis.window(group_by="corrects", order_by=[ibis.desc("happened_at"), ibis.desc("id")])
    last = moves.mutate(rank=ibis.row_number().over(latest)).filter(_.rank == 0)
    last = last.select(moved="corrects", campaign_after="campaign")
    lines = standing(scope)
    joined = lines.left_join(last, lines.key == last.moved)
    settled = ibis.cases((joined.moved.notnull(), joined.campaign_after), else_=joined.campaign)
    return joined.mutate(campaign=settled).drop("moved", "campaign_after")


def sql(expression: Table) -> str:
    """The expression in the words of the database in use."""
    compiler = SQLiteCompiler() if connection.vendor == "sqlite" else PostgresCompiler()
    return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))


def run(expression: Table) -> list[dict[str, Any]]:
    """Rows of an expression, from the program's own connection; days, moments and keys are the same on each engine."""
    return _fetch(sql(expression), None)


def prepared(build: Callable[..., Table], scope: Scope, *shape: Any) -> list[dict[str, Any]]:
    """Rows of `build(scope, *shape)`. The SQL is written once for each shape and run again with the scope's values.

    Writing it costs Ibis tens of milliseconds, more than running it; a page counts a dozen measures. `build` is a
    function of a module and looks at no value of the scope, because it gets placeholders in their place.
    """
    given = {name: getattr(scope, name) for name in PLACES}
    asked = tuple(name for name, one in given.items() if one not in (None, ""))
    return _fetch(_statement(connection.vendor, build, asked, shape), {name: given[name] for name in asked})


PLACES = {"from_day": "date", "to_day": "date", "bound_to": "int64", "unit": "string", "written_up_to": "int64"}


@functools.cache
def _statement(vendor: str, build: Callable[..., Table], asked: tuple[str, ...], shape: tuple[Any, ...]) -> str:
    marks: dict[str, Any] = {
        name: ibis.literal(f"<{name}>").cast(kind) if name in asked else {"unit": ""}.get(name)
        for name, kind in PLACES.items()
    }
    text = sql(build(Scope(**marks), *shape)).replace("%", "%%")
    for name in asked:
        text = text.replace(f"'<{name}>'", f"%({name})s")
    return text


def _fetch(statement: str, values: dict[str, Any] | None) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column[0] for column in cursor.description]
        read = [READ.get(name, _as_it_is) for name in names]
        return [{name: of(one) for name, of, one in zip(names, read, row, strict=True)} for row in cursor.fetchall()]


def _as_it_is(value: Any) -> Any:
    return value


def _day(value: Any) -> dt.date:
    return dt.date.fromisoformat(str(value)[:10])


def _moment(value: Any) -> dt.datetime:
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(value)
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _key(value: Any) -> UUID | None:
    return value if value is None or isinstance(value, UUID) else UUID(value)


READ: dict[str, Callable[[Any], Any]] = {
    "day": _day, "happened_at": _moment, "recorded_at": _moment, "key": _key, "corrects": _key,
}  # fmt: skip
