"""Looking at accounts in a terminal."""

import os
import pty
import re
import subprocess
from pathlib import Path

import pytest
from tests import cast
from tests.cli.files import COMMAND, DAY, Replay, agency_row, client_row, read_csv, run, sale
from tests.databases import post_together

from skypurser.electronic.managing import set_status
from skypurser.electronic.manual import credit, debit
from skypurser.ledger.states import Status
from skypurser.money import Money


def lines_of(text: str) -> list[str]:
    """Lines with runs of blanks made one, as one reads them."""
    return [re.sub(r" +", " ", line).strip() for line in text.splitlines()]


def test_an_agencys_statement_has_the_header_of_its_queries_screen() -> None:
    # Source: KIU, "Queries", Travel Agency Electronic Account.
    agency = cast.airline().agency

    result = run("account", "show", agency.code, "--carrier", agency.carrier.code)

    assert result.exit_code == 0
    lines = lines_of(result.stdout)
    assert lines[:13] == [
        "Travel Agency Electronic Account",
        "",
        f"Electronic Account {agency.code}",
        f"Carrier {agency.carrier.code} Test Air",
        "City NYC, US",
        f"Agency name Agency {agency.code}",
        "Issue ID 9549656",
        "Credit Card ON",
        "Dom. Com. (%) FIXED 8.00",
        "Int. Com. (%) MAX 8.00",
        "Com. TC Dom. (%) FIXED 5.00",
        "Com. TC Int. (%) FREE",
        "Status ACTIVE",
    ]
    assert lines[14:19] == [
        "Balance 10,000.00 USD available",
        "Credit Limit 10,000.00 USD",
        "Total to pay 0.00 USD",
        "Net 0.00 USD credits less debits",
        "Held 0.00 USD",
    ]
    assert lines[-1] == "No movements yet."


def test_a_clients_statement_shows_the_agency_involved_only_where_there_is_one(tmp_path: Path) -> None:
    # Source: KIU, "Queries", Corporate Electronic Account.
    with_agency = client_row("CORP1", agency_involved="NYC100")
    replay = Replay(tmp_path, [agency_row(), with_agency, client_row("CORP2")])
    replay.run()

    involved = lines_of(run("account", "show", "CORP1", "--carrier", replay.carrier).stdout)
    alone = lines_of(run("account", "show", "CORP2", "--carrier", replay.carrier).stdout)

    assert involved[0] == "Corporate Electronic Account"
    assert "Customer Name Client CORP1" in involved
    assert "Agency Involved NYC100 Agency NYC100" in involved
    assert not any(line.startswith(("Agency Involved", "Credit Card", "Issue ID", "Com. TC")) for line in alone)


def test_movements_are_shown_oldest_first_with_totals_and_what_came_before() -> None:
    agency = cast.airline().agency
    tickets = [cast.issue(agency, document=f"27900000{number:05d}") for number in range(71, 74)]
    post_together(tickets)

    whole = lines_of(run("account", "show", agency.code, "--carrier", agency.carrier.code).stdout)
    newest = lines_of(run("account", "show", agency.code, "--carrier", agency.carrier.code, "--movements", "1").stdout)

    start = whole.index("Item Date Debit Credit Net Kind Document Reference") + 2
    assert whole[start:] == [
        "1 2026-01-15 448.00 -448.00 ticket 279-0000000071-1 PNR ABC123",
        "2 2026-01-15 448.00 -896.00 ticket 279-0000000072-2 PNR ABC123",
        "3 2026-01-15 448.00 -1,344.00 ticket 279-0000000073-3 PNR ABC123",
        whole[-3],
        "Total 1,344.00 0.00 -1,344.00 USD, all 3 movements",
        "Total to pay 1,344.00 USD",
    ]
    assert newest[start : start + 2] == ["-896.00 brought forward", whole[start + 2]]
    assert newest[-2:] == whole[-2:]


def test_an_account_over_its_limit_says_by_how_much() -> None:
    agency = cast.airline().agency
    amount = Money(1_234_567, "USD")
    debit(account_id=agency.id, amount=amount, reference="memo", key="m", actor=agency.actor, now=cast.NOON)

    lines = lines_of(run("account", "show", agency.code, "--carrier", agency.carrier.code).stdout)

    assert "Balance -2,345.67 USD over limit by 2,345.67 USD" in lines
    assert "Total to pay 12,345.67 USD" in lines


def test_a_prepaid_account_is_in_favour() -> None:
    of = cast.carrier()
    agency = cast.agency(of, credit_limit=0, currency="JPY")
    credit(account_id=agency.id, amount=Money(5_000, "JPY"), reference="r", key="c", actor=agency.actor, now=cast.NOON)

    lines = lines_of(run("account", "show", agency.code, "--carrier", of.code).stdout)

    assert "Total to pay -5,000 JPY in favour" in lines
    assert lines[-1] == "Total to pay -5,000 JPY in favour"


def test_a_code_is_found_in_small_letters_too() -> None:
    agency = cast.airline().agency

    result = run("account", "show", agency.code.lower(), "--carrier", agency.carrier.code.lower())

    assert f"Electronic Account {agency.code}" in lines_of(result.stdout)


def test_a_code_with_several_accounts_asks_which() -> None:
    of = cast.carrier()
    for currency in ("USD", "EUR"):
        cast.agency(of, code="NYC100", currency=currency)

    unclear = run("account", "show", "NYC100", "--carrier", of.code)
    clear = run("account", "show", "NYC100", "--carrier", of.code, "--currency", "eur")

    assert unclear.exit_code == 1
    assert "NYC100 has 2 accounts: agency EUR NYC, agency USD NYC. Add --type, --currency or --city" in unclear.stderr
    assert "Credit Limit 10,000.00 EUR" in lines_of(clear.stdout)


def test_unknown_carriers_and_accounts_are_one_line() -> None:
    airline, outsider = cast.airline(), cast.outsider()

    nobody = run("account", "show", "NOBODY", "--carrier", airline.carrier.code)
    others = run("account", "show", outsider.client.code, "--carrier", airline.carrier.code)
    nowhere = run("account", "list", "--carrier", "NOWHERE")
    unnamed = run("account", "list")

    assert nobody.stderr.startswith(f"Error: Carrier {airline.carrier.code} has no account NOBODY")
    assert others.stderr.startswith(f"Error: Carrier {airline.carrier.code} has no account {outsider.client.code}")
    assert nowhere.stderr == "Error: There is no carrier NOWHERE.\n"
    assert "There are several carriers; name one with --carrier" in unnamed.stderr
    assert {result.exit_code for result in (nobody, others, nowhere, unnamed)} == {1}


def test_the_list_shows_active_agencies_unless_told_otherwise(tmp_path: Path) -> None:
    # Source: KIU, "List of Accounts".
    rows = [
        agency_row("NYC1"),
        agency_row("BUE2", city="BUE", airport="EZE", country="AR", credit_limit="0.00"),
        agency_row("NYC3"),
        client_row("CORP1"),
    ]
    replay = Replay(tmp_path, rows, [act_on("NYC3", "suspend")])
    replay.run()

    def listed(*options: str) -> list[str]:
        lines = lines_of(run("account", "list", "--carrier", replay.carrier, *options).stdout)
        return [line.split()[1] for line in lines if re.match(r"[A-Z]{3} [A-Z]+\d", line)]

    assert listed() == ["BUE2", "NYC1"]
    assert listed("--suspended") == ["NYC3"]
    assert listed("--all") == ["BUE2", "NYC1", "NYC3"]
    assert listed("--country", "ar") == ["BUE2"]
    assert listed("--city", "NYC") == ["NYC1"]
    assert listed("--credit-limit", "zero") == ["BUE2"]
    assert listed("--credit-limit", "above-zero") == ["NYC1"]
    assert listed("--currency", "EUR") == []
    assert listed("--type", "corporate") == ["CORP1"]


def act_on(code: str, operation: str) -> dict[str, str]:
    empty = dict.fromkeys(("document_number", "form_of_payment", "route", "fare", "taxes", "passenger"), "")
    return sale(**{**empty, "account_code": code, "operation": operation})


def test_the_list_has_the_columns_of_the_desk_and_says_how_many_there_are(tmp_path: Path) -> None:
    replay = Replay(tmp_path, [agency_row(f"NYC{number}") for number in range(10, 16)])
    replay.run()

    lines = lines_of(run("account", "list", "--carrier", replay.carrier, "--limit", "4").stdout)

    assert lines[1] == (
        "City Office Name Currency Credit Limit Balance Status Card Com. (%) (%) Com. (%) Com. (%) Issue ID"
    )
    assert lines[3] == (
        "NYC NYC10 Agency NYC10 USD 10,000.00 10,000.00 ACTIVE ON FIXED 8.00 MAX 8.00 FIXED 5.00 FREE 9549656"
    )
    assert lines[-1].endswith("travel agency accounts (ACTIVE): 6 (the first 4 are shown; --limit shows more)")


def test_a_reference_cannot_paint_the_terminal() -> None:
    of = cast.carrier()
    agency = cast.agency(of)
    set_status(
        account_id=agency.id,
        status=Status.SUSPENDED,
        reference="[bold]x[/bold]",
        key="s",
        actor=agency.actor,
        now=cast.NOON,
    )
    painted = "memo [red]not red[/red]"
    debit(account_id=agency.id, amount=Money(1, "USD"), reference=painted, key="d", actor=agency.actor, now=cast.NOON)

    result = run("account", "show", agency.code, "--carrier", of.code)

    assert painted in result.stdout


@pytest.fixture(scope="module")
def day_carrier(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A carrier with the example day behind it."""
    replay = Replay(tmp_path_factory.mktemp("day"))
    words = replay.arguments()
    words[words.index("--accounts") + 1] = DAY / "accounts.csv"
    words[words.index("--sales") + 1] = DAY / "sales.csv"
    assert run(*words).exit_code == 0
    return replay.carrier


def on_terminal(width: int, *words: str) -> str:
    """What a terminal of this width is sent."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(width), "TERM": "xterm-256color"}
    process = subprocess.Popen([COMMAND, *words], stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    received = b""
    try:
        while chunk := os.read(ours, 65_536):
            received += chunk
    except OSError:  # Linux says EIO when the other end is closed
        pass
    finally:
        os.close(ours)
    assert process.wait(timeout=60) == 0
    return received.decode()


@pytest.mark.parametrize("width", [80, 140])
@pytest.mark.parametrize(
    "words",
    [("show", "SCL111"), ("show", "CORP005"), ("show", "TYO109"), ("list", "--all"), ("list", "--type", "corporate")],
)
def test_figures_stay_whole_and_lines_fit_on_narrow_and_wide_terminals(
    day_carrier: str, width: int, words: tuple[str, ...]
) -> None:
    text = on_terminal(width, "account", *words, "--carrier", day_carrier)

    plain = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text)
    assert max(len(line.rstrip()) for line in plain.splitlines()) <= width
    assert "…" not in plain  # nothing is cut off
    if words[0] == "show":
        expected = next(row for row in read_csv(DAY / "expected-balances.csv") if row["code"] == words[1])
        available = expected["available"]
        whole, point, decimals = available.partition(".")
        assert f"{int(whole):,}{point}{decimals}" in plain


def test_piped_output_is_plain_and_no_line_ends_in_blanks(day_carrier: str) -> None:
    for words in (("show", "SCL111"), ("list", "--all")):
        text = run("account", *words, "--carrier", day_carrier).stdout

        assert "\x1b" not in text
        assert [line for line in text.splitlines() if line != line.rstrip()] == []
