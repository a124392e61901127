"""Intake against the database's own bulk insert of the same rows, in one run."""

from __future__ import annotations

import datetime as dt
import time
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
    began = time.process_time()
    one = singles / seconds(lambda: [open_case(Act(by=by, at=NOW, recorded_at=NOW), report=report) for report in more])
    ours_ms = (time.process_time() - began) / singles * 1000
    bare_ms = _bare_ms(singles)
    return [
        Measured(
            "open_cases", ours, f"raw {how} of the same case and line rows", theirs, note=f"batches of {BATCH}"
        ).told(),
        Measured("open_case", one, unit="cases/s", note="one transaction each").told(),
        Measured(
            "open_case, processor time",
            ours_ms,
            "the same row and line by raw SQL in one transaction",
            bare_ms,
            unit="ms",
            note=f"{ours_ms - bare_ms:.1f} ms beyond the bare insert; the server's own time is not in it",
        ).told(),
    ]


def _bare_ms(n: int) -> float:
    """Processor time for the last rows of both tables, written again one case and one line in a transaction."""
    held = []
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id DESC LIMIT {n}")
            columns = [column[0] for column in cursor.description]
            names = ", ".join(f'"{name}"' for name in columns)
            marks = ", ".join(["%s"] * len(columns))
            held.append((f'INSERT INTO "raw_{table}" ({names}) VALUES ({marks})', cursor.fetchall()))
            cursor.execute(f"DELETE FROM raw_{table}")
        began = time.process_time()
        for k in range(n):
            with transaction.atomic():
                for statement, rows in held:
                    cursor.execute(statement, rows[k])
        return (time.process_time() - began) / n * 1000


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
