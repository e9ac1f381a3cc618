"""Where a body is malformed."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as some

from skypurser.contract.decoding import Malformed, decode
from skypurser.contract.sales import IssueRequest, RawBatch

_sale = msgspec.json.Decoder(IssueRequest)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b"", ""),
        (b'{"fare": 1}', "/fare"),
        (b'{"route": ["JFK", 3]}', "/route/1"),
        (b'{"account": {"x/y~": 1}}', "/account/x~1y~0"),
        (b'{"document_number": "1"}', "/form_of_payment"),
        (b'{"reference": "' + b"x" * 600 + b'"}', "/reference"),
        (b"[" * 1_000_000, ""),
        (b'{"fare": "\\ud800"}', ""),
        (b'{"fare": "\xff"}', ""),
        (b"\x00", ""),
    ],
)
def test_the_pointer_leads_to_the_place(body: bytes, pointer: str) -> None:
    with pytest.raises(Malformed) as flaw:
        decode(_sale, body)

    assert flaw.value.pointer == pointer


def test_a_part_of_a_body_is_pointed_at_from_the_whole() -> None:
    batch = decode(msgspec.json.Decoder(RawBatch), b'{"tickets": [{}, {"fare": []}]}')

    with pytest.raises(Malformed) as flaw:
        decode(_sale, batch.tickets[1], within="/tickets/1")

    assert flaw.value.pointer == "/tickets/1/fare"


@given(some.binary(max_size=300))
def test_no_bytes_do_anything_worse_than_be_malformed(body: bytes) -> None:
    with pytest.raises(Malformed):
        decode(_sale, body)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"account_id": 1.5}', "A whole number or null, not a number with decimals."),
        (b'{"account_id": 0}', "A whole number of at least 1."),
        (b'{"account_id": 9223372036854775808}', "A whole number of at most 9223372036854775807."),
        (b'{"fare": 1}', "A string, not a whole number."),
        (b'{"fare": true}', "A string, not true or false."),
        (b'{"route": "JFK"}', "A list, not a string."),
        (b'{"route": []}', "A list of at least 1 item."),
        (b'{"reference": "' + b"x" * 501 + b'"}', "A string of at most 500 characters."),
        (b'{"account": {"type": "agency", "code": ""}}', "A string of at least 1 character."),
        (b'{"account": 3}', "An object or null, not a whole number."),
        (b'{"form_of_payment": "cash"}', "None of the values that this can have: cash."),
        (b'{"tip": 1}', "There is no such field."),
        (b"{}", "This field is missing."),
        (b"[]", "An object, not a list."),
    ],
)
def test_the_detail_says_what_belongs_there(body: bytes, detail: str) -> None:
    with pytest.raises(Malformed) as flaw:
        decode(_sale, body)

    assert str(flaw.value) == detail
