"""Every address of the desk, and what it takes to open it. As a program it writes docs/permissions.md."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from django.urls import URLPattern, reverse

from skypurser.access.permissions import Permission

if TYPE_CHECKING:
    from tests.cast import Airline

#: Pages that everybody opens; they look after themselves.
OPEN = {"desk:carriers", "desk:preferences"}

#: Variables of addresses that name no object of a carrier's.
PLAIN = {"list_name": "accounts", "name": "suspend", "sheet": "offices"}


@cache
def made(variable: str, whose: "Airline") -> int | str:
    """The id of something of the airline's that a variable of an address can name."""
    if variable in PLAIN:
        return PLAIN[variable]
    from skypurser.access.members import add_member  # noqa: PLC0415 — these need Django set up
    from skypurser.access.permissions import ALL  # noqa: PLC0415
    from skypurser.access.views import add_view  # noqa: PLC0415
    from skypurser.administration.approvals import set_approval_threshold  # noqa: PLC0415
    from skypurser.administration.carriers import switch_jet_cards  # noqa: PLC0415
    from skypurser.administration.roles import add_role  # noqa: PLC0415
    from skypurser.electronic import requesting  # noqa: PLC0415
    from skypurser.electronic.approvals import Kind  # noqa: PLC0415
    from skypurser.invoices.payments import Method  # noqa: PLC0415
    from skypurser.invoices.receiving import Receipt, receive_advance  # noqa: PLC0415
    from skypurser.money import Money  # noqa: PLC0415
    from skypurser.parties import customers  # noqa: PLC0415
    from skypurser.webhooks import endpoints  # noqa: PLC0415
    from tests import cast  # noqa: PLC0415
    from tests.electronic.masses import changed  # noqa: PLC0415
    from tests.importing.files import brought  # noqa: PLC0415
    from tests.mail.letters import written  # noqa: PLC0415
    from tests.mail.postoffice import handed_to  # noqa: PLC0415
    from tests.statements.stage import statement  # noqa: PLC0415
    from tests.web.people import join, user  # noqa: PLC0415

    how: dict[str, Any] = {"actor": whose.actor, "now": cast.NOON}

    def approval() -> int:
        set_approval_threshold(currency=whose.agency.currency, amount=100, **how)
        asked = requesting.request(
            account_id=whose.agency.id,
            kind=Kind.CREDIT,
            amount=100,
            reference="asked",
            key="a request",
            **{**how, "actor": join(user(), whose)},
        )
        set_approval_threshold(currency=whose.agency.currency, amount=None, **how)
        assert asked.approval is not None
        return asked.approval.id

    def letter() -> int:
        with handed_to("smtp://mail.example.org"):
            return written(whose).id

    def document() -> str:
        sale = cast.issue(whose.agency)
        cast.post(sale)
        return str(sale.document)

    def customer() -> int:
        switch_jet_cards(on=True, **how)
        return cast.customer(whose.carrier).id

    def card() -> int:
        of = customers.shown(int(made("customer_id", whose)), carrier_id=whose.carrier.id)
        return cast.card(whose.carrier, of).id

    def person() -> int:
        of = customers.shown(int(made("customer_id", whose)), carrier_id=whose.carrier.id)
        return cast.person(of, whose.carrier, "Ann").id

    def operator(contact: str) -> cast.CharterOperator:
        of = customers.shown(int(made("customer_id", whose)), carrier_id=whose.carrier.id)
        card_ = cast.known(whose.carrier.id, int(made("card_id", whose)))
        known = cast.person(of, whose.carrier, contact)
        return cast.CharterOperator(whose.carrier, whose.actor, of, known, known, card_)

    def invoicing() -> cast.Invoicing:
        of = customers.shown(int(made("customer_id", whose)), carrier_id=whose.carrier.id)
        return cast.Invoicing(whose.carrier, whose.actor, of)

    def payment() -> int:
        receipt = Receipt(amount=Money(100, whose.carrier.currency), method=Method.OTHER, reference="cash")
        of = invoicing().customer.id
        return receive_advance(customer_id=of, document=None, receipt=receipt, **how).id

    ways: dict[str, Callable[[], int | str | None]] = {
        "account_id": lambda: whose.agency.id,
        "member_id": lambda: add_member(email="other@example.org", name="Other", permissions=ALL, **how).member_id,
        "role_id": lambda: add_role(name="Night shift", permissions={Permission.QUERIES}, **how).id,
        "key_id": lambda: cast.api_key(whose.carrier).view.id,
        "endpoint_id": lambda: endpoints.create(url="https://hooks.example.com/desk", **how)[0].id,
        "delivery_id": lambda: 2**40,  # nobody's: nothing has been delivered
        "hold_id": lambda: cast.post(cast.hold(whose.agency, 700)).facts["hold"],
        "item": lambda: cast.post(cast.issue(whose.agency)).facts["item"],
        "document": document,
        "message_id": letter,
        "approval_id": approval,
        "customer_id": customer,
        "card_id": card,
        "person_id": person,
        "quote_id": lambda: cast.quote(operator("Carl"), 100).id,
        "booking_id": lambda: cast.booking(operator("Dora"), 100).id,
        "number": lambda: statement(whose.agency).number,  # 1, as the only version of a quote
        "invoice_id": lambda: cast.drafted(invoicing()).id,
        "payment_id": payment,
        "job_id": lambda: changed(whose.actor, domestic="FIXED 1.00").id,
        "upload_id": lambda: brought(whose, now=datetime.now(UTC)).id,
        "view_id": lambda: add_view(page="accounts", name="Mine", query="city=NYC", actor=join(user(), whose)).id,
    }
    return ways[variable]() or 0


@dataclass(frozen=True)
class Address:
    """One address. `permissions` are of those any one; empty for every member, None where nothing is declared."""

    name: str
    route: str
    variables: tuple[str, ...]
    permissions: frozenset[Permission] | None
    methods: tuple[str, ...]

    @property
    def has_variables(self) -> bool:
        """Whether it names an object."""
        return not PLAIN.keys() >= set(self.variables)

    def of(self, whose: "Airline") -> str:
        """The address of somebody's object."""
        return self.at({name: made(name, whose) for name in self.variables})

    def at(self, values: Mapping[str, int | str]) -> str:
        """The address with these values of its variables."""
        return reverse(self.name, kwargs={name: values[name] for name in self.variables})


def addresses() -> list[Address]:
    """Every address of the desk, by route."""
    from skypurser.web.urls import urlpatterns  # noqa: PLC0415 — needs Django set up

    desk = next(one for one in urlpatterns if getattr(one, "namespace", None) == "desk")
    return sorted(_addresses(desk.url_patterns), key=lambda one: one.route)


def table() -> str:
    """The document."""
    lines = [
        "# Who may open what",
        "",
        "Every address of the desk and the permission that it takes; of several, any one. A member who is limited",
        "to countries, cities or offices opens accounts there only; what is elsewhere is not found. What a page offers",
        "besides needs the permission of the page that it leads to. An opening balance of a jet card, and closing one",
        "on which something is left, take card_funds too. Generated:",
        "`.venv/bin/python -m tests.web.permissions > docs/permissions.md`.",
        "",
        "| address | name | methods | permission |",
        "| --- | --- | --- | --- |",
    ]
    for one in addresses():
        needs = "everybody" if one.permissions is None else ", ".join(sorted(one.permissions)) or "every member"
        lines.append(f"| `/{one.route}` | `{one.name}` | {', '.join(one.methods)} | {needs} |")
    return "\n".join([*lines, *_roles()]) + "\n"


def _roles() -> list[str]:
    """What the roles that a carrier starts with may do, permission by permission."""
    from skypurser.administration.roles import STARTING_ROLES  # noqa: PLC0415 — needs Django set up

    return [
        "",
        "## Roles",
        "",
        "A carrier starts with these, and changes them as it likes.",
        "",
        f"| permission | {' | '.join(STARTING_ROLES)} |",
        f"| --- |{' --- |' * len(STARTING_ROLES)}",
        *(
            f"| {permission} | {' | '.join('yes' if permission in may else '' for may in STARTING_ROLES.values())} |"
            for permission in Permission
        ),
    ]


def _addresses(patterns: list[Any]) -> Iterator[Address]:
    for one in patterns:
        if not isinstance(one, URLPattern):
            raise TypeError(f"{one} is no plain path; teach this how to walk it")
        methods = getattr(one.callback, "methods", frozenset({"GET", "POST"})) - {"HEAD"}
        yield Address(
            f"desk:{one.name}",
            str(one.pattern),
            tuple(one.pattern.converters),
            getattr(one.callback, "permissions", None),
            tuple(sorted(methods)),
        )


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "skypurser.config.settings")
    django.setup()
    print(table(), end="")  # noqa: T201 — what it is for
