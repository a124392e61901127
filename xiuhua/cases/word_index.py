"""The index of the grams of cases: an FTS5 table that triggers keep in step on SQLite, a GIN index on PostgreSQL.

It is laid after every migration, because SQLite rebuilds a table to change it and drops its triggers on the way; where
one was missing the whole index is built anew from the column.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS cases_words USING fts5"
    "(grams, content='cases_case', content_rowid='id', detail=none, tokenize='ascii')",
    """CREATE TRIGGER IF NOT EXISTS cases_words_new AFTER INSERT ON cases_case BEGIN
    INSERT INTO cases_words(rowid, grams) VALUES (new.id, new.grams); END""",
    """CREATE TRIGGER IF NOT EXISTS cases_words_gone AFTER DELETE ON cases_case BEGIN
    INSERT INTO cases_words(cases_words, rowid, grams) VALUES ('delete', old.id, old.grams); END""",
    """CREATE TRIGGER IF NOT EXISTS cases_words_changed AFTER UPDATE OF grams ON cases_case
    WHEN old.grams IS NOT new.grams BEGIN
    INSERT INTO cases_words(cases_words, rowid, grams) VALUES ('delete', old.id, old.grams);
    INSERT INTO cases_words(rowid, grams) VALUES (new.id, new.grams); END""",
)
TRIGGERS = ("cases_words_new", "cases_words_gone", "cases_words_changed")
POSTGRES = (
    "CREATE INDEX IF NOT EXISTS cases_words ON cases_case USING gin (array_to_tsvector(string_to_array(grams, ' ')))"
)


def lay_word_index(using: str = "default", **_signal: Any) -> None:
    """Lay what is missing of the index."""
    connection = connections[using]
    if "cases_case" not in connection.introspection.table_names():
        return
    columns = {one.name for one in connection.introspection.get_table_description(connection.cursor(), "cases_case")}
    if "grams" not in columns:  # migrated back to before
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(POSTGRES)
            return
        cursor.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND name IN (%s, %s, %s)", TRIGGERS)
        whole = cursor.fetchone()[0] == len(TRIGGERS)
        for statement in SQLITE:
            cursor.execute(statement)
        if not whole:
            cursor.execute("INSERT INTO cases_words(cases_words) VALUES ('rebuild')")
