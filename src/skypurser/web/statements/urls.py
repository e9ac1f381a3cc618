"""The paths of statements and cut-offs."""

from django.urls import path

from skypurser.web.exporting import paths
from skypurser.web.statements import addressing, cutting, exporting, masscutting, papers, periods, sending, statements

_ACCOUNT = "accounts/<int:account_id>"
_STATEMENT = f"{_ACCOUNT}/statements/<int:number>"

patterns = [
    path("mass-cut-off", masscutting.cut_off, name="mass-cut-off"),
    path(f"{_ACCOUNT}/statement-address", addressing.show, name="account-statement-address"),
    path(f"{_ACCOUNT}/cut-off", cutting.cut_off, name="account-cut-off"),
    path(f"{_ACCOUNT}/statements", statements.of_account, name="account-statements"),
    path(_STATEMENT, statements.statement, name="statement"),
    path(f"{_STATEMENT}.pdf", papers.pdf, name="statement-pdf"),
    *paths(_STATEMENT, exporting.statement, name="statement"),
    path(f"{_STATEMENT}/send", sending.send, name="statement-send"),
    path(f"{_ACCOUNT}/period", periods.show, name="account-period"),
    path(f"{_ACCOUNT}/period.pdf", periods.pdf, name="account-period-pdf"),
    *paths(f"{_ACCOUNT}/period", exporting.period, name="account-period"),
    path(f"{_ACCOUNT}/period/send", periods.send, name="account-period-send"),
    path(f"{_ACCOUNT}/period/letters/<int:message_id>/send-again", periods.again, name="account-period-send-again"),
]
