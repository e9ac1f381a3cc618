"""Whatever is wrong with a file is told by sheet, row and column, all of it at once, in the reader's language."""

from typing import Any

import psycopg
import pytest

from skypurser.access.actors import operator
from skypurser.importing import sentences, words
from skypurser.importing.flaws import MOST_TOLD, Flaw, ImportRefused, flaws_in
from tests import cast
from tests.databases import unchanged
from tests.importing.files import (
    ACCOUNTS,
    BALANCES,
    CLIENTS,
    OFFICES,
    Place,
    agencies,
    comma_separated,
    flaws,
    imported,
)

OFFICE = ["MOVED1", "Agency", None, "NYC", "JFK"]
ACCOUNT = ["Agency", "MOVED1", "USD", 0]
BALANCE = ["Agency", "MOVED1", "USD", 1, None]


def office(**cells: Any) -> dict[str, Any]:
    """A sheet of one office, with some cells otherwise."""
    return _sheet("Offices", [*OFFICES, "Country"], [*OFFICE, None], cells)


def account(**cells: Any) -> dict[str, Any]:
    """An office and its account, with some cells otherwise."""
    sheets = {"Offices": [OFFICES, OFFICE]}
    return {**sheets, **_sheet("Accounts", ACCOUNTS, ACCOUNT, cells)}


def balance(**cells: Any) -> dict[str, Any]:
    """An office, its account and its balance, with some cells of that otherwise."""
    return {**account(), **_sheet("Opening balances", BALANCES, BALANCE, cells)}


def _sheet(name: str, header: list[str], row: list[Any], cells: dict[str, Any]) -> dict[str, Any]:
    values = dict(zip(header, row, strict=True))
    for column, cell in cells.items():
        title = words.COLUMNS[column][0]
        values[title] = cell
    return {name: [list(values), list(values.values())]}


#: One example of each flaw that cells and rows can have: the file, and where it is told.
WRONG: dict[str, tuple[Any, Place]] = {
    "missing_value": (office(name=None), ("offices", 2, "name", "missing_value")),
    "unprintable": (office(name="Two\nlines"), ("offices", 2, "name", "unprintable")),
    "too_long": (office(name="n" * 201), ("offices", 2, "name", "too_long")),
    "not_a_code": (office(code="A-1"), ("offices", 2, "code", "not_a_code")),
    "not_a_city": (office(city="N1C"), ("offices", 2, "city", "not_a_city")),
    "not_a_country": (office(country="USA"), ("offices", 2, "country", "too_long")),
    "unknown_airport": (office(airport="ZZZ"), ("offices", 2, "airport", "unknown_airport")),
    "city_without_airport": (office(airport=None), ("offices", 2, "city", "unknown_airport")),
    "country_differs": (office(country="AR"), ("offices", 2, "country", "country_differs")),
    "unknown_choice": (account(type="Airline"), ("accounts", 2, "type", "unknown_choice")),
    "unknown_currency": (account(currency="XAU"), ("accounts", 2, "currency", "unknown_currency")),
    "not_an_amount": (account(credit_limit="a lot"), ("accounts", 2, "credit_limit", "not_an_amount")),
    "negative_amount": (account(credit_limit=-1), ("accounts", 2, "credit_limit", "negative_amount")),
    "too_many_decimals": (account(credit_limit=1.005), ("accounts", 2, "credit_limit", "too_many_decimals")),
    "ambiguous_amount": (account(credit_limit="1,234"), ("accounts", 2, "credit_limit", "ambiguous_amount")),
    "amount_too_large": (
        account(credit_limit="1" + "0" * 13 + ".00"),
        ("accounts", 2, "credit_limit", "amount_too_large"),
    ),
    "not_a_percentage": (
        account(domestic_mode="MAX", domestic_percent=100.01),
        ("accounts", 2, "domestic_percent", "not_a_percentage"),
    ),
    "percentage_missing": (account(domestic_mode="MAX"), ("accounts", 2, "domestic_percent", "percentage_missing")),
    "percentage_of_free": (account(domestic_percent=1), ("accounts", 2, "domestic_percent", "percentage_of_free")),
    "not_a_whole_percentage": (account(low_percent=7.5), ("accounts", 2, "low_percent", "not_a_whole_percentage")),
    "two_marks": (account(low_percent=7, low_amount=7), ("accounts", 2, "low_percent", "two_marks")),
    "mark_is_zero": (account(low_amount=0), ("accounts", 2, "low_amount", "mark_is_zero")),
    "not_an_email": (account(alert_emails="ana at home"), ("accounts", 2, "alert_emails", "not_an_email")),
    "too_many_emails": (
        account(alert_emails=",".join(f"a{n}@example.com" for n in range(21))),
        ("accounts", 2, "alert_emails", "too_many_emails"),
    ),
    "not_a_statements_email": (
        account(statement_email="ana@example.com, bob@example.com"),
        ("accounts", 2, "statement_email", "not_an_email"),
    ),
    "statements_to_nobody": (
        account(statement_language="Spanish"),
        ("accounts", 2, "statement_language", "statements_to_nobody"),
    ),
    "alerts_to_nobody": (account(alert_language="Spanish"), ("accounts", 2, "alert_language", "alerts_to_nobody")),
    "unknown_occasion": (
        account(alert_emails="ana@example.com", alert_occasions="birthdays"),
        ("accounts", 2, "alert_occasions", "unknown_choice"),
    ),
    "formula_broken": (account(credit_limit="=NA()"), ("accounts", 2, "credit_limit", "formula_broken")),
    "office_unknown": (account(code="NOBODY"), ("accounts", 2, "code", "office_unknown")),
    "client_unknown": (account(type="Corporate"), ("accounts", 2, "code", "client_unknown")),
    "wrong_city": (account(city="BOS"), ("accounts", 2, "city", "wrong_city")),
    "no_amount": (balance(credit=None), ("balances", 2, "credit", "one_amount")),
    "two_amounts": (balance(debit=1), ("balances", 2, "credit", "one_amount")),
    "no_balance_of_nothing": (balance(credit=0), ("balances", 2, "credit", "one_amount")),
    "account_unknown": (balance(currency="EUR"), ("balances", 2, "code", "account_unknown")),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_is_wrong_is_told_where_it_is(case: str, superuser: psycopg.Connection) -> None:
    carrier = cast.carrier()
    sheets, place = WRONG[case]

    with unchanged(superuser, carrier.id, but=()):
        found = flaws(sheets, operator(carrier.id))

    assert found == [place]


def test_sheets_and_headers_are_held_to_the_template() -> None:
    actor = operator(cast.carrier().id)

    found = flaws(
        {
            "Offices": [["Code", "Colour", "City", "Code"], ["MOVED1", "red", "MIA", "MOVED1", "extra"]],
            "Ventas": [["Fecha"], ["2026-01-01"]],
            "Notes": [["whatever"]],
        },
        actor,
    )

    assert found == [
        ("Ventas", 0, "", "unknown_sheet"),
        ("offices", 1, "Colour", "unknown_column"),
        ("offices", 1, "code", "duplicate_column"),
        ("offices", 1, "name", "missing_column"),
        ("offices", 2, "", "beyond_header"),
    ]


def test_what_stands_twice_is_told_with_the_row_that_stood_first() -> None:
    actor = operator(cast.carrier().id)
    sheets = agencies("MOVED1", "MOVED1")
    sheets["Clients"] = [CLIENTS, *[["CORP1", "Corporation", "BOS", None]] * 2]

    with pytest.raises(ImportRefused) as refused:
        imported(sheets, actor)

    found = flaws_in(refused.value.facts)
    assert [(flaw.sheet, flaw.row, flaw.code, flaw.facts) for flaw in found] == [
        (sheet, 3, "duplicate_row", {"first": "2"}) for sheet in ("offices", "clients", "accounts", "balances")
    ]


def test_a_client_in_two_cities_is_named_with_its_city() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    clients = [CLIENTS, ["CORP1", "Here", "BOS", None], ["CORP1", "There", "MIA", None]]
    header = [*ACCOUNTS, "City"]

    without = flaws({"Clients": clients, "Accounts": [header, ["Corporate", "CORP1", "USD", 0, None]]}, actor)
    elsewhere = flaws({"Clients": clients, "Accounts": [header, ["Corporate", "CORP1", "USD", 0, "LAX"]]}, actor)
    report = imported({"Clients": clients, "Accounts": [header, ["Corporate", "CORP1", "USD", 0, "MIA"]]}, actor)

    assert without == [("accounts", 2, "city", "client_ambiguous")]
    assert elsewhere == [("accounts", 2, "city", "client_unknown")]
    assert report.corporates == 1


def test_what_only_an_agency_has_is_refused_of_a_client() -> None:
    actor = operator(cast.carrier().id)
    header = [*ACCOUNTS, "Credit card", "Domestic commission with card, mode", "Status"]

    found = flaws(
        {
            "Clients": [CLIENTS, ["CORP1", "Here", "BOS", None]],
            "Accounts": [header, ["Corporate", "CORP1", "USD", 0, "ON", "FREE", "INHIBITED"]],
        },
        actor,
    )

    assert found == [
        ("accounts", 2, column, "agencies_only") for column in ("credit_card", "domestic_card_mode", "status")
    ]


def test_what_is_registered_with_other_data_is_told_with_what_differs() -> None:
    actor = operator(cast.carrier().id)
    imported({"Offices": [OFFICES, OFFICE]}, actor)

    with pytest.raises(ImportRefused) as refused:
        imported({"Offices": [OFFICES, ["MOVED1", "Another", "77", "NYC", "JFK"]]}, actor)

    (flaw,) = flaws_in(refused.value.facts)
    assert (flaw.column, flaw.code, flaw.facts) == ("name", "party_differs", {"fields": "name,issue_id"})
    assert sentences.sentence(flaw, "es") == "Ya está registrado, con otro dato en: Nombre, ID de emisión."


def test_an_inhibited_account_takes_no_opening_balance() -> None:
    actor = operator(cast.carrier().id)
    imported(account(status="INHIBITED"), actor)

    found = flaws({"Opening balances": [BALANCES, BALANCE]}, actor)

    assert found == [("balances", 2, "code", "account_inhibited")]


def test_what_follows_from_a_flaw_is_not_told_as_another_one() -> None:
    actor = operator(cast.carrier().id)
    sheets = agencies("MOVED1")
    sheets["Offices"] = [OFFICES, ["MOVED1", None, None, "NYC", "JFK"]]

    assert flaws(sheets, actor) == [("offices", 2, "name", "missing_value")]


def test_many_flaws_are_counted_and_the_first_of_them_told() -> None:
    actor = operator(cast.carrier().id)
    rows = [["Agency", f"NOBODY{n}", "USD", "much"] for n in range(3_000)]

    with pytest.raises(ImportRefused) as refused:
        imported({"Accounts": [ACCOUNTS, *rows]}, actor)

    told = flaws_in(refused.value.facts)
    assert refused.value.facts["total"] == 3_000
    assert (len(told), told[0].row, told[-1].row) == (MOST_TOLD, 2, MOST_TOLD + 1)


def test_a_csv_file_tells_by_its_header_what_it_holds_or_is_told() -> None:
    actor = operator(cast.carrier().id)
    unclear = comma_separated([["Code", "Name", "City"], ["MIA1", "Somebody", "MIA"]])

    assert flaws(unclear, actor) == [("", 1, "", "kind_unclear")]
    assert imported(unclear, actor, kind="offices").offices == 1
    assert imported(comma_separated([ACCOUNTS, ["Agency", "MIA1", "USD", "1.00"]]), actor).agencies == 1
    assert imported(comma_separated([BALANCES, ["Agency", "MIA1", "USD", "", "1.00"]]), actor).balances == 1


def test_every_flaw_has_its_sentence_in_both_languages() -> None:
    facts = dict.fromkeys(
        ("longest", "choices", "example", "currency", "digits", "address", "most", "airport", "country", "first"),
        "FREE",
    )
    for code, both in sentences.SENTENCES.items():
        more = {"fields": "name", "cities": "NYC", "city": "NYC", "permission": "new_account"}
        flaw = Flaw("accounts", 2, "code", code, "x", {**facts, **more})
        told = {sentences.sentence(flaw, language) for language in words.LANGUAGES}
        assert len(told) == 2
        assert not any("{" in sentence for sentence in told)
        assert all(sentence[0].isupper() or sentence.startswith("{") for sentence in both)


def test_titles_are_taken_in_both_languages_in_capitals_or_not() -> None:
    for name, both in words.COLUMNS.items():
        for title in (name, *both, both[1].upper(), f" {both[0].lower()} *"):
            assert words.column_called(title) == name
    for value, both in words.CHOICES.items():
        for word in (value, *both, both[1].lower()):
            assert words.choice_called(word) == value
