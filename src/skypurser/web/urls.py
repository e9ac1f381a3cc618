"""The desk's paths."""

from django.urls import URLPattern, URLResolver, include, path

from skypurser.web import entrance
from skypurser.web.accounts.urls import patterns as accounts
from skypurser.web.administration.urls import patterns as administration
from skypurser.web.managing.urls import patterns as managing
from skypurser.web.shell.preferences import choose

_desk: list[URLPattern | URLResolver] = [
    path("", entrance.home, name="home"),
    path("carriers", entrance.carriers, name="carriers"),
    path("preferences", choose, name="preferences"),
    *accounts,
    *administration,
    *managing,
]

urlpatterns = [
    path("account/", include("skypurser.web.account.urls")),
    path("", include((_desk, "desk"))),
]
