"""The desk's paths."""

from django.urls import URLPattern, URLResolver, include, path

from skypurser.web import entrance

_desk: list[URLPattern | URLResolver] = [
    path("", entrance.home, name="home"),
    path("carriers", entrance.carriers, name="carriers"),
]

urlpatterns = [
    path("account/", include("skypurser.web.account.urls")),
    path("", include((_desk, "desk"))),
]
