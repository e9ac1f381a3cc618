"""The desk's template tags and filters. `{% load desk %}`."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django import template
from django.forms import BoundField, CheckboxInput, Form, Select
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from skypurser.access.permissions import Permission
from skypurser.access.views import views
from skypurser.commissions.rules import Mode, Rule
from skypurser.web import documents, figures
from skypurser.web.filters import FilterBar
from skypurser.web.rules import MODES
from skypurser.web.savedviews.lists import LISTS, kept_of
from skypurser.web.shell.navigation import movement_address

register = template.Library()

#: How an account's status looks: words, tone, icon.
STATUSES = {
    "ACTIVE": (_("ACTIVE"), "ok", "circle-check"),
    "SUSPENDED": (_("SUSPENDED"), "warn", "player-pause"),
    "INHIBITED": (_("INHIBITED"), "quiet", "lock"),
}

#: The class of a control; all others are `form-control`.
_DRESSED = ((CheckboxInput, "form-check-input"), (Select, "form-select"))

#: What tells a browser and a system in a User-Agent header; the first that is there, for most claim to be others too.
_BROWSERS = (
    *(("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Firefox/", "Firefox")),
    *(("FxiOS/", "Firefox"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")),
)
_SYSTEMS = (
    *(("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("Mac OS X", "macOS")),
    *(("CrOS", "ChromeOS"), ("Linux", "Linux")),
)


@register.simple_tag
def icon(name: str, *, label: str = "") -> SafeString:
    """Draw an icon of the sprite; it says nothing to a screen reader unless it has a label."""
    if label:
        return format_html(
            '<svg class="i" role="img" aria-label="{}"><use href="{}#{}"/></svg>', label, static("web/icons.svg"), name
        )
    return format_html('<svg class="i" aria-hidden="true"><use href="{}#{}"/></svg>', static("web/icons.svg"), name)


@register.inclusion_tag("web/components/exports.html")
def exports(name: str, filters: FilterBar | None = None, about: int | None = None) -> dict[str, str]:
    """Draw the links to a list's files.

    Args:
        name: The page's, as `exporting.paths` was told it.
        filters: Those of the list, all of which the files heed; None where it has none.
        about: The id of what the list is about, where it is about one thing.
    """
    query = "" if filters is None else filters.with_()
    arguments = [] if about is None else [about]
    return {kind: reverse(f"desk:{name}-{kind}", args=arguments) + query for kind in ("excel", "csv")}


@register.simple_tag
def page_url(name: str, *arguments: Any) -> str:
    """Return the address of a page; empty where nothing routes it, so that a link to it can be left out."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


@register.simple_tag
def movement_url(account_id: int, item: int) -> str:
    """Return the address at which an account's movements begin with this one, marked."""
    return movement_address(account_id, item)


@register.simple_tag(takes_context=True)
def may(context: template.Context, *permissions: str) -> bool:
    """Tell whether the member has any of these permissions: `{% may "queries" as may_ask %}`."""
    actor = context["shell"].actor
    return actor is not None and any(Permission(name) in actor.permissions for name in permissions)


@register.simple_tag(takes_context=True)
def here(context: template.Context, **changes: Any) -> str:
    """Return the page's own address with parameters set anew; None or an empty value takes one away."""
    query = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = value
    return f"?{query.urlencode()}" if query else context["request"].path


@register.simple_tag
def with_parameters(**parameters: Any) -> str:
    """Return parameters as they stand in an address, behind the question mark."""
    return urlencode(parameters)


@register.simple_tag
def with_query(url: str, parameters: Mapping[str, Any]) -> str:
    """Return the address with parameters."""
    return f"{url}?{urlencode(parameters)}" if parameters else url


@register.filter
def money(minor: int, currency: str) -> SafeString:
    """Write an amount with its ISO code: `{{ sale.amount|money:sale.currency }}`."""
    return format_html(
        '<span class="money{}">{}\N{NO-BREAK SPACE}<abbr>{}</abbr></span>',
        " is-negative" if minor < 0 else "",
        figures.amount(minor, currency),
        currency,
    )


@register.filter
def amount(minor: int, currency: str) -> SafeString:
    """Write an amount without its code, for a column that says the currency elsewhere."""
    return format_html(
        '<span class="money{}">{}</span>', " is-negative" if minor < 0 else "", figures.amount(minor, currency)
    )


@register.filter
def percent(bps: int) -> str:
    """Write a percentage given in bps."""
    return figures.percent(bps)


@register.filter
def document(named: str | None, reference: str = "") -> str:
    """Write what something is for, and its reference: `{{ one.document|document:one.reference }}`."""
    return documents.told(named, reference)


@register.filter
def whole(number: int) -> str:
    """Write a count."""
    return figures.whole(number)


@register.filter
def zulu(at: datetime, zone: str = "") -> SafeString:
    """Write an instant in UTC; the local time of the IANA zone shows when pointed at."""
    title = figures.local(at, zone) if zone else ""
    return format_html('<time datetime="{}" title="{}">{}</time>', at.isoformat(), title, figures.zulu(at))


@register.filter
def browser(user_agent: str) -> str:
    """Write which browser a User-Agent header means, and on what: "Firefox, Windows"; unknown ones as they are."""
    found = [next((name for sign, name in signs if sign in user_agent), "") for signs in (_BROWSERS, _SYSTEMS)]
    return ", ".join(filter(None, found)) or user_agent[:80]


@register.filter
def local_date(value: date) -> SafeString:
    """Write a business date."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), figures.day(value))


@register.filter
def month_and_day(value: date) -> SafeString:
    """Write a date without its year."""
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), figures.month_and_day(value))


@register.inclusion_tag("web/components/field.html")
def form_field(field: BoundField, unit: str = "") -> dict[str, Any]:
    """Draw a form's field with its label, hint and errors, tied together for screen readers."""
    return {
        "field": field,
        "unit": unit,
        "is_check": isinstance(field.field.widget, CheckboxInput),
        "is_long": bool(getattr(field.field, "is_long", False)),
        "control": form_control(field),
    }


@register.simple_tag
def form_control(field: BoundField) -> SafeString:
    """Draw a field's control alone, dressed as in `form_field`, for a page that puts label and errors elsewhere."""
    widget = field.field.widget
    css = next((name for kind, name in _DRESSED if isinstance(widget, kind)), "form-control")
    return field.as_widget(attrs={"class": f"{widget.attrs.get('class', '')} {css}".strip()})


@register.inclusion_tag("web/components/errors.html")
def form_errors(form: Form) -> dict[str, Any]:
    """Draw what is wrong with a form, each with a link to its field; it takes the focus."""
    return {"form": form, "count": sum(len(errors) for errors in form.errors.values())}


@register.inclusion_tag("web/components/badge.html")
def badge(label: str, tone: str = "quiet", icon: str = "") -> dict[str, Any]:
    """Draw a badge: words with an icon, so that colour is never all; tones: ok, warn, bad, quiet, accent."""
    return {"label": label, "tone": tone, "icon": icon}


@register.inclusion_tag("web/components/badge.html")
def status_badge(status: str) -> dict[str, Any]:
    """Draw an account's status."""
    label, tone, name = STATUSES[str(status)]
    return {"label": label, "tone": tone, "icon": name}


@register.inclusion_tag("web/components/empty.html")
def empty(icon: str, title: str, text: str = "", url: str = "", label: str = "") -> dict[str, Any]:
    """Draw what stands where a list has nothing: why, and the next step."""
    return {"icon": icon, "title": title, "text": text, "url": url, "label": label}


@register.inclusion_tag("web/components/saved_views.html", takes_context=True)
def saved_views(context: template.Context, page: str) -> dict[str, Any]:
    """Draw the member's saved views of a list, and the way to save what is filtered now; `page` as in `LISTS`."""
    rows = views(page=page, actor=context["shell"].actor)
    query = kept_of(context["request"].GET.urlencode())
    current = next((one for one in rows if one.query == query), None) if query else None
    return {
        "page": page,
        "url": LISTS[page].url,
        "rows": rows,
        "is_any": bool(rows),
        "query": query,
        "current": current,
        "can_save": bool(query) and current is None,
    }


@register.simple_tag
def part_of(used: int, limit: int) -> str:
    """Write how much of a limit is used: "91%"; nothing below zero."""
    return figures.part(max(0, used), limit) if limit else ""


@register.simple_tag
def usage_bar(used: int, limit: int, label: str) -> SafeString:
    """Draw how much of a limit is used; a limit of zero draws nothing."""
    if limit <= 0:
        return SafeString("")
    part = max(0, min(100, round(100 * used / limit)))
    tone = "bad" if used > limit else "warn" if part >= 90 else "ok"
    return format_html(
        '<svg class="usage is-{}" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="usage-all" width="100" height="6" rx="0"/><rect class="usage-part" width="{}" height="6"/></svg>',
        tone,
        label,
        part,
    )


@register.simple_tag
def sparkline(values: Sequence[int], label: str) -> SafeString:
    """Draw a line through the values, oldest first, on a ground from the least to the greatest."""
    if len(values) < 2 or min(values) == max(values):
        path, floor = "M0 20H240", 20.0
    else:
        low, high = min(values), max(values)
        step = 240 / (len(values) - 1)
        path = "M" + "L".join(
            f"{at * step:.1f} {37 - 34 * (value - low) / (high - low):.1f}" for at, value in enumerate(values)
        )
        floor = 37 + 34 * low / (high - low) if low <= 0 <= high else -1.0
    zero = format_html('<path class="spark-zero" d="M0 {}H240"/>', f"{floor:.1f}") if floor > 0 else ""
    return format_html(
        '<svg class="spark" viewBox="0 0 240 40" preserveAspectRatio="none" role="img" aria-label="{}">{}'
        '<path class="spark-area" d="{}V40H0Z"/><path class="spark-line" d="{}"/></svg>',
        label,
        zero,
        path,
        path,
    )


@register.filter
def rule(rule: Rule | None) -> SafeString:
    """Write a commission's rule: FREE, FIXED 7.25, MAX 6.00; with the locale's signs."""
    if rule is None:
        return SafeString("")
    if rule.mode is Mode.FREE:
        return format_html('<span class="rule">{}</span>', MODES[rule.mode])
    return format_html('<span class="rule">{}</span> {}', MODES[rule.mode], figures.plain_percent(rule.percent_bps))
