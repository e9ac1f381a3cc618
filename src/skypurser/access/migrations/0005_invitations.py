"""Invitations of members: one at most per member, found by the hash of its token before anybody acts."""

from django.db import migrations, models

from skypurser.access.isolation import APPLICATION_ROLE, isolate


class Migration(migrations.Migration):
    dependencies = (("access", "0004_memberships"),)
    operations = (
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("carrier_id", models.IntegerField()),
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "carrier_id", "member_id", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("member_id", models.BigIntegerField()),
                ("token_hash", models.BinaryField()),
                ("created_at", models.DateTimeField()),
                ("created_by", models.TextField()),
                ("expires_at", models.DateTimeField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("token_hash",), name="invitation_hash_once")],
            },
        ),
        isolate("access_invitation", privileges="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(
            sql=f"""
            ALTER TABLE access_invitation
                ADD CONSTRAINT invitation_hash_is_sha256 CHECK (octet_length(token_hash) = 32),
                ADD CONSTRAINT invitation_of_a_member FOREIGN KEY (carrier_id, member_id)
                    REFERENCES access_member (carrier_id, id);
            CREATE POLICY directory ON access_invitation FOR SELECT TO CURRENT_USER USING (true);
            CREATE FUNCTION access_find_invitation(wanted bytea)
            RETURNS TABLE (carrier_id integer, carrier_code text, carrier_name text, member_id bigint, email text,
                           name text, expires_at timestamptz)
            LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp
            BEGIN ATOMIC
                SELECT c.id, c.code, c.name, m.id, m.email, m.name, i.expires_at
                  FROM access_invitation i
                  JOIN access_member m ON m.carrier_id = i.carrier_id AND m.id = i.member_id
                  JOIN access_carrier c ON c.id = i.carrier_id
                 WHERE i.token_hash = wanted AND m.is_active AND m.user_id IS NULL;
            END;
            REVOKE ALL ON FUNCTION access_find_invitation FROM PUBLIC;
            GRANT EXECUTE ON FUNCTION access_find_invitation TO {APPLICATION_ROLE};
            """,
            reverse_sql="""
            DROP FUNCTION access_find_invitation;
            DROP POLICY directory ON access_invitation;
            ALTER TABLE access_invitation DROP CONSTRAINT invitation_of_a_member,
                DROP CONSTRAINT invitation_hash_is_sha256;
            """,
        ),
    )
