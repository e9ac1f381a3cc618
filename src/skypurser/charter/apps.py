"""Registers the app with Django."""

from django.apps import AppConfig


class CharterConfig(AppConfig):
    """Quotes and bookings."""

    name = "skypurser.charter"
    label = "charter"

    def ready(self) -> None:
        """Name what closes cards once that is approved; say whose bookings are, to invoices that are for one."""
        from skypurser.charter import closing  # noqa: F401, PLC0415 — needs the models
        from skypurser.charter.invoicing import customer_of_booking  # noqa: PLC0415 — models are not ready before
        from skypurser.invoices.purposes import name_kind  # noqa: PLC0415

        name_kind("booking", customer_of_booking)
