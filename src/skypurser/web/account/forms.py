"""The forms by which people sign in, in the desk's words."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa import app_settings as mfa
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as second
from django.core.cache import cache
from django.utils.translation import gettext_lazy as _


class LoginForm(account.LoginForm):
    """Who one is."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _say(self, login=_("E-mail"), password=_("Password"), remember=_("Stay signed in"))


class ChangePasswordForm(account.ChangePasswordForm):
    """The old password, and twice the new one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        _say(self, oldpassword=_("Password now"), password1=_("New password"), password2=_("New password, again"))


class _Once(second.BaseAuthenticateForm):
    """A code that was taken once is wrong from then on, for as long as the clock would let it count.

    The library forgets after half a minute which codes were used, and an app's code counts for three of them.
    """

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        used = f"skypurser.used_code?user={self.user.pk}&code={''.join(filter(str.isalnum, code))}"
        if cache.get(used) is not None:
            self.cleaned_data["code"] = ""  # which nobody has: refused and counted like any wrong one
        found: str = super().clean_code()
        if not cache.add(used, 1, timeout=mfa.TOTP_PERIOD * (2 * mfa.TOTP_TOLERANCE + 1)):  # by another, just now
            raise get_adapter().validation_error("incorrect_code")
        return found


class AuthenticateForm(_Once, second.AuthenticateForm):
    """The code of an app, or one for an emergency, after the password."""


class ReauthenticateForm(_Once, second.ReauthenticateForm):
    """The same, before something that matters."""


def _say(form: Any, **labels: Any) -> None:
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].widget.attrs.pop("placeholder", None)  # it would say the label again
