"""The desk's pages, each as a signed-in member's browser would ask for it, from middleware to the last byte."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from bench import carrier


def browser(*, carrier_id: int, now: Any) -> Any:
    """Return a browser in which a member with every permission and no limits has signed in.

    Nobody types a password: its hash would take longer than any page.
    """
    from django.test import Client  # noqa: PLC0415 — needs Django

    from skypurser.access.acting import acting_for  # noqa: PLC0415
    from skypurser.access.actors import operator  # noqa: PLC0415
    from skypurser.access.members import add_member  # noqa: PLC0415
    from skypurser.access.models import Member  # noqa: PLC0415
    from skypurser.access.permissions import ALL  # noqa: PLC0415
    from skypurser.identity.models import User  # noqa: PLC0415

    person = User.objects.create_user("month-end@example.org", None, name="Month End")
    add_member(email=person.email, name=person.name, permissions=ALL, actor=operator(carrier_id), now=now)
    with acting_for(carrier_id):
        Member.objects.filter(carrier_id=carrier_id, email=person.email).update(user_id=person.pk)
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    client.get("/carriers")
    return client


def pages(client: Any, now: Any, facts: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """Return what asks for each page, by name; anything but an answer of 200 ends the run.

    Args:
        facts: As for the questions.
    """
    busy, ticket = f"/accounts/{carrier.BUSY}", f"/tickets/{facts['document']}"
    middle, city = facts["middle"], facts["middle"].city
    since, until = (now.date() - timedelta(days=days) for days in (180, 174))
    paths = {
        "home": "/",
        "list": "/accounts",
        "list, corporate": "/accounts?type=corporate",
        "list, all, second page": f"/accounts?type=all&after={middle.type}~{middle.code}~{middle.currency}"
        f"~{middle.account_id}~{middle.city}",
        "list, near the limit": "/accounts?usage=close",
        "list, over the limit": "/accounts?usage=over",
        "list, suspended": "/accounts?status=suspended",
        "list, a city": f"/accounts?city={city}",
        "list, a text": "/accounts?q=travel",
        "account": busy,
        "account, a page by its number": f"{busy}?page={max(1, facts['last_item'] // 100)}",
        "account, half a year ago": f"{busy}?since={since}&until={until}",
        "account, a kind": f"{busy}?kind=credit",
        "account, a text that nobody has": f"{busy}?q=zzqq",
        "account, holds": f"{busy}/holds",
        "account, refused": f"{busy}/refused",
        "account, history": f"{busy}/history",
        "account, quiet": f"/accounts/{middle.account_id}",
        "management": f"{busy}/manage",
        "credit and debit": f"{busy}/credit-debit",
        "new account": "/accounts/new",
        "approvals": "/approvals",
        "tickets": "/tickets",
        "tickets, half a year ago": f"/tickets?since={since}&until={until}",
        "tickets, a passenger": "/tickets?q=doe",
        "tickets, of an account": f"/tickets?code={middle.code}",
        "ticket": ticket,
        "void": f"/tickets/{facts['newest']}/void",
        "refund": f"{ticket}/refund",
        "issue by hand": f"/tickets/new/{carrier.BUSY}",
        "refusals": "/refusals",
        "refusals, of a code": "/refusals?reason=account_suspended",
        "holds": "/holds",
        "search, a document": f"/search?q={facts['document'][:8]}",
        "search, a reference": f"/search?q={facts['reference']}",
        "search, an amount": f"/search?q={facts['debit'] / 100:.2f}",
        "search, a common name": "/search?q=travel",
        "search, nothing": "/search?q=zzqq+xx",
        "suggestions": f"/search/suggestions?q={middle.code[:4]}",
        "palette, found": f"/palette/found?q={middle.code[:4]}",
        "members": "/administration/members",
        "webhooks": "/administration/webhooks",
    }

    def asking(path: str) -> Callable[[], Any]:
        def ask() -> None:
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.status_code, answer.headers.get("Location"))

        return ask

    return {f"page: {name}": asking(path) for name, path in paths.items()}
