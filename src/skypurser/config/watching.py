"""What operators see of the web server: a line in the log per request, and what a scraper reads."""

from collections.abc import Callable
from time import perf_counter

import structlog
from django.http import HttpRequest, HttpResponse
from prometheus_client import CollectorRegistry, Counter, Histogram

from skypurser.config.logs import without_tokens
from skypurser.contract.request_ids import request_id as chosen

_log = structlog.get_logger("skypurser.requests")

REGISTRY = CollectorRegistry()
_REQUESTS = Counter("skypurser_web_requests", "Requests answered", ("method", "route", "status"), registry=REGISTRY)
_SECONDS = Histogram(
    "skypurser_web_seconds",
    "From the request to its answer",
    ("route",),
    registry=REGISTRY,
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

#: Asked every few seconds by whoever watches; not worth a line.
_PROBES = frozenset({"/healthz", "/readyz", "/metrics"})

#: Callers may invent others, and each would be a series of its own for ever.
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Watch:
    """Middleware, the outermost: gives each request an id, counts it, logs it.

    The id comes from the caller's `X-Request-Id` where that is sane, goes back in the same header, and stands in every
    line that is logged meanwhile. What is asked for is logged by path, without its query and without the
    token in a link, and never its headers.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        request_id = chosen(request.headers.get("X-Request-Id", ""))
        started = perf_counter()
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self._get_response(request)
            seconds = perf_counter() - started
            match = request.resolver_match
            route = match.route if match is not None else "none"
            method = request.method if request.method in _METHODS else "other"
            _REQUESTS.labels(method, route, str(response.status_code)).inc()
            _SECONDS.labels(route).observe(seconds)
            if request.path not in _PROBES:
                _log.info(
                    "request",
                    method=request.method,
                    path=without_tokens(request.path),
                    status=response.status_code,
                    milliseconds=round(1000 * seconds, 1),
                )
        response.headers["X-Request-Id"] = request_id
        if not response.streaming and not response.has_header("Content-Length"):
            response.headers["Content-Length"] = str(len(response.content))
        return response
