"""Which e-mail addresses are taken: those that SMTP carries as they are."""

import pytest

from skypurser.emails import is_email


@pytest.mark.parametrize(
    "text",
    [
        "ana@example.org",
        "Ana.Maria+sales@mail.example.org",
        "o'brien@example.org",
        "ana@zürich.example",
        "ana@xn--zrich-kva.example",
        "ana@例え.テスト",
    ],
)
def test_addresses(text: str) -> None:
    assert is_email(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@localhost",
        "ana@example",
        "ana@[127.0.0.1]",
        "ana@example.org ",
        "ana@example.org, bob@example.org",
        "ana@example.org\nBcc: bob@example.org",
        "ımran@example.org",
        "ſam@example.org",
        "\u212aate@example.org",
        "josé@example.org",
        "a@b\uff0cc.example",
        "a@b\uff1cc.example",
        "a@exam\u00adple.org",
        "a@example\u3002",
        f"{'a' * 64}@{'b' * 63}.{'c' * 63}.{'d' * 63}.example",
        f"ana@{'ü' * 60}.example",
    ],
)
def test_no_addresses(text: str) -> None:
    assert not is_email(text)
