"""The paths of holds."""

from django.urls import path

from skypurser.web.exporting import paths
from skypurser.web.holds import changing, exporting, listing

patterns = [
    path("holds", listing.holds, name="holds"),
    *paths("holds", exporting.holds, name="holds"),
    *paths("accounts/<int:account_id>/holds", exporting.account_holds, name="account-holds"),
    path("holds/new", changing.new, name="hold-new"),
    path("holds/new/<int:account_id>", changing.place, name="hold-place"),
    path("holds/<int:hold_id>", listing.hold, name="hold"),
    path("holds/<int:hold_id>/extend", changing.extend, name="hold-extend"),
    path("holds/<int:hold_id>/release", changing.release, name="hold-release"),
    path("holds/<int:hold_id>/capture", changing.capture, name="hold-capture"),
]
