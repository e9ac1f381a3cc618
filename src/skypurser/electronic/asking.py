"""Who asks, and of which account: what every request about an electronic account begins with; and requests of holds.

Whatever the channel, a request is put together here (or, for tickets, in `tickets/asking.py`), so that the same payload
has the same fingerprint everywhere and a key sent through two channels is one key.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from skypurser.electronic.terms import Terms, TermsShelf
from skypurser.errors import InvalidRequest
from skypurser.ledger.holds import CaptureHold, ExtendHold, HoldShelf, PlaceHold, ReleaseHold
from skypurser.ledger.intents import AccountState, Intent, Refused
from skypurser.ledger.requests import Shelf, check_key, fingerprint, in_utc, plain_text
from skypurser.ledger.states import Control

if TYPE_CHECKING:
    from skypurser.electronic.directory import AccountName, Found
    from skypurser.ledger.book import Book

#: A hold may be for a document that is not issued yet, or for something of the holder's own.
LONGEST_DOCUMENT = 40


@dataclass(frozen=True, slots=True)
class Sender:
    """Who asks under which key.

    Attributes:
        actor: As the history shows it.
        now: The clock of the act; None for the database's, read after the lock.

    Raises:
        InvalidRequest: The key is none.
    """

    carrier_id: int
    actor: str
    key: str
    now: datetime | None = None

    def __post_init__(self) -> None:
        check_key(self.key)


@dataclass(frozen=True, slots=True)
class Named:
    """An account as a request names it, whether or not there is one.

    Attributes:
        account_id: None where there is no such account, which is for the ledger to say, after it looked at the key.
        text: As the list of refused attempts shows it.
        identity: The account's part of a fingerprint: the name that was given, so that it stays the same when an
            account of that name is opened or another one beside it. An agency's office has one city, so its city is no
            part of it.
        flaw: The name fits several accounts.
    """

    account_id: int | None
    text: str
    currency: str
    identity: tuple[Any, ...]
    flaw: Refused | None = None

    @classmethod
    def by_name(cls, name: "AccountName", found: "Found | None", *, flaw: Refused | None = None) -> "Named":
        """Return the account that was named, and found or not."""
        identity = (name.type, name.code, name.currency, name.city if name.type == "corporate" else "")
        return cls(None if found is None else found.account_id, str(name), name.currency, identity, flaw)

    @classmethod
    def by_id(cls, account_id: int, found: "Found | None") -> "Named":
        """Return the account with this id, found or not."""
        if found is None:
            return cls(None, str(account_id), "", (account_id,))
        return cls.by_name(found.name, found)

    @classmethod
    def nobody(cls) -> "Named":
        """Return the account behind a sale or hold that does not exist."""
        return cls(None, "", "", ())


def common(
    sender: Sender, account: Named, *payload: Any, currency: str, reference: str, flaw: Refused | None = None
) -> dict[str, Any]:
    """Return the arguments that every request has; the payload goes into its fingerprint as it stands."""
    return {
        "carrier_id": sender.carrier_id,
        "key": sender.key,
        "fingerprint": fingerprint(*payload),
        "account_id": account.account_id,
        "account_named": account.text,
        "currency": currency,
        "actor": sender.actor,
        "reference": reference,
        "now": sender.now,
        "flaw": flaw or account.flaw,
    }


def foreign_currency(amount_currency: str, account: Named) -> tuple[str, ...]:
    """Return the currency's part of the fingerprint of a request whose account is implied: nothing, if it is its own.

    Where there is no such account, nobody can say; so an account's own currency must look the same as none.
    """
    return () if amount_currency == account.currency else (amount_currency,)


@dataclass(slots=True, kw_only=True)
class CaptureAccountHold(CaptureHold):
    """Capture a hold on an electronic account, on today's date at its office."""

    shelves: ClassVar[tuple[type[Shelf], ...]] = (HoldShelf, TermsShelf)

    business_date: date = date.min  # until it is planned

    def plan(self, account: AccountState, book: "Book", now: datetime) -> Intent | Refused:
        """Find the date and the hold."""
        terms: Terms | None = book.shelves[TermsShelf].terms.get(account.id)
        if terms is None:
            return Refused("hold_not_found")
        self.business_date = terms.today(now)
        return CaptureHold.plan(self, account, book, now)


def place_hold(
    *,
    sender: Sender,
    account: Named,
    amount: int,
    currency: str,
    expires_at: datetime,
    reference: str,
    document: str | None = None,
    kind: type[PlaceHold] = PlaceHold,
    **more: Any,
) -> PlaceHold:
    """Ask to set `amount` minor units of `currency` aside until `expires_at`, which has an offset.

    Args:
        kind, more: What another kind of account asks with, and what it names besides.

    Raises:
        InvalidRequest: Nothing was judged.
    """
    expires_at = in_utc(expires_at, field="expires_at")
    if document is not None:
        plain_text(document, field="document", longest=LONGEST_DOCUMENT)
    payload = ("hold", *account.identity, amount, currency, expires_at, reference, document, *more.values())
    return kind(
        **common(sender, account, *payload, currency=currency, reference=reference),
        document=document,
        amount=amount,
        expires_at=expires_at,
        **more,
    )


def capture_hold(
    *,
    sender: Sender,
    account: Named,
    hold_id: int,
    amount: int,
    currency: str,
    reference: str,
    kind: Callable[..., CaptureHold] = CaptureAccountHold,
) -> CaptureHold:
    """Ask to turn a hold into a debit of `amount` minor units against sales.

    Args:
        account: The hold's; `nobody` where there is no such hold.
        currency: The amount's; the account's own where the caller does not say.
        kind: What another kind of account captures with; finds the business date itself.
    """
    payload = ("capture", hold_id, amount, *foreign_currency(currency, account), reference)
    if amount <= 0:
        raise InvalidRequest("the amount is above zero", field="amount")
    return kind(
        **common(sender, account, *payload, currency=currency, reference=reference),
        hold_id=hold_id,
        amount=amount,
        contra=((Control.SALES, 0, amount),),
    )


def release_hold(*, sender: Sender, account: Named, hold_id: int, reference: str) -> ReleaseHold:
    """Ask to give held money back; the account as in `capture_hold`."""
    payload = ("release", hold_id, reference)
    return ReleaseHold(
        **common(sender, account, *payload, currency=account.currency, reference=reference), hold_id=hold_id
    )


def extend_hold(*, sender: Sender, account: Named, hold_id: int, expires_at: datetime, reference: str) -> ExtendHold:
    """Ask to move a hold's expiry, which has an offset; the account as in `capture_hold`."""
    expires_at = in_utc(expires_at, field="expires_at")
    payload = ("extend", hold_id, expires_at, reference)
    return ExtendHold(
        **common(sender, account, *payload, currency=account.currency, reference=reference),
        hold_id=hold_id,
        expires_at=expires_at,
    )
