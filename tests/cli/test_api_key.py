"""API keys on the command line: the token alone on standard output, and nowhere else."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from tests import cast
from tests.cli.files import run, run_process

from skypurser.access.actors import operator
from skypurser.access.api_keys import Scope, Unauthenticated, authenticate, keys, note_use
from skypurser.access.carriers import find_carrier
from skypurser.history import acts

KEY = ("--name", "gds", "--scopes", "sales,accounts")


def rows(listed: str) -> list[list[str]]:
    """The cells of each key's line."""
    return [re.split(r"\s{2,}", line.strip()) for line in listed.splitlines() if re.match(r"\d+ ", line)]


def test_the_token_stands_alone_on_standard_output() -> None:
    carrier = cast.carrier()

    created = run_process("api-key", "create", "--carrier", carrier.code, *KEY)

    assert created.returncode == 0, created.stderr
    assert re.fullmatch(r"sp_[A-Za-z0-9_-]{43}\n", created.stdout)
    caller = authenticate(token=created.stdout.strip(), now=datetime.now(UTC))
    assert (caller.carrier_id, caller.name) == (carrier.id, "gds")
    assert caller.scopes == {Scope.SALES, Scope.ACCOUNTS}
    assert (caller.rate_limit, caller.concurrency_limit, caller.expires_at) == (100, 20, None)
    assert created.stderr == (
        f"API key {caller.key_id} gds of {carrier.code} works until it is revoked: accounts, sales; "
        "100 requests a second, 20 at the same time.\n"
        "Keep the token: it is not shown again.\n"
    )
    assert acts.of_carrier(carrier_id=carrier.id)[0].action == "api_key.created"
    assert acts.of_carrier(carrier_id=carrier.id)[0].actor == "operator"


def test_a_key_is_created_listed_and_revoked_from_another_process() -> None:
    carrier = cast.carrier()
    tokens = [
        run_process("api-key", "create", "--carrier", carrier.code, *KEY, *more).stdout.strip()
        for more in (("--expires", "2099-01-01", "--rate", "7", "--concurrency", "3"), ())
    ]

    by_prefix = run_process("api-key", "revoke", "--carrier", carrier.code, "--prefix", tokens[1][:11])
    listed = run_process("api-key", "list", "--carrier", carrier.code)

    first, second = keys(actor=operator(carrier.id))
    assert by_prefix.stdout == f"API key {second.id} gds (sp_{second.prefix}) is revoked.\n"
    assert [[row[0], row[1], row[2], row[3], row[5], row[6], row[7]] for row in rows(listed.stdout)] == [
        [str(first.id), "gds", f"sp_{first.prefix}", "accounts, sales", "2099-01-01 05:00:00Z", "never", "active"],
        [str(second.id), "gds", f"sp_{second.prefix}", "accounts, sales", "never", "never", "revoked"],
    ]
    assert listed.stdout.splitlines()[-1] == f"{carrier.code} Test Air, API keys: 2"
    assert not any(token[11:] in listed.stdout for token in tokens)
    assert (first.rate_limit, first.concurrency_limit) == (7, 3)
    authenticate(token=tokens[0], now=datetime.now(UTC))
    with pytest.raises(Unauthenticated):
        authenticate(token=tokens[1], now=datetime.now(UTC))


def test_the_list_shows_the_last_use_and_what_has_expired() -> None:
    carrier = cast.carrier()
    key = cast.api_key(carrier, Scope.EVENTS, expires_at=cast.NOON + timedelta(hours=1)).view
    note_use(uses={(carrier.id, key.id): cast.NOON})

    listed = run("api-key", "list", "--carrier", carrier.code)

    assert rows(listed.stdout) == [
        [
            str(key.id),
            "gds",
            f"sp_{key.prefix}",
            "events",
            "2026-01-15 17:00:00Z",
            "2026-01-15 18:00:00Z",
            "2026-01-15 17:00:00Z",
            "expired",
        ]
    ]


@pytest.mark.parametrize(
    ("expires", "instant"),
    [
        ("2099-07-01", datetime(2099, 7, 1, 4, tzinfo=UTC)),  # New York's summer begins the day at 04:00 UTC
        ("2099-07-01T12:00Z", datetime(2099, 7, 1, 12, tzinfo=UTC)),
        ("2099-07-01T12:00+02:00", datetime(2099, 7, 1, 10, tzinfo=UTC)),
    ],
)
def test_a_day_of_expiry_begins_at_the_carriers_midnight(expires: str, instant: datetime) -> None:
    carrier = cast.carrier()

    run("api-key", "create", "--carrier", carrier.code, *KEY, "--expires", expires)

    assert [key.expires_at for key in keys(actor=operator(carrier.id))] == [instant]


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--expires", "tomorrow"), "takes a day such as 2027-01-01"),
        (("--expires", "2027-13-01"), "takes a day such as 2027-01-01"),
        (("--expires", "2099-01-01T12:00"), "takes a day such as 2027-01-01"),
        (("--expires", "0001-01-01"), "in the future"),
        (("--expires", "2013-01-02"), "in the future"),
        (("--rate", "0"), "rate limit"),
        (("--concurrency", "0"), "concurrency limit"),
        (("--scopes", "sales,everything"), "'everything' is none of: sales, holds"),
        (("--scopes", ","), "at least one scope"),
        (("--name", "\x1b[31mred"), "printable"),
    ],
)
def test_what_is_wrong_with_a_new_key_is_said_and_no_token_printed(more: tuple[str, str], message: str) -> None:
    carrier = cast.carrier()

    result = run("api-key", "create", "--carrier", carrier.code, *KEY, *more)

    assert result.exit_code in {1, 2}
    assert result.stdout == ""
    assert message in result.stderr
    assert keys(actor=operator(carrier.id)) == []


def test_revoking_says_what_it_found() -> None:
    carrier, outsider = cast.carrier(), cast.carrier()
    key = cast.api_key(carrier).view
    named = ("api-key", "revoke", "--carrier", carrier.code)

    results = [
        run("api-key", "revoke", "--carrier", outsider.code, "--id", str(key.id)),
        run("api-key", "revoke", "--carrier", outsider.code, "--prefix", key.prefix),
        run(*named),
        run(*named, "--id", str(key.id), "--prefix", key.prefix),
        run(*named, "--id", str(key.id)),
        run(*named, "--id", str(key.id)),
    ]

    assert [result.exit_code for result in results] == [1, 1, 2, 2, 0, 0]
    assert results[0].stderr == f"Error: There is no API key {key.id}.\n"
    assert "No API key has this prefix" in results[1].stderr
    assert "by --id or by --prefix" in results[2].stderr
    assert results[4].stdout == f"API key {key.id} gds (sp_{key.prefix}) is revoked.\n"
    assert results[5].stdout.startswith(f"API key {key.id} gds (sp_{key.prefix}) was revoked before, ")


def test_a_carrier_without_keys_lists_none() -> None:
    carrier = cast.carrier()

    assert run("api-key", "list", "--carrier", carrier.code).stdout == f"{carrier.code} Test Air, API keys: 0\n"


def test_an_unknown_carrier_gets_no_key() -> None:
    result = run_process("api-key", "create", "--carrier", cast.fresh_code(), *KEY)

    assert (result.returncode, result.stdout) == (1, "")
    assert result.stderr.startswith("Error: There is no carrier")


def test_the_command_makes_a_carrier_with_a_history() -> None:
    code = cast.fresh_code()
    run("carrier", "create", code, "--name", "A", "--country", "US", "--time-zone", "UTC", "--currency", "USD")

    history = acts.of_carrier(carrier_id=find_carrier(code).id)

    assert [(act.actor, act.action) for act in history] == [("operator", "carrier.created")]
