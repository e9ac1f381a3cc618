"""The desk's paths."""

from django.urls import URLPattern, URLResolver, include, path

from skypurser.web import entrance
from skypurser.web.accounts.urls import patterns as accounts
from skypurser.web.administration.urls import patterns as administration
from skypurser.web.managing.urls import patterns as managing
from skypurser.web.preferences.urls import patterns as preferences

_desk: list[URLPattern | URLResolver] = [
    path("", entrance.home, name="home"),
    path("carriers", entrance.carriers, name="carriers"),
    *accounts,
    *administration,
    *managing,
    *preferences,
]

urlpatterns = [
    path("account/", include("skypurser.web.account.urls")),
    path("", include((_desk, "desk"))),
]
