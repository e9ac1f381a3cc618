"""Every refusal has its sentence, and tells its facts where it has them."""

import pytest
from django.utils import translation

from skypurser.contract.problem import PROBLEMS
from skypurser.errors import InvalidRequest, Refusal
from skypurser.web import logwording, wording
from skypurser.web.accounts.attempts import REASONS
from skypurser.web.refusals import logged, reason, tell


def _codes(of: type[Refusal]) -> set[str]:
    return {of.code}.union(*(_codes(one) for one in of.__subclasses__()))


def test_every_code_has_its_sentence() -> None:
    assert (_codes(Refusal) | set(PROBLEMS)) - set(wording.REFUSALS) == set()


def test_sentences_with_facts_have_a_short_one_for_when_the_facts_are_not_there() -> None:
    assert set(wording.DETAILED) <= set(wording.REFUSALS)


def test_what_a_log_tells_is_told_by_forms_in_another_way_and_with_the_same_facts() -> None:
    assert set(logwording.LOGGED) | set(logwording.LOGGED_DETAILED) <= set(wording.REFUSALS)
    assert set(logwording.LOGGED_DETAILED) == set(wording.DETAILED) - {"insufficient_funds"}
    for code, sentence in logwording.LOGGED_DETAILED.items():
        assert wording.facts_in(sentence) == wording.facts_in(wording.DETAILED[code])


def test_a_log_asks_nobody_to_open_a_form() -> None:
    assert set(REASONS) <= set(logwording.LOGGED)
    assert logged("key_reused") == "Its key had been used before, for something else."
    assert logged("view_not_found") == reason("view_not_found")


def test_a_shortage_is_told_in_the_accounts_currency() -> None:
    facts = {"shortfall": 1, "available": 44_800}

    told = reason("insufficient_funds", facts, currency="USD").replace("\N{NO-BREAK SPACE}", " ")

    assert told == "0.01 USD is missing: 448.00 USD is available."
    assert reason("insufficient_funds") == "The amount is above what is available."


def test_a_malformed_field_is_told_in_the_persons_language() -> None:
    refusal = InvalidRequest("a reference is mandatory", field="reference")

    with translation.override("es"):
        told = tell(refusal)

    assert told.field == "reference"
    assert told.text.startswith("Hace falta una referencia")


def test_a_code_of_a_later_version_is_told_all_the_same() -> None:
    assert reason("no_such_code") == "It was refused (no_such_code)."


def test_facts_are_told_in_the_persons_words_and_with_their_signs() -> None:
    commission = {"mode": "MAX", "percent": "7.25", "entered": "9.00"}
    status = {"from": "INHIBITED", "to": "ACTIVE"}

    with translation.override("es"):
        refused = reason("commission_not_allowed", commission)
        moved = reason("status_change_not_allowed", status)
        closed = reason("period_closed", {"closed_through": "2026-01-31"})

    assert "MÁX 7,25 %" in refused
    assert "9,00 %" in refused
    assert "INHABILITADA a ACTIVA" in moved
    assert "ACTIVE" not in moved
    assert "31 ene 2026" in closed


@pytest.mark.parametrize("code", sorted(wording.DETAILED))
def test_no_sentence_breaks_on_facts_that_are_text(code: str) -> None:
    facts = dict.fromkeys(wording.facts_in(wording.DETAILED[code]), 100)

    assert "%(" not in reason(code, facts, currency="USD")
