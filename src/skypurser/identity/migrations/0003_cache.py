"""Where attempts to sign in are counted.

As Django's database cache wants it. Not logged: after a crash it is empty, which is no loss.
"""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE


class Migration(migrations.Migration):
    dependencies = (("identity", "0002_grants"),)
    operations = (
        migrations.RunSQL(
            sql=f"""
            CREATE UNLOGGED TABLE identity_cache (
                cache_key varchar(255) NOT NULL PRIMARY KEY,
                value text NOT NULL,
                expires timestamptz NOT NULL
            );
            CREATE INDEX identity_cache_expires ON identity_cache (expires);
            GRANT SELECT, INSERT, UPDATE, DELETE ON identity_cache TO {APPLICATION_ROLE};
            """,
            reverse_sql="DROP TABLE identity_cache;",
        ),
    )
