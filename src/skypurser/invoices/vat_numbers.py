"""Which tax numbers are VAT identifiers: with the prefix of the country that gave them, as EN 16931 wants to see them.

Only the shape is judged. Every other number (a US EIN, a CUIT, an RFC) is a tax number of its own country, and an RFC
may well begin with DE.
"""

import re

# Without the prefix: the European Union, Northern Ireland, and the neighbours whose numbers bear one as well.
_SHAPES = {
    "AT": "U[0-9]{8}",
    "BE": "[01][0-9]{9}",
    "BG": "[0-9]{9,10}",
    "CH": "E[0-9]{9}(MWST|TVA|IVA|TPV)?",
    "CY": "[0-9]{8}[A-Z]",
    "CZ": "[0-9]{8,10}",
    "DE": "[0-9]{9}",
    "DK": "[0-9]{8}",
    "EE": "[0-9]{9}",
    "EL": "[0-9]{9}",
    "ES": "[0-9A-Z][0-9]{7}[0-9A-Z]",
    "FI": "[0-9]{8}",
    "FR": "[0-9A-Z]{2}[0-9]{9}",
    "GB": "([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})",
    "HR": "[0-9]{11}",
    "HU": "[0-9]{8}",
    "IE": "[0-9][0-9A-Z+*][0-9]{5}[A-Z]{1,2}",
    "IT": "[0-9]{11}",
    "LT": "([0-9]{9}|[0-9]{12})",
    "LU": "[0-9]{8}",
    "LV": "[0-9]{11}",
    "MT": "[0-9]{8}",
    "NL": "[0-9A-Z+*]{10}[0-9]{2}",
    "NO": "[0-9]{9}(MVA)?",
    "PL": "[0-9]{10}",
    "PT": "[0-9]{9}",
    "RO": "[0-9]{2,10}",
    "SE": "[0-9]{12}",
    "SI": "[0-9]{8}",
    "SK": "[0-9]{10}",
    "XI": "([0-9]{9}|[0-9]{12}|(GD|HA)[0-9]{3})",
}
_SIGNS = re.compile(r"[ .\-/\u00a0]")


def vat_identifier(tax_number: str) -> str:
    """Return the number as a VAT identifier, without blanks and signs; empty where it is none."""
    compact = _SIGNS.sub("", tax_number).upper()
    shape = _SHAPES.get(compact[:2])
    return compact if shape is not None and re.fullmatch(shape, compact[2:], re.ASCII) else ""
