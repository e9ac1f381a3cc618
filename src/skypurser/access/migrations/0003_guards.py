"""Isolation of carriers, their members and keys; how a carrier or a key is found before anybody acts for it."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, isolate


class Migration(migrations.Migration):
    dependencies = (("access", "0002_tables"),)
    operations = (
        isolate(
            "access_carrier",
            privileges="SELECT, INSERT, UPDATE (name, country, time_zone, has_jet_cards)",
            column="id",
        ),
        isolate("access_role", privileges="SELECT, INSERT, UPDATE (name, permissions), DELETE"),
        isolate("access_member", privileges="SELECT, INSERT, UPDATE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE access_member ADD CONSTRAINT member_role FOREIGN KEY (carrier_id, role_id)
                REFERENCES access_role (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE access_member DROP CONSTRAINT member_role;",
        ),
        isolate("access_savedview", privileges="SELECT, INSERT, UPDATE (name, query, position), DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE access_savedview ADD CONSTRAINT savedview_member FOREIGN KEY (carrier_id, member_id)
                REFERENCES access_member (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE access_savedview DROP CONSTRAINT savedview_member;",
        ),
        isolate("access_approvalthreshold", privileges="SELECT, INSERT, UPDATE (amount), DELETE"),
        isolate(
            "access_apikey",
            privileges="INSERT, UPDATE (revoked_at, last_used_at), SELECT (carrier_id, id, name, prefix, scopes, "
            "rate_limit, concurrency_limit, created_at, created_by, expires_at, revoked_at, last_used_at)",
        ),
        migrations.RunSQL(
            sql="""
            ALTER TABLE access_apikey ADD CONSTRAINT apikey_hash_is_sha256 CHECK (octet_length(token_hash) = 32);
            CREATE FUNCTION access_stay_revoked() RETURNS trigger LANGUAGE plpgsql
            SET search_path = public, pg_temp AS $$
            BEGIN
                RAISE EXCEPTION 'API key % is revoked and stays so', OLD.id USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER stay_revoked BEFORE UPDATE OF revoked_at ON access_apikey
                FOR EACH ROW WHEN (OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS DISTINCT FROM OLD.revoked_at)
                EXECUTE FUNCTION access_stay_revoked();
            """,
            reverse_sql="""
            DROP TRIGGER stay_revoked ON access_apikey;
            DROP FUNCTION access_stay_revoked;
            ALTER TABLE access_apikey DROP CONSTRAINT apikey_hash_is_sha256;
            """,
        ),
        migrations.RunSQL(
            # Two questions come before any carrier is chosen: which id has this code, and which ids are there (for the
            # operator's commands and the workers). They are answered by functions of the owner, and tell ids only.
            sql=f"""
            CREATE POLICY directory ON access_carrier FOR SELECT TO CURRENT_USER USING (true);
            CREATE FUNCTION access_find_carrier(wanted text) RETURNS integer
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
            BEGIN ATOMIC SELECT id FROM access_carrier WHERE code = wanted; END;
            CREATE FUNCTION access_all_carrier_ids() RETURNS SETOF integer
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
            BEGIN ATOMIC SELECT id FROM access_carrier ORDER BY id; END;
            REVOKE ALL ON FUNCTION access_find_carrier, access_all_carrier_ids FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION access_find_carrier, access_all_carrier_ids TO {APPLICATION_ROLE};
            """,
            reverse_sql="""
            DROP FUNCTION access_all_carrier_ids;
            DROP FUNCTION access_find_carrier;
            DROP POLICY directory ON access_carrier;
            """,
        ),
        migrations.RunSQL(
            # The third such question: whose key has this hash. Who can ask it has the token already.
            sql=f"""
            CREATE POLICY directory ON access_apikey FOR SELECT TO CURRENT_USER USING (true);
            CREATE FUNCTION access_find_api_key(wanted bytea)
            RETURNS TABLE (key_id bigint, carrier_id integer, carrier_code text, name text, scopes text[],
                           rate_limit integer, concurrency_limit integer, expires_at timestamptz)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
            BEGIN ATOMIC
                SELECT k.id, k.carrier_id, c.code, k.name, k.scopes, k.rate_limit, k.concurrency_limit, k.expires_at
                  FROM access_apikey k JOIN access_carrier c ON c.id = k.carrier_id
                 WHERE k.token_hash = wanted AND k.revoked_at IS NULL;
            END;
            REVOKE ALL ON FUNCTION access_find_api_key FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION access_find_api_key TO {APPLICATION_ROLE};
            """,
            reverse_sql="""
            DROP FUNCTION access_find_api_key;
            DROP POLICY directory ON access_apikey;
            """,
        ),
    )
