"""Isolated by carrier; bound to a ledger account and to an office or client of the same carrier."""

from django.db import migrations

from skypurser.access.isolation import isolate


class Migration(migrations.Migration):
    dependencies = (("electronic", "0001_tables"), ("ledger", "0003_guards"), ("parties", "0003_guards"))
    operations = (
        isolate("electronic_electronicaccount", privileges="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE electronic_electronicaccount
                ADD CONSTRAINT electronic_ledger_account FOREIGN KEY (carrier_id, account_id)
                    REFERENCES ledger_account (carrier_id, id),
                ADD CONSTRAINT electronic_office FOREIGN KEY (carrier_id, office_id)
                    REFERENCES parties_office (carrier_id, id),
                ADD CONSTRAINT electronic_client FOREIGN KEY (carrier_id, client_id)
                    REFERENCES parties_client (carrier_id, id);
            """,
            reverse_sql="""
            ALTER TABLE electronic_electronicaccount
                DROP CONSTRAINT electronic_ledger_account, DROP CONSTRAINT electronic_office,
                DROP CONSTRAINT electronic_client;
            """,
        ),
    )
