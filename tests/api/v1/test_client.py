"""A client generated from the document works against a real server: the document says what is true."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from skypurser.access.api_keys import Scope
from tests import cast
from tests.api.v1.asking import AGENCY, server
from tests.architecture.tree import ROOT
from tests.webhooks.stage import credit


@pytest.fixture
def generated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a package that was generated from the committed document."""
    files = "".join(f"  application/{kind}: application/octet-stream\n" for kind in ("pdf", "xml"))
    config = f"post_hooks: []\ncontent_type_overrides:\n{files}"
    (tmp_path / "config.yml").write_text(config, encoding="utf-8")
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    command += ["--path", str(ROOT / "docs" / "api" / "openapi.json"), "--config", str(tmp_path / "config.yml")]
    subprocess.run([*command, "--output-path", str(tmp_path / "generated_client")], check=True, capture_output=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    return "generated_client"


@contextmanager
def calling(generated: str, token: str) -> Iterator[Callable[..., Any]]:
    """A real server, and a function that calls one of its operations by tag and name."""
    kind = importlib.import_module(generated).AuthenticatedClient
    with server() as running, kind(base_url=running.url, token=token) as client:

        def call(tag: str, name: str, *path: Any, **arguments: Any) -> Any:
            operation = importlib.import_module(f"{generated}.api.{tag}.{name}")
            return operation.sync_detailed(*path, client=client, **arguments)

        yield call


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


def test_a_generated_client_adds_a_webhook_reads_events_and_has_them_sent_again(generated: str) -> None:
    airline = cast.airline()
    models = importlib.import_module(f"{generated}.models")
    body = models.CreateWebhook.from_dict({"url": "https://example.com/", "event_types": ["account.credited"]})

    with calling(generated, cast.api_key(airline.carrier, Scope.EVENTS).token) as call:
        added = call("webhooks", "create_webhook", body=body, idempotency_key="add")
        again = call("webhooks", "create_webhook", body=body, idempotency_key="add")
        webhook = added.parsed.id
        credit(airline.agency, 100)
        event = call(
            "events",
            "list_events",
            types=[models.ListEventsTypesItem("account.credited")],
            since="2026-01-15T17:00:00Z",
        ).parsed.items[0]
        listed = call("webhooks", "list_deliveries", webhook, status=models.ListDeliveriesStatus.PENDING).parsed.items
        delivery = call("webhooks", "read_delivery", listed[0].id).parsed
        replayed = call("webhooks", "replay_delivery", delivery.id, idempotency_key="replay")
        everything = models.ReplayWebhook.from_dict({"after_event_id": 0})
        sent = call("webhooks", "replay_webhook", webhook, body=everything, idempotency_key="replay all")
        rotation = models.RotateSecret.from_dict({})
        rotated = call("webhooks", "rotate_secret", webhook, body=rotation, idempotency_key="rotate")
        stop = models.ChangeWebhook.from_dict({"is_active": False})
        stopped = call("webhooks", "change_webhook", webhook, body=stop, idempotency_key="stop")
        deleted = call("webhooks", "delete_webhook", webhook, idempotency_key="delete")
        types = call("events", "list_event_types").parsed.items
        gone = call("webhooks", "read_webhook", webhook)

    assert added.parsed.secret.startswith("whsec_")
    assert (again.parsed.secret, again.headers["Idempotency-Replayed"]) == (None, "true")
    assert rotated.parsed.secret not in {None, added.parsed.secret}
    assert (event.id, event.data["movement"]["credit"]) == (delivery.event_id, "1.00")
    assert (replayed.status_code, replayed.parsed.tries, delivery.attempts) == (202, 0, [])
    assert (sent.status_code, sent.parsed.replayed) == (202, 0)  # it is still under way
    assert (stopped.parsed.is_active, deleted.status_code, gone.parsed.code) == (False, 204, "endpoint_not_found")
    assert event.type_ in {one.type_ for one in types}
