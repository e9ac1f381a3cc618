"""The sentences for refusals, by code. A test compares them with the codes that there are."""

import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What a quote is, at the end of a sentence.
QUOTES: dict[str, Promise] = {
    "draft": _("still a draft"),
    "quoted": _("quoted"),
    "booked": _("booked already"),
    "cancelled": _("cancelled"),
    "expired": _("expired"),
}

#: Every code that a person may meet.
REFUSALS: dict[str, Promise] = {
    # the request itself
    "idempotency_key_required": _("The form has no key any more. Open it again."),
    "unauthenticated": _("You are signed out. Sign in and try again."),
    "permission_denied": _("You may not do this. Ask your carrier's administrator."),
    "not_found": _("There is nothing at this address."),
    "method_not_allowed": _("This can't be done here."),
    "request_timeout": _("The request took too long to arrive. Try again."),
    "length_required": _("The request doesn't say how long it is."),
    "body_too_large": _("This is too large to be sent."),
    "unsupported_media_type": _("This kind of content is not taken here."),
    "invalid_request": _("Something is not as it should be. Check what you entered."),
    "rate_limited": _("Too many requests. Wait a moment and try again."),
    "too_many_concurrent": _("Too many requests at once. Wait a moment and try again."),
    "internal_error": _("Something went wrong on our side. Try again; the same form is never counted twice."),
    "overloaded": _("Too many people are waiting. Nothing was done; try again in a moment."),
    "unavailable": _("The database does not answer. Nothing was done; try again in a moment."),
    "outcome_unknown": _(
        "We don't know yet whether this was done. Send the same form again: it is never counted twice."
    ),
    "refused": _("This was refused."),
    "replayed": _("This was done before."),
    # keys, documents, accounts
    "key_reused": _("This form was sent before with other content. Open it again."),
    "account_not_found": _("There is no such account."),
    "account_ambiguous": _("This client has accounts in several cities. Name the city."),
    "account_suspended": _("The account is suspended and sells nothing now."),
    "account_inhibited": _("The account is inhibited: the agency has moved to BSP."),
    "account_closed": _("The card is closed: it takes and gives no money."),
    "account_exists": _("There is an account of this office or client in this currency already."),
    "account_in_use": _("The account has movements, holds or sales, and can't be deleted."),
    "currency_mismatch": _("The amount is in another currency than the account."),
    "insufficient_funds": _("The amount is above what is available."),
    "status_change_not_allowed": _("The account can't go from its status to that one."),
    "period_closed": _("The date lies in a period that is closed."),
    "cut_off_in_future": _("A cut-off lies in the past or today."),
    # sales
    "invalid_document_number": _(
        "This is no document number: 13 digits, optionally a hyphen and the right check digit."
    ),
    "duplicate_document": _("This document was sold before."),
    "commission_not_allowed": _("The commission is outside the account's rule."),
    "sale_not_found": _("There is no such sale."),
    "already_voided": _("The sale is voided already."),
    "already_refunded": _("The sale is refunded already."),
    "void_window_closed": _("A sale can be voided on the local day of its issue only."),
    "refund_exceeds_sale": _("The refund is beyond what is left of the sale."),
    "penalty_exceeds_refund": _("The penalty is beyond what the refund gives back."),
    # charter customers and their cards
    "jet_cards_off": _("Jet cards are switched off. Ask your carrier's administrator."),
    "customer_not_found": _("There is no such customer."),
    "invoice_not_found": _("There is no such invoice."),
    "payment_not_found": _("There is no such payment."),
    "payment_exists": _("This movement has been recorded as another payment."),
    "not_a_payment": _("The movement did not take this amount from the card."),
    "invoice_issued": _("The invoice is issued and never changes. A credit note corrects it."),
    "invoice_not_issued": _("Only an issued invoice can be paid, printed or corrected."),
    "nothing_to_invoice": _("The draft adds up to nothing."),
    "issuer_missing": _("Say first what the carrier is called on invoices."),
    "due_before_issue": _("The due date lies before the date of issue."),
    "e_invoice_data_missing": _("An e-invoice needs more of the carrier's or the customer's legal data."),
    "e_invoice_mixes_categories": _(
        "In an e-invoice, lines that are not subject to tax stand by themselves. Write two invoices."
    ),
    "e_invoice_currency_unfit": _("An e-invoice has amounts in hundredths at most, and not every currency."),
    "e_invoice_tax_deviates": _(
        "The tax of the lines is too far from the tax on their sum for an e-invoice. Put small lines together."
    ),
    "no_e_invoice": _("It was issued without XML."),
    "exceeds_open_amount": _("This is more than is open of the invoice."),
    "already_invoiced": _("The booking has a draft already, or its invoices say all that it costs."),
    "invoiced_differently": _(
        "At a rate of tax the booking's invoices say more than it costs. Credit them, or write the rest by hand."
    ),
    "document_not_found": _("The customer has no such booking."),
    "payment_bound_elsewhere": _("A booking took this payment; it pays that booking's invoices alone."),
    "payment_bound": _("A booking took this payment, and gives it back: change its price, or cancel it."),
    "payment_not_linked": _("So much of the payment does not belong to the invoice."),
    "not_paid": _("So much has not been paid for this."),
    "exceeds_advance": _("This is more than is left of the payment."),
    "exceeds_invoice": _("This is more than is left of the invoice."),
    "other_customers_payment": _("The payment is another customer's."),
    "customer_exists": _("There is a customer with this code already."),
    "person_not_found": _("The customer has no such person."),
    "person_exists": _("The customer has a person with this e-mail address already."),
    "person_inactive": _("This person is no longer active and uses no card."),
    "card_not_found": _("There is no such card."),
    "card_exists": _("The customer has an open card of this name already."),
    "card_not_for_person": _("The card is assigned to others."),
    "other_customers_card": _("Money goes between cards of the same customer only."),
    "bookings_open": _("The card paid bookings that are not flown yet. Cancel them first, or close it afterwards."),
    "hold_open": _("A hold is open on the card. Release or capture it first."),
    "balance_owed": _("The card has less than nothing and can't be closed."),
    # quotes and bookings
    "quote_not_found": _("There is no such quote."),
    "quote_not_open": _("The quote is booked or cancelled, or still a draft."),
    "quote_expired": _("The quote is no longer valid. Save it with a later date."),
    "already_departed": _("The flight has departed. Say that you book it all the same."),
    "quote_incomplete": _("A quote needs a customer, a leg, a price and a payment method."),
    "already_quoted": _("What was quoted is no draft any more."),
    "card_not_available": _("This customer or person can't pay by the card."),
    "booking_not_found": _("There is no such booking."),
    "booking_not_open": _("The booking is cancelled."),
    "fee_exceeds_paid": _("The fee is above what was paid."),
    # holds and reversals
    "hold_not_found": _("There is no such hold."),
    "hold_resolved": _("The hold is captured or released already."),
    "hold_expired": _("The hold has expired, or would at once."),
    "entry_not_found": _("There is no such movement."),
    "already_reversed": _("The movement is reversed already."),
    "reversal_exceeds_original": _("The reversal is beyond what is left of the movement."),
    # approvals, views, conflicting edits
    "approval_not_found": _("There is no such request for approval."),
    "approval_decided": _("The request is decided already."),
    "reversal_waits": _("Somebody has asked for this reversal already, and it waits for approval."),
    "own_request": _("Nobody decides on a request of their own: that is what four eyes are for."),
    "changed_meanwhile": _("Somebody else has changed this meanwhile. Look at it as it is now, then decide."),
    # webhooks and events
    "endpoint_not_found": _("There is no such webhook."),
    "endpoint_not_allowed": _("This address may not be called."),
    "too_many_recipients": _("The account has as many recipients as it may."),
    "too_many_endpoints": _("The carrier has as many webhooks as it may."),
    "delivery_not_found": _("There is no such delivery."),
    "statement_not_found": _("There is no such statement."),
    "message_not_found": _("There is no such letter."),
    "message_not_finished": _("The letter is still on its way."),
    "mail_not_configured": _("No mail server is set up here, so nothing can be sent by e-mail."),
    "event_not_found": _("There is no such event."),
    # jobs
    "job_not_found": _("There is no such job."),
    "import_refused": _("The file can't be imported as it is. Nothing was imported."),
    "file_unreadable": _("This can't be read: an Excel workbook is saved as .xlsx, CSV in UTF-8."),
    "file_too_large": _("The file is too large: 16 MB, 50,000 rows and 64 columns a sheet are imported at once."),
    "upload_not_found": _("There is no such file to import: it was imported or discarded, or has expired."),
    "too_many_uploads": _("As many files wait to be confirmed as may. Confirm or discard some of them."),
    "job_begun": _("The job is under way, or has ended."),
    "too_many_jobs": _("The carrier has as many unfinished jobs as it may. Wait until one has ended."),
    "result_not_found": _("The job has made no file, or it has expired."),
    "result_too_large": _("The file would be too large. Narrow down what is in it."),
    "nothing_to_change": _("All accounts that are meant have these rates already, or none is meant."),
    "nothing_to_cut_off": _("No account that is meant can be cut off through this date."),
    "preview_outdated": _("Somebody has changed accounts since the preview. Nothing was done: look again."),
    "job_interrupted": _("The job was begun several times and never came to its end."),
    # saved views
    "view_exists": _("You have a view of this name already."),
    "view_not_found": _("There is no such saved view."),
    "too_many_views": _("You have as many saved views as there may be. Delete one first."),
    # carriers, members, parties
    "carrier_exists": _("There is a carrier with this code already."),
    "carrier_not_found": _("There is no such carrier."),
    "carrier_not_named": _("Say for which carrier."),
    "member_exists": _("There is a member with this e-mail address already."),
    "member_not_found": _("There is no such member."),
    "member_joined": _("The member has joined already, and needs no invitation."),
    "user_is_member": _("Whoever is signed in is another member of this carrier already."),
    "user_exists": _("Somebody signs in with this e-mail address already."),
    "user_not_found": _("Nobody signs in with this e-mail address."),
    "invitation_invalid": _("The invitation was used, replaced by a fresh one, or has expired."),
    "reset_invalid": _("The link was used, or has expired."),
    "role_exists": _("There is a role of this name already."),
    "role_not_found": _("There is no such role."),
    "role_in_use": _("Members have this role. Give them another one first."),
    "last_administrator": _("Nobody would be left to administer the carrier."),
    "api_key_not_found": _("There is no such API key."),
    "party_differs": _("There is an office or client with this code already, with other data."),
    "unknown_airport": _("There is no such airport."),
    # the installation
    "schema_behind": _("The database has not been brought up to date. Tell whoever runs the server."),
    "schema_ahead": _("The database is of a later version. Tell whoever runs the server."),
}

#: The same with facts, told where the refusal has them all.
DETAILED: dict[str, Promise] = {
    "insufficient_funds": _("%(shortfall)s is missing: %(available)s is available."),
    "commission_not_allowed": _("The account's commission is %(mode)s %(percent)s %%; %(entered)s %% was entered."),
    "status_change_not_allowed": _("The account can't go from %(from)s to %(to)s."),
    "period_closed": _("The period through %(closed_through)s is closed."),
    "refund_exceeds_sale": _(
        "The refund is beyond what is left of the sale: fare %(refundable_fare_minor)s,"
        " taxes %(refundable_taxes_minor)s."
    ),
    "penalty_exceeds_refund": _("The penalty is beyond what the refund gives back: %(largest_penalty_minor)s."),
    "e_invoice_data_missing": _("An e-invoice needs what nobody has said yet: %(missing)s."),
    "e_invoice_tax_deviates": _(
        "For an e-invoice the tax of the lines, %(tax_minor)s, is too far from the tax on their sum,"
        " %(expected_minor)s. Put small lines together."
    ),
    "bookings_open": _(
        "The card paid what is not flown yet: booking %(bookings)s. Cancel it first, or close the card afterwards."
    ),
    "quote_not_open": _("The quote is %(quote_status)s."),
    "exceeds_open_amount": _("This is more than is open of the invoice: %(open_minor)s."),
    "exceeds_advance": _("This is more than is left of the payment: %(advance_minor)s."),
    "exceeds_invoice": _("This is more than is left of line %(position)s: %(left_minor)s."),
}

#: What is wrong with a field whose content was malformed.
FIELDS: dict[str, Promise] = {
    "reason": _("A reason is needed: up to 500 printable characters."),
    "reference": _("A reference is needed: up to 500 printable characters."),
    "amount": _("The amount is above zero."),
    "credit_limit": _("The credit limit is zero or more."),
    "opening_credit": _("The opening credit is zero or more."),
    "currency": _("This is no currency that accounts are kept in."),
    "code": _("A code has 2 to 20 capital letters and digits."),
    "name": _("A name has 1 to 200 printable characters."),
    "legal_name": _("A name has 1 to 200 printable characters."),
    "address_lines": _("An address has at most four lines of 200 printable characters."),
    "invoice_series": _("A series has 1 to 10 capital letters and digits."),
    "credit_note_series": _(
        "A series has 1 to 10 capital letters and digits, and credit notes have another than invoices."
    ),
    "subject": _("A subject is needed: up to 200 printable characters."),
    "issue_id": _("At most 20 printable characters."),
    "agency_involved": _("At most 20 printable characters."),
    "city": _("A city is its IATA code: three capital letters."),
    "airport": _("An airport is its IATA code: three capital letters."),
    "cities": _("A city is its IATA code: three capital letters."),
    "countries": _("A country is two capital letters, such as US."),
    "offices": _("A code has 2 to 20 capital letters and digits."),
    "role": _("There is no such role."),
    "concurrency_limit": _("The limit is a whole number above zero."),
    "description": _("At most 500 printable characters."),
    "since": _("This is no date."),
    "country": _("A country is two capital letters, and that of the airport."),
    "time_zone": _("This is no time zone."),
    "email": _("This is no e-mail address."),
    "reply_to": _("This is no e-mail address."),
    "recipient": _("This is no e-mail address."),
    "recipient_again": _("This is not the same address."),
    "sender_name": _("At most 80 printable characters."),
    "signature": _("At most 1,000 printable characters, in lines."),
    "percent": _("A percentage lies between 0 and 100, with at most two decimals."),
    "commissions": _("An agency has four commission rates, a corporate client two."),
    "credit_card": _("Only an agency's account has a Credit Card switch."),
    "document_number": _("This is no document number: 13 digits, optionally a hyphen and the right check digit."),
    "document": _("At most 40 printable characters."),
    "passenger": _("At most 500 printable characters."),
    "key": _("The form has no key any more. Open it again."),
    "scopes": _("Choose at least one scope."),
    "event_types": _("Choose at least one kind of event."),
    "rate_limit": _("The limit is a whole number above zero."),
    "expires_at": _("The expiry lies in the future."),
    "route": _("A route is two or more airports."),
    "words": _("A letter says something, in up to 10,000 printable characters."),
}

#: What an e-invoice lacks.
LEGAL_DATA: dict[str, Promise] = {
    "seller.city": _("the carrier's city"),
    "seller.country": _("the carrier's country"),
    "seller.tax_number": _("the carrier's tax number, as a VAT identifier where lines are exports"),
    "buyer.country": _("the customer's country"),
    "buyer.tax_number": _("the customer's tax number"),
}


def facts_in(sentence: Promise) -> set[str]:
    """Return the names of the facts that a sentence tells."""
    return set(re.findall(r"%\((\w+)\)s", str(sentence)))
