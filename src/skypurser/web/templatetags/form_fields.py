"""Form fields as the design has them: label, control, help, and what is wrong with it right beside it."""

from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select

register = template.Library()

_CLASSES = ((CheckboxInput, "form-check-input"), (Select, "form-select"))


@register.inclusion_tag("web/field.html")
def form_field(field: BoundField) -> dict[str, Any]:
    """Show a field of a form; hidden ones come without anything around them."""
    widget = field.field.widget
    if isinstance(widget, CheckboxSelectMultiple | RadioSelect):
        return {"field": field, "kind": "choices"}
    css = next((name for kind, name in _CLASSES if isinstance(widget, kind)), "form-control")
    if field.errors:
        css += " is-invalid"
    kind = "hidden" if field.is_hidden else "check" if isinstance(widget, CheckboxInput) else "one"
    return {"field": field, "kind": kind, "control": field.as_widget(attrs={"class": css})}
