"""Put requests to issue, void and refund together, the same for every channel.

A document is sold once per carrier, so void and refund name the document alone: their fingerprint holds no account, and
is the same whether or not the sale was there when it was asked for.
"""

from skypurser.electronic.asking import Named, Sender, common, foreign_currency
from skypurser.ledger.intents import Refused
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.documents import InvalidDocumentNumber, parse_document
from skypurser.tickets.requests import IssueTicket, RefundTicket, VoidTicket


def issue_ticket(
    *,
    sender: Sender,
    account: Named,
    document_number: str,
    form_of_payment: FormOfPayment,
    route: tuple[str, ...],
    fare: int,
    taxes: int,
    currency: str,
    commission_bps: int | None = None,
    passenger: str = "",
    reference: str = "",
) -> IssueTicket:
    """Ask to sell a ticket or EMD; `fare` and `taxes` are minor units of `currency`.

    Args:
        document_number: 13 digits, or with a hyphen and the check digit. A wrong one is for the ledger to refuse, after
            it looked at the key.

    Raises:
        InvalidRequest: Nothing was judged.
    """
    document, flaw = _document(document_number)
    sale = (form_of_payment, route, fare, taxes, currency, commission_bps, passenger, reference)
    payload = ("issue", *account.identity, document or document_number, *sale)
    return IssueTicket(
        **common(sender, account, *payload, currency=currency, reference=reference, flaw=flaw),
        document=document,
        form_of_payment=form_of_payment,
        route=route,
        fare=fare,
        taxes=taxes,
        commission_bps=commission_bps,
        passenger=passenger,
    )


def void_ticket(*, sender: Sender, account: Named, document_number: str, reference: str = "") -> VoidTicket:
    """Ask to void a sale; `account` is the sale's, or `nobody` where there is none. Errors as in `issue_ticket`."""
    document, flaw = _document(document_number)
    payload = ("void", document or document_number, reference)
    return VoidTicket(
        **common(sender, account, *payload, currency=account.currency, reference=reference, flaw=flaw),
        document=document,
    )


def refund_ticket(
    *,
    sender: Sender,
    account: Named,
    document_number: str,
    fare: int,
    taxes: int,
    penalty: int,
    currency: str,
    reference: str = "",
) -> RefundTicket:
    """Ask to refund a sale; amounts in minor units of `currency`, the account's own where the caller does not say.

    The account as in `void_ticket`, errors as in `issue_ticket`.
    """
    document, flaw = _document(document_number)
    amounts = (fare, taxes, penalty, *foreign_currency(currency, account))
    payload = ("refund", document or document_number, *amounts, reference)
    return RefundTicket(
        **common(sender, account, *payload, currency=currency, reference=reference, flaw=flaw),
        document=document,
        fare=fare,
        taxes=taxes,
        penalty=penalty,
    )


def _document(text: str) -> tuple[str | None, Refused | None]:
    try:
        return parse_document(text), None
    except InvalidDocumentNumber as no:
        return None, Refused(no.code)
