"""What `skypurser import` prints, in English and Spanish; the words of the file itself are in `importing/words.py`."""

from collections.abc import Mapping

from skypurser.importing.report import Report
from skypurser.importing.words import Both, said

#: The heads of the table of flaws.
FLAWS: tuple[Both, ...] = (
    ("Sheet", "Hoja"),
    ("Row", "Fila"),
    ("Column", "Columna"),
    ("Value", "Valor"),
    ("Code", "Código"),
    ("What is wrong", "Qué está mal"),
)

COUNT: Both = ("Count", "Cantidad")

#: What is made, by the report's fields, in the order in which it is told.
MADE: Mapping[str, Both] = {
    "offices": ("Offices registered", "Oficinas registradas"),
    "clients": ("Clients registered", "Clientes registrados"),
    "known": ("Registered before", "Registrados antes"),
    "agencies": ("Agencies' accounts", "Cuentas de agencias"),
    "corporates": ("Corporate accounts", "Cuentas corporativas"),
    "suspended": ("  opened suspended or inhibited", "  abiertas suspendidas o inhabilitadas"),
    "recipients": ("Alerts by e-mail", "Avisos por correo"),
    "balances": ("Opening balances", "Saldos iniciales"),
    "over_limit": ("  beyond the credit limit", "  por encima del límite de crédito"),
    "above_threshold": ("  at the threshold of approval", "  en el umbral de aprobación"),
}

#: The heads of the table of totals.
TOTALS: tuple[Both, ...] = (
    ("Currency", "Moneda"),
    ("Accounts", "Cuentas"),
    ("Credit limits", "Límites de crédito"),
    ("Balances", "Saldos"),
    ("In favour", "A favor"),
    ("Owed", "Adeudado"),
)

_ROWS: Both = ("{carrier}: {count:,} rows of {file}.", "{carrier}: {count:,} filas de {file}.")
_DRY: Both = ("This would be made; nothing is.", "Esto se haría; no se hizo nada.")
_AGAIN: Both = ("This was made before; nothing is done twice.", "Esto ya se había hecho; nada se hace dos veces.")
_DONE: Both = ("This is made.", "Esto está hecho.")
_FLAW: Both = (
    "The file has {count:,} flaw; nothing was imported.",
    "El archivo tiene {count:,} error; no se importó nada.",
)
_SOME_FLAWS: Both = (
    "The file has {count:,} flaws; nothing was imported.",
    "El archivo tiene {count:,} errores; no se importó nada.",
)
_CUT: Both = ("The first {count:,} are shown.", "Se muestran los primeros {count:,}.")


def heads(both: tuple[Both, ...], language: str) -> tuple[str, ...]:
    """Return the heads of a table."""
    return tuple(said(one, language) for one in both)


def made(report: Report, language: str) -> list[tuple[str, int]]:
    """Return what is made, as label and count; what is not there is left out."""
    counted = ((said(label, language), int(getattr(report, field))) for field, label in MADE.items())
    return [(label, count) for label, count in counted if count]


def ended(*, carrier: str, rows: int, file: str, is_dry: bool, is_replayed: bool, language: str) -> str:
    """Return the closing line."""
    how = _DRY if is_dry else _AGAIN if is_replayed else _DONE
    return f"{said(_ROWS, language).format(carrier=carrier, count=rows, file=file)} {said(how, language)}"


def refused(*, total: int, shown: int, language: str) -> str:
    """Return what stops the command where the file has flaws."""
    told = said(_FLAW if total == 1 else _SOME_FLAWS, language).format(count=total)
    return f"{told} {said(_CUT, language).format(count=shown)}" if total > shown else told
