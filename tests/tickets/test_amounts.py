from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skypurser.commissions.rules import Rule
from skypurser.money import MAX_MINOR, parse_amount, share
from skypurser.tickets.amounts import (
    Effect,
    FormOfPayment,
    PenaltyExceedsRefund,
    Refundable,
    RefundExceedsSale,
    SaleAmounts,
    Settlement,
    refund_amounts,
    sale_amounts,
)

AMOUNTS = st.one_of(st.integers(0, 300), st.integers(0, MAX_MINOR))
RATES = st.integers(0, 10_000)
SETTLEMENTS = st.sampled_from(Settlement)
PARTS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), max_size=8)


def usd(text: str) -> int:
    return parse_amount(text, "USD")


def the_ticket(settlement: Settlement = Settlement.ON_ACCOUNT, *, rate_bps: int = 800) -> Refundable:
    return Refundable(usd("400.00"), usd("80.00"), rate_bps, settlement)


def test_worked_example_ticket_fixed_8_percent() -> None:
    rate = Rule.parse("FIXED 8").rate_for(None)

    amounts = sale_amounts(usd("400.00"), usd("80.00"), rate)

    assert amounts == SaleAmounts(gross=usd("480.00"), commission=usd("32.00"), net_remit=usd("448.00"))
    assert amounts.effect(Settlement.ON_ACCOUNT) == Effect(debit=usd("448.00"))


def test_worked_example_same_ticket_by_card_rate_5_percent_on_and_off() -> None:
    amounts = sale_amounts(usd("400.00"), usd("80.00"), 500)

    on = amounts.effect(Settlement.of(FormOfPayment.CARD, credit_card_on=True))
    off = amounts.effect(Settlement.of(FormOfPayment.CARD, credit_card_on=False))

    assert on == Effect(credit=usd("20.00"))
    assert off == Effect()
    assert on.has_movement
    assert not off.has_movement


def test_worked_example_void_the_same_day() -> None:
    amounts = sale_amounts(usd("400.00"), usd("80.00"), 800)

    assert amounts.void_effect(Settlement.ON_ACCOUNT) == Effect(credit=usd("448.00"))


def test_worked_example_partial_refund() -> None:
    refund = refund_amounts(the_ticket(), fare=usd("250.00"), taxes=usd("30.00"), penalty=usd("50.00"))

    assert refund.recall == usd("20.00")
    assert refund.effect == Effect(credit=usd("210.00"))
    assert refund.to_card == 0


def test_worked_example_rounding() -> None:
    assert sale_amounts(usd("14175.00"), 0, 750).commission == usd("1063.13")


def test_worked_example_jpy_and_kwd() -> None:
    assert sale_amounts(333, 0, 500).commission == 17
    assert sale_amounts(1_234, 0, 500).commission == 62


@pytest.mark.parametrize(
    ("form", "credit_card_on", "settlement"),
    [
        (FormOfPayment.ACCOUNT, True, Settlement.ON_ACCOUNT),
        (FormOfPayment.ACCOUNT, False, Settlement.ON_ACCOUNT),
        (FormOfPayment.CARD, True, Settlement.COMMISSION),
        (FormOfPayment.CARD, False, Settlement.NONE),
        (FormOfPayment.CARD_OFFLINE, True, Settlement.NONE),
        (FormOfPayment.CARD_OFFLINE, False, Settlement.NONE),
    ],
)
def test_kiu_a_card_earns_commission_only_when_on_and_validated_online(
    form: FormOfPayment, *, credit_card_on: bool, settlement: Settlement
) -> None:
    assert Settlement.of(form, credit_card_on=credit_card_on) is settlement


def test_both_ways_of_paying_by_card_take_the_card_rates() -> None:
    assert [form for form in FormOfPayment if form.is_card] == [
        FormOfPayment.CARD,
        FormOfPayment.CARD_OFFLINE,
    ]


@pytest.mark.parametrize(("fare", "taxes", "rate_bps"), [(-1, 0, 0), (0, -1, 0), (0, 0, -1), (0, 0, 10_001)])
def test_a_sale_has_no_negative_amounts_and_no_rate_above_100_percent(fare: int, taxes: int, rate_bps: int) -> None:
    with pytest.raises(ValueError):
        sale_amounts(fare, taxes, rate_bps)


@given(AMOUNTS, AMOUNTS, RATES)
def test_gross_is_commission_plus_net_remit_and_nothing_is_negative(fare: int, taxes: int, rate: int) -> None:
    amounts = sale_amounts(fare, taxes, rate)

    assert amounts.gross == fare + taxes == amounts.commission + amounts.net_remit
    assert 0 <= amounts.commission <= fare
    assert amounts.net_remit >= taxes


@given(AMOUNTS, AMOUNTS, RATES, SETTLEMENTS)
def test_a_void_nets_the_sale_to_zero(fare: int, taxes: int, rate: int, settlement: Settlement) -> None:
    amounts = sale_amounts(fare, taxes, rate)

    sold, voided = amounts.effect(settlement), amounts.void_effect(settlement)

    assert sold.debit + voided.debit == sold.credit + voided.credit
    assert sold.has_movement is voided.has_movement


@pytest.mark.parametrize(("fare", "taxes"), [("400.01", "0.00"), ("0.00", "80.01"), ("400.01", "80.01")])
def test_no_more_is_refunded_than_was_sold(fare: str, taxes: str) -> None:
    with pytest.raises(RefundExceedsSale) as refusal:
        refund_amounts(the_ticket(), fare=usd(fare), taxes=usd(taxes), penalty=0)

    assert refusal.value.code == "refund_exceeds_sale"
    assert refusal.value.facts == {"refundable_fare_minor": 40_000, "refundable_taxes_minor": 8_000}


def test_what_was_refunded_before_is_not_refunded_again() -> None:
    sale = the_ticket()
    refund = refund_amounts(sale, fare=usd("250.00"), taxes=usd("80.00"), penalty=usd("50.00"))

    with pytest.raises(RefundExceedsSale) as refusal:
        refund_amounts(sale.after(refund), fare=usd("150.01"), taxes=0, penalty=0)

    assert refusal.value.facts == {"refundable_fare_minor": 15_000, "refundable_taxes_minor": 0}


def test_beyond_the_sale_is_judged_before_the_penalty() -> None:
    with pytest.raises(RefundExceedsSale):
        refund_amounts(the_ticket(), fare=usd("400.01"), taxes=0, penalty=usd("9999.00"))


def test_on_account_a_penalty_takes_at_most_what_is_left_after_the_recall() -> None:
    sale, fare, taxes = the_ticket(), usd("100.00"), usd("10.00")

    exact = refund_amounts(sale, fare=fare, taxes=taxes, penalty=usd("102.00"))
    with pytest.raises(PenaltyExceedsRefund) as refusal:
        refund_amounts(sale, fare=fare, taxes=taxes, penalty=usd("102.01"))

    assert exact.effect == Effect()
    assert refusal.value.code == "penalty_exceeds_refund"
    assert refusal.value.facts == {"largest_penalty_minor": usd("102.00")}


def test_by_card_a_penalty_takes_at_most_what_goes_back_to_the_card() -> None:
    sale, fare, taxes = the_ticket(Settlement.COMMISSION), usd("100.00"), usd("10.00")

    exact = refund_amounts(sale, fare=fare, taxes=taxes, penalty=usd("110.00"))
    with pytest.raises(PenaltyExceedsRefund) as refusal:
        refund_amounts(sale, fare=fare, taxes=taxes, penalty=usd("110.01"))

    assert exact.to_card == 0
    assert exact.effect == Effect(debit=usd("8.00"))
    assert refusal.value.facts == {"largest_penalty_minor": usd("110.00")}


def test_by_card_only_the_commission_is_recalled_from_the_account() -> None:
    refund = refund_amounts(
        the_ticket(Settlement.COMMISSION), fare=usd("250.00"), taxes=usd("30.00"), penalty=usd("50.00")
    )

    assert refund.to_card == usd("230.00")
    assert refund.effect == Effect(debit=usd("20.00"))


def test_a_card_sale_that_credited_nothing_has_nothing_to_recall() -> None:
    refund = refund_amounts(the_ticket(Settlement.NONE), fare=usd("400.00"), taxes=usd("80.00"), penalty=0)

    assert refund.recall == 0
    assert refund.to_card == usd("480.00")
    assert not refund.effect.has_movement


def test_recalls_are_cumulative_so_that_three_thirds_make_a_whole() -> None:
    sale = Refundable(fare=100, taxes=0, rate_bps=1_000, settlement=Settlement.ON_ACCOUNT)

    recalls = []
    for fare in (33, 33, 34):  # rounded one by one: 3 + 3 + 3
        refund = refund_amounts(sale, fare=fare, taxes=0, penalty=0)
        sale = sale.after(refund)
        recalls.append(refund.recall)

    assert recalls == [3, 4, 3]


@given(AMOUNTS, AMOUNTS, RATES, SETTLEMENTS, PARTS)
def test_however_a_sale_is_refunded_in_parts_it_nets_to_zero(
    fare: int, taxes: int, rate: int, settlement: Settlement, parts: list[tuple[float, float]]
) -> None:
    amounts = sale_amounts(fare, taxes, rate)
    sold = amounts.effect(settlement)
    sale = Refundable(fare, taxes, rate, settlement)

    refunds = []
    for of_fare, of_taxes in [*parts, (1.0, 1.0)]:
        fare_left, taxes_left = sale.fare - sale.refunded_fare, sale.taxes - sale.refunded_taxes
        part = min(fare_left, int(fare_left * of_fare)), min(taxes_left, int(taxes_left * of_taxes))
        if of_fare == of_taxes == 1.0:
            part = fare_left, taxes_left
        refunds.append(refund_amounts(sale, fare=part[0], taxes=part[1], penalty=0))
        sale = sale.after(refunds[-1])

    earned = 0 if settlement is Settlement.NONE else amounts.commission
    given_back_by_card = 0 if settlement is Settlement.ON_ACCOUNT else amounts.gross
    assert sale.recalled == sum(refund.recall for refund in refunds) == earned
    assert sum(refund.effect.debit for refund in refunds) == sold.credit
    assert sum(refund.effect.credit for refund in refunds) == sold.debit
    assert sum(refund.to_card for refund in refunds) == given_back_by_card


@given(AMOUNTS, AMOUNTS, RATES, SETTLEMENTS, st.data())
def test_a_refund_is_never_negative_and_keeps_its_penalty(
    fare: int, taxes: int, rate: int, settlement: Settlement, data: st.DataObject
) -> None:
    before = data.draw(st.integers(0, fare))
    recalled = 0 if settlement is Settlement.NONE else share(before, rate)
    sale = Refundable(fare, taxes, rate, settlement, refunded_fare=before, recalled=recalled)
    part, part_taxes = data.draw(st.integers(0, fare - before)), data.draw(st.integers(0, taxes))
    penalty = data.draw(st.integers(0, part + part_taxes))

    try:
        refund = refund_amounts(sale, fare=part, taxes=part_taxes, penalty=penalty)
    except PenaltyExceedsRefund as refusal:
        largest = refusal.facts["largest_penalty_minor"]
        refund = refund_amounts(sale, fare=part, taxes=part_taxes, penalty=largest)

    assert min(refund.recall, refund.to_card, refund.effect.debit, refund.effect.credit) >= 0
    assert refund.effect.debit == 0 or refund.effect.credit == 0
    passenger_and_account = refund.to_card + refund.effect.credit - refund.effect.debit
    assert passenger_and_account + refund.penalty + refund.recall == part + part_taxes


@pytest.mark.parametrize(("fare", "taxes", "penalty"), [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_a_refund_takes_no_negative_amounts(fare: int, taxes: int, penalty: int) -> None:
    with pytest.raises(ValueError):
        refund_amounts(the_ticket(), fare=fare, taxes=taxes, penalty=penalty)


@pytest.mark.parametrize(
    "contradiction",
    [
        {"refunded_fare": 40_001},
        {"refunded_fare": -1},
        {"refunded_taxes": 8_001},
        {"refunded_taxes": -1},
        {"rate_bps": 10_001},
        {"recalled": 1},
        {"recalled": -1},
        {"fare": -1},
    ],
)
def test_a_sale_whose_record_contradicts_itself_is_a_fault(contradiction: dict[str, int]) -> None:
    with pytest.raises(ValueError):
        replace(the_ticket(), **contradiction)  # type: ignore[arg-type]
