"""Error pages: in the desk's look, in the person's language, also while the database is away."""

import re

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.urls import get_resolver

from skypurser.web.shell import failing
from tests.cast import airline
from tests.web.people import signed_in, visitor


def test_a_path_that_nothing_is_at_says_so_in_the_desks_look() -> None:
    answer = visitor().get("/nothing-here")

    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    assert "plain-card" in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("status", "error"), [(400, SuspiciousOperation()), (403, PermissionDenied()), (404, Exception())]
)
def test_each_error_has_its_page(status: int, error: Exception) -> None:
    answer = get_resolver().resolve_error_handler(status)(RequestFactory().get("/"), error)  # type: ignore[call-arg]

    assert answer.status_code == status
    assert f'<p class="failed-status">{status}</p>' in answer.content.decode()


def test_a_fault_of_ours_tells_nothing_of_itself_but_the_requests_name(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(airline())
    browser.raise_request_exception = False

    def fail(*_: object) -> None:
        raise ZeroDivisionError("a secret of ours")

    monkeypatch.setattr("skypurser.web.shell.context.navigation", fail)
    answer = browser.get("/", headers={"x-request-id": "name-of-the-request-1"})

    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "name-of-the-request-1" in answer.text


def test_while_the_database_is_away_the_page_says_so_and_asks_to_come_back() -> None:
    def away(*_: object) -> None:
        raise OperationalError("connection refused")

    browser = signed_in(airline())
    browser.raise_request_exception = False

    with connection.execute_wrapper(away):
        answer = browser.get("/", headers={"accept-language": "es"})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "La base de datos no responde" in answer.text


def test_a_form_without_its_token_is_told_that_nothing_was_done() -> None:
    browser = Client(enforce_csrf_checks=True, headers={"host": "localhost"})

    answer = browser.post("/preferences", {"theme": "dark"})

    assert answer.status_code == 403
    assert "Nothing was done" in answer.text
    assert not re.search(r"csrf", answer.text, re.IGNORECASE)


def test_an_error_page_needs_no_session_and_no_member() -> None:
    answer = failing.not_found(RequestFactory().get("/x"), Exception())

    assert answer.status_code == 404
