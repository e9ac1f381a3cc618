"""What a server writes to its log, as the one who reads it gets it."""

import json
import os
import subprocess
import sys

_LOGGING = """
import logging, os
os.environ["DJANGO_SETTINGS_MODULE"] = "skypurser.config.settings"
import django
django.setup()
import structlog
structlog.contextvars.bind_contextvars(request_id="r-1")
logging.getLogger("somebody").warning("old manner", extra={"api_token": "sp_secret", "path": "/x"})
structlog.get_logger("other").info("new manner", Authorization="Bearer sp_secret", status=201)
try:
    raise ValueError("what went wrong")
except ValueError:
    logging.getLogger("somebody").exception("a bug")
"""


def test_each_line_is_json_with_the_requests_id_and_no_secret() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOGGING],
        env={**os.environ, "SKYPURSER_LOGS": "json"},
        capture_output=True,
        text=True,
        check=True,
    )

    old, new, bug = map(json.loads, done.stderr.splitlines())
    assert "sp_secret" not in done.stderr
    assert (old["event"], old["level"], old["path"], old["request_id"]) == ("old manner", "warning", "/x", "r-1")
    assert (new["event"], new["status"], new["request_id"]) == ("new manner", 201, "r-1")
    assert "ValueError: what went wrong" in bug["exception"]
    assert all(line["timestamp"].endswith("Z") for line in (old, new, bug))
