"""Account management: what is shown, edited, told. Source: KIU, "Account Management"."""

import html
import re
from typing import Any

import pytest

from skypurser.access.permissions import ALL, Permission
from skypurser.electronic import managing, queries
from skypurser.electronic.queries import AccountView
from skypurser.history import acts
from skypurser.ledger.states import Status
from tests import cast
from tests.cast import Airline, airline, outsider
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in
from tests.web.queries import few_queries


def now(home: Airline, account: cast.Account | None = None) -> AccountView:
    return queries.get((account or home.agency).id, actor=home.actor)


def labels(page: str) -> list[str]:
    return re.findall(r"<dt>([^<]+)</dt>", page)


def test_an_agency_is_shown_with_the_fields_of_the_source_in_its_order() -> None:
    home = airline()

    page = signed_in(home).get(f"/accounts/{home.agency.id}/manage").text

    assert labels(page) == [
        *("Electronic account", "Status", "Carrier", "Agency name", "Issue ID", "City", "Credit card", "Currency"),
        *("Credit limit", "Balance", "Total to pay", "Domestic commission", "International commission"),
        *("Domestic CC commission", "International CC commission"),
    ]


def test_a_corporate_client_is_shown_with_the_fields_of_the_source_in_its_order() -> None:
    home = airline()

    page = signed_in(home).get(f"/accounts/{home.client.id}/manage").text

    assert labels(page) == [
        *("Electronic account", "Status", "Client name", "City", "Currency", "Agency involved", "Credit limit"),
        *("Balance", "Total to pay", "Domestic commission", "International commission"),
    ]


def test_the_pencils_stand_beside_what_may_be_edited_and_nowhere_else() -> None:
    home = airline()

    page = signed_in(home).get(f"/accounts/{home.agency.id}/manage").text

    assert re.findall(r'icon-button" href="\?edit=(\w+)"', page) == [
        *("name", "issue_id", "credit_card", "credit_limit"),
        *("domestic", "international", "domestic_card", "international_card"),
    ]


def test_one_row_is_edited_and_the_history_tells_why() -> None:
    home = airline()
    path = f"/accounts/{home.agency.id}/manage?edit=credit_limit"

    answer = send(signed_in(home), path, credit_limit="12,500", reference="new contract")

    assert answer.headers["Location"] == f"/accounts/{home.agency.id}/manage"
    assert now(home).standing.credit_limit == 1_250_000
    newest = acts.of_account(carrier_id=home.carrier.id, account_id=home.agency.id)[0]
    assert (newest.action, newest.reference) == ("account.limit_changed", "new contract")


def everything(home: Airline) -> dict[str, Any]:
    return {
        "name": f"Agency {home.agency.code}",
        "issue_id": "9549656",
        "credit_card": "on",
        "credit_limit": "10000",
        "domestic_mode": "FIXED",
        "domestic_percent": "8",
        "international_mode": "MAX",
        "international_percent": "8",
        "domestic_card_mode": "FIXED",
        "domestic_card_percent": "5",
        "international_card_mode": "FREE",
        "international_card_percent": "",
        "reference": "yearly review",
    }


def test_all_is_edited_at_once() -> None:
    home = airline()
    typed = {
        **everything(home),
        "name": "Renamed",
        "issue_id": "",
        "credit_card": "off",
        "domestic_mode": "MAX",
        "domestic_percent": "7.25",
        "international_mode": "FREE",
    }

    send(signed_in(home), f"/accounts/{home.agency.id}/manage?edit=all", **typed)

    view = now(home)
    assert (view.name, view.issue_id, view.credit_card) == ("Renamed", "", False)
    assert [str(view.rates.domestic), str(view.rates.international)] == ["MAX 7.25", "FREE"]
    assert [str(view.rates.domestic_card), str(view.rates.international_card)] == ["FIXED 5.00", "FREE"]


def test_a_corporate_clients_agency_is_set() -> None:
    home = airline()
    path = f"/accounts/{home.client.id}/manage?edit=agency_involved"

    send(signed_in(home), path, agency_involved=home.agency.code.lower(), reference="customer of theirs")

    assert now(home, home.client).agency_involved == home.agency.code


def test_a_fixed_or_maximum_rate_needs_a_percentage() -> None:
    home = airline()
    path = f"/accounts/{home.agency.id}/manage?edit=international_card"

    answer = send(
        signed_in(home), path, international_card_mode="MAX", international_card_percent="", reference="review"
    )

    assert "Write the percentage, or choose FREE." in words(answer)
    assert str(now(home).rates.international_card) == "FREE"


def test_nothing_changed_is_told() -> None:
    home = airline()

    answer = send(signed_in(home), f"/accounts/{home.agency.id}/manage?edit=all", **everything(home))

    assert "Nothing is changed yet." in words(answer)


def test_what_somebody_else_has_changed_meanwhile_is_told_and_not_overwritten() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/manage?edit=all"
    form = {**hidden(browser.get(path).text), **everything(home), "credit_limit": "500", "domestic_percent": "6"}
    somebody: dict[str, Any] = {"reference": "theirs", "actor": home.actor, "now": cast.NOON}
    managing.set_credit_limit(account_id=home.agency.id, credit_limit=77_700, key="theirs", **somebody)
    managing.set_terms(
        account_id=home.agency.id, rates=cast.rates("MAX 3.00", "FREE", "FIXED 5.00", "FREE"), **somebody
    )

    answer = browser.post(path, form)

    told = words(answer)
    assert "Somebody else has set this to 777.00 USD meanwhile. Save again to overwrite it." in told
    assert "Somebody else has set this to MAX 3.00 meanwhile." in told
    assert 'name="credit_limit" value="500"' in answer.text
    assert now(home).standing.credit_limit == 77_700


def test_saved_again_after_a_conflict_it_is_overwritten_but_for_what_was_not_touched() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/manage?edit=all"
    form = {**everything(home), "domestic_percent": "6"}
    first = hidden(browser.get(path).text)
    managing.set_terms(
        account_id=home.agency.id,
        rates=cast.rates("MAX 3.00", "MAX 8.00", "FIXED 5.00", "FREE"),
        reference="theirs",
        actor=home.actor,
        now=cast.NOON,
    )
    conflict = browser.post(path, {**first, **form})

    answer = browser.post(path, {**hidden(conflict.text), **form})

    assert answer.status_code == 302
    assert str(now(home).rates.domestic) == "FIXED 6.00"


def test_a_rate_that_somebody_else_changed_survives_a_change_of_another_one() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/manage?edit=domestic"
    shown = hidden(browser.get(path).text)
    theirs = cast.rates("FIXED 8.00", "MAX 2.00", "FIXED 5.00", "FREE")
    managing.set_terms(account_id=home.agency.id, rates=theirs, reference="theirs", actor=home.actor, now=cast.NOON)

    browser.post(path, {**shown, "domestic_mode": "FREE", "domestic_percent": "", "reference": "mine"})

    view = now(home)
    assert [str(view.rates.domestic), str(view.rates.international)] == ["FREE", "MAX 2.00"]


def test_a_cut_that_leaves_the_account_over_its_limit_is_asked_about_once() -> None:
    home = airline()
    cast.post(cast.debit(home.agency, 500_000))
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/manage?edit=credit_limit"
    typed = {"credit_limit": "4000", "reference": "risk"}

    asked = send(browser, path, **typed)
    before = now(home).standing.credit_limit
    browser.post(path, {**hidden(asked.content.decode()), **typed})

    assert "over its limit by 1,000.00 USD" in words(asked)
    assert before == 1_000_000
    assert now(home).standing.credit_limit == 400_000


def test_what_another_limit_would_leave_is_told_while_one_types() -> None:
    home = airline()
    cast.post(cast.debit(home.agency, 500_000))
    browser = signed_in(home)

    def told(limit: str) -> str:
        return words(browser.get(f"/accounts/{home.agency.id}/manage/limit", {"credit_limit": limit}))

    assert told("6000") == "The balance would be 1,000.00 USD ."
    assert "over its limit by 1,000.00 USD" in told("4000")
    assert told("4,0,0") == ""


def test_a_form_that_is_sent_twice_changes_once() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/manage?edit=credit_limit"
    form = {**hidden(browser.get(path).text), "credit_limit": "9000", "reference": "once"}

    answers = [browser.post(path, form).status_code for _ in range(2)]

    assert answers == [302, 302]
    found = acts.of_account(carrier_id=home.carrier.id, account_id=home.agency.id)
    assert [act.reference for act in found].count("once") == 1


@pytest.mark.parametrize(
    "shown",
    [
        "",
        "{",
        "[]",
        '{"name":1}',
        '{"name":"a","issue_id":"","agency_involved":"","credit_limit":1,"credit_card":true,"rates":{"domestic":"NO"}}',
        '{"name":"a","issue_id":"","agency_involved":"","credit_limit":1,"credit_card":true,"rates":{"x":"FREE"}}',
        "\x00",
        "9" * 5000,
    ],
)
def test_what_the_page_has_not_made_is_refused(shown: str) -> None:
    home = airline()
    path = f"/accounts/{home.agency.id}/manage?edit=credit_limit"

    answer = send(signed_in(home), path, shown=shown, credit_limit="5", reference="x")

    assert answer.status_code == 200
    assert now(home).standing.credit_limit == 1_000_000


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("credit_limit", "9" * 30),
        ("credit_limit", ""),
        ("name", ""),
        ("name", "a\x00"),
        ("credit_card", "perhaps"),
        ("domestic_mode", "SOME"),
        ("domestic_percent", "100.01"),
        ("reference", ""),
        ("key", ""),
    ],
)
def test_nonsense_is_told_beside_its_field(field: str, value: str) -> None:
    home = airline()
    typed = {**everything(home), "issue_id": "changed", field: value}

    answer = send(signed_in(home), f"/accounts/{home.agency.id}/manage?edit=all", **typed)

    assert answer.status_code == 200
    assert "your attention" in words(answer)
    assert now(home).issue_id == "9549656"


def test_a_status_is_not_mistaken_for_a_name() -> None:
    home = airline()
    managing.correct_party(
        account_id=home.agency.id, name="ACTIVE", issue_id="E", reference="odd", actor=home.actor, now=cast.NOON
    )

    page = signed_in(home).get(f"/accounts/{home.agency.id}/manage").text

    assert page.count('class="tag is-ok"') == 2


@pytest.mark.parametrize(
    ("status", "agency", "expected"),
    [
        (Status.ACTIVE, True, ["suspend"]),
        (Status.SUSPENDED, True, ["activate", "inhibit"]),
        (Status.INHIBITED, True, ["suspend", "enable"]),
        (Status.ACTIVE, False, ["suspend"]),
        (Status.SUSPENDED, False, ["activate"]),
    ],
)
def test_the_buttons_are_those_that_type_and_status_allow(status: Status, agency: bool, expected: list[str]) -> None:
    """KIU: Account Management, action buttons."""
    home = airline()
    account = home.agency if agency else home.client
    steps = {Status.ACTIVE: [], Status.SUSPENDED: [Status.SUSPENDED]}.get(status, [Status.SUSPENDED, status])
    for step in steps:
        cast.post(cast.status(account, step))

    page = signed_in(home).get(f"/accounts/{account.id}/manage").text

    found = re.findall(rf'href="/accounts/{account.id}/(?:status/)?(suspend|activate|inhibit|enable)"', page)
    assert found == expected
    assert ("/credit-debit" in page) is (status is not Status.INHIBITED)


def test_deleting_is_offered_only_while_the_account_is_unused() -> None:
    home = airline()
    cast.post(cast.credit(home.client, 100))
    browser = signed_in(home)

    assert f"/accounts/{home.agency.id}/delete" in browser.get(f"/accounts/{home.agency.id}/manage").text
    assert "/delete" not in browser.get(f"/accounts/{home.client.id}/manage").text


def test_another_carriers_account_is_not_found() -> None:
    home, other = airline(), outsider()
    browser = signed_in(home)

    for tail in ("manage", "manage/limit?credit_limit=1", "status/suspend", "delete", "credit-debit"):
        assert browser.get(f"/accounts/{other.agency.id}/{tail}").status_code == 404, tail
    assert browser.post(f"/accounts/{other.agency.id}/manage", {"name": "x"}).status_code == 404
    assert browser.get(f"/accounts/{10**30}/manage").status_code == 404


def test_it_takes_the_permission_at_the_accounts_place() -> None:
    home = airline()
    path = f"/accounts/{home.agency.id}/manage"

    assert signed_in(home, ALL - {Permission.ACCOUNT_MANAGEMENT}).get(path).status_code == 403
    assert signed_in(home, countries=["FR"]).get(path).status_code == 404
    assert signed_in(home, offices=[home.agency.code]).get(path).status_code == 200
    assert signed_in(home, countries=["FR"]).post(f"{path}?edit=name", {"name": "x"}).status_code == 404


def test_names_are_escaped() -> None:
    home = airline()
    managing.correct_party(account_id=home.agency.id, name="<b>&", reference="odd", actor=home.actor, now=cast.NOON)

    page = signed_in(home).get(f"/accounts/{home.agency.id}/manage?edit=all").text

    assert "<b>" not in page
    assert html.escape("<b>&") in page


def test_the_page_asks_the_database_little() -> None:
    home = airline()
    browser = signed_in(home)

    with few_queries():
        browser.get(f"/accounts/{home.agency.id}/manage?edit=all")
