"""The first page: what needs the member, what is owed, what was sold; each by permission and place."""

import re
from datetime import UTC, datetime, timedelta

from skypurser.access.actors import Actor, operator
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.electronic import requesting
from skypurser.electronic.approvals import Kind
from skypurser.ledger.states import Status
from skypurser.overview.rolling_up import roll_up_exposure, roll_up_sales
from tests import cast
from tests.cast import Airline, airline, outsider, post
from tests.web.people import join, signed_in, user, visitor
from tests.web.queries import few_queries


def now() -> datetime:
    """The desk's clock."""
    return datetime.now(UTC)


def tiles(page: str) -> dict[str, tuple[str, str]]:
    """What each tile counts, and where it leads."""
    found = re.findall(
        r'<li class="tile[^"]*">\s*(?:<a href="([^"]*)">|<div>).*?</svg>([^<]+)</span><strong>([^<]+)<', page
    )
    return {label: (count, url.replace("&amp;", "&")) for url, label, count in found}


def text(page: str) -> str:
    """The page without its tags."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).replace("\N{NO-BREAK SPACE}", " ").split())


def ask(of: Airline, amount: int, *, by: Actor | None = None) -> None:
    """Ask for a credit that somebody else must approve."""
    set_approval_threshold(currency="USD", amount=100_000, actor=of.actor, now=now())
    requesting.request(
        account_id=of.agency.id,
        kind=Kind.CREDIT,
        amount=amount,
        reference="Deposit",
        key=cast.fresh_key(),
        actor=by or operator(of.carrier.id, name="Bruno Caja"),
        now=now(),
    )


def test_whoever_is_signed_out_signs_in_first() -> None:
    assert visitor().get("/").headers["Location"] == "/account/login/?next=/"


def test_exposure_stands_by_currency_and_leads_to_its_accounts() -> None:
    home = airline()
    euros = cast.agency(home.carrier, currency="EUR", credit_limit=500_000)
    post(cast.debit(home.agency, 320_000))
    post(cast.hold(euros, 70_000, now=now()))

    page = signed_in(home).get("/").text

    told = text(page)
    assert "USD 2 3,200.00 20,000.00 0.00 16,800.00 16%" in told
    assert "EUR 1 0.00 5,000.00 700.00 4,300.00 14%" in told
    assert 'href="/accounts?type=all&amp;status=all&amp;currency=EUR"' in page


def test_each_tile_counts_what_its_list_shows() -> None:
    home = airline()
    over, near, prepaid = (cast.agency(home.carrier, credit_limit=amount) for amount in (100_000, 100_000, 0))
    post(cast.debit(over, 100_001))
    post(cast.debit(near, 95_000))
    post(cast.debit(prepaid, 1))
    post(cast.status(home.client, Status.SUSPENDED))
    browser = signed_in(home)

    found = tiles(browser.get("/").text)

    assert {label: count for label, (count, _url) in found.items()} == {
        "Approvals": "0",
        "Over limit": "2",
        "Near limit": "1",
        "Low balance": "3",
        "Suspended": "1",
        "Refused": "0",
    }
    for label in ("Over limit", "Near limit", "Low balance", "Suspended"):
        count, url = found[label]
        listed = browser.get(url).text
        assert listed.count("<tr data-row>") == int(count), label


def test_approvals_that_wait_for_me_are_told_and_my_own_are_not() -> None:
    home = airline()
    ask(home, 250_000)
    person = user()
    ask(home, 180_000, by=join(person, home))
    browser = visitor()
    browser.force_login(person)

    page = browser.get("/").text

    assert tiles(page)["Approvals"][0] == "1"
    assert "2,500.00 USD" in text(page)
    assert "1,800.00 USD" not in text(page)


def test_refusals_of_today_stand_by_reason_with_what_was_missing() -> None:
    home = airline()
    post(cast.issue(home.agency, fare=2_000_000, now=now()))
    post(cast.status(home.client, Status.SUSPENDED))
    post(cast.issue(home.client, now=now()))

    told = text(signed_in(home).get("/").text)

    assert "The amount was above what was available. 8,480.00 USD was missing 1" in told
    assert "The account was suspended. USD 1" in told


def test_sales_are_drawn_by_currency_with_a_table_for_screen_readers() -> None:
    home = airline()
    for days in (0, 0, 3):
        post(cast.issue(home.agency, now=now() - timedelta(days=days)))
    euros = cast.agency(home.carrier, currency="EUR")
    post(cast.issue(euros, fare=10_000, taxes=0, now=now()))

    page = signed_in(home).get("/").text

    told = text(page)
    assert "1,440.00 USD 3 documents" in told
    assert "100.00 EUR 1 document" in told
    assert "Sales by day in USD" in told
    assert page.count('<rect class="bar"') == 3
    assert told.index("1,440.00 USD") < told.index("100.00 EUR")


def test_the_sales_lead_to_as_many_as_they_count_and_to_none_that_was_voided() -> None:
    home = airline()
    kept, voided, refunded = (cast.issue(home.agency, now=now()) for _ in range(3))
    old = cast.issue(home.agency, now=now() - timedelta(days=40))
    for sale in (kept, voided, refunded, old):
        post(sale)
    assert post(cast.void(home.agency, str(voided.document), now=now())).code is None
    assert post(cast.refund(home.agency, str(refunded.document), fare=100, now=now())).code is None
    browser = signed_in(home)

    page = browser.get("/").text
    link = re.findall(r'href="(/tickets\?[^"]+)"', page)[0].replace("&amp;", "&")
    listed = browser.get(link).text

    assert "2 documents" in text(page)
    assert listed.count("<tr data-row>") == 2
    for sale in (kept, refunded):
        assert str(sale.document) in listed


def test_the_figure_of_a_currency_leads_to_its_sales_only() -> None:
    home = airline()
    dollars = cast.issue(home.agency, now=now())
    euros = cast.issue(cast.agency(home.carrier, currency="EUR"), now=now())
    for sale in (dollars, euros):
        assert post(sale).code is None
    browser = signed_in(home)

    page = browser.get("/").text

    for currency, sold, other in (("USD", dollars, euros), ("EUR", euros, dollars)):
        (link,) = re.findall(rf'<span class="figure"><a href="([^"]+{currency})">', page)
        listed = browser.get(link.replace("&amp;", "&")).text
        assert (str(sold.document) in listed, str(other.document) in listed) == (True, False)


def test_a_new_carrier_is_told_what_comes_first() -> None:
    of = cast.carrier()
    new = Airline(of, operator(of.id), *[cast.Account(of, 0, "", "USD", operator(of.id))] * 2)

    page = text(signed_in(new).get("/").text)

    assert "No accounts yet" in page or "What comes first?" in page
    assert "Exposure" not in page


def test_a_member_sees_only_what_the_permissions_and_places_allow() -> None:
    home = airline()
    madrid = cast.agency(home.carrier, currency="EUR", airport="MAD", country="ES", credit_limit=123_400)
    ask(home, 250_000)
    post(cast.issue(madrid, fare=999_900, now=now()))

    lister = text(signed_in(home, {Permission.LIST_ACCOUNTS}).get("/").text)
    asker = text(signed_in(home, {Permission.QUERIES}).get("/").text)
    administrator = text(signed_in(home, {Permission.ADMINISTRATION}).get("/").text)
    spaniard = text(signed_in(home, ALL, countries={"ES"}).get("/").text)

    assert "Exposure" in lister
    assert "Refused today" not in lister
    assert "Refused today" in asker
    assert "Exposure" not in asker
    for heading in ("Exposure", "Refused today", "Waiting for your approval"):
        assert heading not in administrator
    assert "1,234.00" in spaniard
    assert "20,000.00" not in spaniard
    assert "2,500.00" not in spaniard


def test_nothing_of_another_carrier_is_there() -> None:
    home, other = airline(), outsider()
    post(cast.debit(other.agency, 777_700))
    post(cast.issue(other.agency, now=now()))
    ask(other, 250_000)

    told = text(signed_in(home).get("/").text)

    assert "7,777" not in told
    assert "2,500.00" not in told
    assert "Nothing was sold in the last 30 days." in told


def test_the_page_asks_the_database_at_most_fifteen_times() -> None:
    home = airline()
    ask(home, 250_000)
    post(cast.issue(home.agency, now=now()))
    browser = signed_in(home)
    browser.get("/")

    with few_queries():
        browser.get("/")


def test_totals_that_were_rolled_up_say_from_when() -> None:
    home = airline()
    roll_up_exposure(carrier_id=home.carrier.id, now=now())
    roll_up_sales(carrier_id=home.carrier.id, now=now())

    page = signed_in(home).get("/").text

    # With few accounts everything is summed up now, whatever the roll-ups say.
    assert "Totals of" not in page
    assert "20,000.00" in page


def test_each_figure_leads_to_its_list_a_zero_too() -> None:
    home = airline()
    post(cast.hold(home.agency, 70_000, now=now()))
    post(cast.issue(home.agency, now=now()))
    browser = signed_in(home)

    page = browser.get("/").text

    assert all(url for _count, url in tiles(page).values())
    exposure = page.partition('class="home-exposure"')[2].partition("</section>")[0]
    linked = re.findall(r'<td class="num[^>]*>(?:<strong>)?<a href="([^"]+)"', exposure)
    listed = "/accounts?type=all&amp;status=all&amp;currency=USD"
    assert linked == [listed, listed, f"{listed}&amp;limit=above", "/holds", listed]
    [day] = re.findall(r'<a href="(/tickets\?since=([^&"]+)&amp;until=([^&"]+)[^"]*)" tabindex="-1">', page)
    assert day[1] == day[2]
    assert browser.get(day[0].replace("&amp;", "&")).text.count("<tr data-row>") == 1


def test_holds_are_not_linked_for_whoever_may_not_see_them() -> None:
    home = airline()
    post(cast.hold(home.agency, 70_000, now=now()))

    assert '"/holds"' not in signed_in(home, {Permission.LIST_ACCOUNTS}).get("/").text


def test_when_nothing_was_sold_for_long_the_last_sale_is_told() -> None:
    home = airline()
    post(cast.issue(home.agency))
    browser = signed_in(home)
    browser.get("/")

    with few_queries():
        page = browser.get("/").text

    assert "Nothing was sold in the last 30 days. Last sale Jan 15, 2026 →" in text(page)
    assert '<a href="/tickets">Last sale' in page
    assert '<a href="/refusals">' in page.partition("Nothing was refused today.")[2].partition("</section>")[0]
    elsewhere = signed_in(home, cities={"BOS"})
    elsewhere.get("/")
    with few_queries():
        beyond = elsewhere.get("/").text
    assert "Nothing was sold in the last 30 days." in beyond
    assert "Last sale" not in beyond
