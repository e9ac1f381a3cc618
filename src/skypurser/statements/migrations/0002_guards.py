"""Isolated by carrier and append-only; each statement begins where the one before ended, and has its mark."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

# A statement names the number, the closing balance and the last date of the one before as its own beginning, so that
# statements have no gap, and closing(n) is opening(n + 1).
_CHAINED = """
ALTER TABLE statements_statement
    ADD CONSTRAINT statement_follows_statement FOREIGN KEY (carrier_id, account_id, previous, opening, opened_after)
        REFERENCES statements_statement (carrier_id, account_id, number, closing, through),
    ADD CONSTRAINT statement_account FOREIGN KEY (carrier_id, account_id)
        REFERENCES electronic_electronicaccount (carrier_id, account_id),
    ADD CONSTRAINT statement_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES ledger_entry (carrier_id, id),
    ADD CONSTRAINT statement_hash CHECK (octet_length(content_hash) = 32);

CREATE FUNCTION statements_check_mark() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_entry e
          JOIN ledger_account a ON a.carrier_id = e.carrier_id AND a.id = e.account_id
         WHERE e.carrier_id = NEW.carrier_id AND e.id = NEW.entry_id AND e.account_id = NEW.account_id
           AND e.item = NEW.item AND e.kind = 'cut_off' AND e.business_date = NEW.through
           AND e.currency = NEW.currency AND e.document = 'statement:' || NEW.number
           AND a.closed_through = NEW.through) THEN
        RAISE EXCEPTION 'statement % of account % has not its mark in the ledger', NEW.number, NEW.account_id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_mark AFTER INSERT ON statements_statement
    FOR EACH ROW EXECUTE FUNCTION statements_check_mark();
"""
# An account that was never used may be deleted, and its address with it.
_OWNED = """
ALTER TABLE statements_address ADD CONSTRAINT statement_address_account FOREIGN KEY (carrier_id, account_id)
    REFERENCES electronic_electronicaccount (carrier_id, account_id) ON DELETE CASCADE;
ALTER TABLE statements_part
    ADD CONSTRAINT part_job FOREIGN KEY (carrier_id, job_id) REFERENCES backlog_job (carrier_id, id),
    ADD CONSTRAINT part_statement FOREIGN KEY (carrier_id, account_id, number)
        REFERENCES statements_statement (carrier_id, account_id, number);
"""
_DISOWNED = """
ALTER TABLE statements_part DROP CONSTRAINT part_job, DROP CONSTRAINT part_statement;
ALTER TABLE statements_address DROP CONSTRAINT statement_address_account;
"""
_UNCHAINED = """
DROP TRIGGER check_mark ON statements_statement;
DROP FUNCTION statements_check_mark;
ALTER TABLE statements_statement DROP CONSTRAINT statement_follows_statement, DROP CONSTRAINT statement_account,
    DROP CONSTRAINT statement_entry, DROP CONSTRAINT statement_hash;
"""


class Migration(migrations.Migration):
    dependencies = (
        ("statements", "0001_tables"),
        ("electronic", "0002_guards"),
        ("ledger", "0003_guards"),
        ("backlog", "0003_guards"),
    )
    operations = (
        isolate("statements_statement", privileges="SELECT, INSERT"),
        append_only("statements_statement"),
        migrations.RunSQL(sql=_CHAINED, reverse_sql=_UNCHAINED),
        isolate("statements_address", privileges="SELECT, INSERT, UPDATE (email, language, is_chosen), DELETE"),
        isolate("statements_part", privileges="SELECT, INSERT, UPDATE (outcome, reason, number, closing)"),
        migrations.RunSQL(sql=_OWNED, reverse_sql=_DISOWNED),
    )
