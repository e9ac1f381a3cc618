"""Suspend, activate, inhibit. Source: KIU, "Account Management", action buttons."""

import pytest

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
