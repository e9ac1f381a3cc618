"""How a page says no: a refusal stands beside the field that it is about, or above the form."""

from django.forms import Form

from skypurser.errors import InvalidRequest, Refusal


def tell(form: Form, no: Refusal, /, **fields: str) -> None:
    """Add the refusal to the form's errors.

    Args:
        fields: What the form calls a field that the packages of the business call otherwise.
    """
    field = no.field if isinstance(no, InvalidRequest) else ""
    named = fields.get(field, field)
    text = sentence(no)
    form.add_error(named if named in form.fields else None, text)


def sentence(no: Refusal) -> str:
    """Return what a refusal says, as a sentence."""
    text = str(no).strip()
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
