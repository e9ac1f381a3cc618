"""A document that is read by people and by programs: PDF/A-3 with an invoice as XML in it (Factur-X, ZUGFeRD).

typst embeds the file and keeps PDF/A; what it cannot write is the metadata by which programs find the file, so that is
added here. The same data make the same bytes.
"""

import io
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from skypurser.documents.pdf import Template, compiled, write_archival

#: What stands for a character that no font of ours shows. PDF/A allows no empty boxes, and the XML has the text itself.
MASK = "?"

# The fields of Factur-X 1.0, and what they are, in the words that its specification prescribes.
_DESCRIPTION = """
<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">\
<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>factur-x.xml</fx:DocumentFileName>\
<fx:Version>1.0</fx:Version><fx:ConformanceLevel>EN 16931</fx:ConformanceLevel></rdf:Description>"""
_SCHEMA = """<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>{properties}</rdf:Seq></pdfaSchema:property>\
</rdf:li>"""
_PROPERTY = """<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>\
<pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category>\
<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"""
_PROPERTIES = {
    "DocumentFileName": "The name of the embedded XML document",
    "DocumentType": "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER",
    "Version": "The actual version of the standard applying to the embedded XML document",
    "ConformanceLevel": "The conformance level of the embedded XML document",
}
_SCHEMAS, _END = "<pdfaExtension:schemas><rdf:Bag>", "</rdf:RDF>"


def write_hybrid(template: Template, data: Mapping[str, Any], *, xml: bytes, made_at: datetime) -> bytes:
    """Return the document as PDF/A-3b with the XML embedded as `factur-x.xml`, the alternative of what is printed.

    Args:
        data: As `pdf.write_pdf`. A character that no font shows is printed as `MASK`.
        xml: UTF-8, of the profile EN 16931.
    """
    from pypdf import PdfWriter  # noqa: PLC0415 — 14 MB that most processes never need
    from pypdf.generic import DecodedStreamObject  # noqa: PLC0415
    from typst import TypstError  # noqa: PLC0415

    embedded = {"xml": xml.decode()}
    try:
        plain = write_archival(template, {**data, **embedded}, made_at=made_at)
    except TypstError:
        plain = write_archival(template, {**_masked(data), **embedded}, made_at=made_at)
    writer = PdfWriter(clone_from=io.BytesIO(plain))
    metadata = writer.root_object["/Metadata"].get_object()
    if not isinstance(metadata, DecodedStreamObject):
        raise TypeError("the metadata of PDF/A are a stream that is not compressed")
    metadata.set_data(described(metadata.get_data().decode()).encode())
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def described(metadata: str) -> str:
    """Return XMP metadata of typst's with what Factur-X adds.

    Raises:
        ValueError: They are not as typst writes them.
    """
    if metadata.count(_SCHEMAS) != 1 or metadata.count(_END) != 1:
        raise ValueError("these are not the metadata of a PDF/A by typst")
    properties = "".join(_PROPERTY.format(name=name, text=text) for name, text in _PROPERTIES.items())
    told = metadata.replace(_SCHEMAS, _SCHEMAS + _SCHEMA.format(properties=properties))
    return told.replace(_END, _DESCRIPTION + _END)


def _masked(data: Any) -> Any:
    """Return the same with characters that no font shows masked, in all texts."""
    if isinstance(data, str):
        return "".join(sign if _is_shown(sign) else MASK for sign in data)
    if isinstance(data, Mapping):
        return {name: _masked(value) for name, value in data.items()}
    if isinstance(data, list | tuple):
        return [_masked(value) for value in data]
    return data


@cache
def _is_shown(sign: str) -> bool:
    """Tell whether PDF/A can be made of a text with this character; asked of typst, once for each."""
    from typst import TypstError  # noqa: PLC0415 — as above

    if sign.isascii():
        return True
    try:
        compiled(
            b'#set text(font: "Libertinus Serif")\n#sys.inputs.sign',
            format="pdf",
            pdf_standards=["a-3b"],
            ignore_system_fonts=True,
            sys_inputs={"sign": f"a{sign}"},
        )
    except TypstError:
        return False
    return True
