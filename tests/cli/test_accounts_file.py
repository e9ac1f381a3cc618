"""Opening accounts from a file: all or none, and never over another."""

from pathlib import Path

import pytest
from tests import cast
from tests.cli.files import DAY, Replay, act, agency_row, client_row, run, sale

from skypurser.access.actors import operator
from skypurser.access.carriers import all_carrier_ids, find_carrier
from skypurser.cli.replaying import accounts
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.ledger.states import Status

EVERYTHING = Filters(type=None, statuses=frozenset(Status))

WRONG = {
    "type": ("type", "person"),
    "code with a hyphen": ("code", "NYC-100"),
    "code too short for an office": ("code", "NY"),
    "code in small letters": ("code", "nyc100"),
    "no name": ("name", "  "),
    "issue id too long": ("issue_id", "9" * 21),
    "city": ("city", "New York"),
    "airport": ("airport", "QQQ"),
    "country": ("country", "USA"),
    "another country than the airport's": ("country", "CA"),
    "currency": ("currency", "DOLLARS"),
    "limit with too many decimals": ("credit_limit", "1.005"),
    "negative limit": ("credit_limit", "-1.00"),
    "no limit": ("credit_limit", ""),
    "credit card": ("credit_card", "YES"),
    "commission": ("domestic_commission", "FIXED"),
    "commission above 100": ("international_commission", "MAX 101.00"),
    "card commission missing": ("domestic_card_commission", ""),
    "an agency of an agency": ("agency_involved", "BOS101"),
    "negative opening credit": ("opening_credit", "-5.00"),
    "no reference": ("reference", " "),
    "control character": ("name", "Agency\x07"),
}


@pytest.mark.parametrize(("column", "text"), WRONG.values(), ids=WRONG)
def test_a_malformed_account_stops_the_run_before_anything_is_written(tmp_path: Path, column: str, text: str) -> None:
    carriers = all_carrier_ids()
    replay = Replay(tmp_path, [agency_row("NYC101"), agency_row(**{column: text})], [sale()])

    result = replay.run()

    assert result.exit_code == 1
    assert (
        f"accounts.csv, line 3{f', column {column}' if column != 'name' or text.isspace() else ''}: " in result.stderr
    )
    assert result.stderr.endswith("Nothing was written.\n")
    assert len(result.stderr.splitlines()) == 1
    assert all_carrier_ids() == carriers
    assert not replay.results_path.exists()
    assert not replay.balances_path.exists()


def test_what_only_agencies_have_is_refused_for_a_client(tmp_path: Path) -> None:
    for column, text in {"issue_id": "1", "credit_card": "ON", "domestic_card_commission": "FREE"}.items():
        result = Replay(tmp_path, [client_row(**{column: text})]).run()

        assert result.exit_code == 1
        assert f"line 2, column {column}: for agencies only" in result.stderr


@pytest.mark.parametrize("name", ["accounts.csv", "sales.csv"])
def test_a_missing_file_or_header_stops_the_run_before_anything_is_written(tmp_path: Path, name: str) -> None:
    carriers = all_carrier_ids()
    replay = Replay(tmp_path, sales=[sale()])
    replay.write()

    (tmp_path / name).write_text("")
    empty = replay.run_as_written()
    (tmp_path / name).unlink()
    missing = replay.run_as_written()

    assert (empty.exit_code, missing.exit_code) == (1, 1)
    assert f"{name} has no header" in empty.stderr
    assert f"{name} can't be read: No such file or directory" in missing.stderr
    assert all_carrier_ids() == carriers
    assert not replay.results_path.exists()


def test_a_run_does_not_overwrite_what_it_reads(tmp_path: Path) -> None:
    replay = Replay(tmp_path, sales=[sale()])
    replay.write()
    before = (tmp_path / "sales.csv").read_bytes()
    words = replay.arguments()
    words[words.index("--results") + 1] = tmp_path / "." / "sales.csv"

    result = run(*words)

    assert result.exit_code == 1
    assert "sales.csv is named twice" in result.stderr
    assert (tmp_path / "sales.csv").read_bytes() == before


def test_results_that_cannot_be_written_stop_the_run_before_it_starts(tmp_path: Path) -> None:
    carriers = all_carrier_ids()
    replay = Replay(tmp_path, sales=[sale()])
    replay.write()
    words = replay.arguments()
    words[words.index("--balances") + 1] = tmp_path / "nowhere" / "balances.csv"

    result = run(*words)

    assert result.exit_code == 1
    assert "balances.csv can't be written" in result.stderr
    assert all_carrier_ids() == carriers


def test_a_new_carrier_is_at_home_where_its_first_account_is(tmp_path: Path) -> None:
    tokyo = agency_row("TYO1", city="TYO", airport="HND", country="JP", currency="JPY", credit_limit="5000")
    replay = Replay(tmp_path, [{**tokyo, "opening_credit": "0"}, agency_row()])

    assert replay.run().exit_code == 0

    carrier = find_carrier(replay.carrier)
    assert (carrier.country, carrier.time_zone, carrier.currency) == ("JP", "Asia/Tokyo", "JPY")


def test_a_carrier_that_does_not_exist_needs_an_account_to_tell_its_home(tmp_path: Path) -> None:
    result = Replay(tmp_path, []).run()

    assert result.exit_code == 1
    assert "There is no carrier" in result.stderr


def test_accounts_are_opened_as_the_file_says(tmp_path: Path) -> None:
    client = client_row(city="BOS", airport="BOS", agency_involved="NYC100", opening_credit="12.34")
    replay = Replay(tmp_path, [agency_row(), client])

    assert replay.run().exit_code == 0

    actor = operator(find_carrier(replay.carrier).id)
    agency, corporate = queries.accounts(EVERYTHING, actor=actor)
    assert (agency.name, agency.issue_id, agency.credit_card) == ("Agency NYC100", "9549656", True)
    assert [str(rate) for rate in (agency.rates.domestic, agency.rates.international_card)] == ["FIXED 8.00", "FREE"]
    assert (agency.standing.credit_limit, agency.standing.movements) == (1_000_000, 0)
    assert (corporate.city, corporate.agency_involved_name) == ("BOS", "Agency NYC100")
    assert (corporate.standing.credits, corporate.standing.movements) == (1_234, 1)


def test_accounts_are_opened_at_the_instant_of_the_first_sale(tmp_path: Path) -> None:
    rows = [sale(occurred_at="yesterday"), sale(occurred_at="2013-01-02T04:00:09Z")]
    replay = Replay(tmp_path, sales=rows)

    replay.run()

    (account,) = queries.accounts(EVERYTHING, actor=operator(find_carrier(replay.carrier).id))
    assert account.opened_at.isoformat() == "2013-01-02T04:00:09+00:00"


def test_accounts_that_exist_with_the_same_data_are_left_as_they_are(tmp_path: Path) -> None:
    rows = [agency_row(opening_credit="100.00"), client_row()]
    replay = Replay(tmp_path, rows)
    replay.run()
    balances = replay.balances()

    replay.accounts = [{**row, "reference": "told otherwise"} for row in rows]
    result = replay.run()

    assert result.exit_code == 0
    assert "0 opened, 2 there already with the same data" in result.stdout
    assert replay.balances() == balances


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("name", "Another name"),
        ("issue_id", "1"),
        ("city", "BOS"),
        ("airport", "LGA"),
        ("credit_limit", "10000.01"),
        ("credit_card", "OFF"),
        ("domestic_commission", "FIXED 8.01"),
        ("international_card_commission", "MAX 1.00"),
        ("opening_credit", "5.00"),
    ],
)
def test_an_account_that_exists_with_other_data_stops_the_run_before_it_starts(
    tmp_path: Path, column: str, text: str
) -> None:
    replay = Replay(tmp_path)
    replay.run()
    results = replay.results_path.read_bytes()

    replay.accounts = [agency_row("BOS101"), agency_row(**{column: text})]
    replay.sales = [sale(account_code="BOS101")]
    result = replay.run()

    assert result.exit_code == 1
    assert "accounts.csv, line 3: agency NYC100 USD exists with another" in result.stderr
    assert result.stderr.endswith("Nothing was written.\n")
    assert len(queries.accounts(EVERYTHING, actor=operator(find_carrier(replay.carrier).id))) == 1
    assert replay.results_path.read_bytes() == results


def test_an_account_changed_since_is_other_data_but_its_sales_and_status_are_not(tmp_path: Path) -> None:
    replay = Replay(tmp_path, sales=[sale(), act("suspend"), act("credit", amount="5.00")])
    replay.run()

    again = replay.run()

    assert again.exit_code == 0
    assert replay.outcomes() == ["replayed"] * 3


def test_an_office_with_other_data_under_another_currency_opens_none(tmp_path: Path) -> None:
    carriers = all_carrier_ids()
    euros = agency_row(currency="EUR", name="Another name")

    result = Replay(tmp_path, [agency_row(), euros]).run()

    assert result.exit_code == 1
    assert "line 3: NYC100 exists with another name" in result.stderr
    assert all_carrier_ids() == carriers


def test_an_account_twice_in_the_file_is_one_if_both_rows_agree(tmp_path: Path) -> None:
    agreed = Replay(tmp_path, [agency_row(), agency_row()]).run()
    contradicted = Replay(tmp_path, [agency_row(), agency_row(credit_limit="1.00")]).run()

    assert "1 opened" in agreed.stdout
    assert contradicted.exit_code == 1
    assert "line 3: NYC100 USD is in line 2 already, with another credit_limit" in contradicted.stderr


def test_an_account_opened_elsewhere_counts_as_existing(tmp_path: Path) -> None:
    carrier = cast.carrier()
    cast.agency(carrier, code="NYC100")

    same = Replay(tmp_path, carrier=carrier.code).run()
    other = Replay(tmp_path, [agency_row(issue_id="1")], carrier=carrier.code).run()

    assert "there already with the same data" in same.stdout
    assert "exists with another issue_id" in other.stderr


def test_the_columns_are_those_of_the_example() -> None:
    assert (DAY / "accounts.csv").read_text().partition("\n")[0].rstrip() == ",".join(accounts.COLUMNS)
