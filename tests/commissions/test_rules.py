import pytest
from hypothesis import given
from hypothesis import strategies as st

from skypurser.commissions.rules import CommissionNotAllowed, Mode, Rates, Rule, Scope
from skypurser.errors import InvalidRequest

BPS = st.integers(0, 10_000)
RULES = st.one_of(st.just(Rule(Mode.FREE)), st.builds(Rule, st.sampled_from([Mode.FIXED, Mode.MAX]), BPS))
PLAIN_DOMESTIC = Rule.parse("FIXED 8.00")
PLAIN_INTERNATIONAL = Rule.parse("MAX 6.00")
CARD_DOMESTIC = Rule.parse("MAX 3.00")
CARD_INTERNATIONAL = Rule.parse("FREE")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("FREE", Rule(Mode.FREE, 0)),
        ("FIXED 7.25", Rule(Mode.FIXED, 725)),
        ("FIXED 0.00", Rule(Mode.FIXED, 0)),
        ("MAX 100.00", Rule(Mode.MAX, 10_000)),
    ],
)
def test_a_rule_is_written_as_mode_and_percentage(text: str, rule: Rule) -> None:
    assert Rule.parse(text) == rule
    assert str(rule) == text


def test_a_rule_may_be_written_with_fewer_decimals() -> None:
    assert Rule.parse("MAX 6") == Rule.parse("MAX 6.0") == Rule.parse("MAX 6.00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "free",
        "FREE ",
        " FREE",
        "FREE 0.00",
        "FREE 5",
        "FIXED",
        "FIXED ",
        "MAX",
        "MAX  6",
        "MAX 6 ",
        "MAX\t6",
        "MAX 6%",
        "MAX -1",
        "MAX 100.01",
        "MAX 6.001",
        "MIN 6",
        "6.00",
        "FIXED FREE",
        "FIXED 7.25\n",
    ],
)
def test_a_rule_written_otherwise_is_refused_and_the_field_is_named(text: str) -> None:
    with pytest.raises(InvalidRequest) as refusal:
        Rule.parse(text, field="domestic_commission")

    assert refusal.value.field == "domestic_commission"


@pytest.mark.parametrize(
    ("mode", "percent_bps"), [(Mode.FREE, 1), (Mode.FIXED, -1), (Mode.FIXED, 10_001), (Mode.MAX, 10_001)]
)
def test_a_rule_has_a_percentage_within_bounds_and_none_when_free(mode: Mode, percent_bps: int) -> None:
    with pytest.raises(InvalidRequest):
        Rule(mode, percent_bps)


def test_a_rule_is_made_of_a_mode_and_an_integer() -> None:
    with pytest.raises(TypeError):
        Rule("FIXED", 725)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Rule(Mode.FIXED, 7.25)  # type: ignore[arg-type]


@given(RULES)
def test_every_rule_is_read_back_from_its_text(rule: Rule) -> None:
    assert Rule.parse(str(rule)) == rule


def test_worked_example_max_8_percent() -> None:
    rule = Rule.parse("MAX 8")

    assert rule.rate_for(800) == 800
    assert rule.rate_for(None) == 0
    with pytest.raises(CommissionNotAllowed):
        rule.rate_for(900)


@pytest.mark.parametrize(
    ("text", "entered_bps", "rate_bps"),
    [
        ("FREE", None, 0),
        ("FREE", 0, 0),
        ("FREE", 10_000, 10_000),
        ("FIXED 7.25", None, 725),
        ("FIXED 7.25", 725, 725),
        ("FIXED 0.00", None, 0),
        ("MAX 6.00", 0, 0),
        ("MAX 6.00", 599, 599),
        ("MAX 6.00", 600, 600),
    ],
)
def test_kiu_what_the_rule_allows_is_the_rate(text: str, entered_bps: int | None, rate_bps: int) -> None:
    assert Rule.parse(text).rate_for(entered_bps) == rate_bps


@pytest.mark.parametrize(
    ("text", "entered_bps"),
    [
        ("FREE", 10_001),
        ("FREE", -1),
        ("FIXED 7.25", 724),
        ("FIXED 7.25", 726),
        ("FIXED 7.25", 0),
        ("MAX 6.00", 601),
        ("MAX 6.00", -1),
        ("MAX 0.00", 1),
    ],
)
def test_kiu_what_the_rule_does_not_allow_is_refused_never_clipped(text: str, entered_bps: int) -> None:
    with pytest.raises(CommissionNotAllowed):
        Rule.parse(text).rate_for(entered_bps)


def test_a_refusal_carries_the_rule_and_what_was_entered() -> None:
    with pytest.raises(CommissionNotAllowed) as refusal:
        Rule.parse("MAX 8.00").rate_for(905)

    assert refusal.value.code == "commission_not_allowed"
    assert refusal.value.facts == {"mode": "MAX", "percent": "8.00", "entered": "9.05"}
    assert str(refusal.value) == "The account's commission is MAX 8.00; 9.05 was entered."


@given(RULES, st.none() | st.integers(-100, 10_100))
def test_a_rate_is_what_was_entered_or_the_default_and_within_bounds(rule: Rule, entered: int | None) -> None:
    try:
        rate = rule.rate_for(entered)
    except CommissionNotAllowed:
        assert entered is not None
        return

    assert 0 <= rate <= 10_000
    assert entered in {None, rate}
    assert rule.mode is not Mode.FIXED or rate == rule.percent_bps
    assert rule.mode is not Mode.MAX or rate <= rule.percent_bps


@pytest.mark.parametrize(
    ("scope", "by_card", "expected"),
    [
        (Scope.DOMESTIC, False, PLAIN_DOMESTIC),
        (Scope.INTERNATIONAL, False, PLAIN_INTERNATIONAL),
        (Scope.DOMESTIC, True, CARD_DOMESTIC),
        (Scope.INTERNATIONAL, True, CARD_INTERNATIONAL),
    ],
)
def test_kiu_an_agency_has_four_rates(scope: Scope, *, by_card: bool, expected: Rule) -> None:
    agency = Rates(PLAIN_DOMESTIC, PLAIN_INTERNATIONAL, CARD_DOMESTIC, CARD_INTERNATIONAL)

    assert agency.rule_for(scope, by_card=by_card) is expected


@pytest.mark.parametrize("by_card", [False, True])
def test_kiu_a_corporate_client_has_two_rates_by_card_or_not(*, by_card: bool) -> None:
    corporate = Rates(PLAIN_DOMESTIC, PLAIN_INTERNATIONAL)

    assert corporate.rule_for(Scope.DOMESTIC, by_card=by_card) is PLAIN_DOMESTIC
    assert corporate.rule_for(Scope.INTERNATIONAL, by_card=by_card) is PLAIN_INTERNATIONAL


@pytest.mark.parametrize("cards", [(CARD_DOMESTIC, None), (None, CARD_INTERNATIONAL)])
def test_card_rates_are_given_for_both_scopes_or_for_none(cards: tuple[Rule | None, Rule | None]) -> None:
    with pytest.raises(InvalidRequest):
        Rates(PLAIN_DOMESTIC, PLAIN_INTERNATIONAL, *cards)
