"""Isolated by carrier; found by any part of a code or name."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, isolate

# PostgreSQL uses no index for ILIKE where a policy stands before it: the operator might tell of rows that the policy
# hides. So this question is a function of the owner, with the policy's own condition in it, and tells ids only.
CONTAINING = f"""
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE INDEX office_containing ON parties_office USING gin (code public.gin_trgm_ops, name public.gin_trgm_ops);
CREATE INDEX client_containing ON parties_client USING gin (code public.gin_trgm_ops, name public.gin_trgm_ops);
CREATE POLICY directory ON parties_office FOR SELECT TO CURRENT_USER USING (true);
CREATE POLICY directory ON parties_client FOR SELECT TO CURRENT_USER USING (true);
CREATE FUNCTION parties_containing(pattern text, most integer) RETURNS TABLE (office_id bigint, client_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
BEGIN ATOMIC
    (SELECT id, NULL::bigint FROM parties_office
      WHERE carrier_id = ANY (access_carriers()) AND (code ILIKE pattern OR name ILIKE pattern) LIMIT most)
    UNION ALL
    (SELECT NULL::bigint, id FROM parties_client
      WHERE carrier_id = ANY (access_carriers()) AND (code ILIKE pattern OR name ILIKE pattern) LIMIT most);
END;
REVOKE ALL ON FUNCTION parties_containing FROM PUBLIC;
GRANT EXECUTE ON FUNCTION parties_containing TO {APPLICATION_ROLE};
"""
NOT_CONTAINING = """
DROP FUNCTION parties_containing;
DROP POLICY directory ON parties_client;
DROP POLICY directory ON parties_office;
DROP INDEX client_containing, office_containing;
"""


class Migration(migrations.Migration):
    dependencies = (("parties", "0002_tables"), ("history", "0003_guards"))
    operations = (
        isolate("parties_office", privileges="SELECT, INSERT, UPDATE"),
        isolate("parties_client", privileges="SELECT, INSERT, UPDATE"),
        isolate(
            "parties_customer",
            privileges="SELECT, INSERT, UPDATE (kind, name, sort_name, email, phone, language, legal_name,"
            " address_lines, postal_code, city, country, tax_number, notes)",
        ),
        isolate("parties_person", privileges="SELECT, INSERT, UPDATE (name, email, phone, is_active)"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE parties_person ADD CONSTRAINT person_customer FOREIGN KEY (carrier_id, customer_id)
                REFERENCES parties_customer (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE parties_person DROP CONSTRAINT person_customer;",
        ),
        migrations.RunSQL(sql=CONTAINING, reverse_sql=NOT_CONTAINING),
    )
