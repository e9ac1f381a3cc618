"""Open a charter customer, and edit one. Source: FL3XX, "Account Page"."""

from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from skypurser.errors import Refusal
from skypurser.jetcards import once
from skypurser.parties import clientele, customers
from skypurser.parties.clientele import CHANGING, Billing, CustomerChanges, CustomerData, CustomerView
from skypurser.web.customers import words
from skypurser.web.customers.fields import CountryField, EmailField, LinesField, PhoneField, ShownForm
from skypurser.web.forms import ActForm, CodeField
from skypurser.web.managing.fields import PlainField, Segments
from skypurser.web.pages import Request, page

#: The lines of an address.
_MOST_LINES = 4

_BILLING = ("legal_name", "address_lines", "postal_code", "city", "country", "tax_number")
_OWN = ("kind", "name", "email", "phone", "language", "notes")


class CustomerFields(forms.Form):
    """What is to be said of a customer."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"), choices=list(words.KINDS.items()), initial="company", widget=Segments
    )
    name = PlainField(label=gettext_lazy("Name"), max_length=200, help_text=gettext_lazy("What you call the customer."))
    email = EmailField(help_text=gettext_lazy("Where statements and documents go."))
    phone = PhoneField()
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        choices=list(words.LANGUAGES.items()),
        initial="en",
        help_text=gettext_lazy("Of mails and documents."),
    )
    legal_name = PlainField(
        label=gettext_lazy("Legal name"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("As invoices bear it, where it differs."),
    )
    address_lines = LinesField(
        rows=2, label=gettext_lazy("Address"), max_length=900, help_text=gettext_lazy("Up to four lines.")
    )
    postal_code = PlainField(label=gettext_lazy("Postal code"), max_length=20, required=False)
    city = PlainField(label=gettext_lazy("City"), max_length=100, required=False)
    country = CountryField()
    tax_number = PlainField(label=gettext_lazy("Tax number"), max_length=40, required=False)
    notes = LinesField(
        rows=3, label=gettext_lazy("Notes"), max_length=5_000, help_text=gettext_lazy("For your colleagues only.")
    )

    def clean_address_lines(self) -> tuple[str, ...]:
        """Return the lines without blanks around them."""
        lines = tuple(line.strip() for line in self.cleaned_data["address_lines"].split("\n") if line.strip())
        if len(lines) > _MOST_LINES:
            raise forms.ValidationError(_("An address has at most four lines."), code="long")
        return lines


class NewCustomerForm(ActForm, CustomerFields):
    """A new customer."""

    field_order = ("key", "kind", "name", "code")

    code = CodeField(
        label=gettext_lazy("Code"),
        required=False,
        help_text=gettext_lazy("2 to 20 capital letters and digits; empty to have one made."),
    )

    @property
    def customer(self) -> CustomerData:
        """What was typed, once the form is valid."""
        typed = self.cleaned_data
        return CustomerData(
            code=typed["code"],
            billing=Billing(**{name: typed[name] for name in _BILLING}),
            **{name: typed[name] for name in _OWN if name != "kind"},
            kind=clientele.Kind(typed["kind"]),
        )


class EditCustomerForm(ShownForm, CustomerFields):
    """A customer as it is; code and currency never change."""

    def __init__(self, *arguments: Any, customer: CustomerView, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.customer = customer
        self.initial.update(_as_typed(customer), shown=shown_of(customer))

    @property
    def changes(self) -> CustomerChanges:
        """What was changed, once the form is valid."""
        before, typed = self.expected, self.cleaned_data
        changed = {name: typed[name] for name in (*_OWN, *_BILLING) if typed[name] != getattr(before, name)}
        if "kind" in changed:
            changed["kind"] = clientele.Kind(changed["kind"])
        return CustomerChanges(**changed)

    @property
    def expected(self) -> CustomerChanges:
        """What the form showed."""
        return msgspec.json.decode(self.cleaned_data["shown"], type=CustomerChanges)

    def clean_shown(self) -> str:
        """Refuse what the page has not made."""
        text = str(self.cleaned_data["shown"])
        try:
            shown = msgspec.json.decode(text, type=CustomerChanges)
        except (msgspec.MsgspecError, UnicodeError):
            shown = CustomerChanges()
        if None in msgspec.to_builtins(shown).values():
            raise forms.ValidationError(_("The form has no key any more. Open it again."), code="invalid")
        return text

    def clean(self) -> dict[str, Any]:
        """Ask for a change."""
        typed = super().clean() or self.cleaned_data
        if not self.errors and self.changes == CustomerChanges():
            self.add_error(None, _("Nothing is changed yet."))
        return typed


def shown_of(customer: CustomerView) -> str:
    """Return what a form shows of a customer, for its hidden field."""
    return msgspec.json.encode(
        CustomerChanges(
            **{name: getattr(customer, name) for name in _OWN},
            **{name: getattr(customer.billing, name) for name in _BILLING},
        )
    ).decode()


@page(CHANGING, methods=("GET", "POST"))
def new(request: Request) -> HttpResponse:
    """Open a customer, and lead to its account page."""
    form = NewCustomerForm(request.POST or None, initial={"language": request.LANGUAGE_CODE[:2]})
    if form.is_valid():
        answer = form.accept(
            lambda: once.open_customer(
                data=form.customer, key=form.cleaned_data["key"], actor=request.actor, now=request.now
            )
        )
        if answer is not None:
            made = once.told_customer(answer)
            messages.success(
                request, _("%(customer)s is opened. Add its persons and its first card.") % {"customer": made.name}
            )
            return redirect("desk:customer", customer_id=made.id)
    return render(request, "customers/new.html", {"form": form, "currency": request.membership.currency})


@page(CHANGING, methods=("GET", "POST"))
def edit(request: Request, customer_id: int) -> HttpResponse:
    """Change what is said of a customer."""
    customer = customers.get(customer_id, actor=request.actor)
    form = EditCustomerForm(request.POST or None, customer=customer)
    if form.is_valid() and _save(form, request):
        messages.success(request, _("Saved."))
        return redirect("desk:customer", customer_id=customer_id)
    return render(request, "customers/edit.html", {"form": form, "customer": customer})


def _save(form: EditCustomerForm, request: Request) -> bool:
    try:
        once.change_customer(
            customer_id=form.customer.id,
            changes=form.changes,
            expected=form.expected,
            key=form.cleaned_data["key"],
            actor=request.actor,
            now=request.now,
        )
    except Refusal as refusal:
        if refusal.code != "changed_meanwhile":
            form.refuse(refusal)
            return False
        now = {field: words.value(field, content, "") for field, content in refusal.facts.items()}
        form.tell_conflict(now, shown=shown_of(customers.get(form.customer.id, actor=request.actor)))
        return False
    return True


def _as_typed(customer: CustomerView) -> dict[str, Any]:
    return {
        **{name: getattr(customer, name) for name in _OWN},
        **{name: getattr(customer.billing, name) for name in _BILLING},
        "address_lines": "\n".join(customer.billing.address_lines),
    }
