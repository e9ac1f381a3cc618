"""Whoever wants to be told gets one letter for each event, in their language, whoever writes it at the same time."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from skypurser.alerts import settings
from skypurser.alerts.settings import Occasion
from skypurser.alerts.wording import WORDS
from skypurser.alerts.writing import write_noted
from skypurser.charter.pricing import PriceLine
from skypurser.charter.repricing import change_price
from skypurser.electronic import queries as electronic
from skypurser.events.relaying import relay
from skypurser.jetcards.adding import CardChanges, change_card
from skypurser.jetcards.funding import remove_funds
from skypurser.jobs.reactions import react
from skypurser.ledger.requests import Answer
from skypurser.ledger.states import Status
from skypurser.mail import queries
from skypurser.money import Money
from tests import cast
from tests.cast import NOON
from tests.databases import Database, at_once, throwaway_database
from tests.importing.files import ACCOUNTS, BALANCES, OFFICES, Rows, imported
from tests.jobs.workers import wait_until, working
from tests.mail.postoffice import handed_to, post_office


@pytest.fixture
def database() -> Iterator[Database]:
    """A database of this test's own: no other test's events are relayed in it."""
    with throwaway_database() as database, database.behind_django():
        yield database


@pytest.fixture
def airline(database: Database) -> Iterator[cast.Airline]:
    """An airline in an installation with a mail server."""
    del database
    with handed_to("smtp://mail.example.org"):
        yield cast.airline()


def tell(airline: cast.Airline, email: str = "ana@example.org", **changes: Any) -> None:
    given: dict[str, Any] = {"language": "en", "occasions": frozenset(Occasion), **changes}
    account_id = airline.agency.id
    settings.put_recipient(account_id=account_id, email=email, actor=airline.actor, now=NOON, **given)


def written(airline: cast.Airline) -> list[tuple[str, str]]:
    """Relay and write all there is; to whom and what, the oldest first."""
    relay(react=react)
    while write_noted(carrier_ids=[airline.carrier.id], now=NOON):
        pass
    return [(one.recipient, one.subject) for one in reversed(queries.messages(actor=airline.actor))]


def test_an_account_that_runs_low_goes_over_and_is_suspended_is_told_step_by_step(airline: cast.Airline) -> None:
    tell(airline)
    agency, has = airline.agency, cast.standing(airline.agency)

    cast.post(cast.debit(agency, has.available - 100))
    cast.post(cast.debit(agency, 250))
    cast.post(cast.status(agency, Status.SUSPENDED))

    name = f"{agency.code} {agency.currency}"
    assert written(airline) == [
        ("ana@example.org", f"{name}: 1.00 {agency.currency} available"),
        ("ana@example.org", f"{name} is over its limit"),
        ("ana@example.org", f"{name} is suspended"),
    ]


def test_a_letter_says_what_the_account_has_and_when_it_happened(airline: cast.Airline) -> None:
    tell(airline, language="es", occasions={Occasion.OVER_LIMIT})
    has = cast.standing(airline.agency)

    cast.post(cast.debit(airline.agency, has.available + 123_456))

    assert [subject for _, subject in written(airline)] == [f"{airline.agency.code} USD excede su límite"]
    letter = queries.whole(queries.messages(actor=airline.actor)[0].id, actor=airline.actor)
    text = " ".join(letter.text.split())
    assert "excede su límite en 1.234,56 USD" in text
    assert "Disponible" in text
    assert re.search(r"-1\.234,56 USD", text)
    assert "America/New_York" in text
    assert letter.message.about == f"account:{airline.agency.id}"


def test_what_is_left_is_told_with_its_sign_where_one_act_took_more_than_all_of_it(airline: cast.Airline) -> None:
    tell(airline, occasions={Occasion.LOW, Occasion.OVER_LIMIT})
    has = cast.standing(airline.agency)

    cast.post(cast.debit(airline.agency, has.available + 123_456))

    name = f"{airline.agency.code} USD"
    assert {subject for _, subject in written(airline)} == {
        f"{name} is over its limit",
        f"{name}: -1,234.56 USD available",
    }
    texts = [queries.whole(one.id, actor=airline.actor).text for one in queries.messages(actor=airline.actor)]
    said = [" ".join(text.split()) for text in texts]
    assert sum("is over its limit by 1,234.56 USD." in text for text in said) == 1
    assert sum("has -1,234.56 USD available, less than" in text for text in said) == 1


def test_each_is_told_of_what_they_asked_for_and_nobody_of_another_account(airline: cast.Airline) -> None:
    other = cast.agency(airline.carrier)
    tell(airline, "low@example.org", occasions={Occasion.LOW})
    tell(airline, "status@example.org", occasions={Occasion.STATUS})

    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    cast.post(cast.status(airline.agency, Status.ACTIVE))
    cast.post(cast.status(other, Status.SUSPENDED))

    assert [to for to, _ in written(airline)] == ["status@example.org"] * 2


def test_sellers_who_meet_at_the_mark_tell_it_once(airline: cast.Airline, database: Database) -> None:
    tell(airline, occasions={Occasion.LOW})
    settings.set_mark(account_id=airline.agency.id, percent=50, actor=airline.actor, now=NOON)
    has = cast.standing(airline.agency)
    debits = [cast.debit(airline.agency, has.available // 8) for _ in range(8)]

    answers = at_once(database, [partial(cast.post, one) for one in debits])

    assert [one.code for one in answers if isinstance(one, Answer)] == [None] * 8
    assert cast.standing(airline.agency).available == 0
    assert [subject for _, subject in written(airline)] == [f"{airline.agency.code} USD: 3,750.00 USD available"]


def test_what_an_import_brings_is_told_to_nobody_and_what_comes_after_it_is(airline: cast.Airline) -> None:
    heads = [*ACCOUNTS, "Status", "Alerts to (e-mail)"]
    files: dict[str, Rows] = {
        "Offices": [OFFICES, ["SUR100", "Viajes del Sur", "9549656", "BUE", "EZE"]],
        "Accounts": [heads, ["Agency", "SUR100", "USD", 1_000, "SUSPENDED", "cfo@example.com"]],
        "Opening balances": [BALANCES, ["Agency", "SUR100", "USD", None, 3_200]],
    }
    imported(files, airline.actor)
    at_the_import = written(airline)

    (agency,) = electronic.named("SUR100", actor=airline.actor)
    account = replace(airline.agency, id=agency.account_id, code="SUR100")
    cast.post(cast.status(account, Status.ACTIVE, now=NOON + timedelta(hours=1)))

    assert at_the_import == []
    assert written(airline) == [("cfo@example.com", "SUR100 USD is active again")]


def test_letters_noted_once_are_written_once_however_many_write(airline: cast.Airline, database: Database) -> None:
    for place in range(8):
        tell(airline, f"{place}@example.org")
    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    relay(react=react)

    at_once(database, [lambda: write_noted(carrier_ids=[airline.carrier.id], now=NOON)] * 4, writing="alerts_notice")

    assert sorted(to for to, _ in written(airline)) == [f"{place}@example.org" for place in range(8)]


def test_a_notice_whose_letter_fails_stays(airline: cast.Airline, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(airline)
    cast.post(cast.status(airline.agency, Status.SUSPENDED))
    relay(react=react)

    def break_down(*_arguments: Any, **_named: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("skypurser.alerts.writing.write", break_down)
        with pytest.raises(ConnectionError):
            write_noted(carrier_ids=[airline.carrier.id], now=NOON)

    assert len(written(airline)) == 1


def test_without_a_mail_server_nothing_is_noted_nor_told_later(database: Database) -> None:
    del database
    airline = cast.airline()
    tell(airline)
    with handed_to(""):
        cast.post(cast.status(airline.agency, Status.SUSPENDED))
        relay(react=react)

    with handed_to("smtp://mail.example.org"):
        assert written(airline) == []


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["en"].keys() == WORDS["es"].keys()


def test_the_worker_tells_by_e_mail(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    tell(airline)
    with post_office() as office:
        monkeypatch.setenv("SKYPURSER_MAIL_URL", f"smtp+plain://127.0.0.1:{office.port}")
        monkeypatch.setenv("SKYPURSER_MAIL_FROM", "desk@example.org")
        with working(database) as worker:
            cast.post(cast.status(airline.agency, Status.SUSPENDED))
            wait_until(lambda: len(office.taken) == 1)
            assert worker.end() == 0

    assert [to for to, _ in office.taken] == ["ana@example.org"]


def test_a_card_that_falls_below_nothing_at_once_is_told_with_its_sign(database: Database) -> None:
    """As by a supplement for what was flown."""
    del database
    charter = cast.charter_operator(balance=500_000)
    card = charter.card
    booking = cast.booking(charter, 400_000)
    change_card(card_id=card.id, changes=CardChanges(low_mark=50_000), reference="", actor=charter.actor, now=NOON)
    with handed_to("smtp://mail.example.org"):
        settings.put_recipient(
            account_id=card.id,
            email="carla@example.org",
            language="en",
            occasions={Occasion.LOW},
            actor=charter.actor,
            now=NOON,
            is_card=True,
        )
        change_price(
            booking_id=booking.id,
            lines=(PriceLine(text="Flight", quantity_milli=1_000, unit_price=623_456),),
            reference="de-icing",
            expected_version=booking.version,
            key="change",
            actor=charter.actor,
            now=booking.arrives_at,
        )
        relay(react=react)
        write_noted(carrier_ids=[charter.carrier.id], now=NOON)
        (letter,) = queries.about(f"account:{card.id}", actor=charter.actor)

    assert letter.subject == f"Card {card.code} of {charter.customer.name}: -1,234.56 USD available"


def test_a_card_that_runs_low_is_told_to_whoever_wants_to_know_of_it(database: Database) -> None:
    del database
    charter = cast.charter_operator()
    card = charter.card
    change_card(
        card_id=card.id,
        changes=CardChanges(low_mark=50_000),
        reference="",
        actor=charter.actor,
        now=NOON,
    )
    with handed_to("smtp://mail.example.org"):
        for email, language in (("carla@example.org", "en"), ("carlos@example.org", "es")):
            settings.put_recipient(
                account_id=card.id,
                email=email,
                language=language,
                occasions={Occasion.LOW},
                actor=charter.actor,
                now=NOON,
                is_card=True,
            )
        has = cast.standing(card).available
        remove_funds(
            card_id=card.id,
            amount=Money(has - 12_345, card.currency),
            reference="wire",
            key="out",
            actor=charter.actor,
            now=NOON,
        )
        relay(react=react)
        write_noted(carrier_ids=[charter.carrier.id], now=NOON)

        found = {one.recipient: one for one in queries.about(f"account:{card.id}", actor=charter.actor)}

    name = charter.customer.name
    assert found["carla@example.org"].subject == f"Card {card.code} of {name}: 123.45 USD available"
    assert found["carlos@example.org"].subject == f"Tarjeta {card.code} de {name}: 123,45 USD disponibles"
