"""An account's commission rules and statuses as people read them: in their language, with its signs."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from skypurser.commissions.rules import Mode, Rule
from skypurser.errors import InvalidRequest
from skypurser.web import figures

MODES: dict[str, Promise] = {Mode.FREE: _("FREE"), Mode.FIXED: _("FIXED"), Mode.MAX: _("MAX")}

STATUSES: dict[str, Promise] = {"ACTIVE": _("ACTIVE"), "SUSPENDED": _("SUSPENDED"), "INHIBITED": _("INHIBITED")}


def rule(of: Rule) -> str:
    """Write a commission's rule: FREE, FIXED 7.25, MAX 6.00."""
    if of.mode is Mode.FREE:
        return str(MODES[of.mode])
    return f"{MODES[of.mode]} {figures.plain_percent(of.percent_bps)}"


def written(text: str) -> str:
    """Write a rule that the history has as `str(Rule)`; another text stays as it is."""
    try:
        return rule(Rule.parse(text))
    except InvalidRequest:
        return text
