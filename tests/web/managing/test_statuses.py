"""Suspend, activate, inhibit. Source: KIU, "Account Management", action buttons."""

import re

import pytest

from skypurser.access.permissions import Permission
from skypurser.electronic import queries
from skypurser.history import acts
from skypurser.ledger.states import Status
from tests import cast
from tests.cast import Account, Airline, airline
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in


def status(home: Airline, account: Account) -> Status:
    return queries.get(account.id, actor=home.actor).standing.status


def test_an_agency_goes_by_suspended_to_inhibited_and_not_at_once() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/status"

    at_once = browser.get(f"{path}/inhibit")
    send(browser, f"{path}/suspend", reference="they join BSP")
    send(browser, f"{path}/inhibit", reference="they joined BSP")

    assert at_once.headers["Location"] == f"/accounts/{home.agency.id}/manage"
    assert status(home, home.agency) is Status.INHIBITED
    told = [act.reference for act in acts.of_account(carrier_id=home.carrier.id, account_id=home.agency.id)]
    assert told[:2] == ["they joined BSP", "they join BSP"]


def test_a_suspended_account_is_activated() -> None:
    home = airline()
    cast.post(cast.status(home.client, Status.SUSPENDED))

    send(signed_in(home), f"/accounts/{home.client.id}/status/activate", reference="paid")

    assert status(home, home.client) is Status.ACTIVE


def test_a_corporate_client_is_never_inhibited() -> None:
    home = airline()
    cast.post(cast.status(home.client, Status.SUSPENDED))

    assert signed_in(home).get(f"/accounts/{home.client.id}/status/inhibit").status_code == 404


def test_a_step_that_nobody_knows_is_not_found() -> None:
    home = airline()

    assert signed_in(home).get(f"/accounts/{home.agency.id}/status/explode").status_code == 404


def test_the_reference_is_mandatory() -> None:
    home = airline()

    answer = send(signed_in(home), f"/accounts/{home.agency.id}/status/suspend", reference=" ")

    assert "Reference: This field is required." in words(answer)
    assert status(home, home.agency) is Status.ACTIVE


def test_a_step_that_somebody_else_took_meanwhile_is_refused_in_words() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/status/suspend"
    form = {**hidden(browser.get(path).text), "reference": "me too"}
    cast.post(cast.status(home.agency, Status.SUSPENDED))

    answer = browser.post(path, form)

    assert "Somebody else has changed this meanwhile" in words(answer)


#: Steps from a new account to each status.
WAYS = {Status.ACTIVE: [], Status.SUSPENDED: [Status.SUSPENDED], Status.INHIBITED: [Status.SUSPENDED, Status.INHIBITED]}


@pytest.mark.parametrize(
    ("step", "shown", "meanwhile"),
    [
        ("suspend", Status.ACTIVE, [Status.SUSPENDED, Status.INHIBITED]),
        ("suspend", Status.INHIBITED, [Status.SUSPENDED, Status.ACTIVE]),
        ("activate", Status.SUSPENDED, [Status.INHIBITED]),
    ],
)
def test_a_form_takes_its_step_from_the_status_that_it_showed_only(
    step: str, shown: Status, meanwhile: list[Status]
) -> None:
    home = airline()
    browser = signed_in(home)
    for status in WAYS[shown]:
        cast.post(cast.status(home.agency, status))
    path = f"/accounts/{home.agency.id}/status/{step}"
    form = {**hidden(browser.get(path).text), "reference": "as I saw it"}
    for status in meanwhile:
        cast.post(cast.status(home.agency, status))

    answer = browser.post(path, form)

    assert "Somebody else has changed this meanwhile" in words(answer)
    assert queries.get(home.agency.id, actor=home.actor).standing.status is meanwhile[-1]


def test_a_form_that_is_sent_twice_is_one_step() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.agency.id}/status/suspend"
    form = {**hidden(browser.get(path).text), "reference": "once"}

    assert [browser.post(path, form).status_code for _ in range(2)] == [302, 302]
    found = acts.of_account(carrier_id=home.carrier.id, account_id=home.agency.id)
    assert [act.reference for act in found].count("once") == 1


def acts_of(page: str) -> list[str]:
    """Where the palette leads from an account, beside the buttons that are seen."""
    found = re.search(r"<div hidden data-acts>.*?</div>", page, re.DOTALL)
    return re.findall(r'<a href="([^"]+)"', found[0]) if found else []


def test_on_an_account_the_palette_has_the_steps_that_apply() -> None:
    home = airline()
    browser = signed_in(home)
    at, status_at = f"/accounts/{home.agency.id}", f"/accounts/{home.agency.id}/status"
    sale, placed = f"/tickets/new/{home.agency.id}", f"/holds/new/{home.agency.id}"

    unused = acts_of(browser.get(at).text)
    cast.post(cast.credit(home.agency, 100))
    active = [acts_of(browser.get(f"{at}{path}").text) for path in ("", "/history", "/credit-debit")]
    managed = acts_of(browser.get(f"{at}/manage").text)
    cast.post(cast.status(home.agency, Status.SUSPENDED))
    suspended = acts_of(browser.get(at).text)
    cast.post(cast.status(home.agency, Status.INHIBITED))
    inhibited = acts_of(browser.get(at).text)

    assert f"{at}/delete" in unused
    cut = f"{at}/cut-off"
    assert managed == [sale, placed, cut]
    for found in active:
        assert found == [sale, placed, f"{at}/credit-debit", cut, f"{at}/manage", f"{status_at}/suspend"]
    assert suspended == [f"{at}/credit-debit", cut, f"{at}/manage", f"{status_at}/activate", f"{status_at}/inhibit"]
    assert inhibited == [cut, f"{at}/enable", f"{at}/manage", f"{status_at}/suspend"]


def test_the_palette_has_no_step_that_the_member_may_not_take() -> None:
    home = airline()
    at = f"/accounts/{home.agency.id}"

    assert acts_of(signed_in(home, {Permission.QUERIES}).get(at).text) == []
    seller = signed_in(home, {Permission.QUERIES, Permission.ISSUANCE})
    assert acts_of(seller.get(at).text) == [f"/tickets/new/{home.agency.id}"]


def test_a_step_is_told_with_the_way_back() -> None:
    home = airline()
    browser = signed_in(home)
    status_at = f"/accounts/{home.agency.id}/status"

    def toast(path: str) -> str:
        answer = send(browser, path, reference="for a while")
        page: str = browser.get(answer.headers["Location"]).text
        return page.partition('class="toasts"')[2].partition("<h1>")[0]

    for path, back in (
        (f"{status_at}/suspend", f"{status_at}/activate"),
        (f"{status_at}/activate", f"{status_at}/suspend"),
        (f"{status_at}/suspend", f"{status_at}/activate"),
        (f"{status_at}/inhibit", f"/accounts/{home.agency.id}/enable"),
        (f"/accounts/{home.agency.id}/enable", f"{status_at}/inhibit"),
    ):
        assert f'<a href="{back}">Undo</a>' in toast(path)
