"""Every refusal has its row in the table, and tells its facts as the outside reads them."""

import ast
import importlib

import pytest

from skypurser.commissions.rules import Mode, Rule
from skypurser.contract.problem import PROBLEMS, RETRY_AFTER, malformed, of_code, of_refusal, problem, told
from skypurser.contract.response import failure, refused
from skypurser.errors import InvalidRequest, Refusal
from skypurser.parties.airports import UnknownAirport
from skypurser.tickets.amounts import RefundExceedsSale
from tests.architecture.tree import PACKAGE, modules

#: Refusals of the command line, which no other interface tells.
AT_THE_CONSOLE = "skypurser.cli."


def subclasses(of: type[Refusal]) -> set[type[Refusal]]:
    return {of}.union(*(subclasses(one) for one in of.__subclasses__()))


def every_code() -> dict[str, str]:
    """Each code in the source, and where."""
    for path in PACKAGE.rglob("*.py"):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        if "migrations" not in parts and parts[-1] != "__main__":
            importlib.import_module(".".join(parts).removesuffix(".__init__"))
    codes = {one.code: one.__module__ for one in subclasses(Refusal) if not one.__module__.startswith(AT_THE_CONSOLE)}
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Refused" and node.args:
                for one in ast.walk(node.args[0]):
                    if isinstance(one, ast.Constant) and isinstance(one.value, str):
                        codes[one.value] = f"{module.where}:{node.lineno}"
    return codes


def test_every_code_of_the_source_is_in_the_table() -> None:
    codes = every_code()
    codes.pop("account_", None)  # account_suspended, account_inhibited: made of the status
    assert len(codes) > 40

    missing = {code: where for code, where in codes.items() if code not in PROBLEMS}

    assert not missing


def test_the_codes_that_clients_rely_on_have_their_status() -> None:
    expected = {
        "insufficient_funds": 402,
        "account_suspended": 409,
        "account_inhibited": 409,
        "commission_not_allowed": 422,
        "invalid_document_number": 422,
        "duplicate_document": 409,
        "account_not_found": 404,
        "sale_not_found": 404,
        "hold_not_found": 404,
        "account_ambiguous": 422,
        "already_voided": 409,
        "already_refunded": 409,
        "void_window_closed": 409,
        "refund_exceeds_sale": 409,
        "penalty_exceeds_refund": 409,
        "status_change_not_allowed": 409,
        "hold_resolved": 409,
        "hold_expired": 409,
        "period_closed": 409,
        "key_reused": 409,
        "currency_mismatch": 422,
        "invalid_request": 422,
        "idempotency_key_required": 400,
        "unauthenticated": 401,
        "permission_denied": 403,
        "outcome_unknown": 503,
        "overloaded": 503,
    }

    assert {code: PROBLEMS[code][0] for code in expected} == expected


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_problem_has_the_members_of_rfc_9457_and_its_code(code: str) -> None:
    told_ = problem(code)

    assert (told_["type"], told_["code"]) == (f"/api/v1/problems/{code}", code)
    assert told_["title"]
    assert told_["detail"]
    assert failure(told_).status == told_["status"]


def test_whoever_should_come_back_is_told_when() -> None:
    for code in RETRY_AFTER:
        assert int(failure(problem(code)).headers["Retry-After"]) >= 1
    assert "Retry-After" not in failure(problem("key_reused")).headers
    assert failure(problem("rate_limited"), retry_after=0.2).headers["Retry-After"] == "1"
    assert failure(problem("rate_limited"), retry_after=2.1).headers["Retry-After"] == "3"


def test_amounts_are_told_in_the_accounts_currency() -> None:
    assert told({"available": 44_799, "shortfall": 1}, "USD") == {"available": "447.99", "shortfall": "0.01"}
    assert told({"available": 17, "shortfall": 0}, "JPY") == {"available": "17", "shortfall": "0"}
    assert told({"available": -62}, "KWD") == {"available": "-0.062"}
    assert told({"available": 17}, "") == {}
    no = RefundExceedsSale(refundable_fare_minor=5_000, refundable_taxes_minor=0)
    assert of_refusal(no, currency="USD")["refundable_fare"] == "50.00"


def test_facts_never_take_the_place_of_a_problems_own_members() -> None:
    told_ = of_code("account_suspended", {"status": "SUSPENDED", "type": "x", "title": "y"}, "USD")

    assert (told_["status"], told_["account_status"]) == (409, "SUSPENDED")
    assert told_["type"] == "/api/v1/problems/account_suspended"


def test_instants_are_told_with_z() -> None:
    assert told({"expires_at": "2026-01-15T17:00:00+00:00"}, "USD") == {"expires_at": "2026-01-15T17:00:00Z"}


def test_a_commission_that_is_not_allowed_says_what_is() -> None:
    with pytest.raises(Refusal) as no:
        Rule(Mode.MAX, 800).rate_for(900)

    assert {name: of_refusal(no.value)[name] for name in ("mode", "percent", "entered")} == {
        "mode": "MAX",
        "percent": "8.00",
        "entered": "9.00",
    }


def test_what_is_malformed_is_pointed_at() -> None:
    flaw = of_refusal(UnknownAirport("No such airport.", field="route", airport="XXX"), within="/tickets/3")

    assert flaw == malformed(("/tickets/3/route", "No such airport."))
    assert of_refusal(InvalidRequest("Nothing."))["errors"] == [{"pointer": "", "detail": "Nothing."}]
    assert refused(InvalidRequest("No.", field="currency")).status == 422


@pytest.mark.parametrize("name", ["hold_status", "status"])
def test_the_status_of_a_hold_is_told_as_the_holds_under_the_name_of_old_answers_too(name: str) -> None:
    told_ = of_code("hold_resolved", {name: "CAPTURED"}, "USD")

    assert (told_["status"], told_["hold_status"]) == (409, "CAPTURED")
    assert "account_status" not in told_


def test_a_hold_that_has_expired_and_one_that_would_are_told_in_words_of_their_own() -> None:
    at = "2026-01-15T17:00:00+00:00"

    gone = of_code("hold_expired", {"hold_status": "EXPIRED", "expires_at": at}, "USD")
    never = of_code("hold_expired", {"expires_at": at}, "USD")

    assert gone["detail"] == "The hold has expired at 2026-01-15T17:00:00Z."
    assert never["detail"] == "2026-01-15T17:00:00Z is not in the future: the hold would expire at once."
