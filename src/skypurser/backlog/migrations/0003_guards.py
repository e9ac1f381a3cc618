"""Isolated by carrier. What was asked for never changes, and a job that has ended stays as it is."""

from django.db import migrations

from skypurser.access.isolation import isolate

_PROGRESS = (
    "state, done, total, attempts, next_try_at, lease, leased_until, started_at, finished_at, error_code, error_facts,"
    " facts, ended_by"
)


class Migration(migrations.Migration):
    dependencies = (("backlog", "0002_tables"), ("procrastinate", "0041_post_retry_failed_job"))
    operations = (
        isolate("backlog_job", privileges=f"SELECT, INSERT, UPDATE ({_PROGRESS})"),
        isolate("backlog_result", privileges="SELECT, INSERT, DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE backlog_result ADD CONSTRAINT result_of_job FOREIGN KEY (carrier_id, job_id)
                REFERENCES backlog_job (carrier_id, id);

            CREATE FUNCTION backlog_keep_ended() RETURNS trigger LANGUAGE plpgsql
            SET search_path = public, pg_temp AS $$
            BEGIN
                RAISE EXCEPTION 'job % is % and stays so', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER keep_ended BEFORE UPDATE OR DELETE ON backlog_job
                FOR EACH ROW WHEN (OLD.state IN ('done', 'failed', 'cancelled'))
                EXECUTE FUNCTION backlog_keep_ended();
            """,
            reverse_sql="""
            DROP TRIGGER keep_ended ON backlog_job;
            DROP FUNCTION backlog_keep_ended;
            ALTER TABLE backlog_result DROP CONSTRAINT result_of_job;
            """,
        ),
    )
