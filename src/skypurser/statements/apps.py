"""Registers the app with Django, and the documents that letters enclose with the mail."""

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """Statements of electronic accounts."""

    name = "skypurser.statements"
    label = "statements"

    def ready(self) -> None:
        """Say who makes the documents that letters about statements name."""
        # Models can be imported only now.
        from skypurser.mail import enclosing  # noqa: PLC0415
        from skypurser.statements import enclosures, periodletters  # noqa: PLC0415

        enclosing.register(enclosures.KIND, enclosures.enclosed)
        enclosing.register(periodletters.KIND, periodletters.enclosed)
