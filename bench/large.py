"""Does a sale cost more when the tables are large?

The tables are filled with so many sold tickets, in bulk and behind the guards' back (they are about what is posted,
not about what a benchmark pretends to have posted long ago), vacuumed as the server would in time, and then sales are
posted for a while. The small and the large stage differ in nothing else.
"""

import asyncio
import json
import statistics
import subprocess
import sys

import psycopg

from bench.posting import batcher_rate
from bench.stage import Sales, sellers, stage

_FILL = """
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '1GB';
CREATE TEMP TABLE sold AS
SELECT n AS id, a.carrier_id, a.id AS account_id, 1 + (n - 1) / %(accounts)s AS item,
       lpad((5000000000 + n)::text, 10, '0') AS number, now() - interval '1 year' AS at
  FROM generate_series(1, %(movements)s) n
  JOIN (SELECT carrier_id, id, row_number() OVER (ORDER BY id) - 1 AS place FROM ledger_account) a
    ON a.place = n %% %(accounts)s;
SELECT setval('ledger_entry_id_seq', %(movements)s + 1);
INSERT INTO ledger_entry (carrier_id, id, kind, currency, document, reference, actor, occurred_at, posted_at,
                          account_id,
                          item, debit, credit, net, available, business_date, digest, controls, amounts)
SELECT carrier_id, id, 'ticket', 'USD', '279' || number, 'PNR 8F0D1BE9', 'gds', at, at, account_id,
       item, 44800, 0, -44800 * item, 0, at::date, sha256(number::bytea),
       '{sales,taxes_payable,commission_expense}', '{-40000,-8000,3200}' FROM sold;
INSERT INTO ledger_key SELECT carrier_id, md5(number), sha256(number::bytea), 'posted', NULL, id,
       '{"net": 0, "held": 0, "available": 0, "entry": 1, "item": 1, "debit": 44800, "credit": 0}', at FROM sold;
INSERT INTO tickets_ticket (carrier_id, document_number, account_id, form_of_payment, settlement, scope, route, fare,
                            taxes, commission_mode, commission_percent_bps, commission_rate_bps, commission, issued_at,
                            issue_date, passenger, reference, entry_id)
SELECT carrier_id, '279' || number, account_id, 'account', 'on_account', 'domestic', 'JFK-LAX', 40000, 8000, 'FIXED',
       800, 800, 3200, at, at::date, 'DOE/JANE', 'PNR 8F0D1BE9', id FROM sold;
INSERT INTO history_act (carrier_id, at, actor, action, account_id, entry_id, document, reference)
SELECT carrier_id, at, 'gds', 'ticket.issued', account_id, id, '279' || number, 'PNR 8F0D1BE9' FROM sold;
UPDATE ledger_account a SET debits = 44800 * m.items, last_item = m.items, last_posted_at = m.at, digest = l.digest
  FROM (SELECT account_id, max(item) AS items, max(at) AS at FROM sold GROUP BY account_id) m
  JOIN ledger_entry l ON l.account_id = m.account_id AND l.item = m.items WHERE a.id = m.account_id;
"""


def _cost(movements: int, seconds: float) -> list[float]:
    """Return microseconds a sale, at 256 in flight over 1,000 accounts, in several rounds."""
    with stage() as stage_:
        spread = sellers(1_000)
        with psycopg.connect(stage_.superuser_url, autocommit=True) as connection:
            # psycopg takes one statement at a time where there are parameters; these are numbers of ours.
            for statement in filter(str.strip, (_FILL % {"movements": movements, "accounts": 1_000}).split(";\n")):
                connection.execute(statement.encode())
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")
        print(f"  filled with {movements:,} movements", file=sys.stderr)
        sales, costs = Sales(), []
        for _ in range(5):
            rate, _, _ = asyncio.run(batcher_rate(stage_, spread, sales, in_flight=256, seconds=seconds))
            costs.append(1_000_000 / rate)
            print(f"  {movements:,} movements: {costs[-1]:.1f} µs a sale", file=sys.stderr)
    return costs


def measure(small: int = 5_000, large: int = 5_000_000) -> dict[str, float]:
    """Return the cost of a sale with few and with many movements in the tables, and their ratio.

    Each stage has a process of its own, since Django's settings point to one server for good.
    """
    few, many = (_median_in_a_process(movements) for movements in (small, large))
    return {"large few µs": few, "large many µs": many, "large ratio": many / few}


def _median_in_a_process(movements: int) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.large", str(movements)], check=True, stdout=subprocess.PIPE, text=True
    )
    costs: list[float] = json.loads(done.stdout)
    return statistics.median(costs)


if __name__ == "__main__":
    print(json.dumps(_cost(int(sys.argv[1]), 6.0)) if len(sys.argv) > 1 else measure())
