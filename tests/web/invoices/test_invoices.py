"""Invoices on the desk: listed, issued, shown, paid, credited, sent."""

import html
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.invoices import payments, queries
from skypurser.invoices.crediting import credit_invoice
from skypurser.invoices.drafting import Draft, change_draft
from skypurser.invoices.payments import Method
from skypurser.invoices.receiving import Receipt, receive_advance
from skypurser.jetcards import queries as cards
from skypurser.money import Money
from tests import cast
from tests.cast import NOON, CharterOperator
from tests.mail.postoffice import handed_to
from tests.web.invoices.desk import follow, now_of, operator, plain
from tests.web.managing.sending import hidden, send
from tests.web.people import at, signed_in
from tests.web.queries import few_queries
from tests.web.workbooks import read


@pytest.fixture(autouse=True)
def _noon(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOON)


def advance(home: CharterOperator, amount: int, document: str | None = None) -> payments.PaymentView:
    """Money that came by bank before there was an invoice."""
    receipt = Receipt(amount=Money(amount, "USD"), method=Method.BANK_TRANSFER, reference="wire 7")
    return receive_advance(customer_id=home.customer.id, document=document, receipt=receipt, actor=home.actor, now=NOON)


def test_issuing_says_number_links_and_what_stays_open_before_it_does_it() -> None:
    """Source: FL3XX, "Invoice Integration"."""
    home = operator()
    browser = signed_in(home)
    cast.paid_booking(home, 100_000, "trip:17")
    draft = cast.drafted(home, document="trip:17")

    page = plain(browser.get(f"/invoices/{draft.id}/issue"))
    told = follow(browser, send(browser, f"/invoices/{draft.id}/issue"))

    assert "Number INV-2026-000001" in page
    assert "Total 1,075.00 USD" in page
    assert "Stays open 75.00 USD" in page
    assert f"Jet card {home.card.code} · Show the movement charter trip:17 1,000.00 USD" in page
    assert "Invoice INV-2026-000001 is issued. 75.00 USD of it is open." in told
    assert "OPEN" in told
    assert now_of(draft.id, home).paid == 100_000


def test_a_draft_that_somebody_has_changed_meanwhile_is_shown_anew_before_it_is_issued() -> None:
    home = operator()
    browser = signed_in(home)
    draft = cast.drafted(home)
    seen = hidden(browser.get(f"/invoices/{draft.id}/issue").text)
    change_draft(invoice_id=draft.id, draft=Draft(lines=(cast.flight(unit_price=5),)), actor=home.actor, now=NOON)

    answer = browser.post(f"/invoices/{draft.id}/issue", {"key": seen["key"], "shown": seen["shown"]})

    assert answer.status_code == 200
    assert "Somebody else has changed this meanwhile" in plain(answer)
    assert not now_of(draft.id, home).is_issued
    again = hidden(answer.text)
    assert "is issued" in follow(
        browser, browser.post(f"/invoices/{draft.id}/issue", {"key": again["key"], "shown": again["shown"]})
    )


def test_what_a_card_paid_is_shown_with_its_movement() -> None:
    home = operator()
    paid = cast.paid_booking(home, 107_500, "trip:17")
    issued = cast.invoiced(home, document="trip:17")
    browser = signed_in(home)

    page = browser.get(f"/invoices/{issued.id}").text

    url = f"/customers/{home.customer.id}/statement?card={home.card.id}&amp;period=all&amp;order=newest"
    assert f'href="{url}#m-{paid.entry_id}"' in page
    assert f'id="m-{paid.entry_id}"' in browser.get(url.replace("&amp;", "&")).text
    assert "PAID" in page


def test_without_legal_data_nothing_is_issued_and_the_page_says_so() -> None:
    home = cast.charter_operator()
    draft = cast.drafted(home)
    browser = signed_in(home)

    page = browser.get(f"/invoices/{draft.id}/issue").text
    refused = plain(send(browser, f"/invoices/{draft.id}/issue"))
    elsewhere = [browser.get(path).text for path in ("/invoices", f"/invoices/{draft.id}")]

    assert all('href="/administration/invoices"' in one for one in (page, *elsewhere))
    assert "Say first what the carrier is called on invoices." in refused
    assert not now_of(draft.id, home).is_issued
    other = signed_in(home, {Permission.INVOICES}).get("/invoices").text
    assert 'href="/administration/invoices"' not in other
    assert "Ask your carrier's administrator." in html.unescape(other)


def test_a_draft_of_nothing_is_refused() -> None:
    home = operator()
    draft = cast.drafted(home, cast.flight(unit_price=0))
    browser = signed_in(home)

    assert "it can't be issued" in plain(browser.get(f"/invoices/{draft.id}/issue"))
    assert "The draft adds up to nothing." in plain(send(browser, f"/invoices/{draft.id}/issue"))


def test_a_part_is_paid_by_bank_and_the_rest_by_another_card_of_a_person() -> None:
    home = operator()
    other = cast.card(home.carrier, home.customer, balance=50_000, person_ids={home.ann.id})
    issued = cast.invoiced(home)
    browser = signed_in(home)
    path = f"/invoices/{issued.id}/pay"

    page = plain(browser.get(path))
    first = follow(browser, send(browser, path, method="bank_transfer", amount="700", reference="wire 1"))
    by_card = {"method": f"jet_card:{other.id}:{home.ann.id}", "reference": "the rest"}
    second = follow(browser, send(browser, path, amount="375.00", **by_card))

    assert f"Jet card {other.code}, Ann · 500.00 USD available" in page
    assert f"Jet card {home.card.code} · 5,000.00 USD available" in page
    assert "700.00 USD is recorded for INV-2026-000001; 375.00 USD of it is open." in first
    assert "375.00 USD is recorded for INV-2026-000001; 0.00 USD of it is open." in second
    assert "Bank transfer" in second
    assert f"Jet card {other.code} · Show the movement" in second
    assert cards.card(other.id, actor=home.actor).standing.available == 12_500


def test_a_payment_beyond_what_is_open_or_on_the_card_is_refused_with_its_figure() -> None:
    home = operator()
    issued = cast.invoiced(home)
    low = cast.card(home.carrier, home.customer, balance=10_000)
    browser = signed_in(home)
    path = f"/invoices/{issued.id}/pay"

    beyond = plain(send(browser, path, method="other", amount="1075.01", reference="x"))
    short = plain(send(browser, path, method=f"jet_card:{low.id}", amount="100.01", reference="x"))
    told = plain(browser.get(f"/invoices/{issued.id}/forecast", {"amount": "100.01", "method": f"jet_card:{low.id}"}))
    more = plain(browser.get(f"/invoices/{issued.id}/forecast", {"amount": "2000", "method": "other"}))

    assert "This is more than is open of the invoice: 1,075.00 USD." in beyond
    assert "0.01 USD is missing: 100.00 USD is available." in short
    assert "Afterwards 974.99 USD of the invoice is open." in told
    assert f"0.01 USD is missing on {low.code}: 100.00 USD is available." in told
    assert "This is 925.00 USD more than is open." in more
    assert now_of(issued.id, home).open_amount == 107_500


def test_a_second_click_records_no_second_payment() -> None:
    home = operator()
    issued = cast.invoiced(home)
    browser = signed_in(home)
    path = f"/invoices/{issued.id}/pay"
    typed = {"method": "other", "amount": "10", "reference": "x"}
    form = {**hidden(browser.get(path).text), **typed}

    for _ in range(2):
        browser.post(path, form)

    assert now_of(issued.id, home).paid == 1_000


def test_an_advance_is_linked_as_far_as_it_fits_and_beyond_that_refused() -> None:
    home = operator()
    there = advance(home, 50_000)
    issued = cast.invoiced(home)
    browser = signed_in(home)
    path = f"/invoices/{issued.id}/link/{there.id}"

    page = browser.get(f"/invoices/{issued.id}").text
    refused = plain(send(browser, path, amount="500.01"))
    told = follow(browser, send(browser, path, amount="500"))

    assert f'href="{path}"' in page
    assert "This is more than is left of the payment: 500.00 USD." in refused
    assert "500.00 USD is recorded for INV-2026-000001; 575.00 USD of it is open." in told
    assert path not in browser.get(f"/invoices/{issued.id}").text


def test_a_credit_note_over_parts_is_shown_then_issued_with_cumulative_tax() -> None:
    home = operator()
    issued = cast.invoiced(home, cast.flight(), cast.flight(unit_price=333, tax_bps=500, text="Catering"))
    browser = signed_in(home)
    path = f"/invoices/{issued.id}/credit"
    typed = {"how": "parts", "line_1": "400", "line_2": "1.11", "reason": "Shorter flight"}

    beyond = plain(send(browser, path, step="preview", **{**typed, "line_2": "3.34"}))
    nothing = plain(send(browser, path, step="preview", how="parts", reason="x"))
    preview = send(browser, path, step="preview", **typed)
    answer = browser.post(path, {**hidden(preview.text), **typed, "step": "confirm"})
    told = follow(browser, answer)

    assert "This is more than is left of line 2: 3.33 USD." in beyond
    assert "Say of which line how much is taken back." in nothing
    assert "A credit note over 431.17 USD is issued for good." in plain(preview)
    assert "Credit note CN-2026-000001 is issued over 431.17 USD." in told
    assert "Shorter flight" in told
    assert "corrects INV-2026-000001" in told
    after = now_of(issued.id, home)
    assert after.credited == 43_117
    assert "599.99" not in plain(browser.get(path))
    assert "600.00" in plain(browser.get(path))


def test_a_whole_credit_note_makes_what_was_paid_an_advance_again_which_is_given_back_to_the_card() -> None:
    home = operator()
    by_card = Receipt(
        amount=Money(107_500, "USD"), method=Method.JET_CARD, reference="charter trip:17", card_id=home.card.id
    )
    how: dict[str, Any] = {"actor": home.actor, "now": NOON}
    paid = receive_advance(customer_id=home.customer.id, document="trip:17", receipt=by_card, **how)
    issued = cast.invoiced(home, document="trip:17")
    browser = signed_in(home)
    path = f"/invoices/{issued.id}/credit"

    preview = send(browser, path, step="preview", how="whole", reason="Cancelled")
    browser.post(path, {**hidden(preview.text), "how": "whole", "reason": "Cancelled", "step": "confirm"})
    listed = plain(browser.get("/payments?left=yes"))
    back = f"/payments/{paid.id}/give-back"
    beyond = plain(send(browser, back, amount="1075.01", reference="x"))
    told = follow(browser, send(browser, back, amount="1,000.00", reference="Cancelled"))

    assert "1,075.00 USD of what was paid is an advance again" in plain(preview)
    assert "CREDITED" in plain(browser.get(f"/invoices/{issued.id}"))
    assert "1,075.00 USD Link charter trip:17 Give back charter trip:17" in listed
    assert "This is more than is left of the payment: 1,075.00 USD." in beyond
    assert "1,000.00 USD is given back; 75.00 USD of the payment is left." in told
    assert cards.card(home.card.id, actor=home.actor).standing.net == 500_000 - 7_500


def test_what_a_booking_took_only_the_booking_gives_back() -> None:
    home = operator()
    paid = cast.paid_booking(home, 1_000, "trip:17")
    browser = signed_in(home)

    assert f"/payments/{paid.id}/give-back" not in browser.get("/payments").text
    refused = plain(send(browser, f"/payments/{paid.id}/give-back", amount="1", reference="x"))
    assert payments.payment(paid.id, actor=home.actor).refunded == 0
    assert "booking" in refused


def test_the_list_tells_states_filters_by_them_and_by_customer_and_date() -> None:
    home = operator()
    browser = signed_in(home)
    other = cast.Invoicing(home.carrier, home.actor, cast.customer(home.carrier, name="Zeppelin"))
    draft = cast.drafted(other)
    overdue = cast.invoiced(home, now=NOON - timedelta(days=15))
    open_ = cast.invoiced(other)
    cast.paid_booking(home, 107_500, "trip:1")
    paid = cast.invoiced(home, document="trip:1")
    credited = cast.invoiced(home)
    note = credit_invoice(invoice_id=credited.id, reason="x", actor=home.actor, now=NOON)

    def found(query: str) -> set[int]:
        page = browser.get(f"/invoices?{query}").text
        return {
            one.id
            for one in (draft, overdue, open_, paid, credited, note)
            if f'href="/invoices/{one.id}" data-open' in page
        }

    assert found("") == {draft.id, overdue.id, open_.id, paid.id, credited.id, note.id}
    for status, one in (
        ("draft", draft),
        ("overdue", overdue),
        ("open", open_),
        ("paid", paid),
        ("credited", credited),
        ("issued", note),
    ):
        assert found(f"status={status}") == {one.id}, status
    assert found("status=unpaid") == {overdue.id, open_.id}
    assert found("kind=credit_note") == {note.id}
    assert found("q=zeppelin") == {draft.id, open_.id}
    assert found(f"q={str(paid.number).lower()}") == {paid.id}
    assert found("until=2026-01-01") == {overdue.id}
    assert found("since=nonsense") == set()


def test_the_workbook_has_what_is_filtered_and_credit_notes_below_zero() -> None:
    home = operator()
    issued = cast.invoiced(home)
    note = credit_invoice(invoice_id=issued.id, reason="x", actor=home.actor, now=NOON)
    cast.drafted(home)

    header, lines = read(signed_in(home), "/invoices.xlsx?since=2026-01-01")

    assert header[-2:] == ["Total", "Open amount"]
    assert [(line[0], line[-2], line[-1]) for line in lines] == [
        (note.number, -1075.0, 0.0),
        (issued.number, 1075.0, 0.0),
        ("Total", 0.0, 0.0),
    ]


def test_the_list_goes_on_and_back() -> None:
    home = operator()
    browser = signed_in(home)
    made = [cast.drafted(home).id for _ in range(52)]

    first = browser.get("/invoices").text
    second = browser.get(f"/invoices?after={made[2]}").text
    back = browser.get(f"/invoices?before={made[1]}").text

    assert f"?after={made[2]}" in first
    assert f"?before={made[1]}" in second
    assert first.count("data-open") == back.count("data-open") == 50
    assert second.count("data-open") == 2


def test_a_customer_has_its_invoices_under_a_tab_with_what_is_open() -> None:
    home = operator()
    cast.invoiced(home, now=NOON - timedelta(days=30))
    cast.invoiced(home)
    browser = signed_in(home)

    page = plain(browser.get(f"/customers/{home.customer.id}/invoices"))

    assert "Open amount 2,150.00 USD of 2 invoices" in page
    assert "Overdue 1,075.00 USD" in page
    assert f'/customers/{home.customer.id}/invoices"' in browser.get(f"/customers/{home.customer.id}").text
    without = signed_in(home, {Permission.JET_CARDS}).get(f"/customers/{home.customer.id}").text
    assert f'/customers/{home.customer.id}/invoices"' not in without


def test_an_invoice_is_found_by_its_number() -> None:
    home = operator()
    issued = cast.invoiced(home)
    browser = signed_in(home)

    answer = browser.get("/search", {"q": str(issued.number).lower()})
    everything = plain(browser.get("/search", {"q": str(issued.number), "all": "1"}))

    assert answer.headers["Location"] == f"/invoices/{issued.id}"
    assert f"{issued.number}" in everything
    assert browser.get("/search", {"q": "INV-2026-000999"}).status_code == 200
    nobody = signed_in(home, {Permission.QUERIES}).get("/search", {"q": str(issued.number)})
    assert nobody.status_code == 200
    assert f"/invoices/{issued.id}" not in nobody.text


def test_a_letter_is_offered_in_the_invoices_language_and_sent_with_its_pdf() -> None:
    home = operator()
    draft = cast.drafted(home, language="es")
    browser = signed_in(home)
    send(browser, f"/invoices/{draft.id}/issue")
    path = f"/invoices/{draft.id}/send"

    nowhere = plain(browser.get(path))
    with handed_to("smtp+plain://127.0.0.1:9"):
        page = browser.get(path).text
        form = {**hidden(page), "recipient": "ana@example.org", "subject": "Su factura", "text": "Hola\n\nAdjunta."}
        wrong = send(browser, path, recipient="nobody", subject="s", text="t").text
        answers = [browser.post(path, form) for _ in range(2)]
        told = follow(browser, answers[0])

    assert "No mail server is set up here" in nowhere
    assert "Factura INV-2026-000001 de Test Air" in page
    assert "This is no e-mail address." in wrong
    assert "The letter to ana@example.org is on its way." in told
    assert told.count("Su factura") == 1


def test_a_pdf_opens_in_the_browser_and_a_draft_has_none() -> None:
    home = operator()
    issued, draft = cast.invoiced(home), cast.drafted(home)
    browser = signed_in(home)

    pdf = browser.get(f"/invoices/{issued.id}/invoice.pdf")

    assert pdf.content.startswith(b"%PDF-")
    assert pdf.headers["Content-Disposition"] == f'inline; filename="{issued.number}.pdf"'
    assert browser.get(f"/invoices/{draft.id}/invoice.pdf").status_code == 409


def test_who_sells_reads_and_changes_nothing() -> None:
    home = operator()
    issued, draft = cast.invoiced(home), cast.drafted(home)
    browser = signed_in(home, {Permission.SALES})

    page = plain(browser.get(f"/invoices/{issued.id}"))

    assert "Record a payment" not in page
    assert "New invoice" not in plain(browser.get("/invoices"))
    for path in (f"/invoices/{issued.id}/pay", f"/invoices/{draft.id}/issue", f"/invoices/{draft.id}/edit"):
        assert browser.get(path).status_code == 403


def test_nothing_of_another_carrier_is_linked_or_shown() -> None:
    home, other = operator(), operator()
    issued, theirs = cast.invoiced(home), cast.invoiced(other)
    payment = advance(other, 100)
    browser: Client = signed_in(home)

    assert browser.get(f"/invoices/{theirs.id}").status_code == 404
    assert browser.get(f"/invoices/{issued.id}/link/{payment.id}").status_code == 404
    assert browser.get(f"/payments/{payment.id}/give-back").status_code == 404
    assert queries.invoice(theirs.id, actor=other.actor).paid == 0


def test_pages_ask_few_questions() -> None:
    home = operator()
    cast.paid_booking(home, 50_000, "trip:1")
    issued = cast.invoiced(home, document="trip:1")
    there = advance(home, 5_000)
    for _ in range(5):
        cast.invoiced(home)
    draft = cast.drafted(home, document="trip:1")
    browser = signed_in(home)

    for path in (
        "/invoices",
        f"/invoices/{issued.id}",
        f"/invoices/{draft.id}",
        f"/invoices/{draft.id}/issue",
        f"/invoices/{issued.id}/pay",
        f"/invoices/{issued.id}/link/{there.id}",
        f"/invoices/{issued.id}/credit",
        f"/invoices/{issued.id}/send",
        f"/customers/{home.customer.id}/invoices",
        "/payments",
        f"/payments/{there.id}/give-back",
        "/books/trial-balance",
        "/administration/invoices",
    ):
        with few_queries():
            assert browser.get(path).status_code == 200, path


def test_an_e_invoice_is_foreseen_issued_and_its_xml_kept() -> None:
    home = operator()
    cast.issuer(home.carrier, e_invoices=True)
    browser = signed_in(home)
    nowhere = cast.customer(home.carrier, name="Nowhere", country="")
    lacking = cast.drafted(cast.Invoicing(home.carrier, home.actor, nowhere))
    draft = cast.drafted(home)

    foreseen = plain(browser.get(f"/invoices/{lacking.id}/issue"))
    refused = plain(send(browser, f"/invoices/{lacking.id}/issue"))
    nothing = plain(browser.get(f"/invoices/{draft.id}/issue"))
    issued = follow(browser, send(browser, f"/invoices/{draft.id}/issue"))
    kept = browser.get(f"/invoices/{draft.id}/invoice.xml")

    lacks = "An e-invoice needs what nobody has said yet: the customer's country."
    assert f"It can't be issued as an e-invoice: {lacks}" in foreseen
    assert lacks in refused
    assert "e-invoice" not in nothing
    assert "Invoice INV-2026-000001 is issued." in issued
    assert f'href="/invoices/{draft.id}/invoice.xml"' in browser.get(f"/invoices/{draft.id}").text
    assert kept.headers["Content-Disposition"] == 'attachment; filename="INV-2026-000001.xml"'
    assert kept.content.startswith(b"<?xml")
    assert browser.get(f"/invoices/{lacking.id}/invoice.xml").status_code == 409
    assert ".xml" not in browser.get(f"/invoices/{lacking.id}").text
