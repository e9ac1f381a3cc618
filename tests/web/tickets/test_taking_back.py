"""Void and refund by hand."""

import re
from datetime import UTC, datetime

import pytest

from skypurser.tickets.amounts import FormOfPayment
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries
from tests.web.tickets.test_issuing import hidden


def sell(account: cast.Account, **how: object) -> str:
    sale = cast.issue(account, **{"now": datetime.now(UTC), **how})  # type: ignore[arg-type]
    assert cast.post(sale).code is None
    return str(sale.document)


def key_in(page: str) -> str:
    return str(re.findall(r'name="key" value="([^"]+)"', page)[-1])


def test_a_void_says_what_comes_of_it_and_a_second_click_is_the_same_void() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    browser = signed_in(airline)

    with few_queries():
        page = browser.get(f"/tickets/{document}/void").text
    for told in ("448.00", "32.00", "9,552.00", "10,000.00"):
        assert told in page
    sent = {"reference": "wrong date", "key": key_in(page)}
    answers = [browser.post(f"/tickets/{document}/void", sent) for _ in range(2)]

    assert [answer.headers["Location"] for answer in answers] == [f"/tickets/{document}"] * 2
    assert [one.kind for one in cast.statement(airline.agency)] == ["ticket", "void"]
    page = browser.get(f"/tickets/{document}").text
    assert "VOIDED" in page
    assert "wrong date" in page


def test_a_void_takes_a_reference() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    browser = signed_in(airline)

    page = browser.post(f"/tickets/{document}/void", {"reference": " ", "key": "k"}).text

    assert "data-errors" in page
    assert len(cast.statement(airline.agency)) == 1


def test_a_void_out_of_its_window_is_refused_in_words() -> None:
    airline = cast.airline()
    document = sell(airline.agency, now=cast.NOON)
    browser = signed_in(airline)

    shown = browser.get(f"/tickets/{document}/void")
    sent = browser.post(f"/tickets/{document}/void", {"reference": "late", "key": cast.fresh_key()})

    assert shown.status_code == 409
    for answer in (shown, sent):
        assert "on the local day of its issue only" in answer.text
    assert len(cast.statement(airline.agency)) == 1


def test_a_refund_is_shown_then_made_once_and_may_be_repeated() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    browser = signed_in(airline)
    where = f"/tickets/{document}/refund"
    page = browser.get(where).text
    assert 'value="400.00"' in page
    assert 'value="80.00"' in page
    part = {"fare": "250", "taxes": "30", "penalty": "50", "reference": "part", "key": key_in(page), "step": "preview"}

    with few_queries():
        preview = browser.post(where, part).text
    for told in ("210.00", "20.00", "50.00"):
        assert told in preview
    assert len(cast.statement(airline.agency)) == 1
    for _ in range(2):
        assert browser.post(where, {**hidden(preview), "step": "confirm"}).headers["Location"] == f"/tickets/{document}"
    assert [one.credit for one in cast.statement(airline.agency)] == [0, 21_000]

    rest = browser.get(where).text
    assert 'value="150.00"' in rest
    assert 'value="50.00"' in rest
    preview = browser.post(
        where, {"fare": "150", "taxes": "50", "penalty": "", "reference": "rest", "key": key_in(rest)}
    ).text
    browser.post(where, {**hidden(preview), "step": "confirm"})
    assert [one.credit for one in cast.statement(airline.agency)] == [0, 21_000, 18_800]
    assert browser.get(where).status_code == 409


@pytest.mark.parametrize("asked", ["preview", "confirm"])
@pytest.mark.parametrize(
    ("differently", "told"),
    [
        ({"fare": "400.01"}, "fare 400.00 USD, taxes 80.00 USD"),
        ({"penalty": "449"}, "448.00 USD"),
        ({"fare": "0", "taxes": "0"}, "There is nothing to refund in it"),
        ({"fare": ""}, "required"),
        ({"fare": "x"}, "Write the amount"),
        ({"reference": ""}, "required"),
    ],
)
def test_a_refund_out_of_bounds_is_told_in_the_form(asked: str, differently: dict[str, str], told: str) -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    whole = {"fare": "400", "taxes": "80", "penalty": "0", "reference": "r", "key": cast.fresh_key(), "step": asked}

    page = signed_in(airline).post(f"/tickets/{document}/refund", {**whole, **differently}).text

    assert told in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "data-errors" in page
    assert len(cast.statement(airline.agency)) == 1


def test_a_refund_of_a_card_sale_tells_what_goes_to_the_card() -> None:
    airline = cast.airline()
    document = sell(airline.agency, form_of_payment=FormOfPayment.CARD)
    browser = signed_in(airline)
    sent = {"fare": "400", "taxes": "80", "reference": "r", "key": cast.fresh_key()}

    preview = browser.post(f"/tickets/{document}/refund", sent).text

    assert "back to the card" in preview
    assert "480.00" in preview
    assert "The account is debited with the commission" in preview


def test_others_take_nothing_back() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    sent = {"fare": "1", "taxes": "0", "reference": "r", "key": cast.fresh_key(), "step": "confirm"}

    for browser in (signed_in(cast.outsider()), signed_in(airline, cities={"BOS"})):
        for act in ("void", "refund"):
            assert browser.post(f"/tickets/{document}/{act}", sent).status_code == 404
    assert len(cast.statement(airline.agency)) == 1
