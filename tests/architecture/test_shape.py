"""Rules of shape that the import contracts can't express."""

import ast
import re

import pytest
from django.apps import apps
from django.core.management import call_command
from tests.architecture.tree import DOMAIN, PACKAGE, ROOT, modules

#: Names that say nothing of the business; a module is named after a concept.
NAMELESS = {"services", "utils", "util", "helpers", "common", "manager", "managers", "misc", "base"}

#: Public functions with more than two positional arguments, and why their order is no riddle.
IN_ORDER = {
    "src/skypurser/ledger/decide.py decide": "the ledger's one question; account, intent, now is how it is said",
    "src/skypurser/ledger/digests.py link": "the order is what is hashed",
    "src/skypurser/electronic/terms.py rates_of": "takes the columns of a row in the row's order",
    "src/skypurser/tickets/amounts.py sale_amounts": "a formula of three numbers",
}

#: Who names another package's table in SQL, and why.
ABROAD = {
    ("history_act", "ledger"): "an act is written in the statement that stores its entry",
    ("history_refusedattempt", "ledger"): "so is a refusal; the audit compares it with its key",
    ("history_event", "webhooks"): "what is sent is read, and replayed, with the delivery, in one statement",
    ("ledger_account", "electronic/migrations"): "the foreign key from the account's terms",
    ("ledger_entry", "electronic/migrations"): "the foreign key from an approved request to its movement",
    ("backlog_job", "electronic/migrations"): "the foreign key from what a mass change made of an account to its job",
    ("backlog_job", "importing/migrations"): "the foreign key from a file that was confirmed to its job",
    ("access_member", "briefings/migrations"): "the foreign key to who was briefed",
    ("access_member", "electronic/migrations"): "the foreign keys to who asked and who decided",
    ("ledger_hold", "electronic"): "on which account a hold is, for those who name the hold alone",
    ("ledger_account", "tickets/migrations"): "the trigger that keeps an account that sold tickets",
    ("electronic_electronicaccount", "overview"): "roll-ups by the place that an account is in, in one statement",
    ("electronic_electronicaccount", "finding"): "whatever is found belongs to an account within the asker's reach",
    ("parties_office", "finding"): "by the issue id",
    ("tickets_ticket", "finding"): "found by their indexes, a few at a time",
    ("ledger_entry", "finding"): "so are movements",
    ("parties_customer", "finding"): "customers and cards are found by their names in one statement",
    ("parties_person", "finding"): "and by those of their persons",
    ("jetcards_jetcard", "finding"): "so are cards",
    ("charter_quote", "finding"): "quotes and bookings are found by their numbers in one statement",
    ("charter_booking", "finding"): "so are bookings",
    ("access_carrier", "finding"): "and only where jet cards are switched on",
    ("ledger_hold", "finding"): "so are holds",
    ("invoices_invoice", "finding"): "an invoice is found by its number, within reach, in one statement",
    ("parties_customer", "invoices"): "invoices are listed by a part of the customer's name, however many bear it",
    ("tickets_ticket", "overview"): "sales are summed up where they are, never carried over",
    ("history_refusedattempt", "overview"): "so are refusals, within the reach of whoever asks",
    ("parties_office", "electronic"): "lists of accounts show the office's name, in one query",
    ("parties_client", "electronic"): "so they do the client's",
    ("ledger_account", "alerts/migrations"): "the foreign key from whoever is told of an account or a card",
    ("history_event", "alerts/migrations"): "the foreign key from what is to be told",
    ("ledger_account", "jetcards/migrations"): "the foreign key from a card",
    ("ledger_entry", "jetcards/migrations"): "the foreign keys from a transfer to its two movements",
    ("parties_customer", "jetcards/migrations"): "the foreign key to whose card it is",
    ("parties_person", "jetcards/migrations"): "the foreign key to who may use it",
    ("parties_person", "jetcards"): "whether somebody may pay is read under the account's lock, in one statement",
    ("parties_customer", "jetcards"): "events name the customer of many cards in one query; so does the audit",
    ("access_carrier", "jetcards"): "the carrier's local date is read with the card, under the lock",
    ("parties_customer", "charter/migrations"): "the foreign keys to whose quote or booking it is",
    ("parties_person", "charter/migrations"): "the foreign keys to the contact",
    ("jetcards_jetcard", "charter/migrations"): "the foreign keys to the card that pays",
    ("ledger_hold", "charter/migrations"): "the foreign key to what a quote holds",
    ("ledger_entry", "charter/migrations"): "the foreign key from a step of a booking to its movement",
    ("jetcards_jetcard", "invoices/migrations"): "the foreign key to the card that paid",
    ("ledger_entry", "invoices/migrations"): "the foreign keys to what was posted",
    ("parties_customer", "invoices/migrations"): "the foreign keys to who pays",
    ("electronic_electronicaccount", "statements/migrations"): "the foreign key to whose statement it is",
    ("ledger_entry", "statements/migrations"): "the foreign key to the mark of its cut-off, which a trigger looks at",
    ("backlog_job", "statements/migrations"): "the foreign key from what a mass cut-off made of an account to its job",
    ("ledger_account", "statements/migrations"): "the same trigger looks through when the account is closed",
    ("parties_office", "electronic/migrations"): "the foreign key to whose account it is",
    ("parties_client", "electronic/migrations"): "the foreign key to whose account it is",
}


def test_modules_are_named_after_concepts() -> None:
    named = [path.relative_to(ROOT) for path in PACKAGE.rglob("*") if path.stem.lower() in NAMELESS]

    assert not named


def test_every_package_says_what_it_owns_and_where_to_start() -> None:
    silent = [
        module.where
        for module in modules()
        if module.path.name == "__init__.py" and not module.is_migration and not ast.get_docstring(module.tree)
    ]

    assert not silent


def test_public_functions_take_what_could_be_mistaken_by_name() -> None:
    """More than two positional arguments are a riddle at the call; hooks that the ledger calls are methods."""
    riddles = {
        f"{module.where} {function.name}"
        for module in modules(*DOMAIN)
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not function.name.startswith("_")
        and len(function.args.posonlyargs + function.args.args) > 2
    }

    assert riddles == IN_ORDER.keys()


def test_a_table_is_named_by_its_own_package() -> None:
    """Others ask its functions; exceptions stand in `ABROAD`, and one that is gone goes from there too."""
    owners = {model._meta.db_table: model._meta.app_label for model in apps.get_models()}
    owners = {table: owner for table, owner in owners.items() if owner in DOMAIN}
    a_table = re.compile(rf"\b({'|'.join(owners)})\b")
    assert len(owners) > 10

    abroad = {
        (table, module.package + ("/migrations" if module.is_migration else ""))
        for module in modules()
        for table in a_table.findall(module.text)
        if owners[table] != module.package
    }

    assert abroad == ABROAD.keys()


def test_models_are_imported_by_their_own_package_only() -> None:
    guests = [
        f"{module.where} imports {node.module}"
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        and node.module
        and node.module.startswith("skypurser.")
        and node.module.endswith(".models")
        and node.module.split(".")[1] != module.package
    ]

    assert not guests


def test_the_domain_has_no_clock_of_its_own() -> None:
    """`now` is an argument, or the database's."""
    readings = [
        f"{module.where}:{call.lineno} {ast.unparse(call.func)}"
        for module in modules("errors", "money", *DOMAIN)
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and ast.unparse(call.func).split(".")[-2:]
        in (
            ["datetime", "now"],
            ["datetime", "utcnow"],
            ["datetime", "today"],
            ["date", "today"],
            ["timezone", "now"],
            ["timezone", "localdate"],
            ["time", "time"],
        )
    ]

    assert not readings


def test_the_migrations_make_what_the_models_say(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True)
    except SystemExit:
        pytest.fail(f"models and migrations differ; run django makemigrations:\n{capsys.readouterr().out}")
