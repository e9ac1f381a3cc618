"""What the database itself refuses: other carriers' rows, changed history, unbalanced entries, broken sequences."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate

# One statement writes whole entries, so the rows that it adds must balance among themselves; that is stricter than
# summing up tables, and costs no look-up. The planner settings keep the look-ups on the indexes whatever the
# statistics of a young table say.
CHECK_LINES = """
CREATE FUNCTION ledger_check_lines() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    broken bigint;
    reversing boolean;
BEGIN
    SELECT entry_id INTO broken FROM added GROUP BY carrier_id, entry_id
    HAVING sum(debit) <> sum(credit) OR count(*) < 2 OR min(position) <> 1 OR max(position) <> count(*) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance, or was not written whole', broken USING ERRCODE = 'check_violation';
    END IF;

    SELECT min(l.entry_id) FILTER (WHERE e.id IS NULL
               OR (l.account_id IS NOT NULL AND (a.id IS NULL OR a.currency <> e.currency))
               OR (e.kind IN ('ticket', 'capture') AND l.debit > 0 AND l.available < 0)),
           bool_or(e.reverses IS NOT NULL)
      INTO broken, reversing FROM added l
      LEFT JOIN ledger_entry e ON e.carrier_id = l.carrier_id AND e.id = l.entry_id
      LEFT JOIN ledger_account a ON a.carrier_id = l.carrier_id AND a.id = l.account_id
     WHERE l.position = 1 OR l.account_id IS NOT NULL;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'entry %: no such entry or account, another currency, or a sale beyond what is available', broken
              USING ERRCODE = 'check_violation';
    END IF;

    SELECT m.account_id INTO broken
      FROM (SELECT carrier_id, account_id, min(item) AS first, max(item) AS last, count(*) AS many,
                   sum(credit) - sum(debit) AS moved, (array_agg(net ORDER BY item DESC))[1] AS net,
                   (array_agg(available ORDER BY item DESC))[1] AS available,
                   (array_agg(digest ORDER BY item DESC))[1] AS digest
              FROM added WHERE account_id IS NOT NULL GROUP BY carrier_id, account_id) m
      JOIN ledger_account a ON a.carrier_id = m.carrier_id AND a.id = m.account_id
      LEFT JOIN ledger_line p ON p.carrier_id = m.carrier_id AND p.account_id = m.account_id AND p.item = m.first - 1
     WHERE m.last <> a.last_item OR m.last - m.first + 1 <> m.many OR (m.first > 1 AND p.item IS NULL)
        OR m.net <> a.credits - a.debits OR m.net <> coalesce(p.net, 0) + m.moved OR m.digest <> a.digest LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'account %: its movements and its sums disagree', broken USING ERRCODE = 'check_violation';
    END IF;

    IF NOT reversing THEN
        RETURN NULL;
    END IF;
    SELECT e.reverses INTO broken FROM added l
      JOIN ledger_entry e ON e.carrier_id = l.carrier_id AND e.id = l.entry_id
     WHERE e.reverses IS NOT NULL AND l.control <> 'penalties'
       AND (SELECT abs(sum(r.debit - r.credit)) FROM ledger_entry back
              JOIN ledger_line r ON r.carrier_id = back.carrier_id AND r.entry_id = back.id AND r.control = l.control
             WHERE back.carrier_id = e.carrier_id AND back.reverses = e.reverses)
         > coalesce((SELECT abs(o.credit - o.debit) FROM ledger_line o
                      WHERE o.carrier_id = e.carrier_id AND o.entry_id = e.reverses AND o.control = l.control), 0)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'more is taken back of entry % than it moved', broken USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER check_lines AFTER INSERT ON ledger_line REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_check_lines();
"""

# An account that ever moved or held money stays for ever.
KEEP_USED = """
CREATE FUNCTION ledger_keep_used_account() RETURNS trigger LANGUAGE plpgsql AS $$
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

# The account's row changes with every sale: leave room for it on its page, and clean up early. The append-only tables
# are analysed early, so that plans made for an empty table do not live long.
STORAGE = """
ALTER TABLE ledger_account SET (fillfactor = 45, autovacuum_vacuum_threshold = 500, autovacuum_vacuum_scale_factor = 0.02,
                                autovacuum_vacuum_cost_delay = 0);
ALTER TABLE ledger_controltotal SET (autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0.1);
ALTER TABLE ledger_hold SET (fillfactor = 80);
"""


class Migration(migrations.Migration):
    dependencies = (("ledger", "0002_tables"), ("history", "0003_guards"))
    operations = (
        isolate("ledger_account", privileges="SELECT, INSERT, UPDATE, DELETE"),
        isolate("ledger_entry", privileges="SELECT, INSERT"),
        append_only("ledger_entry"),
        isolate("ledger_line", privileges="SELECT, INSERT"),
        append_only("ledger_line"),
        isolate("ledger_key", privileges="SELECT, INSERT"),
        append_only("ledger_key"),
        isolate("ledger_hold", privileges="SELECT, INSERT, UPDATE"),
        isolate("ledger_controltotal", privileges="SELECT, INSERT, DELETE"),
        migrations.RunSQL(sql=CHECK_LINES, reverse_sql="DROP FUNCTION ledger_check_lines CASCADE;"),
        migrations.RunSQL(sql=KEEP_USED, reverse_sql="DROP FUNCTION ledger_keep_used_account CASCADE;"),
        migrations.RunSQL(sql=STORAGE, reverse_sql=migrations.RunSQL.noop),
    )
