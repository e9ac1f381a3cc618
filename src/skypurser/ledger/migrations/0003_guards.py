"""What the database itself refuses: other carriers' rows, changed history, unbalanced entries, broken sequences."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, append_only, isolate

# What one column may hold. PostgreSQL parses a CHECK anew for every statement that writes to its table, which was a
# fifth of a lone sale; a domain's is parsed once per session. What concerns several columns is a CHECK, and short.
VALUES = """
CREATE DOMAIN ledger_currency AS varchar(3) CHECK (VALUE ~ '^[A-Z]{3}$');
CREATE DOMAIN ledger_status AS text CHECK (VALUE IN ('ACTIVE', 'SUSPENDED', 'INHIBITED', 'CLOSED'));
CREATE DOMAIN ledger_outcome AS text CHECK (VALUE IN ('posted', 'recorded', 'refused'));
CREATE DOMAIN ledger_control AS text CHECK (VALUE IN ('sales', 'taxes_payable', 'commission_expense', 'penalties',
    'bank_clearing', 'adjustments', 'opening_balances', 'breakage', 'card_transfers', 'customer_advances',
    'cancellation_fees', 'receivables', 'charter_sales'));
CREATE DOMAIN ledger_controls AS text[] CHECK (array_ndims(VALUE) IS NOT DISTINCT FROM 1 OR VALUE = '{}')
    CHECK (VALUE <@ ARRAY['sales', 'taxes_payable', 'commission_expense', 'penalties', 'bank_clearing', 'adjustments',
                          'opening_balances', 'breakage', 'card_transfers', 'customer_advances', 'cancellation_fees',
                          'receivables', 'charter_sales']);
CREATE DOMAIN ledger_amounts AS bigint[] CHECK (0 <> ALL (VALUE)) CHECK (array_position(VALUE, NULL) IS NULL);

ALTER TABLE ledger_account ALTER currency TYPE ledger_currency, ALTER status TYPE ledger_status,
    ADD CONSTRAINT account_sums_not_negative CHECK (least(credit_limit, debits, credits, held, last_item) >= 0);
ALTER TABLE ledger_entry ALTER controls TYPE ledger_controls, ALTER amounts TYPE ledger_amounts,
    ADD CONSTRAINT entry_one_side CHECK (least(debit, credit) = 0),
    ADD CONSTRAINT entry_movement_whole CHECK (
        num_nulls(account_id, item, net, available, business_date, digest) % 6 = 0);
ALTER TABLE ledger_key ALTER outcome TYPE ledger_outcome,
    ADD CONSTRAINT key_refused_has_code CHECK ((code IS NULL) = (outcome <> 'refused'));
ALTER TABLE ledger_controltotal ALTER control TYPE ledger_control,
    ADD CONSTRAINT controltotal_not_negative CHECK (least(debits, credits) >= 0);
"""

UNBOUND_VALUES = """
ALTER TABLE ledger_account ALTER currency TYPE varchar(3), ALTER status TYPE text,
    DROP CONSTRAINT account_sums_not_negative;
ALTER TABLE ledger_entry ALTER controls TYPE text[], ALTER amounts TYPE bigint[],
    DROP CONSTRAINT entry_one_side, DROP CONSTRAINT entry_movement_whole;
ALTER TABLE ledger_key ALTER outcome TYPE text, DROP CONSTRAINT key_refused_has_code;
ALTER TABLE ledger_controltotal ALTER control TYPE text, DROP CONSTRAINT controltotal_not_negative;
DROP DOMAIN ledger_currency, ledger_status, ledger_outcome, ledger_control, ledger_controls, ledger_amounts;
"""

# One row is a whole entry, so that it balances is seen in the row itself. What is looked up are three rows per account:
# its own, the movement before the first one added, and the newest where several were.
#
# The search path is pinned, so that nobody's temporary table is taken for one of ours. The laterals and the planner
# settings keep every look-up on its index, whatever the statistics of a young table say: only the index on items gives
# movements in their order without a sort.
CHECK_ENTRIES = """
CREATE FUNCTION ledger_check_entries() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_material = off SET enable_sort = off SET search_path = public, pg_temp AS $$
DECLARE
    broken bigint;
    overdrawn bigint;
    reversing boolean;
    transferring boolean;
    marking boolean;
BEGIN
    SELECT min(id) FILTER (WHERE cardinality(controls) <> cardinality(amounts)
               OR (kind = 'cut_off') <> (account_id IS NOT NULL AND debit = 0 AND credit = 0)
               OR debit - credit + CASE WHEN cardinality(amounts) <= 4 AND array_lower(amounts, 1) = 1
                      THEN coalesce(amounts[1], 0) + coalesce(amounts[2], 0) + coalesce(amounts[3], 0)
                         + coalesce(amounts[4], 0)
                      ELSE coalesce((SELECT sum(amount) FROM unnest(amounts) amount), 0) END <> 0
               OR account_id IS NULL AND (debit <> 0 OR credit <> 0 OR cardinality(amounts) < 2)),
           min(id) FILTER (WHERE available < 0 AND debit > 0 AND kind IN ('ticket', 'card_funds_removed',
               'card_transfer', 'card_payment')),
           bool_or(reverses IS NOT NULL), bool_or('card_transfers' = ANY (controls)), bool_or(kind = 'cut_off')
      INTO broken, overdrawn, reversing, transferring, marking FROM added;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'entry % does not balance, or is not whole', broken USING ERRCODE = 'check_violation';
    END IF;
    IF overdrawn IS NOT NULL THEN
        RAISE EXCEPTION 'entry % sells beyond what is available', overdrawn USING ERRCODE = 'check_violation';
    END IF;

    SELECT min(m.account_id) INTO broken
      FROM (SELECT carrier_id, account_id, min(item) - 1 AS item_before, max(item) AS last_item, count(*) AS many,
                   sum(credit) - sum(debit) AS moved, min(currency) AS first_currency, max(currency) AS last_currency,
                   min(business_date) AS first_date, bool_or(kind = 'cut_off') AS marks,
                   min(net) AS only_net, min(digest) AS only_digest
              FROM added WHERE account_id IS NOT NULL GROUP BY carrier_id, account_id) m
      LEFT JOIN LATERAL (SELECT id, currency, debits, credits, last_item, digest, closed_through FROM ledger_account
                          WHERE carrier_id = m.carrier_id AND id = m.account_id LIMIT 1) a ON true
      LEFT JOIN LATERAL (SELECT item, net FROM ledger_entry WHERE carrier_id = m.carrier_id
                            AND account_id = m.account_id AND item <= m.item_before
                          ORDER BY item DESC LIMIT 1) before ON true
      LEFT JOIN LATERAL (SELECT net, digest FROM ledger_entry WHERE m.many > 1 AND carrier_id = m.carrier_id
                            AND account_id = m.account_id AND item <= m.last_item
                          ORDER BY item DESC LIMIT 1) found ON true
     CROSS JOIN LATERAL (SELECT CASE m.many WHEN 1 THEN m.only_net ELSE found.net END AS net,
                                CASE m.many WHEN 1 THEN m.only_digest ELSE found.digest END AS digest) newest
     WHERE a.id IS NULL OR m.first_currency <> a.currency OR m.last_currency <> a.currency
        OR m.last_item <> a.last_item OR m.last_item - m.item_before <> m.many
        OR m.item_before <> coalesce(before.item, 0)
        OR newest.net <> a.credits - a.debits OR newest.net <> coalesce(before.net, 0) + m.moved
        OR newest.digest <> a.digest OR m.first_date <= a.closed_through AND NOT m.marks;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'account %: its movements and its sums, items, digest, currency or closed period disagree',
              broken USING ERRCODE = 'check_violation';
    END IF;

    -- Where a period is closed by the same statement, what came before its mark may still bear its dates.
    IF marking AND EXISTS (
        SELECT FROM (SELECT carrier_id, account_id, max(business_date) AS through FROM added
                      WHERE kind = 'cut_off' GROUP BY carrier_id, account_id) m
          LEFT JOIN LATERAL (SELECT closed_through FROM ledger_account
                              WHERE carrier_id = m.carrier_id AND id = m.account_id LIMIT 1) a ON true
         WHERE a.closed_through IS DISTINCT FROM m.through
            OR EXISTS (SELECT FROM added mark, added late
                        WHERE mark.carrier_id = m.carrier_id AND mark.account_id = m.account_id
                          AND mark.kind = 'cut_off' AND late.carrier_id = m.carrier_id
                          AND late.account_id = m.account_id AND late.item > mark.item
                          AND late.business_date <= mark.business_date)) THEN
        RAISE EXCEPTION 'a period is closed and marked at once, and nothing is dated into it afterwards'
              USING ERRCODE = 'check_violation';
    END IF;

    IF transferring AND EXISTS (
        SELECT FROM added e CROSS JOIN LATERAL unnest(e.controls, e.amounts) AS line(control, amount)
         WHERE line.control = 'card_transfers' GROUP BY e.carrier_id, e.currency, e.document
        HAVING sum(line.amount) <> 0 OR count(*) <> 2) THEN
        RAISE EXCEPTION 'a transfer is two entries at once' USING ERRCODE = 'check_violation';
    END IF;

    IF NOT reversing THEN
        RETURN NULL;
    END IF;
    SELECT r.reverses INTO broken
      FROM (SELECT DISTINCT carrier_id, account_id, reverses FROM added WHERE reverses IS NOT NULL) r
      LEFT JOIN LATERAL (SELECT account_id, controls, amounts FROM ledger_entry
                          WHERE carrier_id = r.carrier_id AND id = r.reverses LIMIT 1) o ON true
     WHERE o.controls IS NULL OR r.account_id <> o.account_id OR r.account_id IS NOT NULL AND o.account_id IS NULL
        OR EXISTS (
           SELECT FROM (SELECT line.control, sum(line.amount) AS amount
                          FROM (SELECT controls, amounts FROM ledger_entry
                                 WHERE carrier_id = r.carrier_id AND reverses = r.reverses OFFSET 0) back
                         CROSS JOIN LATERAL unnest(back.controls, back.amounts) AS line(control, amount)
                         WHERE line.control <> 'penalties' GROUP BY line.control) taken
             LEFT JOIN LATERAL (SELECT sum(line.amount) AS amount
                                  FROM unnest(o.controls, o.amounts) AS line(control, amount)
                                 WHERE line.control = taken.control) moved ON true
            WHERE moved.amount IS NULL OR taken.amount * moved.amount > 0 OR abs(taken.amount) > abs(moved.amount))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not taken back as it was posted, or more of it than it moved', broken
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_entries AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_entries();
"""

# For those who read line by line: position 1 is the customer's where there is one, then come the control accounts'.
LINES = f"""
CREATE VIEW ledger_line WITH (security_invoker = true) AS
SELECT carrier_id, id AS entry_id, 1 AS position, account_id, NULL::text AS control, debit, credit, item, net,
       available, business_date, original_date, digest
  FROM ledger_entry WHERE account_id IS NOT NULL
UNION ALL
SELECT e.carrier_id, e.id, l.position::integer + (e.account_id IS NOT NULL)::integer, NULL, l.control,
       greatest(l.amount, 0), greatest(-l.amount, 0), NULL, NULL, NULL, NULL, NULL, NULL
  FROM ledger_entry e
 CROSS JOIN LATERAL unnest(e.controls, e.amounts) WITH ORDINALITY AS l(control, amount, position);
GRANT SELECT ON ledger_line TO {APPLICATION_ROLE};
"""

# An account that ever moved or held money stays for ever.
KEEP_USED = """
CREATE FUNCTION ledger_keep_used_account() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_temp AS $$
BEGIN
    IF OLD.last_item > 0 OR EXISTS (
        SELECT FROM ledger_hold WHERE carrier_id = OLD.carrier_id AND account_id = OLD.id) THEN
        RAISE EXCEPTION 'account % has been used and stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER keep_used BEFORE DELETE ON ledger_account
    FOR EACH ROW EXECUTE FUNCTION ledger_keep_used_account();
"""

# What is closed stays closed.
STAY_CLOSED = """
CREATE FUNCTION ledger_stay_closed() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'account % is closed through %', OLD.id, OLD.closed_through USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER stay_closed BEFORE UPDATE OF closed_through ON ledger_account
    FOR EACH ROW WHEN (OLD.closed_through > NEW.closed_through
                       OR OLD.closed_through IS NOT NULL AND NEW.closed_through IS NULL)
    EXECUTE FUNCTION ledger_stay_closed();
"""

# A hold ends once, and a movement captures one hold.
RESOLVE_ONCE = """
CREATE FUNCTION ledger_resolve_hold_once() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'hold % has been resolved', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER resolve_once BEFORE UPDATE ON ledger_hold
    FOR EACH ROW WHEN (OLD.status <> 'OPEN') EXECUTE FUNCTION ledger_resolve_hold_once();
CREATE UNIQUE INDEX hold_captured_once ON ledger_hold (entry_id, carrier_id) WHERE entry_id IS NOT NULL;
ALTER TABLE ledger_hold ADD CONSTRAINT hold_of_account FOREIGN KEY (carrier_id, account_id)
    REFERENCES ledger_account (carrier_id, id);
"""

# The account's row changes with every sale: leave room for it on its page, and clean up early. The append-only tables
# are analysed early, so that plans made for an empty table do not live long.
STORAGE = """
ALTER TABLE ledger_account SET (fillfactor = 45, autovacuum_vacuum_threshold = 500,
                                autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE ledger_controltotal SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1);
ALTER TABLE ledger_hold SET (fillfactor = 80);
"""

# What the desk asks, at no index entry per sale. The partial indexes hold the accounts that somebody must look at; they
# change when a status, a limit or a warning does, not when money moves. Of the movements only those are indexed by date
# whose business date is not the day of posting, give or take one: for all others the instant of posting, which never
# goes backwards along an account, tells where they are. The bloom filters know per 64 pages which references and
# amounts are in them; they are made when those pages are full. Ids, which lie in order, are with them for the planner,
# who would take a filter over columns in no order for a reading of the whole table.
ASKED = """
CREATE INDEX account_not_active ON ledger_account (status, carrier_id, id) WHERE status <> 'ACTIVE';
CREATE INDEX account_prepaid ON ledger_account (id, carrier_id) WHERE credit_limit = 0;
CREATE INDEX account_watched ON ledger_account (id, carrier_id) WHERE low_since IS NOT NULL OR low_at IS NOT NULL;
CREATE INDEX entry_off_date ON ledger_entry (account_id, business_date, item)
    WHERE business_date < (posted_at AT TIME ZONE 'UTC')::date - 1
       OR business_date > (posted_at AT TIME ZONE 'UTC')::date + 1;
CREATE INDEX entry_saying ON ledger_entry USING brin (
    id, reference text_bloom_ops (n_distinct_per_range = 2400), debit int8_bloom_ops (n_distinct_per_range = 2400),
    credit int8_bloom_ops (n_distinct_per_range = 600)) WITH (pages_per_range = 64, autosummarize = on);
CREATE INDEX hold_saying ON ledger_hold (reference, carrier_id);
"""
NOT_ASKED = """
DROP INDEX hold_saying, entry_saying, entry_off_date, account_watched, account_prepaid, account_not_active;
"""


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_tables"), ("history", "0003_guards"))
    operations = (
        migrations.RunSQL(sql=VALUES, reverse_sql=UNBOUND_VALUES),
        isolate(
            "ledger_account",
            privileges="SELECT, INSERT, DELETE, UPDATE (status, credit_limit, debits, credits, held, last_item,"
            " last_posted_at, digest, closed_through, low_at, low_since)",
        ),
        isolate("ledger_entry", privileges="SELECT, INSERT"),
        append_only("ledger_entry"),
        isolate("ledger_key", privileges="SELECT, INSERT"),
        append_only("ledger_key"),
        isolate(
            "ledger_hold",
            privileges="SELECT, INSERT, UPDATE (status, captured, expires_at, resolved_at, entry_id)",
        ),
        isolate("ledger_controltotal", privileges="SELECT, INSERT, DELETE"),
        migrations.RunSQL(sql=CHECK_ENTRIES, reverse_sql="DROP FUNCTION ledger_check_entries CASCADE;"),
        migrations.RunSQL(sql=LINES, reverse_sql="DROP VIEW ledger_line;"),
        migrations.RunSQL(sql=KEEP_USED, reverse_sql="DROP FUNCTION ledger_keep_used_account CASCADE;"),
        migrations.RunSQL(sql=STAY_CLOSED, reverse_sql="DROP FUNCTION ledger_stay_closed CASCADE;"),
        migrations.RunSQL(
            sql=RESOLVE_ONCE,
            reverse_sql="""
            ALTER TABLE ledger_hold DROP CONSTRAINT hold_of_account;
            DROP INDEX hold_captured_once;
            DROP FUNCTION ledger_resolve_hold_once CASCADE;
            """,
        ),
        migrations.RunSQL(sql=STORAGE, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(sql=ASKED, reverse_sql=NOT_ASKED),
    )
