"""Drafts on the desk: written row by row, changed, previewed, deleted."""

import re
from typing import Any

from django.test import Client

from skypurser.invoices import queries
from skypurser.invoices.drafting import Draft, change_draft
from skypurser.invoices.lines import TaxCategory
from skypurser.invoices.queries import InvoiceView
from tests import cast
from tests.cast import CharterOperator
from tests.web.invoices.desk import follow, operator, plain, rows
from tests.web.managing.sending import hidden, send
from tests.web.people import signed_in
from tests.web.queries import few_queries


def path_of(home: CharterOperator) -> str:
    return f"/customers/{home.customer.id}/invoices/new"


def only(home: CharterOperator) -> InvoiceView:
    """The only invoice there is."""
    [found] = queries.invoices(actor=home.actor)
    return found


def test_a_draft_is_written_with_its_rows_and_blank_rows_count_for_nothing() -> None:
    home = operator()
    booking = cast.booking(home)
    browser = signed_in(home)

    answer = send(
        browser,
        path_of(home),
        step="save",
        document=f"booking {booking.id}",
        due_date="2026-03-01",
        supply_date="2026-02-01",
        language="es",
        notes="Gracias",
        **rows(("Charter TEB-OPF", "1.5", "1,000.00", "7.5"), ("", "1", "", "0"), ("Catering", "2", "50", "")),
        **{"line-2-category": "E"},
    )

    told = follow(browser, answer)
    made = only(home)
    assert [(one.text, one.quantity_milli, one.unit_price, one.tax_bps, one.tax_category) for one in made.lines] == [
        ("Charter TEB-OPF", 1_500, 100_000, 750, TaxCategory.STANDARD),
        ("Catering", 2_000, 5_000, 0, TaxCategory.EXEMPT),
    ]
    assert (made.document, str(made.due_date), str(made.supply_date), made.language, made.notes) == (
        booking.document,
        "2026-03-01",
        "2026-02-01",
        "es",
        "Gracias",
    )
    assert made.total == 150_000 + 11_250 + 10_000
    assert "The draft is saved." in told
    assert "1,712.50 USD" in told
    assert f"Booking {booking.id}" in told


def test_a_row_is_added_and_removed_without_losing_what_was_typed_and_without_complaint() -> None:
    home = operator()
    browser = signed_in(home)
    typed = rows(("Charter", "1", "100", "0"), ("Half", "1", "", "0"), ("Third", "3", "1", "0"))

    more = send(browser, path_of(home), step="add", document="Booking 9", **typed).text
    less = send(browser, path_of(home), step="remove-0", document="Booking 9", **typed).text

    assert more.count('name="line-3-text"') == 1
    assert "This field is required" not in more
    assert 'value="Third"' in more
    assert 'value="Booking 9"' in more
    assert 'value="Charter"' not in less
    assert re.search(r'name="line-0-text"[^>]*value="Half"|value="Half"[^>]*name="line-0-text"', less)
    assert 'name="line-2-text"' not in less
    assert queries.invoices(actor=home.actor) == []


def test_totals_are_told_while_rows_are_typed_and_unfinished_rows_are_left_out() -> None:
    home = operator()

    told = plain(
        signed_in(home).get(
            "/invoices/totals",
            {
                "currency": "USD",
                **rows(("", "2", "100.00", "7.5"), ("", "1", "1.005", "0"), ("", "1", "50", "0")),
            },
        )
    )

    assert "Net 250.00 USD" in told
    assert "Tax 7.50% 15.00 USD" in told
    assert "Total 265.00 USD" in told


def test_what_a_line_lacks_is_said_there_and_nothing_is_lost() -> None:
    home = operator()
    typed = rows(("Charter", "-1", "12.345", "101"), ("", "1", "10", "0"))

    page = send(signed_in(home), path_of(home), step="save", language="en", notes="Kept", **typed).text

    assert "Write a quantity above zero with at most three decimals, like 1.5." in page
    assert "USD has at most 2 decimals." in page
    assert "Write a percentage from 0 to 100" in page
    assert "This field is required." in page
    assert 'value="12.345"' in page
    assert "Kept" in page
    assert queries.invoices(actor=home.actor) == []


def test_what_is_not_taxed_has_no_rate() -> None:
    home = operator()
    typed: dict[str, Any] = {**rows(("Charter", "1", "10", "7")), "line-0-category": "AE"}

    page = send(signed_in(home), path_of(home), step="save", language="en", **typed).text

    assert "Only what is taxed has a rate." in page


def test_a_second_click_makes_no_second_draft() -> None:
    home = operator()
    browser = signed_in(home)
    form = {**hidden(browser.get(path_of(home)).text), "step": "save", "language": "en", **rows(("A", "1", "1", "0"))}

    answers = [browser.post(path_of(home), form) for _ in range(2)]

    assert answers[0].headers["Location"] == answers[1].headers["Location"] == f"/invoices/{only(home).id}"


def test_an_edit_of_what_somebody_else_has_changed_is_told_and_not_overwritten_at_once() -> None:
    home = operator()
    browser = signed_in(home)
    draft = cast.drafted(home)
    path = f"/invoices/{draft.id}/edit"
    page = browser.get(path).text
    assert 'value="Charter JFK-MIA"' in page
    form = {**hidden(page), "step": "save", "language": "en", **rows(("Mine", "1", "1", "0"))}
    change_draft(invoice_id=draft.id, draft=Draft(notes="theirs"), actor=home.actor, now=cast.NOON)

    told = browser.post(path, form)
    assert "Somebody else has changed this meanwhile" in told.text
    assert only(home).notes == "theirs"

    browser.post(path, {**form, **hidden(told.text)})
    assert [one.text for one in only(home).lines] == ["Mine"]


def test_a_draft_is_previewed_as_pdf_and_deleted() -> None:
    home = operator()
    browser = signed_in(home)
    draft = cast.drafted(home)

    preview = browser.get(f"/invoices/{draft.id}/preview.pdf")
    answer = send(browser, f"/invoices/{draft.id}/delete")

    assert preview.headers["Content-Type"] == "application/pdf"
    assert preview.content.startswith(b"%PDF-")
    assert "The draft is deleted." in follow(browser, answer)
    assert queries.invoices(actor=home.actor) == []


def test_an_issued_invoice_is_neither_edited_nor_deleted_nor_previewed() -> None:
    home = operator()
    browser: Client = signed_in(home)
    issued = cast.invoiced(home)

    for name in ("edit", "delete", "preview.pdf", "issue"):
        answer = browser.get(f"/invoices/{issued.id}/{name}")
        assert answer.status_code == 409, name
        assert "The invoice is issued and never changes." in plain(answer)


def test_a_customer_is_chosen_first_and_what_it_is_for_goes_along() -> None:
    home = operator()

    page = signed_in(home).get("/invoices/new?q=sky&document=order:17").text

    assert f'href="{path_of(home)}?document=order%3A17"' in page


def test_the_form_asks_few_questions_however_many_lines() -> None:
    home = operator()
    browser = signed_in(home)
    draft = cast.drafted(home, *(cast.flight(text=f"Leg {number}") for number in range(60)))

    for path in (f"/invoices/{draft.id}/edit", path_of(home), "/invoices/new", f"/invoices/{draft.id}/delete"):
        with few_queries():
            assert browser.get(path).status_code == 200


def test_what_was_paid_for_and_is_not_invoiced_is_offered() -> None:
    home = operator()
    cast.paid_booking(home, 1_000, "trip:17")

    page = signed_in(home).get(path_of(home)).text

    assert '<option value="trip:17">' in page
