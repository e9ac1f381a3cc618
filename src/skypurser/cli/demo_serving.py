"""The end of the demo: the servers run, and a line to paste sells a ticket."""

from datetime import UTC, datetime

import click

from skypurser.access import api_keys
from skypurser.access.actors import operator
from skypurser.access.callers import Scope
from skypurser.access.carriers import CarrierView
from skypurser.administration.api_keys import create_key, revoke_key
from skypurser.cli.demo_administrator import Administrator, administrator
from skypurser.cli.demo_administrator import told as told_administrator
from skypurser.cli.failures import Failed
from skypurser.cli.serving import PortUnavailable, serve_until_stopped
from skypurser.config.database import Database
from skypurser.config.serving.plan import Addresses
from skypurser.electronic import queries
from skypurser.electronic.filtering import Filters
from skypurser.money import format_amount

_HOST, _PORT, _COUNTER_PORT = "127.0.0.1", 8000, 8001
_KEY_NAME = "demo"
_FARE, _TAXES = 12_500, 1_840


def serve_demo(carrier: CarrierView, *, database: Database) -> None:
    """Serve until Ctrl-C, with an API key of the carrier's that lasts until the next demo.

    Raises:
        Failed: The servers did not start.
    """
    account = _seller(carrier)
    token = _fresh_token(carrier)
    signs_in = administrator(carrier)
    click.echo("\nStarting the servers …", err=True)

    def serve(port: int, counter_port: int) -> None:
        serve_until_stopped(
            host=_HOST,
            port=port,
            counter_port=counter_port,
            with_worker=True,
            logs="console",
            database=database,
            ready=lambda served: click.echo(_told(served, token, account, signs_in)),
        )

    try:
        serve(_PORT, _COUNTER_PORT)
    except PortUnavailable:
        serve(0, 0)


def _seller(carrier: CarrierView) -> queries.AccountView:
    """Return the active agency that has most to spend, in the carrier's main currency where it can be."""
    views = queries.accounts(Filters(), actor=operator(carrier.id), limit=queries.LONGEST_PAGE)
    if not views:
        raise Failed("There is no active agency left to sell on; start over with another SKYPURSER_HOME.")
    return max(views, key=lambda view: (view.currency == carrier.currency, view.standing.available))


def _fresh_token(carrier: CarrierView) -> str:
    actor, now = operator(carrier.id), datetime.now(UTC)
    for key in api_keys.keys(actor=actor):
        if key.name == _KEY_NAME and key.revoked_at is None:
            revoke_key(key_id=key.id, actor=actor, now=now)
    return create_key(name=_KEY_NAME, scopes=frozenset(Scope), actor=actor, now=now).token


def _told(addresses: Addresses, token: str, account: queries.AccountView, signs_in: Administrator) -> str:
    fare, taxes = (format_amount(minor, account.currency) for minor in (_FARE, _TAXES))
    name = f'"type": "agency", "code": "{account.code}", "currency": "{account.currency}"'
    sale = f'"form_of_payment": "account", "route": ["JFK", "BOS"], "fare": "{fare}", "taxes": "{taxes}"'
    return f"""
It runs, until Ctrl-C. The desk, in a browser:

{told_administrator(signs_in, desk=addresses.desk)}

For programs:

  pages and resources  {addresses.pages}
  counter              {addresses.counter}
  API key              {token}

Sell a ticket (a second has passed: another ticket, and another key):

  curl -i {addresses.counter}/api/v1/tickets \\
    -H 'Authorization: Bearer {token}' \\
    -H "Idempotency-Key: demo-$(date +%s)" \\
    -H 'Content-Type: application/json' \\
    -d '{{"account": {{{name}}}, "document_number": "279'$(date +%s)'", {sale}}}'
"""
