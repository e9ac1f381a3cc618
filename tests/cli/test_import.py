"""The verb `import`."""

from pathlib import Path

import pytest
from tests import cast
from tests.cli.files import run
from tests.importing.files import ACCOUNTS, BALANCES, OFFICES, agencies, comma_separated, workbook

from skypurser.access.actors import operator
from skypurser.electronic import queries
from skypurser.history import acts


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "migration.xlsx"
    path.write_bytes(workbook(agencies("MOVED1", "MOVED2")))
    return path


def test_a_workbook_is_tried_out_imported_and_replayed(book: Path) -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)

    dry = run("import", *at, book, "--dry-run")
    before = queries.named("MOVED1", actor=operator(carrier.id))
    first, again = (run("import", *at, book, "--as", "ana") for _ in range(2))

    assert [one.exit_code for one in (dry, first, again)] == [0, 0, 0], first.output
    assert before == []
    for word in ("Offices registered", "Agencies' accounts", "Opening balances", "20,000.00", "500.00"):
        assert word in dry.stdout
    assert dry.stdout.splitlines()[-1].endswith("6 rows of migration.xlsx. This would be made; nothing is.")
    assert first.stdout.splitlines()[-1].endswith("This is made.")
    assert again.stdout.splitlines()[-1].endswith("This was made before; nothing is done twice.")
    assert again.stdout.splitlines()[:-1] == first.stdout.splitlines()[:-1]
    (agency,) = queries.named("MOVED1", actor=operator(carrier.id))
    (opened,) = acts.of_account(carrier_id=carrier.id, account_id=agency.account_id)[-1:]
    assert (opened.actor, opened.reference) == ("ana", "migration.xlsx")


def test_what_is_wrong_is_a_table_on_stdout_and_exit_code_1(book: Path) -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)
    run("import", *at, book)

    refused = run("import", *at, book, "--key", "another", "--language", "es")

    assert refused.exit_code == 1
    lines = refused.stdout.splitlines()
    assert lines[0].split() == ["Hoja", "Fila", "Columna", "Valor", "Código", "Qué", "está", "mal"]
    assert any(
        line.split()[:5] == ["Cuentas", "2", "Código", "MOVED1", "account_exists"] and "Ya existe tal cuenta." in line
        for line in lines
    )
    assert refused.stderr == "Error: El archivo tiene 4 errores; no se importó nada.\n"
    english = run("import", *at, book, "--key", "another")
    assert english.stdout.splitlines()[0].split() == ["Sheet", "Row", "Column", "Value", "Code", "What", "is", "wrong"]
    assert english.stderr == "Error: The file has 4 flaws; nothing was imported.\n"


def test_what_is_made_is_told_in_spanish_as_well(book: Path) -> None:
    carrier = cast.carrier()
    how = ("--carrier", carrier.code, book, "--language", "es")

    dry, first, again = run("import", *how, "--dry-run"), run("import", *how), run("import", *how)

    for words in ("Cantidad", "Oficinas registradas", "Cuentas de agencias", "Saldos iniciales", "Límites de crédito"):
        assert words in dry.stdout
    assert dry.stdout.splitlines()[-1].endswith("6 filas de migration.xlsx. Esto se haría; no se hizo nada.")
    assert first.stdout.splitlines()[-1].endswith("Esto está hecho.")
    assert again.stdout.splitlines()[-1].endswith("Esto ya se había hecho; nada se hace dos veces.")
    for english in ("registered", "Count", "rows of"):
        assert english not in first.stdout


def test_csv_is_imported_sheet_by_sheet(tmp_path: Path) -> None:
    carrier = cast.carrier()
    sheets = {
        "offices": [OFFICES, ["MOVED1", "Agency", "", "NYC", "JFK"]],
        "accounts": [ACCOUNTS, ["agency", "MOVED1", "USD", "100.00"]],
        "balances": [BALANCES, ["agency", "MOVED1", "USD", "", "0.01"]],
    }
    for kind, rows in sheets.items():
        path = tmp_path / f"{kind}.csv"
        path.write_bytes(comma_separated(rows))
        done = run("import", "--carrier", carrier.code, "--kind", kind, path)
        assert done.exit_code == 0, done.output

    (agency,) = queries.named("MOVED1", actor=operator(carrier.id))
    assert agency.standing.available == 9_999


def test_the_template_is_written_and_holds_nothing_to_import(tmp_path: Path) -> None:
    carrier = cast.carrier()
    at = ("--carrier", carrier.code)
    whole, part = tmp_path / "import.xlsx", tmp_path / "accounts.csv"

    assert run("import", "--template", whole, "--language", "es").exit_code == 0
    assert run("import", "--template", part, "--kind", "accounts").exit_code == 0
    found = run("import", *at, whole)

    assert found.exit_code == 1
    assert "nothing_to_import" in found.stdout
    assert part.read_text("utf-8-sig").startswith("Note,Type,Code,City,Currency,Credit limit,")


def test_a_file_that_is_not_there_or_is_none_is_one_line(tmp_path: Path) -> None:
    carrier = cast.carrier()
    picture = tmp_path / "logo.xlsx"
    picture.write_bytes(b"PK\x03\x04 no")

    missing = run("import", "--carrier", carrier.code, tmp_path / "nowhere.xlsx")
    unreadable = run("import", "--carrier", carrier.code, picture)

    assert (missing.exit_code, unreadable.exit_code) == (1, 1)
    assert missing.stderr == f"Error: {tmp_path / 'nowhere.xlsx'}: No such file or directory.\n"
    assert unreadable.stderr.startswith("Error: The file is neither an Excel workbook")
