"""The forms by which people sign in, in the desk's words."""

from typing import Any

from allauth.account import forms as account
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


def _say(form: Any, **labels: Any) -> None:
    for name, label in labels.items():
        if name in form.fields:
            form.fields[name].label = label
            form.fields[name].widget.attrs.pop("placeholder", None)  # it would say the label again
