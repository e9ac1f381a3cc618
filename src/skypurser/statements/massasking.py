"""Ask for a cut-off of many accounts that was previewed."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec
from django.db import connection

from skypurser.access.actors import Actor
from skypurser.access.permissions import Permission
from skypurser.backlog.asking import ask
from skypurser.backlog.queries import JobView
from skypurser.electronic.mass import PreviewOutdated
from skypurser.errors import Refusal
from skypurser.ledger.keys import answer_under_key
from skypurser.ledger.requests import Answer, check_key
from skypurser.mail import mailer
from skypurser.mail.writing import MailNotConfigured
from skypurser.parties import texts
from skypurser.statements import mass
from skypurser.statements.cutoff import LONGEST_REFERENCE
from skypurser.statements.mass import KIND, MassCutOff

# The parts are what was confirmed: whoever's address changes later gets this statement where the preview said so.
_KEEP = """
WITH kept AS (
    INSERT INTO statements_part (carrier_id, job_id, account_id, code, city, currency, email, language, outcome, reason)
    SELECT e.carrier_id, %s, e.account_id, e.code, e.city, e.currency, coalesce(a.email, ''), coalesce(a.language, ''),
           CASE WHEN v.code = '' THEN 'waiting' ELSE 'left_out' END, v.code
      FROM {tables} WHERE {where}
    RETURNING account_id, email, language, outcome
)
SELECT count(*), coalesce(sum({mark}), 0) FROM kept WHERE outcome = 'waiting'
"""


class NothingToCutOff(Refusal):
    """No account is meant, or each of those that are is closed through the date, or has no address."""

    code = "nothing_to_cut_off"


def cut_off(
    wanted: MassCutOff,
    *,
    confirmation: str,
    reference: str,
    language: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Answer:
    """Have a worker cut off all accounts that were previewed, one after the other. Irreversible.

    Args:
        confirmation: The preview's.
        reference: Why; mandatory, printed on each statement.
        language: `en` or `es`; of the file that lists what became of each account.
        key: Chosen by the caller. Sending it again returns the first answer; there is one job.

    Returns:
        The answer; its fact `job` is the job's number.

    Raises:
        MailNotConfigured, PermissionDenied, InvalidRequest: Nothing is asked for, the key is not bound.
        RequestRefused: `key_reused`, `preview_outdated`, `nothing_to_cut_off`, `too_many_jobs`. Nothing is asked for;
            the attempt is recorded.
    """
    check_key(key)
    actor.require(Permission.CUT_OFF)
    reference = texts.line(reference, field="reference", longest=LONGEST_REFERENCE, mandatory=True)
    texts.language(language)
    if not mailer.is_configured():
        raise MailNotConfigured
    told = mass.parameters(wanted)

    def act() -> Mapping[str, Any]:
        shown = mass.preview(wanted, actor=actor, now=now)
        if shown.confirmation != confirmation:
            raise PreviewOutdated(count=shown.count)
        if not shown.count:
            raise NothingToCutOff
        parameters = {**told, "reference": reference, "language": language}
        job = ask(kind=KIND, parameters=parameters, actor=actor, now=now, total=shown.count)
        _keep(wanted, confirmation, job_id=job.id, actor=actor, now=now)
        return {"job": job.id, "asked": msgspec.to_builtins(job)}

    payload = (told, confirmation, reference, language)
    return answer_under_key(KIND, act, payload=payload, key=key, actor=actor, now=now)


def told(answer: Answer) -> JobView:
    """Return the job as it was when it was asked for."""
    return msgspec.convert(answer.facts["asked"], JobView)


def _keep(wanted: MassCutOff, confirmation: str, *, job_id: int, actor: Actor, now: datetime) -> None:
    """Keep which accounts are meant and where each statement goes, exactly as they were confirmed."""
    planned = mass.plan(wanted, actor=actor, now=now)
    mark_of = mass.MARK.format(account="account_id", address="kept")
    with connection.cursor() as cursor:
        keep = _KEEP.format(mark=mark_of, tables=planned.tables, where=planned.where)
        cursor.execute(keep, [job_id, *planned.values])
        count, mark = cursor.fetchone()
    if mass.confirmation(told=mass.parameters(wanted), count=count, mark=mark) != confirmation:
        raise PreviewOutdated(count=count)
