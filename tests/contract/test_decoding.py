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
