"""Turn a row of sales into a request to the ledger, or find it malformed.

Everything in a row is somebody else's: what is not exactly as the format says is an `InvalidRequest` here and never
reaches the ledger. Nothing is judged but the shape, so nothing binds the row's key.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any

from skypurser.cli.replaying.sales import COLUMNS, parse_instant
from skypurser.electronic.requests import ManualCredit, ManualDebit, ManualMovement, SetStatus
from skypurser.errors import InvalidRequest
from skypurser.ledger.intents import Refused
from skypurser.ledger.requests import Request, check_key, fingerprint
from skypurser.ledger.states import Status
from skypurser.money import digits, parse_amount, parse_percent
from skypurser.parties.airports import is_domestic
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.requests import IssueTicket, RefundTicket, VoidTicket

_PAYLOAD = slice(2, None)  # all but key and occurred_at
_AMOUNTS = ("fare", "taxes", "refund_fare", "refund_taxes", "penalty", "amount")

#: A sixteen-flight itinerary on four conjunction tickets, and room to spare.
LONGEST_ROUTE = 20

_account_code = re.compile(r"[\x21-\x7e]{1,40}").fullmatch
_FORMS = {form.value: form for form in FormOfPayment}
_TYPES = frozenset({"agency", "corporate"})

#: Instead of an account's id: the name fits accounts in several cities, and a row names no city.
AMBIGUOUS = 0

type _Cells = Callable[[Sequence[str]], tuple[str, ...]]
type _Make = Callable[[Sequence[str], dict[str, Any]], Request]

#: Account ids by type, code and currency.
type Accounts = Mapping[tuple[str, str, str], int]


@dataclass(slots=True)
class Row:
    """A row as it was read.

    Attributes:
        key, currency: As written in the file, whatever that is.
        request: What it asks of the ledger; None when it is malformed, with the reason in `flaw`.
    """

    line: int
    key: str
    currency: str
    operation: str
    request: Request | None
    flaw: str = ""


class RowReader:
    """Reads rows for one carrier.

    Args:
        accounts: The carrier's, by name; `AMBIGUOUS` where a name fits several.
        actor: Who the history will say it was.
    """

    def __init__(self, *, carrier_id: int, accounts: Accounts, actor: str) -> None:
        self._carrier_id = carrier_id
        self._accounts = accounts
        self._actor = actor
        self._operations: dict[str, tuple[_Make, _Cells, tuple[str, ...]]] = {}
        for name, make, amounts in (
            ("issue", self._issue, ("fare", "taxes")),
            ("void", self._void, ()),
            ("refund", self._refund, ("refund_fare", "refund_taxes", "penalty")),
            ("credit", self._credit, ("amount",)),
            ("debit", self._debit, ("amount",)),
            ("suspend", self._suspend, ()),
            ("activate", self._activate, ()),
            ("inhibit", self._inhibit, ()),
        ):
            foreign = tuple(column for column in _AMOUNTS if column not in amounts)
            self._operations[name] = (make, _cells_of(foreign), foreign)

    def read(self, line: int, cells: Sequence[str], *, is_whole: bool) -> Row:
        """Read one row; never raises, whatever the cells hold."""
        if not is_whole:
            return Row(line, cells[0], cells[5], cells[2], None, "not a row of these columns")
        try:
            request = self._request(cells)
        except InvalidRequest as flaw:
            about = f"{flaw.field}: {flaw}" if flaw.field else str(flaw)
            return Row(line, cells[0], cells[5], cells[2], None, about)
        return Row(line, cells[0], cells[5], cells[2], request)

    def _request(self, cells: Sequence[str]) -> Request:
        key, occurred_at, operation, account_type, code, currency = cells[:6]
        now = parse_instant(occurred_at)
        known = self._operations.get(operation)
        if known is None:
            raise InvalidRequest(f"{operation[:40]!r} is no operation", field="operation")
        make, foreign_amounts, foreign = known
        if account_type not in _TYPES:
            raise InvalidRequest("agency or corporate", field="account_type")
        if not _account_code(code):
            raise InvalidRequest("not the code of an account", field="account_code")
        digits(currency)
        if "".join(foreign_amounts(cells)):
            _check_nothing(operation, zip(foreign, foreign_amounts(cells), strict=True), currency)
        account_id = self._accounts.get((account_type, code, currency))
        common: dict[str, Any] = {
            "carrier_id": self._carrier_id,
            "key": check_key(key),
            "fingerprint": fingerprint(cells[_PAYLOAD]),
            "account_id": account_id,
            "account_named": f"{account_type} {code} {currency}",
            "currency": currency,
            "actor": self._actor,
            "reference": cells[17],
            "now": now,
        }
        if account_id == AMBIGUOUS:
            # A city is missing, so the name is malformed: like a bad document number, this binds no key.
            common["account_id"] = None
            common["flaw"] = Refused("account_ambiguous")
        return make(cells, common)

    def _issue(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        form = _FORMS.get(cells[7])
        if form is None:
            raise InvalidRequest("account, card or card_offline", field="form_of_payment")
        currency = cells[5]
        _name_document(cells, common)
        return IssueTicket(
            **common,
            form_of_payment=form,
            route=_route(cells[8]),
            fare=parse_amount(cells[9], currency, field="fare"),
            taxes=parse_amount(cells[10], currency, field="taxes"),
            commission_bps=parse_percent(cells[11], field="commission_percent") if cells[11] else None,
            passenger=cells[16],
        )

    def _void(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        _name_document(cells, common)
        return VoidTicket(**common)

    def _refund(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        currency = cells[5]
        fare = parse_amount(cells[12], currency, field="refund_fare")
        taxes = parse_amount(cells[13], currency, field="refund_taxes")
        if not fare + taxes:
            raise InvalidRequest("a refund of nothing", field="refund_fare")
        penalty = parse_amount(cells[14], currency, field="penalty")
        _name_document(cells, common)
        return RefundTicket(**common, fare=fare, taxes=taxes, penalty=penalty)

    def _credit(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        return _manual(ManualCredit, cells, common)

    def _debit(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        return _manual(ManualDebit, cells, common)

    def _suspend(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        _require_reference(cells)
        return SetStatus(**common, status=Status.SUSPENDED)

    def _activate(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        _require_reference(cells)
        return SetStatus(**common, status=Status.ACTIVE)

    def _inhibit(self, cells: Sequence[str], common: dict[str, Any]) -> Request:
        _require_reference(cells)
        return SetStatus(**common, status=Status.INHIBITED)


@lru_cache(maxsize=16_384)  # the routes of a large carrier
def _route(text: str) -> tuple[str, ...]:
    route = tuple(text.split("-"))
    if len(route) > LONGEST_ROUTE:
        raise InvalidRequest(f"a route has at most {LONGEST_ROUTE} airports", field="route")
    is_domestic(route)  # knows every airport, or says which it does not
    return route


def _cells_of(columns: Sequence[str]) -> _Cells:
    """Return what takes these columns, two at least, out of a row."""
    first, second, *others = map(COLUMNS.index, columns)
    return itemgetter(first, second, *others)


def _check_nothing(operation: str, amounts: Iterable[tuple[str, str]], currency: str) -> None:
    """Refuse money in a column that the operation has no use for; a zero is no money."""
    for column, text in amounts:
        if text and parse_amount(text, currency, field=column):
            raise InvalidRequest(f"the operation {operation} takes no such amount", field=column)


def _manual(kind: type[ManualMovement], cells: Sequence[str], common: dict[str, Any]) -> Request:
    _require_reference(cells)
    amount = parse_amount(cells[15], cells[5])
    if not amount:
        raise InvalidRequest("the amount is above zero", field="amount")
    return kind(**common, amount=amount)


def _require_reference(cells: Sequence[str]) -> None:
    if not cells[17].strip():
        raise InvalidRequest("a reference is mandatory", field="reference")


def _name_document(cells: Sequence[str], common: dict[str, Any]) -> None:
    """Name the document; a wrong number is judged after the key and before the account."""
    try:
        common["document"] = parse_document(cells[6])
    except InvalidDocumentNumber as flaw:
        common["flaw"] = Refused(flaw.code, dict(flaw.facts))
