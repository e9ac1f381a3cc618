"""Which carriers a user works for: the question that comes before any carrier is chosen at sign-in."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE


class Migration(migrations.Migration):
    dependencies = (("access", "0003_guards"),)
    operations = (
        migrations.RunSQL(
            # Told to whoever knows a user's number: the web server, which has just signed that user in.
            sql=f"""
            CREATE POLICY directory ON access_member FOR SELECT TO CURRENT_USER USING (true);
            CREATE FUNCTION access_memberships(wanted bigint)
            RETURNS TABLE (carrier_id integer, carrier_code text, carrier_name text, time_zone text, currency text,
                           member_id bigint, name text, has_jet_cards boolean)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
            BEGIN ATOMIC
                SELECT c.id, c.code, c.name, c.time_zone, c.currency, m.id, m.name,
                       c.has_jet_cards
                  FROM access_member m JOIN access_carrier c ON c.id = m.carrier_id
                 WHERE m.user_id = wanted AND m.is_active ORDER BY c.code;
            END;
            REVOKE ALL ON FUNCTION access_memberships FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION access_memberships TO {APPLICATION_ROLE};
            """,
            reverse_sql="""
            DROP FUNCTION access_memberships;
            DROP POLICY directory ON access_member;
            """,
        ),
    )
