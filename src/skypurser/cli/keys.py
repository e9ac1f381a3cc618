"""API keys on the command line."""

import re
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import click

from skypurser.access import api_keys
from skypurser.access.actors import operator
from skypurser.access.api_keys import ApiKeyNotFound, KeyState, KeyView
from skypurser.access.callers import Scope
from skypurser.access.carriers import CarrierView
from skypurser.administration.api_keys import create_key, revoke_key
from skypurser.cli import console
from skypurser.cli.choosing import called, chosen_carrier
from skypurser.errors import InvalidRequest


def print_new_key(
    *,
    carrier_code: str | None,
    name: str,
    scopes: frozenset[Scope],
    expires: str | None,
    rate: int,
    concurrency: int,
) -> None:
    """Create a key; print the token on stdout, everything else on stderr."""
    carrier = chosen_carrier(carrier_code)
    made = create_key(
        name=name,
        scopes=scopes,
        actor=operator(carrier.id),
        now=datetime.now(UTC),
        expires_at=None if expires is None else _expiry(expires, carrier),
        rate_limit=rate,
        concurrency_limit=concurrency,
    )
    click.echo(made.token)
    key = made.view
    until = "until it is revoked" if key.expires_at is None else f"until {_instant(key.expires_at)}"
    click.echo(
        f"API key {key.id} {console.printable(key.name)} of {carrier.code} works {until}: {_scopes(key)}; "
        f"{key.rate_limit} requests a second, {key.concurrency_limit} at the same time.\n"
        "Keep the token: it is not shown again.",
        err=True,
    )


def print_keys(*, carrier_code: str | None) -> None:
    """Print the carrier's keys as a table."""
    carrier = chosen_carrier(carrier_code)
    actor, now = operator(carrier.id), datetime.now(UTC)
    shown = console.table("Id", "Name", "Prefix", "Scopes", "Created", "Expires", "Last used", "State")
    many = 0
    page = api_keys.keys(actor=actor)
    while page:
        many += len(page)
        for key in page:
            state = key.state(now=now)
            shown.add_row(
                str(key.id),
                console.cell(key.name),
                f"sp_{key.prefix}",
                _scopes(key),
                _instant(key.created_at),
                "never" if key.expires_at is None else _instant(key.expires_at),
                "never" if key.last_used_at is None else _instant(key.last_used_at),
                console.cell(state, style="" if state is KeyState.ACTIVE else "bold red"),
            )
        page = api_keys.keys(actor=actor, after=page[-1].id)
    if many:
        console.show(shown, "")
    console.show(console.cell(f"{called(carrier)}, API keys: {many:,}"))


def revoke_and_say(*, carrier_code: str | None, key_id: int | None, prefix: str | None) -> None:
    """Revoke the key that is named, and say so."""
    carrier = chosen_carrier(carrier_code)
    actor, now = operator(carrier.id), datetime.now(UTC)
    if key_id is None:
        found = api_keys.keys_with_prefix(prefix=prefix or "", actor=actor)
        if len(found) != 1:
            reason = f"{len(found)} API keys have" if found else "no API key has"
            raise ApiKeyNotFound(f"{reason} this prefix; `skypurser api-key list` shows their numbers")
        key_id = found[0].id
    key = revoke_key(key_id=key_id, actor=actor, now=now)
    named = f"API key {key.id} {console.printable(key.name)} (sp_{key.prefix})"
    if key.revoked_at == now:
        click.echo(f"{named} is revoked.")
    elif key.revoked_at is not None:
        click.echo(f"{named} was revoked before, {_instant(key.revoked_at)}.")


def _expiry(text: str, carrier: CarrierView) -> datetime:
    """Return the instant: of a day its first moment at the carrier."""
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            return datetime.combine(date.fromisoformat(text), time(), ZoneInfo(carrier.time_zone)).astimezone(UTC)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        at = None
    if at is None or at.tzinfo is None:
        raise InvalidRequest(
            "--expires takes a day such as 2027-01-01, or an instant such as 2027-01-01T12:00Z", field="expires_at"
        )
    return at


def _scopes(key: KeyView) -> str:
    return ", ".join(sorted(key.scopes))


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%SZ}"
