"""The words on statements and in the letters that bring them, in the languages that they come in.

They stand here and not in the catalogues of the desk: a statement that was sent says the same for ever.
"""

from collections.abc import Mapping

_ENGLISH = {
    "statement": "Statement of account",
    "numbered": "Statement No. {number}",
    "file": "statement",
    "since_beginning": "Since the beginning",
    "agency": "Office",
    "corporate": "Customer",
    "city": "City",
    "issue_id": "Issue ID",
    "agency_involved": "Agency involved",
    "currency": "Currency",
    "reference": "Reference",
    "item": "Item",
    "date": "Date",
    "kind": "Kind",
    "document": "Document",
    "movement": "Movement",
    "original": "of {date}",
    "original_date": "Original date",
    "debit": "Debit",
    "credit": "Credit",
    "balance": "Balance",
    "opening": "Opening balance",
    "closing": "Closing balance",
    "total": "Total",
    "to_pay": "Total to pay",
    "in_favour": "In your favour",
    "held": "Held",
    "limit": "Credit limit",
    "available": "Available",
    "as_of": "Held, credit limit and available as of {instant} (UTC).",
    "none": "Nothing moved in this period.",
    "too_many": "{count} movements, listed in the workbook.",
    "far_too_many": "{count} movements: too many to enclose a list of them.",
    "page": "Page",
    "hash": "Content hash (SHA-256)",
    "subject": "Statement No. {number} of account {code} {currency}",
    "greeting": "Dear Sir or Madam,",
    "letter": "Please find attached statement No. {number} of account {code} {currency}, {name}, through {through}.",
    "letter_frozen": "The period through this date is closed: what comes in late appears in the next statement.",
    "period_subject": "Statement of account {code} {currency}, through {through}",
    "period_letter": "Please find attached the statement of the account {code} {currency}, {name}: {period}.",
    "period": "Period",
    "kind_ticket": "Sale",
    "kind_void": "Void",
    "kind_refund": "Refund",
    "kind_credit": "Credit",
    "kind_debit": "Debit",
    "kind_opening": "Opening balance",
    "kind_reversal": "Reversal",
    "kind_capture": "Capture of a hold",
    "mass": "Cut-offs through {through}",
    "mass_file": "cut-offs",
    "account": "Account",
    "name": "Name",
    "number": "Statement",
    "goes_to": "Goes to",
    "reason": "Not cut off, because",
    "reason_period_closed": "it is closed through this date already",
    "reason_cut_off_in_future": "the date lies in the future there",
    "reason_no_address": "nobody has said where its statements go",
    "reason_account_not_found": "there is no such account any more",
    "reason_permission_denied": "whoever asked may not do it there any more",
    "reason_mail_not_configured": "there is no mail server any more",
    "reason_not_reached": "the job ended before it was its turn",
}
_SPANISH = {
    "statement": "Estado de cuenta",
    "numbered": "Resumen N.º {number}",
    "file": "resumen",
    "since_beginning": "Desde el inicio",
    "agency": "Oficina",
    "corporate": "Cliente",
    "city": "Ciudad",
    "issue_id": "ID de emisión",
    "agency_involved": "Agencia involucrada",
    "currency": "Moneda",
    "reference": "Referencia",
    "item": "Ítem",
    "date": "Fecha",
    "kind": "Tipo",
    "document": "Documento",
    "movement": "Movimiento",
    "original": "del {date}",
    "original_date": "Fecha original",
    "debit": "Débito",
    "credit": "Crédito",
    "balance": "Saldo",
    "opening": "Saldo inicial",
    "closing": "Saldo final",
    "total": "Total",
    "to_pay": "Total a pagar",
    "in_favour": "A su favor",
    "held": "Retenido",
    "limit": "Límite de crédito",
    "available": "Disponible",
    "as_of": "Retenido, límite de crédito y disponible al {instant} (UTC).",
    "none": "Sin movimientos en este período.",
    "too_many": "{count} movimientos, detallados en la planilla.",
    "far_too_many": "{count} movimientos: demasiados para adjuntar su detalle.",
    "page": "Página",
    "hash": "Hash del contenido (SHA-256)",
    "subject": "Resumen N.º {number} de la cuenta {code} {currency}",
    "greeting": "Estimados señores:",
    "letter": "Adjuntamos el resumen N.º {number} de la cuenta {code} {currency}, {name}, hasta el {through}.",
    "letter_frozen": "El período hasta esa fecha queda cerrado: lo que llegue después figurará en el próximo resumen.",
    "period_subject": "Estado de la cuenta {code} {currency} hasta el {through}",
    "period_letter": "Adjuntamos el estado de la cuenta {code} {currency}, {name}: {period}.",
    "period": "Período",
    "kind_ticket": "Venta",
    "kind_void": "Anulación",
    "kind_refund": "Reembolso",
    "kind_credit": "Crédito",
    "kind_debit": "Débito",
    "kind_opening": "Saldo inicial",
    "kind_reversal": "Reversión",
    "kind_capture": "Captura de una retención",
    "mass": "Cortes hasta el {through}",
    "mass_file": "cortes",
    "account": "Cuenta",
    "name": "Nombre",
    "number": "Resumen",
    "goes_to": "Se envía a",
    "reason": "Sin corte, porque",
    "reason_period_closed": "ya está cerrada hasta esa fecha",
    "reason_cut_off_in_future": "la fecha es futura en ese lugar",
    "reason_no_address": "nadie indicó adónde se envían sus resúmenes",
    "reason_account_not_found": "la cuenta ya no existe",
    "reason_permission_denied": "quien lo pidió ya no tiene permiso en ese lugar",
    "reason_mail_not_configured": "ya no hay servidor de correo",
    "reason_not_reached": "la tarea terminó antes de llegar a ella",
}

WORDS: Mapping[str, Mapping[str, str]] = {"en": _ENGLISH, "es": _SPANISH}

#: The words of each layout (`content.LAYOUT`) that statements were made with, by language. What a statement says with
#: them stays: where words of its documents change, the former ones are kept here for the layout that had them.
_OF_LAYOUT: Mapping[int, Mapping[str, Mapping[str, str]]] = {1: WORDS}


def words_of(layout: int, language: str) -> Mapping[str, str]:
    """Return the words of the documents of a layout."""
    return _OF_LAYOUT[layout][language]


def kind(code: str, words: Mapping[str, str]) -> str:
    """Return what a kind of movement is called; the code itself, made readable, where there is no word for it."""
    return words.get(f"kind_{code}") or code.replace("_", " ")


def reason(code: str, language: str) -> str:
    """Return why an account was not cut off; the code itself, made readable, where there is no word for it."""
    return WORDS[language].get(f"reason_{code}") or code.replace("_", " ")
