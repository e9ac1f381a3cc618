"""Refused attempts over all accounts."""

from datetime import UTC, datetime

from skypurser.access.permissions import Permission
from tests import cast
from tests.web.people import signed_in
from tests.web.queries import few_queries


def test_an_attempt_is_told_with_its_reason_and_what_was_missing() -> None:
    airline = cast.airline()
    short, wrong = cast.issue(airline.agency, fare=2_000_000), cast.issue(airline.client, commission_bps=900)
    for request in (short, wrong):
        assert cast.post(request).code
    browser = signed_in(airline)

    with few_queries():
        page = browser.get("/refusals").text.replace("\N{NO-BREAK SPACE}", " ")

    assert "The amount was above what was available." in page
    for amount in ("18,480.00", "10,000.00", "8,480.00"):
        assert amount in page
    assert "9.00 % was entered" in page
    for told in (str(short.document), airline.agency.code, airline.client.code, "gds", "Sale"):
        assert told in page
    assert f'href="/accounts/{airline.agency.id}/refused"' in page


def test_filters_narrow_the_list() -> None:
    airline = cast.airline()
    short, wrong = cast.issue(airline.agency, fare=2_000_000), cast.issue(airline.client, commission_bps=900)
    today = cast.issue(airline.agency, fare=3_000_000, now=datetime.now(UTC))
    for request in (short, wrong, today):
        assert cast.post(request).code
    browser = signed_in(airline)

    def shown(query: str) -> list[str]:
        page = browser.get(f"/refusals?{query}").text
        return [str(one.document) for one in (short, wrong, today) if str(one.document) in page]

    assert shown("reason=commission_not_allowed") == [str(wrong.document)]
    assert shown(f"code={airline.client.code}") == [str(wrong.document)]
    assert shown("operation=void") == []
    assert shown("day=today") == [str(today.document)]
    assert shown("since=2026-01-15&until=2026-01-15") == [str(short.document), str(wrong.document)]


def test_pages_follow_each_other() -> None:
    airline = cast.airline()
    for number in range(51):
        cast.post(cast.issue(airline.agency, fare=2_000_000 + number))
    browser = signed_in(airline)

    first = browser.get("/refusals").text
    after = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")

    assert browser.get(f"/refusals{after}").text.split("<tbody>")[1].split("</tbody>")[0].count("<tr>") == 1


def test_nothing_in_an_address_breaks_the_list() -> None:
    browser = signed_in(cast.airline())

    for query in ("after=x", f"after={'9' * 400}", "since=0001-01-01", "until=9999-12-31", "reason=%00&code=%00&day=x"):
        assert browser.get(f"/refusals?{query}").status_code == 200


def test_attempts_show_within_the_limits_and_the_carrier_only() -> None:
    airline = cast.airline()
    attempt = cast.issue(airline.agency, fare=2_000_000)
    cast.post(attempt)

    assert str(attempt.document) in signed_in(airline, cities={"NYC"}).get("/refusals").text
    for browser in (signed_in(airline, cities={"BOS"}), signed_in(cast.outsider())):
        page = browser.get("/refusals").text
        assert str(attempt.document) not in page
        assert "Nothing was refused" in page
    assert signed_in(airline, {Permission.ISSUANCE}).get("/refusals").status_code == 403
