"""Which text is an e-mail address to which any mail server can be asked to deliver.

Stricter than Django's validator, whose letters, compared without case, take in signs like "ı" and "ſ": the part before
the @ is plain ASCII, and what the domain is encoded to has letters, digits, hyphens and dots alone. What passes here
goes through SMTP as one address, whatever its domain looked like before it was encoded.
"""

import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

#: RFC 5321: so long is an address at most.
LONGEST = 254

_host = re.compile(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+").fullmatch


def is_email(text: str) -> bool:
    """Tell whether the text, without blanks around it, is such an address."""
    if len(text) > LONGEST or not text.isprintable():
        return False
    try:
        validate_email(text)
        local, _, domain = text.rpartition("@")
        host = domain.encode("idna").decode("ascii")
    except (ValidationError, UnicodeError):
        return False
    return local.isascii() and _host(host) is not None
