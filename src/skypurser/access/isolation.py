"""Isolation between carriers, kept by the database.

Every table with a `carrier_id` has row-level security, forced also on its owner. A transaction says for which
carriers it acts (`acting.py`, or the batcher, which serves several at once); rows of all others do not exist for
it: they cannot be read, written, counted or locked. Saying nothing means seeing nothing.

The application connects as the role `skypurser_app`, which owns nothing, cannot bypass the policies, and has on each
table only the privileges named here.
"""

from django.db import migrations

APPLICATION_ROLE = "skypurser_app"

#: The transaction-local setting that names the carriers: their ids, joined by commas.
CARRIERS_SETTING = "skypurser.carriers"

# The sub-select makes PostgreSQL read the setting once per statement instead of once per row.
_OWN_ROWS = "{column} = ANY ((SELECT access_carriers())::integer[])"


def isolate(table: str, *, privileges: str, column: str = "carrier_id") -> migrations.RunSQL:
    """Return the migration step that isolates `table` by carrier and grants the application what it needs.

    Args:
        table: Its name in the database.
        privileges: What the application's role may do, as in GRANT: `"SELECT, INSERT"` for an append-only table.
        column: Where the carrier's id stands.
    """
    rows = _OWN_ROWS.format(column=column)
    return migrations.RunSQL(
        sql=f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY own_carriers ON {table} USING ({rows}) WITH CHECK ({rows});
        GRANT {privileges} ON {table} TO {APPLICATION_ROLE};
        """,
        reverse_sql=f"""
        REVOKE ALL ON {table} FROM {APPLICATION_ROLE};
        DROP POLICY own_carriers ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def sequence(name: str) -> migrations.RunSQL:
    """Return the migration step that creates a sequence of row numbers that the application may draw from."""
    return migrations.RunSQL(
        sql=f"CREATE SEQUENCE {name} AS bigint; GRANT USAGE ON SEQUENCE {name} TO {APPLICATION_ROLE};",
        reverse_sql=f"DROP SEQUENCE {name};",
    )


def append_only(table: str) -> migrations.RunSQL:
    """Return the migration step after which no one, the table's owner included, changes or deletes rows of `table`.

    Needs the function `access_refuse_change` of this app's first migration.
    """
    return migrations.RunSQL(
        sql=f"""
        CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
            FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change();
        """,
        reverse_sql=f"DROP TRIGGER append_only ON {table};",
    )
