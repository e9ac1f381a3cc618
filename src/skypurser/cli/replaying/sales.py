"""The sales file: its columns, and how it writes an instant."""

import re
from datetime import datetime

from skypurser.errors import InvalidRequest

#: In this order the cells arrive, and the payload of a key is hashed.
COLUMNS = (
    "key",
    "occurred_at",
    "operation",
    "account_type",
    "account_code",
    "currency",
    "document_number",
    "form_of_payment",
    "route",
    "fare",
    "taxes",
    "commission_percent",
    "refund_fare",
    "refund_taxes",
    "penalty",
    "amount",
    "passenger",
    "reference",
)

_instant = re.compile(
    r"(?:19[7-9]|2[0-9]{2})[0-9]-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?Z"
).fullmatch


def parse_instant(text: str) -> datetime:
    """Read an RFC 3339 instant in UTC with Z, of the years 1970 to 2999.

    Raises:
        InvalidRequest: Anything else.
    """
    if _instant(text):
        try:
            return datetime.fromisoformat(text)
        except ValueError:  # the 30th of February
            pass
    raise InvalidRequest("not an instant; it is written like 2013-01-02T04:00:09Z", field="occurred_at")
