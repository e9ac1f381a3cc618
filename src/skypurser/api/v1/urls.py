"""The paths of the resources, for a URLconf to include at its root."""

from collections.abc import Callable

from django.http import HttpResponseBase
from django.urls import URLPattern, path

from skypurser.api.v1.admitting import admit
from skypurser.api.v1.documentation import document, meaning, reference
from skypurser.api.v1.operations import OPERATIONS, Described, route
from skypurser.api.v1.resources import api
from skypurser.contract.operations import PREFIX
from skypurser.contract.problem import TYPES


def views() -> dict[str, Callable[..., HttpResponseBase]]:
    """Return who answers at which path, as Django writes paths; all methods of a path in one view."""
    by_path: dict[str, dict[str, Described]] = {}
    for described in OPERATIONS:
        by_path.setdefault(route(described.path), {})[described.method] = described
    inside = {f"{PREFIX}/{one.pattern}".lstrip("/"): one.callback for one in api.urls[0] if isinstance(one, URLPattern)}
    return {place: admit(inside[place], methods) for place, methods in by_path.items()}


documentation = [
    path(f"{PREFIX}/openapi.json".lstrip("/"), document),
    path(f"{PREFIX}/docs".lstrip("/"), reference),
    path(f"{TYPES}<str:code>".lstrip("/"), meaning),
]

urlpatterns = [*documentation, *(path(place, view) for place, view in views().items())]
