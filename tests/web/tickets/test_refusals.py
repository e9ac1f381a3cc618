"""Refused attempts over all accounts."""

import importlib
import pkgutil
import re
from datetime import UTC, datetime
from html import unescape

import pytest

import skypurser
from skypurser.access.permissions import Permission
from skypurser.electronic import once
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history.conflicts import ChangedMeanwhile
from skypurser.ledger.requests import RequestRefused
from skypurser.web.accounts.attempts import REASONS
from tests import cast
from tests.architecture.tree import PACKAGE
from tests.web.people import at, signed_in
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


@pytest.mark.parametrize(
    ("zone", "now", "today", "yesterday"),
    [
        # 08:00 on the 16th in Tokyo, where in UTC it is still the 15th.
        ("Asia/Tokyo", "2026-01-15T23:00Z", "2026-01-15T15:00Z", "2026-01-15T14:59Z"),
        # 21:00 on the 15th in New York, where in UTC it is the 16th.
        ("America/New_York", "2026-01-16T02:00Z", "2026-01-15T05:00Z", "2026-01-15T04:59Z"),
    ],
)
def test_today_is_the_carriers_on_the_first_page_and_in_its_list(
    monkeypatch: pytest.MonkeyPatch, zone: str, now: str, today: str, yesterday: str
) -> None:
    airline = cast.airline(time_zone=zone)
    made = [cast.issue(airline.agency, fare=2_000_000, now=datetime.fromisoformat(one)) for one in (today, yesterday)]
    for request in made:
        assert cast.post(request).code
    browser = signed_in(airline)
    at(monkeypatch, datetime.fromisoformat(now))

    home = browser.get("/").text
    links = {unescape(link) for link in re.findall(r'href="(/refusals\?[^"]+)"', home)}

    assert len(links) == 2
    for link in (*links, "/refusals?day=today"):
        page = browser.get(link).text
        assert [str(one.document) in page for one in made] == [True, False], link
    until = browser.get(f"/refusals?until={'2026-01-15' if zone == 'Asia/Tokyo' else '2026-01-14'}").text
    assert [str(one.document) in until for one in made] == [False, True]


def test_each_line_of_the_first_page_leads_to_the_attempts_that_it_counts() -> None:
    airline = cast.airline()
    euros = cast.agency(airline.carrier, currency="EUR")
    now = datetime.now(UTC)
    for account in (airline.agency, airline.agency, euros):
        cast.post(cast.issue(account, fare=2_000_000, now=now))
    with pytest.raises(RequestRefused, match="not found"):
        once.delete(account_id=2**40, reference="gone", key=cast.fresh_key(), actor=airline.actor, now=now)
    cast.post(cast.debit(airline.agency, 1))
    with pytest.raises(RequestRefused, match="in use"):
        once.delete(account_id=airline.agency.id, reference="gone", key=cast.fresh_key(), actor=airline.actor, now=now)
    browser = signed_in(airline)

    home = browser.get("/").text
    lines = re.findall(r'href="(/refusals\?[^"]*reason=[^"]+)".*?line-figure">(\d+)<', home, re.DOTALL)

    assert sorted(count for _link, count in lines) == ["1", "1", "1", "2"]
    for link, count in lines:
        page = browser.get(unescape(link)).text
        assert page.split("<tbody>")[1].count("<tr>") == int(count), link


def _refusals(of: type[Refusal]) -> set[type[Refusal]]:
    return {of}.union(*(_refusals(one) for one in of.__subclasses__()))


def test_every_reason_that_can_be_recorded_is_offered() -> None:
    judging = ("money", "commissions", "parties", "ledger", "electronic", "jetcards", "tickets", "webhooks")
    for one in pkgutil.walk_packages(skypurser.__path__, "skypurser."):
        if one.name.split(".")[1] in judging and ".migrations" not in one.name:
            importlib.import_module(one.name)
    raised = {
        one.code
        for one in _refusals(Refusal)
        if one.__module__.split(".")[1] in judging and not issubclass(one, InvalidRequest | RequestRefused)
    }
    answered = {
        code
        for folder in judging
        for path in (PACKAGE / folder).rglob("*.py")
        for code in re.findall(r'\bRefused\("(\w+)"', path.read_text(encoding="utf-8"))
    }
    assert {"account_exists", "card_not_found"} <= raised
    assert {"key_reused", "entry_not_found"} <= answered

    always = {"account_suspended", "account_inhibited", ChangedMeanwhile.code}
    assert (raised | answered | always) - set(REASONS) == set()


def test_a_type_alone_narrows_the_list() -> None:
    airline = cast.airline()
    of_agency, of_client = (cast.issue(one, fare=2_000_000) for one in (airline.agency, airline.client))
    for request in (of_agency, of_client):
        cast.post(request)

    page = signed_in(airline).get("/refusals?type=corporate").text

    assert str(of_client.document) in page
    assert str(of_agency.document) not in page
    assert "Type: <strong>Corporate" in page


@pytest.mark.parametrize(
    "query", ["since=garbage", "reason=nonsense", "currency=%00", "day=tomorrow", "type=x", "code=%00"]
)
def test_a_filter_that_cant_be_read_shows_nothing_and_says_so(query: str) -> None:
    airline = cast.airline()
    request = cast.issue(airline.agency, fare=2_000_000)
    cast.post(request)

    page = signed_in(airline).get(f"/refusals?{query}").text

    assert str(request.document) not in page
    assert "Nothing is shown" in page
    assert len(re.findall(r'<a class="chip" href="\?">.*(?:there is none|be read)', page)) == 1


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
