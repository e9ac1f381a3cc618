"""The words of files to be imported, in English and Spanish: sheets, columns, values of closed lists, and their notes.

They stand here and not in the catalogues of the desk: a template that was downloaded in one language is brought by
a member who reads another, and a file has no member. What is wrong with a file is in `sentences.py`.
"""

from collections.abc import Mapping
from functools import cache

from skypurser.parties.texts import sort_name

LANGUAGES = ("en", "es")

type Both = tuple[str, str]

SHEETS: Mapping[str, Both] = {
    "offices": ("Offices", "Oficinas"),
    "clients": ("Clients", "Clientes"),
    "accounts": ("Accounts", "Cuentas"),
    "balances": ("Opening balances", "Saldos iniciales"),
}

#: Sheets of the template that hold no rows.
NOTES, LISTS = ("Notes", "Notas"), ("Lists", "Listas")

#: What a row begins with that shows how a row looks, and is never imported.
EXAMPLE = ("EXAMPLE, not imported", "EJEMPLO, no se importa")
_EXAMPLES = ("example", "ejemplo")

#: The code in such rows, which tells them where somebody has deleted the column that they begin with.
EXAMPLE_CODE = ("EXAMPLE", "EJEMPLO")

COLUMNS: Mapping[str, Both] = {
    "note": ("Note", "Nota"),
    "code": ("Code", "Código"),
    "name": ("Name", "Nombre"),
    "issue_id": ("Issue ID", "ID de emisión"),
    "city": ("City", "Ciudad"),
    "airport": ("Airport", "Aeropuerto"),
    "country": ("Country", "País"),
    "agency_involved": ("Agency involved", "Agencia involucrada"),
    "type": ("Type", "Tipo"),
    "currency": ("Currency", "Moneda"),
    "credit_limit": ("Credit limit", "Límite de crédito"),
    "credit_card": ("Credit card", "Tarjeta de crédito"),
    "domestic_mode": ("Domestic commission, mode", "Comisión doméstica, modo"),
    "domestic_percent": ("Domestic commission, %", "Comisión doméstica, %"),
    "international_mode": ("International commission, mode", "Comisión internacional, modo"),
    "international_percent": ("International commission, %", "Comisión internacional, %"),
    "domestic_card_mode": ("Domestic commission with card, mode", "Comisión doméstica con tarjeta, modo"),
    "domestic_card_percent": ("Domestic commission with card, %", "Comisión doméstica con tarjeta, %"),
    "international_card_mode": ("International commission with card, mode", "Comisión internacional con tarjeta, modo"),
    "international_card_percent": ("International commission with card, %", "Comisión internacional con tarjeta, %"),
    "status": ("Status", "Estado"),
    "low_amount": ("Low below, amount", "Saldo bajo, importe"),
    "low_percent": ("Low below, % of the limit", "Saldo bajo, % del límite"),
    "alert_emails": ("Alerts to (e-mail)", "Avisos a (correo)"),
    "alert_language": ("Language of alerts", "Idioma de los avisos"),
    "alert_occasions": ("Alerts about", "Avisos sobre"),
    "statement_email": ("Statements to (e-mail)", "Resúmenes a (correo)"),
    "statement_language": ("Language of statements", "Idioma de los resúmenes"),
    "reference": ("Reference", "Referencia"),
    "credit": ("In favour", "Saldo a favor"),
    "debit": ("Owed", "Saldo adeudado"),
}

#: What else a header may say.
_ALSO: Mapping[str, tuple[str, ...]] = {
    "code": ("office", "office id", "client code", "customer", "oficina", "codigo de cliente", "cliente"),
    "name": ("agency name", "account name", "client name", "nombre de la agencia", "nombre de la cuenta"),
    "credit": ("balance in favour", "a favor"),
    "debit": ("to pay", "total to pay", "a pagar", "adeudado"),
    "low_percent": ("low below percent of the limit", "saldo bajo porcentaje"),
    **{
        f"{rate}_percent": (f"{rate.replace('_', ' ')} percentage",)
        for rate in ("domestic", "international", "domestic_card", "international_card")
    },
}

#: The closed lists.
CHOICES: Mapping[str, Both] = {
    "agency": ("Agency", "Agencia"),
    "corporate": ("Corporate", "Corporativa"),
    "on": ("ON", "ON"),
    "off": ("OFF", "OFF"),
    "FREE": ("FREE", "LIBRE"),
    "FIXED": ("FIXED", "FIJA"),
    "MAX": ("MAX", "MÁX"),
    "ACTIVE": ("ACTIVE", "ACTIVA"),
    "SUSPENDED": ("SUSPENDED", "SUSPENDIDA"),
    "INHIBITED": ("INHIBITED", "INHABILITADA"),
    "en": ("English", "Inglés"),
    "es": ("Spanish", "Español"),
    "low": ("Low balance", "Saldo bajo"),
    "over_limit": ("Over the limit", "Límite excedido"),
    "status": ("Change of status", "Cambio de estado"),
}
_CHOICES_ALSO: Mapping[str, tuple[str, ...]] = {
    "on": ("yes", "true", "si", "1", "encendido", "activada"),
    "off": ("no", "false", "0", "apagado", "desactivada"),
    "corporate": ("corporativo", "client", "cliente"),
    "MAX": ("maximum", "maximo", "maxima"),
    "FIXED": ("fijo",),
}

COLUMN_NOTES: Mapping[str, Both] = {
    "note": ("Yours; it is not imported.", "Para uso propio; no se importa."),
    "code": (
        "2 to 20 capital letters and digits: the agency's Office ID, or your own code of the client.",
        "De 2 a 20 letras mayúsculas y dígitos: el Office ID de la agencia, o su propio código del cliente.",
    ),
    "name": ("What it is called.", "Su nombre."),
    "issue_id": ("The agency's issuing code.", "El código emisor de la agencia."),
    "city": (
        "IATA code. For accounts and balances only where a client is registered in several cities.",
        "Código IATA. En cuentas y saldos, solo si el cliente está registrado en varias ciudades.",
    ),
    "airport": (
        "IATA code: whose clock tells the dates. Empty where it has the city's code.",
        "Código IATA: su hora local determina las fechas. Vacío si coincide con el código de la ciudad.",
    ),
    "country": (
        "Two letters (ISO 3166). Empty for the airport's.",
        "Dos letras (ISO 3166). Vacío para el país del aeropuerto.",
    ),
    "agency_involved": (
        "Office ID of the agency whose customer the client is.",
        "Office ID de la agencia de la que el cliente es cliente.",
    ),
    "type": ("Whose account it is.", "De quién es la cuenta."),
    "currency": ("ISO 4217 code.", "Código ISO 4217."),
    "credit_limit": (
        "What may be owed; 0 for a prepaid account.",
        "Lo que se puede adeudar; 0 para una cuenta prepaga.",
    ),
    "credit_card": (
        "Agencies: whether sales by a card that is validated online credit their commission. Empty is OFF.",
        "Agencias: si las ventas con tarjeta validada en línea acreditan su comisión. Vacío es OFF.",
    ),
    "mode": (
        "FREE, FIXED or MAX; with card for agencies only. Empty is FREE.",
        "LIBRE, FIJA o MÁX; con tarjeta, solo agencias. Vacío es LIBRE.",
    ),
    "percent": (
        "0 to 100 with at most two decimals; empty for FREE.",
        "De 0 a 100 con dos decimales como máximo; vacío si es LIBRE.",
    ),
    "status": ("Empty is ACTIVE; INHIBITED is for agencies.", "Vacío es ACTIVA; INHABILITADA es solo para agencias."),
    "low_amount": (
        "Below how much available somebody is told. Empty, as the percentage, for a tenth of the limit.",
        "Por debajo de qué saldo disponible se avisa. Vacío, igual que el porcentaje, para la décima parte del límite.",
    ),
    "low_percent": (
        "The same as a part of the credit limit, 1 to 100 without decimals.",
        "Lo mismo como parte del límite de crédito, de 1 a 100 sin decimales.",
    ),
    "alert_emails": (
        "Who is told by e-mail; several with commas between them.",
        "A quién se avisa por correo; varios, separados por comas.",
    ),
    "alert_language": ("Empty is English.", "Vacío es inglés."),
    "alert_occasions": (
        "Low balance, over the limit, change of status: with commas between them. Empty is all of them.",
        "Saldo bajo, límite excedido, cambio de estado: separados por comas. Vacío es todos.",
    ),
    "statement_email": (
        "Where the statements of cut-offs go, those of many accounts at once too.",
        "Adónde se envían los resúmenes de los cortes, también los de muchas cuentas a la vez.",
    ),
    "statement_language": ("Empty is English.", "Vacío es inglés."),
    "reference": (
        "Why; it stays in the account's history. Empty for that of the import.",
        "Por qué; queda en el historial de la cuenta. Vacío para la de la importación.",
    ),
    "credit": (
        "What the holder has in its favour: the account's first movement. This or the other one.",
        "Lo que el titular tiene a favor: el primer movimiento de la cuenta. Este o el otro.",
    ),
    "debit": (
        "What the holder owes: the account's first movement. This or the other one.",
        "Lo que el titular adeuda: el primer movimiento de la cuenta. Este o el otro.",
    ),
}

MANDATORY: Both = ("mandatory", "obligatorio")

TEMPLATE_NOTES: tuple[Both, ...] = (
    (
        "All sheets are imported together, or nothing of them. A sheet may be left empty or deleted.",
        "Todas las hojas se importan juntas, o nada de ellas. Una hoja puede quedar vacía o eliminarse.",
    ),
    (
        "Rows that begin with EXAMPLE are never imported.",
        "Las filas que empiezan con EJEMPLO nunca se importan.",
    ),
    (
        "Offices and clients come before their accounts; those that are registered already need not be here.",
        "Las oficinas y los clientes van antes que sus cuentas; los que ya están registrados no hacen falta aquí.",
    ),
    (
        "Amounts have no more decimals than their currency.",
        "Los importes no llevan más decimales que su moneda.",
    ),
)


def said(words: Both, language: str) -> str:
    """Return the words in a language; English where we have not that one."""
    return words[language == "es"]


def note(column: str) -> Both:
    """Return what a column is for."""
    kind = "mode" if column.endswith("_mode") else "percent" if column.endswith("_percent") else column
    return COLUMN_NOTES[column if column in COLUMN_NOTES else kind]


def sheet_called(text: str) -> str | None:
    """Return the name of the sheet that is called so in either language; None for none, empty for one without rows."""
    return _sheets().get(sort_name(text))


def column_called(text: str) -> str | None:
    """Return the name of the column whose header says so in either language, by title or name; None for none."""
    return _columns().get(sort_name(text.replace("%", " percent ")))


def choice_called(text: str) -> str | None:
    """Return the value of a closed list that is called so in either language; None for none."""
    return _choices().get(sort_name(text))


def is_example(note: str, *, code: str) -> bool:
    """Tell whether a row with this note and code is an example."""
    return sort_name(note).startswith(_EXAMPLES) or code in EXAMPLE_CODE


@cache
def _sheets() -> Mapping[str, str]:
    found = {sort_name(word): name for name, both in SHEETS.items() for word in (name, *both)}
    return {**found, sort_name("balance"): "balances", **{sort_name(word): "" for word in (*NOTES, *LISTS)}}


@cache
def _columns() -> Mapping[str, str]:
    return {
        sort_name(word.replace("%", " percent ")): name
        for name, both in COLUMNS.items()
        for word in (name, *both, *_ALSO.get(name, ()))
    }


@cache
def _choices() -> Mapping[str, str]:
    return {
        sort_name(word): value
        for value, both in CHOICES.items()
        for word in (value, *both, *_CHOICES_ALSO.get(value, ()))
    }
