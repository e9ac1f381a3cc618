"""The words of briefings, in the languages that letters are written in. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from skypurser.briefings.gathering import Briefing
from skypurser.invoices.paper import Figures
from skypurser.mail.writing import Letter, Link, Section

#: How many reasons for refusals are told; the rest is one line.
REASONS = 6

_ENGLISH = {
    "subject.day": "Daily briefing of {carrier}: {last}",
    "subject.week": "Weekly briefing of {carrier}: {first} – {last}",
    "intro.day": "What happened at {carrier} on {last}, and what wants attention now.",
    "intro.week": "What happened at {carrier} from {first} to {last}, and what wants attention now.",
    "attention": "Wants attention now",
    "approvals": "Requests that wait for your decision",
    "over_limit": "Accounts over their limit",
    "near_limit": "Accounts near their limit (less than a tenth left)",
    "low": "Accounts below their own mark",
    "suspended": "Accounts suspended or inhibited",
    "low_cards": "Jet cards that run low",
    "over": "Over their limit by",
    "more": "{count} more",
    "sold": "Sold",
    "tickets": "{count} tickets: {amount}",
    "ticket": "1 ticket: {amount}",
    "refused": "Refused attempts",
    "refused_more": "Other reasons",
    "at_least": "more than {count}",
    "failed": "Failed for good",
    "failed_letters": "Letters",
    "failed_deliveries": "Deliveries to webhooks",
    "desk": "Open the desk",
    "preferences": "Change or stop these briefings",
    "insufficient_funds": "Not enough available",
    "account_suspended": "Account suspended",
    "account_inhibited": "Account inhibited",
    "account_closed": "Account closed",
    "account_not_found": "No such account",
    "account_ambiguous": "Account not named clearly",
    "commission_not_allowed": "Commission not allowed",
    "duplicate_document": "Document sold before",
    "invalid_document_number": "Document number not valid",
    "sale_not_found": "No such sale",
    "void_window_closed": "Too late to void",
    "already_voided": "Voided before",
    "already_refunded": "Refunded before",
    "refund_exceeds_sale": "Refund above the sale",
    "penalty_exceeds_refund": "Penalty above the refund",
    "period_closed": "Date in a closed period",
    "currency_mismatch": "Another currency than the account's",
    "key_reused": "Key used before for something else",
    "hold_not_found": "No such hold",
    "hold_expired": "Hold expired",
    "hold_resolved": "Hold captured or released before",
}
_SPANISH = {
    "subject.day": "Informe diario de {carrier}: {last}",
    "subject.week": "Informe semanal de {carrier}: {first} – {last}",
    "intro.day": "Lo que pasó en {carrier} el {last} y lo que requiere atención ahora.",
    "intro.week": "Lo que pasó en {carrier} del {first} al {last} y lo que requiere atención ahora.",
    "attention": "Requiere atención ahora",
    "approvals": "Solicitudes que esperan su decisión",
    "over_limit": "Cuentas que exceden su límite",
    "near_limit": "Cuentas cerca de su límite (queda menos de la décima parte)",
    "low": "Cuentas por debajo de su propio umbral",
    "suspended": "Cuentas suspendidas o inhabilitadas",
    "low_cards": "Jet cards con saldo bajo",
    "over": "Exceden su límite en",
    "more": "{count} más",
    "sold": "Ventas",
    "tickets": "{count} boletos: {amount}",
    "ticket": "1 boleto: {amount}",
    "refused": "Intentos rechazados",
    "refused_more": "Otros motivos",
    "at_least": "más de {count}",
    "failed": "Fallaron definitivamente",
    "failed_letters": "Correos",
    "failed_deliveries": "Entregas a webhooks",
    "desk": "Abrir el escritorio",
    "preferences": "Cambiar o suspender estos informes",
    "insufficient_funds": "Saldo insuficiente",
    "account_suspended": "Cuenta suspendida",
    "account_inhibited": "Cuenta inhabilitada",
    "account_closed": "Cuenta cerrada",
    "account_not_found": "Cuenta inexistente",
    "account_ambiguous": "Cuenta indicada de forma ambigua",
    "commission_not_allowed": "Comisión no permitida",
    "duplicate_document": "Documento ya vendido",
    "invalid_document_number": "Número de documento no válido",
    "sale_not_found": "Venta inexistente",
    "void_window_closed": "Fuera de plazo para anular",
    "already_voided": "Ya anulado",
    "already_refunded": "Ya reembolsado",
    "refund_exceeds_sale": "Reembolso mayor que la venta",
    "penalty_exceeds_refund": "Penalidad mayor que el reembolso",
    "period_closed": "Fecha en un período cerrado",
    "currency_mismatch": "Moneda distinta de la de la cuenta",
    "key_reused": "Clave ya usada para otra cosa",
    "hold_not_found": "Retención inexistente",
    "hold_expired": "Retención vencida",
    "hold_resolved": "Retención ya capturada o liberada",
}
WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType({"en": _ENGLISH, "es": _SPANISH})


@dataclass(frozen=True, slots=True)
class Links:
    """Where pages are, as whole addresses; empty where nobody knows under which address people reach the desk."""

    desk: str = ""
    preferences: str = ""


#: A word and its value, as a letter's table has them.
type Rows = Iterator[tuple[str, str]]


def letter_of(told: Briefing, *, cause: str, to: str, language: str, links: Links) -> Letter:
    """Return the letter that briefs a member.

    Args:
        cause: What makes it once.
        to: The recipient.
        language: One of `WORDS`.
    """
    words, figures = WORDS[language], Figures("USD", language)
    span = "day" if told.first_date == told.last_date else "week"
    names = {
        "carrier": " ".join(told.carrier.name.split()),
        "first": figures.day(told.first_date),
        "last": figures.day(told.last_date),
    }
    parts = (
        ("attention", _attention(told, words, language)),
        ("over", _over(told, words, language)),
        ("sold", _sold(told, words, language)),
        ("refused", _refused(told, words, language)),
        ("failed", _failed(told, words, language)),
    )
    offered = ((words["desk"], links.desk), (words["preferences"], links.preferences))
    return Letter(
        cause=cause,
        about=cause.partition("/")[0],
        recipient=to,
        language=language,
        subject=words[f"subject.{span}"].format(**names)[:200],
        paragraphs=(words[f"intro.{span}"].format(**names),),
        sections=[Section(words[name], rows) for name, found in parts if (rows := list(found))],
        links=[Link(label, url) for label, url in offered if url],
    )


def reason(code: str, language: str) -> str:
    """Return why something was refused; the code itself, made readable, where there is no word for it."""
    return WORDS[language].get(code) or code.replace("_", " ").capitalize()


def _attention(told: Briefing, words: Mapping[str, str], language: str) -> Rows:
    has = told.attention
    stopped = 0 if has is None else has.suspended + has.inhibited
    counts = (
        ("approvals", told.approvals),
        ("over_limit", 0 if has is None else has.over_limit),
        ("near_limit", 0 if has is None else has.near_limit),
        ("low", 0 if has is None else has.low),
        ("suspended", stopped),
        ("low_cards", told.low_cards),
    )
    yield from ((words[name], _whole(count, language)) for name, count in counts if count)


def _over(told: Briefing, words: Mapping[str, str], language: str) -> Rows:
    for one in told.over_limit:
        yield f"{one.code} {one.currency} · {one.name}", _money(-one.standing.available, one.currency, language)
    count = 0 if told.attention is None else told.attention.over_limit
    if told.over_limit and count > len(told.over_limit):
        yield "…", words["more"].format(count=_whole(count - len(told.over_limit), language))


def _sold(told: Briefing, words: Mapping[str, str], language: str) -> Rows:
    for one in told.sold:
        word = "ticket" if one.tickets == 1 else "tickets"
        amount = _money(one.amount, one.currency, language)
        yield one.currency, words[word].format(count=_whole(one.tickets, language), amount=amount)


def _refused(told: Briefing, words: Mapping[str, str], language: str) -> Rows:
    if told.refused is None:
        return
    counts: dict[str, int] = {}
    for one in told.refused.by_reason:
        counts[one.code] = counts.get(one.code, 0) + one.attempts
    most = sorted(counts.items(), key=lambda of: (-of[1], of[0]))
    for code, count in most[:REASONS]:
        number = _whole(count, language)
        yield reason(code, language), words["at_least"].format(count=number) if told.refused.is_partial else number
    if len(most) > REASONS:
        yield words["refused_more"], _whole(sum(count for _, count in most[REASONS:]), language)


def _failed(told: Briefing, words: Mapping[str, str], language: str) -> Rows:
    counts = (("failed_letters", told.failed_letters), ("failed_deliveries", told.failed_deliveries))
    yield from ((words[name], _whole(count, language)) for name, count in counts if count)


def _whole(count: int, language: str) -> str:
    return Figures("USD", language).quantity(count * 1000)


def _money(minor: int, currency: str, language: str) -> str:
    return f"{Figures(currency, language).amount(minor)} {currency}"
