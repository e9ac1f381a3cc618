"""PDF/A-3 with XML in it: read back by another library than the ones that made it."""

import io
import re
from datetime import UTC, datetime
from typing import Any

import pikepdf
import pytest
from lxml import etree

from skypurser.documents.hybrid import described, write_hybrid
from skypurser.documents.pdf import write_pdf

_AT = datetime(2026, 1, 15, 17, 0, tzinfo=UTC)
_XML = "<a>ñ 日本 🛩</a>".encode()


def data(text: str = "Sky") -> dict[str, Any]:
    """What the template of an invoice asks for."""
    return {
        "language": "en",
        "paper": "a4",
        "title": f"Invoice {text}",
        "number": "INV-1",
        "seller": [text, "1 Road"],
        "buyer": [text],
        "facts": [("Date", "today")],
        "lines": [["1", text, "1", "1.00", "7.5 %", "1.00"]],
        "taxes": [["7.5 %", "1.00", "0.08"]],
        "totals": [("Net", "1.00"), ("Tax", "0.08")],
        "total": "1.08 USD",
        "after": [("Open", "1.08 USD")],
        "notes": [text],
        "footer": text,
        "words": {
            "kind": "Invoice",
            "bill_to": "To",
            "columns": ["#", "Text", "Quantity", "Price", "Tax", "Net"],
            "tax_summary": "Taxes",
            "tax_columns": ["Rate", "Net", "Tax"],
            "total": "Total",
            "notes": "Notes",
            "page": "Page",
        },
    }


def made(text: str = "Sky") -> bytes:
    return write_hybrid("invoice", data(text), xml=_XML, made_at=_AT)


def test_the_file_is_embedded_as_the_alternative_of_what_is_printed() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        assert list(pdf.attachments) == ["factur-x.xml"]
        attached = pdf.attachments["factur-x.xml"]
        assert attached.get_file().read_bytes() == _XML
        assert attached.get_file().mime_type == "text/xml"
        (associated,) = pdf.Root.AF
        assert associated.F == "factur-x.xml"
        assert associated.AFRelationship == pikepdf.Name.Alternative
        assert pdf.check_pdf_syntax() == []


def test_the_metadata_say_that_it_is_archival_and_where_the_xml_is() -> None:
    with pikepdf.open(io.BytesIO(made())) as pdf:
        packet = pdf.Root.Metadata.read_bytes()
        assert "/Filter" not in pdf.Root.Metadata
        assert pdf.Root.OutputIntents
        with pdf.open_metadata() as found:
            said = {name.rpartition("}")[2]: value for name, value in found.items()}

    assert (said["part"], said["conformance"]) == ("3", "B")
    assert said["DocumentType"] == "INVOICE"
    assert said["DocumentFileName"] == "factur-x.xml"
    assert (said["Version"], said["ConformanceLevel"]) == ("1.0", "EN 16931")
    described_ = etree.fromstring(re.sub(rb"<\?xpacket[^>]*\?>", b"", packet))
    names = [one.text for one in described_.iter("{http://www.aiim.org/pdfa/ns/property#}name")]
    assert {"DocumentType", "DocumentFileName", "Version", "ConformanceLevel"} <= set(names)


def test_the_same_data_make_the_same_bytes() -> None:
    assert made() == made()


def test_without_xml_it_is_a_plain_document() -> None:
    with pikepdf.open(io.BytesIO(write_pdf("invoice", data(), made_at=_AT))) as pdf:
        assert not pdf.attachments


@pytest.mark.parametrize("text", ["日本語", "🛩", "a\u0e31b", "e\u0301", "שלום", "ก็", "𝔘", "Ω → ✓ €", "\ufffd"])
def test_what_no_font_shows_is_masked_rather_than_the_document_refused(text: str) -> None:
    with pikepdf.open(io.BytesIO(made(text))) as pdf:
        assert pdf.attachments["factur-x.xml"].get_file().read_bytes() == _XML
        assert pdf.check_pdf_syntax() == []


def test_other_metadata_are_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="typst"):
        described("<rdf:RDF></rdf:RDF>")
