"""The paths of jet cards."""

from django.urls import URLPattern, path

from skypurser.web.exporting import paths
from skypurser.web.jetcards import adding, alerts, closing, funds, listing

patterns: list[URLPattern] = [
    path("jet-cards", listing.listing, name="cards"),
    *paths("jet-cards", listing.as_file, name="cards"),
    path("customers/<int:customer_id>/jet-cards/new", adding.new, name="card-new"),
    path("jet-cards/<int:card_id>/edit", adding.edit, name="card-edit"),
    path("jet-cards/<int:card_id>/add-funds", funds.add, name="card-add-funds"),
    path("jet-cards/<int:card_id>/remove-funds", funds.remove, name="card-remove-funds"),
    path("jet-cards/<int:card_id>/transfer", funds.transfer, name="card-transfer"),
    path("jet-cards/<int:card_id>/forecast", funds.forecast, name="card-forecast"),
    path("jet-cards/<int:card_id>/alerts", alerts.alerts, name="card-alerts"),
    path("jet-cards/<int:card_id>/close", closing.close, name="card-close"),
]
