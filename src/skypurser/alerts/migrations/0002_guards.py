"""Isolated by carrier. Recipients go with their account, which may be deleted while it was never used."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("alerts", "0001_tables"),)
    operations = (
        isolate("alerts_recipient", privileges="SELECT, INSERT, UPDATE (language, occasions), DELETE"),
        isolate("alerts_notice", privileges="SELECT, INSERT, DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE alerts_recipient ADD CONSTRAINT recipient_account FOREIGN KEY (carrier_id, account_id)
                REFERENCES ledger_account (carrier_id, id) ON DELETE CASCADE;
            ALTER TABLE alerts_notice ADD CONSTRAINT notice_event FOREIGN KEY (carrier_id, event_id)
                REFERENCES history_event (carrier_id, id);
            """,
            reverse_sql="""
            ALTER TABLE alerts_notice DROP CONSTRAINT notice_event;
            ALTER TABLE alerts_recipient DROP CONSTRAINT recipient_account;
            """,
        ),
    )
