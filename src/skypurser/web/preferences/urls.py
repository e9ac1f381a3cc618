"""The path of preferences."""

from django.urls import path

from skypurser.web.preferences import choosing

patterns = [path("preferences", choosing.choose, name="preferences")]
