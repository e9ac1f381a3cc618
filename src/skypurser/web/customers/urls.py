"""The paths of customers, their persons, statements and histories."""

from django.urls import URLPattern, path

from skypurser.web.customers import customer, editing, listing, paper, persons, statement
from skypurser.web.exporting import paths

patterns: list[URLPattern] = [
    path("customers", listing.listing, name="customers"),
    *paths("customers", listing.as_file, name="customers"),
    path("customers/new", editing.new, name="customer-new"),
    path("customers/<int:customer_id>", customer.cards, name="customer"),
    path("customers/<int:customer_id>/edit", editing.edit, name="customer-edit"),
    path("customers/<int:customer_id>/statement", statement.statement, name="customer-statement"),
    *paths("customers/<int:customer_id>/statement", statement.as_file, name="customer-statement"),
    path("customers/<int:customer_id>/statement.pdf", paper.statement, name="customer-statement-pdf"),
    path("customers/<int:customer_id>/persons", persons.listing, name="customer-persons"),
    path("customers/<int:customer_id>/persons/new", persons.new, name="person-new"),
    path("customers/<int:customer_id>/persons/<int:person_id>", persons.edit, name="person-edit"),
    path(
        "customers/<int:customer_id>/persons/<int:person_id>/deactivate", persons.deactivate, name="person-deactivate"
    ),
    path(
        "customers/<int:customer_id>/persons/<int:person_id>/reactivate", persons.reactivate, name="person-reactivate"
    ),
    path("customers/<int:customer_id>/history", customer.history, name="customer-history"),
]
