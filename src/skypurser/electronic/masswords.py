"""The words of a mass change's file, in the languages that it comes in; without a language, names for programs."""

from collections.abc import Mapping

from skypurser.electronic.mass import RATES

#: The file's columns, in their order. In any language their names are SQL's: at most 63 bytes, no quotation mark, no %.
COLUMNS = (
    *("type", "code", "name", "city", "country", "currency", "account_id", "outcome"),
    *(f"{rate}_{when}" for rate in RATES for when in ("old", "new")),
)

_PLAIN = {
    **{column: column for column in COLUMNS},
    "agency": "agency",
    "corporate": "corporate",
    "changed": "changed",
    "left_out": "left out",
    "file": "mass-change",
}
_ENGLISH = {
    "type": "Type",
    "code": "Code",
    "name": "Client or office",
    "city": "City",
    "country": "Country",
    "currency": "Currency",
    "account_id": "Account ID",
    "outcome": "Outcome",
    "domestic_old": "Domestic commission, before",
    "domestic_new": "Domestic commission, after",
    "international_old": "International commission, before",
    "international_new": "International commission, after",
    "domestic_card_old": "Domestic commission with credit card, before",
    "domestic_card_new": "Domestic commission with credit card, after",
    "international_card_old": "International commission with credit card, before",
    "international_card_new": "International commission with credit card, after",
    "agency": "Agency",
    "corporate": "Corporate",
    "changed": "changed",
    "left_out": "left out",
    "file": "mass-change",
}
_SPANISH = {
    "type": "Tipo",
    "code": "Código",
    "name": "Cliente u oficina",
    "city": "Ciudad",
    "country": "País",
    "currency": "Moneda",
    "account_id": "ID de la cuenta",
    "outcome": "Resultado",
    "domestic_old": "Comisión doméstica, antes",
    "domestic_new": "Comisión doméstica, después",
    "international_old": "Comisión internacional, antes",
    "international_new": "Comisión internacional, después",
    "domestic_card_old": "Comisión doméstica con tarjeta de crédito, antes",
    "domestic_card_new": "Comisión doméstica con tarjeta de crédito, después",
    "international_card_old": "Comisión internacional con tarjeta de crédito, antes",
    "international_card_new": "Comisión internacional con tarjeta de crédito, después",
    "agency": "Agencia",
    "corporate": "Corporativa",
    "changed": "cambiada",
    "left_out": "no se cambió",
    "file": "cambio-masivo",
}

#: By the language, `en` or `es`; what a program asks for has none, and never changes its words.
WORDS: Mapping[str, Mapping[str, str]] = {"": _PLAIN, "en": _ENGLISH, "es": _SPANISH}
