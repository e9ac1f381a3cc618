"""Members and roles on the command line."""

from datetime import UTC, datetime

import click

from skypurser.access import members, roles
from skypurser.access.acting import acting_for
from skypurser.access.actors import operator
from skypurser.access.members import MemberView, Powers
from skypurser.access.permissions import ALL, Permission
from skypurser.administration.inviting import NewInvitation, invite
from skypurser.administration.members import add_member, change_member, deactivate_member, reactivate_member
from skypurser.cli import console, links
from skypurser.cli.choosing import called, chosen_carrier


def add_and_say(
    *,
    carrier_code: str | None,
    email: str,
    name: str,
    role: str | None,
    permissions: frozenset[Permission] | None,
    countries: frozenset[str],
    cities: frozenset[str],
    offices: frozenset[str],
) -> None:
    """Add a member, say what the member may do, and print an invitation."""
    carrier = chosen_carrier(carrier_code)
    actor, now = operator(carrier.id), datetime.now(UTC)
    with acting_for(carrier.id):
        added = add_member(
            email=email,
            name=name,
            role=role,
            permissions=permissions,
            countries=countries,
            cities=cities,
            offices=offices,
            actor=actor,
            now=now,
        )
        invitation = invite(email=added.name, actor=actor, now=now)
    _say(members.get_member(email=added.name, actor=actor), f"is a member of {carrier.code}")
    _say_invitation(invitation)


def link_and_say(*, carrier_code: str | None, email: str) -> None:
    """Make a fresh invitation, and print it."""
    carrier = chosen_carrier(carrier_code)
    _say_invitation(invite(email=email, actor=operator(carrier.id), now=datetime.now(UTC)))


def set_and_say(
    *,
    carrier_code: str | None,
    email: str,
    role: str | None,
    permissions: frozenset[Permission] | None,
    countries: frozenset[str] | None,
    cities: frozenset[str] | None,
    offices: frozenset[str] | None,
) -> None:
    """Set a member's powers, and say what they are now."""
    carrier = chosen_carrier(carrier_code)
    changed = change_member(
        email=email,
        role=role,
        permissions=permissions,
        countries=countries,
        cities=cities,
        offices=offices,
        actor=operator(carrier.id),
        now=datetime.now(UTC),
    )
    _say(changed, f"of {carrier.code}")


def set_active_and_say(*, carrier_code: str | None, email: str, is_active: bool) -> None:
    """Deactivate or reactivate a member, and say so."""
    carrier = chosen_carrier(carrier_code)
    verb = reactivate_member if is_active else deactivate_member
    changed = verb(email=email, actor=operator(carrier.id), now=datetime.now(UTC))
    click.echo(f"{changed.email} of {carrier.code} is {'active' if is_active else 'no longer active'}.")


def print_members(*, carrier_code: str | None) -> None:
    """Print the carrier's members as a table."""
    carrier = chosen_carrier(carrier_code)
    actor = operator(carrier.id)
    shown = console.table("Id", "E-mail", "Name", "May", "Where", "State")
    many = 0
    page = members.members(actor=actor)
    while page:
        many += len(page)
        for one in page:
            shown.add_row(
                str(one.id),
                console.cell(one.email),
                console.cell(one.name),
                _may(one.powers),
                _where(one.powers),
                _state(one),
            )
        page = members.members(actor=actor, after=page[-1].id)
    if many:
        console.show(shown, "")
    console.show(console.cell(f"{called(carrier)}, members: {many:,}"))


def print_roles(*, carrier_code: str | None) -> None:
    """Print the carrier's roles as a table."""
    carrier = chosen_carrier(carrier_code)
    shown = console.table("Id", "Role", "May", "Members", right=frozenset({"Members"}))
    found = roles.roles(actor=operator(carrier.id))
    for one in found:
        shown.add_row(str(one.id), console.cell(one.name), allowed(one.permissions), f"{one.members:,}")
    if found:
        console.show(shown, "")
    console.show(console.cell(f"{called(carrier)}, roles: {len(found):,}"))


def allowed(permissions: frozenset[Permission]) -> str:
    """Write permissions as the command line takes them."""
    if permissions == ALL:
        return "all"
    return ", ".join(sorted(permissions)) or "nothing"


def _say(member: MemberView, what: str) -> None:
    click.echo(f"{member.email} {what}; may: {_may(member.powers)}; where: {_where(member.powers)}.")


def _say_invitation(made: NewInvitation) -> None:
    click.echo(links.invitation(made.token))
    click.echo(
        f"With this link {made.email} joins, until {made.expires_at:%Y-%m-%d %H:%M}Z. Whoever has it first is let in: "
        f"hand it over privately. It is not shown again.{links.hint()}",
        err=True,
    )


def _may(powers: Powers) -> str:
    if powers.role:
        return f"{console.printable(powers.role)} (role)"
    return allowed(powers.permissions)


def _state(member: MemberView) -> str:
    if not member.is_active:
        return "inactive"
    return "active" if member.has_joined else "not joined"


def _where(powers: Powers) -> str:
    return ", ".join(sorted(powers.countries | powers.cities | powers.offices)) or "everywhere"
