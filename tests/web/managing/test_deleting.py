"""Deleting an account that was never used. Source: KIU, "Account Management", action buttons."""

import pytest

from skypurser.electronic import queries
from skypurser.history import acts
from skypurser.ledger.accounts import AccountNotFound
from skypurser.tickets.amounts import FormOfPayment
from tests import cast
from tests.cast import airline, outsider
from tests.web.managing.sending import hidden, send, words
from tests.web.people import signed_in


def test_an_unused_account_is_deleted_and_the_history_keeps_it() -> None:
    home = airline()

    answer = send(
        signed_in(home), f"/accounts/{home.client.id}/delete", code=home.client.code.lower(), reference="by mistake"
    )

    assert answer.headers["Location"] == "/accounts?type=corporate"
    with pytest.raises(AccountNotFound):
        queries.get(home.client.id, actor=home.actor)
    newest = acts.of_account(carrier_id=home.carrier.id, account_id=home.client.id)[0]
    assert (newest.action, newest.reference) == ("account.deleted", "by mistake")


@pytest.mark.parametrize(("code", "reference"), [("WRONG", "why"), ("", "why"), ("\x00", "why"), (None, "")])
def test_without_the_code_typed_back_and_the_reference_nothing_is_deleted(code: str | None, reference: str) -> None:
    home = airline()
    typed = home.client.code if code is None else code

    answer = send(signed_in(home), f"/accounts/{home.client.id}/delete", code=typed, reference=reference)

    assert "One thing needs your attention" in words(answer)
    assert queries.get(home.client.id, actor=home.actor).code == home.client.code


def test_a_used_account_stays_and_the_page_says_why() -> None:
    home = airline()
    cast.post(cast.credit(home.agency, 100))

    answer = send(signed_in(home), f"/accounts/{home.agency.id}/delete", code=home.agency.code, reference="away")

    assert "The account has movements, holds or sales, and can't be deleted." in words(answer)
    assert queries.get(home.agency.id, actor=home.actor).code == home.agency.code


def test_deleting_is_offered_only_where_it_can_be() -> None:
    home = airline()
    browser = signed_in(home)
    path, offer = f"/accounts/{home.agency.id}/manage", f"/accounts/{home.agency.id}/delete"

    assert offer in browser.get(path).text
    cast.post(cast.issue(home.agency, form_of_payment=FormOfPayment.CARD_OFFLINE))
    assert queries.get(home.agency.id, actor=home.actor).standing.movements == 0
    assert offer not in browser.get(path).text

    path, offer = f"/accounts/{home.client.id}/manage", f"/accounts/{home.client.id}/delete"
    hold_id = cast.post(cast.hold(home.client, 100)).facts["hold"]
    cast.post(cast.release(home.client, hold_id))
    assert offer not in browser.get(path).text


def test_a_form_that_is_sent_twice_deletes_once_and_says_so_twice() -> None:
    home = airline()
    browser = signed_in(home)
    path = f"/accounts/{home.client.id}/delete"
    form = {**hidden(browser.get(path).text), "code": home.client.code, "reference": "once"}

    assert [browser.post(path, form).status_code for _ in range(2)] == [302, 302]
    assert browser.post(path, {**form, "key": "another-key"}).status_code == 404


def test_another_carriers_account_is_not_found() -> None:
    home, other = airline(), outsider()
    browser = signed_in(home)
    form = {"key": "k1", "code": other.client.code, "reference": "theirs"}

    assert browser.post(f"/accounts/{other.client.id}/delete", form).status_code == 404
    assert queries.get(other.client.id, actor=other.actor).code == other.client.code
