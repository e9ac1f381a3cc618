"""Isolated by carrier. A letter's words and files never change; only how far it has come does."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

_PROGRESS = "status, tries, next_attempt_at, lease, leased_until, problem, answer, finished_at"


class Migration(migrations.Migration):
    dependencies = (("mail", "0002_tables"),)
    operations = (
        isolate("mail_letterhead", privileges="SELECT, INSERT, UPDATE"),
        isolate("mail_message", privileges=f"SELECT, INSERT, UPDATE ({_PROGRESS})"),
        isolate("mail_attachment", privileges="SELECT, INSERT"),
        append_only("mail_attachment"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE mail_attachment ADD CONSTRAINT attachment_of_message FOREIGN KEY (carrier_id, message_id)
                REFERENCES mail_message (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE mail_attachment DROP CONSTRAINT attachment_of_message;",
        ),
    )
