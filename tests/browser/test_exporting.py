"""A long list, from the click on Excel to the file, with the job's page open all the while."""

from pathlib import Path

import psycopg
from playwright.sync_api import Browser, expect

from skypurser.backlog.running import run
from skypurser.jobs.asked import KINDS
from tests import cast
from tests.browser.browsing import tab
from tests.exports.files import cells
from tests.web.people import cookies

_ACTS = """
INSERT INTO history_act (carrier_id, at, actor, action, account_id, reference)
SELECT %s, %s, 'desk', 'account.changed', %s, 'change ' || number FROM generate_series(1, 6000) number
"""


def test_a_long_list_leads_to_its_job_which_gives_the_file_when_it_is_there(
    browser: Browser, address: str, superuser: psycopg.Connection
) -> None:
    airline = cast.airline()
    superuser.execute(_ACTS, [airline.carrier.id, cast.NOON, airline.agency.id])
    with tab(browser, address, cookies=cookies(airline)) as one:
        page = one.go(f"/accounts/{airline.agency.id}/history")

        page.get_by_role("link", name="Excel").click()
        page.wait_for_url("**/jobs/*")
        expect(page.get_by_text("Waiting")).to_be_visible()
        page.reload()
        expect(page.get_by_text("Waiting")).to_be_visible()
        run(carrier_id=airline.carrier.id, job_id=int(page.url.rpartition("/")[2]), kinds=KINDS)

        expect(page.get_by_text("The file has 6,001 rows.")).to_be_visible(timeout=10_000)
        assert one.look() == []
        with page.expect_download() as found:
            page.get_by_role("link", name=f"{airline.agency.code}-USD-history.xlsx").click()
        content = Path(found.value.path()).read_bytes()
    assert len(cells(content)) == 6_002
