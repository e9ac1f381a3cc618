"""Isolation of carriers and members; how a carrier is found before anybody acts for it."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, isolate


class Migration(migrations.Migration):
    dependencies = (("access", "0002_tables"),)
    operations = (
        isolate("access_carrier", privileges="SELECT, INSERT, UPDATE (name, country, time_zone)", column="id"),
        isolate("access_member", privileges="SELECT, INSERT, UPDATE"),
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
    )
