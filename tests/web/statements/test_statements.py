"""The dialog of a cut-off, the tab of statements, one statement with its documents and letters."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client

from skypurser.access.permissions import Permission
from skypurser.exports import asking
from skypurser.mail.delivering import deliver
from skypurser.statements import printing, queries
from tests import cast
from tests.cast import NOON
from tests.mail.postoffice import post_office
from tests.statements.stage import TODAY, letters_wait, statement
from tests.web.people import at, signed_in
from tests.web.queries import few_queries

TYPED = {
    "through": "2026-01-15",
    "recipient": "ana@example.org",
    "recipient_again": "ana@example.org",
    "reference": "January",
    "language": "en",
    "key": "form-1",
}


@pytest.fixture(autouse=True)
def noon(monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, NOON)


def read(page: str) -> str:
    """What a person reads, its blanks as one."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page)).replace("\N{NO-BREAK SPACE}", " "))


def status(client: Client, address: str) -> int:
    """How a page or a file is answered."""
    answer = client.get(address)
    answer.close()
    return answer.status_code


def sent(client: Client, account: cast.Account, **differently: Any) -> Any:
    with letters_wait():
        return client.post(f"/accounts/{account.id}/cut-off", {**TYPED, **differently})


def test_the_dialog_asks_what_the_source_asks_and_warns() -> None:
    """KIU: Summary and Cut-off."""
    home = cast.airline()

    with letters_wait():
        page = signed_in(home).get(f"/accounts/{home.agency.id}/cut-off").text

    told = read(page)
    for label in ("Cut-off date", "E-mail address", "Confirm the e-mail address", "Reference"):
        assert label in told
    assert "A cut-off can't be undone." in told
    assert 'value="2025-12-31"' in page  # the end of last month


def test_what_it_will_freeze_is_shown_and_nothing_is_done_yet() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 44_800))

    told = read(sent(signed_in(home), home.agency, step="preview").text)

    assert "Statement 1 is frozen, and the account is closed through Jan 15, 2026 for ever." in told
    assert "Opening balance 0.00 USD" in told
    assert "Movements 1" in told
    assert "Closing balance -448.00 USD" in told.replace("\N{MINUS SIGN}", "-")
    assert "The statement goes to ana@example.org , as PDF and Excel." in told
    assert f"Type the account's code, {home.agency.code}, to confirm" in told
    assert queries.statements(home.agency.id, actor=home.actor) == []


def test_confirmed_with_the_accounts_code_it_is_made_and_told() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 44_800))
    client = signed_in(home)

    answer = sent(client, home.agency, step="confirm", typed=home.agency.code.lower())

    assert answer.headers["Location"] == f"/accounts/{home.agency.id}/statements/1"
    told = read(client.get(answer.headers["Location"]).text)
    assert "Statement 1 is made and on its way to ana@example.org." in told
    assert "The account is closed through Jan 15, 2026." in told
    assert "ana@example.org" in told
    assert "On its way" in told
    again = sent(client, home.agency, step="confirm", typed=home.agency.code)
    assert again.headers["Location"] == answer.headers["Location"]
    assert len(queries.statements(home.agency.id, actor=home.actor)) == 1


@pytest.mark.parametrize("typed", ["", "NYC", "yes"])
def test_without_the_code_nothing_is_done(typed: str) -> None:
    home = cast.airline()

    page = sent(signed_in(home), home.agency, step="confirm", typed=typed)

    assert page.status_code == 200
    assert "Make the cut-off" in page.text
    assert queries.statements(home.agency.id, actor=home.actor) == []


def test_the_statement_of_a_period_that_is_closed_takes_no_more_questions() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 500, now=NOON - timedelta(days=3)))
    statement(home.agency, TODAY - timedelta(days=2))
    cast.post(cast.debit(home.agency, 70))
    client = signed_in(home)

    with few_queries():  # what was held at its end, and the limit then, besides
        told = read(client.get(f"/accounts/{home.agency.id}/period?since=2026-01-01&until=2026-01-14").text)

    assert "Closing balance -5.00 USD" in told
    assert "Movements 1 " in told


@pytest.mark.parametrize(
    ("differently", "told"),
    [
        ({"through": "2026-01-16"}, "A cut-off lies in the past or today."),
        ({"through": "2026-01-10"}, "The period through Jan 12, 2026 is closed."),
        ({"through": "yesterday"}, "Enter a valid date."),
        ({"recipient_again": "anna@example.org"}, "This is not the same address."),
        ({"reference": ""}, "This field is required."),
        ({"reference": "x" * 401}, "Ensure this value has at most 400 characters"),
        ({"recipient": "no address", "recipient_again": "no address"}, "This is no e-mail address."),
        ({"language": "fr"}, "Select a valid choice."),
    ],
)
def test_what_is_not_right_is_told_beside_its_field(differently: dict[str, str], told: str) -> None:
    home = cast.airline()
    statement(home.agency, TODAY - timedelta(days=3))

    client = signed_in(home)

    for step in ({"step": "preview"}, {"step": "confirm", "typed": home.agency.code}):
        page = sent(client, home.agency, **step, **differently).text
        assert told in read(page)
        assert 'aria-invalid="true"' in page
    assert len(queries.statements(home.agency.id, actor=home.actor)) == 1


def test_going_back_keeps_what_was_typed() -> None:
    home = cast.airline()

    page = sent(signed_in(home), home.agency, step="change", reference="kept as it was").text

    assert "kept as it was" in page
    assert "Continue" in page


def test_without_a_mail_server_the_page_says_so() -> None:
    home = cast.airline()

    assert "No mail server is set up here" in signed_in(home).get(f"/accounts/{home.agency.id}/cut-off").text


def test_the_tab_lists_statements_with_what_became_of_them() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 500))
    with post_office():
        statement(home.agency)
        statement(home.agency, TODAY + timedelta(days=1), now=NOON + timedelta(days=1), recipient="bob@example.org",
                  recipient_again="bob@example.org")  # fmt: skip
        client = signed_in(home)

    with few_queries():
        told = read(client.get(f"/accounts/{home.agency.id}/statements").text)

    assert "No. 2 Jan 16, 2026 – Jan 16, 2026" in told
    assert "No. 1 Since the beginning – Jan 15, 2026" in told
    assert "ana@example.org On its way" in told
    assert "bob@example.org On its way" in told
    assert "Send again" in told


def test_an_account_without_statements_says_what_to_do() -> None:
    home = cast.airline()
    address = f"/accounts/{home.agency.id}/statements"

    assert f'href="/accounts/{home.agency.id}/cut-off"' in signed_in(home).get(address).text
    reader = signed_in(home, [Permission.QUERIES]).get(address).text
    assert "No statements yet" in reader
    assert "/cut-off" not in reader


def test_one_statement_shows_its_figures_its_lines_and_its_documents() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 500))
    statement(home.agency)
    cast.post(cast.debit(home.agency, 70, now=NOON + timedelta(hours=1)))  # late
    made = statement(home.agency, TODAY + timedelta(days=1), now=NOON + timedelta(days=1))
    client, address = signed_in(home), f"/accounts/{home.agency.id}/statements/2"

    with few_queries():
        told = read(client.get(address).text)

    assert "Jan 16, 2026 ( Jan 15, 2026 )" in told
    assert made.fingerprint in told
    for suffix, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfItem")):
        paper = client.get(f"{address}.{suffix}")
        assert paper.getvalue().startswith(begins)
        paper.close()
        assert f"{home.agency.code}-USD-statement-2-2026-01-16.{suffix}" in paper.headers["Content-Disposition"]


def test_it_is_sent_again_and_the_state_is_seen() -> None:
    home = cast.airline()
    statement(home.agency)
    client, address = signed_in(home), f"/accounts/{home.agency.id}/statements/1"
    with post_office() as office:
        deliver(carrier_ids=[home.carrier.id], now=NOON)
        form = client.get(f"{address}/send").text
        answer = client.post(f"{address}/send", {"recipient": "bob@example.org", "key": "again"})
        client.post(f"{address}/send", {"recipient": "bob@example.org", "key": "again"})
        deliver(carrier_ids=[home.carrier.id], now=NOON)

    assert 'value="ana@example.org"' in form
    assert answer.headers["Location"] == f"{address}#letters"
    assert [recipient for recipient, _ in office.taken] == ["ana@example.org", "bob@example.org"]
    told = read(client.get(address).text)
    assert told.count("Sent") >= 2
    assert "Statement sent again" in read(client.get(f"/accounts/{home.agency.id}/history").text)


def test_who_may_send_and_not_read_is_led_home() -> None:
    home = cast.airline()
    statement(home.agency)
    closer, address = signed_in(home, [Permission.CUT_OFF]), f"/accounts/{home.agency.id}/statements/1/send"

    without_mail = closer.get(address).text
    with letters_wait():
        form = closer.get(address).text
        answer = closer.post(address, {"recipient": "bob@example.org", "key": "again"})

    for page in (without_mail, form):
        assert f'href="/accounts/{home.agency.id}/statements/1' not in page
    assert answer.headers["Location"] == "/"


def test_who_may_see_and_who_may_act() -> None:
    home, outsider = cast.airline(), cast.outsider()
    statement(home.agency)
    account = f"/accounts/{home.agency.id}"
    reader, closer = signed_in(home, [Permission.QUERIES]), signed_in(home, [Permission.CUT_OFF])
    elsewhere, stranger = signed_in(home, cities=["BOS"]), signed_in(outsider)

    for path in ("/statements", "/statements/1", "/statements/1.pdf", "/statements/1.xlsx"):
        answers = [status(client, account + path) for client in (reader, closer, elsewhere, stranger)]
        assert answers == [200, 403, 404, 404], path
    for path in ("/cut-off", "/statements/1/send"):
        answers = [client.get(account + path).status_code for client in (reader, closer, elsewhere, stranger)]
        assert answers == [403, 200, 404, 404], path
    assert reader.get(f"{account}/statements/2").status_code == 404
    assert sent(closer, home.client, step="confirm", typed=home.client.code).headers["Location"] == "/"


def test_a_movement_that_marks_a_cut_off_tells_the_balance() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 44_800))
    statement(home.agency)
    client = signed_in(home)

    movements, history = (read(client.get(f"/accounts/{home.agency.id}{path}").text) for path in ("", "/history"))

    assert "January (2026-01-15: -448.00 USD)" in movements
    assert "Cut-off made" in history


def test_the_statement_of_any_period_is_shown_and_handed_out() -> None:
    home = cast.airline()
    cast.post(cast.debit(home.agency, 500, now=NOON - timedelta(days=3)))
    cast.post(cast.debit(home.agency, 70))
    client, address = signed_in(home), f"/accounts/{home.agency.id}/period"

    with few_queries():
        told = read(client.get(f"{address}?since=2026-01-13&until=2026-01-15").text)

    assert "Jan 13, 2026 – Jan 15, 2026" in told
    assert "Opening balance -5.00 USD" in told
    assert "Closing balance -5.70 USD" in told
    by_default = client.get(address).text
    assert "Jan 1, 2026 – Jan 15, 2026" in read(by_default)
    assert re.findall(r'name="(?:since|until)" value="([^"]*)"', by_default) == ["2026-01-01", "2026-01-15"]
    for suffix, begins in (("pdf", b"%PDF"), ("xlsx", b"PK"), ("csv", b"\xef\xbb\xbfItem")):
        paper = client.get(f"{address}.{suffix}?since=2026-01-13")
        assert paper.getvalue().startswith(begins)
        paper.close()
        assert f"statement-2026-01-15.{suffix}" in paper.headers["Content-Disposition"]
    movements = client.get(f"/accounts/{home.agency.id}?since=2026-01-13&kind=debit").text
    assert f'href="{address}?since=2026-01-13"' in movements


def test_after_a_cut_off_through_today_the_period_ends_tomorrow_with_what_moved_since() -> None:
    home = cast.airline()
    statement(home.agency, now=NOON - timedelta(hours=2))
    cast.post(cast.issue(home.agency, now=NOON - timedelta(hours=1)))
    client, address = signed_in(home), f"/accounts/{home.agency.id}/period"

    told, too_late = (read(client.get(f"{address}{query}").text) for query in ("", "?until=2026-01-17"))

    assert "Jan 1, 2026 – Jan 16, 2026" in told
    assert "Debit 448.00 USD" in told
    assert "Available 9,552.00 USD" in told
    assert "A period ends on Jan 16, 2026 at the latest." in too_late


def test_beyond_what_is_sent_at_once_a_job_makes_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    home = cast.airline()
    for _ in range(3):
        cast.post(cast.debit(home.agency, 70))
    made = statement(home.agency)
    client, address = signed_in(home), f"/accounts/{home.agency.id}"
    how: dict[str, Any] = {"language": made.language, "carrier_id": home.carrier.id}
    answer = client.get(f"{address}/statements/1.xlsx")
    at_once = b"".join(answer)
    answer.close()

    monkeypatch.setattr(asking, "LONGEST_DIRECT", 8)  # with the figures around them there are nine
    for path in ("statements/1.xlsx", "statements/1.csv", "period.xlsx", "period.csv"):
        assert client.get(f"{address}/{path}").headers["Location"].startswith("/jobs/"), path

    assert at_once == printing.workbook(made, **how)


@pytest.mark.parametrize(
    "query", ["since=2026-01-16", "until=2026-01-16", "since=x", "since=2026-01-10&until=2026-01-09"]
)
def test_a_period_that_is_none_is_told(query: str) -> None:
    home = cast.airline()
    client, address = signed_in(home), f"/accounts/{home.agency.id}/period"

    assert "a filter can't be read" in read(client.get(f"{address}?{query}").text)
    assert client.get(f"{address}.pdf?{query}").status_code == 302
    assert client.get(f"{address}.xlsx?{query}").status_code == 422


def test_the_statement_of_a_period_goes_by_mail() -> None:
    home = cast.airline()
    client, address = signed_in(home), f"/accounts/{home.agency.id}/period"
    with post_office() as office:
        form = client.get(f"{address}/send?since=2026-01-13").text
        answer = client.post(
            f"{address}/send?since=2026-01-13", {"recipient": "ana@example.org", "language": "en", "key": "k"}
        )
        wrong = client.post(f"{address}/send", {"recipient": "nobody", "language": "en", "key": "l"}).text
        deliver(carrier_ids=[home.carrier.id], now=NOON)

    assert "Jan 13, 2026 – Jan 15, 2026" in read(form)
    assert answer.headers["Location"] == f"{address}/send?since=2026-01-13#letters"
    assert "This is no e-mail address." in wrong
    assert [recipient for recipient, _ in office.taken] == ["ana@example.org"]


def test_a_letter_of_a_period_that_failed_is_shown_where_it_was_sent_and_sent_again() -> None:
    home = cast.airline()
    client, address = signed_in(home), f"/accounts/{home.agency.id}/period"
    with post_office() as office:
        office.to_recipient = {"ana@example.org": "550 no such mailbox"}
        client.post(f"{address}/send", {"recipient": "ana@example.org", "language": "en", "key": "k"})
        deliver(carrier_ids=[home.carrier.id], now=NOON)
        office.to_recipient = {}
        with few_queries():
            page = client.get(f"{address}/send?since=2026-01-13").text
        told = read(client.get(f"/accounts/{home.agency.id}/alerts").text)
        button = re.search(r'action="([^"]+/send-again[^"]*)".*?name="key" value="([^"]+)"', page, re.DOTALL)
        assert button
        for _ in range(2):
            answer = client.post(unescape(button[1]), {"key": button[2]})
        deliver(carrier_ids=[home.carrier.id], now=NOON)

    assert "ana@example.org" in read(page)
    assert "ana@example.org" not in told
    assert answer.headers["Location"] == f"{address}/send?since=2026-01-13&until=2026-01-15#letters"
    assert [recipient for recipient, _ in office.taken] == ["ana@example.org"]
    assert "Send again" not in client.get(f"{address}/send").text


def test_who_may_read_a_period() -> None:
    home, outsider = cast.airline(), cast.outsider()
    clients = [
        signed_in(home, [Permission.QUERIES]),
        signed_in(home, [Permission.CUT_OFF]),
        signed_in(home, cities=["BOS"]),
        signed_in(outsider),
    ]

    for path in ("", ".pdf", ".xlsx", ".csv", "/send"):
        address = f"/accounts/{home.agency.id}/period{path}"
        assert [status(one, address) for one in clients] == [200, 403, 404, 404], path
