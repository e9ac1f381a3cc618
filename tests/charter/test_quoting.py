"""Drafts, quotes, their versions and what they hold. Source: FL3XX, "Integration and Usage"."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, connection

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.carriers import JetCardsOff
from skypurser.access.permissions import Permission
from skypurser.administration.carriers import switch_jet_cards
from skypurser.charter import closing, lists, queries
from skypurser.charter.content import Method, QuoteData
from skypurser.charter.pricing import PriceLine
from skypurser.charter.quoting import cancel, save, told_quote
from skypurser.charter.views import QuoteNotFound, QuoteStatus, QuoteView
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.queries import holds
from skypurser.ledger.requests import RequestRefused
from skypurser.parties import persons
from skypurser.parties.clientele import PersonChanges
from tests import cast
from tests.databases import unchanged

HOUR = timedelta(hours=1)
LATER = cast.NOON + HOUR


def saved(of: cast.CharterOperator, data: QuoteData, **differently: Any) -> QuoteView:
    how = {"data": data, "quoted": True, "key": cast.fresh_key("save"), "actor": of.actor, "now": cast.NOON}
    return told_quote(save(**{**how, **differently}))


def resaved(of: cast.CharterOperator, view: QuoteView, data: QuoteData, **differently: Any) -> QuoteView:
    return saved(of, data, **{"quote_id": view.id, "expected_version": view.version, **differently})


def refused(of: cast.CharterOperator, data: QuoteData, **differently: Any) -> RequestRefused:
    with pytest.raises(RequestRefused) as no:
        saved(of, data, **differently)
    return no.value


def held(of: cast.CharterOperator) -> int:
    return cast.standing(of.card).held


def test_a_draft_may_say_nothing_and_becomes_a_quote() -> None:
    operator = cast.charter_operator()

    draft = saved(operator, QuoteData(), quoted=False)
    quote = resaved(operator, draft, cast.quote_data(operator))

    assert (draft.status, draft.price, draft.version, draft.number) == (QuoteStatus.DRAFT, 0, 1, 1)
    assert (quote.status, quote.price, quote.version, quote.number) == (QuoteStatus.QUOTED, 200_000, 2, 1)
    assert queries.quote(quote.id, actor=operator.actor, now=cast.NOON) == quote
    assert quote.content.legs[0].departs_at > cast.NOON


def test_numbers_are_each_carriers_own() -> None:
    one, other = cast.charter_operator(), cast.charter_operator()

    assert [cast.quote(one).number, cast.quote(other).number, cast.quote(one).number] == [1, 1, 2]


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ({"legs": ()}, ["legs"]),
        ({"lines": ()}, ["lines"]),
        ({"lines": (PriceLine(text="Free", quantity_milli=1, unit_price=0),)}, ["lines"]),
        ({"method": None, "card_id": None}, ["method"]),
        ({"customer_id": None, "method": None, "card_id": None}, ["customer_id", "method"]),
    ],
)
def test_a_quote_is_whole(without: dict[str, Any], missing: list[str], superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    data = cast.quote_data(operator, **without)

    with unchanged(superuser, operator.carrier.id):
        no = refused(operator, data)

    assert (no.code, no.facts["missing"]) == ("quote_incomplete", missing)
    assert saved(operator, data, quoted=False).status is QuoteStatus.DRAFT


def test_no_quote_is_saved_beyond_what_the_card_has(superuser: psycopg.Connection) -> None:
    """FL3XX, "Integration and Usage"."""
    operator = cast.charter_operator(balance=500_000)

    with unchanged(superuser, operator.carrier.id):
        no = refused(operator, cast.quote_data(operator, 500_001))

    assert no.code == "insufficient_funds"
    assert dict(no.facts) == {"price_minor": 500_001, "available": 500_000, "shortfall": 1, "currency": "USD"}
    assert saved(operator, cast.quote_data(operator, 500_000)).price == 500_000
    attempt = acts.refused(carrier_id=operator.carrier.id)[0]
    assert (attempt.code, attempt.available_minor, attempt.shortfall_minor) == ("insufficient_funds", 500_000, 1)
    assert (attempt.operation, attempt.account_id) == ("save_quote", operator.card.id)


def test_funds_are_checked_again_at_each_save() -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = saved(operator, cast.quote_data(operator, 400_000))
    cast.booking(operator, 200_000)

    no = refused(operator, cast.quote_data(operator, 400_000), quote_id=quote.id, expected_version=1)

    assert (no.code, no.facts["available"], no.facts["shortfall"]) == ("insufficient_funds", 300_000, 100_000)
    other = cast.quote_data(operator, 400_000, method=Method.INVOICE, card_id=None)
    assert resaved(operator, quote, other).content.method is Method.INVOICE


def test_a_card_pays_for_its_own_customer_and_persons_only() -> None:
    operator = cast.charter_operator()
    other = cast.customer(operator.carrier, name="Other")
    theirs = cast.card(operator.carrier, other)
    anns = cast.card(operator.carrier, operator.customer, person_ids=(operator.ann.id,))
    closed = cast.card(operator.carrier, operator.customer)
    closing.close(card_id=closed.id, reference="end", key="close", actor=operator.actor, now=cast.NOON)
    stranger = cast.person(other, operator.carrier, "Stranger")
    gone = cast.person(operator.customer, operator.carrier, "Gone")
    persons.change_person(
        customer_id=operator.customer.id,
        person_id=gone.id,
        changes=PersonChanges(is_active=False),
        actor=operator.actor,
        now=cast.NOON,
    )

    def code(**differently: Any) -> str:
        return refused(operator, cast.quote_data(operator, **differently)).code

    assert code(card_id=theirs.id) == "card_not_available"
    assert code(card_id=closed.id) == "card_not_available"
    assert code(card_id=anns.id) == "card_not_available"
    assert code(card_id=anns.id, person_id=operator.bob.id) == "card_not_available"
    assert code(card_id=2**62) == "card_not_found"
    assert code(card_id=cast.charter_operator().card.id) == "card_not_found"
    assert code(person_id=stranger.id) == "person_not_found"
    assert code(person_id=gone.id) == "person_inactive"
    assert code(customer_id=2**62) == "customer_not_found"
    assert saved(operator, cast.quote_data(operator, card_id=anns.id, person_id=operator.ann.id)).version == 1


# --------------------------------------------------------------------------------------------------------- versions


def test_each_save_of_a_quote_keeps_the_version_before() -> None:
    operator = cast.charter_operator()
    draft = saved(operator, QuoteData(), quoted=False)
    first = resaved(operator, draft, cast.quote_data(operator, 100_000, notes="first"))
    other = replace(operator.actor, name="other")
    second = resaved(operator, first, cast.quote_data(operator, 110_000), actor=other, now=LATER)
    resaved(operator, second, cast.quote_data(operator, 120_000), now=LATER)

    kept = queries.versions(first.id, actor=operator.actor)

    assert [(one.version, one.price, one.saved_by, one.saved_at) for one in kept] == [
        (3, 110_000, "other", LATER),
        (2, 100_000, "desk", cast.NOON),
    ]
    assert kept[1].content == first.content
    assert [one.version for one in queries.versions(first.id, actor=operator.actor, before=3)] == [2]


def test_versions_are_not_changed_by_anyone(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    resaved(operator, cast.quote(operator), cast.quote_data(operator, 1))

    for statement in ("UPDATE charter_quoteversion SET price = 2", "DELETE FROM charter_quoteversion"):
        with pytest.raises(psycopg.errors.RestrictViolation):
            superuser.execute(statement)


def test_a_conflict_is_told_and_overwrites_nothing() -> None:
    operator = cast.charter_operator()
    shown = cast.quote(operator, 100_000)
    resaved(operator, shown, cast.quote_data(operator, 110_000))

    no = refused(operator, cast.quote_data(operator, 90_000), quote_id=shown.id, expected_version=shown.version)

    assert (no.code, no.facts["version"]) == ("changed_meanwhile", 2)
    assert queries.quote(shown.id, actor=operator.actor, now=cast.NOON).price == 110_000
    with pytest.raises(InvalidRequest):
        saved(operator, cast.quote_data(operator), quote_id=shown.id)


def test_what_was_quoted_is_no_draft_any_more() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)

    assert refused(operator, QuoteData(), quoted=False, quote_id=quote.id, expected_version=1).code == "already_quoted"


def test_a_retry_saves_once_and_another_payload_is_a_conflict() -> None:
    operator = cast.charter_operator()

    first = saved(operator, cast.quote_data(operator), key="save")
    again = saved(operator, cast.quote_data(operator), key="save")
    other = refused(operator, cast.quote_data(operator, 1), key="save")

    assert again == first
    assert len(lists.quotes(actor=operator.actor, now=cast.NOON)) == 1
    assert other.code == "key_reused"


# ------------------------------------------------------------------------------------------------------------ holds


def test_a_quote_holds_its_price_until_an_instant() -> None:
    operator = cast.charter_operator(balance=500_000)

    quote = cast.quote(operator, 300_000, hold_until=LATER)

    assert held(operator) == 300_000
    hold = lists.hold_of(quote, actor=operator.actor, now=cast.NOON)
    assert hold is not None
    assert (hold.id, hold.amount, hold.expires_at) == (quote.hold_id, 300_000, LATER)
    assert lists.hold_of(quote, actor=operator.actor, now=LATER) is None
    assert cast.standing(operator.card, now=LATER).held == 0
    with acting_for(operator.carrier.id):
        [listed] = holds(carrier_id=operator.carrier.id, account_id=operator.card.id)
    assert (listed.document, listed.reference) == (f"quote:{quote.id}", "Quote 1")


def test_a_hold_is_extended_raised_lowered_and_released_with_the_quote() -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = cast.quote(operator, 300_000, hold_until=LATER)

    extended = resaved(operator, quote, cast.quote_data(operator, 300_000, hold_until=LATER + HOUR))
    raised = resaved(operator, extended, cast.quote_data(operator, 500_000, hold_until=LATER + HOUR))
    assert (extended.hold_id, held(operator)) == (quote.hold_id, 500_000)
    lowered = resaved(operator, raised, cast.quote_data(operator, 100, hold_until=LATER))
    assert held(operator) == 100
    released = resaved(operator, lowered, cast.quote_data(operator, 400_000))

    assert (held(operator), released.hold_id) == (0, None)


def test_what_the_quote_itself_holds_is_not_counted_against_it(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator(balance=500_000)
    quote = cast.quote(operator, 400_000, hold_until=LATER)

    raised = resaved(operator, quote, cast.quote_data(operator, 500_000, hold_until=LATER))
    with unchanged(superuser, operator.carrier.id):
        too_much = refused(
            operator, cast.quote_data(operator, 500_001, hold_until=LATER), quote_id=quote.id, expected_version=2
        )

    assert (too_much.facts["available"], too_much.facts["shortfall"]) == (500_000, 1)
    assert held(operator) == 500_000
    assert resaved(operator, raised, cast.quote_data(operator, 500_000)).hold_id is None


def test_another_quote_counts_what_the_first_one_holds() -> None:
    operator = cast.charter_operator(balance=500_000)
    cast.quote(operator, 400_000, hold_until=LATER)

    no = refused(operator, cast.quote_data(operator, 100_001))

    assert (no.facts["available"], no.facts["shortfall"]) == (100_000, 1)
    assert saved(operator, cast.quote_data(operator, 500_000), now=LATER).price == 500_000


def test_the_hold_moves_with_the_card() -> None:
    operator = cast.charter_operator(balance=500_000)
    other = cast.card(operator.carrier, operator.customer, balance=300_000)
    quote = cast.quote(operator, 300_000, hold_until=LATER)

    moved = resaved(operator, quote, cast.quote_data(operator, 300_000, card_id=other.id, hold_until=LATER))
    assert (held(operator), cast.standing(other).held) == (0, 300_000)
    resaved(operator, moved, cast.quote_data(operator, 300_000, method=Method.CARD, card_id=None))

    assert cast.standing(other).held == 0


def test_a_hold_that_somebody_released_is_placed_again_by_the_next_save() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator, hold_until=LATER)
    cast.post(cast.release(operator.card, quote.hold_id or 0)).raise_if_refused()

    again = resaved(operator, quote, cast.quote_data(operator, hold_until=LATER))

    assert (held(operator), again.hold_id != quote.hold_id) == (200_000, True)


def test_cancelling_gives_back_what_is_held() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator, hold_until=LATER)
    how: dict[str, Any] = {"quote_id": quote.id, "expected_version": 1, "actor": operator.actor, "now": cast.NOON}

    cancelled = told_quote(cancel(**how, key="cancel", reference="no longer needed"))

    assert (cancelled.status, cancelled.hold_id, held(operator)) == (QuoteStatus.CANCELLED, None, 0)
    assert told_quote(cancel(**how, key="cancel", reference="no longer needed")) == cancelled
    with pytest.raises(RequestRefused) as twice:
        cancel(**{**how, "expected_version": 2}, key="again")
    saving = refused(operator, cast.quote_data(operator), quote_id=quote.id, expected_version=2)
    assert {twice.value.code, saving.code} == {"quote_not_open"}


def test_no_hold_outlives_the_quote_or_lies_in_the_past() -> None:
    operator = cast.charter_operator()

    with pytest.raises(InvalidRequest) as longer:
        cast.quote(operator, valid_until=LATER, hold_until=LATER + HOUR)
    with pytest.raises(InvalidRequest) as drafted:
        saved(operator, cast.quote_data(operator, hold_until=LATER), quoted=False)
    with pytest.raises(InvalidRequest) as without:
        cast.quote(operator, method=Method.CARD, card_id=None, hold_until=LATER)

    assert {no.value.field for no in (longer, drafted, without)} == {"hold_until"}
    assert refused(operator, cast.quote_data(operator, hold_until=cast.NOON)).code == "hold_expired"


# ----------------------------------------------------------------------------------------------------------- expiry


def test_a_quote_expires_without_any_job_and_lives_again_when_it_is_saved() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator, valid_until=LATER)

    assert queries.quote(quote.id, actor=operator.actor, now=LATER - timedelta(seconds=1)).status == "quoted"
    assert queries.quote(quote.id, actor=operator.actor, now=LATER).status is QuoteStatus.EXPIRED

    def ids(status: QuoteStatus) -> list[int]:
        return [one.id for one in lists.quotes(actor=operator.actor, now=LATER, status=status)]

    assert (ids(QuoteStatus.EXPIRED), ids(QuoteStatus.QUOTED)) == ([quote.id], [])
    no = refused(operator, cast.quote_data(operator, valid_until=cast.NOON))
    assert no.code == "quote_expired"
    again = resaved(operator, quote, cast.quote_data(operator, valid_until=LATER + HOUR), now=LATER)
    assert (again.status, ids(QuoteStatus.QUOTED)) == (QuoteStatus.QUOTED, [quote.id])


# ------------------------------------------------------------------------------------------------- who may, and tells


def test_who_may_not_sell_saves_nothing(superuser: psycopg.Connection) -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)
    reader = Actor(operator.carrier.id, "reader", frozenset({Permission.INVOICES}))
    nobody = Actor(operator.carrier.id, "nobody", frozenset({Permission.JET_CARDS}))
    abroad = Actor(operator.carrier.id, "abroad", frozenset({Permission.SALES}), countries=frozenset({"DE"}))

    with unchanged(superuser, operator.carrier.id, but=()):
        for actor in (reader, nobody, abroad):
            with pytest.raises(PermissionDenied):
                saved(operator, cast.quote_data(operator), actor=actor)
            with pytest.raises(PermissionDenied):
                cancel(quote_id=quote.id, expected_version=1, key="c", actor=actor, now=cast.NOON)

    assert queries.quote(quote.id, actor=reader, now=cast.NOON).id == quote.id
    for actor in (nobody, abroad):
        with pytest.raises(PermissionDenied):
            queries.quote(quote.id, actor=actor, now=cast.NOON)
    assert lists.quotes(actor=abroad, now=cast.NOON) == []


def test_another_carrier_sees_nothing_of_it() -> None:
    quote, outsider = cast.quote(cast.charter_operator()), cast.charter_operator()

    with pytest.raises(QuoteNotFound):
        queries.quote(quote.id, actor=outsider.actor, now=cast.NOON)
    no = refused(outsider, cast.quote_data(outsider), quote_id=quote.id, expected_version=1)
    assert no.code == "quote_not_found"


def test_everything_is_refused_where_jet_cards_are_off() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)
    switch_jet_cards(on=False, actor=operator.actor, now=cast.NOON)

    with pytest.raises(JetCardsOff):
        saved(operator, cast.quote_data(operator))
    with pytest.raises(JetCardsOff):
        queries.quote(quote.id, actor=operator.actor, now=cast.NOON)
    with pytest.raises(JetCardsOff):
        lists.quotes(actor=operator.actor, now=cast.NOON)


def test_the_history_tells_of_quotes() -> None:
    operator = cast.charter_operator()
    draft = saved(operator, QuoteData(customer_id=operator.customer.id), quoted=False)
    first = resaved(operator, draft, cast.quote_data(operator, 100))
    second = resaved(operator, first, cast.quote_data(operator, 120))
    cancel(quote_id=draft.id, expected_version=second.version, key="c", actor=operator.actor, now=cast.NOON)

    told = acts.of_customer(carrier_id=operator.carrier.id, customer_id=operator.customer.id, limit=4)

    assert [act.action for act in told] == ["quote.cancelled", "quote.changed", "quote.quoted", "quote.drafted"]
    assert told[1].changes is not None
    assert (told[1].changes["price"], told[1].changes["quote"]) == ([100, 120], [None, 1])


@pytest.mark.parametrize(
    ("bad", "field"),
    [
        ({"aircraft": "a\x00"}, "aircraft"),
        ({"notes": "a\x00b"}, "notes"),
        ({"notes": "x" * 5_001}, "notes"),
        ({"card_id": None}, "card_id"),
        ({"method": Method.CARD}, "card_id"),
        ({"customer_id": None}, "card_id"),
        ({"valid_until": LATER.replace(tzinfo=None)}, "valid_until"),
        ({"hold_until": LATER.replace(tzinfo=None)}, "hold_until"),
    ],
)
def test_what_is_malformed_is_pointed_at_and_binds_nothing(
    bad: dict[str, Any], field: str, superuser: psycopg.Connection
) -> None:
    operator = cast.charter_operator()

    with unchanged(superuser, operator.carrier.id, but=()), pytest.raises(InvalidRequest) as no:
        saved(operator, cast.quote_data(operator, **bad), quoted=False)

    assert no.value.field == field


def test_the_database_keeps_what_is_final_and_whole() -> None:
    operator = cast.charter_operator()
    quote = cast.quote(operator)
    cancel(quote_id=quote.id, expected_version=1, key="c", actor=operator.actor, now=cast.NOON)
    other = cast.quote(operator)
    own = f"carrier_id = {operator.carrier.id}"

    for statement in (
        f"UPDATE charter_quote SET status = 'quoted' WHERE {own} AND id = {quote.id}",
        f"UPDATE charter_quote SET price = 0 WHERE {own} AND id = {other.id}",
        f"UPDATE charter_quote SET card_id = NULL WHERE {own} AND id = {other.id}",
        f"UPDATE charter_quote SET customer_id = {2**40} WHERE {own} AND id = {other.id}",
        f"UPDATE charter_quote SET id = 7 WHERE {own} AND id = {other.id}",
    ):
        with (
            pytest.raises(DatabaseError, match=r"stays as it is|violates|permission denied"),
            acting_for(operator.carrier.id),
        ):
            connection.cursor().execute(statement)
