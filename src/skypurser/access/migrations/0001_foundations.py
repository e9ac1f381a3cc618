"""The application's role, and what every later migration's policies and triggers call."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, CARRIERS_SETTING, sequence


class Migration(migrations.Migration):
    initial = True
    dependencies = ()
    operations = (
        migrations.RunSQL(
            sql=f"""
            DO $$ BEGIN
                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APPLICATION_ROLE}') THEN
                    CREATE ROLE {APPLICATION_ROLE} NOLOGIN NOBYPASSRLS;
                    GRANT {APPLICATION_ROLE} TO CURRENT_USER;
                END IF;
            END $$;
            GRANT USAGE ON SCHEMA public TO {APPLICATION_ROLE};
            GRANT SELECT ON django_migrations TO {APPLICATION_ROLE};  -- to tell whether its tables are up to date
            """,
            reverse_sql=migrations.RunSQL.noop,
        ),
        migrations.RunSQL(
            # No SET clause: its names are bound when it is created, and without one the planner can inline it.
            sql=f"""
            CREATE FUNCTION access_carriers() RETURNS integer[] LANGUAGE sql STABLE PARALLEL SAFE
            RETURN string_to_array(nullif(current_setting('{CARRIERS_SETTING}', true), ''), ',')::integer[];
            COMMENT ON FUNCTION access_carriers IS 'For which carriers the current transaction acts';
            """,
            reverse_sql="DROP FUNCTION access_carriers;",
        ),
        migrations.RunSQL(
            sql="""
            CREATE FUNCTION access_refuse_change() RETURNS trigger LANGUAGE plpgsql
            SET search_path = public, pg_temp AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: rows are added, never changed or deleted', TG_TABLE_NAME
                      USING ERRCODE = 'restrict_violation';
            END $$;
            """,
            reverse_sql="DROP FUNCTION access_refuse_change;",
        ),
        sequence("access_carrier_id_seq"),
        sequence("access_role_id_seq"),
        sequence("access_member_id_seq"),
        sequence("access_savedview_id_seq"),
        sequence("access_apikey_id_seq"),
    )
