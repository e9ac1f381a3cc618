"""The verb `user`."""

import click

from skypurser.cli.session import opened


@click.group()
def user() -> None:
    """Help persons who sign in."""


@user.command()
@click.argument("email")
@click.option("--second-factors", is_flag=True, help="Passkeys, authenticator app and recovery codes go as well.")
def reset(email: str, *, second_factors: bool) -> None:
    """Print a link with which the person who signs in as EMAIL chooses a new password.

    Make sure who asks: the link opens everything that this person may do, at every carrier.
    """
    with opened():
        from skypurser.cli.users import reset_and_say  # noqa: PLC0415 — needs Django set up

        reset_and_say(email=email, removes_second_factors=second_factors)
