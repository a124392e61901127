"""The database itself keeps lines and links as they were written, and queues each new line for the binder."""

from django.db import migrations

KEPT = ("ledger_line", "ledger_link")

SQLITE = [
    *(
        f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, 'ledger lines are insert-only'); END"""
        for table in KEPT
        for verb in ("UPDATE", "DELETE")
    ),
    # REPLACE removes the old row without firing a DELETE trigger, so it is refused before it begins.
    """CREATE TRIGGER ledger_line_no_replace BEFORE INSERT ON ledger_line
       WHEN EXISTS (SELECT 1 FROM ledger_line WHERE key = NEW.key OR id = NEW.id)
       BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_line.key'); END""",
    """CREATE TRIGGER ledger_link_no_replace BEFORE INSERT ON ledger_link
       WHEN EXISTS (SELECT 1 FROM ledger_link WHERE seq = NEW.seq OR line_id = NEW.line_id)
       BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: ledger_link.seq'); END""",
    """CREATE TRIGGER ledger_line_queue AFTER INSERT ON ledger_line
       BEGIN INSERT INTO ledger_pending (line_id) VALUES (NEW.id); END""",
]

POSTGRES = [
    """CREATE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN RAISE EXCEPTION 'ledger lines are insert-only'; END $$""",
    """CREATE FUNCTION ledger_queue() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN INSERT INTO ledger_pending (line_id) VALUES (NEW.id); RETURN NULL; END $$""",
    *(
        f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION ledger_refuse()"""
        for table in KEPT
    ),
    *(
        f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse()"""
        for table in KEPT
    ),
    """CREATE TRIGGER ledger_line_queue AFTER INSERT ON ledger_line
       FOR EACH ROW EXECUTE FUNCTION ledger_queue()""",
]


def guard(apps, schema_editor):
    for statement in SQLITE if schema_editor.connection.vendor == "sqlite" else POSTGRES:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(guard, elidable=False)]
