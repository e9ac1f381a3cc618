"""The paths of opening, management, credit and debit, approvals."""

from django.urls import path

from skypurser.web.managing import account, alerts, deciding, deleting, moving, opening, statuses, thresholds

patterns = [
    path("accounts/new", opening.new, name="account-new"),
    path("accounts/new/office", opening.office, name="account-new-office"),
    path("accounts/<int:account_id>/manage", account.manage, name="account-manage"),
    path("accounts/<int:account_id>/manage/limit", account.limit_forecast, name="account-limit"),
    path("accounts/<int:account_id>/alerts", alerts.alerts, name="account-alerts"),
    path("accounts/<int:account_id>/status/<slug:name>", statuses.change, name="account-status"),
    path("accounts/<int:account_id>/delete", deleting.delete, name="account-delete"),
    path("accounts/<int:account_id>/credit-debit", moving.credit_and_debit, name="account-credit-debit"),
    path("accounts/<int:account_id>/credit-debit/forecast", moving.forecast, name="account-forecast"),
    path("accounts/<int:account_id>/movements/<int:item>/reverse", moving.reverse_movement, name="account-reverse"),
    path("approvals", deciding.waiting, name="approvals"),
    path("approvals/<int:approval_id>", deciding.one, name="approval"),
    path("administration/approvals", thresholds.thresholds, name="approval-thresholds"),
]
