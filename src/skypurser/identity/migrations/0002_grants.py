"""What the application may do with users, sessions and second factors."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE

_KEPT = ("identity_user",)
_COME_AND_GO = (
    "django_session",
    "account_emailaddress",
    "account_emailconfirmation",
    "mfa_authenticator",
    "usersessions_usersession",
)


class Migration(migrations.Migration):
    dependencies = (
        ("access", "0001_foundations"),
        ("identity", "0001_tables"),
        ("sessions", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("usersessions", "0001_initial"),
    )
    operations = (
        migrations.RunSQL(
            sql=f"""
            GRANT SELECT, INSERT, UPDATE ON {", ".join(_KEPT)} TO {APPLICATION_ROLE};
            GRANT SELECT, INSERT, UPDATE, DELETE ON {", ".join(_COME_AND_GO)} TO {APPLICATION_ROLE};
            """,
            reverse_sql=f"REVOKE ALL ON {', '.join(_KEPT + _COME_AND_GO)} FROM {APPLICATION_ROLE};",
        ),
    )
