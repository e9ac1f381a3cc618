"""Make a mass change: all accounts that were confirmed, in one transaction, or none.

A few statements, however many accounts: one locks the accounts and keeps their rates before and after, then some
thousands at a time are set and told in their histories. Sales read rates and never wait for it; whoever manages one of
the accounts does (see `locking.py`).
"""

from codecs import BOM_UTF8
from typing import Any

from django.db import connection

from skypurser.access.permissions import Permission
from skypurser.backlog.running import File, Finished, Kind, Run
from skypurser.documents.csvfile import LIKE_A_FORMULA
from skypurser.electronic import mass
from skypurser.electronic.mass import CHANGE, MARK, RATES, UNDO, Plan, PreviewOutdated
from skypurser.electronic.masswords import COLUMNS, WORDS
from skypurser.history import acts

#: How many accounts are set at a time, so that people see how far it is.
AT_ONCE = 10_000

#: One mass change of a carrier at a time; released with the transaction.
_LOCK = 0x6D617373

_KEEP = """
WITH planned AS MATERIALIZED (
    SELECT e.carrier_id, e.account_id, r.before, r.after, {mark} AS mark
      FROM {tables} WHERE {changed} ORDER BY e.account_id FOR NO KEY UPDATE OF e
), kept AS (
    INSERT INTO electronic_ratechange (carrier_id, job_id, account_id, before, after)
    SELECT carrier_id, %s, account_id, before, after FROM planned
)
SELECT count(*), coalesce(sum(mark), 0) FROM planned
"""

_SET = """
WITH part AS MATERIALIZED (
    SELECT account_id, before, after FROM electronic_ratechange
     WHERE carrier_id = %(carrier)s AND job_id = %(job)s AND account_id > %(behind)s
     ORDER BY account_id LIMIT %(most)s
), changed AS (
    UPDATE electronic_electronicaccount e SET {columns}
      FROM part p WHERE e.carrier_id = %(carrier)s AND e.account_id = p.account_id RETURNING e.account_id
), told AS ({told})
SELECT count(*), max(account_id) FROM changed
"""
_COLUMNS = ", ".join(
    f"{name}_mode = split_part(p.after[{at}], ' ', 1),"
    f" {name}_bps = CASE p.after[{at}] WHEN 'FREE' THEN 0 ELSE split_part(p.after[{at}], ' ', 2)::numeric * 100 END"
    for at, name in enumerate(RATES, 1)
)
_CHANGES = ", ".join(
    f"'commission.{name}', CASE WHEN before[{at}] IS DISTINCT FROM after[{at}]"
    f" THEN jsonb_build_array(before[{at}], after[{at}]) END"
    for at, name in enumerate(RATES, 1)
)
_TOLD = acts.recording(
    f"SELECT account_id, jsonb_strip_nulls(jsonb_build_object({_CHANGES}))"  # noqa: S608 — our own text
    " || jsonb_build_object('mass_change', jsonb_build_array(NULL, %(job)s::bigint)) FROM part ORDER BY account_id"
)

# Codes, places and rates have letters, digits and blanks, and begin with none that a spreadsheet takes for a formula.
# Names may, and get an apostrophe in front, as in every other file.
_RESULT = """
COPY (
    SELECT {cells}
      FROM (
        SELECT carrier_id, account_id, 'changed' AS outcome, before, after FROM electronic_ratechange
         WHERE carrier_id = %(carrier)s AND job_id = %(job)s
        UNION ALL
        SELECT u.carrier_id, u.account_id, 'left_out', u.after, u.after FROM electronic_ratechange u
         WHERE u.carrier_id = %(carrier)s AND u.job_id = %(undoes)s
           AND NOT EXISTS (SELECT FROM electronic_ratechange d WHERE d.carrier_id = u.carrier_id
                              AND d.job_id = %(job)s AND d.account_id = u.account_id)) c
      LEFT JOIN electronic_electronicaccount e ON e.carrier_id = c.carrier_id AND e.account_id = c.account_id
      LEFT JOIN parties_office o ON o.carrier_id = e.carrier_id AND o.id = e.office_id
      LEFT JOIN parties_client p ON p.carrier_id = e.carrier_id AND p.id = e.client_id
      CROSS JOIN LATERAL (SELECT coalesce(o.name, p.name) AS name OFFSET 0) n
     ORDER BY e.type, e.code, e.currency, c.account_id
) TO STDOUT (FORMAT csv, HEADER)
"""
_CELLS = {
    **{name: f"e.{name}" for name in ("code", "city", "country", "currency")},
    "type": "CASE e.type WHEN 'agency' THEN %(agency)s WHEN 'corporate' THEN %(corporate)s END",
    "name": "CASE WHEN left(n.name, 1) = ANY(%(formulas)s) THEN '''' || n.name ELSE n.name END",
    "account_id": "c.account_id",
    "outcome": "CASE c.outcome WHEN 'changed' THEN %(changed)s ELSE %(left_out)s END",
    **{
        f"{name}_{when}": f"c.{side}[{at}]"
        for at, name in enumerate(RATES, 1)
        for side, when in (("before", "old"), ("after", "new"))
    },
}


def change(run: Run) -> Finished:
    """Do a `mass_change`."""
    run.actor.require(Permission.MASS_MANAGEMENT)
    told = mass.parameters(wanted := mass.change_of(run.parameters))
    changed = _apply(run, mass.plan(wanted, actor=run.actor), told, action="account.mass_changed")
    return Finished({"changed": changed}, _file(run, None))


def undo(run: Run) -> Finished:
    """Do a `mass_undo`."""
    run.actor.require(Permission.MASS_MANAGEMENT)
    undoes: int = run.parameters["undoes"]
    planned = mass.plan_undoing(undoes, actor=run.actor)
    changed = _apply(run, planned, {"undoes": undoes}, action="account.mass_change_undone")
    return Finished({"changed": changed, "undoes": undoes}, _file(run, undoes))


#: Both kinds of jobs.
KINDS = (Kind(CHANGE, change), Kind(UNDO, undo))


def _apply(run: Run, planned: Plan, told: dict[str, Any], *, action: str) -> int:
    values = {
        "carrier": run.actor.carrier_id,
        "job": run.job_id,
        "at": run.now,
        "actor": run.actor.name,
        "action": action,
        "reference": run.parameters["reference"],
        "most": AT_ONCE,
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, run.actor.carrier_id])
        keep = _KEEP.format(mark=MARK, tables=planned.tables, changed=planned.changed)
        cursor.execute(keep, [*planned.values, run.job_id])
        count, mark = cursor.fetchone()
        if mass.confirmation(told=told, count=count, mark=mark) != run.parameters["confirmation"]:
            raise PreviewOutdated(count=count)
        behind = done = 0
        while done < count:
            run.progress(done, count)
            cursor.execute(_SET.format(columns=_COLUMNS, told=_TOLD), {**values, "behind": behind})
            some, behind = cursor.fetchone()
            done += some
        run.progress(done, count)
    return done


def _file(run: Run, undoes: int | None) -> File:
    """Return every account with its rates before and after, and those that an undoing left out, as they were left.

    The database writes it, words included: a hundred thousand lines cost it a tenth of what they cost us. Accounts that
    are gone have no code and no name any more.
    """
    words = WORDS[run.parameters.get("language", "")]
    cells = ", ".join(f'{_CELLS[column]} AS "{words[column]}"' for column in COLUMNS)
    values = {
        **{word: words[word] for word in ("agency", "corporate", "changed", "left_out")},
        "formulas": list(LIKE_A_FORMULA),
        "carrier": run.actor.carrier_id,
        "job": run.job_id,
        "undoes": undoes,
    }
    content = bytearray(BOM_UTF8)
    connection.ensure_connection()
    with connection.connection.cursor() as cursor, cursor.copy(_RESULT.format(cells=cells), values) as lines:
        for some in lines:
            content += some
    return File(f"{words['file']}-{run.job_id}.csv", "text/csv", bytes(content))
