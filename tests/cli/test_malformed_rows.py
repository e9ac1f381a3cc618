"""Whatever stands in a row of sales, the run goes on and answers it."""

from pathlib import Path

import pytest
from tests.cli.files import Replay, act, refund, run, sale

from skypurser.cli.replaying import sales

MALFORMED = {
    "no key": sale(key=""),
    "key too long": sale(key="k" * 129),
    "key with a blank outside ASCII": sale(key="k\u00a0ey"),
    "key with a letter outside ASCII": sale(key="clé"),
    "no operation": sale(operation=""),
    "unknown operation": sale(operation="sell"),
    "operation in capitals": sale(operation="ISSUE"),
    "unknown account type": sale(account_type="person"),
    "no account code": sale(account_code=""),
    "account code with a blank": sale(account_code="NYC 100"),
    "unknown currency": sale(currency="XYZ"),
    "no currency": sale(currency=""),
    "currency in small letters": sale(currency="usd"),
    "gold": sale(currency="XAU"),
    "local time": sale(occurred_at="2026-01-15T17:00:00"),
    "offset instead of Z": sale(occurred_at="2026-01-15T12:00:00-05:00"),
    "a blank in the instant": sale(occurred_at="2026-01-15 17:00:00Z"),
    "a date only": sale(occurred_at="2026-01-15"),
    "30 February": sale(occurred_at="2026-02-30T17:00:00Z"),
    "hour 25": sale(occurred_at="2026-01-15T25:00:00Z"),
    "the year 1": sale(occurred_at="0001-01-01T00:00:00Z"),
    "the year 9999": sale(occurred_at="9999-12-31T23:59:59Z"),
    "a week date": sale(occurred_at="2026-W03-4T17:00:00Z"),
    "digits of another script": sale(occurred_at="２０２６-01-15T17:00:00Z"),
    "no form of payment": sale(form_of_payment=""),
    "unknown form of payment": sale(form_of_payment="cash"),
    "no route": sale(route=""),
    "unknown airport": sale(route="JFK-QQQ"),
    "a city that is no airport": sale(route="NYC-LAX"),
    "airport in small letters": sale(route="jfk-LAX"),
    "a stray hyphen in the route": sale(route="JFK--LAX"),
    "a route around the world and on": sale(route="-".join(["JFK", "LAX"] * 11)),
    "no fare": sale(fare=""),
    "too many decimals": sale(fare="400.001"),
    "too few decimals": sale(fare="400.0"),
    "no decimals": sale(fare="400"),
    "negative": sale(fare="-400.00"),
    "plus": sale(fare="+400.00"),
    "an exponent": sale(fare="4e2"),
    "thousands separated": sale(fare="1,000.00"),
    "blank before the amount": sale(fare=" 400.00"),
    "leading zero": sale(fare="0400.00"),
    "not a number": sale(fare="NaN"),
    "infinite": sale(fare="Infinity"),
    "more than there is": sale(fare="99999999999999.00"),
    "decimals in yen": sale(currency="JPY", fare="400.00", taxes="80"),
    "two decimals in Kuwaiti dinar": sale(currency="KWD", fare="400.00", taxes="80.00"),
    "commission above 100": sale(commission_percent="100.01"),
    "commission with three decimals": sale(commission_percent="7.125"),
    "commission with a sign": sale(commission_percent="7.25%"),
    "money in a column of another operation": sale(amount="5.00"),
    "rubbish in a column of another operation": sale(penalty="x"),
    "refund of nothing at all": refund("2790000000001", "0.00"),
    "refund without a penalty": refund("2790000000001", "1.00", penalty=""),
    "refund with a fare beside it": {**refund("2790000000001", "1.00"), "fare": "1.00"},
    "credit of nothing": act("credit", amount="0.00"),
    "credit without amount": act("credit"),
    "credit without reference": act("credit", amount="5.00", reference=""),
    "credit with a blank reference": act("credit", amount="5.00", reference="   "),
    "debit of nothing": act("debit", amount="0.00"),
    "debit without reference": act("debit", amount="5.00", reference=""),
    "suspend without reference": act("suspend", reference=""),
    "activate without reference": act("activate", reference=""),
    "inhibit without reference": act("inhibit", reference=""),
    "a zero byte": sale(reference="a\0b"),
    "an escape sequence": sale(passenger="\x1b[2JDOE"),
    "a tabulator": sale(passenger="DOE\tJANE"),
    "a line separator": sale(reference="a\u2028b"),
}


def test_every_kind_of_malformed_row_is_refused_and_the_run_goes_on(tmp_path: Path) -> None:
    good = sale()
    replay = Replay(tmp_path, sales=[*MALFORMED.values(), good])

    result = replay.run()

    assert result.exit_code == 0, result.output
    rows = replay.results()
    for name, row in zip(MALFORMED, rows, strict=False):
        assert (row["outcome"], row["code"]) == ("refused", "invalid_request"), name
        assert row["key"] == MALFORMED[name]["key"]
    assert (rows[-1]["outcome"], rows[-1]["debit"]) == ("posted", "448.00")
    assert [int(row["line"]) for row in rows] == list(range(2, len(rows) + 2))


def test_a_malformed_row_binds_no_key_and_leaves_no_trace(tmp_path: Path) -> None:
    wrong = sale(fare="400.001")
    right = {**wrong, "fare": "400.00"}
    replay = Replay(tmp_path, sales=[wrong, right])

    replay.run()

    assert replay.outcomes() == ["refused invalid_request", "posted"]


def test_nothing_is_written_in_the_digits_of_the_rows_currency(tmp_path: Path) -> None:
    currencies = {"USD": "0.00", "JPY": "0", "KWD": "0.000", "XYZ": "0.00", "": "0.00"}
    replay = Replay(tmp_path, sales=[sale(currency=currency, fare="x") for currency in currencies])

    replay.run()

    assert [(row["debit"], row["credit"]) for row in replay.results()] == [(zero, zero) for zero in currencies.values()]


def test_the_first_malformed_rows_are_explained_at_the_end(tmp_path: Path) -> None:
    replay = Replay(tmp_path, sales=[sale(route="JFK-QQQ"), *(sale(fare="x") for _ in range(15))])

    result = replay.run()

    assert "Malformed rows: 16, the first of them:" in result.stdout
    assert "line 2: route: No airport has the code 'QQQ'." in result.stdout
    assert "line 3: fare: Not an amount in USD" in result.stdout


HEADER = ",".join(sales.COLUMNS).encode()


def cells_of(row: dict[str, str]) -> bytes:
    return ",".join(row.values()).encode()


def results_of(tmp_path: Path, *lines: bytes, header: bytes = HEADER, end: bytes = b"\r\n") -> list[tuple[str, str]]:
    """Replay raw lines and return line and outcome of each row."""
    replay = Replay(tmp_path)
    replay.write()
    (tmp_path / "sales.csv").write_bytes(end.join([header, *lines]) + end)
    result = replay.run_as_written()
    assert result.exit_code == 0, result.output
    return [(row["line"], f"{row['outcome']} {row['code']}".strip()) for row in replay.results()]


def test_rows_with_columns_missing_or_too_many_are_malformed(tmp_path: Path) -> None:
    good = cells_of(sale())

    found = results_of(tmp_path, b"only,two", good + b",more", good.rpartition(b",")[0], good)

    assert [outcome for _, outcome in found] == ["refused invalid_request"] * 3 + ["posted"]


def test_a_stray_quote_spoils_its_own_row_only(tmp_path: Path) -> None:
    open_quote = cells_of(sale(reference='"never closed'))
    inside = cells_of(sale(reference='"closed" too early'))
    quoted = cells_of(sale(reference='"with, comma and ""quotes"""'))

    found = results_of(tmp_path, open_quote, inside, quoted)

    assert [outcome for _, outcome in found] == ["refused invalid_request", "refused invalid_request", "posted"]


def test_blank_lines_are_no_rows_but_count_as_lines(tmp_path: Path) -> None:
    found = results_of(tmp_path, b"", cells_of(sale()), b"", b"", cells_of(sale()))

    assert found == [("3", "posted"), ("6", "posted")]


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_any_line_end_will_do(tmp_path: Path, end: bytes) -> None:
    found = results_of(tmp_path, cells_of(sale()), cells_of(sale()), end=end)

    assert found == [("2", "posted"), ("3", "posted")]


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert results_of(tmp_path, cells_of(sale()), header=b"\xef\xbb\xbf" + HEADER) == [("2", "posted")]


def test_the_last_line_needs_no_end(tmp_path: Path) -> None:
    replay = Replay(tmp_path)
    replay.write()
    (tmp_path / "sales.csv").write_bytes(HEADER + b"\n" + cells_of(sale()))

    replay.run_as_written()

    assert replay.outcomes() == ["posted"]


def test_bytes_that_are_no_text_spoil_their_own_row_and_come_back_as_they_were(tmp_path: Path) -> None:
    bad_key = cells_of(sale(key="latin")).replace(b"latin", b"lat\xedn", 1)
    bad_name = cells_of(sale(passenger="name")).replace(b"name", b"\xff\xfe")

    found = results_of(tmp_path, bad_key, bad_name, cells_of(sale(passenger="Þórður 山田")))

    assert [outcome for _, outcome in found] == ["refused invalid_request", "refused invalid_request", "posted"]
    assert b"2,lat\xedn,refused,invalid_request,0.00,0.00\r\n" in (tmp_path / "results.csv").read_bytes()


def test_an_endless_line_is_one_malformed_row(tmp_path: Path) -> None:
    found = results_of(tmp_path, cells_of(sale(reference="x" * 100_000)), b"," * 100_000, cells_of(sale()))

    assert found == [("2", "refused invalid_request"), ("3", "refused invalid_request"), ("4", "posted")]


def test_columns_may_come_in_another_order_and_mean_the_same(tmp_path: Path) -> None:
    row = sale()
    turned = dict(reversed(row.items()))
    replay = Replay(tmp_path, sales=[row])
    replay.run()
    (tmp_path / "sales.csv").write_text(",".join(turned) + "\n" + ",".join(turned.values()) + "\n")

    replay.run_as_written()

    assert replay.outcomes() == ["replayed"]


def test_hostile_text_reaches_the_summary_harmless(tmp_path: Path) -> None:
    replay = Replay(tmp_path, sales=[sale(operation="\u202e[red]x"), sale(route="JFK-[bold]")])

    result = replay.run()

    assert "\u202e" not in result.stdout
    assert "[bold]" in result.stdout


def test_a_wrong_header_is_explained(tmp_path: Path) -> None:
    wrong = {
        b"": "has no header",
        HEADER.replace(b"fare", b"price", 1): "lacks 'fare'",
        HEADER + b",remark": "names 'remark', which means nothing",
        HEADER + b",fare": "names 'fare' twice",
        cells_of(sale()): "lacks 'key'",
        b"\xff\xfek\x00e\x00y\x00": "lacks 'key'",
    }
    replay = Replay(tmp_path)
    replay.write()

    for header, message in wrong.items():
        (tmp_path / "sales.csv").write_bytes(header + b"\r\n")
        result = replay.run_as_written()
        assert result.exit_code == 1
        assert message in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert run("account", "list", "--carrier", replay.carrier).exit_code == 1  # not even the carrier is there
