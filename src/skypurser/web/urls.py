"""The desk's paths."""

from django.urls import URLPattern, URLResolver, include, path

from skypurser.web import entrance
from skypurser.web.accounts.urls import patterns as accounts
from skypurser.web.administration.urls import patterns as administration
from skypurser.web.charter.urls import patterns as charter
from skypurser.web.customers.urls import patterns as customers
from skypurser.web.finding.urls import patterns as finding
from skypurser.web.holds.urls import patterns as holds
from skypurser.web.home.urls import patterns as home
from skypurser.web.importing.urls import patterns as importing
from skypurser.web.invoices.urls import patterns as invoices
from skypurser.web.jetcards.urls import patterns as jet_cards
from skypurser.web.jobs.urls import patterns as jobs
from skypurser.web.managing.urls import patterns as managing
from skypurser.web.mass.urls import patterns as mass
from skypurser.web.preferences.urls import patterns as preferences
from skypurser.web.savedviews.urls import patterns as saved_views
from skypurser.web.statements.urls import patterns as statements
from skypurser.web.tickets.urls import patterns as tickets

_desk: list[URLPattern | URLResolver] = [
    *home,
    path("carriers", entrance.carriers, name="carriers"),
    *accounts,
    *administration,
    *managing,
    *statements,
    *mass,
    *importing,
    *jobs,
    *finding,
    *preferences,
    *saved_views,
    *tickets,
    *holds,
    *customers,
    *jet_cards,
    *charter,
    *invoices,
]

urlpatterns = [
    path("account/", include("skypurser.web.account.urls")),
    path("", include((_desk, "desk"))),
]
