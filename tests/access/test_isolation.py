"""Invariant 10: no row of one carrier is reachable by another's members, keys or SQL session.

The tables are read from the catalogue, so a new one that is not isolated fails here, and so does one of which nobody
here makes a row.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from psycopg.types.json import Jsonb

from skypurser.access.acting import acting_for
from skypurser.access.actors import Actor
from skypurser.access.carriers import all_carrier_ids
from skypurser.access.isolation import APPLICATION_ROLE, CARRIERS_SETTING
from skypurser.access.models import Member
from skypurser.access.permissions import Permission
from skypurser.access.preferences import Briefings, set_preferences
from skypurser.access.views import add_view
from skypurser.administration.approvals import set_approval_threshold
from skypurser.administration.carriers import switch_jet_cards
from skypurser.administration.inviting import invite
from skypurser.administration.members import add_member
from skypurser.alerts.settings import Occasion, put_recipient
from skypurser.briefings.wording import Links
from skypurser.briefings.writing import write_due
from skypurser.charter.quoting import save as save_quote
from skypurser.charter.tiers import Tier, set_tiers
from skypurser.electronic import requesting
from skypurser.electronic.approvals import Kind
from skypurser.electronic.managing import set_status
from skypurser.events.relaying import relay
from skypurser.invoices.receiving import give_back
from skypurser.jetcards.transferring import transfer
from skypurser.jobs.reactions import react
from skypurser.ledger.requests import Answer, Request
from skypurser.ledger.states import Status
from skypurser.mail.letterheads import set_letterhead
from skypurser.mail.writing import File
from skypurser.money import Money
from skypurser.overview.rolling_up import roll_up_exposure, roll_up_sales
from skypurser.webhooks import endpoints
from skypurser.webhooks.claiming import claim, settle
from skypurser.webhooks.sending import Sent
from tests import cast
from tests.databases import INSTALLATION, post_together, tables, this_database, throwaway_database, unchanged
from tests.electronic.masses import changed
from tests.importing.files import brought
from tests.mail.letters import written
from tests.mail.postoffice import handed_to
from tests.statements.masses import asked as cut_off_many
from tests.statements.masses import wanted as wanted_cut_off
from tests.statements.stage import TODAY
from tests.statements.stage import statement as cut_off

#: Tables that belong to no carrier, and that the application at most reads.
SHARED = ("django_migrations",)

#: What runs with its owner's eyes, and so sees all carriers. It may tell ids; and to whoever knows the hash of an API
#: key, what the key is good for; of an invitation, whom it invites where to; and to whoever knows a user's number,
#: where that user works.
SEERS = {
    "access_find_carrier": "integer",
    "access_all_carrier_ids": "SETOF integer",
    "access_find_api_key": "TABLE(key_id bigint, carrier_id integer, carrier_code text, name text, scopes text[],"
    " rate_limit integer, concurrency_limit integer, expires_at timestamp with time zone)",
    "access_memberships": "TABLE(carrier_id integer, carrier_code text, carrier_name text, time_zone text,"
    " currency text, member_id bigint, name text, has_jet_cards boolean)",
    "access_find_invitation": "TABLE(carrier_id integer, carrier_code text, carrier_name text, member_id bigint,"
    " email text, name text, expires_at timestamp with time zone)",
    "parties_containing": "TABLE(office_id bigint, client_id bigint)",
}


FRESH = "CREATE TABLE fresh (carrier_id integer)"
ISOLATED = "ALTER TABLE fresh ENABLE ROW LEVEL SECURITY; ALTER TABLE fresh FORCE ROW LEVEL SECURITY"
OWN_ROWS = "CREATE POLICY own ON fresh USING (carrier_id = ANY(access_carriers()))"


def holes(superuser: psycopg.Connection) -> list[str]:
    """What the catalogue knows that would let one carrier reach another's rows."""
    relations = superuser.execute(
        """
        SELECT c.relname, c.relkind, c.relrowsecurity AND c.relforcerowsecurity,
               coalesce('security_invoker=true' = ANY(c.reloptions), false),
               pg_get_userbyid(c.relowner) = %(app)s,
               has_table_privilege(%(app)s, c.oid, 'SELECT'),
               has_table_privilege(%(app)s, c.oid, 'INSERT, UPDATE, DELETE'),
               has_table_privilege(%(app)s, c.oid, 'TRUNCATE') OR has_table_privilege(%(app)s, c.oid, 'TRIGGER'),
               ARRAY(SELECT coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') || ' ' ||
                            coalesce(pg_get_expr(p.polwithcheck, p.polrelid), '')
                       FROM pg_policy p WHERE p.polrelid = c.oid AND p.polpermissive
                        AND (p.polroles = '{0}' OR EXISTS (SELECT FROM unnest(p.polroles) r
                                                            WHERE pg_has_role(%(app)s, r, 'USAGE'))))
          FROM pg_class c
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') ORDER BY 1
        """,
        {"app": APPLICATION_ROLE},
    ).fetchall()
    found = []
    for name, kind, is_forced, is_invoker, is_owned, is_read, is_written, is_emptied, policies in relations:
        if is_owned:
            found.append(f"{name}: the application owns it and can switch its policies off")
        if is_emptied:
            found.append(f"{name}: TRUNCATE and triggers know no policies")
        if kind in {"v", "m"} and not (kind == "v" and is_invoker) and (is_read or is_written):
            found.append(f"{name}: a view shows what its owner sees")
        if kind in {"v", "m"} or (name in SHARED and not is_written) or name in INSTALLATION:
            continue
        if not is_forced:
            found.append(f"{name}: row-level security is not forced")
        if not policies:
            found.append(f"{name}: no policy for the application")
        found += [f"{name}: a policy that asks for no carrier" for rule in policies if "access_carriers()" not in rule]
    functions = superuser.execute(
        "SELECT proname, pg_get_function_result(oid), coalesce(array_to_string(proconfig, ' '), ''),"
        " EXISTS (SELECT FROM aclexplode(coalesce(proacl, acldefault('f', proowner))) WHERE grantee = 0) FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace AND prosecdef"
    ).fetchall()
    for name, result, settings, is_public in functions:
        if is_public:
            found.append(f"{name}: everybody may ask it")
        if SEERS.get(name) != result:
            found.append(f"{name}: a function with its owner's eyes that returns {result}")
        if "search_path=" not in settings:
            found.append(f"{name}: its search path can be bent")
    return found


# --------------------------------------------------------------------------------------------------- the catalogue


def test_every_table_is_isolated(superuser: psycopg.Connection) -> None:
    assert holes(superuser) == []


def test_a_table_of_the_installation_knows_no_carrier(superuser: psycopg.Connection) -> None:
    rows = superuser.execute(
        "SELECT relname, count(*) FILTER (WHERE attname LIKE '%%carrier%%') FROM pg_class"
        " JOIN pg_attribute ON attrelid = pg_class.oid WHERE relname = ANY(%s) GROUP BY 1 ORDER BY 1",
        [list(INSTALLATION)],
    ).fetchall()

    assert rows == [(name, 0) for name in INSTALLATION]


def test_a_table_isolated_as_it_should_be_is_no_hole(holey: psycopg.Connection) -> None:
    with holey.transaction(force_rollback=True):
        holey.execute(f"{FRESH}; {ISOLATED}; {OWN_ROWS}")

        assert holes(holey) == []


@pytest.mark.parametrize(
    ("statement", "hole"),
    [
        (
            FRESH,
            ["fresh: row-level security is not forced", "fresh: no policy for the application"],
        ),
        (
            f"{FRESH}; ALTER TABLE fresh ENABLE ROW LEVEL SECURITY; {OWN_ROWS}",
            ["fresh: row-level security is not forced"],
        ),
        (
            f"{FRESH}; {ISOLATED}; CREATE POLICY own ON fresh USING (true)",
            ["fresh: a policy that asks for no carrier"],
        ),
        (
            "CREATE POLICY too_much ON ledger_account FOR SELECT TO skypurser_app USING (true)",
            ["ledger_account: a policy that asks for no carrier"],
        ),
        (
            "ALTER TABLE ledger_key NO FORCE ROW LEVEL SECURITY",
            ["ledger_key: row-level security is not forced"],
        ),
        (
            "GRANT TRUNCATE ON ledger_hold TO skypurser_app",
            ["ledger_hold: TRUNCATE and triggers know no policies"],
        ),
        (
            "ALTER TABLE ledger_controltotal OWNER TO skypurser_app",
            [
                "ledger_controltotal: the application owns it and can switch its policies off",
                "ledger_controltotal: TRUNCATE and triggers know no policies",
            ],
        ),
        (
            "CREATE VIEW peek AS SELECT * FROM ledger_account; GRANT SELECT ON peek TO skypurser_app",
            ["peek: a view shows what its owner sees"],
        ),
        (
            "GRANT INSERT ON django_migrations TO skypurser_app",
            [
                "django_migrations: row-level security is not forced",
                "django_migrations: no policy for the application",
            ],
        ),
        (
            "CREATE FUNCTION peek() RETURNS text LANGUAGE sql SECURITY DEFINER RETURN 'all names'",
            [
                "peek: everybody may ask it",
                "peek: a function with its owner's eyes that returns text",
                "peek: its search path can be bent",
            ],
        ),
    ],
)
def test_the_catalogue_shows_each_hole(holey: psycopg.Connection, statement: str, hole: list[str]) -> None:
    with holey.transaction(force_rollback=True):
        holey.execute(statement)

        assert holes(holey) == hole


@pytest.fixture(scope="module")
def holey() -> Iterator[psycopg.Connection]:
    """The superuser's connection to a database to make holes in."""
    with throwaway_database() as database, database.superuser() as inside:
        yield inside


def test_the_applications_role_is_bound_by_everything(superuser: psycopg.Connection) -> None:
    role = superuser.execute(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication,"
        " EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid),"
        " EXISTS (SELECT FROM pg_class WHERE relowner = r.oid), EXISTS (SELECT FROM pg_proc WHERE proowner = r.oid),"
        " EXISTS (SELECT FROM pg_namespace WHERE nspowner = r.oid),"
        " EXISTS (SELECT FROM pg_database WHERE datdba = r.oid),"
        " has_schema_privilege(r.oid, 'public', 'CREATE')"
        " FROM pg_roles r WHERE rolname = %s",
        [APPLICATION_ROLE],
    ).fetchone()

    assert role == (False,) * 11


# ------------------------------------------------------------------------------------------------------ every table


@dataclass(frozen=True)
class Populated:
    """An airline with a row in every table, an outsider, and a session of the application's role."""

    airline: cast.Airline
    outsider: cast.Airline
    session: psycopg.Connection
    hold_id: int
    document: str
    key: str
    entry_id: int

    def act_for(self, ids: str) -> None:
        self.session.execute("SELECT set_config(%s, %s, true)", [CARRIERS_SETTING, ids])


def _briefed(member: Actor, airline: cast.Airline) -> None:
    with acting_for(airline.carrier.id):
        Member.objects.filter(carrier_id=airline.carrier.id, email=member.name).update(user_id=2**31 - 1)  # nobody else
    set_preferences(actor=member, briefings=Briefings.DAILY)
    with handed_to("smtp://mail.example.org"):
        write_due(carrier_id=airline.carrier.id, links=Links(), now=cast.NOON + timedelta(days=1))


@pytest.fixture(scope="module")
def populated() -> Iterator[Populated]:
    airline, outsider = cast.airline(), cast.outsider()
    ann = add_member(
        email="ann@example.org",
        name="Ann",
        permissions=[Permission.QUERIES],
        actor=airline.actor,
        now=cast.NOON,
    )
    add_view(page="accounts", name="Mine", query="city=NYC", actor=ann)
    set_approval_threshold(currency="USD", amount=1, actor=airline.actor, now=cast.NOON)
    requesting.request(
        account_id=airline.client.id,
        kind=Kind.CREDIT,
        amount=1,
        reference="wire",
        key="form",
        actor=airline.actor,
        now=cast.NOON,
    )
    invite(email="ann@example.org", actor=airline.actor, now=cast.NOON)
    switch_jet_cards(on=True, actor=airline.actor, now=cast.NOON)
    customer = cast.customer(airline.carrier)
    flyer = cast.person(customer, airline.carrier, "Ann")
    cards = [cast.card(airline.carrier, customer, person_ids=persons) for persons in ((flyer.id,), ())]
    transfer(
        from_card_id=cards[0].id,
        to_card_id=cards[1].id,
        amount=1,
        reference="move",
        key="transfer",
        actor=airline.actor,
        now=cast.NOON,
    )
    set_tiers(tiers=[Tier(24, 5_000)], actor=airline.actor, now=cast.NOON)
    charter = cast.CharterOperator(airline.carrier, airline.actor, customer, flyer, flyer, cards[1])
    first = cast.quote_data(charter, 1)
    kept = cast.quote(charter, 1)
    save_quote(
        data=first,
        quoted=True,
        quote_id=kept.id,
        expected_version=1,
        key="save",
        actor=airline.actor,
        now=cast.NOON,
    )
    cast.booking(charter, 1)
    cast.issuer(airline.carrier, e_invoices=True)
    paid = cast.paid_ahead(charter, 1_000, "order:1")
    cast.invoiced(charter, cast.flight(unit_price=900, tax_bps=0), document="order:1")
    give_back(payment_id=paid.id, amount=Money(100, "USD"), reference="back", actor=airline.actor, now=cast.NOON)
    cast.api_key(airline.carrier)
    sale = cast.issue(airline.agency)
    sold = cast.post(sale)
    hold_id = cast.post(cast.hold(airline.agency, 700)).facts["hold"]
    cast.post(cast.issue(airline.agency, document=sale.document))
    _briefed(ann, airline)
    endpoints.create(url="https://example.com/hook", actor=airline.actor, now=cast.NOON)
    set_letterhead(sender_name="Sales", reply_to="", signature="", actor=airline.actor, now=cast.NOON)
    cut_off(airline.client)
    cut_off_many(
        airline.actor, wanted_cut_off("corporate", TODAY + timedelta(days=1)), now=cast.NOON + timedelta(days=1)
    )
    with handed_to("smtp://mail.example.org"):
        written(airline, files=[File("quote.pdf", "application/pdf", b"%PDF")])
    changed(airline.actor, domestic="FREE")
    brought(airline)
    with handed_to("smtp://mail.example.org"):
        put_recipient(
            account_id=airline.agency.id,
            email="ana@example.org",
            language="en",
            occasions={Occasion.STATUS},
            actor=airline.actor,
            now=cast.NOON,
        )
        set_status(
            account_id=airline.agency.id,
            status=Status.SUSPENDED,
            reference="Late",
            key=cast.fresh_key(),
            actor=airline.actor,
            now=cast.NOON,
        )
        relay(react=react)
    roll_up_exposure(carrier_id=airline.carrier.id, now=cast.NOON)
    roll_up_sales(carrier_id=airline.carrier.id, now=cast.NOON)
    for one in claim(carrier_ids=[airline.carrier.id], most=1):
        settle(one, Sent("refused", 500, 1, ""))
    with psycopg.connect(this_database().url(APPLICATION_ROLE)) as session:
        yield Populated(airline, outsider, session, hold_id, str(sale.document), sale.key, sold.facts["entry"])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run a test once for every isolated table that the catalogue knows."""
    if "table" in metafunc.fixturenames:
        with psycopg.connect(os.environ["SKYPURSER_TEST_SUPERUSER_URL"]) as superuser:
            metafunc.parametrize("table", [name for name in tables(superuser) if name not in {*SHARED, *INSTALLATION}])


def owner_column(table: str) -> str:
    return "id" if table == "access_carrier" else "carrier_id"


def test_every_table_has_a_row_to_hide(superuser: psycopg.Connection, populated: Populated, table: str) -> None:
    row = superuser.execute(
        f"SELECT count(*) FROM {table} WHERE {owner_column(table)} = %s", [populated.airline.carrier.id]
    ).fetchone()

    assert row is not None
    assert row[0] > 0, f"let `populated` make a row of {table}"


@pytest.mark.parametrize("acting", ["the outsider", "nobody", "never said"])
def test_another_carriers_session_reaches_no_row(populated: Populated, table: str, acting: str) -> None:
    column, theirs = owner_column(table), populated.airline.carrier.id
    statements = [
        f"SELECT 1 FROM {table} WHERE {column} = {theirs}",
        f"UPDATE {table} SET {column} = {column} WHERE {column} = {theirs}",
        f"DELETE FROM {table} WHERE {column} = {theirs}",
        f"SELECT 1 FROM {table} WHERE {column} = {theirs} FOR UPDATE",
    ]

    for statement in statements:
        with populated.session.transaction(force_rollback=True):
            if acting != "never said":
                populated.act_for(str(populated.outsider.carrier.id) if acting == "the outsider" else "")
            try:
                assert populated.session.execute(statement).rowcount == 0, statement
            except psycopg.errors.InsufficientPrivilege:
                assert not statement.endswith(str(theirs)) or not statement.startswith("SELECT"), statement
    if acting != "the outsider":
        with populated.session.transaction(force_rollback=True):
            assert populated.session.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


@pytest.mark.parametrize("acting", ["the outsider", "nobody"])
def test_no_row_is_added_to_another_carrier(
    superuser: psycopg.Connection, populated: Populated, table: str, acting: str
) -> None:
    theirs = populated.airline.carrier.id
    row = superuser.execute(f"SELECT to_jsonb(t) FROM {table} t WHERE {owner_column(table)} = %s", [theirs]).fetchone()
    assert row is not None

    with populated.session.transaction(force_rollback=True):
        populated.act_for(str(populated.outsider.carrier.id) if acting == "the outsider" else "")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security policy"):
            populated.session.execute(
                f"INSERT INTO {table} SELECT * FROM jsonb_populate_record(NULL::{table}, %s)",
                [Jsonb(row[0])],
            )


def test_no_row_of_ones_own_is_given_to_another_carrier(populated: Populated, table: str) -> None:
    column, ours, theirs = owner_column(table), populated.airline.carrier.id, populated.outsider.carrier.id

    with populated.session.transaction(force_rollback=True):
        populated.act_for(str(ours))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            populated.session.execute(f"UPDATE {table} SET {column} = {theirs} WHERE {column} = {ours}")


def test_the_carriers_own_session_does_see_the_row(populated: Populated, table: str) -> None:
    """Otherwise all of the above would prove nothing."""
    with populated.session.transaction(force_rollback=True):
        populated.act_for(str(populated.airline.carrier.id))
        row = populated.session.execute(f"SELECT count(*) FROM {table}").fetchone()

    assert row is not None
    assert row[0] > 0


# ------------------------------------------------------------------------------------------------------ the setting


def test_for_whom_a_session_acts_ends_with_the_transaction(populated: Populated) -> None:
    ours = str(populated.airline.carrier.id)
    count = "SELECT count(*) FROM ledger_account"

    with populated.session.transaction():
        populated.act_for(ours)
        inside = populated.session.execute(count).fetchone()
    with populated.session.transaction():
        after_commit = populated.session.execute(count).fetchone()
    with populated.session.transaction(force_rollback=True):
        populated.act_for(ours)
    with populated.session.transaction():
        after_rollback = populated.session.execute(count).fetchone()

    assert (inside, after_commit, after_rollback) == ((4,), (0,), (0,))


def test_nothing_is_left_on_djangos_connection() -> None:
    carrier_id = cast.airline().carrier.id

    with acting_for(carrier_id), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), count(*) FROM ledger_account")
        inside = cursor.fetchone()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid(), count(*) FROM ledger_account")
        after = cursor.fetchone()

    assert (inside[0], inside[1], after[1]) == (after[0], 2, 0)


def test_nothing_is_left_on_a_batchers_connection() -> None:
    agency = cast.airline().agency

    with this_database().poster() as poster:
        poster.post([cast.credit(agency, 1)])
        assert poster._wire is not None
        after = poster._wire.connection.execute("SELECT count(*) FROM ledger_account").fetchone()

    assert after == (0,)


@pytest.mark.parametrize("setting", ["everybody", "1; DROP TABLE ledger_key", "1,,2", "*", "NULL,x"])
def test_a_setting_that_names_no_carriers_shows_nothing_but_an_error(populated: Populated, setting: str) -> None:
    with populated.session.transaction(force_rollback=True):
        populated.act_for(setting)
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            populated.session.execute("SELECT count(*) FROM ledger_account")


def test_the_application_can_not_become_anybody_else(populated: Populated) -> None:
    for statement in (
        "SET ROLE skypurser_owner",
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "ALTER ROLE skypurser_app BYPASSRLS",
        "ALTER TABLE ledger_account DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_carriers ON ledger_account",
        "CREATE POLICY everything ON ledger_account USING (true)",
        "CREATE OR REPLACE FUNCTION access_carriers() RETURNS integer[] LANGUAGE sql RETURN ARRAY[1]",
        "DELETE FROM django_migrations",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), populated.session.transaction():
            populated.session.execute(statement)


def test_switching_row_security_off_shows_an_error_and_no_rows(populated: Populated) -> None:
    with populated.session.transaction(force_rollback=True):
        populated.session.execute("SET LOCAL row_security = off")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            populated.session.execute("SELECT count(*) FROM ledger_account")


def test_what_sees_all_carriers_tells_ids_only(populated: Populated) -> None:
    airline = populated.airline.carrier

    with populated.session.transaction():
        found = populated.session.execute("SELECT access_find_carrier(%s)", [airline.code]).fetchone()
        unknown = populated.session.execute("SELECT access_find_carrier('NOWHERE')").fetchone()
        ids = [row[0] for row in populated.session.execute("SELECT * FROM access_all_carrier_ids()").fetchall()]

    assert (found, unknown) == ((airline.id,), (None,))
    assert {airline.id, populated.outsider.carrier.id} <= set(ids)
    assert ids == all_carrier_ids()
    assert all(type(one) is int for one in ids)


# -------------------------------------------------------------------------------------------- through the front door


def disguised(account: cast.Account, as_: cast.Airline) -> cast.Account:
    """Another carrier's account, named by the outsider as if it were their own."""
    return replace(account, carrier=as_.carrier)


def attempts(populated: Populated) -> list[tuple[Request, str | None]]:
    """What the outsider tries with what belongs to the airline, and what it must come to."""
    theirs, own = disguised(populated.airline.agency, populated.outsider), populated.outsider.agency
    return [
        (cast.credit(theirs, 100), "account_not_found"),
        (cast.issue(theirs), "account_not_found"),
        (cast.hold(theirs, 1), "account_not_found"),
        (cast.limit(theirs, 0), "account_not_found"),
        (cast.release(theirs, populated.hold_id), "account_not_found"),
        (cast.void(theirs, populated.document), "account_not_found"),
        (cast.release(own, populated.hold_id), "hold_not_found"),
        (cast.capture(own, populated.hold_id, 1), "hold_not_found"),
        (cast.void(own, populated.document), "sale_not_found"),
        (cast.refund(own, populated.document, fare=1), "sale_not_found"),
        (cast.credit(own, 1, key=populated.key), None),
        (cast.issue(own, document=populated.document), None),
    ]


def test_what_belongs_to_another_carrier_is_invisible(superuser: psycopg.Connection, populated: Populated) -> None:
    fresh = replace(populated, outsider=cast.outsider())

    with unchanged(superuser, populated.airline.carrier.id, but=()):
        codes = [(cast.post(request).code, expected) for request, expected in attempts(fresh)]

    assert [told for told, _ in codes] == [expected for _, expected in codes]


def test_it_is_invisible_even_in_a_batch_that_serves_both_carriers(
    superuser: psycopg.Connection, populated: Populated
) -> None:
    fresh = replace(populated, outsider=cast.outsider())
    requests = attempts(fresh)
    before = cast.standing(populated.airline.agency)

    answers = post_together([*[request for request, _ in requests], cast.credit(populated.airline.agency, 1)])

    codes = [answer.code if isinstance(answer, Answer) else answer for answer in answers]
    assert codes == [*[expected for _, expected in requests], None]
    assert not any(answer.replayed for answer in answers if isinstance(answer, Answer))
    after = cast.standing(populated.airline.agency)
    assert (after.net, after.held, after.movements) == (before.net + 1, before.held, before.movements + 1)


def test_a_refused_attempt_on_another_carriers_account_is_written_among_ones_own(populated: Populated) -> None:
    outsider = cast.outsider()
    request = cast.credit(disguised(populated.airline.agency, outsider), 100)

    cast.post(request)

    with acting_for(outsider.carrier.id), connection.cursor() as cursor:
        cursor.execute("SELECT carrier_id FROM history_refusedattempt WHERE key = %s", [request.key])
        assert cursor.fetchall() == [(outsider.carrier.id,)]
