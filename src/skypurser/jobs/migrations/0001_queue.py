"""What the application may do with the queue: put jobs in, take them out, tell how they went. Never its structure.

The queue's rows belong to the installation: a job's arguments are ids and words, no carrier's data.
"""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE

_TABLES = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
_SEQUENCES = (
    "procrastinate_jobs_id_seq, procrastinate_events_id_seq, procrastinate_periodic_defers_id_seq,"
    " procrastinate_workers_id_seq"
)


class Migration(migrations.Migration):
    initial = True
    dependencies = (
        ("access", "0003_guards"),
        ("procrastinate", "0041_post_retry_failed_job"),
    )
    operations = (
        migrations.RunSQL(
            sql=f"""
            GRANT SELECT, INSERT, UPDATE, DELETE ON {_TABLES} TO {APPLICATION_ROLE};
            GRANT USAGE ON {_SEQUENCES} TO {APPLICATION_ROLE};
            """,
            reverse_sql=f"""
            REVOKE ALL ON {_TABLES} FROM {APPLICATION_ROLE};
            REVOKE ALL ON {_SEQUENCES} FROM {APPLICATION_ROLE};
            """,
        ),
        migrations.RunSQL(
            # As with every trigger of ours: no temporary table stands in for the one that is meant.
            sql="""
            DO $$
            DECLARE
                one regprocedure;
            BEGIN
                FOR one IN SELECT oid FROM pg_proc
                            WHERE proname LIKE 'procrastinate\\_%' AND prorettype = 'trigger'::regtype LOOP
                    EXECUTE format('ALTER FUNCTION %s SET search_path = public, pg_temp', one);
                END LOOP;
            END $$;
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
    )
