"""The paths of electronic accounts."""

from django.urls import path

from skypurser.web.accounts import account, enabling, exporting, finding, listing
from skypurser.web.exporting import paths

patterns = [
    path("accounts", listing.accounts, name="accounts"),
    *paths("accounts", exporting.accounts, name="accounts"),
    path("accounts/find", finding.find, name="find-account"),
    path("accounts/<int:account_id>", account.account, name="account"),
    *paths("accounts/<int:account_id>/movements", exporting.movements, name="account"),
    path("accounts/<int:account_id>/holds", account.holds, name="account-holds"),
    path("accounts/<int:account_id>/refused", account.refused, name="account-refused"),
    path("accounts/<int:account_id>/history", account.history, name="account-history"),
    *paths("accounts/<int:account_id>/history", exporting.history, name="account-history"),
    path("accounts/<int:account_id>/enable", enabling.enable, name="account-enable"),
]
