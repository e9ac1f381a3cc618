"""A file is imported whole: what it says is there afterwards, and read back as if it had been typed."""

import psycopg
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skypurser.access.acting import acting_for
from skypurser.access.actors import operator
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.alerts import settings
from skypurser.electronic import queries
from skypurser.history import acts
from skypurser.importing import words
from skypurser.importing.report import Report, Total
from skypurser.importing.sheets import SHEETS
from skypurser.importing.template import csv_template, workbook_template
from skypurser.ledger import control
from skypurser.ledger.queries import movements
from skypurser.ledger.states import Control, Status
from skypurser.statements import addresses
from skypurser.statements.addresses import AddressView
from tests import cast
from tests.databases import unchanged
from tests.importing.files import ACCOUNTS, BALANCES, CLIENTS, OFFICES, Rows, agencies, flaws, imported, tried

FULL: dict[str, Rows] = {
    "Offices": [OFFICES, ["sur100", "Viajes del Sur", "9549656", "bue", "EZE"]],
    "Clients": [[*CLIENTS, "Agency involved"], ["AST1", "Astilleros Unidos", "MVD", None, "SUR100"]],
    "Accounts": [
        [
            *ACCOUNTS,
            "Credit card",
            "Domestic commission, mode",
            "Domestic commission, %",
            "International commission, mode",
            "International commission, %",
            "Domestic commission with card, mode",
            "Domestic commission with card, %",
            "Status",
            "Low below, amount",
            "Low below, % of the limit",
            "Alerts to (e-mail)",
            "Language of alerts",
            "Alerts about",
            "Statements to (e-mail)",
            "Language of statements",
            "Reference",
        ],
        [
            *("Agency", "SUR100", "USD", 10_000, "ON", "FIXED", 7.25, "MAX", "9 %", "FIXED", 5, "SUSPENDED"),
            *(
                1_500.5,
                None,
                "Ana@example.com; bob@example.com",
                "Spanish",
                "Low balance",
                "Eva@example.com",
                "Spanish",
            ),
            "by contract",
        ],
        [
            *("Corporate", "AST1", "UYU", "0", None, "MAX", 2, None, None, None, None, None, None, 15),
            *("cfo@example.com", None, None, "cfo@example.com", None, None),
        ],
    ],
    "Opening balances": [
        [*BALANCES, "Reference"],
        ["Agency", "SUR100", "USD", None, 3_200, "as of 31 December"],
        ["Corporate", "AST1", "UYU", "1.234,50", None],
    ],
}


def test_all_fields_of_a_workbook_are_read_back() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)

    report = imported(FULL, actor)

    assert report == Report(
        offices=1,
        clients=1,
        known=0,
        agencies=1,
        corporates=1,
        balances=2,
        over_limit=0,
        suspended=1,
        recipients=3,
        above_threshold=0,
        totals=(Total("USD", 1, 1_000_000, 1, 0, 320_000), Total("UYU", 1, 0, 1, 123_450, 0)),
    )
    (agency,) = queries.named("SUR100", actor=actor)
    (client,) = queries.named("AST1", actor=actor)
    assert (agency.name, agency.issue_id, agency.city, agency.country) == ("Viajes del Sur", "9549656", "BUE", "AR")
    assert (client.name, client.city, client.country, client.agency_involved) == (
        *("Astilleros Unidos", "MVD", "UY"),
        "SUR100",
    )
    assert agency.credit_card
    assert list(map(str, (agency.rates.domestic, agency.rates.international))) == ["FIXED 7.25", "MAX 9.00"]
    assert list(map(str, (agency.rates.domestic_card, agency.rates.international_card))) == ["FIXED 5.00", "FREE"]
    assert list(map(str, (client.rates.domestic, client.rates.international))) == ["MAX 2.00", "FREE"]
    assert client.rates.domestic_card is None
    assert (agency.standing.status, agency.standing.credit_limit, agency.standing.debits) == (
        *(Status.SUSPENDED, 1_000_000),
        320_000,
    )
    assert (client.standing.status, client.standing.credits) == (Status.ACTIVE, 123_450)
    watched, other = (settings.alerts(one.account_id, actor=actor) for one in (agency, client))
    assert (watched.amount, watched.percent, other.amount, other.percent) == (150_050, None, None, 15)
    assert [(one.email, one.language, set(one.occasions)) for one in watched.recipients] == [
        ("ana@example.com", "es", {"low"}),
        ("bob@example.com", "es", {"low"}),
    ]
    to_agency, to_client = (addresses.address(one.account_id, actor=actor) for one in (agency, client))
    assert to_agency == AddressView("Eva@example.com", "es", is_chosen=True)
    assert to_client == AddressView("cfo@example.com", "en", is_chosen=True)
    assert [(one.email, one.language, len(one.occasions)) for one in other.recipients] == [("cfo@example.com", "en", 3)]


def test_an_opening_balance_is_the_first_movement_and_stands_against_its_control_account() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id, name="ana")

    imported(FULL, actor)

    (agency,) = queries.named("SUR100", actor=actor)
    with acting_for(carrier.id):
        (movement,) = movements(carrier_id=carrier.id, account_id=agency.account_id)
        books = control.balances()
    assert (movement.item, movement.kind, movement.debit, movement.net) == (1, "opening", 320_000, -320_000)
    assert (movement.reference, movement.actor) == ("as of 31 December", "ana")
    assert books == {
        (Control.OPENING_BALANCES, "USD"): (0, 320_000),
        (Control.OPENING_BALANCES, "UYU"): (123_450, 0),
    }


def test_each_history_tells_what_one_account_at_a_time_would_have_told() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id, name="ana")

    imported(FULL, actor)

    (agency,) = queries.named("SUR100", actor=actor)
    told = acts.of_account(carrier_id=carrier.id, account_id=agency.account_id)
    assert [one.action for one in reversed(told)] == [
        "account.opened",
        "account.low_mark_set",
        "account.recipient_set",
        "account.recipient_set",
        "account.statement_address_set",
        "account.opening_debit",
        "account.status_changed",
    ]
    opened = told[-1]
    assert (opened.actor, opened.reference, opened.at) == ("ana", "by contract", cast.NOON)
    assert opened.changes == {
        "credit_limit": [None, 1_000_000],
        "credit_card": [None, True],
        "commission.domestic": [None, "FIXED 7.25"],
        "commission.international": [None, "MAX 9.00"],
        "commission.domestic_card": [None, "FIXED 5.00"],
        "commission.international_card": [None, "FREE"],
    }
    (whole,) = (one for one in acts.of_carrier(carrier_id=carrier.id) if one.action == "accounts.imported")
    assert whole.reference == "migration"
    assert whole.changes == {
        "file": [None, "book.xlsx"],
        "offices": [None, 1],
        "clients": [None, 1],
        "accounts": [None, 2],
        "balances": [None, 2],
    }


def test_a_trial_tells_what_would_be_made_and_writes_nothing(superuser: psycopg.Connection) -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)

    with unchanged(superuser, carrier.id, but=()):
        report = tried(FULL, actor)

    assert report == imported(FULL, actor)


def test_what_is_open_is_not_opened_again(superuser: psycopg.Connection) -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    imported(agencies("NYC1"), actor)

    with unchanged(superuser, carrier.id, but=()):
        found = flaws(agencies("NYC0", "NYC1"), actor)

    assert found == [("accounts", 3, "code", "account_exists"), ("balances", 3, "code", "account_has_movements")]


def test_offices_that_are_there_with_the_same_data_are_left_as_they_are() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    offices = {"Offices": agencies("NYC1")["Offices"]}
    imported(offices, actor)

    report = imported(agencies("NYC1", "NYC2"), actor)

    assert (report.offices, report.known, report.agencies) == (1, 1, 2)


def test_balances_come_in_a_file_of_their_own_for_accounts_that_never_moved() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    sheets = agencies("NYC1")
    imported({name: sheets[name] for name in ("Offices", "Accounts")}, actor)

    imported({"Opening balances": sheets["Opening balances"]}, actor)

    (agency,) = queries.named("NYC1", actor=actor)
    assert agency.standing.credits == 25_000


def test_who_owes_more_than_the_limit_is_told_of_and_sells_nothing() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)

    report = imported(agencies("NYC1", limit=100, credit=None, debit=100.01), actor)

    (agency,) = queries.named("NYC1", actor=actor)
    assert (report.over_limit, agency.standing.available) == (1, -1)


def test_an_inhibited_agency_is_inhibited_after_its_opening_balance() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    sheets = agencies("NYC1")
    sheets["Accounts"] = [[*ACCOUNTS, "Status"], ["Agency", "NYC1", "USD", 0, "INHIBITED"]]

    imported(sheets, actor)

    (agency,) = queries.named("NYC1", actor=actor)
    assert (agency.standing.status, agency.standing.credits) == (Status.INHIBITED, 25_000)


def test_templates_are_filled_in_in_both_languages_and_their_examples_never_imported() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)

    for language in words.LANGUAGES:
        assert flaws(workbook_template(language), actor) == [("", 0, "", "nothing_to_import")]
        for kind in SHEETS:
            assert flaws(csv_template(kind, language), actor, kind=kind) == [("", 0, "", "nothing_to_import")]


def test_a_spanish_template_as_csv_is_imported() -> None:
    carrier = cast.carrier()
    actor = operator(carrier.id)
    header = csv_template("accounts", "es").decode("utf-8-sig").splitlines()[0]
    columns = header.count(",") + 1 - header.count(", ")
    row = ["", "Agencia", "SUR100", "", "USD", "1.000,50", "ON", "FIJA", "7,25 %"]
    imported({"Oficinas": [["Código", "Nombre", "Ciudad", "Aeropuerto"], ["SUR100", "Sur", "BUE", "EZE"]]}, actor)

    quoted = ",".join(f'"{cell}"' for cell in [*row, *[""] * (columns - len(row))])
    imported(f"{header}\n{quoted}\n".encode("utf-8-sig"), actor)

    (agency,) = queries.named("SUR100", actor=actor)
    assert (agency.standing.credit_limit, str(agency.rates.domestic), agency.credit_card) == (
        *(100_050, "FIXED 7.25"),
        True,
    )


def test_the_number_of_statements_does_not_grow_with_the_rows() -> None:
    actor = operator(cast.carrier().id)
    counts = []

    for name, rows in (("FEW", 5), ("MANY", 200)):
        with CaptureQueriesContext(connection) as asked:
            imported(agencies(*(f"{name}{n}" for n in range(rows))), actor)
        counts.append(len(asked))

    assert counts[0] == counts[1] < 50


def test_whoever_is_limited_imports_there_only() -> None:
    airline = cast.airline()
    limited = add_member(
        email="ann@example.org",
        name="Ann",
        permissions=[Permission.NEW_ACCOUNT, Permission.CREDIT_AND_DEBIT],
        cities={"BOS"},
        actor=airline.actor,
        now=cast.NOON,
    )

    found = flaws(agencies("MOVED1"), limited)
    there = flaws({"Opening balances": [BALANCES, ["Agency", airline.agency.code, "USD", 1, None]]}, limited)

    assert found == [("offices", 2, "code", "out_of_reach")]
    assert there == [("balances", 2, "code", "out_of_reach")]


def test_each_sheet_and_column_takes_its_permission() -> None:
    airline = cast.airline()
    opener = add_member(
        email="ann@example.org",
        name="Ann",
        permissions=[Permission.NEW_ACCOUNT],
        actor=airline.actor,
        now=cast.NOON,
    )
    sheets = agencies("NYC1")
    sheets["Accounts"] = [
        [*ACCOUNTS, "Status", "Statements to (e-mail)"],
        ["Agency", "NYC1", "USD", 0, "SUSPENDED", "ana@example.org"],
    ]

    found = flaws(sheets, opener)

    assert found == [
        ("accounts", 0, "status", "permission_denied"),
        ("accounts", 0, "statement_email", "permission_denied"),
        ("balances", 0, "", "permission_denied"),
    ]
