"""One account, as a statement: its header, what it has, its newest movements, totals.

Source: KIU, "Queries", Travel Agency and Corporate Electronic Account.
"""

from rich.table import Table
from rich.text import Text

from skypurser.access.acting import acting_for
from skypurser.access.carriers import CarrierView
from skypurser.cli import console
from skypurser.cli.choosing import called, chosen_account, chosen_carrier
from skypurser.electronic.queries import AccountView
from skypurser.ledger.queries import MovementView, movements
from skypurser.tickets.documents import format_document

_LABELS = 18


def print_statement(
    code: str,
    *,
    carrier_code: str | None,
    type: str = "",  # noqa: A002 — the API's word
    currency: str = "",
    city: str = "",
    limit: int,
) -> None:
    """Print the account that the words fit, with its newest `limit` movements, the oldest of them first."""
    carrier = chosen_carrier(carrier_code)
    view = chosen_account(carrier, code, type=type, currency=currency, city=city)
    print_account(view, carrier=carrier, limit=limit)


def print_account(view: AccountView, *, carrier: CarrierView, limit: int) -> None:
    """Print an account with its newest movements."""
    newest: list[MovementView] = []
    if limit:
        with acting_for(carrier.id):
            newest = movements(carrier_id=carrier.id, account_id=view.account_id, limit=limit)
    kind = "Travel Agency" if view.type == "agency" else "Corporate"
    console.show(Text(f"{kind} Electronic Account", style="bold"), "", _header(view, carrier), "", _figures(view))
    if not limit:
        return
    if not newest:
        console.show("", "No movements yet.")
        return
    whole = _movements(newest[::-1], view, is_wide=True)
    console.show("", whole if console.fits(whole) else _movements(newest[::-1], view, is_wide=False))


def _header(view: AccountView, carrier: CarrierView) -> Table:
    facts = [
        ("Electronic Account", view.code),
        ("Carrier", called(carrier)),
        ("City", f"{view.city}, {view.country}"),
    ]
    rates = view.rates
    if view.type == "agency":
        facts += [
            ("Agency name", view.name),
            ("Issue ID", view.issue_id),
            ("Credit Card", "ON" if view.credit_card else "OFF"),
        ]
    else:
        facts.append(("Customer Name", view.name))
        if view.agency_involved:
            facts.append(("Agency Involved", f"{view.agency_involved} {view.agency_involved_name}".rstrip()))
    facts += [("Dom. Com. (%)", str(rates.domestic)), ("Int. Com. (%)", str(rates.international))]
    if rates.domestic_card is not None:
        facts += [("Com. TC Dom. (%)", str(rates.domestic_card)), ("Com. TC Int. (%)", str(rates.international_card))]
    facts.append(("Status", view.standing.status.value))
    made = _grid()
    made.add_column(width=_LABELS)
    made.add_column(overflow="fold")
    for label, value in facts:
        made.add_row(label, console.cell(value))
    return made


def _grid() -> Table:
    return Table.grid(padding=(0, 2, 0, 0))


def _figures(view: AccountView) -> Table:
    has, currency = view.standing, view.currency
    is_over = has.available < 0
    over = f"over limit by {console.grouped(-has.available, currency)} {currency}"
    made = _grid()
    made.add_column(width=_LABELS)
    made.add_column(justify="right", no_wrap=True)
    made.add_column()
    made.add_column(overflow="fold")
    for label, minor, note in (
        ("Balance", has.available, over if is_over else "available"),
        ("Credit Limit", has.credit_limit, ""),
        ("Total to pay", has.total_to_pay, "in favour" if has.total_to_pay < 0 else ""),
        ("Net", has.net, "credits less debits"),
        ("Held", has.held, ""),
    ):
        is_bad = is_over and label == "Balance"
        figure = console.amount(minor, currency, is_bad=is_bad)
        made.add_row(label, figure, currency, Text(note, style="bold red" if is_bad else "dim"))
    return made


def _movements(shown: list[MovementView], view: AccountView, *, is_wide: bool) -> Table:
    """Return the movements as a table; a narrow one has kind, document and reference in one column, on two lines."""
    has, currency = view.standing, view.currency
    last = ("Kind", "Document", "Reference") if is_wide else ("Reference",)
    before_last = ("",) * (len(last) - 1)
    made = console.table(
        "Item", "Date", "Debit", "Credit", "Net", *last, right=frozenset({"Item", "Debit", "Credit", "Net"})
    )
    first = shown[0]
    if first.item > 1:
        brought = first.net - first.credit + first.debit
        made.add_row("", "", "", "", console.amount(brought, currency), *before_last, "brought forward", style="dim")
    for movement in shown:
        made.add_row(
            str(movement.item),
            movement.business_date.isoformat(),
            console.amount(movement.debit, currency, blank_zero=True),
            console.amount(movement.credit, currency, blank_zero=True),
            console.amount(movement.net, currency),
            *_words(movement, is_wide=is_wide),
        )
    made.add_section()
    totals = (has.debits, has.credits, has.net)
    figures = (console.amount(total, currency) for total in totals)
    made.add_row("", "Total", *figures, *before_last, f"{currency}, all {has.movements:,} movements", style="bold")
    favour = f"{currency} in favour" if has.total_to_pay < 0 else currency
    to_pay = console.amount(has.total_to_pay, currency)
    made.add_row("", "Total to pay", "", "", to_pay, *before_last, favour, style="bold")
    return made


def _words(movement: MovementView, *, is_wide: bool) -> tuple[Text, ...]:
    document = movement.document or ""
    if len(document) == 13 and document.isdecimal():
        document = format_document(document)
    reference = movement.reference
    if movement.original_date is not None:
        reference = f"{reference} (of {movement.original_date.isoformat()})".strip()
    if is_wide:
        return console.cell(movement.kind), console.cell(document), console.cell(reference)
    # printable() would replace the line break, so it is set between what is printable already.
    what = console.printable(f"{movement.kind} {document}".rstrip())
    return (Text(f"{what}\n{console.printable(reference)}" if document else f"{what} {console.printable(reference)}"),)
