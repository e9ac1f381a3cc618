"""The paths of mass management."""

from django.urls import path

from skypurser.web.mass import changing

patterns = [
    path("mass-management", changing.change, name="mass-management"),
    path("mass-management/<int:job_id>/undo", changing.undo, name="mass-undo"),
]
