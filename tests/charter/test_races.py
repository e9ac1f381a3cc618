"""Many at once at the desk. Each race that a lock decides runs twice: with it, where it holds, and without."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest
from django.db.models import QuerySet

from skypurser.access.acting import acting_for
from skypurser.charter import cancelling, closing, converting, lists, queries, quoting, repricing
from skypurser.charter.models import Booking, Quote
from skypurser.charter.pricing import PriceLine
from skypurser.charter.views import BookingView, QuoteStatus, QuoteView
from skypurser.jetcards import adding
from skypurser.jetcards.adding import CardChanges
from skypurser.ledger import accounts, posting
from skypurser.ledger.requests import Answer, RequestRefused
from tests import cast
from tests.databases import Database, at_once, this_database, throwaway_database
from tests.jetcards.test_races import begun

#: How often a race without its lock may end well before that counts as a proof that it is none.
ROUNDS = 5
#: How often a race with its lock is run.
TIMES = 5
#: Drawn by whoever doesn't wait for a number: the row they come from would decide who is first.
_numbers = count(1)


@pytest.fixture(scope="module")
def ours() -> Database:
    return this_database()


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Database]:
    """A database in which only locks stand between two bookings and the same money."""
    with throwaway_database(
        without=[
            "DROP TRIGGER check_entries ON ledger_entry",
            "DROP INDEX movement_item_once",
            "ALTER TABLE charter_booking DROP CONSTRAINT booking_of_quote_once",
            "DROP TRIGGER stay_final ON charter_quote",
            "DROP TRIGGER stay_final ON charter_booking",
            "DROP TRIGGER keep_for_bookings ON jetcards_jetcard",
        ]
    ) as database:
        yield database


def unlock_ledger(monkeypatch: pytest.MonkeyPatch) -> None:
    without = posting.LOCK.replace("FOR NO KEY UPDATE", "")
    assert without != posting.LOCK
    monkeypatch.setattr(posting, "LOCK", without)
    monkeypatch.setattr(accounts, "lock", lambda **_: None)
    monkeypatch.setattr(accounts, "lock_all", lambda **_: None)
    monkeypatch.setattr(converting, "next_number", lambda *_, **__: next(_numbers))


def unlock_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let quotes and bookings be read without their locks."""
    plain = QuerySet.select_for_update

    def unlocked(rows: Any, **how: Any) -> Any:
        return rows.all() if rows.model in {Quote, Booking} else plain(rows, **how)

    monkeypatch.setattr(QuerySet, "select_for_update", unlocked)
    monkeypatch.setattr(converting, "next_number", lambda *_, **__: next(_numbers))


def must_break(attempt: Callable[[], bool]) -> None:
    assert any(attempt() for _ in range(ROUNDS)), "without its lock the race must break the books, or it is no race"


def outcome(result: Answer | Exception) -> str:
    if isinstance(result, RequestRefused):
        return result.code
    return type(result).__name__ if isinstance(result, Exception) else (result.code or "passed")


def converts(of: cast.CharterOperator, quote: QuoteView, **differently: Any) -> Callable[[], Answer]:
    how: dict[str, Any] = {
        "key": cast.fresh_key("race"),
        "actor": of.actor,
        "now": cast.NOON,
        "expected_version": quote.version,
    }
    return partial(converting.book, quote_id=quote.id, **{**how, **differently})


def saves(of: cast.CharterOperator, quote: QuoteView, price: int, **differently: Any) -> Callable[[], Answer]:
    how: dict[str, Any] = {
        "key": cast.fresh_key("race"),
        "actor": of.actor,
        "now": cast.NOON,
        "expected_version": quote.version,
    }
    return partial(quoting.save, data=cast.quote_data(of, price, **differently), quoted=True, quote_id=quote.id, **how)


# ------------------------------------------------------------------------------------- two quotes for the same money


def book_two(database: Database) -> tuple[list[str], int]:
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        works = [converts(operator, cast.quote(operator, 60_000)) for _ in range(2)]
        return sorted(map(outcome, at_once(database, works))), cast.standing(operator.card).net


def test_of_two_bookings_for_the_same_money_one_is_made(ours: Database) -> None:
    for _ in range(TIMES):
        assert book_two(ours) == (["insufficient_funds", "passed"], 40_000)


def test_without_the_lock_both_would_be_made(unguarded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock_ledger(monkeypatch)

    must_break(lambda: book_two(unguarded)[0] == ["passed", "passed"])


# ---------------------------------------------------------------------------------------------- the same quote twice


def book_twice(database: Database, *, key: str | None = None) -> tuple[list[str], int, int]:
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        quote = cast.quote(operator, 40_000)
        own: dict[str, Any] = {} if key is None else {"key": key}
        works = [converts(operator, quote, **own) for _ in range(2)]
        results = sorted(map(outcome, at_once(database, works)))
        return results, cast.standing(operator.card).net, len(lists.bookings(actor=operator.actor))


def test_a_quote_that_two_book_at_once_is_booked_once(ours: Database) -> None:
    for _ in range(TIMES):
        assert book_twice(ours) == (["changed_meanwhile", "passed"], 60_000, 1)


def test_the_same_request_twice_at_once_gets_the_same_booking(ours: Database) -> None:
    for _ in range(TIMES):
        assert book_twice(ours, key="the same") == (["passed", "passed"], 60_000, 1)


def test_without_the_lock_a_quote_would_be_booked_twice(unguarded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock_rows(monkeypatch)

    must_break(lambda: book_twice(unguarded)[2] == 2)


# ------------------------------------------------------------------------------- booking, and something else meanwhile


def test_a_quote_is_booked_as_it_was_shown_or_saved_and_not_booked(ours: Database) -> None:
    for _ in range(TIMES):
        operator = cast.charter_operator(balance=100_000)
        quote = cast.quote(operator, 40_000, hold_until=cast.NOON + timedelta(hours=1))

        booked, saved = at_once(ours, [converts(operator, quote), saves(operator, quote, 70_000)])

        net = cast.standing(operator.card).net
        assert (outcome(booked), outcome(saved), net) in {
            ("passed", "changed_meanwhile", 60_000),
            ("changed_meanwhile", "passed", 100_000),
        }


def closes(of: cast.CharterOperator) -> Callable[[], Answer]:
    how: dict[str, Any] = {"key": cast.fresh_key("race"), "actor": of.actor, "now": cast.NOON}
    return partial(closing.close, card_id=of.card.id, reference="the end", **how)


def close_while_booking(database: Database) -> tuple[str, str, int]:
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        quote = cast.quote(operator, 40_000)
        booked, closed = map(outcome, at_once(database, [converts(operator, quote), closes(operator)]))
        shown = queries.quote(quote.id, actor=operator.actor, now=cast.NOON).status
        assert (shown is QuoteStatus.BOOKED) == (booked == "passed")
        return booked, closed, cast.standing(operator.card).net


def test_a_card_is_closed_or_what_it_pays_is_booked(ours: Database) -> None:
    for _ in range(TIMES):
        assert close_while_booking(ours) in [
            ("passed", "bookings_open", 60_000),
            ("card_not_available", "passed", 0),
        ]


def test_without_the_lock_a_booking_would_lose_its_card(unguarded: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    unlock_ledger(monkeypatch)

    must_break(lambda: close_while_booking(unguarded)[:2] == ("passed", "passed"))


def close_while_cancelling(database: Database) -> tuple[str, str, int]:
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        booking = cast.booking(operator, 40_000)
        cancelled, closed = map(outcome, at_once(database, [cancels(operator, booking), closes(operator)]))
        return cancelled, closed, cast.standing(operator.card).net


def test_a_cancellation_gives_back_before_the_card_is_closed_or_the_card_stays(ours: Database) -> None:
    for _ in range(TIMES):
        assert close_while_cancelling(ours) in [("passed", "passed", 0), ("passed", "bookings_open", 100_000)]


@pytest.mark.parametrize("booking_first", [True, False])
def test_who_closes_and_who_books_wait_for_one_another(ours: Database, booking_first: bool) -> None:
    operator = cast.charter_operator(balance=100_000)
    books, ends = converts(operator, cast.quote(operator, 40_000)), closes(operator)
    first, second = (books, ends) if booking_first else (ends, books)

    with acting_for(operator.carrier.id):
        done = first()
        other = begun(ours, second)  # before the first is committed

    assert outcome(done) == "passed"
    assert outcome(other()) == ("bookings_open" if booking_first else "card_not_available")


def test_who_closes_waits_for_who_cancels(ours: Database) -> None:
    operator = cast.charter_operator(balance=100_000)
    cancel, ends = cancels(operator, cast.booking(operator, 40_000)), closes(operator)

    with acting_for(operator.carrier.id):
        done = cancel()
        other = begun(ours, ends)  # before the money is back for all to see

    assert (outcome(done), outcome(other()), cast.standing(operator.card).net) == ("passed", "passed", 0)


def give_away_while_booking(database: Database, booking_first: bool) -> str:
    """Ann gets the card for herself while Bob's flight is booked with it; return what whoever books was told."""
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        quote = cast.quote(operator, 40_000, person_id=operator.bob.id)
        give = partial(
            adding.change_card,
            card_id=operator.card.id,
            changes=CardChanges(person_ids=frozenset({operator.ann.id})),
            actor=operator.actor,
            now=cast.NOON,
        )
        if booking_first:
            with acting_for(operator.carrier.id):
                answer = converts(operator, quote)()
                given = begun(database, give)  # type: ignore[arg-type]
            assert not isinstance(given(), Exception)
            return outcome(answer)
        with acting_for(operator.carrier.id):
            give()
            booked = begun(database, converts(operator, quote))  # before the change is committed
        return outcome(booked())


def test_who_books_while_the_card_is_given_to_another_waits_and_is_refused(ours: Database) -> None:
    assert give_away_while_booking(ours, booking_first=False) == "card_not_available"


def test_who_books_first_has_booked(ours: Database) -> None:
    assert give_away_while_booking(ours, booking_first=True) == "passed"


def test_without_the_lock_bob_would_fly_on_anns_card(ours: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "lock", lambda **_: None)

    assert give_away_while_booking(ours, booking_first=False) == "passed"


def test_two_saves_at_once_overwrite_nothing(ours: Database) -> None:
    for _ in range(TIMES):
        operator = cast.charter_operator(balance=100_000)
        quote = cast.quote(operator, 40_000)
        until = cast.NOON + timedelta(hours=1)
        works = [saves(operator, quote, price, hold_until=until) for price in (50_000, 60_000)]

        assert sorted(map(outcome, at_once(ours, works))) == ["changed_meanwhile", "passed"]

        price = queries.quote(quote.id, actor=operator.actor, now=cast.NOON).price
        assert cast.standing(operator.card).held == price


def test_quotes_that_swap_their_cards_never_wait_in_a_circle(ours: Database) -> None:
    until = cast.NOON + timedelta(hours=1)
    for _ in range(TIMES):
        operator = cast.charter_operator(balance=100_000)
        other = cast.card(operator.carrier, operator.customer, balance=100_000)
        here = cast.quote(operator, 10_000, hold_until=until)
        there = cast.quote(operator, 10_000, hold_until=until, card_id=other.id)
        works = [
            saves(operator, here, 10_000, hold_until=until, card_id=other.id),
            saves(operator, there, 10_000, hold_until=until),
        ]

        assert list(map(outcome, at_once(ours, works))) == ["passed", "passed"]


# --------------------------------------------------------------------------------------- two changes of one booking


def change_and_cancel(database: Database) -> tuple[str, str, int]:
    with database.behind_django():
        operator = cast.charter_operator(balance=100_000)
        booking = cast.booking(operator, 40_000)
        works = [changes(operator, booking, 10_000), cancels(operator, booking)]
        changed, cancelled = at_once(database, works)
        return outcome(changed), outcome(cancelled), cast.standing(operator.card).net


def changes(of: cast.CharterOperator, booking: BookingView, price: int) -> Callable[[], Answer]:
    lines = (PriceLine(text="Flight", quantity_milli=1_000, unit_price=price),)
    how: dict[str, Any] = {
        "key": cast.fresh_key("race"),
        "actor": of.actor,
        "now": cast.NOON,
        "expected_version": booking.version,
    }
    return partial(repricing.change_price, booking_id=booking.id, lines=lines, reference="race", **how)


def cancels(of: cast.CharterOperator, booking: BookingView) -> Callable[[], Answer]:
    how: dict[str, Any] = {
        "key": cast.fresh_key("race"),
        "actor": of.actor,
        "now": cast.NOON,
        "expected_version": booking.version,
    }
    return partial(cancelling.cancel, booking_id=booking.id, **how)


def test_what_was_paid_comes_back_once(ours: Database) -> None:
    for _ in range(TIMES):
        assert change_and_cancel(ours) in [
            ("passed", "changed_meanwhile", 90_000),
            ("changed_meanwhile", "passed", 100_000),
        ]


def test_without_the_lock_the_payments_bound_what_comes_back(
    unguarded: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both go ahead then, and the second finds that so much is not left of what was paid."""
    unlock_rows(monkeypatch)
    with unguarded.superuser() as inside:
        inside.execute("ALTER TABLE charter_bookingstep DROP CONSTRAINT charter_bookingstep_pkey")

    results = [change_and_cancel(unguarded) for _ in range(ROUNDS)]

    assert all(net <= 100_000 for _changed, _cancelled, net in results)
    assert any("not_paid" in result for result in results), results
