"""How persons sign in here: allauth's ways, but nobody signs up, and nothing is sent by mail.

What happens at the door is logged by the user's number: who came in by what, who left, who was turned away. What was
typed is not; people type passwords into the wrong field.
"""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from skypurser.identity.users import find_user

_log = structlog.get_logger("skypurser.identity")


class Adapter(DefaultAccountAdapter):
    """What allauth asks us."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 — allauth's signature
        """Let nobody sign up: users are made by an invitation."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: nothing here sends mail, and no page may promise any.

        Raises:
            NotImplementedError: Always.
        """
        raise NotImplementedError(f"nothing sends mail: {template_prefix}")

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Begin the session of somebody who has shown everything that is asked for."""
        super().login(request, user)
        ways = [str(record.get("method")) for record in get_authentication_records(request, user)]
        _log.info("signed in", user_id=user.pk, by=ways, address=self.get_client_ip(request))

    def logout(self, request: HttpRequest) -> None:
        """End the session."""
        user_id = request.user.pk
        super().logout(request)
        _log.info("signed out", user_id=user_id)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note that the address and password don't go together."""
        super().authentication_failed(request, **credentials)
        user = find_user(email=str(credentials.get("email", "")))
        _log.warning("sign-in refused", user_id=None if user is None else user.id, address=self.get_client_ip(request))
