"""The counter's paths, for a URLconf to include at its root."""

from django.urls import path

from skypurser.counter import routes
from skypurser.counter.views import operation

urlpatterns = [path(route, operation) for route in routes.paths()]
