"""The pages of imports: a file is brought, tried out, confirmed and imported; what is wrong is told on the page."""

from typing import Any

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from skypurser.access.permissions import ALL, Permission
from skypurser.administration.approvals import set_approval_threshold
from skypurser.backlog import queries
from skypurser.backlog.running import run
from skypurser.electronic.queries import named
from skypurser.jobs.asked import KINDS
from tests import cast
from tests.databases import unchanged
from tests.importing.files import ACCOUNTS, Rows, agencies, imported, workbook
from tests.web.managing.sending import send, words
from tests.web.people import signed_in

PATH = "/import"


def bring(browser: Client, content: bytes, **typed: str) -> Any:
    """Send a file by the form."""
    sent = SimpleUploadedFile("migration.xlsx", content)
    return browser.post(PATH, {"kind": "", "reference": "migration", **typed, "file": sent})


def test_a_file_is_brought_confirmed_and_imported_by_a_job() -> None:
    airline = cast.airline()
    browser = signed_in(airline)

    brought = bring(browser, workbook(agencies("MOVED1", "MOVED2")))
    page = browser.get(brought.headers["Location"])
    wrong = send(browser, brought.headers["Location"], typed="5")
    asked = send(browser, brought.headers["Location"], typed="6")

    assert brought.status_code == 302
    assert "Offices registered 2 Agencies' accounts opened 2 Opening balances 2" in words(page)
    assert "USD 2 20,000.00 500.00 0.00" in words(page)
    assert "Type 6." in words(wrong)
    (job,) = queries.jobs(actor=airline.actor)
    assert asked.headers["Location"] == f"/jobs/{job.id}"
    assert f"The file is confirmed; job {job.id} imports it." in words(browser.get(brought.headers["Location"]))
    run(carrier_id=airline.carrier.id, job_id=job.id, kinds=KINDS)
    told = words(browser.get(asked.headers["Location"]))
    assert f"Import {job.id}" in told
    assert "2 accounts were opened; 2 opening balances were posted; 2 offices and clients were registered." in told
    assert named("MOVED1", actor=airline.actor)


def test_what_is_wrong_is_told_by_row_and_column_and_nothing_is_kept(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    sheets: dict[str, Rows] = {
        "Accounts": [ACCOUNTS, ["Agency", airline.agency.code, "USD", 1.005], ["Airline", "X1", "XXX", 1]]
    }

    with unchanged(superuser, airline.carrier.id, but=()):
        page = bring(browser, workbook(sheets))

    told = words(page)
    assert "3 things are wrong with the file; nothing was imported." in told
    assert "Accounts 2 Credit limit 1.005 USD has 2 decimals, and this amount has more. too_many_decimals" in told
    assert "Accounts 3 Type Airline One of: Agency, Corporate. unknown_choice" in told
    assert 'value="migration"' in page.text


def test_it_is_told_in_spanish_as_well() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    browser.cookies["django_language"] = "es"
    imported(agencies("MOVED1"), airline.actor)

    told = words(bring(browser, workbook(agencies("MOVED1"))))

    assert "Hay 2 errores en el archivo; no se importó nada." in told
    assert "Cuentas 2 Código MOVED1 Ya existe tal cuenta. account_exists" in told


def test_a_job_that_was_overtaken_tells_what_is_wrong() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    brought = bring(browser, workbook(agencies("MOVED1")))
    asked = send(browser, brought.headers["Location"], typed="3")
    imported(agencies("MOVED1"), airline.actor)

    run(carrier_id=airline.carrier.id, job_id=int(asked.headers["Location"].rpartition("/")[2]), kinds=KINDS)

    path = asked.headers["Location"]
    for one in (path, f"{path}/progress"):  # a page that is open is drawn anew by the latter
        told = words(browser.get(one))
        assert "The file can't be imported as it is. Nothing was imported." in told
        assert told.count("Accounts 2 Code MOVED1 There is such an account already. account_exists") == 1


def test_a_file_whose_job_came_to_nothing_waits_again() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    where = bring(browser, workbook(agencies("MOVED1"))).headers["Location"]
    first = send(browser, where, typed="3").headers["Location"]
    confirmed, meanwhile = words(browser.get(where)), words(browser.get(PATH))
    browser.post(f"{first}/cancel")

    again, listed = words(browser.get(where)), words(browser.get(PATH))
    second = send(browser, where, typed="3").headers["Location"]
    run(carrier_id=airline.carrier.id, job_id=int(second.rpartition("/")[2]), kinds=KINDS)

    number = first.rpartition("/")[2]
    assert f"The file is confirmed; job {number} imports it." in confirmed
    assert "migration.xlsx" not in meanwhile
    assert "migration.xlsx" in listed
    assert f"Job {number}, which was to import it, failed or was cancelled; nothing of the file was imported." in again
    assert "Import the file" in again
    assert second != first
    assert len(named("MOVED1", actor=airline.actor)) == 1


def test_large_balances_wait_for_another_member() -> None:
    airline = cast.airline()
    set_approval_threshold(currency="USD", amount=100, actor=airline.actor, now=cast.NOON)
    browser, other = signed_in(airline), signed_in(airline, name="Bob")

    where = bring(browser, workbook(agencies("MOVED1"))).headers["Location"]
    own = browser.get(where)
    listed = words(other.get(PATH))
    asked = send(other, where, typed="3")

    assert "another member, who may approve, confirms this file" in words(own)
    assert "Import the file" not in words(own)
    assert send(browser, where, typed="3").status_code == 200
    assert "migration.xlsx migration" in listed
    assert asked.status_code == 302


def test_a_file_is_discarded() -> None:
    airline = cast.airline()
    browser = signed_in(airline)
    where = bring(browser, workbook(agencies("MOVED1"))).headers["Location"]

    page = browser.post(f"{where}/discard", follow=True)

    assert "The file is discarded. Nothing of it was imported." in words(page)
    assert browser.get(where).status_code == 404


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"PK\x03\x04 no workbook", "This can't be read: an Excel workbook is saved as .xlsx, CSV in UTF-8."),
        (b"", "The submitted file is empty."),
    ],
)
def test_what_is_no_file_is_told_beside_the_field(content: bytes, told: str) -> None:
    browser = signed_in(cast.airline())

    assert told in words(bring(browser, content))


def test_a_file_that_is_too_large_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(cast.airline())
    monkeypatch.setattr("skypurser.web.uploading.MOST_BYTES", 100_000)

    page = bring(browser, b"x" * 300_000)

    assert "One thing needs your attention" in words(page)
    assert "The file is too large" in words(page)
    assert 'value="migration"' in page.text


def test_templates_are_sent_in_the_members_language() -> None:
    browser = signed_in(cast.airline(), {Permission.NEW_ACCOUNT})
    browser.cookies["django_language"] = "es"

    whole, part = browser.get(f"{PATH}/template.xlsx"), browser.get(f"{PATH}/template-accounts.csv")

    assert whole.headers["Content-Disposition"] == 'attachment; filename="importacion.xlsx"'
    assert "Límite de crédito" in part.content.decode("utf-8-sig")
    assert browser.get(f"{PATH}/template-planes.csv").status_code == 404


def test_it_takes_a_permission_and_ends_at_the_carriers_border() -> None:
    airline, outsider = cast.airline(), cast.airline()
    where = bring(signed_in(airline), workbook(agencies("MOVED1"))).headers["Location"]

    assert signed_in(airline, ALL - {Permission.NEW_ACCOUNT, Permission.CREDIT_AND_DEBIT}).get(PATH).status_code == 403
    assert signed_in(outsider).get(where).status_code == 404
    assert "migration" not in words(signed_in(outsider).get(PATH))
