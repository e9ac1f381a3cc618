"""New account. Source: KIU, "New Account"."""

import re

import pytest

from skypurser.access.permissions import Permission
from skypurser.commissions.rules import Mode
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.electronic.queries import AccountView
from tests.cast import Airline, agency, airline, outsider
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import few_queries

AGENCY = {
    "office": "bog77",
    "name": "Viajes del Norte",
    "issue_id": "123",
    "city": "bog",
    "airport": "",
    "currency": "COP",
    "credit_limit": "1,000.50",
    "switch": "on",
    "reference": "contract 5",
}
CLIENT = {
    "code": "acme",
    "name": "Acme",
    "city": "BOS",
    "airport": "",
    "currency": "USD",
    "credit_limit": "0",
    "agency_involved": "",
    "reference": "agreement",
}


def opened(home: Airline, kind: str, code: str) -> list[AccountView]:
    return queries.accounts(Filters(type=kind, text=code), actor=home.actor)


def labels(page: str) -> list[str]:
    found = re.findall(r"<(?:label for=\"[^\"]*\"|legend)>([^<]+)", page.partition("<main")[2])
    return [label.strip() for label in found]


def test_the_agency_form_has_the_fields_of_the_source_in_its_order() -> None:
    page = signed_in(airline()).get("/accounts/new").text

    assert labels(page) == ["Office", "Currency", "Credit limit", "Credit card", "Reference"]
    assert 'aria-current="page">Agency' in page
    assert ">Clear</a>" in page
    assert ">Create</button>" in page


def test_the_corporate_form_has_the_fields_of_the_source_in_its_order() -> None:
    page = signed_in(airline()).get("/accounts/new?type=corporate").text

    assert [label for label in labels(page) if label != "Airport"] == [
        *("Client code", "Account name", "City", "Currency", "Credit limit", "Agency involved", "Reference")
    ]


def test_an_agency_account_is_opened_and_its_office_registered_on_the_way() -> None:
    home = airline()

    answer = send(signed_in(home), "/accounts/new", **AGENCY)

    [view] = opened(home, "agency", "BOG77")
    assert answer.headers["Location"] == f"/accounts/{view.account_id}/manage"
    assert (view.name, view.city, view.country, view.time_zone) == ("Viajes del Norte", "BOG", "CO", "America/Bogota")
    assert (view.currency, view.standing.credit_limit, view.credit_card) == ("COP", 100_050, True)
    assert {view.rates.domestic.mode, view.rates.international_card.mode} == {Mode.FREE}  # type: ignore[union-attr]


def test_after_creation_the_page_of_management_says_so() -> None:
    browser = signed_in(airline())

    answer = send(browser, "/accounts/new", **AGENCY)

    assert "The account of Viajes del Norte in COP is open" in browser.get(answer.headers["Location"]).text


def test_an_office_that_is_not_registered_yet_is_asked_for_and_nothing_typed_is_lost() -> None:
    home = airline()
    typed = {name: value for name, value in AGENCY.items() if name not in {"name", "issue_id", "city", "airport"}}

    answer = send(signed_in(home), "/accounts/new", **typed)

    assert "Office BOG77 is not registered yet." in words(answer)
    assert 'name="issue_id"' in answer.content.decode()
    assert 'value="1,000.50"' in answer.content.decode()
    assert not opened(home, "agency", "BOG77")


def test_a_known_office_is_shown_and_taken_as_it_is() -> None:
    home = airline()
    browser = signed_in(home)
    shown = browser.get("/accounts/new/office", {"office": home.agency.code.lower()})

    typed = {"office": home.agency.code, "currency": "EUR", "credit_limit": "5", "switch": "off", "reference": "second"}
    send(browser, "/accounts/new", **typed)

    assert f"Agency {home.agency.code}" in words(shown)
    assert "Has accounts in USD" in words(shown)
    assert [view.currency for view in opened(home, "agency", home.agency.code)] == ["EUR", "USD"]


def test_what_is_known_of_an_office_is_told_only_where_the_member_may_open_accounts() -> None:
    home, other = airline(), outsider()
    elsewhere = signed_in(home, countries=["FR"])

    denied = elsewhere.get("/accounts/new/office", {"office": home.agency.code})
    foreign = signed_in(home).get("/accounts/new/office", {"office": other.agency.code})

    assert f"Agency {home.agency.code}" not in denied.text
    assert "You may not do this" in denied.text
    assert "This office is not registered yet" in foreign.text


def test_a_corporate_account_is_opened_with_two_rates() -> None:
    home = airline()

    send(signed_in(home), "/accounts/new?type=corporate", **{**CLIENT, "agency_involved": home.agency.code})

    [view] = opened(home, "corporate", "ACME")
    assert (view.city, view.airport, view.standing.credit_limit) == ("BOS", "BOS", 0)
    assert view.agency_involved == home.agency.code
    assert view.rates.domestic_card is None


def test_a_client_that_is_known_by_another_name_keeps_it_and_the_form_tells() -> None:
    home = airline()
    browser = signed_in(home)
    send(browser, "/accounts/new?type=corporate", **CLIENT)

    answer = send(browser, "/accounts/new?type=corporate", **{**CLIENT, "name": "Acme Inc", "currency": "EUR"})

    assert "This client is registered with “Acme” here." in words(answer)
    assert len(opened(home, "corporate", "ACME")) == 1


def test_a_city_without_an_airport_of_its_code_needs_one_named() -> None:
    home = airline()
    browser = signed_in(home)

    asked = send(browser, "/accounts/new", **{**AGENCY, "city": "NYC"})
    send(browser, "/accounts/new", **{**AGENCY, "city": "NYC", "airport": "jfk"})

    assert "This city has no airport of the same code. Name the airport." in words(asked)
    assert opened(home, "agency", "BOG77")[0].airport == "JFK"


def test_a_second_account_in_the_same_currency_is_refused_and_the_next_try_has_a_key_of_its_own() -> None:
    """KIU: only one account per Office ID and currency."""
    home = airline()
    browser = signed_in(home)
    typed = {"office": home.agency.code, "currency": "USD", "credit_limit": "5", "switch": "off", "reference": "x"}
    first = browser.get("/accounts/new").text

    refused = browser.post("/accounts/new", {**hidden(first), **typed})
    browser.post("/accounts/new", {**hidden(refused.text), **typed, "currency": "EUR"})

    assert "There is an account of this office or client in this currency already." in words(refused)
    assert hidden(refused.text)["key"] != hidden(first)["key"]
    assert len(opened(home, "agency", home.agency.code)) == 2


def test_a_form_that_is_sent_twice_opens_one_account() -> None:
    home = airline()
    browser = signed_in(home)
    form = {**hidden(browser.get("/accounts/new").text), **AGENCY}

    first, second = browser.post("/accounts/new", form), browser.post("/accounts/new", form)

    assert first.headers["Location"] == second.headers["Location"]
    assert len(opened(home, "agency", "BOG77")) == 1


def test_a_limit_in_a_currency_without_decimals_is_read_in_it() -> None:
    home = airline()

    refused = send(signed_in(home), "/accounts/new", **{**AGENCY, "currency": "JPY", "credit_limit": "10.5"})

    assert "JPY has no decimals." in words(refused)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("office", "A\x00B"),
        ("office", "x" * 500),
        ("office", "ÑANDU"),
        ("name", "new\nline"),
        ("name", ""),
        ("city", "1"),
        ("airport", "QQQ"),
        ("currency", "XXX"),
        ("currency", ""),
        ("credit_limit", "9" * 40),
        ("credit_limit", "-1"),
        ("switch", "maybe"),
        ("reference", " "),
        ("reference", "a\x00b"),
        ("key", "ключ"),
        ("key", ""),
    ],
)
def test_nonsense_is_told_and_opens_nothing(field: str, value: str) -> None:
    home = airline()

    answer = send(signed_in(home), "/accounts/new", **{**AGENCY, field: value})

    assert answer.status_code == 200
    assert "your attention" in words(answer)
    assert not opened(home, "agency", "BOG77")


def test_nobody_opens_accounts_outside_the_places_that_they_work_for() -> None:
    home = airline()

    answer = send(signed_in(home, countries=["US"]), "/accounts/new", **AGENCY)

    assert "You may not do this." in words(answer)
    assert not opened(home, "agency", "BOG77")


def test_it_takes_the_permission() -> None:
    browser = signed_in(airline(), set(Permission) - {Permission.NEW_ACCOUNT})

    assert browser.get("/accounts/new").status_code == 403
    assert browser.post("/accounts/new", AGENCY).status_code == 403
    assert browser.get("/accounts/new/office?office=X1").status_code == 403


def test_who_may_not_manage_is_led_to_the_account() -> None:
    home = airline()

    answer = send(signed_in(home, {Permission.NEW_ACCOUNT, Permission.QUERIES}), "/accounts/new", **AGENCY)

    assert answer.headers["Location"] == f"/accounts/{opened(home, 'agency', 'BOG77')[0].account_id}"


def test_the_list_leads_here_by_the_key_n() -> None:
    assert 'href="/accounts/new" data-key="n"' in signed_in(airline()).get("/accounts").text


def test_the_pages_ask_the_database_little() -> None:
    home = airline()
    browser = signed_in(home)
    agency(home.carrier)

    with few_queries():
        browser.get("/accounts/new")
    with few_queries():
        browser.get("/accounts/new/office", {"office": home.agency.code})
