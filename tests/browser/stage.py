"""What the pages show while they are looked at: accounts of all kinds, long names, an account with a past."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from skypurser.events.relaying import relay
from skypurser.ledger.states import Status
from skypurser.mail import claiming as mailing
from skypurser.mail.mailer import Sent as Rejected
from skypurser.webhooks import endpoints
from skypurser.webhooks.claiming import claim, settle
from skypurser.webhooks.fanning import fan_out
from skypurser.webhooks.sending import Sent
from tests.cast import (
    Account,
    Airline,
    agency,
    airline,
    client,
    credit,
    debit,
    fresh_document,
    hold,
    issue,
    limit,
    post,
    refund,
    status,
    void,
)
from tests.mail.letters import written
from tests.mail.postoffice import handed_to

_LONG = timedelta(days=4_000)


@dataclass(frozen=True)
class Stage:
    """An airline in the middle of its work.

    Attributes:
        untouched: Has never moved anything.
        document: Was sold and no more.
        webhook, delivery: An endpoint, and what was sent there in vain.
        letter: Was written, and rejected by the mail server.
    """

    airline: Airline
    agency: Account
    inhibited: Account
    untouched: Account
    document: str
    webhook: int
    delivery: int
    letter: int


def stage() -> Stage:
    """Set it up."""
    home = airline()
    suspended, inhibited, over = agency(home.carrier), agency(home.carrier), agency(home.carrier, currency="KWD")
    untouched = client(home.carrier, currency="JPY")
    for to in (Status.SUSPENDED, Status.INHIBITED):
        post(status(inhibited, to))
    post(status(suspended, Status.SUSPENDED))
    post(debit(over, 99_999_999_999))
    _past(home.agency)
    webhook, _secret = endpoints.create(url="https://example.com/hook", actor=home.actor, now=datetime.now(UTC))
    document = fresh_document()
    post(issue(home.agency, document=document, now=datetime.now(UTC)))
    relay(react=fan_out)
    [*_, tried] = claim(carrier_ids=[home.carrier.id], most=50)
    settle(tried, Sent("unreachable", None, 12, "gaierror"))
    return Stage(home, home.agency, inhibited, untouched, document, webhook.id, tried.delivery_id, _letters(home))


def _letters(home: Airline) -> int:
    with handed_to("smtp+plain://127.0.0.1:9"):
        views = [
            written(home, recipient=f"{who}@a-long-domain-of-a-charter-customer.example.org", now=datetime.now(UTC))
            for who in ("ana", "accounts.payable")
        ]
        rejected = mailing.claim(carrier_ids=[home.carrier.id], most=2)[0]
    mailing.settle(rejected, Rejected("rejected", "550 5.1.1 The account that you tried to reach does not exist."))
    return views[0].id


def _past(account: Account) -> None:
    post(credit(account, 500_000))
    for number in range(60):
        document = fresh_document()
        post(issue(account, document=document, fare=4_000 + 113 * number, taxes=2_100))
        if number % 11 == 5:
            post(void(account, document))
        if number % 13 == 6:
            post(refund(account, document, fare=3_000, taxes=1_000, penalty=500))
    post(hold(account, 70_000, lasts=_LONG))
    post(hold(account, 20_000))
    post(issue(account, fare=99_999_999))
    post(issue(account, fare=100, commission_bps=4_000))
    post(limit(account, 1_500_000))
    for to in (Status.SUSPENDED, Status.ACTIVE):
        post(status(account, to))
