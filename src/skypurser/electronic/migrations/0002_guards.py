"""Isolated by carrier; bound to a ledger account and to an office or client of the same carrier; decided once."""

from django.db import migrations

from skypurser.access.isolation import append_only, isolate


class Migration(migrations.Migration):
    dependencies = (
        ("electronic", "0001_tables"),
        ("ledger", "0003_guards"),
        ("parties", "0003_guards"),
        ("backlog", "0003_guards"),
    )
    operations = (
        isolate("electronic_electronicaccount", privileges="SELECT, INSERT, UPDATE, DELETE"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE electronic_electronicaccount
                ADD CONSTRAINT electronic_ledger_account FOREIGN KEY (carrier_id, account_id)
                    REFERENCES ledger_account (carrier_id, id),
                ADD CONSTRAINT electronic_office FOREIGN KEY (carrier_id, office_id)
                    REFERENCES parties_office (carrier_id, id),
                ADD CONSTRAINT electronic_client FOREIGN KEY (carrier_id, client_id)
                    REFERENCES parties_client (carrier_id, id);
            """,
            reverse_sql="""
            ALTER TABLE electronic_electronicaccount
                DROP CONSTRAINT electronic_ledger_account, DROP CONSTRAINT electronic_office,
                DROP CONSTRAINT electronic_client;
            """,
        ),
        migrations.RunSQL(
            # A mass change writes each row anew; with room for it on the page, none of the indexes is touched.
            sql="ALTER TABLE electronic_electronicaccount SET (fillfactor = 45);",
            reverse_sql="ALTER TABLE electronic_electronicaccount RESET (fillfactor);",
        ),
        isolate("electronic_ratechange", privileges="SELECT, INSERT"),
        append_only("electronic_ratechange"),
        migrations.RunSQL(
            sql="""
            ALTER TABLE electronic_ratechange ADD CONSTRAINT ratechange_by_job FOREIGN KEY (carrier_id, job_id)
                REFERENCES backlog_job (carrier_id, id);
            """,
            reverse_sql="ALTER TABLE electronic_ratechange DROP CONSTRAINT ratechange_by_job;",
        ),
        isolate(
            "electronic_approval",
            privileges="SELECT, INSERT, UPDATE (status, decided_by, decided_by_id, decided_at, reason, entry_id, item)",
        ),
        migrations.RunSQL(
            sql="""
            ALTER TABLE electronic_approval
                ADD CONSTRAINT approval_entry FOREIGN KEY (carrier_id, entry_id)
                    REFERENCES ledger_entry (carrier_id, id),
                ADD CONSTRAINT approval_reverses FOREIGN KEY (carrier_id, reverses)
                    REFERENCES ledger_entry (carrier_id, id),
                ADD CONSTRAINT approval_requested_by FOREIGN KEY (carrier_id, requested_by_id)
                    REFERENCES access_member (carrier_id, id),
                ADD CONSTRAINT approval_decided_by FOREIGN KEY (carrier_id, decided_by_id)
                    REFERENCES access_member (carrier_id, id);

            CREATE FUNCTION electronic_decide_once() RETURNS trigger LANGUAGE plpgsql
            SET search_path = public, pg_temp AS $$
            BEGIN
                RAISE EXCEPTION 'request % is % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
            END $$;
            CREATE TRIGGER decide_once BEFORE UPDATE ON electronic_approval
                FOR EACH ROW WHEN (OLD.status <> 'pending') EXECUTE FUNCTION electronic_decide_once();

            CREATE FUNCTION electronic_keep_awaited_account() RETURNS trigger LANGUAGE plpgsql
            SET search_path = public, pg_temp AS $$
            BEGIN
                IF EXISTS (SELECT FROM electronic_approval
                            WHERE carrier_id = OLD.carrier_id AND account_id = OLD.account_id
                              AND status = 'pending') THEN
                    RAISE EXCEPTION 'account % has a request that waits for approval', OLD.account_id
                          USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END $$;
            CREATE TRIGGER keep_awaited BEFORE DELETE ON electronic_electronicaccount
                FOR EACH ROW EXECUTE FUNCTION electronic_keep_awaited_account();
            """,
            reverse_sql="""
            DROP TRIGGER keep_awaited ON electronic_electronicaccount;
            DROP FUNCTION electronic_keep_awaited_account;
            DROP TRIGGER decide_once ON electronic_approval;
            DROP FUNCTION electronic_decide_once;
            """,
        ),
    )
