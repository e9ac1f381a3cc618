"""Isolated by carrier. Of an upload only the job that imports it is noted later, and its content goes with it."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("importing", "0002_tables"), ("backlog", "0003_guards"))
    operations = (
        isolate("importing_upload", privileges="SELECT, INSERT, UPDATE (job_id), DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE importing_upload ADD CONSTRAINT upload_of_job FOREIGN KEY (carrier_id, job_id)
                REFERENCES backlog_job (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE importing_upload DROP CONSTRAINT upload_of_job;",
        ),
    )
