"""What two servers could read differently is refused."""

import httpx
import pytest
from django.test import Client, override_settings

from tests import cast
from tests.counter.keys import make_key
from tests.counter.stage import Running, sale


def test_two_idempotency_keys_are_none(running: Running) -> None:
    agency = cast.airline().agency
    body = sale(agency, cast.fresh_document())

    with running.client(make_key(agency.carrier)) as client:
        request = client.build_request("POST", "/api/v1/tickets", json=body)
        keys = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
        request.headers = httpx.Headers([*request.headers.multi_items(), *keys])
        told = client.send(request)

    assert (told.status_code, told.json()["code"]) == (400, "idempotency_key_required")


@pytest.mark.parametrize("path", ["/api/v1/tickets", "/api/v1/accounts"])
def test_django_refuses_a_body_that_does_not_say_its_length(path: str) -> None:
    token = make_key(cast.carrier())

    with override_settings(ROOT_URLCONF="skypurser.config.urls"):
        told = Client().post(
            path,
            b"{}",
            content_type="application/json",
            headers={"Authorization": f"Bearer {token}", "Idempotency-Key": "k", "Transfer-Encoding": "chunked"},
        )

    assert (told.status_code, told.json()["code"]) == (411, "length_required")


def test_a_rate_limit_tells_its_headers(running: Running) -> None:
    agency = cast.airline().agency
    path = f"/api/v1/accounts/{agency.id}/availability?amount=1.00"

    with running.client(make_key(agency.carrier, rate_limit=1)) as client:
        told = [client.get(path) for _ in range(3)][-1]

    assert told.status_code == 429
    assert told.headers["RateLimit-Policy"] == '"default";q=1;w=1'
    assert told.headers["RateLimit"].startswith('"default";r=0;')
    assert int(told.headers["Retry-After"]) >= 1
