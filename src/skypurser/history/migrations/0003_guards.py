"""Isolated by carrier and append-only; the relay's cursor belongs to no carrier and says nothing of any."""

from django.db import migrations

from skypurser.access.isolation import APPLICATION_ROLE, append_only, isolate


class Migration(migrations.Migration):
    dependencies = (("history", "0002_tables"),)
    operations = (
        isolate("history_act", privileges="SELECT, INSERT"),
        append_only("history_act"),
        isolate("history_refusedattempt", privileges="SELECT, INSERT"),
        append_only("history_refusedattempt"),
        migrations.RunSQL(
            sql="""
            CREATE INDEX act_of_limit ON history_act (account_id, id) WHERE action = 'account.limit_changed';
            CREATE INDEX refusedattempt_by_time ON history_refusedattempt USING brin (at)
                WITH (pages_per_range = 32, autosummarize = on);
            """,
            reverse_sql="DROP INDEX refusedattempt_by_time, act_of_limit;",
        ),
        isolate("history_event", privileges="SELECT, INSERT"),
        append_only("history_event"),
        migrations.RunSQL(
            sql=f"""
            INSERT INTO history_relay (id, seen) VALUES (1, '1:1:');
            GRANT SELECT, UPDATE (cluster, seen) ON history_relay TO {APPLICATION_ROLE};
            """,
            reverse_sql="DELETE FROM history_relay;",
        ),
    )
