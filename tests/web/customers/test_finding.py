"""Customers and cards elsewhere on the desk: the first page, the search, the palette, saved views."""

from skypurser.access.permissions import ALL, Permission
from tests import cast
from tests.cast import charter_operator
from tests.web.home.test_home import text, tiles
from tests.web.managing.sending import words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def test_the_first_page_tells_what_is_owed_and_which_cards_run_low() -> None:
    home = charter_operator()
    cast.card(home.carrier, home.customer, balance=1_000, low_mark=5_000)
    browser = signed_in(home)
    browser.get("/")

    with few_queries():
        page = browser.get("/").text

    assert tiles(page)["Cards"] == ("1", "/jet-cards?balance=low")
    assert browser.get("/jet-cards?balance=low").text.count("<tr data-row>") == 1
    assert "USD 2 5,010.00 0.00 5,010.00" in text(page)


def test_the_first_page_tells_nothing_of_cards_to_whom_they_are_none_of_their_business() -> None:
    home = charter_operator()
    off = cast.airline()

    page = signed_in(home, ALL - {Permission.JET_CARDS, Permission.CARD_FUNDS, Permission.SALES, Permission.INVOICES})

    assert "On jet cards" not in page.get("/").text
    assert "On jet cards" not in signed_in(off).get("/").text
    elsewhere = signed_in(home, countries=["ES"]).get("/").text
    assert "5,000.00" not in text(elsewhere)


def test_the_search_finds_customers_and_cards_by_code_name_address_and_card() -> None:
    home = charter_operator()
    gold = cast.card(home.carrier, home.customer, name="Gold of Ann")
    cast.customer(home.carrier, name="Ánima Jets", email="anima@example.org")
    browser = signed_in(home)

    def found(wanted: str) -> str:
        return words(browser.get("/search", {"q": wanted, "all": "1"}))

    assert "Ánima Jets" in found("anima")
    assert "Ánima Jets" in found("ANIMA@example.org")
    assert f"{gold.code} Sky Holding" in found("gold of")
    assert "Sky Holding" in found(home.customer.code.lower())
    jump = browser.get("/search", {"q": home.customer.code})
    assert jump.headers["Location"] == f"/customers/{home.customer.id}"
    assert "Gold of Ann" in str(browser.get("/palette/found", {"q": "gold"}).json())


def test_the_search_finds_a_customer_by_its_persons() -> None:
    home, stranger = charter_operator(), charter_operator()
    cast.person(home.customer, home.carrier, "Wilhelmina Ortega")
    wanted = {"q": "mina orte", "all": "1"}

    page = words(signed_in(home).get("/search", wanted))

    assert f"Sky Holding Wilhelmina Ortega · {home.customer.code}" in page
    assert "Wilhelmina" in str(signed_in(home).get("/palette/found", {"q": "wilhelmina"}).json())
    for browser in (signed_in(stranger), signed_in(home, countries=["ES"])):
        assert "Ortega" not in words(browser.get("/search", wanted))


def test_the_search_finds_no_customer_for_whom_it_is_none_of_their_business() -> None:
    home, stranger = charter_operator(), charter_operator()
    no_charter = signed_in(home, {Permission.LIST_ACCOUNTS, Permission.QUERIES})
    elsewhere = signed_in(home, countries=["ES"])

    for browser in (no_charter, elsewhere):
        assert "/customers/" not in browser.get("/search", {"q": "Sky Holding", "all": "1"}).text
    assert f"/customers/{home.customer.id}" not in signed_in(stranger).get("/search", {"q": "Sky", "all": "1"}).text
    only_cards = signed_in(home, {Permission.CARD_FUNDS})
    assert "Sky Holding" in words(only_cards.get("/search", {"q": "Sky"}))


def test_the_palette_names_the_pages_where_they_are_switched_on() -> None:
    def urls(browser: object) -> set[str]:
        return {one["url"] for one in browser.get("/palette").json()["entries"]}  # type: ignore[attr-defined]

    charter = {"/customers", "/jet-cards", "/views/customers", "/views/cards"}

    assert charter <= urls(signed_in(charter_operator()))
    assert not charter & urls(signed_in(cast.airline()))


def test_a_list_that_is_filtered_can_be_kept_as_a_view() -> None:
    browser = signed_in(charter_operator())

    assert "/views/customers?kind=company" in browser.get("/customers?kind=company").text
    assert "/views/cards?balance=low" in browser.get("/jet-cards?balance=low").text
