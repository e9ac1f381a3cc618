"""Isolated by carrier; what was sold never changes, and an account that sold anything stays."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, isolate

_CHANGING = "status, refunds, refunded_fare, refunded_taxes, recalled_commission"


class Migration(migrations.Migration):
    dependencies = (("tickets", "0001_tables"), ("ledger", "0003_guards"))
    operations = (
        isolate("tickets_ticket", privileges="SELECT, INSERT"),
        migrations.RunSQL(
            sql=f"GRANT UPDATE ({_CHANGING}) ON tickets_ticket TO {APPLICATION_ROLE};",
            reverse_sql=f"REVOKE UPDATE ({_CHANGING}) ON tickets_ticket FROM {APPLICATION_ROLE};",
        ),
        migrations.RunSQL(
            # A foreign key would cost a look-up per ticket sold; this costs one per account deleted.
            sql="""
            CREATE FUNCTION tickets_keep_account() RETURNS trigger LANGUAGE plpgsql
            SET search_path = public, pg_temp AS $$
            BEGIN
                IF EXISTS (SELECT FROM tickets_ticket WHERE carrier_id = OLD.carrier_id AND account_id = OLD.id) THEN
                    RAISE EXCEPTION 'account % has sold tickets and stays', OLD.id USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END $$;
            CREATE TRIGGER keep_account_with_tickets BEFORE DELETE ON ledger_account
                FOR EACH ROW EXECUTE FUNCTION tickets_keep_account();
            """,
            reverse_sql="DROP FUNCTION tickets_keep_account CASCADE;",
        ),
    )
