"""What the business says when it says no.

A refusal is not a fault: it is an answer, with a code that machines may rely on, a sentence that a person
understands, and the facts that explain it. Faults (a lost database, a bug) are ordinary exceptions.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class Refusal(Exception):
    """The base of every "no". Subclasses are named as facts and defined beside the function that raises them.

    Attributes:
        code: Stable, snake case; the same in the API, in files and in the list of refused attempts.
        facts: What explains the refusal (`shortfall`, `available` …), ready for JSON.
    """

    code: ClassVar[str] = "refused"

    def __init__(self, message: str = "", **facts: Any) -> None:
        super().__init__(message or (self.__doc__ or "").partition("\n")[0])
        self.facts: Mapping[str, Any] = facts


class InvalidRequest(Refusal):
    """The request is malformed; nothing was judged and no key was bound.

    Attributes:
        field: The field at fault, where there is one.
    """

    code = "invalid_request"

    def __init__(self, message: str, *, field: str = "", **facts: Any) -> None:
        super().__init__(message, field=field, **facts)
        self.field = field
