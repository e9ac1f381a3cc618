"""What is wrong with a file, in a sentence for each code, in English and Spanish."""

from collections.abc import Mapping

from skypurser.importing import words
from skypurser.importing.flaws import Flaw
from skypurser.importing.words import Both

SENTENCES: Mapping[str, Both] = {
    # the sheet and its header
    "unknown_sheet": ("There is no such sheet to import.", "No existe tal hoja para importar."),
    "duplicate_sheet": ("The file has this sheet twice.", "El archivo tiene esta hoja dos veces."),
    "kind_unclear": (
        "The header does not tell what the file holds; choose it, or take the header of a template.",
        "El encabezado no indica qué contiene el archivo; elíjalo, o use el encabezado de una plantilla.",
    ),
    "nothing_to_import": ("There are no rows to import.", "No hay filas para importar."),
    "unknown_column": ("There is no such column.", "No existe tal columna."),
    "duplicate_column": ("The sheet has this column twice.", "La hoja tiene esta columna dos veces."),
    "missing_column": ("The column is missing.", "Falta la columna."),
    "beyond_header": ("There is no title above this value.", "No hay un título sobre este valor."),
    # one cell
    "missing_value": ("A value is missing.", "Falta un valor."),
    "formula_broken": ("The formula came to an error.", "La fórmula dio un error."),
    "unprintable": ("Only printable characters, on one line.", "Solo caracteres imprimibles, en una línea."),
    "too_long": ("At most {longest} characters.", "Como máximo {longest} caracteres."),
    "not_a_code": ("A code has 2 to 20 letters and digits.", "Un código tiene de 2 a 20 letras y dígitos."),
    "not_a_city": ("An IATA code has three letters.", "Un código IATA tiene tres letras."),
    "not_a_country": ("A country is two letters (ISO 3166).", "Un país son dos letras (ISO 3166)."),
    "unknown_choice": ("One of: {choices}.", "Uno de: {choices}."),
    "unknown_currency": (
        "No currency that accounts are kept in (ISO 4217).",
        "No es una moneda en la que se lleven cuentas (ISO 4217).",
    ),
    "not_an_amount": (
        "This is no amount; it is written like {example}.",
        "No es un importe; se escribe como {example}.",
    ),
    "negative_amount": ("An amount has no sign here.", "Aquí un importe no lleva signo."),
    "too_many_decimals": (
        "{currency} has {digits} decimals, and this amount has more.",
        "{currency} tiene {digits} decimales, y este importe tiene más.",
    ),
    "ambiguous_amount": (
        "The comma may be that of thousands or of decimals; write it like {example}.",
        "La coma puede ser de miles o de decimales; escríbalo como {example}.",
    ),
    "amount_too_large": ("The amount is beyond all bounds.", "El importe supera todos los límites."),
    "not_a_percentage": (
        "A percentage is 0 to 100 with at most two decimals.",
        "Un porcentaje va de 0 a 100 con dos decimales como máximo.",
    ),
    "not_a_whole_percentage": (
        "A percentage of the limit is 1 to 100 without decimals.",
        "Un porcentaje del límite va de 1 a 100 sin decimales.",
    ),
    "not_an_email": ("This is no e-mail address: {address}.", "No es una dirección de correo: {address}."),
    "too_many_emails": ("At most {most} addresses.", "Como máximo {most} direcciones."),
    # the row
    "unknown_airport": (
        "No airport has this code; where the city has none of its own code, name the airport.",
        "Ningún aeropuerto tiene este código; si la ciudad no tiene uno de su mismo código, indique el aeropuerto.",
    ),
    "country_differs": ("The airport {airport} lies in {country}.", "El aeropuerto {airport} está en {country}."),
    "agencies_only": ("Only an agency has this.", "Solo una agencia lo tiene."),
    "percentage_missing": (
        "A FIXED or MAX commission has a percentage.",
        "Una comisión FIJA o MÁX lleva un porcentaje.",
    ),
    "percentage_of_free": ("A FREE commission has no percentage.", "Una comisión LIBRE no lleva porcentaje."),
    "two_marks": (
        "Low below an amount or a percentage, not both.",
        "Saldo bajo por importe o por porcentaje, no ambos.",
    ),
    "mark_is_zero": ("The amount is above zero.", "El importe es mayor que cero."),
    "alerts_to_nobody": ("There is no e-mail address to tell.", "No hay una dirección de correo a la que avisar."),
    "statements_to_nobody": (
        "There is no e-mail address that statements go to.",
        "No hay una dirección de correo adónde enviar los resúmenes.",
    ),
    "one_amount": (
        "Either what is in favour or what is owed, above zero.",
        "O el saldo a favor o el adeudado, mayor que cero.",
    ),
    "duplicate_row": ("Row {first} says the same already.", "La fila {first} ya dice lo mismo."),
    # what is there
    "party_differs": (
        "It is registered already, with another {fields}.",
        "Ya está registrado, con otro dato en: {fields}.",
    ),
    "office_unknown": (
        "No such office, neither registered nor in the sheet of offices.",
        "No existe tal oficina, ni registrada ni en la hoja de oficinas.",
    ),
    "client_unknown": (
        "No such client, neither registered nor in the sheet of clients.",
        "No existe tal cliente, ni registrado ni en la hoja de clientes.",
    ),
    "client_ambiguous": (
        "The client is in several cities ({cities}); name one.",
        "El cliente está en varias ciudades ({cities}); indique una.",
    ),
    "wrong_city": ("The office is in {city}.", "La oficina está en {city}."),
    "account_exists": ("There is such an account already.", "Ya existe tal cuenta."),
    "account_unknown": (
        "No such account, neither open nor in the sheet of accounts.",
        "No existe tal cuenta, ni abierta ni en la hoja de cuentas.",
    ),
    "account_has_movements": (
        "The account has movements already; an opening balance is the first one.",
        "La cuenta ya tiene movimientos; un saldo inicial es el primero.",
    ),
    "account_inhibited": (
        "The account is inhibited and takes no opening balance.",
        "La cuenta está inhabilitada y no admite un saldo inicial.",
    ),
    "out_of_reach": (
        "This is outside the places you work for.",
        "Está fuera de los lugares para los que usted trabaja.",
    ),
    "permission_denied": ("You may not import this: {permission}.", "Usted no puede importar esto: {permission}."),
}

_PERMISSIONS: Mapping[str, Both] = {
    "new_account": ("new account", "nueva cuenta"),
    "credit_and_debit": ("credit and debit", "crédito y débito"),
    "account_management": ("account management", "gestión de cuentas"),
}


def sentence(flaw: Flaw, language: str) -> str:
    """Return what is wrong, in a language."""
    return words.said(SENTENCES[flaw.code], language).format_map(
        {name: _fact(name, fact, language) for name, fact in flaw.facts.items()}
    )


def sheet(flaw: Flaw, language: str) -> str:
    """Return what the sheet is called."""
    both = words.SHEETS.get(flaw.sheet)
    return flaw.sheet if both is None else words.said(both, language)


def column(flaw: Flaw, language: str) -> str:
    """Return what the column is called."""
    both = words.COLUMNS.get(flaw.column)
    return flaw.column if both is None else words.said(both, language)


def _fact(name: str, fact: str, language: str) -> str:
    if name == "permission":
        return words.said(_PERMISSIONS[fact], language)
    table = {"choices": words.CHOICES, "fields": words.COLUMNS}.get(name)
    if table is None:
        return fact
    return ", ".join(words.said(table[one], language) for one in fact.split(","))
