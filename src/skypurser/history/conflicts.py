"""Two people change the same thing: the second is told what it is by now, and overwrites nothing.

A form shows something, somebody thinks, and sends it back. What it showed comes along as expected.
"""

from collections.abc import Mapping
from typing import Any

from skypurser.errors import Refusal


class ChangedMeanwhile(Refusal):
    """Somebody else has changed what this would overwrite.

    The facts are what it is now, by field. Of an electronic account: `credit_limit_minor`, `credit_card`,
    `commission.domestic`, `commission.international`, `commission.domestic_card`, `commission.international_card` (as
    `str(Rule)` writes them), `name`, `issue_id`, `agency_involved`; elsewhere the fields have the names of columns.
    """

    code = "changed_meanwhile"


def must_be_as_expected(*, expected: Mapping[str, Any], wanted: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Raise ChangedMeanwhile if `wanted` would change a field that is neither as expected nor as wanted already.

    Call under the lock that every change takes. A field that was not shown, or is not to change, is nobody's concern.
    """
    otherwise = {
        field: now[field]
        for field in wanted
        if field in expected and field in now and now[field] not in (expected[field], wanted[field])
    }
    if otherwise:
        told = ", ".join(sorted(otherwise)).replace("_minor", "").replace("_", " ")
        raise ChangedMeanwhile(f"somebody else has changed this meanwhile: {told}", **otherwise)
