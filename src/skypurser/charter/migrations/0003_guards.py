"""Isolated by carrier; bound to customers, persons, cards, holds and entries of the same carrier; final once final."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

_BOUND = """
ALTER TABLE charter_quote
    ADD CONSTRAINT quote_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES parties_customer (carrier_id, id),
    ADD CONSTRAINT quote_person FOREIGN KEY (carrier_id, person_id) REFERENCES parties_person (carrier_id, id),
    ADD CONSTRAINT quote_card FOREIGN KEY (carrier_id, card_id) REFERENCES jetcards_jetcard (carrier_id, account_id),
    ADD CONSTRAINT quote_hold FOREIGN KEY (carrier_id, hold_id) REFERENCES ledger_hold (carrier_id, id);
ALTER TABLE charter_quoteversion
    ADD CONSTRAINT quoteversion_quote FOREIGN KEY (carrier_id, quote_id) REFERENCES charter_quote (carrier_id, id);
ALTER TABLE charter_booking
    ADD CONSTRAINT booking_quote FOREIGN KEY (carrier_id, quote_id) REFERENCES charter_quote (carrier_id, id),
    ADD CONSTRAINT booking_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES parties_customer (carrier_id, id),
    ADD CONSTRAINT booking_person FOREIGN KEY (carrier_id, person_id) REFERENCES parties_person (carrier_id, id),
    ADD CONSTRAINT booking_card FOREIGN KEY (carrier_id, card_id) REFERENCES jetcards_jetcard (carrier_id, account_id);
ALTER TABLE charter_bookingstep
    ADD CONSTRAINT bookingstep_booking FOREIGN KEY (carrier_id, booking_id) REFERENCES charter_booking (carrier_id, id),
    ADD CONSTRAINT bookingstep_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES ledger_entry (carrier_id, id);

CREATE UNIQUE INDEX quote_hold_once ON charter_quote (hold_id, carrier_id) WHERE hold_id IS NOT NULL;

CREATE FUNCTION charter_stay_final() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% % is % and stays as it is', TG_TABLE_NAME, OLD.id, OLD.status
          USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER stay_final BEFORE UPDATE ON charter_quote
    FOR EACH ROW WHEN (OLD.status IN ('booked', 'cancelled')) EXECUTE FUNCTION charter_stay_final();
CREATE TRIGGER stay_final BEFORE UPDATE ON charter_booking
    FOR EACH ROW WHEN (OLD.status = 'cancelled') EXECUTE FUNCTION charter_stay_final();

-- Whoever books holds the card's account, and so does whoever closes it: no booking comes in between.
CREATE FUNCTION charter_keep_card() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM charter_booking b WHERE b.carrier_id = NEW.carrier_id AND b.card_id = NEW.account_id
                  AND b.status = 'booked' AND b.arrives_at > NEW.closed_at) THEN
        RAISE EXCEPTION 'card % paid for what is not flown yet, and stays open', NEW.account_id
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_for_bookings AFTER UPDATE ON jetcards_jetcard
    FOR EACH ROW WHEN (OLD.closed_at IS NULL AND NEW.closed_at IS NOT NULL) EXECUTE FUNCTION charter_keep_card();
"""
_UNBOUND = """
DROP TRIGGER keep_for_bookings ON jetcards_jetcard;
DROP FUNCTION charter_keep_card;
DROP TRIGGER stay_final ON charter_booking;
DROP TRIGGER stay_final ON charter_quote;
DROP FUNCTION charter_stay_final;
DROP INDEX quote_hold_once;
ALTER TABLE charter_bookingstep DROP CONSTRAINT bookingstep_booking, DROP CONSTRAINT bookingstep_entry;
ALTER TABLE charter_booking
    DROP CONSTRAINT booking_quote, DROP CONSTRAINT booking_customer, DROP CONSTRAINT booking_person,
    DROP CONSTRAINT booking_card;
ALTER TABLE charter_quoteversion DROP CONSTRAINT quoteversion_quote;
ALTER TABLE charter_quote
    DROP CONSTRAINT quote_customer, DROP CONSTRAINT quote_person, DROP CONSTRAINT quote_card,
    DROP CONSTRAINT quote_hold;
"""


class Migration(migrations.Migration):
    dependencies = (("charter", "0002_tables"), ("jetcards", "0003_guards"))
    operations = (
        isolate("charter_numbering", privileges="SELECT, INSERT, UPDATE (last)"),
        isolate(
            "charter_quote",
            privileges="SELECT, INSERT, UPDATE (status, customer_id, person_id, method, card_id, currency, price,"
            " valid_until, hold_id, content, version, saved_at, saved_by)",
        ),
        isolate("charter_quoteversion", privileges="SELECT, INSERT"),
        append_only("charter_quoteversion"),
        isolate(
            "charter_booking",
            privileges="SELECT, INSERT, UPDATE (status, price, paid, fee, content, version, cancelled_at)",
        ),
        isolate("charter_bookingstep", privileges="SELECT, INSERT"),
        append_only("charter_bookingstep"),
        isolate("charter_cancellationtiers", privileges="SELECT, INSERT"),
        append_only("charter_cancellationtiers"),
        migrations.RunSQL(sql=_BOUND, reverse_sql=_UNBOUND),
    )
