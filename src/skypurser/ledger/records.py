"""The rows that postings add, as `writes` sends them."""

from skypurser.ledger.writes import Table

ENTRY = Table(
    "ledger_entry",
    """
    carrier_id integer shared
    id bigint
    kind text
    currency text
    document text
    reference text
    actor text
    occurred_at timestamptz
    posted_at timestamptz shared
    reverses bigint rare
    """,
)
# Movements and lines on control accounts are two lists into one table: neither carries the other's empty columns.
MOVEMENT = Table(
    "ledger_line",
    """
    carrier_id integer shared
    entry_id bigint
    account_id bigint
    debit bigint
    credit bigint
    item bigint
    net bigint
    available bigint
    business_date date
    original_date date rare
    digest bytea
    """,
    constants=[("position", "1")],
)
CONTROL_LINE = Table(
    "ledger_line",
    """
    carrier_id integer shared
    entry_id bigint
    position smallint
    control text
    debit bigint
    credit bigint
    """,
)
KEY = Table(
    "ledger_key",
    """
    carrier_id integer shared
    key text
    fingerprint bytea
    outcome text
    code text rare
    entry_id bigint
    facts jsonb
    bound_at timestamptz shared
    """,
)
ACT = Table(
    "history_act",
    """
    carrier_id integer shared
    at timestamptz
    actor text
    action text
    account_id bigint
    entry_id bigint
    document text
    changes jsonb rare
    reference text
    """,
)
REFUSED_ATTEMPT = Table(
    "history_refusedattempt",
    """
    carrier_id integer shared
    at timestamptz
    actor text
    operation text
    key text
    code text
    account_id bigint
    account_named text
    currency text
    document text
    available_minor bigint
    shortfall_minor bigint
    facts jsonb
    """,
)
