"""What a sale, a void and a refund do to an account, in plain integers.

Every amount here counts minor units of the sale's currency, none is negative, and every rate is in bps.
Nothing is looked up and nothing is judged but the amounts: status, funds, windows and duplicates are the
business of issuance. A sale reaches the account in one of three ways, its settlement:

    ON_ACCOUNT    debit of the net remit, fare + taxes - commission
    COMMISSION    paid by card; the account is credited with the commission only
    NONE          paid by card; recorded, and the account is not touched

Commission is a share of the fare without taxes. A refund takes it back cumulatively: the share of all fare
refunded so far, less what was taken back before. So however a ticket is refunded in parts, the parts add up
to the commission, and rounding never drifts.

Source: KIU "Credit Card" (ON, OFF, online validation).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple, Self

from skypurser.errors import Refusal
from skypurser.money import MAX_BPS, share


class RefundExceedsSale(Refusal):
    """The refund exceeds what is left of the sale's fare or taxes.

    Facts: `refundable_fare_minor` and `refundable_taxes_minor`, what is left of each.
    """

    code = "refund_exceeds_sale"


class PenaltyExceedsRefund(Refusal):
    """The penalty exceeds what the refund gives back.

    Facts: `largest_penalty_minor`, with which the refund would give back exactly nothing.
    """

    code = "penalty_exceeds_refund"


class FormOfPayment(StrEnum):
    """How the passenger's ticket is paid."""

    ACCOUNT = "account"
    CARD = "card"
    """By credit card, validated online."""
    CARD_OFFLINE = "card_offline"
    """By credit card, validated offline."""

    @property
    def is_card(self) -> bool:
        """Whether the card rates apply and the carrier, not the account, takes the price."""
        return self is not FormOfPayment.ACCOUNT


class Settlement(StrEnum):
    """How a sale reaches the account; see the module. Fixed at the sale, whatever is switched later."""

    ON_ACCOUNT = "on_account"
    COMMISSION = "commission"
    NONE = "none"

    @classmethod
    def of(cls, form_of_payment: FormOfPayment, *, credit_card_on: bool) -> "Settlement":
        """Return the settlement of a sale, given the account's *Credit Card* switch."""
        if form_of_payment is FormOfPayment.ACCOUNT:
            return cls.ON_ACCOUNT
        if form_of_payment is FormOfPayment.CARD and credit_card_on:
            return cls.COMMISSION
        return cls.NONE


class Effect(NamedTuple):
    """What an act does to the account: a debit, a credit, or (both zero) no movement. Never both."""

    debit: int = 0
    credit: int = 0

    @property
    def has_movement(self) -> bool:
        """Whether there is anything to post."""
        return bool(self.debit or self.credit)


class SaleAmounts(NamedTuple):
    """The three amounts of a sale: `gross` is fare + taxes, and `net_remit` is gross less `commission`."""

    gross: int
    commission: int
    net_remit: int

    def effect(self, settlement: Settlement) -> Effect:
        """Return what the sale does to the account."""
        if settlement is Settlement.ON_ACCOUNT:
            return Effect(debit=self.net_remit)
        if settlement is Settlement.COMMISSION:
            return Effect(credit=self.commission)
        return Effect()

    def void_effect(self, settlement: Settlement) -> Effect:
        """Return what a void does to the account: all of the sale reversed, commission included."""
        sold = self.effect(settlement)
        return Effect(debit=sold.credit, credit=sold.debit)


def sale_amounts(fare: int, taxes: int, rate_bps: int) -> SaleAmounts:
    """Return the amounts of a sale: commission is the rate's share of the fare, rounded half up.

    Raises:
        ValueError: An amount or a rate below zero, or a rate above 100 percent. Callers have judged those.
    """
    _require(taxes >= 0 and rate_bps <= MAX_BPS)
    commission = share(fare, rate_bps)
    gross = fare + taxes
    return SaleAmounts(gross, commission, gross - commission)


@dataclass(frozen=True, slots=True)
class Refundable:
    """A sale as a refund sees it: what was sold, and what has been given and taken back so far.

    Attributes:
        fare: As sold.
        taxes: As sold.
        rate_bps: As copied onto the sale.
        settlement: As fixed at the sale.
        refunded_fare: Sum over all refunds before this one, penalties not deducted.
        refunded_taxes: Likewise.
        recalled: Sum of the commission that those refunds took back.

    Raises:
        ValueError: The record contradicts itself.
    """

    fare: int
    taxes: int
    rate_bps: int
    settlement: Settlement
    refunded_fare: int = 0
    refunded_taxes: int = 0
    recalled: int = 0

    def __post_init__(self) -> None:
        _require(0 <= self.refunded_fare <= self.fare and 0 <= self.refunded_taxes <= self.taxes)
        _require(0 <= self.rate_bps <= MAX_BPS)
        _require(0 <= self.recalled <= self._recall_due(self.refunded_fare))

    def recall(self, fare: int) -> int:
        """Return the commission to take back when this much more fare is refunded."""
        return self._recall_due(self.refunded_fare + fare) - self.recalled

    def after(self, refund: "RefundAmounts") -> Self:
        """Return the sale as the next refund sees it."""
        return replace(
            self,
            refunded_fare=self.refunded_fare + refund.fare,
            refunded_taxes=self.refunded_taxes + refund.taxes,
            recalled=self.recalled + refund.recall,
        )

    def _recall_due(self, fare: int) -> int:
        # What was never earned through the account is not taken back from it.
        return 0 if self.settlement is Settlement.NONE else share(fare, self.rate_bps)


@dataclass(frozen=True, slots=True)
class RefundAmounts:
    """One refund.

    Attributes:
        fare: As asked for.
        taxes: As asked for.
        penalty: As asked for.
        recall: Commission taken back.
        to_card: What the carrier gives back to the passenger's card; 0 for a sale on account.
        effect: What the refund does to the account.
    """

    fare: int
    taxes: int
    penalty: int
    recall: int
    to_card: int
    effect: Effect


def refund_amounts(sale: Refundable, *, fare: int, taxes: int, penalty: int) -> RefundAmounts:
    """Return the amounts of a refund, in part or whole.

    A sale on account: the account is credited with fare + taxes - penalty - recalled commission. A sale by
    card: the carrier gives fare + taxes - penalty back to the card, and only the recall is debited from the
    account; it is zero where the sale credited none. Giving back exactly nothing is allowed.

    Args:
        sale: With everything refunded before.
        fare: To refund now.
        taxes: To refund now.
        penalty: Kept by the carrier.

    Raises:
        RefundExceedsSale: More fare or more taxes than the sale has left. Judged first.
        PenaltyExceedsRefund: The credit, or the amount to the card, would be negative.
        ValueError: An argument below zero. Callers have judged those.
    """
    _require(fare >= 0 and taxes >= 0 and penalty >= 0)
    _check_within_sale(sale, fare, taxes)
    recall = sale.recall(fare)
    on_account = sale.settlement is Settlement.ON_ACCOUNT
    largest_penalty = fare + taxes - (recall if on_account else 0)
    given_back = largest_penalty - penalty
    if given_back < 0:
        raise PenaltyExceedsRefund(largest_penalty_minor=largest_penalty)
    if on_account:
        return RefundAmounts(fare, taxes, penalty, recall, to_card=0, effect=Effect(credit=given_back))
    return RefundAmounts(fare, taxes, penalty, recall, to_card=given_back, effect=Effect(debit=recall))


def _check_within_sale(sale: Refundable, fare: int, taxes: int) -> None:
    fare_left = sale.fare - sale.refunded_fare
    taxes_left = sale.taxes - sale.refunded_taxes
    if fare > fare_left or taxes > taxes_left:
        raise RefundExceedsSale(refundable_fare_minor=fare_left, refundable_taxes_minor=taxes_left)


def _require(is_so: bool) -> None:
    if not is_so:
        raise ValueError("Amounts of a sale contradict each other, or are negative.")
