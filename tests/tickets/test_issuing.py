"""Issuance of tickets and EMDs. Source: KIU "Queries", "New Account" (commission, Credit Card)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from skypurser.access.acting import acting_for
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic import managing
from skypurser.history import acts
from skypurser.ledger.control import balances
from skypurser.ledger.intents import Refused
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import Control, Outcome, Status
from skypurser.tickets.amounts import FormOfPayment
from skypurser.tickets.models import Ticket
from skypurser.tickets.requests import IssueTicket
from tests import cast
from tests.databases import unchanged

ABROAD = ("JFK", "LHR")


def ticket(account: cast.Account, document: str | None) -> Ticket:
    with acting_for(account.carrier.id):
        return Ticket.objects.get(carrier_id=account.carrier.id, document_number=document)


def invalid(request: IssueTicket) -> IssueTicket:
    return replace(request, document=None, flaw=Refused("invalid_document_number"))


def unknown(request: IssueTicket) -> IssueTicket:
    return replace(request, account_id=None, account_named="NOWHERE")


# ----------------------------------------------------------------------------------------------------- worked examples


def test_worked_example_credit() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=1_000_000)

    cast.post(cast.debit(agency, 320_000))
    cast.post(cast.credit(agency, 100_000))

    now = cast.standing(agency)
    assert (now.net, now.total_to_pay, now.available) == (-220_000, 220_000, 780_000)


def test_worked_example_prepaid() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)

    cast.post(cast.credit(agency, 500_000))
    cast.post(cast.debit(agency, 120_000))

    now = cast.standing(agency)
    assert (now.net, now.total_to_pay, now.available) == (380_000, -380_000, 380_000)


def test_worked_example_exact_fit() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)

    answer = cast.post(cast.issue(agency, fare=40_000, taxes=8_000))

    assert (answer.outcome, answer.facts["available"]) == (Outcome.POSTED, 0)


def test_worked_example_exact_fit_and_one_cent_more() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)

    answer = cast.post(cast.issue(agency, fare=40_000, taxes=8_001))

    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "insufficient_funds")
    assert answer.facts == {"available": 44_800, "shortfall": 1}


def test_worked_example_ticket_fixed_8_percent() -> None:
    agency = cast.airline().agency
    request = cast.issue(agency, fare=40_000, taxes=8_000)

    answer = cast.post(request)

    assert (answer.facts["debit"], answer.facts["credit"], answer.facts["net"]) == (44_800, 0, -44_800)
    assert ticket(agency, request.document).commission == 3_200
    with acting_for(agency.carrier.id):
        assert balances() == {
            (Control.SALES, "USD"): (0, 40_000),
            (Control.TAXES_PAYABLE, "USD"): (0, 8_000),
            (Control.COMMISSION_EXPENSE, "USD"): (3_200, 0),
        }


def test_worked_example_same_by_card_rate_5_percent_on() -> None:
    agency = cast.agency(cast.carrier(), credit_card=True)

    answer = cast.post(cast.issue(agency, fare=40_000, taxes=8_000, form_of_payment=FormOfPayment.CARD))

    assert (answer.outcome, answer.facts["debit"], answer.facts["credit"]) == (Outcome.POSTED, 0, 2_000)
    assert cast.standing(agency).net == 2_000


@pytest.mark.parametrize(
    ("credit_card", "form_of_payment"),
    [(False, FormOfPayment.CARD), (False, FormOfPayment.CARD_OFFLINE), (True, FormOfPayment.CARD_OFFLINE)],
)
def test_worked_example_same_by_card_off_or_validated_offline(
    credit_card: bool, form_of_payment: FormOfPayment
) -> None:
    agency = cast.agency(cast.carrier(), credit_card=credit_card)
    request = cast.issue(agency, form_of_payment=form_of_payment)

    answer = cast.post(request)

    assert (answer.outcome, "item" in answer.facts) == (Outcome.RECORDED, False)
    assert ticket(agency, request.document).commission == 2_000
    assert cast.statement(agency) == []


@pytest.mark.parametrize(("entered", "commission"), [(800, 3_200), (None, 0), (0, 0), (799, 3_196)])
def test_worked_example_max_8_percent_passes(entered: int | None, commission: int) -> None:
    agency = cast.airline().agency
    request = cast.issue(agency, fare=40_000, taxes=8_000, route=ABROAD, commission_bps=entered)

    answer = cast.post(request)

    assert answer.facts["debit"] == 48_000 - commission
    assert ticket(agency, request.document).commission == commission


def test_worked_example_max_8_percent_refuses_9_and_never_clips() -> None:
    agency = cast.airline().agency

    answer = cast.post(cast.issue(agency, route=ABROAD, commission_bps=900))

    assert (answer.outcome, answer.code) == (Outcome.REFUSED, "commission_not_allowed")
    assert answer.facts == {"mode": "MAX", "percent": "8.00", "entered": "9.00"}
    assert cast.statement(agency) == []


def test_worked_example_rounding() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=10_000_000, terms=cast.rates("FIXED 7.50"))
    request = cast.issue(agency, fare=1_417_500, taxes=0)

    cast.post(request)

    assert ticket(agency, request.document).commission == 106_313


@pytest.mark.parametrize(("currency", "fare", "commission"), [("JPY", 333, 17), ("KWD", 1_234, 62)])
def test_worked_example_jpy_and_kwd(currency: str, fare: int, commission: int) -> None:
    agency = cast.agency(cast.carrier(currency=currency), currency=currency, terms=cast.rates("FIXED 5.00"))
    request = cast.issue(agency, fare=fare, taxes=0)

    answer = cast.post(request)

    assert ticket(agency, request.document).commission == commission
    assert answer.facts["debit"] == fare - commission


# ------------------------------------------------------------------------------------------------- commission and card


def test_the_mode_cap_rate_and_base_used_are_copied_onto_the_sale() -> None:
    agency = cast.airline().agency
    request = cast.issue(agency, fare=40_000, taxes=8_000, route=ABROAD, commission_bps=650)

    cast.post(request)

    sold = ticket(agency, request.document)
    assert (sold.commission_mode, sold.commission_percent_bps, sold.commission_rate_bps) == ("MAX", 800, 650)
    assert (sold.fare, sold.commission, sold.scope) == (40_000, 2_600, "international")


@pytest.mark.parametrize(
    ("route", "scope"),
    [
        (("JFK", "LAX"), "domestic"),
        (("JFK", "ORD", "JFK"), "domestic"),
        (("JFK", "LHR"), "international"),
        (("JFK", "LHR", "JFK"), "international"),
        (("NRT", "HND"), "domestic"),
        (("CDG",), "domestic"),
    ],
)
def test_a_sale_is_domestic_when_all_its_airports_lie_in_one_country(route: tuple[str, ...], scope: str) -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates("FREE", "FREE"))
    request = cast.issue(agency, route=route)

    cast.post(request)

    assert ticket(agency, request.document).scope == scope


@pytest.mark.parametrize(
    ("route", "form_of_payment", "rate_bps"),
    [
        (("JFK", "LAX"), FormOfPayment.ACCOUNT, 100),
        (ABROAD, FormOfPayment.ACCOUNT, 200),
        (("JFK", "LAX"), FormOfPayment.CARD, 300),
        (("JFK", "LAX"), FormOfPayment.CARD_OFFLINE, 300),
        (ABROAD, FormOfPayment.CARD, 400),
    ],
)
def test_each_of_the_four_rates_of_an_agency_is_used_where_it_belongs(
    route: tuple[str, ...], form_of_payment: FormOfPayment, rate_bps: int
) -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates("FIXED 1.00", "FIXED 2.00", "FIXED 3.00", "FIXED 4.00"))
    request = cast.issue(agency, route=route, form_of_payment=form_of_payment)

    cast.post(request)

    assert ticket(agency, request.document).commission_rate_bps == rate_bps


def test_a_corporate_client_has_two_rates_and_its_card_sales_move_nothing() -> None:
    client = cast.airline().client
    request = cast.issue(client, form_of_payment=FormOfPayment.CARD)

    answer = cast.post(request)

    assert answer.outcome is Outcome.RECORDED
    assert ticket(client, request.document).commission_rate_bps == 800


@pytest.mark.parametrize(
    ("rule", "entered", "debit"),
    [("FREE", None, 48_000), ("FREE", 10_000, 8_000), ("FIXED 8.00", 800, 44_800), ("FIXED 8.00", None, 44_800)],
)
def test_what_the_issuing_agent_may_enter(rule: str, entered: int | None, debit: int) -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates(rule))

    answer = cast.post(cast.issue(agency, fare=40_000, taxes=8_000, commission_bps=entered))

    assert answer.facts["debit"] == debit


@pytest.mark.parametrize(("rule", "entered"), [("FIXED 8.00", 799), ("FIXED 8.00", 801), ("FIXED 8.00", 0)])
def test_another_commission_than_the_fixed_one_is_refused(rule: str, entered: int) -> None:
    agency = cast.agency(cast.carrier(), terms=cast.rates(rule))

    answer = cast.post(cast.issue(agency, commission_bps=entered))

    assert answer.code == "commission_not_allowed"


def test_all_of_the_fare_as_commission_moves_no_money_but_the_carriers_books() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0, terms=cast.rates("FREE"))
    request = cast.issue(agency, fare=40_000, taxes=0, commission_bps=10_000)

    answer = cast.post(request)

    assert (answer.outcome, cast.statement(agency)) == (Outcome.RECORDED, [])
    assert ticket(agency, request.document).entry_id is not None
    with acting_for(agency.carrier.id):
        assert balances() == {
            (Control.SALES, "USD"): (0, 40_000),
            (Control.COMMISSION_EXPENSE, "USD"): (40_000, 0),
        }


def test_a_ticket_for_nothing_is_recorded() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)
    request = cast.issue(agency, fare=0, taxes=0)

    answer = cast.post(request)

    assert answer.outcome is Outcome.RECORDED
    assert ticket(agency, request.document).entry_id is None


def test_new_terms_hold_from_the_next_sale_on_and_leave_earlier_sales_alone() -> None:
    agency = cast.airline().agency
    before, after = cast.issue(agency), cast.issue(agency)
    cast.post(before)

    managing.set_terms(
        account_id=agency.id,
        rates=cast.rates("FIXED 10.00"),
        reference="new contract",
        actor=agency.actor,
        now=cast.NOON,
    )
    cast.post(after)

    assert ticket(agency, before.document).commission == 3_200
    assert ticket(agency, after.document).commission == 4_000
    refunded = cast.post(cast.refund(agency, str(before.document), fare=40_000, taxes=8_000))
    assert refunded.facts["credit"] == 44_800


def test_the_credit_card_switch_holds_from_the_next_sale_on_and_earlier_sales_keep_theirs() -> None:
    agency = cast.agency(cast.carrier(), credit_card=True)
    before = cast.issue(agency, form_of_payment=FormOfPayment.CARD)
    after = cast.issue(agency, form_of_payment=FormOfPayment.CARD)
    cast.post(before)

    managing.set_terms(account_id=agency.id, credit_card=False, reference="no more", actor=agency.actor, now=cast.NOON)
    cast.post(after)

    assert [ticket(agency, sale.document).settlement for sale in (before, after)] == ["commission", "none"]
    assert cast.post(cast.void(agency, str(before.document))).facts["debit"] == 2_000


# ------------------------------------------------------------------------------------------- status, limit, over limit


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.INHIBITED])
@pytest.mark.parametrize("form_of_payment", list(FormOfPayment))
def test_an_account_that_is_not_active_sells_nothing(status: Status, form_of_payment: FormOfPayment) -> None:
    agency = cast.airline().agency
    cast.post(cast.status(agency, Status.SUSPENDED))
    if status is Status.INHIBITED:
        cast.post(cast.status(agency, Status.INHIBITED))

    answer = cast.post(cast.issue(agency, form_of_payment=form_of_payment))

    assert (answer.code, answer.facts) == (f"account_{status.lower()}", {"status": status.value})


def test_an_account_over_its_limit_sells_nothing_until_cured() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=50_000)
    cast.post(cast.debit(agency, 60_000))

    over = cast.post(cast.issue(agency, fare=1, taxes=0, route=ABROAD))
    cast.post(cast.credit(agency, 10_001))
    cured = cast.post(cast.issue(agency, fare=1, taxes=0, route=ABROAD))

    assert (over.code, over.facts) == ("insufficient_funds", {"available": -10_000, "shortfall": 10_001})
    assert (cured.outcome, cured.facts["available"]) == (Outcome.POSTED, 0)


def test_a_cut_of_the_limit_takes_effect_at_the_next_sale() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)
    cast.post(cast.limit(agency, 44_799))

    answer = cast.post(cast.issue(agency))

    assert (answer.code, answer.facts["shortfall"]) == ("insufficient_funds", 1)


def test_a_hold_lowers_what_can_be_sold() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000)
    cast.post(cast.hold(agency, 60_000))

    answer = cast.post(cast.issue(agency))

    assert (answer.code, answer.facts) == ("insufficient_funds", {"available": 40_000, "shortfall": 4_800})


# ----------------------------------------------------------------------------------------------- the order of refusals


def test_a_reused_key_is_judged_before_an_invalid_document_number() -> None:
    agency = cast.airline().agency
    first = cast.issue(agency)
    cast.post(first)

    answer = cast.post(invalid(cast.issue(agency, key=first.key)))

    assert answer.code == "key_reused"


def test_an_invalid_document_number_is_judged_before_an_unknown_account() -> None:
    agency = cast.airline().agency

    answer = cast.post(invalid(unknown(cast.issue(agency))))

    assert answer.code == "invalid_document_number"


def test_an_unknown_account_is_judged_before_a_duplicate_document() -> None:
    agency = cast.airline().agency
    first = cast.issue(agency)
    cast.post(first)

    answer = cast.post(unknown(cast.issue(agency, document=first.document)))

    assert answer.code == "account_not_found"


def test_a_duplicate_document_is_judged_before_the_status() -> None:
    agency = cast.airline().agency
    first = cast.issue(agency)
    cast.post(first)
    cast.post(cast.status(agency, Status.SUSPENDED))

    answer = cast.post(cast.issue(agency, document=first.document))

    assert (answer.code, answer.facts) == ("duplicate_document", {"document_number": first.document})


def test_the_status_is_judged_before_the_commission() -> None:
    agency = cast.airline().agency
    cast.post(cast.status(agency, Status.SUSPENDED))

    answer = cast.post(cast.issue(agency, commission_bps=900))

    assert answer.code == "account_suspended"


def test_the_commission_is_judged_before_the_funds() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)

    answer = cast.post(cast.issue(agency, commission_bps=900))

    assert answer.code == "commission_not_allowed"


# --------------------------------------------------------------------------------------------- documents are sold once


def test_a_document_is_sold_once_per_carrier_whatever_the_account_and_even_after_its_void() -> None:
    airline = cast.airline()
    first = cast.issue(airline.agency)
    cast.post(first)

    again = cast.post(cast.issue(airline.agency, document=first.document))
    elsewhere = cast.post(cast.issue(airline.client, document=first.document))
    cast.post(cast.void(airline.agency, str(first.document)))
    after_void = cast.post(cast.issue(airline.agency, document=first.document))

    assert {again.code, elsewhere.code, after_void.code} == {"duplicate_document"}


def test_two_carriers_may_sell_the_same_document_number() -> None:
    document = cast.fresh_document()
    airline, outsider = cast.airline(), cast.outsider()

    answers = [cast.post(cast.issue(at.agency, document=document)) for at in (airline, outsider)]

    assert [answer.outcome for answer in answers] == [Outcome.POSTED, Outcome.POSTED]


def test_the_database_itself_refuses_a_second_sale_of_a_document(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    request = cast.issue(agency)
    cast.post(request)

    with pytest.raises(psycopg.errors.UniqueViolation):
        superuser.execute(
            "INSERT INTO tickets_ticket SELECT * FROM tickets_ticket WHERE carrier_id = %s", [agency.carrier.id]
        )


# ---------------------------------------------------------------------------------------------------- keys and replays


def test_replaying_a_key_changes_nothing_and_answers_the_same(superuser: psycopg.Connection) -> None:
    agency = cast.airline().agency
    request = cast.issue(agency)
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=()):
        again = cast.post(cast.issue(agency, document=request.document, key=request.key))

    assert again == replace(first, replayed=True)


def test_a_retry_succeeds_after_the_money_is_spent_and_the_account_suspended() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_800)
    request = cast.issue(agency)
    first = cast.post(request)
    cast.post(cast.debit(agency, 1_000_000))
    cast.post(cast.status(agency, Status.SUSPENDED))

    again = cast.post(request)

    assert again == replace(first, replayed=True)


def test_the_same_key_with_another_payload_is_a_conflict_and_the_first_answer_stays(
    superuser: psycopg.Connection,
) -> None:
    agency = cast.airline().agency
    request = cast.issue(agency)
    first = cast.post(request)

    with unchanged(superuser, agency.carrier.id, but=("history_refusedattempt",)):
        other = cast.post(cast.issue(agency, key=request.key))

    assert (other.code, other.replayed) == ("key_reused", False)
    assert cast.post(request) == replace(first, replayed=True)


def test_keys_of_two_carriers_have_nothing_to_do_with_each_other() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    first = cast.issue(airline.agency)
    cast.post(first)

    answer = cast.post(cast.issue(outsider.agency, key=first.key))

    assert (answer.outcome, answer.replayed) == (Outcome.POSTED, False)


def short_of_funds(agency: cast.Account) -> tuple[Request, Callable[[], object]]:
    cast.post(cast.limit(agency, 0))
    return cast.issue(agency), lambda: cast.post(cast.credit(agency, 10_000_000))


def suspended(agency: cast.Account) -> tuple[Request, Callable[[], object]]:
    cast.post(cast.status(agency, Status.SUSPENDED))
    return cast.issue(agency), lambda: cast.post(cast.status(agency, Status.ACTIVE))


def inhibited(agency: cast.Account) -> tuple[Request, Callable[[], object]]:
    cast.post(cast.status(agency, Status.SUSPENDED))
    cast.post(cast.status(agency, Status.INHIBITED))
    request = cast.issue(agency)

    def cure() -> None:
        cast.post(cast.status(agency, Status.SUSPENDED))
        cast.post(cast.status(agency, Status.ACTIVE))

    return request, cure


def commission_out_of_bounds(agency: cast.Account) -> tuple[Request, Callable[[], object]]:
    free = Rates(*[Rule.parse("FREE")] * 4)
    return cast.issue(agency, commission_bps=900), lambda: managing.set_terms(
        account_id=agency.id, rates=free, reference="all free", actor=agency.actor, now=cast.NOON
    )


def duplicate(agency: cast.Account) -> tuple[Request, Callable[[], object]]:
    sold = cast.issue(agency)
    cast.post(sold)
    return cast.issue(agency, document=sold.document), lambda: cast.post(cast.void(agency, str(sold.document)))


@pytest.mark.parametrize(
    ("deserve", "code"),
    [
        (short_of_funds, "insufficient_funds"),
        (suspended, "account_suspended"),
        (inhibited, "account_inhibited"),
        (commission_out_of_bounds, "commission_not_allowed"),
        (duplicate, "duplicate_document"),
    ],
)
def test_a_refusal_binds_its_key_even_when_its_cause_has_gone(
    deserve: Callable[[cast.Account], tuple[Request, Callable[[], object]]], code: str
) -> None:
    agency = cast.airline().agency
    request, cure = deserve(agency)
    first = cast.post(request)

    cure()
    again = cast.post(request)

    assert (first.code, first.replayed) == (code, False)
    assert again == replace(first, replayed=True)


def test_an_unknown_account_binds_its_key_too() -> None:
    agency = cast.airline().agency
    request = unknown(cast.issue(agency))
    first = cast.post(request)

    again = cast.post(replace(request, account_id=agency.id))

    assert (first.code, again) == ("account_not_found", replace(first, replayed=True))


def test_an_invalid_document_number_binds_nothing() -> None:
    agency = cast.airline().agency
    request = cast.issue(agency)
    cast.post(invalid(request))

    answer = cast.post(request)

    assert (answer.outcome, answer.replayed) == (Outcome.POSTED, False)


# -------------------------------------------------------------------------------------------------- refused operations


@pytest.mark.parametrize(
    "deserve", [short_of_funds, suspended, inhibited, commission_out_of_bounds, duplicate], ids=lambda f: f.__name__
)
def test_invariant_5_a_refused_sale_leaves_every_row_as_it_was(
    superuser: psycopg.Connection, deserve: Callable[[cast.Account], tuple[Request, Callable[[], object]]]
) -> None:
    agency = cast.airline().agency
    request, _ = deserve(agency)

    with unchanged(superuser, agency.carrier.id):
        answer = cast.post(request)

    assert answer.outcome is Outcome.REFUSED


def test_why_could_the_agency_not_issue() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=44_700)
    request = cast.issue(agency)

    cast.post(request)

    refused = acts.refused_on_account(carrier_id=agency.carrier.id, account_id=agency.id)
    assert [(r.actor, r.operation, r.code, r.document) for r in refused] == [
        ("gds", "ticket", "insufficient_funds", request.document)
    ]
    assert (refused[0].available_minor, refused[0].shortfall_minor, refused[0].at) == (44_700, 100, cast.NOON)


def test_a_replayed_refusal_is_recorded_once() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=0)
    request = cast.issue(agency)

    for _ in range(3):
        cast.post(request)

    assert len(acts.refused_on_account(carrier_id=agency.carrier.id, account_id=agency.id)) == 1


def test_another_currency_than_the_accounts_is_refused() -> None:
    agency = cast.airline().agency

    answer = cast.post(replace(cast.issue(agency), currency="EUR"))

    assert (answer.code, answer.facts) == ("currency_mismatch", {"currency": "USD"})


# ------------------------------------------------------------------------------------------------------ business dates


@pytest.mark.parametrize(
    ("airport", "country", "now", "date"),
    [
        ("JFK", "US", datetime(2026, 1, 16, 4, 59, 59, 999_999, UTC), "2026-01-15"),
        ("JFK", "US", datetime(2026, 1, 16, 5, 0, tzinfo=UTC), "2026-01-16"),
        ("JFK", "US", datetime(2026, 7, 16, 3, 59, tzinfo=UTC), "2026-07-15"),
        ("JFK", "US", datetime(2026, 7, 16, 4, 0, tzinfo=UTC), "2026-07-16"),
        ("CCU", "IN", datetime(2026, 1, 15, 18, 29, 59, tzinfo=UTC), "2026-01-15"),
        ("CCU", "IN", datetime(2026, 1, 15, 18, 30, tzinfo=UTC), "2026-01-16"),
        ("NRT", "JP", datetime(2026, 1, 15, 14, 59, tzinfo=UTC), "2026-01-15"),
        ("NRT", "JP", datetime(2026, 1, 15, 15, 0, tzinfo=UTC), "2026-01-16"),
    ],
)
def test_the_business_date_is_the_offices(airport: str, country: str, now: datetime, date: str) -> None:
    agency = cast.agency(cast.carrier(), airport=airport, country=country)
    request = cast.issue(agency, route=(airport,), now=now)

    cast.post(request)

    assert ticket(agency, request.document).issue_date.isoformat() == date
    assert [m.business_date.isoformat() for m in cast.statement(agency)] == [date]


def test_the_instant_is_kept_in_utc_whatever_offset_the_clock_shows() -> None:
    agency = cast.airline().agency
    at = datetime.fromisoformat("2026-01-15T23:30:00+05:30")

    cast.post(cast.issue(agency, now=at))

    assert [m.occurred_at for m in cast.statement(agency)] == [at]
    assert cast.statement(agency)[0].occurred_at.utcoffset() == timedelta()


def test_posted_at_never_decreases_along_an_account_whatever_the_clock_of_the_act() -> None:
    agency = cast.airline().agency

    for hours in (0, -5, 3, -100):
        cast.post(cast.issue(agency, fare=10, taxes=0, now=cast.NOON + timedelta(hours=hours)))

    posted = [m.posted_at for m in cast.statement(agency)]
    assert posted == sorted(posted)
    assert [m.item for m in cast.statement(agency)] == [1, 2, 3, 4]


def test_answer_says_what_the_account_has_after_it() -> None:
    agency = cast.agency(cast.carrier(), credit_limit=100_000, opening_credit=5_000)
    cast.post(cast.hold(agency, 10_000))

    answer: Answer = cast.post(cast.issue(agency, fare=40_000, taxes=8_000))

    now = cast.standing(agency)
    assert {name: answer.facts[name] for name in ("item", "debit", "credit", "net", "held", "available")} == {
        "item": 2,
        "debit": 44_800,
        "credit": 0,
        "net": -39_800,
        "held": 10_000,
        "available": 50_200,
    }
    assert (now.net, now.held, now.available, now.movements) == (-39_800, 10_000, 50_200, 2)
