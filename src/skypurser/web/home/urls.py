"""The path of the first page."""

from django.urls import path

from skypurser.web.home import home

patterns = [path("", home.home, name="home")]
