"""Isolated by carrier; bound to a ledger account, a customer and persons of the same carrier; closed for ever."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

_BOUND = """
ALTER TABLE jetcards_jetcard
    ADD CONSTRAINT card_ledger_account FOREIGN KEY (carrier_id, account_id)
        REFERENCES ledger_account (carrier_id, id),
    ADD CONSTRAINT card_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES parties_customer (carrier_id, id);
ALTER TABLE jetcards_cardperson
    ADD CONSTRAINT cardperson_card FOREIGN KEY (carrier_id, account_id)
        REFERENCES jetcards_jetcard (carrier_id, account_id),
    ADD CONSTRAINT cardperson_person FOREIGN KEY (carrier_id, person_id) REFERENCES parties_person (carrier_id, id);
ALTER TABLE jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_from_card FOREIGN KEY (carrier_id, from_account_id)
        REFERENCES jetcards_jetcard (carrier_id, account_id),
    ADD CONSTRAINT cardtransfer_to_card FOREIGN KEY (carrier_id, to_account_id)
        REFERENCES jetcards_jetcard (carrier_id, account_id),
    ADD CONSTRAINT cardtransfer_from_entry FOREIGN KEY (carrier_id, from_entry_id)
        REFERENCES ledger_entry (carrier_id, id),
    ADD CONSTRAINT cardtransfer_to_entry FOREIGN KEY (carrier_id, to_entry_id)
        REFERENCES ledger_entry (carrier_id, id);

CREATE FUNCTION jetcards_stay_closed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'card % is closed and stays as it is', OLD.account_id USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stay_closed BEFORE UPDATE ON jetcards_jetcard
    FOR EACH ROW WHEN (OLD.closed_at IS NOT NULL) EXECUTE FUNCTION jetcards_stay_closed();
"""
_UNBOUND = """
DROP TRIGGER stay_closed ON jetcards_jetcard;
DROP FUNCTION jetcards_stay_closed;
ALTER TABLE jetcards_cardtransfer
    DROP CONSTRAINT cardtransfer_from_card, DROP CONSTRAINT cardtransfer_to_card,
    DROP CONSTRAINT cardtransfer_from_entry, DROP CONSTRAINT cardtransfer_to_entry;
ALTER TABLE jetcards_cardperson DROP CONSTRAINT cardperson_card, DROP CONSTRAINT cardperson_person;
ALTER TABLE jetcards_jetcard DROP CONSTRAINT card_ledger_account, DROP CONSTRAINT card_customer;
"""


class Migration(migrations.Migration):
    dependencies = (("jetcards", "0002_tables"), ("ledger", "0003_guards"), ("parties", "0003_guards"))
    operations = (
        isolate("jetcards_jetcard", privileges="SELECT, INSERT, UPDATE (name, closed_at)"),
        isolate("jetcards_cardperson", privileges="SELECT, INSERT, DELETE"),
        isolate("jetcards_cardtransfer", privileges="SELECT, INSERT"),
        append_only("jetcards_cardtransfer"),
        migrations.RunSQL(sql=_BOUND, reverse_sql=_UNBOUND),
    )
