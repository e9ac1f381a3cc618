"""Persons who sign in, on the command line."""

import click

from skypurser.cli import links
from skypurser.identity import resetting
from skypurser.identity.users import find_user


def reset_and_say(*, email: str, removes_second_factors: bool) -> None:
    """Print a link that sets a new password, and what becomes of the second factors."""
    token = resetting.reset_token(email=email, removes_second_factors=removes_second_factors)
    user = find_user(email=email)
    many = 0 if user is None else resetting.second_factors(user_id=user.id)
    click.echo(links.new_password(token))
    if not many:
        factors = "There are no second factors."
    elif removes_second_factors:
        factors = f"Its use removes {many} second factors."
    else:
        factors = f"{many} second factors stay, and are asked for; --second-factors makes a link that removes them."
    click.echo(f"It works once, for 24 hours. {factors} It is not shown again.{links.hint()}", err=True)
