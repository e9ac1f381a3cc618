"""Keys of what moves no money: bound once, to the first judged answer, refusals too."""

from collections.abc import Mapping
from typing import Any

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.access.actors import PermissionDenied
from skypurser.access.carriers import CarrierView
from skypurser.errors import InvalidRequest, Refusal
from skypurser.history import acts
from skypurser.ledger.accounts import AccountInUse, open_account
from skypurser.ledger.keys import Asked, answer_once
from skypurser.ledger.requests import Answer, fingerprint
from skypurser.ledger.states import Outcome
from tests import cast
from tests.databases import at_once, this_database, unchanged


def asked(of: CarrierView, payload: str = "a", **differently: Any) -> Asked:
    how = {
        "carrier_id": of.id,
        "key": "k",
        "fingerprint": fingerprint(payload),
        "operation": "open",
        "actor": "desk",
        "now": cast.NOON,
        "account_named": "agency X",
    }
    return Asked(**{**how, **differently})


def opening(of: CarrierView) -> Mapping[str, Any]:
    return {"account": open_account(carrier_id=of.id, currency="USD", credit_limit=0)}


def once(of: CarrierView, question: Asked | None = None) -> Answer:
    with acting_for(of.id):
        return answer_once(asked=question or asked(of), act=lambda: opening(of))


def refuse(of: CarrierView, no: Refusal) -> Answer:
    def act() -> Mapping[str, Any]:
        opening(of)
        raise no

    with acting_for(of.id):
        return answer_once(asked=asked(of), act=act)


def test_a_key_is_answered_once_and_then_again_with_the_first_answer(superuser: psycopg.Connection) -> None:
    of = cast.carrier()
    first = once(of)

    with unchanged(superuser, of.id, but=()):
        again = once(of)

    assert (first.outcome, first.replayed) == (Outcome.RECORDED, False)
    assert again == Answer(Outcome.RECORDED, None, first.facts, replayed=True)


def test_another_payload_under_the_key_is_refused_and_told_in_the_history(superuser: psycopg.Connection) -> None:
    of = cast.carrier()
    once(of)

    with unchanged(superuser, of.id):
        answer = once(of, asked(of, "b"))

    assert (answer.outcome, answer.code, answer.replayed) == (Outcome.REFUSED, "key_reused", False)
    assert [attempt.code for attempt in acts.refused(carrier_id=of.id)] == ["key_reused"]


def test_a_refusal_undoes_the_act_and_is_bound(superuser: psycopg.Connection) -> None:
    of = cast.carrier()

    with unchanged(superuser, of.id):
        refused = refuse(of, AccountInUse("no", shortfall=5))
    again = once(of)

    assert (refused.outcome, refused.code, refused.facts) == (Outcome.REFUSED, "account_in_use", {"shortfall": 5})
    assert again == Answer(Outcome.REFUSED, "account_in_use", {"shortfall": 5}, replayed=True)


@pytest.mark.parametrize("flaw", [InvalidRequest("malformed"), PermissionDenied("no")])
def test_what_is_malformed_or_not_permitted_binds_nothing(flaw: Refusal, superuser: psycopg.Connection) -> None:
    of = cast.carrier()

    with unchanged(superuser, of.id, but=()), pytest.raises(type(flaw)):
        refuse(of, flaw)

    assert once(of).outcome is Outcome.RECORDED


def test_a_fault_binds_nothing(superuser: psycopg.Connection) -> None:
    of = cast.carrier()

    with unchanged(superuser, of.id, but=()), pytest.raises(ZeroDivisionError), acting_for(of.id):
        answer_once(asked=asked(of), act=lambda: {"a": 1 // 0})

    assert once(of).outcome is Outcome.RECORDED


def test_two_at_once_under_one_key_act_once() -> None:
    of = cast.carrier()

    answers = at_once(this_database(), [lambda: once(of)] * 2)

    assert all(isinstance(answer, Answer) for answer in answers), answers
    first, second = sorted((answer for answer in answers if isinstance(answer, Answer)), key=lambda a: a.replayed)
    assert (first.replayed, second) == (False, Answer(Outcome.RECORDED, None, first.facts, replayed=True))


@pytest.mark.parametrize("key", ["", "k" * 129, "é", "a\nb"])
def test_a_key_has_the_shape_of_one(key: str) -> None:
    with pytest.raises(InvalidRequest):
        asked(cast.carrier(), key=key)


def test_a_key_belongs_to_its_carrier() -> None:
    once(cast.carrier())

    assert once(cast.carrier()).replayed is False


def test_a_key_of_a_movement_is_no_other_acts_key() -> None:
    agency = cast.airline().agency
    cast.post(cast.credit(agency, 1, key="k"))

    assert once(agency.carrier).code == "key_reused"


def test_a_key_is_bound_inside_a_transaction_only() -> None:
    of = cast.carrier()

    with pytest.raises(RuntimeError):
        answer_once(asked=asked(of), act=dict)
