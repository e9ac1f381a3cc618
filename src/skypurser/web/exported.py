"""The lists that can be had as files, by the names that jobs know them by."""

from collections.abc import Mapping
from types import MappingProxyType

from skypurser.exports.lists import ExportedList
from skypurser.web.accounts import exporting as accounts
from skypurser.web.charter import exporting as charter
from skypurser.web.customers import listing as customers
from skypurser.web.customers import statement
from skypurser.web.holds import exporting as holds
from skypurser.web.invoices import listing as invoices
from skypurser.web.invoices import payments
from skypurser.web.jetcards import listing as jet_cards
from skypurser.web.statements import exporting as statements
from skypurser.web.tickets import exporting as tickets

LISTS: Mapping[str, ExportedList] = MappingProxyType(
    {
        one.name: one
        for one in (
            *(accounts.accounts, accounts.movements, accounts.history),
            *(tickets.tickets, tickets.refusals, tickets.account_refusals),
            *(holds.holds, holds.account_holds),
            *(customers.as_file, statement.as_file, jet_cards.as_file),
            *(charter.quotes, charter.bookings),
            *(invoices.as_file, payments.as_file),
            *(statements.statement, statements.period),
        )
    }
)
