"""The search: its page, its suggestions, and whom it tells what."""

from urllib.parse import quote

import pytest

from skypurser.access.permissions import Permission
from skypurser.ledger.states import Status
from tests import cast
from tests.cast import airline, outsider, post
from tests.web.home.test_home import text
from tests.web.people import signed_in, visitor
from tests.web.queries import few_queries


def test_an_exact_code_leads_to_the_account_at_once() -> None:
    home = airline()

    answer = signed_in(home).get("/search", {"q": home.agency.code.lower()})

    assert answer.headers["Location"] == f"/accounts/{home.agency.id}"


def test_asked_for_everything_even_an_exact_code_shows_all_that_it_names() -> None:
    home = airline()
    cast.agency(home.carrier, code=f"{home.agency.code}0")

    page = text(signed_in(home).get("/search", {"q": home.agency.code, "all": "1"}).text)

    assert f"{home.agency.code} USD" in page
    assert f"{home.agency.code}0 USD" in page


def test_a_document_leads_to_its_sale() -> None:
    home = airline()
    document = cast.fresh_document()
    post(cast.issue(home.agency, document=document))

    answer = signed_in(home).get("/search", {"q": document})

    assert answer.status_code == 302
    assert document in answer.headers["Location"]


def test_what_is_found_stands_in_groups() -> None:
    home = airline()
    post(cast.issue(home.agency, document="2790000000001"))
    post(cast.hold(home.agency, 5_000))

    page = signed_in(home).get("/search", {"q": "PNR ABC123"}).text

    told = text(page)
    assert "Tickets" in told
    assert "2790000000001" in told
    assert "Movements" in told
    assert f"/accounts/{home.agency.id}?after=2" in page


def test_a_suspended_account_is_told_as_such() -> None:
    home = airline()
    post(cast.status(home.agency, Status.SUSPENDED))

    assert "SUSPENDED" in signed_in(home).get("/search", {"q": f"Agency {home.agency.code}"}).text


def test_nothing_found_says_so_and_what_can_be_searched() -> None:
    page = text(signed_in(airline()).get("/search", {"q": "zebra"}).text)

    assert "Nothing was found for “zebra”." in page
    assert "What can be searched" in page


def test_a_member_with_places_is_told_that_only_they_were_searched_and_finds_nothing_else() -> None:
    home = airline()

    page = signed_in(home, countries={"ES"}).get("/search", {"q": home.agency.code}).text

    assert "Only the places that you work for were searched." in page
    assert f"/accounts/{home.agency.id}" not in page


def test_who_may_only_list_is_led_to_the_list() -> None:
    home = airline()

    page = signed_in(home, {Permission.LIST_ACCOUNTS}).get("/search", {"q": home.agency.code}).text

    assert f"/accounts?type=all&amp;status=all&amp;q={home.agency.code}" in page
    assert f'href="/accounts/{home.agency.id}"' not in page


def test_without_either_permission_there_is_no_search() -> None:
    browser = signed_in(airline(), {Permission.ADMINISTRATION})

    assert browser.get("/search?q=x").status_code == 403
    assert browser.get("/search/suggestions?q=x").status_code == 403
    assert 'role="search"' not in browser.get("/").text


def test_nothing_of_another_carrier_is_found() -> None:
    home, other = airline(), outsider()
    document = cast.fresh_document()
    post(cast.issue(other.agency, document=document))
    browser = signed_in(home)

    for wanted in (other.agency.code, document):
        answer = browser.get("/search", {"q": wanted})
        assert answer.status_code == 200
        assert "Nothing was found" in answer.text


def test_suggestions_are_options_that_lead_somewhere() -> None:
    home = airline()

    part = signed_in(home).get("/search/suggestions", {"q": home.agency.code[:4]}).text

    assert 'role="listbox"' in part
    assert f'href="/accounts/{home.agency.id}"' in part
    assert "<html" not in part


def test_one_letter_suggests_nothing_and_what_is_not_there_says_so() -> None:
    browser = signed_in(airline())

    assert not browser.get("/search/suggestions", {"q": "N"}).text.strip()
    assert 'role="status"' in browser.get("/search/suggestions", {"q": "zebra"}).text


@pytest.mark.parametrize(
    "typed",
    ["\0", "a\0b", "9" * 400, "%", "_", "'; --", "<script>alert(1)</script>", "\N{RIGHT-TO-LEFT OVERRIDE}x", "１２３"],
)
@pytest.mark.parametrize("path", ["/search", "/search/suggestions", "/palette/found"])
def test_hostile_input_breaks_nothing(path: str, typed: str) -> None:
    answer = signed_in(airline()).get(f"{path}?q={quote(typed)}")

    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_signed_out_nothing_is_suggested() -> None:
    assert visitor().get("/search/suggestions?q=NYC").status_code == 302


def test_the_search_asks_the_database_a_bounded_number_of_times() -> None:
    home = airline()
    post(cast.issue(home.agency))
    browser = signed_in(home)
    browser.get("/search")

    # Each kind of thing is found through its own index.
    with few_queries():
        browser.get("/search", {"q": "PNR ABC123"})
    # An amount is looked for in the currencies that the carrier has.
    with few_queries():
        browser.get("/search", {"q": "480.00"})
