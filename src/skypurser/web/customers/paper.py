"""The account statement as PDF: what the page shows of it, oldest first, in the customer's language."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from skypurser.access.acting import snapshot_for
from skypurser.access.carriers import get_carrier
from skypurser.documents.pdf import write_pdf
from skypurser.invoices import issuers
from skypurser.invoices.issuers import IssuerMissing
from skypurser.invoices.paper import paper_of
from skypurser.jetcards import statement as statements
from skypurser.jetcards.statement import StatementLine, StatementPeriod, Subject
from skypurser.parties.clientele import CustomerView
from skypurser.web import documents, figures
from skypurser.web.accounts.words import KINDS, named
from skypurser.web.customers import words
from skypurser.web.customers.statement import StatementBar
from skypurser.web.pages import Request, page
from skypurser.web.shell.navigation import CHARTER

#: More movements than these make no document that anybody reads.
MOST_LINES = 5_000


@page(CHARTER, is_apart=True)
def statement(request: Request, customer_id: int) -> HttpResponse:
    """Send the statement of the period and the card that are asked for; always with all kinds of movements.

    It is of one instant, or a movement posted meanwhile would stand in the lines and not in the closing balance.
    """
    with snapshot_for(request.actor.carrier_id):
        return _statement(request, customer_id)


def _statement(request: Request, customer_id: int) -> HttpResponse:
    account = statements.subject(customer_id, actor=request.actor)
    today = figures.today(request.now, request.membership.time_zone)
    bar = StatementBar(request.GET, account=account, today=today)
    back = reverse("desk:customer-statement", args=[customer_id])
    if not bar.is_readable:
        return redirect(f"{back}{bar.with_()}")
    first, last = bar.dates
    asked: dict[str, Any] = {"card_id": bar.card_id, "first_date": first, "last_date": last}
    period = statements.period(customer_id=customer_id, actor=request.actor, **asked)
    if period.count > MOST_LINES:
        told = _("%(count)s movements are too many for a PDF: choose a shorter period, or take the workbook.")
        messages.error(request, told % {"count": figures.whole(period.count)})
        return redirect(f"{back}{bar.with_()}")
    lines = list(statements.every_line(customer_id=customer_id, actor=request.actor, **asked))
    card = next((one.name for one in account.cards if one.id == bar.card_id), "")
    with translation.override(account.customer.language):
        data = _said(request, account, period, lines, card=card, dates=(first, last or today))
    name = f"{account.customer.code}-{(last or today).isoformat()}.pdf"
    content = write_pdf("statement", data, made_at=request.now)
    disposition = f'inline; filename="{name}"'
    return HttpResponse(content, content_type="application/pdf", headers={"Content-Disposition": disposition})


def _said(
    request: Request,
    account: Subject,
    period: StatementPeriod,
    lines: list[StatementLine],
    *,
    card: str,
    dates: tuple[date | None, date],
) -> Mapping[str, Any]:
    """Return all that the document says, in the language that is active."""
    customer, (first, last) = account.customer, dates
    seller, country = _seller(request)
    currency = customer.currency
    debits, credits_ = (sum(getattr(one.movement, side) for one in lines) for side in ("debit", "credit"))
    since = figures.day(first) if first is not None else _("Since the beginning")
    return {
        "language": customer.language,
        "paper": paper_of(country),
        "title": f"{_('Account statement')} {customer.code}",
        "seller": seller,
        "customer": _address(customer),
        "period": f"{since} – {figures.day(last)}",
        "facts": [
            (_("Customer"), customer.code),
            (_("Card"), card or _("All")),
            (_("Currency"), currency),
        ],
        "opening": figures.amount(period.opening, currency),
        "closing": figures.with_currency(period.closing, currency),
        "debits": figures.amount(debits, currency),
        "credits": figures.amount(credits_, currency),
        "lines": [_row(one, currency, is_of_one=bool(card)) for one in lines],
        "footer": f"{seller[0]} · {customer.code} · {figures.zulu(request.now)}",
        "words": {
            "title": _("Account statement"),
            "columns": [
                *(_("Date"), _("Card"), _("Reference"), _("Debit"), _("Credit")),
                pgettext("of a jet card", "Balance"),
            ],
            "opening": _("Opening balance"),
            "closing": _("Closing balance"),
            "total": _("Total"),
            "page": pgettext("of a document", "Page"),
        },
    }


def _row(line: StatementLine, currency: str, *, is_of_one: bool) -> list[str]:
    one = line.movement
    why = one.reference if line.other_card_name else documents.told(one.document, one.reference)
    told = " · ".join(filter(None, (named(KINDS, one.kind), line.other_card_name, why)))
    sides = (figures.amount(minor, currency) if minor else "" for minor in (one.debit, one.credit))
    balance = one.net if is_of_one else line.total
    return [figures.day(one.business_date), line.card_name, told, *sides, figures.amount(balance, currency)]


def _seller(request: Request) -> tuple[list[str], str]:
    """Return the carrier as it is called on invoices, by its name alone where nobody has said so; and its country."""
    try:
        issuer = issuers.issuer_of(request.actor.carrier_id)
    except IssuerMissing:
        carrier = get_carrier(request.actor.carrier_id)
        return [carrier.name], carrier.country
    place = " ".join(filter(None, (issuer.postal_code, issuer.city)))
    lines = (issuer.legal_name, *issuer.address_lines, place, words.country(issuer.country))
    return [line for line in lines if line], issuer.country


def _address(customer: CustomerView) -> list[str]:
    billing = customer.billing
    place = " ".join(filter(None, (billing.postal_code, billing.city)))
    country = words.country(billing.country) if billing.country else ""
    lines = (billing.legal_name or customer.name, *billing.address_lines, place, country)
    return [line for line in lines if line]
