"""Approvals on the command line."""

import pytest
from tests import cast
from tests.cli.files import run

from skypurser.access import four_eyes
from skypurser.access.members import add_member
from skypurser.access.permissions import Permission
from skypurser.electronic import approving, requesting
from skypurser.electronic.approvals import Kind


def test_a_threshold_is_set_shown_and_taken_away() -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)

    told = [
        run("approval", "threshold", *words, *at).stdout
        for words in (("usd",), ("usd", "10000.00"), ("USD",), ("JPY", "500"), ("USD", "--none"))
    ]

    assert told == [
        f"{carrier.code}: no credit or debit in USD needs approval.\n",
        f"{carrier.code}: from 10,000.00 USD on a credit or debit needs approval.\n",
        f"{carrier.code}: from 10,000.00 USD on a credit or debit needs approval.\n",
        f"{carrier.code}: from 500 JPY on a credit or debit needs approval.\n",
        f"{carrier.code}: no credit or debit in USD needs approval.\n",
    ]
    assert four_eyes.thresholds(carrier_id=carrier.id) == {"JPY": 500}


def test_what_waits_and_what_was_decided_is_listed() -> None:
    airline = cast.airline()
    at = ("--carrier", airline.carrier.code)
    run("approval", "threshold", "USD", "1.00", *at)
    bob = add_member(
        email="bob@example.org", name="Bob", permissions=[Permission.APPROVALS], actor=airline.actor, now=cast.NOON
    )
    for number in range(2):
        made = requesting.request(
            account_id=airline.agency.id,
            kind=Kind.DEBIT,
            amount=123_400 + number,
            reference=f"memo {number}",
            key=cast.fresh_key(),
            actor=airline.actor,
            now=cast.NOON,
        )
    assert made.approval is not None
    approving.approve(approval_id=made.approval.id, actor=bob, now=cast.NOON)

    waiting, decided = run("approval", "list", *at).stdout, run("approval", "list", "--decided", *at).stdout

    for word in ("2026-01-15 17:00", airline.agency.code, "debit", "1,234.00", "desk", "memo 0", "pending"):
        assert word in waiting
    assert waiting.splitlines()[-1].endswith(", waiting: 1")
    assert "memo 1" in decided
    assert "approved by bob@example.org" in decided
    assert decided.splitlines()[-1].endswith(", decided: 1")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("USD", "10"), "written like 123.00"),
        (("USD", "0.00"), "above zero"),
        (("XXX",), "not a currency"),
        (("USD", "1.00", "--none"), "not both"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], message: str) -> None:
    carrier = cast.carrier()

    result = run("approval", "threshold", *words, "--carrier", carrier.code)

    assert result.exit_code in {1, 2}
    assert message in result.stderr
    assert four_eyes.thresholds(carrier_id=carrier.id) == {}
