"""Which path is whose: probes, the counter's operations inside Django, the resources.

Where a path is both the counter's and a resource's, the method decides.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from skypurser.api.v1 import admitting
from skypurser.api.v1.operations import route
from skypurser.api.v1.urls import documentation, views
from skypurser.contract.operations import OPERATIONS
from skypurser.counter.views import desk, operation

type View = Callable[..., HttpResponseBase]

# A key's requests are counted together, whichever of the two it asks.
desk.limits = admitting.limits


def _either(resource: View, methods: frozenset[str]) -> View:
    @csrf_exempt  # both are, for the same reason
    def either(request: HttpRequest, **variables: str) -> HttpResponseBase:
        if request.method in methods:
            return operation(request, **variables)
        response = resource(request, **variables)
        if "Allow" in response:
            response["Allow"] = ", ".join(sorted({*response["Allow"].split(", "), *methods}))
        return response

    return either


def _version_1() -> list[URLPattern]:
    methods: dict[str, set[str]] = {}
    for one in OPERATIONS:
        methods.setdefault(route(one.path), set()).add(one.method)
    resources = views()
    patterns = [path(place, operation) for place in methods if place not in resources]
    for place, resource in resources.items():
        view = _either(resource, frozenset(methods[place])) if place in methods else resource
        patterns.append(path(place, view))
    return patterns


urlpatterns = [
    path("", include("skypurser.config.probes")),
    *documentation,
    *_version_1(),
    re_path(r"^api/", admitting.not_found),
    path("", include("skypurser.web.urls")),
]

handler400 = "skypurser.web.shell.failing.bad_request"
handler403 = "skypurser.web.shell.failing.forbidden"
handler404 = "skypurser.web.shell.failing.not_found"
handler500 = "skypurser.web.shell.failing.broken"
