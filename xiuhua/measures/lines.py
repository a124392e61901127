"""Lines as a relation: every measure is an expression over it, written once and run by whichever engine holds it.

Ibis writes the SQL for the engine; here it runs on the program's own database connection, so that no second SQLite
library ever opens the file (decision 4).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
from django.db import connection
from ibis import _
from ibis.backends.sql.compilers import PostgresCompiler, SQLiteCompiler

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
    """Which lines are meant: the days `[from_day, to_day]` (both inclusive), bound up to a number, of a unit."""

    from_day: dt.date
    to_day: dt.date
    bound_to: int | None = None
    unit: str = ""

    def days(self) -> list[dt.date]:
        return [self.from_day + dt.timedelta(days=n) for n in range((self.to_day - self.from_day).days + 1)]


def bound(bound_to: int | None) -> ir.Table:
    """The lines bound up to a number, with their numbers; all lines that are written when no number is given."""
    if bound_to is None:
        return LINES
    links = LINKS.filter(LINKS.seq <= bound_to)
    return LINES.inner_join(links, LINES.id == links.line_id).drop("line_id", "seq")


def standing(scope: Scope) -> ir.Table:
    """The lines of a scope that no line bound by then has voided."""
    lines = bound(scope.bound_to)
    voids = lines.filter(_.kind == "line.voided").select(voided=_.corrects)
    kept = lines.filter(_.day >= ibis.literal(scope.from_day), _.day <= ibis.literal(scope.to_day))
    if scope.unit:
        kept = kept.filter(_.for_unit.startswith(scope.unit))
    return kept.anti_join(voids, kept.key == voids.voided)


def sql(expression: ir.Table) -> str:
    """The expression in the words of the database in use."""
    compiler = SQLiteCompiler() if connection.vendor == "sqlite" else PostgresCompiler()
    return str(compiler.to_sqlglot(expression).sql(dialect=compiler.dialect))


def run(expression: ir.Table) -> list[dict[str, Any]]:
    """Rows of an expression, from the program's own connection."""
    with connection.cursor() as cursor:
        cursor.execute(sql(expression))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
