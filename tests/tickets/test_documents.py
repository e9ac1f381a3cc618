from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skypurser.tickets.documents import InvalidDocumentNumber, check_digit, format_document, parse_document

DOCUMENTS = st.from_regex(r"[0-9]{13}", fullmatch=True).filter(str.isascii)


def test_a_document_number_has_13_digits() -> None:
    assert parse_document("2792400001001") == "2792400001001"


def test_the_right_check_digit_is_read_and_dropped() -> None:
    assert parse_document("2792400001001-6") == "2792400001001"
    assert parse_document("2792400001002-0") == "2792400001002"


@pytest.mark.parametrize("wrong", "012345789")
def test_a_wrong_check_digit_is_refused(wrong: str) -> None:
    with pytest.raises(InvalidDocumentNumber) as refusal:
        parse_document(f"2792400001001-{wrong}")

    assert refusal.value.code == "invalid_document_number"
    assert str(refusal.value) == f"The check digit of 2792400001001 is not {wrong}."


@pytest.mark.parametrize(
    "text",
    [
        "",
        "279240000100",
        "27924000010011",
        "27924000010016",
        "279-2400001001",
        "279-2400001001-6",
        "2792400001001-",
        "2792400001001-66",
        "2792400001001 6",
        "2792400001001–6",
        "2792400001001/6",
        " 2792400001001",
        "2792400001001\n",
        "2792400001001-6\n",
        "-2792400001001",
        "279240000100O",
        "27924000010٠1",
        "2792400001001-٦",
        "２７９２４００００１００１",
    ],
)
def test_any_other_shape_is_refused(text: str) -> None:
    with pytest.raises(InvalidDocumentNumber):
        parse_document(text)


@pytest.mark.parametrize("number", [None, 2792400001001, b"2792400001001"])
def test_a_document_number_that_is_no_string_is_refused(number: Any) -> None:
    with pytest.raises(InvalidDocumentNumber):
        parse_document(number)


def test_the_check_digit_is_that_of_the_ten_digits_without_the_airline_code() -> None:
    assert check_digit("2792400001001") == check_digit("0012400001001") == 2_400_001_001 % 7


def test_people_read_a_document_number_in_three_parts() -> None:
    assert format_document("2792400001001") == "279-2400001001-6"


@given(DOCUMENTS)
def test_every_13_digits_are_a_document_with_exactly_one_check_digit(document: str) -> None:
    accepted = []
    for digit in "0123456789":
        try:
            accepted.append(parse_document(f"{document}-{digit}"))
        except InvalidDocumentNumber:
            continue

    assert accepted == [document]
    assert parse_document(f"{document}-{check_digit(document)}") == parse_document(document) == document


@given(DOCUMENTS)
def test_the_form_for_people_holds_the_same_digits(document: str) -> None:
    airline, serial, digit = format_document(document).split("-")

    assert airline + serial == document
    assert int(digit) == check_digit(document)


@given(DOCUMENTS, st.integers(3, 12), st.integers(1, 9))
def test_one_mistyped_digit_is_caught_unless_it_is_off_by_seven(document: str, place: int, step: int) -> None:
    mistyped = (int(document[place]) + step) % 10
    other = f"{document[:place]}{mistyped}{document[place + 1 :]}"

    off_by_seven = abs(int(document[place]) - mistyped) == 7

    assert (check_digit(other) == check_digit(document)) is off_by_seven
