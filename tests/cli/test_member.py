"""Members on the command line."""

import re
from datetime import UTC, datetime

import pytest
from tests import cast
from tests.cli.files import run, run_process
from tests.web.newcomers import someone

from skypurser.access import invitations
from skypurser.access.invitations import InvitationInvalid
from skypurser.access.members import MemberNotFound, find_member
from skypurser.access.permissions import ALL, Permission
from skypurser.history import acts

ANN = "ann@example.org"


def rows(listed: str) -> list[list[str]]:
    """The cells of each member's line."""
    return [re.split(r"\s{2,}", line.strip()) for line in listed.splitlines() if re.match(r"\d+ ", line)]


def test_a_member_is_added_set_listed_and_deactivated_by_processes() -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)

    added = run_process(
        "member", "add", "Ann@example.org", *at, "--name", "Ann Lee", "--permissions", "queries,issuance",
        "--cities", "nyc, bos",
    )  # fmt: skip
    changed = run_process("member", "set", ANN, *at, "--permissions", "all", "--cities", "", "--countries", "US")
    run_process("member", "add", "bob@example.org", *at, "--name", "Bob", "--permissions", "cut_off")
    gone = run_process("member", "deactivate", "bob@example.org", *at)
    listed = run_process("member", "list", *at)

    said, link = added.stdout.splitlines()
    assert said == f"{ANN} is a member of {carrier.code}; may: issuance, queries; where: BOS, NYC."
    assert re.fullmatch(r"http://localhost:8000/account/invitation/[\w-]{43}", link)
    assert changed.stdout == f"{ANN} of {carrier.code}; may: all; where: US.\n"
    assert gone.stdout == f"bob@example.org of {carrier.code} is no longer active.\n"
    assert [row[1:] for row in rows(listed.stdout)] == [
        [ANN, "Ann Lee", "all", "US", "not joined"],
        ["bob@example.org", "Bob", "cut_off", "everywhere", "inactive"],
    ]
    assert listed.stdout.splitlines()[-1] == f"{carrier.code} Test Air, members: 2"
    found = find_member(carrier_id=carrier.id, email=ANN)
    assert found.permissions == ALL
    assert found.countries == {"US"}
    assert not found.cities
    with pytest.raises(MemberNotFound):
        find_member(carrier_id=carrier.id, email="bob@example.org")
    assert [act.action for act in acts.of_carrier(carrier_id=carrier.id)] == [
        "member.deactivated",
        "member.invited",
        "member.added",
        "member.changed",
        "member.invited",
        "member.added",
        "carrier.created",
    ]


def test_a_member_acts_again() -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)
    run("member", "add", ANN, *at, "--name", "Ann", "--permissions", "queries")

    run("member", "deactivate", ANN, *at)
    back = run("member", "reactivate", ANN, *at)

    assert back.stdout == f"{ANN} of {carrier.code} is active.\n"
    assert find_member(carrier_id=carrier.id, email=ANN).permissions == {Permission.QUERIES}


def test_a_member_is_given_a_role_and_the_list_of_roles_counts_it() -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)

    added = run("member", "add", ANN, *at, "--name", "Ann", "--role", "Sales desk")
    run("member", "add", "bob@example.org", *at, "--name", "Bob", "--permissions", "queries")
    moved = run("member", "set", "bob@example.org", *at, "--role", "read only")
    listed = run("role", "list", *at)

    assert added.stdout.startswith(f"{ANN} is a member of {carrier.code}; may: Sales desk (role); where: everywhere.\n")
    assert moved.stdout == f"bob@example.org of {carrier.code}; may: Read only (role); where: everywhere.\n"
    assert [(row[1], row[-1]) for row in rows(listed.stdout)] == [
        ("Administrator", "0"),
        ("Read only", "1"),
        ("Revenue accounting", "0"),
        ("Sales desk", "1"),
        ("Ticketing", "0"),
    ]
    assert rows(listed.stdout)[0][2] == "all"
    assert listed.stdout.splitlines()[-1] == f"{carrier.code} Test Air, roles: 5"


def test_what_is_not_given_stays() -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)
    run("member", "add", ANN, *at, "--name", "Ann", "--permissions", "queries", "--offices", "NYC1AA")

    changed = run("member", "set", ANN, *at, "--permissions", "")

    assert changed.stdout == f"{ANN} of {carrier.code}; may: nothing; where: NYC1AA.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "nobody", "--name", "Ann", "--permissions", "all"), "is no e-mail address"),
        (("add", ANN, "--name", " ", "--permissions", "all"), "a name"),
        (("add", ANN, "--name", "Ann", "--permissions", "fly"), "'fly' is none of: list_accounts, "),
        (("add", ANN, "--name", "Ann", "--permissions", "all", "--cities", "New York"), "three capital letters"),
        (("add", ANN, "--name", "Ann", "--role", "Pilot"), "there is no role 'Pilot'"),
        (("add", ANN, "--name", "Ann"), "by --role or by --permissions"),
        (("set", ANN, "--role", "Ticketing", "--permissions", "all"), "not by both"),
        (("set", ANN, "--permissions", "all"), "Ann@example.org is no member"),
        (("deactivate", ANN), "Ann@example.org is no member"),
    ],
)
def test_what_is_wrong_is_said(words: tuple[str, ...], message: str) -> None:
    carrier = cast.carrier()

    result = run("member", *words, "--carrier", carrier.code)

    assert result.exit_code in {1, 2}
    assert message.lower() in result.stderr.lower()
    assert run("member", "list", "--carrier", carrier.code).stdout == f"{carrier.code} Test Air, members: 0\n"


def test_a_fresh_link_replaces_the_one_before_and_begins_where_people_reach_the_desk() -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)
    first = run("member", "add", ANN, *at, "--name", "Ann", "--permissions", "queries").stdout.split("/")[-1].strip()

    second = run_process("member", "link", ANN, *at, SKYPURSER_URL="https://desk.example.org")

    token = second.stdout.removeprefix("https://desk.example.org/account/invitation/").strip()
    now = datetime.now(UTC)
    assert invitations.find(token=token, now=now).email == ANN
    with pytest.raises(InvitationInvalid):
        invitations.find(token=first, now=now)
    assert "until" in second.stderr
    assert token not in second.stderr


def test_who_has_joined_gets_no_link() -> None:
    one = someone()

    refused = run("member", "link", one.user.email, "--carrier", one.carrier.code)

    assert refused.exit_code == 1
    assert "has joined already" in refused.stderr
    assert run("member", "list", "--carrier", one.carrier.code).stdout.count("active") == 1
