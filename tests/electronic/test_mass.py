"""Mass management. Source: KIU, "Mass Management"; narrowing, preview, file and undoing are ours."""

import csv
import io
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor, PermissionDenied
from skypurser.access.members import add_member, change_member
from skypurser.access.permissions import Permission
from skypurser.backlog import queries as backlog
from skypurser.backlog.queries import JobNotFound
from skypurser.commissions.rules import Rates, Rule
from skypurser.electronic import managing, mass, massapplying, massasking, masswords, once
from skypurser.electronic.changes import Changes
from skypurser.electronic.mass import MassChange
from skypurser.errors import InvalidRequest
from skypurser.history import acts
from skypurser.ledger.requests import RequestRefused
from skypurser.ledger.states import Status
from tests import cast
from tests.databases import alone, this_database, unchanged, wait_until_waiting
from tests.electronic.masses import asked, asked_to_undo, changed, done, rates, wanted

BEFORE = ("FIXED 8.00", "MAX 8.00", "FIXED 5.00", "FREE")


def file_of(job_id: int, actor: Actor) -> list[dict[str, str]]:
    content = backlog.result(job_id, actor=actor, now=cast.NOON).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(content)))


def set_terms(account: cast.Account, *texts: str, **differently: Any) -> None:
    managing.set_terms(
        account_id=account.id,
        reference="by hand",
        actor=account.actor,
        now=cast.NOON,
        rates=Rates(*map(Rule.parse, texts)),
        **differently,
    )


def suspend(account: cast.Account) -> None:
    cast.post(cast.status(account, Status.SUSPENDED))


def test_the_rates_of_all_active_accounts_of_a_type_are_set_and_no_others() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    second, suspended = cast.agency(airline.carrier), cast.agency(airline.carrier)
    suspend(suspended)

    ended = changed(airline.actor, domestic="FIXED 7.00", international_card="MAX 3.25")

    assert (ended.state, ended.done, ended.total, ended.facts) == ("done", 2, 2, {"changed": 2})
    for account in (airline.agency, second):
        assert rates(account) == ("FIXED 7.00", "MAX 8.00", "FIXED 5.00", "MAX 3.25")
    assert rates(suspended) == rates(outsider.agency) == BEFORE
    assert rates(airline.client) == BEFORE[:2]


def test_a_corporate_client_has_two_rates() -> None:
    airline = cast.airline()

    changed(airline.actor, kind="corporate", domestic="FREE", international="FIXED 0.00")

    assert rates(airline.client) == ("FREE", "FIXED 0.00")
    assert rates(airline.agency) == BEFORE
    with pytest.raises(InvalidRequest):
        wanted("corporate", domestic_card="FREE")


@pytest.mark.parametrize("rule", ["FREE", "FIXED 0.00", "FIXED 0.05", "FIXED 100.00", "MAX 7.25", "MAX 10.00"])
def test_every_rate_is_set_told_and_undone_to_the_hundredth(rule: str) -> None:
    airline = cast.airline()
    changed(airline.actor, international=rule)

    assert rates(airline.agency)[1] == rule
    second = changed(airline.actor, international="MAX 1.00")
    done(asked_to_undo(airline.actor, second.id), airline.actor)
    assert rates(airline.agency)[1] == rule


@pytest.mark.parametrize(
    ("where", "meant"),
    [
        ({"country": "US"}, {"NYC USD", "NYC EUR", "LAX USD"}),
        ({"country": "FR"}, {"PAR USD"}),
        ({"city": "NYC"}, {"NYC USD", "NYC EUR"}),
        ({"currency": "EUR"}, {"NYC EUR"}),
        ({"city": "NYC", "currency": "USD"}, {"NYC USD"}),
    ],
)
def test_a_change_is_narrowed_on_request(where: dict[str, str], meant: set[str]) -> None:
    of = cast.carrier()
    accounts = {
        "NYC USD": cast.agency(of),
        "NYC EUR": cast.agency(of, currency="EUR"),
        "LAX USD": cast.agency(of, airport="LAX"),
        "PAR USD": cast.agency(of, airport="ORY", country="FR"),
    }
    where = {name: "ORY" if value == "PAR" else value for name, value in where.items()}

    changed(accounts["NYC USD"].actor, domestic="FIXED 7.00", **where)

    assert {name for name, account in accounts.items() if rates(account)[0] == "FIXED 7.00"} == meant


def test_the_preview_counts_and_samples_what_would_change_and_changes_nothing(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    second, has_it = cast.agency(airline.carrier), cast.agency(airline.carrier)
    set_terms(second, "FREE", "MAX 8.00", "FIXED 5.00", "FREE")
    set_terms(has_it, "FIXED 7.00", *BEFORE[1:])

    with unchanged(superuser, airline.carrier.id, but=()):
        shown = mass.preview(wanted(domestic="FIXED 7.00"), actor=airline.actor)

    assert (shown.count, shown.unchanged, shown.left_out) == (2, 1, 0)
    assert {(one.code, one.city, one.currency, tuple(one.rates.items())) for one in shown.samples} == {
        (airline.agency.code, "NYC", "USD", (("domestic", ("FIXED 8.00", "FIXED 7.00")),)),
        (second.code, "NYC", "USD", (("domestic", ("FREE", "FIXED 7.00")),)),
    }
    assert shown.samples[0].name == f"Agency {shown.samples[0].code}"


def test_the_change_stands_in_each_accounts_history() -> None:
    airline = cast.airline()
    ended = changed(airline.actor, domestic="FIXED 7.00", international="MAX 8.00", domestic_card="FREE")

    newest = acts.of_account(carrier_id=airline.carrier.id, account_id=airline.agency.id)[0]

    assert (newest.action, newest.actor, newest.reference) == ("account.mass_changed", airline.actor.name, "circular 7")
    assert newest.changes == {
        "commission.domestic": ["FIXED 8.00", "FIXED 7.00"],
        "commission.domestic_card": ["FIXED 5.00", "FREE"],
        "mass_change": [None, ended.id],
    }


def test_the_file_has_each_account_with_old_and_new_rates() -> None:
    airline = cast.airline()
    ended = changed(airline.actor, domestic="FIXED 7.00")

    (row,) = file_of(ended.id, airline.actor)

    assert row == {
        "type": "agency",
        "code": airline.agency.code,
        "name": f"Agency {airline.agency.code}",
        "city": "NYC",
        "country": "US",
        "currency": "USD",
        "account_id": str(airline.agency.id),
        "outcome": "changed",
        "domestic_old": "FIXED 8.00",
        "domestic_new": "FIXED 7.00",
        "international_old": "MAX 8.00",
        "international_new": "MAX 8.00",
        "domestic_card_old": "FIXED 5.00",
        "domestic_card_new": "FIXED 5.00",
        "international_card_old": "FREE",
        "international_card_new": "FREE",
    }


def test_whoever_asked_on_the_desk_reads_the_file_in_their_language() -> None:
    airline = cast.airline()
    first = done(asked(airline.actor, wanted(domestic="FIXED 7.00"), language="es"), airline.actor)
    set_terms(airline.agency, "FIXED 6.00", *BEFORE[1:])
    other = cast.agency(airline.carrier)
    second = done(asked(airline.actor, wanted(domestic="FIXED 5.00"), language="en"), airline.actor)
    set_terms(other, "FIXED 6.00", *BEFORE[1:])
    undone = done(asked_to_undo(airline.actor, second.id, language="es"), airline.actor)

    (row,) = file_of(first.id, airline.actor)
    english = file_of(second.id, airline.actor)

    assert first.result is not None
    assert first.result.name == f"cambio-masivo-{first.id}.csv"
    assert (row["Tipo"], row["Cliente u oficina"], row["Resultado"]) == (
        "Agencia",
        f"Agency {airline.agency.code}",
        "cambiada",
    )
    assert (row["Comisión doméstica, antes"], row["Comisión doméstica, después"]) == ("FIXED 8.00", "FIXED 7.00")
    assert {(one["Type"], one["Outcome"]) for one in english} == {("Agency", "changed")}
    assert {one["Código"]: one["Resultado"] for one in file_of(undone.id, airline.actor)} == {
        airline.agency.code: "cambiada",
        other.code: "no se cambió",
    }


def test_a_name_in_the_file_is_no_formula(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    for name in ('=HYPERLINK("http://x")', "+1", "-1", "@a", "\uff1d1"):
        code = cast.agency(airline.carrier).code
        superuser.execute("UPDATE parties_office SET name = %s WHERE code = %s", [name, code])

    named = {row["name"] for row in file_of(changed(airline.actor, domestic="FIXED 7.00").id, airline.actor)}

    assert named == {
        f"Agency {airline.agency.code}",
        *('\'=HYPERLINK("http://x")', "'+1", "'-1", "'@a", "'\uff1d1"),
    }


def test_the_files_columns_fit_in_every_language() -> None:
    for words in masswords.WORDS.values():
        assert words.keys() == masswords.WORDS[""].keys()
        assert len({words[column] for column in masswords.COLUMNS}) == len(masswords.COLUMNS)
        assert all(len(words[column].encode()) <= 63 for column in masswords.COLUMNS)
        assert not any(sign in words[column] for column in masswords.COLUMNS for sign in '"%{}')


# ------------------------------------------------------------------------------------------------- the confirmation


def test_what_is_confirmed_is_what_was_previewed(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    change = wanted(domestic="FIXED 7.00")
    shown = mass.preview(change, actor=airline.actor)

    for other in (wanted(domestic="FIXED 7.01"), wanted(domestic="FIXED 7.00", city="NYC")):
        with pytest.raises(RequestRefused, match="preview outdated"):
            asked(airline.actor, other, confirmation=shown.confirmation)
    set_terms(airline.agency, "FIXED 9.00", *BEFORE[1:])  # as many accounts, and other rates
    with pytest.raises(RequestRefused) as refused:
        asked(airline.actor, change, confirmation=shown.confirmation)

    assert (refused.value.code, refused.value.facts["count"]) == ("preview_outdated", 1)
    assert backlog.jobs(actor=airline.actor) == []


def test_what_changes_between_asking_and_doing_stops_the_change(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    job_id = asked(airline.actor, wanted(domestic="FIXED 7.00"))
    cast.agency(airline.carrier)

    with unchanged(superuser, airline.carrier.id, but=("backlog_job",)):
        ended = done(job_id, airline.actor)

    assert (ended.state, ended.error_code, ended.error_facts) == ("failed", "preview_outdated", {"count": 2})


def test_nothing_to_change_is_no_job() -> None:
    airline = cast.airline()

    with pytest.raises(RequestRefused, match="nothing to change"):
        asked(airline.actor, wanted(domestic="FIXED 8.00"))


def test_the_same_key_is_the_same_job() -> None:
    airline = cast.airline()
    change = wanted(domestic="FIXED 7.00")
    how = {"confirmation": mass.preview(change, actor=airline.actor).confirmation, "key": "form-1"}

    first = asked(airline.actor, change, **how)
    done(first, airline.actor)
    again = asked(airline.actor, change, **how)

    assert again == first
    with pytest.raises(RequestRefused, match="key reused"):
        asked(airline.actor, wanted(domestic="FREE"), **how)


@pytest.mark.parametrize(
    "broken",
    [
        {"type": "other"},
        {"rates": {}},
        {"country": "us"},
        {"city": "N\0C"},
        {"currency": "DOLLARS"},
        {"rates": {"other": Rule.parse("FREE")}},
    ],
)
def test_what_is_malformed_is_no_change(broken: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        MassChange(**{"type": "agency", "rates": {"domestic": Rule.parse("FREE")}, **broken})


@pytest.mark.parametrize("reference", ["", " ", "a\0b"])
def test_a_reference_is_mandatory(reference: str) -> None:
    airline = cast.airline()

    with pytest.raises(InvalidRequest):
        asked(airline.actor, wanted(domestic="FREE"), reference=reference)


# ------------------------------------------------------------------------------------------------------ permissions


def member(of: cast.Airline, *may: Permission, **where: Any) -> Actor:
    return add_member(email="ann@example.org", name="Ann", permissions=may, actor=of.actor, now=cast.NOON, **where)


def test_mass_management_takes_its_permission(superuser: psycopg.Connection) -> None:
    airline = cast.airline()
    ann = member(airline, *(set(Permission) - {Permission.MASS_MANAGEMENT}))
    ended = changed(airline.actor, domestic="FIXED 7.00")

    with unchanged(superuser, airline.carrier.id, but=()):
        for act in (
            lambda: mass.preview(wanted(domestic="FREE"), actor=ann),
            lambda: asked(ann, wanted(domestic="FREE"), confirmation="x"),
            lambda: mass.preview_undoing(ended.id, actor=ann),
            lambda: massasking.undo(ended.id, confirmation="x", reference="x", key="x", actor=ann, now=cast.NOON),
        ):
            with pytest.raises(PermissionDenied):
                act()


def test_a_member_changes_only_what_lies_within_reach() -> None:
    airline = cast.airline()
    elsewhere = cast.agency(airline.carrier, airport="LAX")
    ann = member(airline, Permission.MASS_MANAGEMENT, cities=["LAX"])

    shown = mass.preview(wanted(domestic="FIXED 7.00"), actor=ann)
    changed(ann, domestic="FIXED 7.00")

    assert (shown.count, [one.code for one in shown.samples]) == (1, [elsewhere.code])
    assert (rates(elsewhere)[0], rates(airline.agency)[0]) == ("FIXED 7.00", "FIXED 8.00")


def test_whoever_lost_the_permission_meanwhile_changes_nothing() -> None:
    airline = cast.airline()
    ann = member(airline, Permission.MASS_MANAGEMENT)
    job_id = asked(ann, wanted(domestic="FIXED 7.00"))
    change_member(email="ann@example.org", permissions=[], actor=airline.actor)

    ended = done(job_id, airline.actor)

    assert (ended.state, ended.error_code) == ("failed", "permission_denied")
    assert rates(airline.agency) == BEFORE


# ----------------------------------------------------------------------------------------------------------- undoing


def test_a_change_is_undone_by_a_second_one() -> None:
    airline = cast.airline()
    second = cast.agency(airline.carrier, terms=cast.rates(domestic="FREE"))
    first = changed(airline.actor, domestic="FIXED 7.00", domestic_card="FREE")

    shown = mass.preview_undoing(first.id, actor=airline.actor)
    ended = done(asked_to_undo(airline.actor, first.id), airline.actor)

    assert (shown.count, shown.left_out) == (2, 0)
    assert (ended.state, ended.facts) == ("done", {"changed": 2, "undoes": first.id})
    assert rates(airline.agency) == BEFORE
    assert rates(second) == ("FREE", *BEFORE[1:])
    newest = acts.of_account(carrier_id=airline.carrier.id, account_id=second.id)[0]
    assert (newest.action, newest.reference) == ("account.mass_change_undone", "a mistake")
    assert newest.changes == {
        "commission.domestic": ["FIXED 7.00", "FREE"],
        "commission.domestic_card": ["FREE", "FIXED 5.00"],
        "mass_change": [None, ended.id],
    }


def test_undoing_leaves_what_somebody_has_changed_since() -> None:
    airline = cast.airline()
    touched, elsewhere, unused = (cast.agency(airline.carrier) for _ in range(3))
    first = changed(airline.actor, domestic="FIXED 7.00")
    set_terms(touched, "FIXED 6.00", *BEFORE[1:])
    set_terms(elsewhere, "FIXED 7.00", "FREE", *BEFORE[2:])  # another rate than the change was about
    suspend(airline.agency)
    managing.delete(account_id=unused.id, reference="unused", actor=airline.actor, now=cast.NOON)

    shown = mass.preview_undoing(first.id, actor=airline.actor)
    ended = done(asked_to_undo(airline.actor, first.id), airline.actor)

    assert (shown.count, shown.left_out) == (2, 2)
    assert rates(touched)[0] == "FIXED 6.00"
    assert rates(elsewhere) == ("FIXED 8.00", "FREE", *BEFORE[2:])
    assert rates(airline.agency)[0] == "FIXED 8.00"
    assert {(row["account_id"], row["outcome"], row["domestic_new"]) for row in file_of(ended.id, airline.actor)} == {
        (str(airline.agency.id), "changed", "FIXED 8.00"),
        (str(elsewhere.id), "changed", "FIXED 8.00"),
        (str(touched.id), "left out", "FIXED 7.00"),
        (str(unused.id), "left out", "FIXED 7.00"),
    }


def test_undoing_twice_changes_nothing_and_undoing_the_undoing_changes_again() -> None:
    airline = cast.airline()
    first = changed(airline.actor, domestic="FIXED 7.00")
    second = done(asked_to_undo(airline.actor, first.id), airline.actor)

    with pytest.raises(RequestRefused, match="nothing to change"):
        asked_to_undo(airline.actor, first.id)
    done(asked_to_undo(airline.actor, second.id), airline.actor)

    assert rates(airline.agency)[0] == "FIXED 7.00"


def test_only_a_change_that_was_made_is_undone() -> None:
    airline, outsider = cast.airline(), cast.outsider()
    first = changed(airline.actor, domestic="FIXED 7.00")
    waiting = asked(airline.actor, wanted(domestic="FREE"))

    for job_id, actor in ((waiting, airline.actor), (first.id, outsider.actor), (2**62, airline.actor)):
        with pytest.raises(JobNotFound):
            mass.preview_undoing(job_id, actor=actor)


# ------------------------------------------------------------------------------------------- all of it, and at once


def test_a_change_that_breaks_in_the_middle_changed_nothing(
    superuser: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(massapplying, "AT_ONCE", 1)
    airline = cast.airline()
    cast.agency(airline.carrier)
    job_id = asked(airline.actor, wanted(domestic="FIXED 7.00"))
    superuser.execute(
        f"CREATE FUNCTION stop_at_second() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF (SELECT count(*) FROM history_act WHERE carrier_id = {airline.carrier.id}"
        f" AND action = 'account.mass_changed') > 0 THEN RAISE 'no further'; END IF; RETURN NEW; END $$;"
        "CREATE TRIGGER stop BEFORE INSERT ON history_act FOR EACH ROW"
        " WHEN (NEW.action = 'account.mass_changed') EXECUTE FUNCTION stop_at_second()"
    )
    try:
        with unchanged(superuser, airline.carrier.id, but=("backlog_job",)):
            ended = done(job_id, airline.actor)
    finally:
        superuser.execute("DROP TRIGGER stop ON history_act; DROP FUNCTION stop_at_second")

    assert (ended.state, ended.error_code, ended.done) == ("failed", "internal_error", 0)


def test_the_number_of_statements_does_not_grow_with_the_accounts() -> None:
    counts = []
    for more in (0, 40):
        airline = cast.airline()
        for _ in range(more):
            cast.agency(airline.carrier)
        job_id = asked(airline.actor, wanted(domestic="FIXED 7.00"))
        with CaptureQueriesContext(connection) as queries:
            assert done(job_id, airline.actor).facts == {"changed": 1 + more}
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] < 30


def test_many_accounts_are_set_some_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(massapplying, "AT_ONCE", 2)
    airline = cast.airline()
    accounts = [airline.agency, *(cast.agency(airline.carrier) for _ in range(4))]

    ended = changed(airline.actor, domestic="FIXED 7.00")

    assert (ended.done, len(file_of(ended.id, airline.actor))) == (5, 5)
    assert {rates(account)[0] for account in accounts} == {"FIXED 7.00"}


class Held:
    """A mass change in the middle of it: everything is set, and nothing committed, until it is let go."""

    def __init__(self, airline: cast.Airline, monkeypatch: pytest.MonkeyPatch, **rates: str) -> None:
        self.reached, self.go = threading.Event(), threading.Event()
        self._made = massapplying._file

        def held(*arguments: Any) -> Any:
            self.reached.set()
            assert self.go.wait(30)
            return self._made(*arguments)

        monkeypatch.setattr(massapplying, "_file", held)
        job_id = asked(airline.actor, wanted(**rates))
        self.pool = ThreadPoolExecutor(3)
        self.change = self.pool.submit(alone, this_database(), lambda: done(job_id, airline.actor))
        assert self.reached.wait(30)

    def let_go(self) -> None:
        self.go.set()
        assert self.change.result().state == "done"  # type: ignore[union-attr]


def test_a_sale_never_waits_for_a_mass_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads the rates that hold until the change is committed, and the new ones from then on."""
    airline = cast.airline()
    held = Held(airline, monkeypatch, domestic="FIXED 7.00")

    with acting_for(airline.carrier.id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        cast.post(cast.issue(airline.agency))
    held.let_go()
    cast.post(cast.issue(airline.agency))

    assert [movement.debit for movement in cast.statement(airline.agency)] == [48_000 - 3_200, 48_000 - 2_800]


@pytest.mark.parametrize("through", ["terms", "manage", "delete"])
def test_whoever_manages_an_account_meanwhile_waits_and_no_sale_waits_behind(
    monkeypatch: pytest.MonkeyPatch, through: str
) -> None:
    airline = cast.airline()
    account = airline.agency
    held = Held(airline, monkeypatch, domestic="FIXED 7.00")
    acts_by = {
        "terms": lambda: set_terms(account, "FIXED 7.00", "FREE", *BEFORE[2:]),
        "manage": lambda: once.manage(
            account_id=account.id,
            changes=Changes(credit_limit=5, rates=Rates(*map(Rule.parse, ("FIXED 7.00", "FREE", *BEFORE[2:])))),
            reference="by hand",
            key=cast.fresh_key(),
            actor=account.actor,
            now=cast.NOON,
        ),
        "delete": lambda: managing.delete(
            account_id=account.id, reference="unused", actor=account.actor, now=cast.NOON
        ),
    }

    manager = held.pool.submit(alone, this_database(), acts_by[through])
    wait_until_waiting(this_database(), 1)
    with acting_for(airline.carrier.id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '200ms'")
        cast.post(cast.credit(account, 100))
    held.let_go()
    manager.result()

    history = acts.of_account(carrier_id=airline.carrier.id, account_id=account.id)
    if through == "delete":
        assert history[0].action != "account.deleted"  # it was credited meanwhile
        return
    # It sees what the mass change made, overwrites nothing of it, and tells the right old values.
    terms = next(act for act in history if act.action == "account.terms_changed")
    assert terms.changes == {"commission.international": ["MAX 8.00", "FREE"]}
    assert rates(account) == ("FIXED 7.00", "FREE", *BEFORE[2:])


def test_two_mass_changes_are_made_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    airline = cast.airline()
    second = asked(airline.actor, wanted(domestic="FIXED 6.00"))
    held = Held(airline, monkeypatch, domestic="FIXED 7.00")

    later = held.pool.submit(alone, this_database(), lambda: done(second, airline.actor))
    wait_until_waiting(this_database(), 1)
    held.let_go()

    assert later.result().error_code == "preview_outdated"  # type: ignore[union-attr]
    assert rates(airline.agency)[0] == "FIXED 7.00"
