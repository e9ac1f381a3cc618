"""Cut-offs of many accounts, for tests."""

import io
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineWorkbook

from skypurser.access.actors import Actor
from skypurser.backlog import queries
from skypurser.backlog.queries import JobView
from skypurser.backlog.running import run
from skypurser.jobs.asked import KINDS
from skypurser.statements import mass, massasking
from skypurser.statements.addresses import set_address
from skypurser.statements.mass import MassCutOff
from tests import cast
from tests.statements.stage import TODAY, letters_wait


def addressed(account: cast.Account, email: str = "", language: str = "en") -> cast.Account:
    """The account, its statements to be sent to an address of its own."""
    where = email or f"{account.code.lower()}@example.org"
    set_address(account_id=account.id, recipient=where, language=language, actor=account.actor, now=cast.NOON)
    return account


def wanted(kind: str = "agency", through: date = TODAY, **where: Any) -> MassCutOff:
    """What is to be cut off."""
    return MassCutOff(type=kind, through=through, **where)


def asked(actor: Actor, what: MassCutOff | None = None, *, now: datetime = cast.NOON, **differently: Any) -> int:
    """The job of a cut-off of many that was previewed and confirmed."""
    what = what or wanted()
    how: dict[str, Any] = {
        "confirmation": differently.pop("confirmation", None) or mass.preview(what, actor=actor, now=now).confirmation,
        "reference": "January",
        "language": "en",
        "key": cast.fresh_key("mass"),
        "actor": actor,
        "now": now,
    }
    with letters_wait():
        return int(massasking.cut_off(what, **{**how, **differently}).facts["job"])


def done(job_id: int, actor: Actor) -> JobView:
    """The job after an attempt."""
    with letters_wait():
        run(carrier_id=actor.carrier_id, job_id=job_id, kinds=KINDS)
    return queries.job(job_id, actor=actor)


def listed(job_id: int, actor: Actor) -> list[list[Any]]:
    """The rows of the job's file, without what stands above them."""
    return cells(queries.result(job_id, actor=actor, now=cast.NOON).content)


def cells(content: bytes) -> list[list[Any]]:
    """The rows of such a file, without what stands above them."""
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    header = next(at for at, row in enumerate(rows) if row[0] in {"Account", "Cuenta"})
    return rows[header:]
