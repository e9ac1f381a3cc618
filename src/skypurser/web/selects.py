"""How forms draw a choice from many: Django's own template asks three templates for every option.

A list of three hundred cities took a third of its page's time.
"""

from typing import Any

from django.forms.renderers import DjangoTemplates
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class Renderer(DjangoTemplates):
    """Draws a `select` without templates, and everything else as Django does."""

    def render(self, template_name: str, context: dict[str, Any], request: Any = None) -> str:
        """Return the markup; the context of a select is that of Django's `select.html`."""
        if template_name != "django/forms/widgets/select.html":
            return super().render(template_name, context, request)
        widget = context["widget"]
        groups = ((name, _options(options)) for name, options, _index in widget["optgroups"])
        return format_html(
            '<select name="{}"{}>{}</select>',
            widget["name"],
            _attributes(widget["attrs"]),
            format_html_join("", "{}", ((_group(name, options),) for name, options in groups)),
        )


def _group(name: str | None, options: SafeString) -> SafeString:
    return format_html('<optgroup label="{}">{}</optgroup>', name, options) if name else options


def _options(options: list[dict[str, Any]]) -> SafeString:
    return format_html_join(
        "\n",
        '<option value="{}"{}>{}</option>',
        ((str(one["value"]), _attributes(one["attrs"]), one["label"]) for one in options),
    )


def _attributes(attributes: dict[str, Any]) -> SafeString:
    """Write attributes as Django does: True stands alone, False is left out."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html(" {}", name) if value is True else format_html(' {}="{}"', name, value),)
            for name, value in attributes.items()
            if value is not False
        ),
    )
