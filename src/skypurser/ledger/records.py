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
    account_id bigint
    item bigint
    debit bigint
    credit bigint
    net bigint
    available bigint
    business_date date
    original_date date rare
    digest bytea
    controls text[]
    amounts bigint[]
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
