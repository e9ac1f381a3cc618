"""The desk's paths."""

from django.urls import URLPattern, URLResolver, include, path

from skypurser.web import entrance
from skypurser.web.administration.urls import patterns as administration

_desk: list[URLPattern | URLResolver] = [
    path("", entrance.home, name="home"),
    path("carriers", entrance.carriers, name="carriers"),
    *administration,
]

urlpatterns = [
    path("account/", include("skypurser.web.account.urls")),
    path("", include((_desk, "desk"))),
]
