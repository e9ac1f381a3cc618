"""Which addresses may be called; and that a name's second answer is never asked for."""

import ipaddress
import socket
import threading
import time
from typing import Any

import pytest

from skypurser.webhooks.reach import EndpointNotAllowed, Reach, check_url, is_public, resolve
from skypurser.webhooks.sending import Sender
from tests.webhooks.receiver import NEARBY, receiving

PUBLIC = ("8.8.8.8", "1.1.1.1", "2001:4860:4860::8888", "2606:4700::1111", "2a00:1450:4001:81b::200e")

PRIVATE = (
    "0.0.0.0",  # noqa: S104 — not to bind to
    "0.1.2.3",
    "10.0.0.1",
    "100.64.0.1",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.7",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:808:808::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "fc00::1",
    "fd12:3456::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_may_be_called(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))
    assert resolve(address, 443) == [address]


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_public_may_not_be_called(address: str) -> None:
    host = f"[{address}]" if ":" in address else address

    assert not is_public(ipaddress.ip_address(address))
    with pytest.raises(EndpointNotAllowed):
        check_url(f"https://{host}/")
    with pytest.raises(EndpointNotAllowed):
        resolve(address, 443)
    assert check_url(f"https://{host}/", reach=Reach(allow_private=True))


@pytest.mark.parametrize("spelling", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "localhost"])
def test_no_spelling_of_the_loopback_gets_through(spelling: str) -> None:
    with pytest.raises(EndpointNotAllowed):
        resolve(spelling, 443)

    assert Sender(reach=Reach(allow_http=True)).send(url=f"http://{spelling}:9/", body=b"", headers={}).outcome == (
        "not_allowed"
    )


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "http://example.com/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https:///path",
        "https://me:secret@example.com/",
        "https://me@example.com/",
        "https://example.com/#part",
        "https://example.com:0/",
        "https://example.com:99999/",
        "https://example.com:port/",
        "https://exa mple.com/",
        "https://example.com\\@evil.example/",
        "https://example.com/\r\nHost: evil",
        "https://éxample.com/",
        "https://[::1",
        "https://localhost/",
        "https://db.LOCALHOST./",
        "https://printer.local/",
        "https://metadata.google.internal/",
        "https://hooks..example.com/x",
        "https://.example.com/",
        "https://./",
        f"https://{'x' * 64}.example.com/",
        "https://example.com/" + "x" * 2_000,
    ],
)
def test_a_url_that_is_none_or_hides_something_is_refused(url: str) -> None:
    with pytest.raises(EndpointNotAllowed) as no:
        check_url(url)

    assert no.value.code == "endpoint_not_allowed"


def test_http_only_where_it_is_allowed() -> None:
    assert check_url("https://example.com:8443/hook?a=1") == "https://example.com:8443/hook?a=1"
    assert check_url("http://example.com/", reach=Reach(allow_http=True)) == "http://example.com/"


@pytest.mark.parametrize(
    ("text", "is_allowed"), [(None, False), ("", False), ("0", False), ("yes", False), ("1", True)]
)
def test_only_a_one_in_the_environment_allows(text: str | None, is_allowed: bool) -> None:
    environ = {} if text is None else {"SKYPURSER_WEBHOOKS_ALLOW_PRIVATE": text, "SKYPURSER_WEBHOOKS_ALLOW_HTTP": text}

    assert Reach.from_environment(environ) == Reach(allow_private=is_allowed, allow_http=is_allowed)


class Names:
    """A resolver whose answer for a name changes with every question, as a rebinding one's does."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []
        self._really = socket.getaddrinfo

    def __call__(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        try:
            ipaddress.ip_address(host)
        except ValueError:
            self.asked.append(host)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in self.answers.pop(0)]
        return self._really(host, port, *args, **kwargs)  # what is an address already is none to resolve


def test_one_bad_address_among_good_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("socket.getaddrinfo", Names(["8.8.8.8", "10.0.0.1"]))

    with pytest.raises(EndpointNotAllowed):
        resolve("hook.example", 443)


@pytest.mark.parametrize("host", ["hooks..example.com", "x" * 64])
def test_a_name_that_cannot_be_one_fails_as_one_that_does_not_resolve(host: str) -> None:
    with pytest.raises(socket.gaierror):
        resolve(host, 443)


def test_a_resolver_that_does_not_answer_is_given_up_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_kwargs: [answer.wait(5)][1:])
    began = time.monotonic()

    sent = Sender(reach=NEARBY, longest=0.3).send(url="http://hook.example/", body=b"{}", headers={})

    assert time.monotonic() - began < 1.5
    assert (sent.outcome, sent.response_code) == ("timeout", None)
    answer.set()


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once; its second answer, a machine that nobody looked at, is never heard."""
    with receiving() as checked:
        port = int(checked.url.rpartition(":")[2].partition("/")[0])
        names = Names(["127.0.0.1"], ["127.0.0.2"], ["127.0.0.2"])
        monkeypatch.setattr("socket.getaddrinfo", names)

        sent = Sender(reach=NEARBY).send(url=f"http://hook.example:{port}/hook", body=b"{}", headers={})

    assert sent.is_delivered
    assert names.asked == ["hook.example"]
    assert checked.received[0].headers["host"] == f"hook.example:{port}"


def test_a_name_that_turns_private_after_it_was_entered_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        port = receiver.url.rpartition(":")[2].partition("/")[0]
        url = check_url(f"https://hook.example:{port}/hook")
        monkeypatch.setattr("socket.getaddrinfo", Names(["127.0.0.1"]))

        sent = Sender().send(url=url, body=b"{}", headers={})

    assert (sent.outcome, sent.response_code) == ("not_allowed", None)
    assert receiver.begun == 0
