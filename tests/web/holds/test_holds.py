"""Open holds, a hold, and what one does to it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.ledger.states import Status
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries


def placed(account: cast.Account, amount: int = 70_000, *, hours: int = 5) -> int:
    """A hold by the real clock."""
    until = datetime.now(UTC) + timedelta(hours=hours)
    return int(cast.post(cast.hold(account, amount, expires_at=until, now=None)).facts["hold"])


def key_in(page: str) -> str:
    return str(re.findall(r'name="key" value="([^"]+)"', page)[-1])


def test_open_holds_stand_in_one_list_with_their_sums() -> None:
    airline = cast.airline()
    late, soon = placed(airline.agency), placed(airline.client, 5_000, hours=1)
    cast.post(cast.hold(airline.agency, 100))  # long expired
    browser = signed_in(airline)

    with few_queries():
        page = browser.get("/holds").text

    assert page.index(f'href="/holds/{soon}"') < page.index(f'href="/holds/{late}"')
    for told in ("750.00", "700.00", "50.00", "2 holds", airline.agency.code, "ref hold"):
        assert told in page


def test_the_list_is_of_one_account_where_it_is_named() -> None:
    airline = cast.airline()
    one, other = placed(airline.agency), placed(airline.client)

    page = signed_in(airline).get(f"/holds?code={airline.client.code}").text

    assert f"/holds/{other}" in page
    assert f"/holds/{one}" not in page


def test_a_type_alone_narrows_the_list_and_its_sums() -> None:
    airline = cast.airline()
    one, other = placed(airline.agency), placed(airline.client, 5_000)

    page = signed_in(airline).get("/holds?type=corporate").text

    assert f"/holds/{other}" in page
    assert f"/holds/{one}" not in page
    assert "750.00" not in page
    assert "700.00" not in page


def test_a_filter_that_cant_be_read_shows_nothing_and_says_so() -> None:
    airline = cast.airline()
    number = placed(airline.agency)

    page = signed_in(airline).get("/holds?type=x").text

    assert f"/holds/{number}" not in page
    assert "Held in" not in page
    assert "Nothing is shown" in page


def test_pages_follow_each_other() -> None:
    airline = cast.airline()
    numbers = [placed(airline.agency, 100, hours=hours) for hours in range(1, 53)]
    browser = signed_in(airline)

    first = browser.get("/holds").text
    after = first.split('rel="next" href="')[1].split('"')[0]
    second = browser.get(f"/holds{after}").text

    assert f'/holds/{numbers[49]}"' in first
    assert [number for number in numbers if f'/holds/{number}"' in second] == numbers[50:]


@pytest.mark.parametrize("after", ["x", "1~2~3", "9" * 400, f"{'9' * 18}~1", "%00~%00"])
def test_nothing_in_an_address_breaks_the_list(after: str) -> None:
    assert signed_in(cast.airline()).get(f"/holds?after={after}&code=%00").status_code == 200


def test_holds_show_within_the_limits_and_the_carrier_only() -> None:
    airline = cast.airline()
    number = placed(airline.agency)

    for browser in (signed_in(airline, cities={"BOS"}), signed_in(cast.outsider())):
        assert f"/holds/{number}" not in browser.get("/holds").text
        for act in ("", "/extend", "/release", "/capture"):
            assert browser.get(f"/holds/{number}{act}").status_code == 404
        assert browser.post(f"/holds/{number}/release", {"reference": "r", "key": "k"}).status_code == 404
    assert signed_in(airline).get(f"/holds/{10**30}").status_code == 404
    assert cast.standing(airline.agency, now=None).held == 70_000


def test_whoever_only_asks_sees_holds_and_changes_none() -> None:
    airline = cast.airline()
    number = placed(airline.agency)
    browser = signed_in(airline, {Permission.QUERIES})

    assert "/release" not in browser.get(f"/holds/{number}").text
    for act in ("extend", "release", "capture"):
        assert browser.get(f"/holds/{number}/{act}").status_code == 403
    assert browser.get("/holds/new").status_code == 403
    assert signed_in(airline, {Permission.ISSUANCE}).get("/holds").status_code == 403


def place(browser: Client, account: cast.Account, **differently: str) -> str:
    """Send the form of a new hold; where it led to, or else the page."""
    sent = {"amount": "700", "expires_at": "2086-01-15T12:30", "reference": "quote 7", "key": cast.fresh_key("form")}
    answer = browser.post(f"/holds/new/{account.id}", {**sent, **differently})
    return answer.headers.get("Location") or str(answer.text)


def test_a_hold_is_placed_once_until_a_time_on_the_offices_clocks() -> None:
    airline = cast.airline()
    browser = signed_in(airline, {Permission.HOLDS})
    form = browser.get(f"/holds/new/{airline.agency.id}").text
    assert "America/New_York" in form

    led = [place(browser, airline.agency, key="once", document="BK 7") for _ in range(2)]

    assert led[0] == led[1]
    page = browser.get(led[0]).text
    for told in ("700.00", "Jan 15, 2086 17:30:00Z", "BK 7", "quote 7", "OPEN"):
        assert told in page
    assert cast.standing(airline.agency, now=None).held == 70_000


@pytest.mark.parametrize(
    ("differently", "told"),
    [
        ({"amount": "10000.01"}, "There is not enough on the account"),
        ({"amount": "0"}, "The amount is above zero"),
        ({"expires_at": "2020-01-01T00:00"}, "would at once"),
        ({"expires_at": "9999-12-31T23:59"}, "no date on which a hold could end"),
        ({"expires_at": "0001-01-01T00:00"}, "no date on which a hold could end"),
        ({"expires_at": "tomorrow"}, "valid date"),
        ({"document": "a\x07b"}, "printable"),
        ({"reference": ""}, "required"),
    ],
)
def test_what_is_wrong_with_a_new_hold_is_told(differently: dict[str, str], told: str) -> None:
    airline = cast.airline()

    page = place(signed_in(airline), airline.agency, **differently)

    assert told in page
    assert "data-errors" in page
    assert cast.standing(airline.agency, now=None).held == 0


def test_a_time_that_the_clocks_skip_is_refused_and_one_that_they_show_twice_is_the_first() -> None:
    """In New York clocks go from 02:00 to 03:00 on March 10, 2086, and back from 02:00 on November 3."""
    airline = cast.airline()
    browser = signed_in(airline)

    page = place(browser, airline.agency, expires_at="2086-03-10T02:30")
    assert "set forward over 02:30" in page
    assert cast.standing(airline.agency, now=None).held == 0

    for typed in ("2086-03-10T01:59", "2086-03-10T03:00", "2086-11-03T00:59", "2086-11-03T02:00"):
        assert "twice" not in browser.get(place(browser, airline.agency, amount="1", expires_at=typed)).text
    led = place(browser, airline.agency, expires_at="2086-11-03T01:30")

    page = browser.get(led).text
    assert "show 01:30 twice on that day: the first is meant, Nov 3, 2086 05:30:00Z" in page
    assert page.count("05:30:00Z") > 1


def test_a_suspended_account_takes_no_hold() -> None:
    airline = cast.airline()
    cast.post(cast.status(airline.agency, Status.SUSPENDED))

    assert "The account is suspended" in place(signed_in(airline), airline.agency)


def test_a_hold_is_extended_released_and_captured_once() -> None:
    airline = cast.airline()
    browser = signed_in(airline, {Permission.HOLDS, Permission.QUERIES})
    extended, released, captured = (placed(airline.agency, amount) for amount in (100, 200, 30_000))
    sent = {
        (extended, "extend"): {"expires_at": "2087-06-01T12:00"},
        (released, "release"): {},
        (captured, "capture"): {"amount": "250"},
    }

    for (number, act), fields in sent.items():
        with few_queries():
            key = key_in(browser.get(f"/holds/{number}/{act}").text)
        for _ in range(2):
            answer = browser.post(f"/holds/{number}/{act}", {**fields, "reference": "by hand", "key": key})
            assert answer.headers["Location"] == f"/holds/{number}"

    assert "Jun 1, 2087 16:00:00Z" in browser.get(f"/holds/{extended}").text
    assert "RELEASED" in browser.get(f"/holds/{released}").text
    page = browser.get(f"/holds/{captured}").text
    assert "CAPTURED" in page
    assert "/capture" not in page
    assert [(one.debit, one.kind) for one in cast.statement(airline.agency)] == [(25_000, "capture")]
    assert cast.standing(airline.agency, now=None).held == 100


def test_a_hold_that_ended_is_refused_in_words() -> None:
    airline = cast.airline()
    number = placed(airline.agency)
    cast.post(cast.release(airline.agency, number, now=None))

    answer = signed_in(airline).post(
        f"/holds/{number}/capture", {"amount": "1", "reference": "r", "key": cast.fresh_key()}
    )

    assert "The hold is captured or released already" in answer.text
    assert cast.statement(airline.agency) == []


def test_a_capture_beyond_the_hold_and_the_account_tells_what_is_missing() -> None:
    airline = cast.airline()
    number = placed(airline.agency)

    page = (
        signed_in(airline)
        .post(f"/holds/{number}/capture", {"amount": "10000.01", "reference": "r", "key": cast.fresh_key()})
        .text
    )

    assert "There is not enough on the account" in page
    assert "0.01" in page
