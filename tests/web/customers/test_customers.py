"""The list of charter customers, and opening and editing one."""

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.parties import customers
from skypurser.parties.clientele import CustomerChanges, Kind
from tests import cast
from tests.cast import charter_operator
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import few_queries
from tests.web.workbooks import read

FORM = {
    "kind": "company",
    "name": "Ñandú Aviación S.A.",
    "code": "nandu",
    "email": "flights@example.org",
    "phone": "+54 11 4000 0000",
    "language": "es",
    "legal_name": "Ñandú Aviación Sociedad Anónima",
    "address_lines": "Av. Corrientes 123\r\nPiso 4\r\n",
    "postal_code": "C1043",
    "city": "Buenos Aires",
    "country": "AR",
    "tax_number": "30-12345678-9",
    "notes": "Pays on Mondays",
}


def test_where_jet_cards_are_off_the_pages_say_what_they_are_and_who_can_switch_them_on() -> None:
    home = cast.airline()

    administrator = signed_in(home).get("/customers")
    clerk = signed_in(home, {Permission.JET_CARDS}).get("/customers/1")

    assert (administrator.status_code, clerk.status_code) == (409, 409)
    assert "/administration/carrier/jet-cards" in administrator.text
    assert "/administration/carrier/jet-cards" not in clerk.text
    assert "Administration can switch them on" in words(clerk)
    assert 'href="/customers"' not in administrator.text


def test_the_switch_is_turned_on_the_page_of_the_carrier_and_opens_the_navigation() -> None:
    home = cast.airline()
    browser = signed_in(home)
    assert "Switch jet cards on" in browser.get("/administration/carrier").text

    for _ in range(2):  # a double click is one act
        answer = browser.post("/administration/carrier/jet-cards", {"to": "on"}, follow=True)

    assert "Jet cards are switched on." in words(answer)
    assert 'href="/customers"' in browser.get("/").text
    assert words(browser.get("/administration/carrier")).count("Jet cards switched on or off") == 1
    browser.post("/administration/carrier/jet-cards", {"to": "off"})
    assert browser.get("/customers").status_code == 409


def test_a_customer_is_opened_with_all_that_the_form_has() -> None:
    home = charter_operator()
    browser = signed_in(home)

    answer = send(browser, "/customers/new", **FORM)

    made = customers.find("NANDU", actor=home.actor)
    assert answer.headers["Location"] == f"/customers/{made.id}"
    assert (made.kind, made.name, made.language, made.notes) == (
        *(Kind.COMPANY, "Ñandú Aviación S.A.", "es", "Pays on Mondays"),
    )
    assert made.billing.address_lines == ("Av. Corrientes 123", "Piso 4")
    assert (made.billing.country, made.billing.tax_number) == ("AR", "30-12345678-9")
    page = browser.get(f"/customers/{made.id}").text
    assert "Add its persons and its first card" in page
    assert "No jet cards yet" in page
    assert "Argentina" in page


def test_a_form_that_is_sent_twice_opens_one_customer() -> None:
    home = charter_operator()
    browser = signed_in(home)
    typed = {**hidden(browser.get("/customers/new").text), **FORM, "code": ""}

    first, second = (browser.post("/customers/new", typed).headers["Location"] for _ in range(2))

    assert first == second


def test_what_is_wrong_is_told_beside_its_field_and_nothing_typed_is_lost() -> None:
    home = charter_operator()
    browser = signed_in(home)

    wrong = {**FORM, "name": "", "email": "nobody", "phone": "call me", "address_lines": "a\nb\nc\nd\ne"}
    page = send(browser, "/customers/new", **wrong).text
    taken = send(browser, "/customers/new", **{**FORM, "code": home.customer.code}).text
    odd = send(browser, "/customers/new", **{**FORM, "name": "a\x00b", "notes": "\u202e"}).text

    assert 'id="id_name_error"' in page
    assert "An address has at most four lines." in page
    assert "Av. Corrientes 123" not in page
    assert 'value="Buenos Aires"' in page
    assert "There is a customer with this code already." in taken
    assert 'id="id_notes_error"' in odd
    email = send(browser, "/customers/new", **{**FORM, "email": "nobody"}).text
    assert 'id="id_email_error"' in email
    assert len(customers.customers(actor=home.actor)) == 1


def test_only_what_was_changed_is_changed() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/edit"
    shown = {"kind": "company", "name": "Sky Holding", "language": "en", "legal_name": "Sky Holding", "country": "US"}
    form = {**hidden(browser.get(path).text), **shown, "city": "Boston"}
    customers.change_customer(
        customer_id=home.customer.id, changes=CustomerChanges(phone="+1 212 555 0100"), actor=home.actor, now=cast.NOON
    )

    answer = browser.post(path, form)

    assert answer.status_code == 302, answer.text
    now = customers.get(home.customer.id, actor=home.actor)
    assert (now.billing.city, now.phone) == ("Boston", "+1 212 555 0100")


def test_what_somebody_else_has_changed_meanwhile_is_told_and_overwritten_only_when_saved_again() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/edit"
    shown = {"kind": "company", "name": "Sky Holding", "language": "en", "legal_name": "Sky Holding", "country": "CA"}
    form = {**hidden(browser.get(path).text), **shown}
    customers.change_customer(
        customer_id=home.customer.id, changes=CustomerChanges(country="GB"), actor=home.actor, now=cast.NOON
    )

    page = browser.post(path, form)

    assert "Somebody else has set this to United Kingdom meanwhile." in words(page)
    assert customers.get(home.customer.id, actor=home.actor).billing.country == "GB"
    assert browser.post(path, {**shown, **hidden(page.text)}).status_code == 302
    assert customers.get(home.customer.id, actor=home.actor).billing.country == "CA"


def test_an_edit_without_a_change_or_with_a_form_of_ones_own_making_saves_nothing() -> None:
    home = charter_operator()
    browser = signed_in(home)
    path = f"/customers/{home.customer.id}/edit"
    shown = {"kind": "company", "name": "Sky Holding", "language": "en", "legal_name": "Sky Holding", "country": "US"}

    nothing = browser.post(path, {**hidden(browser.get(path).text), **shown})
    made_up = [browser.post(path, {**shown, "key": "k", "shown": text}) for text in ("", "{}", "[", '{"name": 7}')]

    assert "Nothing is changed yet." in words(nothing)
    assert {one.status_code for one in made_up} == {200}


def test_the_list_is_filtered_by_what_is_looked_for() -> None:
    home = charter_operator()
    cast.customer(home.carrier, name="Ánima Jets", country="ES", email="anima@example.org")
    cast.customer(home.carrier, name="Zoe Lee", country="US", kind=Kind.PERSON)
    browser = signed_in(home)

    def found(query: str) -> list[str]:
        page = browser.get(f"/customers?{query}").text
        return [name for name in ("Ánima Jets", "Sky Holding", "Zoe Lee") if f">{name}</a>" in page]

    assert found("") == ["Ánima Jets", "Sky Holding", "Zoe Lee"]
    assert found("q=anima") == found("q=ANIMA%40example.org") == found("country=ES") == ["Ánima Jets"]
    assert found("kind=person") == ["Zoe Lee"]
    assert found("kind=nonsense") == found("country=XX") == found("q=%00") == []
    assert found(f"q={home.customer.code}") == ["Sky Holding"]


def test_one_pages_through_the_list_to_and_fro() -> None:
    home = charter_operator()
    for number in range(51):
        cast.customer(home.carrier, name=f"Customer {number:02d}")
    browser = signed_in(home)

    first = browser.get("/customers").text
    following = first.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    second = browser.get(f"/customers{following}").text
    previous = second.partition('rel="prev" href="')[2].partition('"')[0].replace("&amp;", "&")
    back = browser.get(f"/customers{previous}").text

    assert first.count("<tr data-row>") == back.count("<tr data-row>") == 50
    assert second.count("<tr data-row>") == 2
    assert "Customer 00" in back
    assert browser.get("/customers?after=x~~&before=99999999999999999999~a").status_code == 200


def test_the_workbook_has_what_the_list_has_with_what_is_on_the_cards() -> None:
    home = charter_operator()
    cast.card(home.carrier, home.customer, balance=12_345)
    cast.customer(home.carrier, name="Other", country="ES")

    header, rows = read(signed_in(home), "/customers.xlsx?q=sky")

    assert header[:3] == ["Code", "Name", "Kind"]
    assert [row[1] for row in rows[:-1]] == ["Sky Holding"]
    assert rows[0][9:] == [2, "USD", 5123.45, 0, 5123.45]


def test_a_member_of_other_places_sees_no_customer_from_elsewhere() -> None:
    home = charter_operator()
    cast.customer(home.carrier, name="Ánima Jets", country="ES")
    browser = signed_in(home, countries=["ES"])

    page = browser.get("/customers")

    assert "Ánima Jets" in page.text
    assert "Sky Holding" not in page.text
    assert browser.get(f"/customers/{home.customer.id}").status_code == 404
    assert browser.get(f"/jet-cards/{home.card.id}/add-funds").status_code == 404


@pytest.mark.parametrize("path", ["/customers", "/customers.xlsx", "/customers/new", "/jet-cards", "/jet-cards.xlsx"])
def test_a_page_of_all_asks_the_database_few_times(path: str) -> None:
    home = charter_operator()
    for number in range(5):
        cast.card(home.carrier, cast.customer(home.carrier, name=f"Customer {number}"))
    browser = signed_in(home)

    with few_queries():
        answer = browser.get(path)
        answer.close()

    assert answer.status_code == 200


@pytest.mark.parametrize("tab", ["", "/edit", "/statement", "/persons", "/persons/new", "/history", "/jet-cards/new"])
def test_a_page_of_a_customer_asks_the_database_few_times(tab: str) -> None:
    home = charter_operator()
    for _ in range(5):
        cast.card(home.carrier, home.customer, person_ids={home.ann.id})
    browser = signed_in(home)

    with few_queries():
        answer = browser.get(f"/customers/{home.customer.id}{tab}")

    assert answer.status_code == 200


def test_whoever_only_reads_is_offered_nothing_to_change() -> None:
    home = charter_operator()

    page = signed_in(home, {Permission.INVOICES}).get(f"/customers/{home.customer.id}").text

    assert "/edit" not in page
    assert "/jet-cards/new" not in page
    assert "/add-funds" not in page


def test_a_number_beyond_all_bounds_finds_no_customer() -> None:
    home = charter_operator()
    browser = signed_in(home)

    for path in (f"/customers/{10**30}", f"/jet-cards/{10**30}/edit", f"/customers/{2**62}"):
        assert browser.get(path).status_code == 404


def test_switched_off_nothing_of_a_customer_is_shown() -> None:
    home = charter_operator()
    browser = signed_in(home, ALL)
    switch_jet_cards(on=False, actor=home.actor, now=cast.NOON)

    for path in ("", "/statement", "/persons", "/history", "/edit"):
        answer = browser.get(f"/customers/{home.customer.id}{path}")
        assert answer.status_code == 409
        assert "Sky Holding" not in answer.text
