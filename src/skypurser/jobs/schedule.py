"""What is done by the clock. Each is done once, however many workers there are, and may be done again at any time.

Times are UTC. A job's arguments are ids and words only: the queue belongs to no carrier.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from django.conf import settings
from procrastinate import RetryStrategy, builtin_tasks
from procrastinate.contrib.django import app

from skypurser.access.acting import acting_for
from skypurser.access.carriers import all_carrier_ids
from skypurser.access.each import one_by_one
from skypurser.backlog import purging as results
from skypurser.briefings import writing as briefings
from skypurser.briefings.wording import Links
from skypurser.identity import purging as sessions
from skypurser.importing import uploads
from skypurser.ledger import control
from skypurser.ledger.expiring import expire_due
from skypurser.overview.rolling_up import roll_up_exposure, roll_up_sales
from skypurser.webhooks.purging import purge

#: How long the queue remembers what was done, in hours.
KEPT_HOURS = 7 * 24

#: What is done once a night is tried three times more, a minute apart; what is due again within the hour isn't.
#: Not further apart: while it waits, so does whatever else has its lock.
NIGHTLY = RetryStrategy(max_attempts=3, wait=60)

_log = structlog.get_logger(__name__)


def _for_each_carrier(work: Callable[[int], object]) -> None:
    """Do it for each carrier, by its id; errors are those of `one_by_one`."""
    one_by_one(all_carrier_ids(), work, called="carrier {}".format)


@app.periodic(cron="*/5 * * * *")
@app.task(name="roll_up", queueing_lock="roll_up", lock="roll_up")
def roll_up(timestamp: int) -> None:  # noqa: ARG001 — procrastinate says for when it was due
    """Replace the parts of control accounts by their sums, every five minutes; balances stay as they are."""

    def sum_up(carrier_id: int) -> None:
        with acting_for(carrier_id):
            control.roll_up()

    _for_each_carrier(sum_up)


@app.periodic(cron="* * * * *")
@app.task(name="expire_holds", queueing_lock="expire_holds", lock="expire_holds")
def expire_holds(timestamp: int) -> None:  # noqa: ARG001
    """Resolve the holds that have expired, every minute; they stopped counting at their expiry."""

    def resolve(carrier_id: int) -> None:
        while expire_due(carrier_id=carrier_id):
            pass

    _for_each_carrier(resolve)


@app.periodic(cron="* * * * *")
@app.task(name="roll_up_overview", queueing_lock="roll_up_overview", lock="roll_up_overview")
def roll_up_overview(timestamp: int) -> None:
    """Sum up exposure and the last days' sales for the first page, every minute."""
    now = datetime.fromtimestamp(timestamp, UTC)

    def sum_up(carrier_id: int) -> None:
        roll_up_exposure(carrier_id=carrier_id, now=now)
        roll_up_sales(carrier_id=carrier_id, now=now)

    _for_each_carrier(sum_up)


@app.periodic(cron="*/10 * * * *")
@app.task(name="write_briefings", queueing_lock="write_briefings", lock="write_briefings")
def write_briefings(timestamp: int) -> None:
    """Write the members' briefings that are due, every ten minutes; each carrier's morning is its own."""
    now = datetime.fromtimestamp(timestamp, UTC)

    def brief(carrier_id: int) -> None:
        if count := briefings.write_due(carrier_id=carrier_id, links=desk_links(), now=now):
            _log.info("briefings written", carrier_id=carrier_id, count=count)

    _for_each_carrier(brief)


def desk_links() -> Links:
    """Return where letters lead to: nowhere while nobody has said under which address people reach the desk."""
    desk = str(settings.PUBLIC_URL)
    return Links(f"{desk}/", f"{desk}/preferences") if desk else Links()


@app.periodic(cron="57 3 * * *")
@app.task(name="forget_briefings", queueing_lock="forget_briefings", lock="forget_briefings", retry=NIGHTLY)
def forget_briefings(timestamp: int) -> None:
    """Forget who was briefed long ago, every night."""
    now = datetime.fromtimestamp(timestamp, UTC)
    _for_each_carrier(lambda carrier_id: briefings.forget(carrier_id=carrier_id, now=now))


@app.periodic(cron="7 3 * * *")
@app.task(name="roll_up_sales_anew", queueing_lock="roll_up_sales_anew", lock="roll_up_overview", retry=NIGHTLY)
def roll_up_sales_anew(timestamp: int) -> None:
    """Sum up all sales that are shown, those that came late included, every night."""
    now = datetime.fromtimestamp(timestamp, UTC)
    _for_each_carrier(lambda carrier_id: roll_up_sales(carrier_id=carrier_id, now=now, is_whole=True))


@app.periodic(cron="17 3 * * *")
@app.task(name="purge_deliveries", queueing_lock="purge_deliveries", lock="purge_deliveries", retry=NIGHTLY)
def purge_deliveries(timestamp: int) -> None:  # noqa: ARG001
    """Forget webhook deliveries that were finished long ago, every night."""

    def forget(carrier_id: int) -> None:
        gone = 0
        while deleted := purge(carrier_id=carrier_id):
            gone += deleted
        if gone:
            _log.info("deliveries purged", carrier_id=carrier_id, count=gone)

    _for_each_carrier(forget)


@app.periodic(cron="27 3 * * *")
@app.task(name="purge_results", queueing_lock="purge_results", lock="purge_results", retry=NIGHTLY)
def purge_results(timestamp: int) -> None:  # noqa: ARG001
    """Forget the files of jobs that have expired, every night; they could not be fetched any more."""

    def forget(carrier_id: int) -> None:
        if gone := results.purge(carrier_id=carrier_id, now=datetime.now(UTC)):
            _log.info("results purged", carrier_id=carrier_id, count=gone)

    _for_each_carrier(forget)


@app.periodic(cron="29 * * * *")
@app.task(name="purge_uploads", queueing_lock="purge_uploads", lock="purge_uploads")
def purge_uploads(timestamp: int) -> None:  # noqa: ARG001
    """Forget files that were brought to be imported and never were, every hour; nobody could confirm them any more."""

    def forget(carrier_id: int) -> None:
        if gone := uploads.purge(carrier_id=carrier_id, now=datetime.now(UTC)):
            _log.info("uploads purged", carrier_id=carrier_id, count=gone)

    _for_each_carrier(forget)


@app.periodic(cron="37 3 * * *")
@app.task(name="purge_sessions", queueing_lock="purge_sessions", lock="purge_sessions", retry=NIGHTLY)
def purge_sessions(timestamp: int) -> None:  # noqa: ARG001
    """Forget sessions that have expired, every night; they had stopped working by themselves."""
    if gone := sessions.purge(now=datetime.now(UTC)):
        _log.info("sessions purged", count=gone)


@app.periodic(cron="47 3 * * *")
@app.task(name="purge_jobs", queueing_lock="purge_jobs", lock="purge_jobs", retry=NIGHTLY, pass_context=True)
async def purge_jobs(context: object, timestamp: int) -> None:  # noqa: ARG001
    """Forget jobs that were done long ago, failed ones too, every night."""
    await builtin_tasks.remove_old_jobs(
        context,  # type: ignore[arg-type]
        max_hours=KEPT_HOURS,
        remove_failed=True,
        remove_cancelled=True,
        remove_aborted=True,
    )
