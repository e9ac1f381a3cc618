"""The sums themselves, by place and currency: what a roll-up stores, and what is read at once where there is little."""

from skypurser.ledger.queries import ACCOUNTS, AVAILABLE

#: Accounts with less than this part of their limit available, in percent, are near it.
NEAR_PERCENT = 10

#: Country and city of a roll-up's rows about all places together.
EVERYWHERE = "''"

EXPOSURE_COLUMNS = (
    "accounts, total_to_pay, credit_limit, held, available, near_limit, over_limit, low, suspended, inhibited"
)

#: Add conditions on `e` and `GROUP BY e.country, e.city, e.currency`.
EXPOSURE = f"""
SELECT e.country, e.city, e.currency, count(*) AS accounts, sum(s.debits - s.credits) AS total_to_pay,
       sum(s.credit_limit) AS credit_limit, sum(s.held) AS held, sum({AVAILABLE}) AS available,
       count(*) FILTER (WHERE {AVAILABLE} >= 0 AND {AVAILABLE} < s.credit_limit * {NEAR_PERCENT} / 100) AS near_limit,
       count(*) FILTER (WHERE {AVAILABLE} < 0) AS over_limit,
       count(*) FILTER (WHERE s.low_since IS NOT NULL) AS low,
       count(*) FILTER (WHERE s.status = 'SUSPENDED') AS suspended,
       count(*) FILTER (WHERE s.status = 'INHIBITED') AS inhibited
  FROM electronic_electronicaccount e JOIN {ACCOUNTS} s USING (carrier_id, account_id)
 WHERE {{conditions}} GROUP BY e.country, e.city, e.currency
"""  # noqa: S608 — our own text

SALES_COLUMNS = "tickets, amount"

#: Tickets from a date of issue on; add conditions on `e`.
SALES = """
SELECT t.issue_date, e.country, e.city, e.currency, count(*) AS tickets, sum(t.fare + t.taxes) AS amount
  FROM tickets_ticket t
  JOIN electronic_electronicaccount e ON e.carrier_id = t.carrier_id AND e.account_id = t.account_id
 WHERE t.carrier_id = %s AND t.issue_date >= %s AND t.status <> 'VOIDED' AND {conditions}
 GROUP BY t.issue_date, e.country, e.city, e.currency
"""
