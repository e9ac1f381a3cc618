"""Isolated by carrier. Days go with their member, and are forgotten after a while."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("briefings", "0001_tables"),)
    operations = (
        isolate("briefings_briefed", privileges="SELECT, INSERT, UPDATE (has_letter), DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE briefings_briefed ADD CONSTRAINT briefed_member FOREIGN KEY (carrier_id, member_id)
                REFERENCES access_member (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE briefings_briefed DROP CONSTRAINT briefed_member;",
        ),
    )
