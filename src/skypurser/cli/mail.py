"""The verb `mail`."""

import click

from skypurser.cli.session import opened


@click.group()
def mail() -> None:
    """See that letters leave this installation."""


@mail.command()
@click.argument("address")
def test(address: str) -> None:
    """Send a letter to ADDRESS now, and tell what the mail server says."""
    with opened():
        from skypurser.mail import mailer  # noqa: PLC0415 — needs Django set up
        from skypurser.mail.writing import MailNotConfigured  # noqa: PLC0415

        if not mailer.is_configured():
            raise MailNotConfigured("no mail server is set up: set SKYPURSER_MAIL_URL and SKYPURSER_MAIL_FROM")
        with mailer.Mailer() as handing:
            sent = handing.send(mailer.trial(address))
        if sent.outcome != "sent":
            raise click.ClickException(f"{sent.outcome}: {sent.answer}")
        click.echo(f"The mail server has taken a letter from {mailer.sender_address()} to {address}.")
