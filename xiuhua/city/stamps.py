"""When a register last changed: a stamp for each table, set by the database itself.

What is kept in memory about streets, grids, shops and sites, and of the rules of stages and sources, is thrown away when the stamp of its table is another. A
stamp is drawn at random by a trigger, so that it is right whoever writes and however (a changed line of an old row, a
bulk update, a restored backup), and a change that is rolled back brings the old stamp back with the old rows. The
triggers are made after every migration, since SQLite drops those of a table that it remakes.
"""

from __future__ import annotations

from typing import Any

from django.db import connection, connections

TABLES = (
    "city_bureau", "city_grid", "city_segment", "city_shop", "city_site", "city_hoursrule", "cases_stagerule",
    "cases_sourcerule",
)  # fmt: skip

_TABLE = "CREATE TABLE IF NOT EXISTS city_stamp (name VARCHAR(32) PRIMARY KEY, stamp VARCHAR(32) NOT NULL)"
_SQLITE = """CREATE TRIGGER IF NOT EXISTS {table}_stamp_{verb} AFTER {verb} ON {table} BEGIN
    INSERT INTO city_stamp (name, stamp) VALUES ('{table}', hex(randomblob(12)))
        ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp; END"""
_FUNCTION = """CREATE OR REPLACE FUNCTION city_stamp_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO city_stamp (name, stamp) VALUES (TG_TABLE_NAME, replace(gen_random_uuid()::text, '-', ''))
        ON CONFLICT (name) DO UPDATE SET stamp = excluded.stamp;
    RETURN NULL; END $$"""
_POSTGRES = """CREATE OR REPLACE TRIGGER {table}_stamp AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION city_stamp_it()"""


def lay_stamps(*, using: str = "default", **_told: Any) -> None:
    """Make the table and the triggers that are missing. Called after every migration."""
    there = connections[using]
    sqlite = there.vendor == "sqlite"
    if sqlite:
        made = [_SQLITE.format(table=table, verb=verb) for table in TABLES for verb in ("INSERT", "UPDATE", "DELETE")]
    else:
        made = [_FUNCTION, *(_POSTGRES.format(table=table) for table in TABLES)]
    with there.cursor() as cursor:
        known = there.introspection.table_names(cursor)
        if not set(TABLES) <= set(known):
            return  # migrated back to before the city
        for statement in [_TABLE, *made]:
            cursor.execute(statement)


def stamps() -> dict[str, str]:
    """The stamp of each table as it stands now; empty for one that was never written to. One short query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, stamp FROM city_stamp")
        found = dict(cursor.fetchall())
    return {table: found.get(table, "") for table in TABLES}
