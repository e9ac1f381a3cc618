"""Which mail server letters are handed to."""

from typing import Any

import pytest

from skypurser.config.mail import MailUrlUnreadable, mailers, sender

FROM = {"SKYPURSER_MAIL_FROM": "desk@example.org"}


def options(url: str) -> dict[str, Any]:
    found = mailers({"SKYPURSER_MAIL_URL": url, **FROM})
    assert list(found) == ["default"]
    return {name: value for name, value in found["default"]["OPTIONS"].items() if name != "timeout"}


def test_without_a_word_there_is_none() -> None:
    assert mailers({}) == mailers({"SKYPURSER_MAIL_URL": " "}) == {}
    assert sender({}).endswith(".invalid")


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("smtp://mail.example.org", {"host": "mail.example.org", "port": 587, "use_tls": True}),
        ("smtps://mail.example.org/", {"host": "mail.example.org", "port": 465, "use_ssl": True}),
        ("smtp+plain://127.0.0.1:2525", {"host": "127.0.0.1", "port": 2525}),
        (
            "smtp://ana%40example.org:p%2Fw%3A%40@mail.example.org:2587",
            {
                "host": "mail.example.org",
                "port": 2587,
                "use_tls": True,
                "username": "ana@example.org",
                "password": "p/w:@",
            },
        ),
    ],
)
def test_encryption_is_the_rule_and_its_absence_is_said(url: str, wanted: dict[str, Any]) -> None:
    assert options(url) == wanted


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "https://mail.example.org",
        "smtp://",
        "smtp://host:port",
        "smtp://host/path",
        "smtp://host?tls=no",
        "smtp://ana:secret@[bad",
    ],
)
def test_what_is_no_address_is_refused_without_its_words(url: str) -> None:
    with pytest.raises(MailUrlUnreadable) as refused:
        mailers({"SKYPURSER_MAIL_URL": url, **FROM})
    assert "secret" not in str(refused.value)
    assert refused.value.__cause__ is None


@pytest.mark.parametrize("address", ["", "desk", "Desk <desk@example.org>"])
def test_a_server_takes_an_address_to_write_from(address: str) -> None:
    with pytest.raises(MailUrlUnreadable, match="SKYPURSER_MAIL_FROM"):
        mailers({"SKYPURSER_MAIL_URL": "smtp://mail.example.org", "SKYPURSER_MAIL_FROM": address})
