"""The id by which a request is found again in the logs of both sides."""

import random
import re

_sane = re.compile(r"[A-Za-z0-9._-]{1,128}").fullmatch


def request_id(given: str) -> str:
    """Return the caller's id where that is harmless in a log, else a new one."""
    return given if _sane(given) else f"{random.getrandbits(96):024x}"
