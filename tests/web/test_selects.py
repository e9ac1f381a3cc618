"""A select that is drawn without templates says what Django's own templates say."""

import re
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy

from skypurser.web.selects import Renderer

PLAIN = [("", "All"), ("a", "<b>A & B</b>"), ("b", 'B "quoted"'), (3, gettext_lazy("City"))]
GROUPED = [("Spain & co", [("MAD", "Madrid"), ("BCN", "Barcelona")]), ("none", "None")]


@pytest.mark.parametrize("choices", [PLAIN, GROUPED, []])
@pytest.mark.parametrize("chosen", [["a"], [""], ["3"], ["MAD"], []])
@pytest.mark.parametrize("attrs", [{}, {"class": 'x "y"', "required": True, "disabled": False, "data-n": 3}])
@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple])
def test_a_select_is_drawn_as_djangos_templates_draw_it(
    kind: type[forms.Select], attrs: dict[str, Any], chosen: list[str], choices: list[Any]
) -> None:
    widget = kind(choices=choices)

    drawn, wanted = (
        re.sub(r">\s+|\s+<", lambda match: match[0].strip(), renderer.render(widget.template_name, context))
        for context in [widget.get_context("city", chosen, attrs)]
        for renderer in (Renderer(), DjangoTemplates())
    )

    assert drawn == wanted
    assert drawn.startswith("<select")


def test_every_other_widget_is_drawn_by_django() -> None:
    widget = forms.TextInput()
    context = widget.get_context("name", "<x>", {})

    assert Renderer().render(widget.template_name, context) == DjangoTemplates().render(widget.template_name, context)
