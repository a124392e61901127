"""Intake against the database's own bulk insert of the same rows, in one run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from xiuhua.cases.intake import open_case, open_cases
from xiuhua.config.bench.ground import lay_ground, reports
from xiuhua.config.bench.machine import Measured, parts, seconds
from xiuhua.config.cli import say
from xiuhua.ledger.act import Act

BATCH = 5000
NOW = dt.datetime(2020, 6, 1, tzinfo=dt.UTC)
TABLES = ("cases_case", "ledger_line")


def run(*, rows: int, singles: int) -> list[dict[str, Any]]:
    """Rows a second through all rules into cases and lines, against COPY or executemany of those very rows."""
    say("· 街道、网格和责任")
    by = lay_ground()
    told = list(reports(rows))
    say(f"· 立案 {rows:,} 件")

    def take() -> None:
        for some in parts(told, BATCH):
            verdicts = open_cases(Act(by=by, at=NOW, recorded_at=NOW), reports=some)
            assert len(verdicts.opened) == len(some), verdicts.rejected[:3]

    ours = rows / seconds(take)
    say("· 同样的行直接写进同样的表")
    theirs = rows / sum(_raw(table, rows) for table in TABLES)
    how = "COPY" if connection.vendor == "postgresql" else "executemany"
    more = list(reports(singles, seed=11))
    one = singles / seconds(lambda: [open_case(Act(by=by, at=NOW, recorded_at=NOW), report=report) for report in more])
    return [
        Measured(
            "open_cases", ours, f"raw {how} of the same case and line rows", theirs, note=f"batches of {BATCH}"
        ).told(),
        Measured("open_case", one, unit="cases/s", note="one transaction each").told(),
    ]


def _raw(table: str, rows: int) -> float:
    """Seconds to write the last rows of a table into a table of the same columns and indexes, without triggers."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT {rows}")
        columns = [column[0] for column in cursor.description]
        values = cursor.fetchall()
        _twin(cursor, table)
    with transaction.atomic():
        return seconds(lambda: _write(f"raw_{table}", columns, values))


def _twin(cursor: Any, table: str) -> None:
    if connection.vendor == "postgresql":
        cursor.execute(f"CREATE TABLE raw_{table} (LIKE {table} INCLUDING ALL)")
        return
    cursor.execute(
        "SELECT sql FROM sqlite_master WHERE tbl_name = %s AND type IN ('table', 'index') AND sql NOT NULL "
        "ORDER BY type DESC", [table],
    )  # fmt: skip
    for (statement,) in cursor.fetchall():
        cursor.execute(statement.replace(f'"{table}"', f'"raw_{table}"').replace('INDEX "', 'INDEX "raw_'))


def _write(table: str, columns: Sequence[str], values: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(f'"{name}"' for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in values:
                    copy.write_row(row)
        else:
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({", ".join(["%s"] * len(columns))})', values)
