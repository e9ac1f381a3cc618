"""The account statement in Excel."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from skypurser.documents.workbook import write_workbook
from skypurser.jetcards import funding, statement
from skypurser.jetcards.directory import CardNotFound
from skypurser.jetcards.sheet import Words, statement_table
from tests import cast

WORDS = Words(
    title="Estado de cuenta",
    filters="enero",
    date="Fecha",
    card="Tarjeta",
    kind="Tipo",
    document="Documento",
    other_card="Otra tarjeta",
    debit="Débito",
    credit="Crédito",
    card_balance="Saldo de la tarjeta",
    balance="Saldo",
    reference="Referencia",
    actor="Modificado por",
    instant="Fecha/Hora (Zulu)",
    opening="Saldo inicial",
    closing="Saldo final",
    total="Total",
    kinds={"card_opening": "Saldo de apertura"},
    named=lambda document: (document or "").replace("booking:", "Reserva "),
)


def sheet(operator: cast.CharterOperator, **shown: Any) -> list[list[Any]]:
    target = BytesIO()
    table = statement_table(
        customer_id=operator.customer.id, actor=operator.actor, words=WORDS, made_at=cast.NOON, **shown
    )
    write_workbook(target, table)
    target.seek(0)
    return CalamineWorkbook.from_filelike(target).get_sheet_by_index(0).to_python(skip_empty_area=False)


def test_the_sheet_has_real_numbers_and_dates_and_texts_that_stay_texts() -> None:
    operator = cast.charter_operator(balance=500_000)
    funding.remove_funds(
        card_id=operator.card.id,
        amount=12_345,
        reference='=HYPERLINK("http://evil.example")',
        key="k",
        actor=operator.actor,
        now=cast.NOON + timedelta(days=1),
    )

    title, filters, _, header, opening, first, second, closing, totals = sheet(operator)

    assert title[0].startswith(f"Estado de cuenta {operator.customer.code} Sky Holding USD")
    assert (filters[0], header[0], header[8]) == ("enero", "Fecha", "Saldo")
    assert (opening[1], opening[8], closing[1], closing[8]) == ("Saldo inicial", 0.0, "Saldo final", 4876.55)
    assert (first[0], first[2], first[6], first[8]) == (date(2026, 1, 15), "Saldo de apertura", 5000.0, 5000.0)
    assert (second[0], second[5], second[7]) == (date(2026, 1, 16), 123.45, 4876.55)
    assert second[9] == '=HYPERLINK("http://evil.example")'
    assert second[11] == datetime(2026, 1, 16, 17, 0)  # noqa: DTZ001 — spreadsheets know no zone
    assert (totals[5], totals[6]) == (123.45, 5000.0)


def test_a_period_begins_with_what_was_there_before() -> None:
    operator = cast.charter_operator(balance=500_000)
    cast.card(operator.carrier, operator.customer, balance=100)

    rows = sheet(operator, first_date=date(2026, 2, 1))

    assert [row[8] for row in rows[4:6]] == [5001.0, 5001.0]


def test_more_lines_than_a_page_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement, "LONGEST_PAGE", 2)
    operator = cast.charter_operator()
    for _ in range(5):
        cast.card(operator.carrier, operator.customer, balance=100)

    assert len(sheet(operator)) == 4 + 1 + 6 + 1 + 1


def test_another_customers_card_has_no_sheet() -> None:
    operator = cast.charter_operator()
    theirs = cast.card(operator.carrier, cast.customer(operator.carrier, name="Other"))

    with pytest.raises(CardNotFound):
        sheet(operator, card_id=theirs.id)
