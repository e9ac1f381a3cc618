"""Is the web server alive, is it ready, how is it doing: for supervisors, load balancers and scrapers."""

import logging

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from skypurser.config.database import DatabaseUnfit, check_server
from skypurser.config.watching import REGISTRY
from skypurser.counter.views import observer

_log = logging.getLogger(__name__)


def alive(_: HttpRequest) -> HttpResponse:
    """Tell that the process lives."""
    return JsonResponse({"status": "alive"}, headers={"Cache-Control": "no-store"})


def ready(_: HttpRequest) -> HttpResponse:
    """Tell whether the database answers and is fit for a ledger; why not stands in the log."""
    try:
        connection.ensure_connection()
        check_server(connection)
    except (DatabaseError, DatabaseUnfit) as error:
        _log.warning("not ready: %s", type(error).__name__)
        return JsonResponse({"status": "not ready"}, status=503, headers={"Cache-Control": "no-store"})
    return JsonResponse({"status": "ready"}, headers={"Cache-Control": "no-store"})


def metrics(_: HttpRequest) -> HttpResponse:
    """Return what a scraper reads."""
    return HttpResponse(generate_latest(REGISTRY) + observer.page(), content_type=CONTENT_TYPE_LATEST)


urlpatterns = [path("healthz", alive), path("readyz", ready), path("metrics", metrics)]
