"""What follows from where people reach the desk."""

import pytest

from skypurser.config.public_url import LOCAL_HOSTS, PublicUrlUnreadable, public_url


def test_without_a_word_the_desk_is_on_this_machine_only() -> None:
    found = public_url({})

    assert (found.origin, found.hosts, found.is_https) == ("", LOCAL_HOSTS, False)
    assert (found.hsts_seconds, found.proxies) == (0, 0)


def test_https_makes_cookies_insist_on_it() -> None:
    found = public_url({"SKYPURSER_URL": "https://desk.example.org/", "SKYPURSER_HSTS_SECONDS": "31536000"})

    assert found.origin == "https://desk.example.org"
    assert found.is_https
    assert found.hosts == (*LOCAL_HOSTS, "desk.example.org")
    assert found.hsts_seconds == 31_536_000


def test_the_host_that_is_listened_on_is_answered() -> None:
    assert public_url({"SKYPURSER_HOST": "192.0.2.7"}).hosts[-1] == "192.0.2.7"
    assert public_url({"SKYPURSER_HOST": "2001:db8::7"}).hosts[-1] == "[2001:db8::7]"
    assert public_url({"SKYPURSER_HOST": "127.0.0.1"}).hosts == LOCAL_HOSTS


def test_a_port_is_no_part_of_the_host() -> None:
    found = public_url({"SKYPURSER_URL": "http://[2001:db8::7]:8000", "SKYPURSER_PROXIES": "2"})

    assert found.hosts[-1] == "[2001:db8::7]"
    assert not found.is_https
    assert found.proxies == 2


@pytest.mark.parametrize(
    "url",
    ["desk.example.org", "ftp://desk.example.org", "https://", "https://desk.example.org/path", "https://a@desk.example",
     "https://desk.example.org?x", "https://desk.example.org:x", "https://desk.example.org:0", "https://[::1"],
)  # fmt: skip
def test_what_is_no_address_of_a_desk_is_refused(url: str) -> None:
    with pytest.raises(PublicUrlUnreadable, match="SKYPURSER_URL is"):
        public_url({"SKYPURSER_URL": url})


@pytest.mark.parametrize("name", ["SKYPURSER_PROXIES", "SKYPURSER_HSTS_SECONDS"])
@pytest.mark.parametrize("text", ["-1", "one", "1.5", "９", "9" * 10])
def test_a_count_is_a_whole_number(name: str, text: str) -> None:
    with pytest.raises(PublicUrlUnreadable, match=name):
        public_url({name: text})
