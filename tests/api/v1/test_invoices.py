"""Invoices of charter customers over the API: from the draft to the credit note."""

from typing import Any

import pytest

from skypurser.access.api_keys import Scope
from skypurser.mail.delivering import deliver
from tests import cast
from tests.api.v1.asking import Program, program
from tests.mail.postoffice import post_office

LINE = {"text": "Charter JFK-MIA", "quantity": "1.5", "unit_price": "1000.00", "tax_percent": "7.50"}


@pytest.fixture
def desk() -> tuple[cast.CharterOperator, Program]:
    operator = cast.charter_operator(balance=500_000)
    cast.issuer(operator.carrier)
    return operator, program(operator.carrier)


def drafted(of: cast.CharterOperator, ask: Program, **differently: Any) -> int:
    told = ask("POST", "/invoices", {"customer_id": of.customer.id, "lines": [LINE], **differently})
    assert told.status == 201, told.body
    return int(told.body["id"])


def issued(of: cast.CharterOperator, ask: Program, **differently: Any) -> Any:
    told = ask("POST", f"/invoices/{drafted(of, ask, **differently)}/issue")
    assert told.status == 200, told.body
    return told.body


def test_an_invoice_is_drafted_written_anew_and_deleted(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    draft = ask("POST", "/invoices", {"customer_id": of.customer.id, "lines": [LINE]}, key="draft")
    again = ask("POST", "/invoices", {"customer_id": of.customer.id, "lines": [LINE]}, key="draft")

    place = f"/invoices/{draft.body['id']}"
    written = ask("PUT", place, {"lines": [{**LINE, "quantity": "2"}], "notes": "Thank\nyou", "due_date": "2099-01-31"})
    gone = ask("DELETE", place)

    assert (draft.body["status"], draft.body["number"], draft.body["total"]) == ("draft", None, "1612.50")
    assert (draft.body["net"], draft.body["tax"]) == ("1500.00", "112.50")
    assert again.body == draft.body
    assert (written.body["net"], written.body["notes"], written.body["due_date"]) == (
        "2000.00",
        "Thank\nyou",
        "2099-01-31",
    )
    assert written.body["lines"][0]["quantity"] == "2"
    assert gone.status == 204
    assert ask("GET", place).code == "invoice_not_found"


def test_issuing_links_what_the_card_paid(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    cast.paid_booking(of, 161_250, "order:17")

    body = issued(of, ask, document="order:17")

    assert (body["status"], body["paid"], body["open_amount"]) == ("issued", "1612.50", "0.00")
    assert body["number"].startswith("INV-")
    assert (body["buyer"]["legal_name"], body["seller"]["legal_name"]) == ("Sky Holding", "Test Air, Inc.")
    assert ask("GET", f"/invoices/{body['id']}").body == body
    (payment,) = ask("GET", f"/invoices/{body['id']}/payments").body["items"]
    assert (payment["method"], payment["confirmed"], payment["advance"]) == ("jet_card", True, "0.00")


def test_issuing_twice_under_one_key_is_one_invoice(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    place = f"/invoices/{drafted(of, ask)}/issue"

    first, again, other = ask("POST", place, key="issue"), ask("POST", place, key="issue"), ask("POST", place)

    assert again.body == first.body
    assert again.headers["Idempotency-Replayed"] == "true"
    assert (other.status, other.code) == (409, "invoice_issued")


def test_an_issued_invoice_changes_no_more(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    place = f"/invoices/{issued(of, ask)['id']}"

    assert ask("PUT", place, {"lines": []}).code == "invoice_issued"
    assert ask("DELETE", place).code == "invoice_issued"


def test_an_invoice_is_paid_by_hand_and_by_card(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    place = f"/invoices/{issued(of, ask)['id']}/payments"

    by_bank = ask("POST", place, {"amount": "600.00", "method": "bank_transfer", "reference": "wire 1"})
    too_much = ask("POST", place, {"amount": "1012.51", "method": "card", "reference": "visa"})
    by_card = ask(
        "POST", place, {"amount": "1012.50", "method": "jet_card", "reference": "rest", "card_id": of.card.id}
    )

    assert (by_bank.status, by_bank.body["invoice"]["open_amount"]) == (201, "1012.50")
    assert (too_much.status, too_much.code, too_much.body["open"]) == (409, "exceeds_open_amount", "1012.50")
    assert (by_card.body["payment"]["card_id"], by_card.body["invoice"]["open_amount"]) == (of.card.id, "0.00")
    assert cast.standing(of.card).net == 398_750
    assert len(ask("GET", place).body["items"]) == 2


def test_a_card_without_the_money_pays_nothing(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    poor = cast.card(of.carrier, of.customer, balance=100)
    place = f"/invoices/{issued(of, ask)['id']}"
    body = {"amount": "1.01", "method": "jet_card", "reference": "x", "card_id": poor.id}

    told = ask("POST", f"{place}/payments", body)

    assert (told.status, told.code) == (402, "insufficient_funds")
    assert ask("GET", place).body["open_amount"] == "1612.50"


def test_a_credit_note_takes_back_a_part_and_then_the_rest(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    body = issued(of, ask)
    place = f"/invoices/{body['id']}"

    part = ask("POST", f"{place}/credit-note", {"reason": "late", "lines": [{"position": 1, "net": "500.00"}]})
    rest = ask("POST", f"{place}/credit-note", {"reason": "cancelled"})
    none = ask("POST", f"{place}/credit-note", {"reason": "again"})

    assert (part.status, part.body["kind"], part.body["total"]) == (201, "credit_note", "537.50")
    assert part.body["corrects"] == {"id": body["id"], "number": body["number"]}
    assert rest.body["total"] == "1075.00"
    assert none.code == "exceeds_invoice"
    after = ask("GET", place).body
    assert (after["open_amount"], after["credited"], len(after["credit_notes"])) == ("0.00", "1612.50", 2)


def test_an_issued_invoice_is_printed_and_a_draft_is_not(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    body = issued(of, ask)

    printed = ask("GET", f"/invoices/{body['id']}/pdf")
    again = ask("GET", f"/invoices/{body['id']}/pdf")

    assert printed.headers["Content-Type"] == "application/pdf"
    assert printed.headers["Content-Disposition"] == f'attachment; filename="{body["number"]}.pdf"'
    assert printed.content.startswith(b"%PDF-")
    assert again.content == printed.content
    assert ask("GET", f"/invoices/{drafted(of, ask)}/pdf").code == "invoice_not_issued"


def test_an_e_invoice_has_its_xml_and_others_have_none(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    plain = issued(of, ask)
    cast.issuer(of.carrier, e_invoices=True)
    body = issued(of, ask)

    xml = ask("GET", f"/invoices/{body['id']}/xml")

    assert (plain["e_invoice"], body["e_invoice"]) == (False, True)
    assert xml.headers["Content-Type"] == "application/xml"
    assert xml.headers["Content-Disposition"] == f'attachment; filename="{body["number"]}.xml"'
    assert body["number"].encode() in xml.content
    assert ask("GET", f"/invoices/{plain['id']}/xml").code == "no_e_invoice"
    assert ask("GET", f"/invoices/{drafted(of, ask)}/xml").code == "invoice_not_issued"


def test_what_an_e_invoice_lacks_is_named_and_the_number_stays(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    cast.issuer(of.carrier, e_invoices=True)
    nowhere = cast.customer(of.carrier, name="Nowhere", country="")
    draft = ask("POST", "/invoices", {"customer_id": nowhere.id, "lines": [LINE], "supply_date": "2026-02-01"}).body

    told = ask("POST", f"/invoices/{draft['id']}/issue")
    draft_odd = ask(
        "POST",
        "/invoices",
        {"customer_id": of.customer.id, "lines": [{**LINE, "tax_category": "O", "tax_percent": "0.00"}, LINE]},
    ).body

    assert (told.status, told.code, told.body["missing"]) == (409, "e_invoice_data_missing", "buyer.country")
    assert ask("POST", f"/invoices/{draft_odd['id']}/issue").code == "e_invoice_mixes_categories"
    assert draft["supply_date"] == "2026-02-01"
    assert issued(of, ask)["number"].endswith("-000001")


def test_invoices_are_filtered_and_paged(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    first = issued(of, ask, document="order:17")
    drafts = [drafted(of, ask) for _ in range(2)]

    page = ask("GET", "/invoices?limit=2").body
    rest = ask("GET", f"/invoices?limit=2&cursor={page['next_cursor']}").body

    assert [item["id"] for item in (*page["items"], *rest["items"])] == [*drafts[::-1], first["id"]]
    for query in ("document=order:17", "status=issued", "open=true", "kind=invoice&status=issued"):
        assert [item["id"] for item in ask("GET", f"/invoices?{query}").body["items"]] == [first["id"]]
    assert ask("GET", "/invoices?kind=credit_note").body["items"] == []
    assert ask("GET", f"/invoices?customer_id={of.customer.id + 1}").body["items"] == []


def test_the_trial_balance_is_nothing_in_all(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    cast.paid_booking(of, 100_000, "order:17")
    issued(of, ask, document="order:17")

    (usd,) = ask("GET", "/trial-balance").body["items"]

    assert usd["debits"] == usd["credits"]
    assert {line["control"]: line["balance"] for line in usd["lines"]} == {
        None: "-4000.00",
        "charter_sales": "-1500.00",
        "customer_advances": "0.00",
        "opening_balances": "5000.00",
        "receivables": "612.50",
        "taxes_payable": "-112.50",
    }
    assert ask("GET", "/trial-balance?currency=EUR").body == {"items": []}
    assert ask("GET", "/trial-balance?currency=eur").status == 422


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ({"text": ""}, "/lines/0/text"),
        ({"text": " "}, "/lines/0/text"),
        ({"text": "a\x00"}, "/lines/0/text"),
        ({"quantity": "0"}, "/lines/0/quantity"),
        ({"quantity": "1.0001"}, "/lines/0/quantity"),
        ({"quantity": "-1"}, "/lines/0/quantity"),
        ({"quantity": "1e3"}, "/lines/0/quantity"),
        ({"quantity": "٣"}, "/lines/0/quantity"),
        ({"quantity": 1}, "/lines/0/quantity"),
        ({"unit_price": "1"}, "/lines/0/unit_price"),
        ({"unit_price": "-1.00"}, "/lines/0/unit_price"),
        ({"tax_percent": "100.01"}, "/lines/0/tax_percent"),
        ({"tax_category": "E"}, "/lines/0/tax_category"),
        ({"tax_category": "X"}, "/lines/0/tax_category"),
        ({"unknown": "x"}, "/lines/0/unknown"),
    ],
)
def test_a_line_that_is_malformed_is_pointed_at(
    desk: tuple[cast.CharterOperator, Program], line: dict[str, Any], pointer: str
) -> None:
    of, ask = desk

    told = ask("POST", "/invoices", {"customer_id": of.customer.id, "lines": [{**LINE, **line}]})

    assert (told.status, told.code, told.pointers) == (422, "invalid_request", [pointer])


def test_notes_that_can_not_be_printed_are_pointed_at(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk

    assert ask("POST", "/invoices", {"customer_id": of.customer.id, "notes": "a\x00"}).pointers == ["/notes"]


def test_another_carrier_finds_nothing(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    place = f"/invoices/{issued(of, ask)['id']}"
    outsider = program(cast.charter_operator().carrier)
    paid = {"amount": "1.00", "method": "other", "reference": "x"}

    for method, path, body in (
        ("GET", place, None),
        ("PUT", place, {"lines": []}),
        ("DELETE", place, None),
        ("POST", f"{place}/issue", None),
        ("POST", f"{place}/credit-note", {"reason": "x"}),
        ("POST", f"{place}/payments", paid),
        ("GET", f"{place}/payments", None),
        ("GET", f"{place}/pdf", None),
        ("GET", f"{place}/xml", None),
    ):
        told = outsider(method, path, body)
        assert (told.status, told.code) == (404, "invoice_not_found"), (method, path)
    assert outsider("GET", "/invoices").body["items"] == []


def test_invoices_take_the_scope_of_the_charter_desk() -> None:
    of = cast.charter_operator()
    ask = program(of.carrier, Scope.ACCOUNTS)

    assert ask("GET", "/invoices").code == "permission_denied"
    assert ask("GET", "/trial-balance").code == "permission_denied"


def test_an_issued_invoice_is_sent_once_under_a_key(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk
    place = f"/invoices/{issued(of, ask)['id']}/letters"
    letter = {"recipient": "books@example.org", "subject": "Your invoice", "words": "Dear all,\n\nhere it is."}

    with post_office() as office:
        first, again = ask("POST", place, letter, key="send"), ask("POST", place, letter, key="send")
        other = ask("POST", place, {**letter, "subject": "Reminder"}, key="send")
        deliver(carrier_ids=[of.carrier.id])

    assert (first.status, first.body["recipient"], first.body["subject"]) == (201, "books@example.org", "Your invoice")
    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert (other.status, other.code) == (409, "key_reused")
    ((_recipient, taken),) = office.taken
    assert [part.get_content_type() for part in taken.iter_attachments()] == ["application/pdf"]
    (told,) = ask("GET", place).body["items"]
    assert (told["recipient"], told["status"], told["tries"]) == ("books@example.org", "sent", 1)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"recipient": "nobody"}, "recipient"), ({"words": " \n "}, "words"), ({"words": "\0"}, "words")],
)
def test_a_letter_needs_an_address_and_words(
    desk: tuple[cast.CharterOperator, Program], wrong: dict[str, str], field: str
) -> None:
    of, ask = desk
    place = f"/invoices/{issued(of, ask)['id']}/letters"

    with post_office():
        told = ask("POST", place, {"recipient": "a@example.org", "subject": "S", "words": "W", **wrong})

    assert (told.status, told.code, told.pointers) == (422, "invalid_request", [f"/{field}"])
    assert ask("GET", place).body["items"] == []


def test_without_a_mail_server_no_invoice_is_sent(desk: tuple[cast.CharterOperator, Program]) -> None:
    of, ask = desk

    told = ask(
        "POST",
        f"/invoices/{issued(of, ask)['id']}/letters",
        {"recipient": "a@example.org", "subject": "S", "words": "W"},
    )

    assert (told.status, told.code) == (409, "mail_not_configured")
