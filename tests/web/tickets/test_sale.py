"""A sale's page."""

from datetime import UTC, datetime, timedelta

import pytest

from skypurser.access.permissions import Permission
from skypurser.tickets.amounts import FormOfPayment
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries


def sell(account: cast.Account, **how: object) -> str:
    sale = cast.issue(account, **how)  # type: ignore[arg-type]
    assert cast.post(sale).code is None
    return str(sale.document)


def test_the_sale_is_told_with_its_terms_and_movements() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    cast.post(cast.refund(airline.agency, document, fare=25_000, taxes=3_000, penalty=5_000))
    browser = signed_in(airline)

    with few_queries():
        page = browser.get(f"/tickets/{document}").text

    for told in ("DOE/JANE", "JFK-LAX", "Domestic", "On account", "PNR ABC123", "FIXED", "8.00%", "REFUNDED IN PART"):
        assert told in page
    for amount in ("480.00", "32.00", "448.00", "210.00", "150.00", "50.00", "200.00"):
        assert amount in page
    assert "Penalty 50.00" in page.replace('<span class="money">', "").replace("</span>", "")
    assert f'href="/accounts/{airline.agency.id}?after=3#item-2">2</a>' in page


def test_the_link_of_a_movement_leads_to_it_on_its_account() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    cast.post(cast.credit(airline.agency, 777))

    page = signed_in(airline).get(f"/accounts/{airline.agency.id}?after=2").text

    assert document in page
    assert "7.77" not in page.split("<tbody>")[1].split("</tbody>")[0]


def test_what_moved_nothing_is_told_all_the_same() -> None:
    airline = cast.airline()
    document = sell(airline.agency, form_of_payment=FormOfPayment.CARD_OFFLINE)

    page = signed_in(airline).get(f"/tickets/{document}").text

    assert "The sale did not touch the account" in page
    assert "Moved nothing on the account" in page
    assert "Document sold" in page


def test_a_voided_sale_tells_that_nothing_is_charged_any_more() -> None:
    airline = cast.airline()
    document = sell(airline.agency)
    browser = signed_in(airline)
    assert "Net now" not in browser.get(f"/tickets/{document}").text
    cast.post(cast.void(airline.agency, document))

    page = browser.get(f"/tickets/{document}").text

    assert "Net now 0.00" in page.replace('<span class="money">', "")


def test_what_may_be_done_stands_on_the_sale() -> None:
    airline = cast.airline()
    today, old, gone = sell(airline.agency, now=datetime.now(UTC)), sell(airline.agency), sell(airline.agency)
    cast.post(cast.void(airline.agency, gone))
    browser = signed_in(airline)

    def offered(document: str) -> list[str]:
        page = browser.get(f"/tickets/{document}").text
        return [act for act in ("void", "refund") if f"/tickets/{document}/{act}" in page]

    assert offered(today) == ["void", "refund"]
    assert offered(old) == ["refund"]
    assert offered(gone) == []
    page = signed_in(airline, {Permission.QUERIES}).get(f"/tickets/{today}").text
    assert f"/tickets/{today}/" not in page


def test_whoever_sells_without_queries_sees_the_sale_and_no_link_to_the_account() -> None:
    airline = cast.airline()
    document = sell(airline.agency)

    page = signed_in(airline, {Permission.ISSUANCE}).get(f"/tickets/{document}").text

    assert airline.agency.code in page
    assert f'href="/accounts/{airline.agency.id}' not in page


@pytest.mark.parametrize("document", ["2790000000000", "1", "%00", "9" * 3000, "2792400001001-0"])
def test_what_is_no_sale_is_not_there(document: str) -> None:
    answer = signed_in(cast.airline()).get(f"/tickets/{document}")

    assert answer.status_code in {404, 422}
    assert "no document number" in answer.text or "There is no such sale" in answer.text


def test_another_carriers_sale_is_not_there_nor_is_one_elsewhere() -> None:
    airline = cast.airline()
    document = sell(airline.agency, now=datetime.now(UTC) - timedelta(minutes=1))

    for act in ("", "/void", "/refund"):
        assert signed_in(cast.outsider()).get(f"/tickets/{document}{act}").status_code == 404
        assert signed_in(airline, cities={"BOS"}).get(f"/tickets/{document}{act}").status_code == 404
        assert signed_in(airline, {Permission.HOLDS}).get(f"/tickets/{document}{act}").status_code == 403
