"""What only a database administrator can do: take down the triggers that keep the ledger, and put them up again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

from django.db import connection

MIGRATION = import_module("xiuhua.ledger.migrations.0002_insert_only")


def take_down() -> None:
    """From here on lines can be changed, by somebody who should not."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in MIGRATION.KEPT:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            return
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'ledger_%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TRIGGER {name}")


def put_up() -> None:
    """As the migration left it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            for table in MIGRATION.KEPT:
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        for statement in MIGRATION.SQLITE:
            cursor.execute(statement)


@contextmanager
def down() -> Iterator[None]:
    """The triggers are down inside, and up again afterwards."""
    take_down()
    try:
        yield
    finally:
        put_up()
