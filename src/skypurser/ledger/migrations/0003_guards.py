"""What the database itself refuses: other carriers' rows, changed history, unbalanced entries, broken sequences."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

# One statement writes whole entries, so the rows that it adds must balance among themselves; that is stricter than
# summing up tables, and costs no look-up. What else is looked up is one entry each, and three rows per account.
#
# The search path is pinned, so that nobody's temporary table is taken for one of ours. The laterals and the planner
# settings keep every look-up on its index, whatever the statistics of a young table say.
CHECK_LINES = """
CREATE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET enable_material = off SET search_path = public, pg_temp AS $$
DECLARE
    broken bigint;
    entries_sound boolean;
    reversing boolean;
BEGIN
    SELECT entry_id INTO broken FROM added GROUP BY carrier_id, entry_id
    HAVING sum(debit) <> sum(credit) OR count(*) < 2 OR min(position) <> 1 OR max(position) <> count(*) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance, or was not written whole', broken USING ERRCODE = 'check_violation';
    END IF;

    SELECT bool_and(m.sound), bool_or(m.reversing),
           min(m.account_id) FILTER (WHERE a.id IS NULL OR m.first_currency <> a.currency
               OR m.last_currency <> a.currency OR m.last_item <> a.last_item
               OR m.last_item - m.item_before <> m.many OR (m.item_before > 0 AND before.net IS NULL)
               OR newest.net <> a.credits - a.debits OR newest.net <> coalesce(before.net, 0) + m.moved
               OR newest.digest <> a.digest)
      INTO entries_sound, reversing, broken
      FROM (SELECT l.carrier_id, l.account_id, min(l.item) - 1 AS item_before, max(l.item) AS last_item,
                   count(*) AS many, sum(l.credit) - sum(l.debit) AS moved,
                   min(e.currency) AS first_currency, max(e.currency) AS last_currency,
                   bool_or(e.reverses IS NOT NULL) AS reversing,
                   bool_and(e.id IS NOT NULL
                       AND NOT (e.kind = 'ticket' AND l.debit > 0 AND l.available < 0)) AS sound
              FROM added l
              LEFT JOIN LATERAL (SELECT id, kind, currency, reverses FROM ledger_entry
                                  WHERE carrier_id = l.carrier_id AND id = l.entry_id LIMIT 1) e ON true
             WHERE l.position = 1 OR l.account_id IS NOT NULL
             GROUP BY l.carrier_id, l.account_id) m
      LEFT JOIN LATERAL (SELECT id, currency, debits, credits, last_item, digest FROM ledger_account
                          WHERE carrier_id = m.carrier_id AND id = m.account_id LIMIT 1) a ON true
      LEFT JOIN LATERAL (SELECT net FROM ledger_line WHERE carrier_id = m.carrier_id AND account_id = m.account_id
                            AND account_id IS NOT NULL AND item = m.item_before LIMIT 1) before ON true
      LEFT JOIN LATERAL (SELECT net, digest FROM ledger_line WHERE carrier_id = m.carrier_id
                            AND account_id = m.account_id AND account_id IS NOT NULL AND item = m.last_item
                          LIMIT 1) newest ON true;
    IF NOT entries_sound THEN
        RAISE EXCEPTION 'a line without its entry, or a sale beyond what is available'
              USING ERRCODE = 'check_violation';
    END IF;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'account %: its movements and its sums, items, digest or currency disagree', broken
              USING ERRCODE = 'check_violation';
    END IF;

    IF NOT reversing THEN
        RETURN NULL;
    END IF;
    SELECT r.reverses INTO broken
      FROM (SELECT DISTINCT l.carrier_id, l.account_id, l.control, e.reverses FROM added l
              JOIN LATERAL (SELECT reverses FROM ledger_entry WHERE carrier_id = l.carrier_id AND id = l.entry_id
                               AND reverses IS NOT NULL LIMIT 1) e ON true
             WHERE l.control IS DISTINCT FROM 'penalties') r
      LEFT JOIN LATERAL (SELECT sum(o.credit - o.debit) AS amount FROM ledger_line o
                          WHERE o.carrier_id = r.carrier_id AND o.entry_id = r.reverses
                            AND o.account_id IS NOT DISTINCT FROM r.account_id
                            AND o.control IS NOT DISTINCT FROM r.control) moved ON true
      LEFT JOIN LATERAL (SELECT sum(b.debit - b.credit) AS amount
                           FROM (SELECT id FROM ledger_entry WHERE reverses = r.reverses OFFSET 0) back
                           JOIN LATERAL (SELECT debit, credit FROM ledger_line WHERE carrier_id = r.carrier_id
                                            AND entry_id = back.id AND control = r.control OFFSET 0) b ON true
                          WHERE r.control IS NOT NULL) taken ON true
     WHERE moved.amount IS NULL OR taken.amount * moved.amount < 0 OR abs(taken.amount) > abs(moved.amount) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not taken back as it was posted, or more of it than it moved', broken
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_lines AFTER INSERT ON ledger_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_lines();
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


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_tables"), ("history", "0003_guards"))
    operations = (
        isolate(
            "ledger_account",
            privileges="SELECT, INSERT, DELETE, UPDATE (status, credit_limit, debits, credits, held, last_item,"
            " last_posted_at, digest, closed_through)",
        ),
        isolate("ledger_entry", privileges="SELECT, INSERT"),
        append_only("ledger_entry"),
        isolate("ledger_line", privileges="SELECT, INSERT"),
        append_only("ledger_line"),
        isolate("ledger_key", privileges="SELECT, INSERT"),
        append_only("ledger_key"),
        isolate(
            "ledger_hold",
            privileges="SELECT, INSERT, UPDATE (status, captured, expires_at, resolved_at, entry_id)",
        ),
        isolate("ledger_controltotal", privileges="SELECT, INSERT, DELETE"),
        migrations.RunSQL(sql=CHECK_LINES, reverse_sql="DROP FUNCTION ledger_check_lines CASCADE;"),
        migrations.RunSQL(sql=KEEP_USED, reverse_sql="DROP FUNCTION ledger_keep_used_account CASCADE;"),
        migrations.RunSQL(
            sql=RESOLVE_ONCE,
            reverse_sql="""
            ALTER TABLE ledger_hold DROP CONSTRAINT hold_of_account;
            DROP INDEX hold_captured_once;
            DROP FUNCTION ledger_resolve_hold_once CASCADE;
            """,
        ),
        migrations.RunSQL(sql=STORAGE, reverse_sql=migrations.RunSQL.noop),
    )
