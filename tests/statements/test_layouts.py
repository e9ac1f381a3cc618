"""A statement that was made is set the same for ever: what its documents are is kept here, by layout and language.

Where a digest changes, so do statements that were sent. Keep the former words and template for the layout that had
them, and give what is new the next number (`content.LAYOUT`); where a library alone writes other bytes, and the
documents look the same, the digests are put down anew.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from zipfile import ZipFile

import pytest

from skypurser.ledger.queries import MovementView
from skypurser.statements import content, printing
from skypurser.statements.content import Names
from skypurser.statements.views import Line, StatementView

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)

STATEMENT = StatementView(
    account_id=1,
    currency="USD",
    first_date=date(2026, 1, 1),
    last_date=date(2026, 1, 31),
    opening=-123_456,
    debits=1_048_300,
    credits=500_000,
    closing=-671_756,
    movements=4,
    held=70_000,
    credit_limit=1_000_000,
    available=258_244,
    as_of=NOON,
    last_item=9,
    told_at=NOON,
    names=Names(
        carrier_code="TA",
        carrier=("Test Air, Inc.", "1 Hangar Road", "11430 New York"),
        paper="us-letter",
        type="agency",
        code="NYC123",
        name="Ñandú & Søn Travel",
        city="NYC",
        country="US",
        time_zone="America/New_York",
        issue_id="9549656",
        layout=1,
    ),
    number=2,
    entry_id=9,
    reference="January",
    made_by="ana@example.org",
    language="en",
    fingerprint="ab" * 32,
)

#: Of the PDF, and of what the workbook's parts say: how they are packed is the matter of the machine's zlib.
DIGESTS = {
    (1, "en"): (
        "623955b66005ef8fb3029a814740ccb0b079ecfc244a27793f82a920eb954119",
        "9fe6ab614135585bc6eec199e5fdca079f80c2439394f1ca50e7ff7c9364a153",
    ),
    (1, "es"): (
        "ae1ce2a225934e05e6e579df38f565f8b41113566d35ce352f25567074780d4a",
        "da1f8ab22b8f5a509fce1d3fee158cc7310b0d45f5a8c55cfb83243ca5265a7d",
    ),
}


def some_lines(of: StatementView, **_whose: int) -> Iterator[Line]:
    """A sale, one that came late, a credit, and a debit by hand."""
    balance = of.opening
    for item, kind, debit, credit, document, reference in (
        (5, "ticket", 44_800, 0, "2201234567890", "PNR ABC123"),
        (6, "ticket", 3_500, 0, "2201234567901", ""),
        (7, "credit", 0, 500_000, None, "wire 17"),
        (8, "debit", 1_000_000, 0, None, "memo"),
    ):
        balance += credit - debit
        at = NOON - timedelta(days=10 - item)
        yield Line(
            MovementView(
                item=item,
                business_date=at.date(),
                original_date=date(2025, 12, 31) if item == 6 else None,
                occurred_at=at,
                posted_at=at,
                kind=kind,
                document=document,
                debit=debit,
                credit=credit,
                net=balance,
                reference=reference,
                actor="ana@example.org",
                entry_id=item,
                reverses=None,
            ),
            balance,
        )


def parts(workbook: bytes) -> bytes:
    with ZipFile(io.BytesIO(workbook)) as found:
        return b"".join(one.filename.encode() + found.read(one) for one in found.infolist())


@pytest.mark.parametrize(("layout", "language"), sorted(DIGESTS))
def test_what_was_made_is_set_the_same_for_ever(layout: int, language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "lines", some_lines)
    of = replace(STATEMENT, language=language, names=replace(STATEMENT.names, layout=layout))

    pdf = printing.pdf(of, language=language, carrier_id=1)
    workbook = parts(printing.workbook(of, language=language, carrier_id=1))

    assert tuple(sha256(one).hexdigest() for one in (pdf, workbook)) == DIGESTS[layout, language]


def test_every_layout_that_is_in_use_is_kept_here() -> None:
    assert {layout for layout, _ in DIGESTS} == set(range(1, content.LAYOUT + 1))
