"""Setting up carriers."""

from tests import cast
from tests.cli.files import run

from skypurser.history import acts

HOME = ("--name", "Test Air", "--country", "US", "--time-zone", "America/New_York", "--currency", "USD")


def test_a_carrier_is_set_up_and_listed() -> None:
    code = cast.fresh_code()

    created = run("carrier", "create", code, *HOME)
    listed = run("carrier", "list")

    assert created.exit_code == 0
    assert created.stdout == f"Carrier {code} Test Air is set up.\n"
    assert [line.split() for line in listed.stdout.splitlines() if line.startswith(code)] == [
        [code, "Test", "Air", "US", "America/New_York", "USD"]
    ]


def test_the_same_carrier_is_not_set_up_twice() -> None:
    code = cast.fresh_code()
    run("carrier", "create", code, *HOME)

    again = run("carrier", "create", code, *HOME)

    assert again.exit_code == 1
    assert again.stderr == f"Error: Carrier {code} is there already.\n"


def test_what_is_wrong_with_a_new_carrier_is_said() -> None:
    wrong = {
        ("X", *HOME): "2 to 12 capital letters and digits",
        (cast.fresh_code(), *HOME[:4], "--time-zone", "Mars/Olympus", "--currency", "USD"): "no IANA time zone",
        (cast.fresh_code(), *HOME[:-1], "XXX"): "not a currency",
    }

    for words, message in wrong.items():
        result = run("carrier", "create", *words)
        assert result.exit_code == 1
        assert message in result.stderr


def test_jet_cards_are_switched_on_and_off_and_the_history_tells() -> None:
    made = cast.carrier()

    on, again, off = (run("carrier", "jet-cards", made.code, switch) for switch in ("on", "on", "off"))

    assert [one.exit_code for one in (on, again, off)] == [0, 0, 0]
    assert on.stdout == f"Carrier {made.code} has jet cards switched on.\n"
    assert [act.changes for act in acts.of_carrier(carrier_id=made.id)][:2] == [
        {"has_jet_cards": [True, False]},
        {"has_jet_cards": [False, True]},
    ]


def test_jet_cards_are_switched_on_for_carriers_that_are_there_only() -> None:
    unknown = run("carrier", "jet-cards", cast.fresh_code(), "on")
    neither = run("carrier", "jet-cards", cast.carrier().code, "maybe")

    assert (unknown.exit_code, neither.exit_code) == (1, 2)
