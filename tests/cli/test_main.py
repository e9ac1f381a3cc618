"""The command itself: its help, its speed, its way of failing."""

import os
import subprocess
import sys

import pytest
from tests.cli.files import COMMAND, run, run_process

VERBS = ("account", "api-key", "audit", "carrier", "demo", "member", "migrate", "replay", "serve", "worker")


@pytest.mark.parametrize(
    "words",
    [
        (),
        *((verb,) for verb in VERBS),
        ("account", "list"),
        ("account", "show"),
        ("carrier", "create"),
        *(("api-key", verb) for verb in ("create", "list", "revoke")),
        *(("member", verb) for verb in ("add", "list", "set", "deactivate", "reactivate")),
    ],
)
def test_every_verb_explains_itself(words: tuple[str, ...]) -> None:
    result = run(*words, "--help")

    assert result.exit_code == 0
    assert result.stdout.startswith("Usage: ")
    for line in result.stdout.splitlines():
        assert len(line) <= 100, line


def test_the_help_names_every_verb_with_what_it_does() -> None:
    result = run("--help")

    for verb in VERBS:
        assert any(line.split()[:1] == [verb] and len(line.split()) > 2 for line in result.stdout.splitlines()), verb


def test_help_loads_neither_django_nor_a_driver_and_is_quick() -> None:
    loaded = subprocess.run(
        [
            sys.executable,
            "-c",
            """
import sys
from skypurser.cli.main import main
main(["--help"], standalone_mode=False)
print(sorted({"django", "psycopg", "rich", "airportsdata", "iso4217"} & sys.modules.keys()))
""",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    times = []
    for _ in range(3):
        process = subprocess.Popen([COMMAND, "--help"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        times.append(usage.ru_utime + usage.ru_stime)

    assert loaded.stdout.splitlines()[-1] == "[]"
    assert min(times) < 0.3  # seconds of processor, whatever else the machine does


def test_an_unknown_verb_is_a_wrong_usage() -> None:
    result = run("fly")

    assert result.exit_code == 2
    assert "No such command 'fly'" in result.stderr


def test_an_unreadable_database_url_is_one_line_without_its_password() -> None:
    result = run_process("carrier", "list", DATABASE_URL="postgresql://me:se%cret@host/db")

    assert result.returncode == 1
    assert result.stderr.startswith("Error: DATABASE_URL can't be read.")
    assert len(result.stderr.splitlines()) == 1
    assert "cret" not in result.stderr


def test_a_database_that_does_not_answer_is_one_line() -> None:
    nowhere = "postgresql://skypurser_app@/skypurser?host=/nonexistent"

    result = run_process("carrier", "list", DATABASE_URL=nowhere, DATABASE_OWNER_URL=None)

    assert result.returncode == 1
    assert result.stderr.startswith("Error: The database can't be reached, or was lost.")
    assert len(result.stderr.splitlines()) == 1


def test_a_state_folder_of_somebody_else_is_one_line() -> None:
    result = run_process("carrier", "list", DATABASE_URL=None, DATABASE_OWNER_URL=None, SKYPURSER_HOME="/dev/null/x")

    assert result.returncode == 1
    assert result.stderr.startswith("Error: The state folder")
    assert len(result.stderr.splitlines()) == 1
