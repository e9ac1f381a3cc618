"""Write the OpenAPI document down.

python -m skypurser.config.openapi > docs/api/openapi.json
"""

import os
import sys

import django


def main() -> None:
    """Print it; no database is asked."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skypurser.config.settings")
    django.setup()
    from skypurser.api.v1.document import encoded  # noqa: PLC0415 — needs Django set up

    sys.stdout.buffer.write(encoded())


if __name__ == "__main__":
    main()
