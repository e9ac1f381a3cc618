"""Problems as RFC 9457 tells them: every code with its status and title, and how a refusal becomes one.

`code` is what machines rely on; `type` is that code as a relative URL, and always leads to the same problem. Facts
stand beside it: amounts as decimal strings in the account's currency, instants in UTC with Z.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from skypurser.errors import InvalidRequest, Refusal
from skypurser.money import format_amount

MEDIA_TYPE = "application/problem+json"
TYPES = "/api/v1/problems/"

#: Every code that an interface may answer with.
PROBLEMS: dict[str, tuple[int, str]] = {
    # the request itself
    "idempotency_key_required": (400, "A request that moves money needs an Idempotency-Key of 1 to 128 characters"),
    "unauthenticated": (401, "There is no such key, or it is revoked or expired"),
    "permission_denied": (403, "The caller may not do this"),
    "not_found": (404, "There is no such thing"),
    "method_not_allowed": (405, "This can't be done here"),
    "request_timeout": (408, "The request took too long to arrive"),
    "length_required": (411, "The body does not say its length"),
    "body_too_large": (413, "The body of the request is too large"),
    "unsupported_media_type": (415, "The body of a request is application/json"),
    "invalid_request": (422, "The request is malformed"),
    "rate_limited": (429, "The caller asks faster than it may"),
    "too_many_concurrent": (429, "The caller has more requests under way than it may"),
    "internal_error": (500, "Something went wrong here; ask again with the same key"),
    "overloaded": (503, "Too many requests are waiting; nothing was judged"),
    "unavailable": (503, "The database does not answer; nothing was judged"),
    "outcome_unknown": (503, "The outcome is not known; the same key tells it"),
    # keys, documents, accounts
    "key_reused": (409, "The key was used with another payload"),
    "account_not_found": (404, "There is no such account"),
    "account_ambiguous": (422, "The client has accounts in several cities; name one"),
    "account_suspended": (409, "The account is suspended and sells nothing now"),
    "account_inhibited": (409, "The account is inhibited and sells nothing now"),
    "account_closed": (409, "The card is closed and takes and gives no money"),
    "account_exists": (409, "There is such an account already"),
    "account_in_use": (409, "The account has movements, holds or sales, and stays"),
    "currency_mismatch": (422, "The amount is in another currency than the account"),
    "insufficient_funds": (402, "The amount is above what is available"),
    "status_change_not_allowed": (409, "The account can't go from its status to that one"),
    "period_closed": (409, "The date lies in a closed period"),
    "cut_off_in_future": (409, "A cut-off lies in the past or today"),
    # sales
    "invalid_document_number": (422, "Not a document number: 13 digits, optionally a hyphen and the right check digit"),
    "duplicate_document": (409, "The document was sold before"),
    "commission_not_allowed": (422, "The commission is outside the account's rule"),
    "sale_not_found": (404, "There is no such sale"),
    "already_voided": (409, "The sale is voided already"),
    "already_refunded": (409, "The sale is refunded already"),
    "void_window_closed": (409, "A sale is voided on the local day of its issue only"),
    "refund_exceeds_sale": (409, "The refund is beyond what is left of the sale"),
    "penalty_exceeds_refund": (409, "The penalty is beyond what the refund gives back"),
    # holds and reversals
    "hold_not_found": (404, "There is no such hold"),
    "hold_resolved": (409, "The hold is captured or released already"),
    "hold_expired": (409, "The hold has expired, or would at once"),
    "entry_not_found": (404, "There is no such entry"),
    "already_reversed": (409, "The entry is reversed already"),
    "reversal_exceeds_original": (409, "The reversal is beyond what is left of the original"),
    # approvals, and what two people change at once
    "approval_not_found": (404, "There is no such request for approval"),
    "approval_decided": (409, "The request for approval is decided already"),
    "own_request": (409, "Nobody decides on a request of their own"),
    "changed_meanwhile": (409, "Somebody else has changed this meanwhile"),
    # charter customers and their cards
    "jet_cards_off": (409, "The carrier has jet cards switched off"),
    "customer_not_found": (404, "There is no such customer"),
    "customer_exists": (409, "There is a customer with this code already"),
    "person_not_found": (404, "The customer has no such person"),
    "person_exists": (409, "The customer has a person with this e-mail address already"),
    "person_inactive": (409, "The person is no longer active"),
    "card_not_found": (404, "There is no such card"),
    "card_exists": (409, "The customer has an open card of this name already"),
    "card_not_for_person": (409, "The card is assigned to others"),
    "other_customers_card": (409, "Money goes between cards of the same customer only"),
    "bookings_open": (409, "The card paid bookings that are not flown yet; cancel them, or close it afterwards"),
    "hold_open": (409, "A hold is open on the card; release or capture it first"),
    "balance_owed": (409, "The card has less than nothing and can't be closed"),
    # quotes and bookings
    "quote_not_found": (404, "There is no such quote"),
    "quote_not_open": (409, "The quote is not in a status in which this can be done"),
    "quote_expired": (409, "The quote is no longer valid"),
    "already_departed": (409, "The first leg has departed; book it all the same by saying so"),
    "quote_incomplete": (422, "A quote needs a customer, a leg, a price and a payment method"),
    "already_quoted": (409, "What was quoted is no draft any more"),
    "card_not_available": (409, "This customer or person can't pay by the card"),
    "booking_not_found": (404, "There is no such booking"),
    "booking_not_open": (409, "The booking is cancelled"),
    "already_invoiced": (409, "The booking has a draft, or its invoices say all that it costs"),
    "invoiced_differently": (409, "At a rate of tax the booking's invoices say more than it costs"),
    "fee_exceeds_paid": (409, "The fee is above what was paid"),
    # invoices and payments
    "invoice_not_found": (404, "There is no such invoice"),
    "payment_not_found": (404, "There is no such payment"),
    "payment_exists": (409, "The entry has been recorded as another payment"),
    "not_a_payment": (409, "The entry took no such advance from the card"),
    "invoice_issued": (409, "The invoice is issued and never changes"),
    "invoice_not_issued": (409, "Only an issued invoice is paid, printed or corrected"),
    "nothing_to_invoice": (409, "The draft adds up to nothing"),
    "issuer_missing": (409, "The carrier has not said what it is called on invoices"),
    "e_invoice_data_missing": (409, "An e-invoice needs something of the seller or the buyer that nobody has said"),
    "e_invoice_mixes_categories": (409, "In an e-invoice, lines not subject to tax stand by themselves"),
    "e_invoice_currency_unfit": (409, "An e-invoice can't express amounts like these"),
    "e_invoice_tax_deviates": (409, "The tax of the lines is too far from the tax on their sum for an e-invoice"),
    "no_e_invoice": (409, "The document was issued without XML"),
    "due_before_issue": (409, "The due date lies before the date of issue"),
    "exceeds_open_amount": (409, "More than is open of the invoice"),
    "document_not_found": (404, "The customer has no such booking"),
    "payment_bound": (409, "A booking took the payment, and gives it back"),
    "payment_not_linked": (409, "So much of the payment does not belong to the invoice"),
    "payment_bound_elsewhere": (409, "A booking took the payment, which pays that booking's invoices alone"),
    "not_paid": (409, "So much has not been paid for this"),
    "exceeds_advance": (409, "More than is left of the payment"),
    "exceeds_invoice": (409, "More than is left of the invoice's line"),
    "other_customers_payment": (409, "The payment is another customer's"),
    # webhooks and events
    "endpoint_not_found": (404, "There is no such webhook"),
    "endpoint_not_allowed": (422, "This address may not be called"),
    "too_many_recipients": (409, "The account tells as many recipients as it may"),
    "too_many_endpoints": (409, "The carrier has as many webhooks as it may"),
    "delivery_not_found": (404, "There is no such delivery"),
    "statement_not_found": (404, "The account has no such statement"),
    "message_not_found": (404, "There is no such letter"),
    "message_not_finished": (409, "The letter is still on its way"),
    "mail_not_configured": (409, "No mail server is set up"),
    "event_not_found": (404, "There is no such event"),
    # jobs
    "job_not_found": (404, "There is no such job"),
    "upload_not_found": (404, "There is no such file to be imported"),
    "too_many_uploads": (409, "As many files wait to be imported as may"),
    "file_unreadable": (422, "The file is neither an Excel workbook (.xlsx) nor CSV in UTF-8"),
    "file_too_large": (422, "The file is larger than what is imported at once"),
    "import_refused": (422, "The file can't be imported as it is"),
    "job_begun": (409, "The job is under way, or has ended"),
    "too_many_jobs": (409, "The carrier has as many unfinished jobs as it may"),
    "result_not_found": (404, "The job has made no file, or it has expired"),
    "result_too_large": (409, "The file of the job would be larger than may be kept"),
    "nothing_to_change": (409, "All accounts that are meant have these rates already, or none is meant"),
    "nothing_to_cut_off": (409, "No account that is meant can be cut off through the date"),
    "preview_outdated": (409, "Accounts are otherwise than the preview showed"),
    "job_interrupted": (409, "The job was begun several times and never came to its end"),
    # carriers, members, parties
    "carrier_exists": (409, "There is such a carrier already"),
    "carrier_not_found": (404, "There is no such carrier"),
    "member_exists": (409, "There is such a member already"),
    "member_not_found": (404, "There is no such member"),
    "role_exists": (409, "There is such a role already"),
    "role_not_found": (404, "There is no such role"),
    "role_in_use": (409, "Members have the role"),
    "last_administrator": (409, "Nobody would be left to administer the carrier"),
    "view_exists": (409, "The member has a view of this name for the page already"),
    "view_not_found": (404, "The member has no such view"),
    "too_many_views": (409, "The member has as many saved views as may be"),
    "reversal_waits": (409, "The reversal was asked for, and waits for approval"),
    "member_joined": (409, "The member has joined already"),
    "invitation_invalid": (404, "The invitation was used, replaced, or has expired"),
    "reset_invalid": (404, "The link was used, or has expired"),
    "user_is_member": (409, "The person is another member of this carrier already"),
    "user_exists": (409, "Somebody signs in with this address already"),
    "user_not_found": (404, "Nobody signs in with this address"),
    "api_key_not_found": (404, "There is no such API key"),
    "party_differs": (409, "The office or client is known with other data"),
    "refused": (409, "Refused"),
}

#: After so many seconds it is worth asking again, unless the refusal itself knows.
RETRY_AFTER = {
    "rate_limited": 1,
    "too_many_concurrent": 1,
    "overloaded": 1,
    "unavailable": 2,
    "outcome_unknown": 1,
}

#: Facts of the ledger that are amounts; others that are end in `_minor`.
_AMOUNTS = frozenset({"available", "shortfall"})
_OTHERWISE_NAMED = {"status": "account_status", "code": "account_code", "detail": "details", "title": "name"}
_INTERNAL = frozenset({"field", "type"})

_encode = msgspec.json.Encoder().encode


def problem(code: str, detail: str = "", facts: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the problem with this code; facts are ready for JSON (see `told`)."""
    status, title = PROBLEMS.get(code) or (409, code.replace("_", " ").capitalize())
    return {
        "type": TYPES + code,
        "title": title,
        "status": status,
        "detail": detail or f"{title}.",
        "code": code,
        **(facts or {}),
    }


def told(facts: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return a refusal's facts as the outside reads them.

    Args:
        currency: The account's, for amounts in minor units; without one they are left out.
    """
    out: dict[str, Any] = {}
    for name, value in facts.items():
        if name in _INTERNAL:
            continue
        if name in _AMOUNTS or name.endswith("_minor"):
            if currency and isinstance(value, int):
                out[name.removesuffix("_minor")] = format_amount(value, currency)
        elif name.endswith("_at") and isinstance(value, str):
            out[name] = value.replace("+00:00", "Z")
        else:
            out[_OTHERWISE_NAMED.get(name, name)] = value
    return out


def of_code(code: str, facts: Mapping[str, Any], currency: str) -> dict[str, Any]:
    """Return the problem that an answer of the ledger is."""
    if code == "hold_resolved" and "status" in facts:  # so named in old answers, which are replayed
        facts = {"hold_status": facts["status"]}
    outside = told(facts, currency)
    return problem(code, _detail(code, outside, currency), outside)


def _detail(code: str, outside: Mapping[str, Any], currency: str) -> str:
    """Return what the facts say in a sentence; empty where the title says it all."""
    if code == "insufficient_funds" and "shortfall" in outside:
        return f"{outside['available']} {currency} is available, {outside['shortfall']} is missing."
    if code == "hold_expired" and "hold_status" in outside:
        return f"The hold has expired at {outside['expires_at']}."
    if code == "hold_expired" and "expires_at" in outside:
        return f"{outside['expires_at']} is not in the future: the hold would expire at once."
    return ""


def of_refusal(no: Refusal, *, currency: str = "", within: str = "") -> dict[str, Any]:
    """Return the problem that a refusal is.

    Args:
        currency: The account's, where the facts hold amounts.
        within: A JSON pointer to the part of the request that was refused as malformed.
    """
    if isinstance(no, InvalidRequest):
        return malformed((within + pointer_to(no.field), str(no)))
    return problem(no.code, str(no), told(no.facts, currency))


def malformed(*flaws: tuple[str, str]) -> dict[str, Any]:
    """Return the problem of a malformed request; each flaw is a JSON pointer and a sentence."""
    errors = [{"pointer": pointer, "detail": detail} for pointer, detail in flaws]
    return problem("invalid_request", errors[0]["detail"], {"errors": errors})


def pointer_to(field: str) -> str:
    """Return the JSON pointer to a field of a request, by the name that the packages of the business give it."""
    return f"/{_FIELDS.get(field, field)}" if field else ""


#: Where the outside calls a field otherwise than the packages of the business.
_FIELDS = {"currency": "account/currency", "percent": "commission_percent"}


def encoded(content: Mapping[str, Any]) -> bytes:
    """Return a problem as JSON."""
    return _encode(content)
