"""The paths of saved views."""

from django.urls import path

from skypurser.web.savedviews import keeping

patterns = [
    path("views/<slug:list_name>", keeping.listing, name="views"),
    path("views/<slug:list_name>/<int:view_id>/rename", keeping.rename, name="view-rename"),
    path("views/<slug:list_name>/<int:view_id>/move", keeping.move, name="view-move"),
    path("views/<slug:list_name>/<int:view_id>/delete", keeping.delete, name="view-delete"),
]
