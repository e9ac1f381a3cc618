"""Forms: fields that read as people write, keys, refusals beside their field."""

from django import forms
from django.template import Context, Template
from django.template.loader import render_to_string

from skypurser.errors import InvalidRequest
from skypurser.ledger.accounts import AccountInUse
from skypurser.web.forms import ActForm, AmountField, PercentField, ReferenceField, TypedBackField


class Payment(ActForm):
    amount = AmountField(label="Amount", currency="USD", above_zero=True)
    rate = PercentField(label="Rate", required=False)
    reference = ReferenceField()


_GOOD = {"key": "desk-1", "amount": "1,234.50", "rate": "7.5", "reference": "by hand"}


def test_a_good_form_gives_minor_units_and_bps() -> None:
    form = Payment(_GOOD)

    assert form.is_valid()
    assert (form.cleaned_data["amount"], form.cleaned_data["rate"]) == (123_450, 750)


def test_each_form_has_a_key_of_its_own_and_keeps_it_when_it_comes_back() -> None:
    one, other = Payment(), Payment()

    assert one["key"].value() != other["key"].value()
    assert Payment({**_GOOD, "amount": "x"})["key"].value() == "desk-1"
    assert not Payment({**_GOOD, "key": ""}).is_valid()
    assert not Payment({**_GOOD, "key": "ñ"}).is_valid()


def test_what_was_typed_stays_as_it_was_typed() -> None:
    form = Payment({**_GOOD, "amount": "12.345"})

    drawn = str(form["amount"])

    assert 'value="12.345"' in drawn
    assert 'aria-invalid="true"' in drawn
    assert form.errors["amount"] == ["USD has at most 2 decimals."]


def test_zero_is_refused_where_it_must_be_above() -> None:
    assert Payment({**_GOOD, "amount": "0.00"}).errors["amount"] == ["The amount is above zero."]


def test_a_reference_is_mandatory_and_on_one_line() -> None:
    assert "reference" in Payment({**_GOOD, "reference": "  "}).errors
    assert "reference" in Payment({**_GOOD, "reference": "a\nb"}).errors
    assert "reference" in Payment({**_GOOD, "reference": "x" * 501}).errors


def test_a_refusal_stands_beside_the_field_that_it_names_else_above_all() -> None:
    form = Payment(_GOOD)
    assert form.is_valid()

    def refuse_field() -> None:
        raise InvalidRequest("a reference is mandatory", field="reference")

    def refuse_all() -> None:
        raise AccountInUse

    assert form.accept(refuse_field) is None
    assert form.accept(refuse_all) is None
    assert form.errors["reference"] == ["A reference is needed: up to 500 printable characters."]
    assert form.non_field_errors() == ["The account has movements, holds or sales, and can't be deleted."]


def test_the_currency_is_drawn_beside_the_amount_and_an_initial_amount_as_everywhere() -> None:
    form = Payment(initial={"amount": 123_450})

    drawn = str(form["amount"])

    assert 'value="1,234.50"' in drawn
    assert ">USD</span>" in drawn
    assert 'inputmode="decimal"' in drawn


def test_a_field_is_tied_to_its_label_hint_and_error() -> None:
    form = Payment({**_GOOD, "reference": ""})

    drawn = Template("{% load desk %}{% form_field field %}").render(Context({"field": form["reference"]}))

    assert '<label for="id_reference">' in drawn
    assert 'aria-describedby="id_reference_helptext id_reference_error"' in drawn
    assert 'id="id_reference_error"' in drawn


def test_the_summary_links_to_each_field_at_fault() -> None:
    form = Payment({"key": "desk-1"})

    drawn = render_to_string("web/components/errors.html", {"form": form, "count": 2})

    assert 'href="#id_amount"' in drawn
    assert 'href="#id_reference"' in drawn
    assert "2 things need your attention" in drawn


def test_what_must_be_typed_back_is() -> None:
    class Certain(forms.Form):
        code = TypedBackField(expected="NYC100")

    assert Certain({"code": "nyc100"}).is_valid()
    assert not Certain({"code": "NYC10"}).is_valid()
