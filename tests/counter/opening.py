"""Open a carrier with an agency on the server that the environment names; prints its code and a token.

Run as `python -m tests.counter.opening`.
"""

import json

import django

django.setup()

from tests import cast  # noqa: E402 — needs Django set up
from tests.counter.keys import make_key  # noqa: E402


def main() -> None:
    """Do it."""
    agency = cast.airline().agency
    print(json.dumps({"code": agency.code, "token": make_key(agency.carrier)}))  # noqa: T201 — the answer


if __name__ == "__main__":
    main()
