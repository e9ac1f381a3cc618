"""Which path is whose."""

from django.urls import include, path

urlpatterns = [
    path("", include("skypurser.config.probes")),
    path("", include("skypurser.counter.urls")),
]
