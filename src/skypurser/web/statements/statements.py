"""The statements of an account under their tab, and one of them: what it says, and what became of its letters."""

from itertools import islice
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from skypurser.access.permissions import Permission
from skypurser.electronic import queries as accounts
from skypurser.electronic.queries import AccountView
from skypurser.mail.queries import MessageView
from skypurser.statements import addresses, queries
from skypurser.statements.lines import lines
from skypurser.statements.sending import letters_of
from skypurser.web.accounts import words
from skypurser.web.accounts.account import Action, number_in, show_tab
from skypurser.web.accounts.reaching import place_of
from skypurser.web.administration.words import LETTERS, PROBLEMS
from skypurser.web.customers.words import LANGUAGES
from skypurser.web.pages import Request, page
from skypurser.web.paging import LENGTH, paged

#: So many lines stand on a statement's page; all are in its documents.
SHOWN = 200


@page(Permission.QUERIES)
def of_account(request: Request, account_id: int) -> HttpResponse:
    """Show an account's statements, the newest first."""
    view = accounts.get(account_id, actor=request.actor)
    found = queries.statements(
        account_id, actor=request.actor, before=number_in(request, "after", most=2**31 - 1), limit=LENGTH + 1
    )
    written = letters_of(found, actor=request.actor)
    rows = [(one, [told(letter) for letter in written[one.number]]) for one in found]
    shown = paged(rows, query=request.GET, position=lambda row: str(row[0].number))
    may_cut_off = _may_cut_off(request, view)
    context = {"page": shown, "may_cut_off": may_cut_off}
    if may_cut_off:
        context["address"] = addresses.shown(account_id, carrier_id=request.actor.carrier_id)
    return show_tab(request, view, "account-statements", context)


@page(Permission.QUERIES)
def statement(request: Request, account_id: int, number: int) -> HttpResponse:
    """Show one statement."""
    view = accounts.get(account_id, actor=request.actor)
    found = queries.statement(account_id, number, actor=request.actor)
    written = letters_of([found], actor=request.actor)[found.number]
    shown = list(islice(lines(found, carrier_id=request.actor.carrier_id), SHOWN))
    context: dict[str, Any] = {
        "account": view,
        "statement": found,
        "mail_language": LANGUAGES[found.language],
        "lines": [(one, words.named(words.KINDS, one.movement.kind)) for one in shown],
        "left": found.movements - len(shown),
        "letters": [(*told(letter), None) for letter in written],
        "actions": _actions(request, view, number),
    }
    return render(request, "statements/statement.html", context)


def told(letter: MessageView) -> tuple[MessageView, Any, Any]:
    """Return a letter with its state and its problem in words."""
    return letter, LETTERS[letter.status], PROBLEMS.get(letter.problem, "")


def _may_cut_off(request: Request, view: AccountView) -> bool:
    return request.actor.may(Permission.CUT_OFF, at=place_of(view))


def _actions(request: Request, view: AccountView, number: int) -> list[Action]:
    where = [view.account_id, number]
    found = [
        Action(_("PDF"), reverse("desk:statement-pdf", args=where), "download"),
        Action(_("Excel"), reverse("desk:statement-excel", args=where), "table-export"),
        Action(_("CSV"), reverse("desk:statement-csv", args=where), "table-export"),
    ]
    if _may_cut_off(request, view):
        found.append(Action(_("Send again"), reverse("desk:statement-send", args=where), "mail"))
    return found
