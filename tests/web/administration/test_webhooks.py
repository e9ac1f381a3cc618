"""Webhooks on the administrator's pages."""

import re
from typing import Any

import pytest
from django.urls import reverse

from skypurser.access.actors import operator
from skypurser.events.relaying import relay
from skypurser.webhooks import endpoints, queries
from skypurser.webhooks.claiming import claim, settle
from skypurser.webhooks.endpoints import EndpointNotFound
from skypurser.webhooks.fanning import fan_out
from skypurser.webhooks.sending import Sent
from tests import cast
from tests.web.administration.test_members import key_in
from tests.web.newcomers import Someone, post, signed_in

NEW = "/administration/webhooks/new"
URL = "https://example.com/hook"


def send(one: Someone, **fields: Any) -> Any:
    typed = {"url": URL, "description": "ERP", "event_types": ["ticket.issued"], "key": key_in(one.browser, NEW)}
    return post(one.browser, NEW, **{**typed, **fields})


def made(one: Someone) -> str:
    path = send(one).headers["Location"]
    one.browser.get(path)
    return str(path)


def only(one: Someone) -> endpoints.EndpointView:
    [found] = queries.endpoints(actor=operator(one.carrier.id))
    return found


def secrets_in(one: Someone, path: str) -> list[str]:
    return re.findall(r">(whsec_[^<]+)</textarea>", one.browser.get(path).content.decode())


def test_an_endpoint_is_added_and_its_secret_shown_once() -> None:
    one = signed_in()

    path = send(one).headers["Location"]

    assert len(secrets_in(one, path)) == 1
    assert secrets_in(one, path) == []
    assert (only(one).url, only(one).event_types) == (URL, ("ticket.issued",))
    assert URL in one.browser.get(reverse("desk:webhooks")).content.decode()


@pytest.mark.parametrize("url", ["", "http://example.com/", "https://127.0.0.1/", "https://", "ftp://x", "https://a b"])
def test_an_address_that_may_not_be_called_is_told_and_can_be_corrected_in_the_same_form(url: str) -> None:
    one = signed_in()
    key = key_in(one.browser, NEW)

    refused = send(one, url=url, key=key)
    none = queries.endpoints(actor=operator(one.carrier.id))
    corrected = send(one, key=key)

    assert refused.status_code == 200
    assert 'role="alert"' in refused.content.decode() or "id_url_error" in refused.content.decode()
    assert none == []
    assert corrected.status_code == 302


def test_an_endpoint_is_changed_paused_and_resumed() -> None:
    one = signed_in()
    path = made(one)
    settings = f"{path}/settings"

    post(
        one.browser,
        settings,
        key=key_in(one.browser, settings),
        url="https://example.com/other",
        description="",
        event_types=[],
    )
    post(one.browser, f"{path}/pause", page=path)
    paused = only(one)
    post(one.browser, f"{path}/resume", page=path)

    assert (paused.url, paused.event_types, paused.is_active) == ("https://example.com/other", (), False)
    assert only(one).is_active


def test_a_new_secret_is_shown_once_after_a_question() -> None:
    one = signed_in()
    path = made(one)
    asked = f"{path}/secret"
    key = key_in(one.browser, asked)

    led = {post(one.browser, asked, key=key).headers["Location"] for _ in range(2)}

    assert led == {path}
    assert len(secrets_in(one, path)) == 1
    assert secrets_in(one, path) == []
    assert only(one).old_secret_until


def test_an_endpoint_is_deleted_after_a_question_and_sent_twice_it_is_no_fault() -> None:
    one = signed_in()
    path = made(one)
    asked = f"{path}/delete"
    key = key_in(one.browser, asked)

    led = {post(one.browser, asked, page="/account/password/change/", key=key).headers["Location"] for _ in range(2)}

    assert led == {reverse("desk:webhooks")}
    with pytest.raises(EndpointNotFound):
        queries.endpoint(int(path.rsplit("/", 1)[1]), actor=operator(one.carrier.id))
    assert one.browser.get(path).status_code == 404


def test_deliveries_are_shown_with_their_attempts_and_sent_again() -> None:
    one = signed_in()
    path = made(one)
    cast.post(cast.issue(cast.agency(one.carrier)))
    relay(react=fan_out)
    [waiting] = queries.deliveries(actor=operator(one.carrier.id))
    [claimed] = claim(carrier_ids=[one.carrier.id], most=5)
    settle(claimed, Sent("refused", 500, 12, "<b>no</b>"))

    listed = one.browser.get(path, {"status": "pending"}).content.decode()
    detail = reverse("desk:delivery", args=[waiting.id])
    page = one.browser.get(detail).content.decode()
    again = post(one.browser, f"{detail}/replay", page=detail, key=key_in(one.browser, detail))

    assert detail in listed
    assert detail not in one.browser.get(path, {"status": "failed"}).content.decode()
    assert "&lt;b&gt;no&lt;/b&gt;" in page
    assert "It answered with an error" in page
    assert f"&quot;id&quot;: &quot;{waiting.message_id}&quot;" in page
    [sold] = re.findall(r"&quot;document_number&quot;: &quot;(\d{13})&quot;", page)
    assert reverse("desk:ticket", args=[sold]) in page
    assert again.headers["Location"] == detail
    view, attempts = queries.delivery(waiting.id, actor=operator(one.carrier.id))
    assert (view.tries, len(attempts)) == (0, 1)


def test_an_endpoint_that_nobody_knows_is_told_in_words() -> None:
    one = signed_in()
    made(one)
    cast.post(cast.issue(cast.agency(one.carrier)))
    relay(react=fan_out)
    [claimed] = claim(carrier_ids=[one.carrier.id], most=5)
    settle(claimed, Sent("unreachable", None, 12, "gaierror"))
    [waiting] = queries.deliveries(actor=operator(one.carrier.id))

    page = one.browser.get(reverse("desk:delivery", args=[waiting.id])).content.decode()

    assert "No connection" in page
    assert "Nobody knows the name of its server." in page
    assert "gaierror" not in page
