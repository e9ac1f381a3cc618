"""`skypurser mail`."""

import os
import subprocess
from typing import Any

from tests.jobs.workers import COMMAND
from tests.mail.postoffice import post_office


def run(*arguments: str, **environment: str) -> Any:
    return subprocess.run(
        [COMMAND, "mail", *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_trial_letter_arrives() -> None:
    with post_office() as office:
        url = f"smtp+plain://127.0.0.1:{office.port}"
        ended = run("test", "ana@example.org", SKYPURSER_MAIL_URL=url, SKYPURSER_MAIL_FROM="desk@example.org")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout == "The mail server has taken a letter from desk@example.org to ana@example.org.\n"
    [(recipient, mail)] = office.taken
    assert (recipient, mail["Subject"]) == ("ana@example.org", "Letters arrive")


def test_what_the_mail_server_says_is_told() -> None:
    with post_office() as office:
        office.to_recipient = {"gone@example.org": "550 no such user"}
        url = f"smtp+plain://127.0.0.1:{office.port}"
        ended = run("test", "gone@example.org", SKYPURSER_MAIL_URL=url, SKYPURSER_MAIL_FROM="desk@example.org")

    assert (ended.returncode, ended.stdout, ended.stderr) == (1, "", "Error: rejected: 550 no such user\n")


def test_without_a_mail_server_or_with_an_unreadable_one_it_says_what_to_set() -> None:
    ended = run("test", "ana@example.org", SKYPURSER_MAIL_URL="", SKYPURSER_MAIL_FROM="")
    assert ended.returncode == 1
    assert "set SKYPURSER_MAIL_URL" in ended.stderr
    wrong = run("test", "ana@example.org", SKYPURSER_MAIL_URL="mail.example.org")
    assert wrong.returncode == 1
    assert "smtp+plain://user:password@host:port" in wrong.stderr
    assert "Traceback" not in wrong.stderr
