"""What the ledger knows of control accounts, for packages that prove theirs by it. Inside a snapshot."""

from skypurser.ledger.audit.snapshot import rows
from skypurser.ledger.states import Control

#: For joins by the packages above: the entry `e` that a row `x` names in its `entry_id`; the carrier is $1. `moved` has
#: what it moved by control account, debits above zero and credits below.
ENTRY_OF_X = """
  LEFT JOIN LATERAL (SELECT e.kind, e.currency, e.account_id, e.debit, e.credit, e.reverses,
                            coalesce((SELECT json_object_agg(m.control, m.amount)::jsonb
                                        FROM unnest(e.controls, e.amounts) AS m(control, amount)), '{}') AS moved
                       FROM ledger_entry e WHERE e.carrier_id = $1 AND e.id = x.entry_id LIMIT 1) e ON true
"""

_BALANCES = """
SELECT currency, (sum(debits) - sum(credits))::bigint FROM ledger_controltotal
 WHERE carrier_id = $1 AND control = $2 GROUP BY currency
"""


def balances_of(control: Control, carrier_id: int) -> dict[str, int]:
    """Return the control account's balance by currency, debits less credits."""
    return dict(rows(_BALANCES, carrier_id, control.value))
