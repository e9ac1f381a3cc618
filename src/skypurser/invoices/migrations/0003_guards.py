"""Isolated by carrier; what was issued or paid never changes; nothing is linked, given back or credited twice."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

_BOUND = """
ALTER TABLE invoices_payment
    ADD CONSTRAINT payment_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES parties_customer (carrier_id, id),
    ADD CONSTRAINT payment_card FOREIGN KEY (carrier_id, account_id)
        REFERENCES jetcards_jetcard (carrier_id, account_id),
    ADD CONSTRAINT payment_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES ledger_entry (carrier_id, id);
ALTER TABLE invoices_invoice
    ADD CONSTRAINT invoice_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES parties_customer (carrier_id, id),
    ADD CONSTRAINT invoice_corrected FOREIGN KEY (carrier_id, corrects) REFERENCES invoices_invoice (carrier_id, id),
    ADD CONSTRAINT invoice_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES ledger_entry (carrier_id, id),
    ADD CONSTRAINT invoice_whole CHECK (status = 'draft'
        AND num_nonnulls(series, year, number, issue_date, buyer, seller, entry_id, content_hash, issued_at, issued_by)
            = 0
        OR status = 'issued' AND net + tax > 0 AND due_date IS NOT NULL AND octet_length(content_hash) = 32
        AND num_nulls(series, year, number, issue_date, buyer, seller, entry_id, content_hash, issued_at, issued_by)
            = 0);
ALTER TABLE invoices_invoiceline ADD CONSTRAINT invoiceline_invoice FOREIGN KEY (carrier_id, invoice_id)
    REFERENCES invoices_invoice (carrier_id, id);
ALTER TABLE invoices_einvoice
    ADD CONSTRAINT einvoice_invoice FOREIGN KEY (carrier_id, invoice_id) REFERENCES invoices_invoice (carrier_id, id),
    ADD CONSTRAINT einvoice_hash CHECK (octet_length(xml_hash) = 32);
ALTER TABLE invoices_paymentlink
    ADD CONSTRAINT paymentlink_payment FOREIGN KEY (carrier_id, payment_id)
        REFERENCES invoices_payment (carrier_id, id),
    ADD CONSTRAINT paymentlink_invoice FOREIGN KEY (carrier_id, invoice_id)
        REFERENCES invoices_invoice (carrier_id, id),
    ADD CONSTRAINT paymentlink_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES ledger_entry (carrier_id, id);
ALTER TABLE invoices_refund
    ADD CONSTRAINT refund_payment FOREIGN KEY (carrier_id, payment_id) REFERENCES invoices_payment (carrier_id, id),
    ADD CONSTRAINT refund_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES ledger_entry (carrier_id, id);
"""
_UNBOUND = """
ALTER TABLE invoices_refund DROP CONSTRAINT refund_payment, DROP CONSTRAINT refund_entry;
ALTER TABLE invoices_paymentlink DROP CONSTRAINT paymentlink_payment, DROP CONSTRAINT paymentlink_invoice,
    DROP CONSTRAINT paymentlink_entry;
ALTER TABLE invoices_einvoice DROP CONSTRAINT einvoice_invoice, DROP CONSTRAINT einvoice_hash;
ALTER TABLE invoices_invoiceline DROP CONSTRAINT invoiceline_invoice;
ALTER TABLE invoices_invoice DROP CONSTRAINT invoice_customer, DROP CONSTRAINT invoice_corrected,
    DROP CONSTRAINT invoice_entry, DROP CONSTRAINT invoice_whole;
ALTER TABLE invoices_payment DROP CONSTRAINT payment_customer, DROP CONSTRAINT payment_card,
    DROP CONSTRAINT payment_entry;
"""

# Each check waits for others about the same payment or invoice first, by an advisory lock, since nobody may update a
# payment or an issued invoice and so nobody can lock its row for it; what is read afterwards is what they left.
_WATCHED = """
CREATE FUNCTION invoices_wait(kind text, carrier integer, id bigint) RETURNS void LANGUAGE sql
SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT pg_advisory_xact_lock(hashtextextended('invoices.' || kind || '.' || carrier || '.' || id, 0));
END;

CREATE FUNCTION invoices_keep_issued() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    too_much smallint;
BEGIN
    IF OLD.status = 'issued' THEN
        RAISE EXCEPTION 'invoice % is issued and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.status <> 'issued' THEN
        RETURN NEW;
    END IF;
    IF (SELECT (coalesce(sum(net), 0), coalesce(sum(tax), 0)) FROM invoices_invoiceline
         WHERE carrier_id = NEW.carrier_id AND invoice_id = NEW.id)
       IS DISTINCT FROM (NEW.net::numeric, NEW.tax::numeric) THEN
        RAISE EXCEPTION 'invoice % is not the sum of its lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number < 1 OR NEW.number > 1 AND NOT EXISTS (
        SELECT FROM invoices_invoice WHERE carrier_id = NEW.carrier_id AND series = NEW.series AND year = NEW.year
           AND number = NEW.number - 1) THEN
        RAISE EXCEPTION 'number % of % % leaves a gap', NEW.number, NEW.series, NEW.year
              USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.corrects IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM invoices_wait('invoice', NEW.carrier_id, NEW.corrects);
    SELECT l.position INTO too_much FROM invoices_invoiceline l
      LEFT JOIN invoices_invoiceline o ON o.carrier_id = l.carrier_id AND o.invoice_id = NEW.corrects
            AND o.position = l.corrects
      LEFT JOIN LATERAL (
            SELECT sum(c.net) AS net, sum(c.tax) AS tax FROM invoices_invoiceline c
              JOIN invoices_invoice n ON n.carrier_id = c.carrier_id AND n.id = c.invoice_id
             WHERE n.carrier_id = NEW.carrier_id AND n.corrects = NEW.corrects AND c.corrects = l.corrects
               AND (n.status = 'issued' OR n.id = NEW.id)) taken ON true
     WHERE l.carrier_id = NEW.carrier_id AND l.invoice_id = NEW.id
       AND (o.position IS NULL OR taken.net > o.net OR taken.tax > o.tax) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line % credits more than is left of what it corrects', too_much
              USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM invoices_invoice o WHERE o.carrier_id = NEW.carrier_id AND o.id = NEW.corrects
           AND o.status = 'issued' AND o.kind = 'invoice' AND o.currency = NEW.currency
           AND o.customer_id = NEW.customer_id AND o.subject = NEW.subject
           AND o.net + o.tax >= NEW.net + NEW.tax + invoices_settled(o.carrier_id, o.id)) THEN
        RAISE EXCEPTION 'credit note % corrects no issued invoice, or one that was paid besides', NEW.id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

-- What is issued was a draft before: its lines, number and entry are judged when it stops being one.
CREATE FUNCTION invoices_begin_as_draft() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'an invoice begins as a draft' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION invoices_keep_lines() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    one record := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    -- Shared with other changes of lines, never with whoever issues the invoice, who updates its row.
    PERFORM FROM invoices_invoice WHERE carrier_id = one.carrier_id AND id = one.invoice_id AND status = 'draft'
        FOR SHARE;
    IF NOT FOUND OR TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'lines of invoice % stay as they are', one.invoice_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN one;
END $$;

-- What is no longer open of an issued invoice: credited, or linked to payments.
CREATE FUNCTION invoices_settled(carrier integer, invoice bigint) RETURNS bigint LANGUAGE sql STABLE
SET search_path = public, pg_temp
BEGIN ATOMIC
    SELECT coalesce((SELECT sum(amount) FROM invoices_paymentlink
                      WHERE carrier_id = carrier AND invoice_id = invoice), 0)::bigint
         + coalesce((SELECT sum(net + tax) FROM invoices_invoice
                      WHERE carrier_id = carrier AND corrects = invoice AND status = 'issued'), 0)::bigint;
END;

CREATE FUNCTION invoices_check_payment() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM invoices_wait('payment', NEW.carrier_id, NEW.payment_id);
    IF NOT EXISTS (
        SELECT FROM invoices_payment p
         CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS amount FROM invoices_paymentlink
                              WHERE carrier_id = p.carrier_id AND payment_id = p.id) linked
         CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE kind = 'given_back'), 0) AS refunded,
                                    coalesce(sum(amount) FILTER (WHERE kind = 'fee'), 0) AS kept FROM invoices_refund
                              WHERE carrier_id = p.carrier_id AND payment_id = p.id) spent
         WHERE p.carrier_id = NEW.carrier_id AND p.id = NEW.payment_id AND linked.amount >= 0
           AND greatest(linked.amount, spent.kept) + spent.refunded <= p.amount) THEN
        RAISE EXCEPTION 'more of payment % is linked or given back than was paid', NEW.payment_id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION invoices_check_link() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM invoices_wait('invoice', NEW.carrier_id, NEW.invoice_id);
    IF NOT EXISTS (
        SELECT FROM invoices_invoice i JOIN invoices_payment p ON p.carrier_id = i.carrier_id AND p.id = NEW.payment_id
         WHERE i.carrier_id = NEW.carrier_id AND i.id = NEW.invoice_id AND i.status = 'issued' AND i.kind = 'invoice'
           AND p.customer_id = i.customer_id AND p.currency = i.currency
           AND (NOT p.is_bound OR p.document IS NOT DISTINCT FROM i.document)
           AND i.net + i.tax >= invoices_settled(i.carrier_id, i.id)
           AND 0 <= (SELECT sum(amount) FROM invoices_paymentlink
                      WHERE carrier_id = i.carrier_id AND payment_id = p.id AND invoice_id = i.id)) THEN
        RAISE EXCEPTION 'payment % is not of invoice %, or more than is open of it', NEW.payment_id, NEW.invoice_id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER begin_as_draft BEFORE INSERT ON invoices_invoice
    FOR EACH ROW WHEN (NEW.status <> 'draft') EXECUTE FUNCTION invoices_begin_as_draft();
CREATE TRIGGER keep_issued BEFORE UPDATE OR DELETE ON invoices_invoice
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_issued();
CREATE TRIGGER keep_whole BEFORE TRUNCATE ON invoices_invoice
    FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change();
CREATE TRIGGER keep_lines BEFORE UPDATE OR DELETE ON invoices_invoiceline
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_lines();
CREATE TRIGGER add_lines AFTER INSERT ON invoices_invoiceline
    FOR EACH ROW EXECUTE FUNCTION invoices_keep_lines();
CREATE TRIGGER keep_whole BEFORE TRUNCATE ON invoices_invoiceline
    FOR EACH STATEMENT EXECUTE FUNCTION access_refuse_change();
CREATE TRIGGER check_payment AFTER INSERT ON invoices_paymentlink
    FOR EACH ROW EXECUTE FUNCTION invoices_check_payment();
CREATE TRIGGER check_link AFTER INSERT ON invoices_paymentlink
    FOR EACH ROW EXECUTE FUNCTION invoices_check_link();
CREATE TRIGGER check_payment AFTER INSERT ON invoices_refund
    FOR EACH ROW EXECUTE FUNCTION invoices_check_payment();
"""
_UNWATCHED = """
DROP TRIGGER check_payment ON invoices_refund;
DROP TRIGGER check_link ON invoices_paymentlink;
DROP TRIGGER check_payment ON invoices_paymentlink;
DROP TRIGGER keep_whole ON invoices_invoiceline;
DROP TRIGGER add_lines ON invoices_invoiceline;
DROP TRIGGER keep_lines ON invoices_invoiceline;
DROP TRIGGER keep_whole ON invoices_invoice;
DROP TRIGGER keep_issued ON invoices_invoice;
DROP TRIGGER begin_as_draft ON invoices_invoice;
DROP FUNCTION invoices_check_link, invoices_check_payment, invoices_keep_lines, invoices_keep_issued;
DROP FUNCTION invoices_begin_as_draft;
DROP FUNCTION invoices_settled, invoices_wait;
"""


class Migration(migrations.Migration):
    dependencies = (("invoices", "0002_tables"), ("jetcards", "0003_guards"))
    operations = (
        isolate(
            "invoices_issuer",
            privileges="SELECT, INSERT, UPDATE (legal_name, address_lines, postal_code, city, country, tax_number,"
            " invoice_series, credit_note_series, payment_days, e_invoices)",
        ),
        isolate("invoices_lastnumber", privileges="SELECT, INSERT, UPDATE (number, issue_date)"),
        isolate("invoices_payment", privileges="SELECT, INSERT"),
        append_only("invoices_payment"),
        isolate("invoices_paymentlink", privileges="SELECT, INSERT"),
        append_only("invoices_paymentlink"),
        isolate("invoices_refund", privileges="SELECT, INSERT"),
        append_only("invoices_refund"),
        isolate(
            "invoices_invoice",
            privileges="SELECT, INSERT, DELETE, UPDATE (status, document, language, notes, due_date, supply_date, net,"
            " tax, series, year, number, issue_date, buyer, seller, entry_id, content_hash, issued_at, issued_by)",
        ),
        isolate("invoices_invoiceline", privileges="SELECT, INSERT, DELETE"),
        isolate("invoices_einvoice", privileges="SELECT, INSERT"),
        append_only("invoices_einvoice"),
        migrations.RunSQL(sql=_BOUND, reverse_sql=_UNBOUND),
        migrations.RunSQL(sql=_WATCHED, reverse_sql=_UNWATCHED),
    )
