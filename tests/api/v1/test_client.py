"""A client generated from the document works against a real server: the document says what is true."""

import importlib
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.api.v1.asking import AGENCY, server
from tests.architecture.tree import ROOT


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that was generated from the committed document."""
    (tmp_path / "config.yml").write_text("post_hooks: []\n", encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", str(ROOT / "docs" / "api" / "openapi.json"), "--config", str(tmp_path / "config.yml")]
    subprocess.run([*command, "--output-path", str(tmp_path / "generated_client")], check=True, capture_output=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "generated_client"


def test_a_generated_client_issues_replays_and_voids_a_ticket(generated: str) -> None:
    of = cast.carrier()
    token = cast.api_key(of).token
    document = cast.fresh_document()

    def operation(tag: str, name: str) -> Any:
        return importlib.import_module(f"{generated}.api.{tag}.{name}").sync_detailed

    models = importlib.import_module(f"{generated}.models")
    kind = importlib.import_module(generated).AuthenticatedClient
    with server() as running, kind(base_url=running.url, token=token) as client:
        opened = operation("accounts", "open_account")(
            client=client, body=models.OpenAccount.from_dict(AGENCY), idempotency_key="open"
        )
        sale = models.IssueRequest.from_dict(
            {
                "account_id": opened.parsed.id,
                "document_number": document,
                "form_of_payment": "account",
                "route": ["JFK", "LAX"],
                "fare": "400.00",
                "taxes": "80.00",
            }
        )
        issue = operation("tickets", "issue_ticket")
        issued = issue(client=client, body=sale, idempotency_key="issue")
        again = issue(client=client, body=sale, idempotency_key="issue")
        void = models.VoidRequest.from_dict({"reference": "wrong date"})
        voided = operation("tickets", "void_ticket")(document, client=client, body=void, idempotency_key="void")
        read = operation("tickets", "read_ticket")(document, client=client)
        account = operation("accounts", "read_account")(opened.parsed.id, client=client)
        refused = issue(client=client, body=sale, idempotency_key="second")

    assert (opened.status_code, opened.parsed.available) == (201, "10000.00")
    assert (issued.status_code, issued.parsed.movement.debit) == (201, "448.00")
    assert (again.content, again.headers["Idempotency-Replayed"]) == (issued.content, "true")
    assert (voided.status_code, voided.parsed.movement.credit) == (200, "448.00")
    assert (read.parsed.status, account.parsed.net, account.parsed.movements) == ("VOIDED", "0.00", 2)
    assert (refused.status_code, refused.parsed.code) == (409, "duplicate_document")
