"""Isolated by carrier; what was sold never changes, and an account that sold anything stays."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, isolate

_CHANGING = "status, refunds, refunded_fare, refunded_taxes, recalled_commission"

# What one column may hold is a domain's business, read once per session; see the ledger's.
_VALUES = """
CREATE DOMAIN tickets_document AS varchar(13) CHECK (VALUE ~ '^[0-9]{13}$');
CREATE DOMAIN tickets_form_of_payment AS text CHECK (VALUE IN ('account', 'card', 'card_offline'));
CREATE DOMAIN tickets_settlement AS text CHECK (VALUE IN ('on_account', 'commission', 'none'));
CREATE DOMAIN tickets_scope AS text CHECK (VALUE IN ('domestic', 'international'));
CREATE DOMAIN tickets_status AS text CHECK (VALUE IN ('ISSUED', 'REFUNDED', 'VOIDED'));
ALTER TABLE tickets_ticket ALTER document_number TYPE tickets_document,
    ALTER form_of_payment TYPE tickets_form_of_payment, ALTER settlement TYPE tickets_settlement,
    ALTER scope TYPE tickets_scope, ALTER status DROP DEFAULT, ALTER status TYPE tickets_status,
    ALTER status SET DEFAULT 'ISSUED',
    ADD CONSTRAINT ticket_amounts CHECK (least(fare, taxes, commission, fare - commission) >= 0),
    ADD CONSTRAINT ticket_refunds_within_sale CHECK (least(refunded_fare, refunded_taxes, recalled_commission,
        fare - refunded_fare, taxes - refunded_taxes, commission - recalled_commission) >= 0);
"""
_UNBOUND_VALUES = """
ALTER TABLE tickets_ticket ALTER document_number TYPE varchar(13), ALTER form_of_payment TYPE text,
    ALTER settlement TYPE text, ALTER scope TYPE text, ALTER status DROP DEFAULT, ALTER status TYPE text,
    ALTER status SET DEFAULT 'ISSUED', DROP CONSTRAINT ticket_amounts, DROP CONSTRAINT ticket_refunds_within_sale;
DROP DOMAIN tickets_document, tickets_form_of_payment, tickets_settlement, tickets_scope, tickets_status;
"""

# Which references and fares are in 64 pages; costs a sale no index entry. Dates of issue are with them for the planner,
# as ids are with the ledger's.
_ASKED = """
CREATE INDEX ticket_saying ON tickets_ticket USING brin (
    issue_date, reference text_bloom_ops (n_distinct_per_range = 3000),
    fare int8_bloom_ops (n_distinct_per_range = 3000))
    WITH (pages_per_range = 64, autosummarize = on);
"""


class Migration(migrations.Migration):
    dependencies = (("tickets", "0001_tables"), ("ledger", "0003_guards"))
    operations = (
        migrations.RunSQL(sql=_VALUES, reverse_sql=_UNBOUND_VALUES),
        isolate("tickets_ticket", privileges="SELECT, INSERT"),
        migrations.RunSQL(sql=_ASKED, reverse_sql="DROP INDEX ticket_saying;"),
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
