-- The schema of Skypurser's database, with its policies, triggers and privileges.
-- Generated from the migrations; do not edit: python -m skypurser.config.schema > docs/schema.sql

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;

COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';

CREATE DOMAIN public.ledger_amounts AS bigint[]
	CONSTRAINT ledger_amounts_check CHECK ((0 <> ALL (VALUE)))
	CONSTRAINT ledger_amounts_check1 CHECK ((array_position(VALUE, NULL::bigint) IS NULL));

CREATE DOMAIN public.ledger_control AS text
	CONSTRAINT ledger_control_check CHECK ((VALUE = ANY (ARRAY['sales'::text, 'taxes_payable'::text, 'commission_expense'::text, 'penalties'::text, 'bank_clearing'::text, 'adjustments'::text, 'opening_balances'::text, 'breakage'::text, 'card_transfers'::text, 'customer_advances'::text, 'cancellation_fees'::text, 'receivables'::text, 'charter_sales'::text])));

CREATE DOMAIN public.ledger_controls AS text[]
	CONSTRAINT ledger_controls_check CHECK (((NOT (array_ndims(VALUE) IS DISTINCT FROM 1)) OR (VALUE = '{}'::text[])))
	CONSTRAINT ledger_controls_check1 CHECK ((VALUE <@ ARRAY['sales'::text, 'taxes_payable'::text, 'commission_expense'::text, 'penalties'::text, 'bank_clearing'::text, 'adjustments'::text, 'opening_balances'::text, 'breakage'::text, 'card_transfers'::text, 'customer_advances'::text, 'cancellation_fees'::text, 'receivables'::text, 'charter_sales'::text]));

CREATE DOMAIN public.ledger_currency AS character varying(3)
	CONSTRAINT ledger_currency_check CHECK (((VALUE)::text ~ '^[A-Z]{3}$'::text));

CREATE DOMAIN public.ledger_outcome AS text
	CONSTRAINT ledger_outcome_check CHECK ((VALUE = ANY (ARRAY['posted'::text, 'recorded'::text, 'refused'::text])));

CREATE DOMAIN public.ledger_status AS text
	CONSTRAINT ledger_status_check CHECK ((VALUE = ANY (ARRAY['ACTIVE'::text, 'SUSPENDED'::text, 'INHIBITED'::text, 'CLOSED'::text])));

CREATE TYPE public.procrastinate_job_event_type AS ENUM (
    'deferred',
    'started',
    'deferred_for_retry',
    'failed',
    'succeeded',
    'cancelled',
    'abort_requested',
    'aborted',
    'scheduled',
    'retried'
);

CREATE TYPE public.procrastinate_job_status AS ENUM (
    'todo',
    'doing',
    'succeeded',
    'failed',
    'cancelled',
    'aborting',
    'aborted'
);

CREATE TYPE public.procrastinate_job_to_defer_v1 AS (
	queue_name character varying,
	task_name character varying,
	priority integer,
	lock text,
	queueing_lock text,
	args jsonb,
	scheduled_at timestamp with time zone
);

CREATE DOMAIN public.tickets_document AS character varying(13)
	CONSTRAINT tickets_document_check CHECK (((VALUE)::text ~ '^[0-9]{13}$'::text));

CREATE DOMAIN public.tickets_form_of_payment AS text
	CONSTRAINT tickets_form_of_payment_check CHECK ((VALUE = ANY (ARRAY['account'::text, 'card'::text, 'card_offline'::text])));

CREATE DOMAIN public.tickets_scope AS text
	CONSTRAINT tickets_scope_check CHECK ((VALUE = ANY (ARRAY['domestic'::text, 'international'::text])));

CREATE DOMAIN public.tickets_settlement AS text
	CONSTRAINT tickets_settlement_check CHECK ((VALUE = ANY (ARRAY['on_account'::text, 'commission'::text, 'none'::text])));

CREATE DOMAIN public.tickets_status AS text
	CONSTRAINT tickets_status_check CHECK ((VALUE = ANY (ARRAY['ISSUED'::text, 'REFUNDED'::text, 'VOIDED'::text])));

CREATE SEQUENCE public.access_carrier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.access_carrier (
    id integer DEFAULT nextval('public.access_carrier_id_seq'::regclass) NOT NULL,
    code character varying(12) NOT NULL,
    name character varying(200) NOT NULL,
    country character varying(2) NOT NULL,
    time_zone character varying(64) NOT NULL,
    currency character varying(3) NOT NULL,
    has_jet_cards boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT carrier_code_shape CHECK (((code)::text ~ '^[A-Z0-9]{2,12}$'::text)),
    CONSTRAINT carrier_country_shape CHECK (((country)::text ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT carrier_currency_shape CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE ONLY public.access_carrier FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.access_all_carrier_ids() RETURNS SETOF integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT access_carrier.id
    FROM public.access_carrier
   ORDER BY access_carrier.id;
END;

CREATE FUNCTION public.access_carriers() RETURNS integer[]
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (string_to_array(NULLIF(current_setting('skypurser.carriers'::text, true), ''::text), ','::text))::integer[];

COMMENT ON FUNCTION public.access_carriers() IS 'For which carriers the current transaction acts';

CREATE SEQUENCE public.access_apikey_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.access_apikey (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.access_apikey_id_seq'::regclass) NOT NULL,
    name character varying(100) NOT NULL,
    prefix character varying(8) NOT NULL,
    token_hash bytea NOT NULL,
    scopes character varying(40)[] NOT NULL,
    rate_limit integer NOT NULL,
    concurrency_limit integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    expires_at timestamp with time zone,
    revoked_at timestamp with time zone,
    last_used_at timestamp with time zone,
    CONSTRAINT apikey_has_scopes CHECK ((
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0)),
    CONSTRAINT apikey_hash_is_sha256 CHECK ((octet_length(token_hash) = 32)),
    CONSTRAINT apikey_limits_above_zero CHECK (((concurrency_limit > 0) AND (rate_limit > 0))),
    CONSTRAINT apikey_prefix_shape CHECK (((prefix)::text ~ '^[A-Za-z0-9_-]{8}$'::text))
);

ALTER TABLE ONLY public.access_apikey FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.access_find_api_key(wanted bytea) RETURNS TABLE(key_id bigint, carrier_id integer, carrier_code text, name text, scopes text[], rate_limit integer, concurrency_limit integer, expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT k.id,
     k.carrier_id,
     c.code,
     k.name,
     k.scopes,
     k.rate_limit,
     k.concurrency_limit,
     k.expires_at
    FROM (public.access_apikey k
      JOIN public.access_carrier c ON ((c.id = k.carrier_id)))
   WHERE ((k.token_hash = access_find_api_key.wanted) AND (k.revoked_at IS NULL));
END;

CREATE FUNCTION public.access_find_carrier(wanted text) RETURNS integer
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT access_carrier.id
    FROM public.access_carrier
   WHERE ((access_carrier.code)::text = access_find_carrier.wanted);
END;

CREATE TABLE public.access_invitation (
    carrier_id integer NOT NULL,
    member_id bigint NOT NULL,
    token_hash bytea NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT invitation_hash_is_sha256 CHECK ((octet_length(token_hash) = 32))
);

ALTER TABLE ONLY public.access_invitation FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.access_member_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.access_member (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.access_member_id_seq'::regclass) NOT NULL,
    email character varying(254) NOT NULL,
    name character varying(200) NOT NULL,
    role_id bigint,
    permissions character varying(40)[] NOT NULL,
    countries character varying(2)[] NOT NULL,
    cities character varying(3)[] NOT NULL,
    offices character varying(20)[] NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    user_id bigint,
    language character varying(2) NOT NULL,
    theme character varying(5) NOT NULL,
    has_shortcuts boolean NOT NULL,
    briefings character varying(6) NOT NULL,
    CONSTRAINT member_preferences CHECK ((((briefings)::text = ANY ((ARRAY['off'::character varying, 'daily'::character varying, 'weekly'::character varying])::text[])) AND ((language)::text = ANY ((ARRAY[''::character varying, 'en'::character varying, 'es'::character varying])::text[])) AND ((theme)::text = ANY ((ARRAY['auto'::character varying, 'light'::character varying, 'dark'::character varying])::text[])))),
    CONSTRAINT member_role_or_own_permissions CHECK (((role_id IS NULL) OR (
CASE
    WHEN (permissions IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(permissions, 1), 0)
END = 0)))
);

ALTER TABLE ONLY public.access_member FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.access_find_invitation(wanted bytea) RETURNS TABLE(carrier_id integer, carrier_code text, carrier_name text, member_id bigint, email text, name text, expires_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT c.id,
     c.code,
     c.name,
     m.id,
     m.email,
     m.name,
     i.expires_at
    FROM ((public.access_invitation i
      JOIN public.access_member m ON (((m.carrier_id = i.carrier_id) AND (m.id = i.member_id))))
      JOIN public.access_carrier c ON ((c.id = i.carrier_id)))
   WHERE ((i.token_hash = access_find_invitation.wanted) AND m.is_active AND (m.user_id IS NULL));
END;

CREATE FUNCTION public.access_memberships(wanted bigint) RETURNS TABLE(carrier_id integer, carrier_code text, carrier_name text, time_zone text, currency text, member_id bigint, name text, has_jet_cards boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT c.id,
     c.code,
     c.name,
     c.time_zone,
     c.currency,
     m.id,
     m.name,
     c.has_jet_cards
    FROM (public.access_member m
      JOIN public.access_carrier c ON ((c.id = m.carrier_id)))
   WHERE ((m.user_id = access_memberships.wanted) AND m.is_active)
   ORDER BY c.code;
END;

CREATE FUNCTION public.access_refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
            BEGIN
                RAISE EXCEPTION '% is append-only: rows are added, never changed or deleted', TG_TABLE_NAME
                      USING ERRCODE = 'restrict_violation';
            END $$;

CREATE FUNCTION public.access_stay_revoked() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
            BEGIN
                RAISE EXCEPTION 'API key % is revoked and stays so', OLD.id USING ERRCODE = 'restrict_violation';
            END $$;

CREATE FUNCTION public.backlog_keep_ended() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
            BEGIN
                RAISE EXCEPTION 'job % is % and stays so', OLD.id, OLD.state USING ERRCODE = 'restrict_violation';
            END $$;

CREATE FUNCTION public.charter_keep_card() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF EXISTS (SELECT FROM charter_booking b WHERE b.carrier_id = NEW.carrier_id AND b.card_id = NEW.account_id
                  AND b.status = 'booked' AND b.arrives_at > NEW.closed_at) THEN
        RAISE EXCEPTION 'card % paid for what is not flown yet, and stays open', NEW.account_id
              USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.charter_stay_final() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION '% % is % and stays as it is', TG_TABLE_NAME, OLD.id, OLD.status
          USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.electronic_decide_once() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
            BEGIN
                RAISE EXCEPTION 'request % is % and stays so', OLD.id, OLD.status USING ERRCODE = 'restrict_violation';
            END $$;

CREATE FUNCTION public.electronic_keep_awaited_account() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
            BEGIN
                IF EXISTS (SELECT FROM electronic_approval
                            WHERE carrier_id = OLD.carrier_id AND account_id = OLD.account_id
                              AND status = 'pending') THEN
                    RAISE EXCEPTION 'account % has a request that waits for approval', OLD.account_id
                          USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END $$;

CREATE FUNCTION public.invoices_begin_as_draft() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'an invoice begins as a draft' USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.invoices_check_link() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM invoices_wait('invoice', NEW.carrier_id, NEW.invoice_id);
    IF NOT EXISTS (
        SELECT FROM invoices_invoice i JOIN invoices_payment p ON p.carrier_id = i.carrier_id AND p.id = NEW.payment_id
         WHERE i.carrier_id = NEW.carrier_id AND i.id = NEW.invoice_id AND i.status = 'issued' AND i.kind = 'invoice'
           AND p.customer_id = i.customer_id AND p.currency = i.currency
           AND (NOT p.is_bound OR p.document IS NOT DISTINCT FROM i.document)
           AND i.net + i.tax >= invoices_settled(i.carrier_id, i.id)
           AND 0 <= (SELECT sum(amount) FROM invoices_paymentlink
                      WHERE carrier_id = i.carrier_id AND payment_id = p.id AND invoice_id = i.id)) THEN
        RAISE EXCEPTION 'payment % is not of invoice %, or more than is open of it', NEW.payment_id, NEW.invoice_id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.invoices_check_payment() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    PERFORM invoices_wait('payment', NEW.carrier_id, NEW.payment_id);
    IF NOT EXISTS (
        SELECT FROM invoices_payment p
         CROSS JOIN LATERAL (SELECT coalesce(sum(amount), 0) AS amount FROM invoices_paymentlink
                              WHERE carrier_id = p.carrier_id AND payment_id = p.id) linked
         CROSS JOIN LATERAL (SELECT coalesce(sum(amount) FILTER (WHERE kind = 'given_back'), 0) AS refunded,
                                    coalesce(sum(amount) FILTER (WHERE kind = 'fee'), 0) AS kept FROM invoices_refund
                              WHERE carrier_id = p.carrier_id AND payment_id = p.id) spent
         WHERE p.carrier_id = NEW.carrier_id AND p.id = NEW.payment_id AND linked.amount >= 0
           AND greatest(linked.amount, spent.kept) + spent.refunded <= p.amount) THEN
        RAISE EXCEPTION 'more of payment % is linked or given back than was paid', NEW.payment_id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.invoices_keep_issued() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    too_much smallint;
BEGIN
    IF OLD.status = 'issued' THEN
        RAISE EXCEPTION 'invoice % is issued and stays as it is', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    IF NEW.status <> 'issued' THEN
        RETURN NEW;
    END IF;
    IF (SELECT (coalesce(sum(net), 0), coalesce(sum(tax), 0)) FROM invoices_invoiceline
         WHERE carrier_id = NEW.carrier_id AND invoice_id = NEW.id)
       IS DISTINCT FROM (NEW.net::numeric, NEW.tax::numeric) THEN
        RAISE EXCEPTION 'invoice % is not the sum of its lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number < 1 OR NEW.number > 1 AND NOT EXISTS (
        SELECT FROM invoices_invoice WHERE carrier_id = NEW.carrier_id AND series = NEW.series AND year = NEW.year
           AND number = NEW.number - 1) THEN
        RAISE EXCEPTION 'number % of % % leaves a gap', NEW.number, NEW.series, NEW.year
              USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.corrects IS NULL THEN
        RETURN NEW;
    END IF;
    PERFORM invoices_wait('invoice', NEW.carrier_id, NEW.corrects);
    SELECT l.position INTO too_much FROM invoices_invoiceline l
      LEFT JOIN invoices_invoiceline o ON o.carrier_id = l.carrier_id AND o.invoice_id = NEW.corrects
            AND o.position = l.corrects
      LEFT JOIN LATERAL (
            SELECT sum(c.net) AS net, sum(c.tax) AS tax FROM invoices_invoiceline c
              JOIN invoices_invoice n ON n.carrier_id = c.carrier_id AND n.id = c.invoice_id
             WHERE n.carrier_id = NEW.carrier_id AND n.corrects = NEW.corrects AND c.corrects = l.corrects
               AND (n.status = 'issued' OR n.id = NEW.id)) taken ON true
     WHERE l.carrier_id = NEW.carrier_id AND l.invoice_id = NEW.id
       AND (o.position IS NULL OR taken.net > o.net OR taken.tax > o.tax) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'line % credits more than is left of what it corrects', too_much
              USING ERRCODE = 'check_violation';
    END IF;
    IF NOT EXISTS (
        SELECT FROM invoices_invoice o WHERE o.carrier_id = NEW.carrier_id AND o.id = NEW.corrects
           AND o.status = 'issued' AND o.kind = 'invoice' AND o.currency = NEW.currency
           AND o.customer_id = NEW.customer_id AND o.subject = NEW.subject
           AND o.net + o.tax >= NEW.net + NEW.tax + invoices_settled(o.carrier_id, o.id)) THEN
        RAISE EXCEPTION 'credit note % corrects no issued invoice, or one that was paid besides', NEW.id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION public.invoices_keep_lines() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    one record := CASE TG_OP WHEN 'INSERT' THEN NEW ELSE OLD END;
BEGIN
    -- Shared with other changes of lines, never with whoever issues the invoice, who updates its row.
    PERFORM FROM invoices_invoice WHERE carrier_id = one.carrier_id AND id = one.invoice_id AND status = 'draft'
        FOR SHARE;
    IF NOT FOUND OR TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'lines of invoice % stay as they are', one.invoice_id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN one;
END $$;

CREATE SEQUENCE public.invoices_invoice_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.invoices_invoice (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.invoices_invoice_id_seq'::regclass) NOT NULL,
    kind character varying(11) NOT NULL,
    status character varying(6) NOT NULL,
    customer_id bigint NOT NULL,
    document character varying(40),
    currency character varying(3) NOT NULL,
    language character varying(2) NOT NULL,
    notes text NOT NULL,
    due_date date,
    supply_date date,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    corrects bigint,
    subject character varying(16) NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    series character varying(10),
    year smallint,
    number integer,
    issue_date date,
    buyer jsonb,
    seller jsonb,
    entry_id bigint,
    content_hash bytea,
    issued_at timestamp with time zone,
    issued_by text,
    CONSTRAINT invoice_kind CHECK ((((corrects IS NULL) AND ((kind)::text = 'invoice'::text)) OR ((corrects IS NOT NULL) AND ((kind)::text = 'credit_note'::text)))),
    CONSTRAINT invoice_not_negative CHECK (((net >= 0) AND (tax >= 0))),
    CONSTRAINT invoice_subject CHECK (((subject)::text = ANY ((ARRAY['sale'::character varying, 'cancellation_fee'::character varying])::text[]))),
    CONSTRAINT invoice_whole CHECK (((((status)::text = 'draft'::text) AND (num_nonnulls(series, year, number, issue_date, buyer, seller, entry_id, content_hash, issued_at, issued_by) = 0)) OR (((status)::text = 'issued'::text) AND ((net + tax) > 0) AND (due_date IS NOT NULL) AND (octet_length(content_hash) = 32) AND (num_nulls(series, year, number, issue_date, buyer, seller, entry_id, content_hash, issued_at, issued_by) = 0))))
);

ALTER TABLE ONLY public.invoices_invoice FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.invoices_payment_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.invoices_paymentlink (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.invoices_payment_id_seq'::regclass) NOT NULL,
    payment_id bigint NOT NULL,
    invoice_id bigint NOT NULL,
    amount bigint NOT NULL,
    entry_id bigint NOT NULL,
    linked_at timestamp with time zone NOT NULL,
    CONSTRAINT paymentlink_not_zero CHECK ((NOT (amount = 0)))
);

ALTER TABLE ONLY public.invoices_paymentlink FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.invoices_settled(carrier integer, invoice bigint) RETURNS bigint
    LANGUAGE sql STABLE
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT ((COALESCE(( SELECT sum(invoices_paymentlink.amount) AS sum
            FROM public.invoices_paymentlink
           WHERE ((invoices_paymentlink.carrier_id = invoices_settled.carrier) AND (invoices_paymentlink.invoice_id = invoices_settled.invoice))), (0)::numeric))::bigint + (COALESCE(( SELECT sum((invoices_invoice.net + invoices_invoice.tax)) AS sum
            FROM public.invoices_invoice
           WHERE ((invoices_invoice.carrier_id = invoices_settled.carrier) AND (invoices_invoice.corrects = invoices_settled.invoice) AND ((invoices_invoice.status)::text = 'issued'::text))), (0)::numeric))::bigint);
END;

CREATE FUNCTION public.invoices_wait(kind text, carrier integer, id bigint) RETURNS void
    LANGUAGE sql
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
 SELECT pg_advisory_xact_lock(hashtextextended(((((('invoices.'::text || kind) || '.'::text) || carrier) || '.'::text) || id), (0)::bigint)) AS pg_advisory_xact_lock;
END;

CREATE FUNCTION public.jetcards_stay_closed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'card % is closed and stays as it is', OLD.account_id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.ledger_check_entries() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    SET enable_bitmapscan TO 'off'
    SET enable_hashjoin TO 'off'
    SET enable_mergejoin TO 'off'
    SET enable_material TO 'off'
    SET enable_sort TO 'off'
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    broken bigint;
    overdrawn bigint;
    reversing boolean;
    transferring boolean;
    marking boolean;
BEGIN
    SELECT min(id) FILTER (WHERE cardinality(controls) <> cardinality(amounts)
               OR (kind = 'cut_off') <> (account_id IS NOT NULL AND debit = 0 AND credit = 0)
               OR debit - credit + CASE WHEN cardinality(amounts) <= 4 AND array_lower(amounts, 1) = 1
                      THEN coalesce(amounts[1], 0) + coalesce(amounts[2], 0) + coalesce(amounts[3], 0)
                         + coalesce(amounts[4], 0)
                      ELSE coalesce((SELECT sum(amount) FROM unnest(amounts) amount), 0) END <> 0
               OR account_id IS NULL AND (debit <> 0 OR credit <> 0 OR cardinality(amounts) < 2)),
           min(id) FILTER (WHERE available < 0 AND debit > 0 AND kind IN ('ticket', 'card_funds_removed',
               'card_transfer', 'card_payment')),
           bool_or(reverses IS NOT NULL), bool_or('card_transfers' = ANY (controls)), bool_or(kind = 'cut_off')
      INTO broken, overdrawn, reversing, transferring, marking FROM added;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'entry % does not balance, or is not whole', broken USING ERRCODE = 'check_violation';
    END IF;
    IF overdrawn IS NOT NULL THEN
        RAISE EXCEPTION 'entry % sells beyond what is available', overdrawn USING ERRCODE = 'check_violation';
    END IF;

    SELECT min(m.account_id) INTO broken
      FROM (SELECT carrier_id, account_id, min(item) - 1 AS item_before, max(item) AS last_item, count(*) AS many,
                   sum(credit) - sum(debit) AS moved, min(currency) AS first_currency, max(currency) AS last_currency,
                   min(business_date) AS first_date, bool_or(kind = 'cut_off') AS marks,
                   min(net) AS only_net, min(digest) AS only_digest
              FROM added WHERE account_id IS NOT NULL GROUP BY carrier_id, account_id) m
      LEFT JOIN LATERAL (SELECT id, currency, debits, credits, last_item, digest, closed_through FROM ledger_account
                          WHERE carrier_id = m.carrier_id AND id = m.account_id LIMIT 1) a ON true
      LEFT JOIN LATERAL (SELECT item, net FROM ledger_entry WHERE carrier_id = m.carrier_id
                            AND account_id = m.account_id AND item <= m.item_before
                          ORDER BY item DESC LIMIT 1) before ON true
      LEFT JOIN LATERAL (SELECT net, digest FROM ledger_entry WHERE m.many > 1 AND carrier_id = m.carrier_id
                            AND account_id = m.account_id AND item <= m.last_item
                          ORDER BY item DESC LIMIT 1) found ON true
     CROSS JOIN LATERAL (SELECT CASE m.many WHEN 1 THEN m.only_net ELSE found.net END AS net,
                                CASE m.many WHEN 1 THEN m.only_digest ELSE found.digest END AS digest) newest
     WHERE a.id IS NULL OR m.first_currency <> a.currency OR m.last_currency <> a.currency
        OR m.last_item <> a.last_item OR m.last_item - m.item_before <> m.many
        OR m.item_before <> coalesce(before.item, 0)
        OR newest.net <> a.credits - a.debits OR newest.net <> coalesce(before.net, 0) + m.moved
        OR newest.digest <> a.digest OR m.first_date <= a.closed_through AND NOT m.marks;
    IF broken IS NOT NULL THEN
        RAISE EXCEPTION 'account %: its movements and its sums, items, digest, currency or closed period disagree',
              broken USING ERRCODE = 'check_violation';
    END IF;

    -- Where a period is closed by the same statement, what came before its mark may still bear its dates.
    IF marking AND EXISTS (
        SELECT FROM (SELECT carrier_id, account_id, max(business_date) AS through FROM added
                      WHERE kind = 'cut_off' GROUP BY carrier_id, account_id) m
          LEFT JOIN LATERAL (SELECT closed_through FROM ledger_account
                              WHERE carrier_id = m.carrier_id AND id = m.account_id LIMIT 1) a ON true
         WHERE a.closed_through IS DISTINCT FROM m.through
            OR EXISTS (SELECT FROM added mark, added late
                        WHERE mark.carrier_id = m.carrier_id AND mark.account_id = m.account_id
                          AND mark.kind = 'cut_off' AND late.carrier_id = m.carrier_id
                          AND late.account_id = m.account_id AND late.item > mark.item
                          AND late.business_date <= mark.business_date)) THEN
        RAISE EXCEPTION 'a period is closed and marked at once, and nothing is dated into it afterwards'
              USING ERRCODE = 'check_violation';
    END IF;

    IF transferring AND EXISTS (
        SELECT FROM added e CROSS JOIN LATERAL unnest(e.controls, e.amounts) AS line(control, amount)
         WHERE line.control = 'card_transfers' GROUP BY e.carrier_id, e.currency, e.document
        HAVING sum(line.amount) <> 0 OR count(*) <> 2) THEN
        RAISE EXCEPTION 'a transfer is two entries at once' USING ERRCODE = 'check_violation';
    END IF;

    IF NOT reversing THEN
        RETURN NULL;
    END IF;
    SELECT r.reverses INTO broken
      FROM (SELECT DISTINCT carrier_id, account_id, reverses FROM added WHERE reverses IS NOT NULL) r
      LEFT JOIN LATERAL (SELECT account_id, controls, amounts FROM ledger_entry
                          WHERE carrier_id = r.carrier_id AND id = r.reverses LIMIT 1) o ON true
     WHERE o.controls IS NULL OR r.account_id <> o.account_id OR r.account_id IS NOT NULL AND o.account_id IS NULL
        OR EXISTS (
           SELECT FROM (SELECT line.control, sum(line.amount) AS amount
                          FROM (SELECT controls, amounts FROM ledger_entry
                                 WHERE carrier_id = r.carrier_id AND reverses = r.reverses OFFSET 0) back
                         CROSS JOIN LATERAL unnest(back.controls, back.amounts) AS line(control, amount)
                         WHERE line.control <> 'penalties' GROUP BY line.control) taken
             LEFT JOIN LATERAL (SELECT sum(line.amount) AS amount
                                  FROM unnest(o.controls, o.amounts) AS line(control, amount)
                                 WHERE line.control = taken.control) moved ON true
            WHERE moved.amount IS NULL OR taken.amount * moved.amount > 0 OR abs(taken.amount) > abs(moved.amount))
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % is not taken back as it was posted, or more of it than it moved', broken
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.ledger_keep_used_account() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF OLD.last_item > 0 OR EXISTS (
        SELECT FROM ledger_hold WHERE carrier_id = OLD.carrier_id AND account_id = OLD.id) THEN
        RAISE EXCEPTION 'account % has been used and stays', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION public.ledger_resolve_hold_once() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'hold % has been resolved', OLD.id USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION public.ledger_stay_closed() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    RAISE EXCEPTION 'account % is closed through %', OLD.id, OLD.closed_through USING ERRCODE = 'restrict_violation';
END $$;

CREATE SEQUENCE public.parties_client_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.parties_client (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.parties_client_id_seq'::regclass) NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    city character varying(3) NOT NULL,
    airport character varying(3) NOT NULL,
    country character varying(2) NOT NULL,
    time_zone character varying(64) NOT NULL,
    agency_involved character varying(20) NOT NULL,
    CONSTRAINT client_code_shape CHECK (((code)::text ~ '^[A-Z0-9]{2,20}$'::text))
);

ALTER TABLE ONLY public.parties_client FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.parties_office_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.parties_office (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.parties_office_id_seq'::regclass) NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(200) NOT NULL,
    issue_id character varying(20) NOT NULL,
    city character varying(3) NOT NULL,
    airport character varying(3) NOT NULL,
    country character varying(2) NOT NULL,
    time_zone character varying(64) NOT NULL,
    CONSTRAINT office_code_shape CHECK (((code)::text ~ '^[A-Z0-9]{2,20}$'::text))
);

ALTER TABLE ONLY public.parties_office FORCE ROW LEVEL SECURITY;

CREATE FUNCTION public.parties_containing(pattern text, most integer) RETURNS TABLE(office_id bigint, client_id bigint)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'public', 'pg_temp'
    BEGIN ATOMIC
( SELECT parties_office.id,
     NULL::bigint AS int8
    FROM public.parties_office
   WHERE ((parties_office.carrier_id = ANY (public.access_carriers())) AND (((parties_office.code)::text ~~* parties_containing.pattern) OR ((parties_office.name)::text ~~* parties_containing.pattern)))
  LIMIT parties_containing.most)
 UNION ALL
 ( SELECT NULL::bigint AS int8,
     parties_client.id
    FROM public.parties_client
   WHERE ((parties_client.carrier_id = ANY (public.access_carriers())) AND (((parties_client.code)::text ~~* parties_containing.pattern) OR ((parties_client.name)::text ~~* parties_containing.pattern)))
  LIMIT parties_containing.most);
END;

CREATE FUNCTION public.procrastinate_cancel_job_v1(job_id bigint, abort boolean, delete_job boolean) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status = 'todo'
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        IF abort THEN
            UPDATE procrastinate_jobs
            SET abort_requested = true,
                status = CASE status
                    WHEN 'todo' THEN 'cancelled'::procrastinate_job_status ELSE status
                END
            WHERE id = job_id AND status IN ('todo', 'doing')
            RETURNING id INTO _job_id;
        ELSE
            UPDATE procrastinate_jobs
            SET status = 'cancelled'::procrastinate_job_status
            WHERE id = job_id AND status = 'todo'
            RETURNING id INTO _job_id;
        END IF;
    END IF;
    RETURN _job_id;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_jobs_v1(jobs public.procrastinate_job_to_defer_v1[]) RETURNS bigint[]
    LANGUAGE plpgsql
    AS $$
DECLARE
    job_ids bigint[];
BEGIN
    WITH inserted_jobs AS (
        INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, scheduled_at)
        SELECT (job).queue_name,
               (job).task_name,
               (job).priority,
               (job).lock,
               (job).queueing_lock,
               (job).args,
               (job).scheduled_at
        FROM unnest(jobs) AS job
        RETURNING id
    )
    SELECT array_agg(id) FROM inserted_jobs INTO job_ids;

    RETURN job_ids;
END;
$$;

CREATE FUNCTION public.procrastinate_defer_periodic_job_v2(_queue_name character varying, _lock character varying, _queueing_lock character varying, _task_name character varying, _priority integer, _periodic_id character varying, _defer_timestamp bigint, _args jsonb) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
	_job_id bigint;
	_defer_id bigint;
BEGIN
    INSERT
        INTO procrastinate_periodic_defers (task_name, periodic_id, defer_timestamp)
        VALUES (_task_name, _periodic_id, _defer_timestamp)
        ON CONFLICT DO NOTHING
        RETURNING id into _defer_id;

    IF _defer_id IS NULL THEN
        RETURN NULL;
    END IF;

    UPDATE procrastinate_periodic_defers
        SET job_id = (
            SELECT COALESCE((
                SELECT unnest(procrastinate_defer_jobs_v1(
                    ARRAY[
                        ROW(
                            _queue_name,
                            _task_name,
                            _priority,
                            _lock,
                            _queueing_lock,
                            _args,
                            NULL::timestamptz
                        )
                    ]::procrastinate_job_to_defer_v1[]
                ))
            ), NULL)
        )
        WHERE id = _defer_id
        RETURNING job_id INTO _job_id;

    DELETE
        FROM procrastinate_periodic_defers
        USING (
            SELECT id
            FROM procrastinate_periodic_defers
            WHERE procrastinate_periodic_defers.task_name = _task_name
            AND procrastinate_periodic_defers.periodic_id = _periodic_id
            AND procrastinate_periodic_defers.defer_timestamp < _defer_timestamp
            ORDER BY id
            FOR UPDATE
        ) to_delete
        WHERE procrastinate_periodic_defers.id = to_delete.id;

    RETURN _job_id;
END;
$$;

CREATE TABLE public.procrastinate_jobs (
    id bigint NOT NULL,
    queue_name character varying(128) NOT NULL,
    task_name character varying(128) NOT NULL,
    lock text,
    args jsonb DEFAULT '{}'::jsonb NOT NULL,
    status public.procrastinate_job_status DEFAULT 'todo'::public.procrastinate_job_status NOT NULL,
    scheduled_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    queueing_lock text,
    priority integer DEFAULT 0 NOT NULL,
    abort_requested boolean DEFAULT false NOT NULL,
    worker_id bigint,
    CONSTRAINT check_not_todo_abort_requested CHECK ((NOT ((status = 'todo'::public.procrastinate_job_status) AND (abort_requested = true))))
);

CREATE FUNCTION public.procrastinate_fetch_job_v2(target_queue_names character varying[], p_worker_id bigint) RETURNS public.procrastinate_jobs
    LANGUAGE plpgsql
    AS $$
DECLARE
	found_jobs procrastinate_jobs;
BEGIN
    WITH candidate AS (
        SELECT jobs.*
            FROM procrastinate_jobs AS jobs
            WHERE
                -- reject the job if its lock has earlier or higher priority jobs
                NOT EXISTS (
                    SELECT 1
                        FROM procrastinate_jobs AS other_jobs
                        WHERE
                            jobs.lock IS NOT NULL
                            AND other_jobs.lock = jobs.lock
                            AND (
                                -- job with same lock is already running
                                other_jobs.status = 'doing'
                                OR
                                -- job with same lock is waiting and has higher priority (or same priority but was queued first)
                                (
                                    other_jobs.status = 'todo'
                                    AND (
                                        other_jobs.priority > jobs.priority
                                        OR (
                                        other_jobs.priority = jobs.priority
                                        AND other_jobs.id < jobs.id
                                        )
                                    )
                                )
                            )
                )
                AND jobs.status = 'todo'
                AND (target_queue_names IS NULL OR jobs.queue_name = ANY( target_queue_names ))
                AND (jobs.scheduled_at IS NULL OR jobs.scheduled_at <= now())
            ORDER BY jobs.priority DESC, jobs.id ASC LIMIT 1
            FOR UPDATE OF jobs SKIP LOCKED
    )
    UPDATE procrastinate_jobs
        SET status = 'doing', worker_id = p_worker_id
        FROM candidate
        WHERE procrastinate_jobs.id = candidate.id
        RETURNING procrastinate_jobs.* INTO found_jobs;

 RETURN found_jobs;
END;
$$;

CREATE FUNCTION public.procrastinate_finish_job_v1(job_id bigint, end_status public.procrastinate_job_status, delete_job boolean) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
BEGIN
    IF end_status NOT IN ('succeeded', 'failed', 'aborted') THEN
        RAISE 'End status should be either "succeeded", "failed" or "aborted" (job id: %)', job_id;
    END IF;
    IF delete_job THEN
        DELETE FROM procrastinate_jobs
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = end_status,
            abort_requested = false,
            attempts = CASE status
                WHEN 'doing' THEN attempts + 1 ELSE attempts
            END
        WHERE id = job_id AND status IN ('todo', 'doing')
        RETURNING id INTO _job_id;
    END IF;
    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" or "todo" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_abort_job_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'abort_job_requested', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_notify_queue_job_inserted_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
DECLARE
    payload TEXT;
BEGIN
    SELECT json_build_object('type', 'job_inserted', 'job_id', NEW.id)::text INTO payload;
	PERFORM pg_notify('procrastinate_queue_v1#' || NEW.queue_name, payload);
	PERFORM pg_notify('procrastinate_any_queue_v1', payload);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_prune_stalled_workers_v1(seconds_since_heartbeat double precision) RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    DELETE FROM procrastinate_workers
    WHERE last_heartbeat < NOW() - (seconds_since_heartbeat || 'SECOND')::INTERVAL
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_register_worker_v1() RETURNS TABLE(worker_id bigint)
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    INSERT INTO procrastinate_workers DEFAULT VALUES
    RETURNING procrastinate_workers.id;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v1(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
BEGIN
    SELECT abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status = 'doing'
    FOR UPDATE
    INTO _abort_requested;
    IF _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or not in "doing" status (job id: %)', job_id;
    END IF;
END;
$$;

CREATE FUNCTION public.procrastinate_retry_job_v2(job_id bigint, retry_at timestamp with time zone, new_priority integer, new_queue_name character varying, new_lock character varying) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    _job_id bigint;
    _abort_requested boolean;
    _current_status procrastinate_job_status;
BEGIN
    SELECT status, abort_requested FROM procrastinate_jobs
    WHERE id = job_id AND status IN ('doing', 'failed')
    FOR UPDATE
    INTO _current_status, _abort_requested;
    IF _current_status = 'doing' AND _abort_requested THEN
        UPDATE procrastinate_jobs
        SET status = 'failed'::procrastinate_job_status
        WHERE id = job_id AND status = 'doing'
        RETURNING id INTO _job_id;
    ELSE
        UPDATE procrastinate_jobs
        SET status = 'todo'::procrastinate_job_status,
            attempts = attempts + 1,
            scheduled_at = retry_at,
            priority = COALESCE(new_priority, priority),
            queue_name = COALESCE(new_queue_name, queue_name),
            lock = COALESCE(new_lock, lock)
        WHERE id = job_id AND status IN ('doing', 'failed')
        RETURNING id INTO _job_id;
    END IF;

    IF _job_id IS NULL THEN
        RAISE 'Job was not found or has an invalid status to retry (job id: %)', job_id;
    END IF;

END;
$$;

CREATE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'abort_requested'::procrastinate_job_event_type);
    RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type, at)
        VALUES (NEW.id, 'scheduled'::procrastinate_job_event_type, NEW.scheduled_at);

	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    INSERT INTO procrastinate_events(job_id, type)
        VALUES (NEW.id, 'deferred'::procrastinate_job_event_type);
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_trigger_function_status_events_update_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    WITH t AS (
        SELECT CASE
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND NEW.status = 'doing'::procrastinate_job_status
                THEN 'started'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'deferred_for_retry'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'failed'::procrastinate_job_status
                THEN 'failed'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'succeeded'::procrastinate_job_status
                THEN 'succeeded'::procrastinate_job_event_type
            WHEN OLD.status = 'todo'::procrastinate_job_status
                AND (
                    NEW.status = 'cancelled'::procrastinate_job_status
                    OR NEW.status = 'failed'::procrastinate_job_status
                    OR NEW.status = 'succeeded'::procrastinate_job_status
                )
                THEN 'cancelled'::procrastinate_job_event_type
            WHEN OLD.status = 'doing'::procrastinate_job_status
                AND NEW.status = 'aborted'::procrastinate_job_status
                THEN 'aborted'::procrastinate_job_event_type
            WHEN OLD.status = 'failed'::procrastinate_job_status
                AND NEW.status = 'todo'::procrastinate_job_status
                THEN 'retried'::procrastinate_job_event_type
            ELSE NULL
        END as event_type
    )
    INSERT INTO procrastinate_events(job_id, type)
        SELECT NEW.id, t.event_type
        FROM t
        WHERE t.event_type IS NOT NULL;
	RETURN NEW;
END;
$$;

CREATE FUNCTION public.procrastinate_unlink_periodic_defers_v1() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    UPDATE procrastinate_periodic_defers
    SET job_id = NULL
    WHERE job_id = OLD.id;
    RETURN OLD;
END;
$$;

CREATE FUNCTION public.procrastinate_unregister_worker_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    DELETE FROM procrastinate_workers
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.procrastinate_update_heartbeat_v1(worker_id bigint) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE procrastinate_workers
    SET last_heartbeat = NOW()
    WHERE id = worker_id;
END;
$$;

CREATE FUNCTION public.statements_check_mark() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_entry e
          JOIN ledger_account a ON a.carrier_id = e.carrier_id AND a.id = e.account_id
         WHERE e.carrier_id = NEW.carrier_id AND e.id = NEW.entry_id AND e.account_id = NEW.account_id
           AND e.item = NEW.item AND e.kind = 'cut_off' AND e.business_date = NEW.through
           AND e.currency = NEW.currency AND e.document = 'statement:' || NEW.number
           AND a.closed_through = NEW.through) THEN
        RAISE EXCEPTION 'statement % of account % has not its mark in the ledger', NEW.number, NEW.account_id
              USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION public.tickets_keep_account() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO 'public', 'pg_temp'
    AS $$
            BEGIN
                IF EXISTS (SELECT FROM tickets_ticket WHERE carrier_id = OLD.carrier_id AND account_id = OLD.id) THEN
                    RAISE EXCEPTION 'account % has sold tickets and stays', OLD.id USING ERRCODE = 'restrict_violation';
                END IF;
                RETURN OLD;
            END $$;

CREATE TABLE public.access_approvalthreshold (
    carrier_id integer NOT NULL,
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    CONSTRAINT approvalthreshold_above_zero CHECK ((amount > 0)),
    CONSTRAINT approvalthreshold_currency_shape CHECK (((currency)::text ~ '^[A-Z]{3}$'::text))
);

ALTER TABLE ONLY public.access_approvalthreshold FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.access_role_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.access_role (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.access_role_id_seq'::regclass) NOT NULL,
    name character varying(100) NOT NULL,
    permissions character varying(40)[] NOT NULL
);

ALTER TABLE ONLY public.access_role FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.access_savedview_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.access_savedview (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.access_savedview_id_seq'::regclass) NOT NULL,
    member_id bigint NOT NULL,
    page character varying(40) NOT NULL,
    name character varying(100) NOT NULL,
    query character varying(2000) NOT NULL,
    "position" smallint NOT NULL
);

ALTER TABLE ONLY public.access_savedview FORCE ROW LEVEL SECURITY;

CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);

ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.alerts_notice (
    carrier_id integer NOT NULL,
    event_id bigint NOT NULL,
    email text NOT NULL,
    language character varying(2) NOT NULL,
    account_id bigint NOT NULL
);

ALTER TABLE ONLY public.alerts_notice FORCE ROW LEVEL SECURITY;

CREATE TABLE public.alerts_recipient (
    carrier_id integer NOT NULL,
    account_id bigint NOT NULL,
    email text NOT NULL,
    language character varying(2) NOT NULL,
    occasions text[] NOT NULL,
    since timestamp with time zone,
    CONSTRAINT alert_language CHECK (((language)::text = ANY ((ARRAY['en'::character varying, 'es'::character varying])::text[]))),
    CONSTRAINT alert_on_some_occasion CHECK ((
CASE
    WHEN (occasions IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(occasions, 1), 0)
END > 0))
);

ALTER TABLE ONLY public.alerts_recipient FORCE ROW LEVEL SECURITY;

CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);

ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);

ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);

ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.backlog_job_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.backlog_job (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.backlog_job_id_seq'::regclass) NOT NULL,
    kind text NOT NULL,
    parameters jsonb NOT NULL,
    asked_by text NOT NULL,
    member_id bigint,
    key_id bigint,
    file_takes character varying(40)[],
    asked_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    done bigint NOT NULL,
    total bigint,
    attempts integer NOT NULL,
    next_try_at timestamp with time zone,
    lease uuid,
    leased_until timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    error_code text NOT NULL,
    error_facts jsonb,
    facts jsonb,
    ended_by text NOT NULL,
    CONSTRAINT job_counts CHECK (((attempts >= 0) AND (done >= 0))),
    CONSTRAINT job_state CHECK ((((finished_at IS NULL) AND (lease IS NULL) AND (next_try_at IS NOT NULL) AND (state = 'waiting'::text)) OR ((finished_at IS NULL) AND (lease IS NOT NULL) AND (leased_until IS NOT NULL) AND (state = 'running'::text)) OR ((finished_at IS NOT NULL) AND (lease IS NULL) AND (state = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text])))))
);

ALTER TABLE ONLY public.backlog_job FORCE ROW LEVEL SECURITY;

CREATE TABLE public.backlog_result (
    carrier_id integer NOT NULL,
    job_id bigint NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    content bytea NOT NULL,
    size bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT result_name_is_a_files CHECK (((NOT (name ~ '[\x01-\x1f/\\]'::text)) AND (NOT (name = ''::text)))),
    CONSTRAINT result_size CHECK (((size >= 0) AND (size <= 67108864)))
);

ALTER TABLE ONLY public.backlog_result FORCE ROW LEVEL SECURITY;

CREATE TABLE public.briefings_briefed (
    carrier_id integer NOT NULL,
    member_id bigint NOT NULL,
    day date NOT NULL,
    has_letter boolean NOT NULL
);

ALTER TABLE ONLY public.briefings_briefed FORCE ROW LEVEL SECURITY;

CREATE TABLE public.charter_booking (
    carrier_id integer NOT NULL,
    id bigint NOT NULL,
    quote_id bigint NOT NULL,
    status character varying(9) NOT NULL,
    customer_id bigint NOT NULL,
    person_id bigint,
    method character varying(13) NOT NULL,
    card_id bigint,
    currency character varying(3) NOT NULL,
    price bigint NOT NULL,
    paid bigint NOT NULL,
    fee bigint,
    content jsonb NOT NULL,
    tiers jsonb NOT NULL,
    departs_at timestamp with time zone NOT NULL,
    arrives_at timestamp with time zone NOT NULL,
    version integer NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    booked_by character varying(500) NOT NULL,
    cancelled_at timestamp with time zone,
    CONSTRAINT booking_card_by_method CHECK ((((card_id IS NOT NULL) AND ((method)::text = 'jet_card'::text)) OR ((card_id IS NULL) AND ((method)::text = ANY ((ARRAY['bank_transfer'::character varying, 'card'::character varying, 'invoice'::character varying])::text[])) AND (paid = 0)))),
    CONSTRAINT booking_paid CHECK ((((cancelled_at IS NULL) AND (fee IS NULL) AND (price >= 0) AND ((status)::text = 'booked'::text) AND ((paid = price) OR (NOT ((method)::text = 'jet_card'::text)))) OR ((cancelled_at IS NOT NULL) AND (fee >= 0) AND (fee <= price) AND ((status)::text = 'cancelled'::text) AND ((paid = fee) OR (NOT ((method)::text = 'jet_card'::text))))))
);

ALTER TABLE ONLY public.charter_booking FORCE ROW LEVEL SECURITY;

CREATE TABLE public.charter_bookingstep (
    carrier_id integer NOT NULL,
    booking_id bigint NOT NULL,
    version integer NOT NULL,
    kind character varying(9) NOT NULL,
    price bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    fee bigint,
    entry_id bigint,
    lines jsonb NOT NULL,
    reference character varying(500) NOT NULL,
    done_at timestamp with time zone NOT NULL,
    done_by character varying(500) NOT NULL,
    CONSTRAINT bookingstep_kind CHECK (((((kind)::text = 'made'::text) AND (version = 1)) OR (((kind)::text = ANY ((ARRAY['changed'::character varying, 'cancelled'::character varying])::text[])) AND (version > 1)))),
    CONSTRAINT bookingstep_one_side CHECK ((((credit >= 0) AND (debit = 0)) OR ((credit = 0) AND (debit > 0))))
);

ALTER TABLE ONLY public.charter_bookingstep FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.charter_cancellationtiers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.charter_cancellationtiers (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.charter_cancellationtiers_id_seq'::regclass) NOT NULL,
    tiers jsonb NOT NULL,
    fee_tax_bps smallint NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by character varying(500) NOT NULL,
    CONSTRAINT tiers_fee_tax CHECK (((fee_tax_bps >= 0) AND (fee_tax_bps <= 10000)))
);

ALTER TABLE ONLY public.charter_cancellationtiers FORCE ROW LEVEL SECURITY;

CREATE TABLE public.charter_numbering (
    carrier_id integer NOT NULL,
    series character varying(10) NOT NULL,
    last bigint NOT NULL
);

ALTER TABLE ONLY public.charter_numbering FORCE ROW LEVEL SECURITY;

CREATE TABLE public.charter_quote (
    carrier_id integer NOT NULL,
    id bigint NOT NULL,
    status character varying(9) NOT NULL,
    customer_id bigint,
    person_id bigint,
    method character varying(13) NOT NULL,
    card_id bigint,
    currency character varying(3) NOT NULL,
    price bigint NOT NULL,
    valid_until timestamp with time zone,
    hold_id bigint,
    content jsonb NOT NULL,
    version integer NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by character varying(500) NOT NULL,
    CONSTRAINT quote_card_by_method CHECK ((((card_id IS NOT NULL) AND (customer_id IS NOT NULL) AND ((method)::text = 'jet_card'::text)) OR ((NOT ((method)::text = 'jet_card'::text)) AND (card_id IS NULL) AND (hold_id IS NULL)))),
    CONSTRAINT quote_method CHECK ((((method)::text = ANY ((ARRAY[''::character varying, 'jet_card'::character varying, 'bank_transfer'::character varying, 'card'::character varying, 'invoice'::character varying])::text[])) AND (price >= 0) AND (version > 0))),
    CONSTRAINT quote_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'quoted'::character varying, 'booked'::character varying, 'cancelled'::character varying])::text[]))),
    CONSTRAINT quote_whole CHECK (((NOT ((status)::text = ANY ((ARRAY['quoted'::character varying, 'booked'::character varying])::text[]))) OR ((customer_id IS NOT NULL) AND (price > 0) AND (NOT ((method)::text = ''::text)))))
);

ALTER TABLE ONLY public.charter_quote FORCE ROW LEVEL SECURITY;

CREATE TABLE public.charter_quoteversion (
    carrier_id integer NOT NULL,
    quote_id bigint NOT NULL,
    version integer NOT NULL,
    currency character varying(3) NOT NULL,
    price bigint NOT NULL,
    content jsonb NOT NULL,
    saved_at timestamp with time zone NOT NULL,
    saved_by character varying(500) NOT NULL
);

ALTER TABLE ONLY public.charter_quoteversion FORCE ROW LEVEL SECURITY;

CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);

ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);

ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);

CREATE SEQUENCE public.electronic_approval_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.electronic_approval (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.electronic_approval_id_seq'::regclass) NOT NULL,
    account_id bigint NOT NULL,
    type character varying(9) NOT NULL,
    code character varying(20) NOT NULL,
    name character varying(100) NOT NULL,
    city character varying(3) NOT NULL,
    country character varying(2) NOT NULL,
    currency character varying(3) NOT NULL,
    kind character varying(18) NOT NULL,
    other_account_id bigint,
    amount bigint NOT NULL,
    reference text NOT NULL,
    key text NOT NULL,
    requested_by text NOT NULL,
    requested_by_id bigint,
    requested_at timestamp with time zone NOT NULL,
    status character varying(9) NOT NULL,
    decided_by text NOT NULL,
    decided_by_id bigint,
    decided_at timestamp with time zone,
    reason text NOT NULL,
    entry_id bigint,
    item bigint,
    reverses bigint,
    reverses_item bigint,
    CONSTRAINT approval_four_eyes CHECK ((((status)::text = 'pending'::text) OR ((decided_by = requested_by) AND ((status)::text = 'withdrawn'::text)) OR ((decided_by_id IS NOT NULL) AND ((status)::text = ANY ((ARRAY['approved'::character varying, 'declined'::character varying])::text[])) AND (NOT (decided_by = requested_by)) AND ((requested_by_id IS NULL) OR (NOT ((decided_by_id = requested_by_id) AND (decided_by_id IS NOT NULL) AND (requested_by_id IS NOT NULL))))))),
    CONSTRAINT approval_kind CHECK (((amount > 0) AND ((((kind)::text = ANY ((ARRAY['credit'::character varying, 'debit'::character varying])::text[])) AND (other_account_id IS NULL) AND ((type)::text = ANY ((ARRAY['agency'::character varying, 'corporate'::character varying])::text[]))) OR (((kind)::text = ANY ((ARRAY['card_funds_added'::character varying, 'card_funds_removed'::character varying, 'card_opening'::character varying, 'card_closed'::character varying])::text[])) AND (other_account_id IS NULL) AND ((type)::text = 'card'::text)) OR (((kind)::text = 'card_transfer'::text) AND (other_account_id IS NOT NULL) AND ((type)::text = 'card'::text))))),
    CONSTRAINT approval_status CHECK ((((decided_at IS NULL) AND (decided_by = ''::text) AND (entry_id IS NULL) AND ((status)::text = 'pending'::text)) OR ((decided_at IS NOT NULL) AND (entry_id IS NOT NULL) AND (item IS NOT NULL) AND ((status)::text = 'approved'::text)) OR ((decided_at IS NOT NULL) AND (entry_id IS NULL) AND ((status)::text = ANY ((ARRAY['declined'::character varying, 'withdrawn'::character varying])::text[])))))
);

ALTER TABLE ONLY public.electronic_approval FORCE ROW LEVEL SECURITY;

CREATE TABLE public.electronic_electronicaccount (
    carrier_id integer NOT NULL,
    account_id bigint NOT NULL,
    type character varying(9) NOT NULL,
    office_id bigint,
    client_id bigint,
    code character varying(20) NOT NULL,
    city character varying(3) NOT NULL,
    country character varying(2) NOT NULL,
    time_zone character varying(64) NOT NULL,
    currency character varying(3) NOT NULL,
    credit_card boolean NOT NULL,
    domestic_mode character varying(5) NOT NULL,
    domestic_bps smallint NOT NULL,
    international_mode character varying(5) NOT NULL,
    international_bps smallint NOT NULL,
    domestic_card_mode character varying(5),
    domestic_card_bps smallint,
    international_card_mode character varying(5),
    international_card_bps smallint,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT commission_modes CHECK ((((domestic_mode)::text = ANY ((ARRAY['FREE'::character varying, 'FIXED'::character varying, 'MAX'::character varying])::text[])) AND ((international_mode)::text = ANY ((ARRAY['FREE'::character varying, 'FIXED'::character varying, 'MAX'::character varying])::text[])) AND ((domestic_card_mode IS NULL) OR ((domestic_card_mode)::text = ANY ((ARRAY['FREE'::character varying, 'FIXED'::character varying, 'MAX'::character varying])::text[]))) AND ((international_card_mode IS NULL) OR ((international_card_mode)::text = ANY ((ARRAY['FREE'::character varying, 'FIXED'::character varying, 'MAX'::character varying])::text[]))))),
    CONSTRAINT commission_percents CHECK ((((domestic_bps >= 0) AND (domestic_bps <= 10000)) AND ((international_bps >= 0) AND (international_bps <= 10000)) AND ((domestic_card_bps IS NULL) OR ((domestic_card_bps >= 0) AND (domestic_card_bps <= 10000))) AND ((international_card_bps IS NULL) OR ((international_card_bps >= 0) AND (international_card_bps <= 10000))))),
    CONSTRAINT electronic_account_type CHECK ((((client_id IS NULL) AND (domestic_card_bps IS NOT NULL) AND (domestic_card_mode IS NOT NULL) AND (international_card_bps IS NOT NULL) AND (international_card_mode IS NOT NULL) AND (office_id IS NOT NULL) AND ((type)::text = 'agency'::text)) OR ((client_id IS NOT NULL) AND (NOT credit_card) AND (domestic_card_bps IS NULL) AND (domestic_card_mode IS NULL) AND (international_card_bps IS NULL) AND (international_card_mode IS NULL) AND (office_id IS NULL) AND ((type)::text = 'corporate'::text))))
)
WITH (fillfactor='45');

ALTER TABLE ONLY public.electronic_electronicaccount FORCE ROW LEVEL SECURITY;

CREATE TABLE public.electronic_ratechange (
    carrier_id integer NOT NULL,
    job_id bigint NOT NULL,
    account_id bigint NOT NULL,
    before text[] NOT NULL,
    after text[] NOT NULL,
    CONSTRAINT ratechange_changes CHECK ((NOT (before = after))),
    CONSTRAINT ratechange_has_every_rate CHECK (((
CASE
    WHEN (after IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(after, 1), 0)
END = 4) AND (
CASE
    WHEN (before IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(before, 1), 0)
END = 4)))
);

ALTER TABLE ONLY public.electronic_ratechange FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.history_fact_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.history_act (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.history_fact_id_seq'::regclass) NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    account_id bigint,
    customer_id bigint,
    entry_id bigint,
    document text,
    changes jsonb,
    reference text NOT NULL,
    tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL
);

ALTER TABLE ONLY public.history_act FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.history_event_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.history_event (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.history_event_id_seq'::regclass) NOT NULL,
    type text NOT NULL,
    account_id bigint,
    occurred_at timestamp with time zone NOT NULL,
    data jsonb NOT NULL,
    source text NOT NULL,
    source_id bigint NOT NULL,
    CONSTRAINT event_source CHECK ((source = ANY (ARRAY['act'::text, 'refusal'::text])))
);

ALTER TABLE ONLY public.history_event FORCE ROW LEVEL SECURITY;

CREATE TABLE public.history_refusedattempt (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.history_fact_id_seq'::regclass) NOT NULL,
    at timestamp with time zone NOT NULL,
    actor text NOT NULL,
    operation text NOT NULL,
    key text NOT NULL,
    code text NOT NULL,
    account_id bigint,
    account_named text NOT NULL,
    currency text NOT NULL,
    document text,
    available_minor bigint,
    shortfall_minor bigint,
    facts jsonb,
    tx bigint DEFAULT ((pg_current_xact_id())::text)::bigint NOT NULL
);

ALTER TABLE ONLY public.history_refusedattempt FORCE ROW LEVEL SECURITY;

CREATE TABLE public.history_relay (
    id smallint NOT NULL,
    cluster bigint,
    seen text NOT NULL,
    CONSTRAINT relay_one_row CHECK ((id = 1))
);

CREATE UNLOGGED TABLE public.identity_cache (
    cache_key character varying(255) NOT NULL,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);

CREATE TABLE public.identity_user (
    id bigint NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    name character varying(200) NOT NULL,
    is_active boolean NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT user_email_in_small_letters CHECK (((email)::text = lower((email)::text)))
);

ALTER TABLE public.identity_user ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.identity_user_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.importing_upload_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.importing_upload (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.importing_upload_id_seq'::regclass) NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    content bytea NOT NULL,
    size bigint NOT NULL,
    digest bytea NOT NULL,
    reference text NOT NULL,
    report jsonb NOT NULL,
    uploaded_by text NOT NULL,
    member_id bigint,
    uploaded_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    job_id bigint,
    CONSTRAINT upload_expires CHECK ((expires_at > uploaded_at)),
    CONSTRAINT upload_size CHECK (((size >= 0) AND (size <= 16777216)))
);

ALTER TABLE ONLY public.importing_upload FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices_einvoice (
    carrier_id integer NOT NULL,
    invoice_id bigint NOT NULL,
    xml bytea NOT NULL,
    xml_hash bytea NOT NULL,
    CONSTRAINT einvoice_hash CHECK ((octet_length(xml_hash) = 32))
);

ALTER TABLE ONLY public.invoices_einvoice FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices_invoiceline (
    carrier_id integer NOT NULL,
    invoice_id bigint NOT NULL,
    "position" smallint NOT NULL,
    text character varying(500) NOT NULL,
    quantity_milli bigint NOT NULL,
    unit_price bigint NOT NULL,
    tax_bps smallint NOT NULL,
    tax_category character varying(2) NOT NULL,
    net bigint NOT NULL,
    tax bigint NOT NULL,
    corrects smallint,
    CONSTRAINT invoiceline_amounts CHECK (((net >= 0) AND ("position" > 0) AND (quantity_milli > 0) AND (tax >= 0) AND (unit_price >= 0) AND (tax_bps >= 0) AND (tax_bps <= 10000)))
);

ALTER TABLE ONLY public.invoices_invoiceline FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices_issuer (
    carrier_id integer NOT NULL,
    legal_name character varying(200) NOT NULL,
    address_lines character varying(200)[] NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(100) NOT NULL,
    country character varying(2) NOT NULL,
    tax_number character varying(40) NOT NULL,
    invoice_series character varying(10) NOT NULL,
    credit_note_series character varying(10) NOT NULL,
    payment_days smallint NOT NULL,
    e_invoices boolean NOT NULL,
    CONSTRAINT issuer_two_series CHECK ((((credit_note_series)::text ~ '^[A-Z0-9]{1,10}$'::text) AND ((invoice_series)::text ~ '^[A-Z0-9]{1,10}$'::text) AND (NOT ((invoice_series)::text = (credit_note_series)::text))))
);

ALTER TABLE ONLY public.invoices_issuer FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices_lastnumber (
    carrier_id integer NOT NULL,
    series character varying(10) NOT NULL,
    year smallint NOT NULL,
    number integer NOT NULL,
    issue_date date NOT NULL
);

ALTER TABLE ONLY public.invoices_lastnumber FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices_payment (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.invoices_payment_id_seq'::regclass) NOT NULL,
    customer_id bigint NOT NULL,
    document character varying(40),
    currency character varying(3) NOT NULL,
    amount bigint NOT NULL,
    method character varying(13) NOT NULL,
    account_id bigint,
    entry_id bigint NOT NULL,
    reference text NOT NULL,
    is_bound boolean NOT NULL,
    actor text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    CONSTRAINT payment_above_zero CHECK ((amount > 0)),
    CONSTRAINT payment_method CHECK ((((account_id IS NOT NULL) AND ((method)::text = 'jet_card'::text)) OR ((account_id IS NULL) AND ((method)::text = ANY ((ARRAY['bank_transfer'::character varying, 'card'::character varying, 'other'::character varying])::text[])))))
);

ALTER TABLE ONLY public.invoices_payment FORCE ROW LEVEL SECURITY;

CREATE TABLE public.invoices_refund (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.invoices_payment_id_seq'::regclass) NOT NULL,
    payment_id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    amount bigint NOT NULL,
    entry_id bigint,
    reference text NOT NULL,
    actor text NOT NULL,
    refunded_at timestamp with time zone NOT NULL,
    CONSTRAINT refund_above_zero CHECK ((amount > 0)),
    CONSTRAINT refund_kind CHECK ((((entry_id IS NOT NULL) AND ((kind)::text = 'given_back'::text)) OR ((entry_id IS NULL) AND ((kind)::text = 'fee'::text))))
);

ALTER TABLE ONLY public.invoices_refund FORCE ROW LEVEL SECURITY;

CREATE TABLE public.jetcards_cardperson (
    carrier_id integer NOT NULL,
    account_id bigint NOT NULL,
    person_id bigint NOT NULL
);

ALTER TABLE ONLY public.jetcards_cardperson FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.jetcards_cardtransfer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.jetcards_cardtransfer (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.jetcards_cardtransfer_id_seq'::regclass) NOT NULL,
    from_account_id bigint NOT NULL,
    to_account_id bigint NOT NULL,
    amount bigint NOT NULL,
    from_entry_id bigint NOT NULL,
    to_entry_id bigint NOT NULL,
    CONSTRAINT cardtransfer_between_two CHECK (((amount > 0) AND (NOT (from_account_id = to_account_id))))
);

ALTER TABLE ONLY public.jetcards_cardtransfer FORCE ROW LEVEL SECURITY;

CREATE TABLE public.jetcards_jetcard (
    carrier_id integer NOT NULL,
    account_id bigint NOT NULL,
    customer_id bigint NOT NULL,
    name character varying(100) NOT NULL,
    currency character varying(3) NOT NULL,
    added_at timestamp with time zone NOT NULL,
    closed_at timestamp with time zone
);

ALTER TABLE ONLY public.jetcards_jetcard FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.ledger_account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.ledger_account (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.ledger_account_id_seq'::regclass) NOT NULL,
    currency public.ledger_currency NOT NULL,
    status public.ledger_status NOT NULL,
    credit_limit bigint NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    held bigint NOT NULL,
    last_item bigint NOT NULL,
    last_posted_at timestamp with time zone,
    digest bytea NOT NULL,
    closed_through date,
    low_at bigint,
    low_since timestamp with time zone,
    CONSTRAINT account_sums_not_negative CHECK ((LEAST(credit_limit, debits, credits, held, last_item) >= 0))
)
WITH (fillfactor='45', autovacuum_vacuum_threshold='500', autovacuum_vacuum_scale_factor='0.02', autovacuum_vacuum_cost_delay='0');

ALTER TABLE ONLY public.ledger_account FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.ledger_controltotal_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.ledger_controltotal (
    carrier_id integer NOT NULL,
    control public.ledger_control NOT NULL,
    currency character varying(3) NOT NULL,
    id bigint DEFAULT nextval('public.ledger_controltotal_id_seq'::regclass) NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    CONSTRAINT controltotal_not_negative CHECK ((LEAST(debits, credits) >= 0))
)
WITH (autovacuum_vacuum_threshold='1000', autovacuum_vacuum_scale_factor='0.1');

ALTER TABLE ONLY public.ledger_controltotal FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.ledger_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.ledger_entry (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.ledger_entry_id_seq'::regclass) NOT NULL,
    kind text NOT NULL,
    currency character varying(3) NOT NULL,
    document text,
    reference text NOT NULL,
    actor text NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    reverses bigint,
    account_id bigint,
    item bigint,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    net bigint,
    available bigint,
    business_date date,
    original_date date,
    digest bytea,
    controls public.ledger_controls NOT NULL,
    amounts public.ledger_amounts NOT NULL,
    CONSTRAINT entry_movement_whole CHECK (((num_nulls(account_id, item, net, available, business_date, digest) % 6) = 0)),
    CONSTRAINT entry_one_side CHECK ((LEAST(debit, credit) = 0))
);

ALTER TABLE ONLY public.ledger_entry FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ledger_hold (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.ledger_entry_id_seq'::regclass) NOT NULL,
    account_id bigint NOT NULL,
    amount bigint NOT NULL,
    status text NOT NULL,
    captured bigint NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    entry_id bigint,
    document text,
    reference text NOT NULL,
    actor text NOT NULL,
    CONSTRAINT hold_amount CHECK ((amount > 0)),
    CONSTRAINT hold_resolution CHECK ((((captured = 0) AND (entry_id IS NULL) AND (resolved_at IS NULL) AND (status = 'OPEN'::text)) OR ((captured > 0) AND (entry_id IS NOT NULL) AND (resolved_at IS NOT NULL) AND (status = 'CAPTURED'::text)) OR ((captured = 0) AND (entry_id IS NULL) AND (resolved_at IS NOT NULL) AND (status = ANY (ARRAY['RELEASED'::text, 'EXPIRED'::text]))))),
    CONSTRAINT hold_status CHECK ((status = ANY (ARRAY['OPEN'::text, 'CAPTURED'::text, 'RELEASED'::text, 'EXPIRED'::text])))
)
WITH (fillfactor='80');

ALTER TABLE ONLY public.ledger_hold FORCE ROW LEVEL SECURITY;

CREATE TABLE public.ledger_key (
    carrier_id integer NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    outcome public.ledger_outcome NOT NULL,
    code text,
    entry_id bigint,
    facts jsonb NOT NULL,
    bound_at timestamp with time zone NOT NULL,
    CONSTRAINT key_refused_has_code CHECK (((code IS NULL) = ((outcome)::text <> 'refused'::text)))
);

ALTER TABLE ONLY public.ledger_key FORCE ROW LEVEL SECURITY;

CREATE VIEW public.ledger_line WITH (security_invoker='true') AS
 SELECT ledger_entry.carrier_id,
    ledger_entry.id AS entry_id,
    1 AS "position",
    ledger_entry.account_id,
    NULL::text AS control,
    ledger_entry.debit,
    ledger_entry.credit,
    ledger_entry.item,
    ledger_entry.net,
    ledger_entry.available,
    ledger_entry.business_date,
    ledger_entry.original_date,
    ledger_entry.digest
   FROM public.ledger_entry
  WHERE (ledger_entry.account_id IS NOT NULL)
UNION ALL
 SELECT e.carrier_id,
    e.id AS entry_id,
    ((l."position")::integer + ((e.account_id IS NOT NULL))::integer) AS "position",
    NULL::bigint AS account_id,
    l.control,
    GREATEST(l.amount, (0)::bigint) AS debit,
    GREATEST((- l.amount), (0)::bigint) AS credit,
    NULL::bigint AS item,
    NULL::bigint AS net,
    NULL::bigint AS available,
    NULL::date AS business_date,
    NULL::date AS original_date,
    NULL::bytea AS digest
   FROM (public.ledger_entry e
     CROSS JOIN LATERAL UNNEST((e.controls)::text[], (e.amounts)::bigint[]) WITH ORDINALITY l(control, amount, "position"));

CREATE TABLE public.mail_attachment (
    carrier_id integer NOT NULL,
    message_id bigint NOT NULL,
    "position" integer NOT NULL,
    name text NOT NULL,
    content_type text NOT NULL,
    content bytea,
    source text NOT NULL,
    CONSTRAINT attachment_has_content_or_source CHECK ((((content IS NOT NULL) AND (source = ''::text)) OR ((content IS NULL) AND (NOT (source = ''::text))))),
    CONSTRAINT attachment_name_is_a_files CHECK (((NOT (name ~ '[\x01-\x1f/\\]'::text)) AND (NOT (name = ''::text))))
);

ALTER TABLE ONLY public.mail_attachment FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mail_letterhead (
    carrier_id integer NOT NULL,
    sender_name text NOT NULL,
    reply_to text NOT NULL,
    signature text NOT NULL
);

ALTER TABLE ONLY public.mail_letterhead FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.mail_message_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.mail_message (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.mail_message_id_seq'::regclass) NOT NULL,
    cause text NOT NULL,
    about text NOT NULL,
    recipient text NOT NULL,
    sender_name text NOT NULL,
    reply_to text NOT NULL,
    language character varying(2) NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    html text NOT NULL,
    status text NOT NULL,
    tries integer NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    lease uuid,
    leased_until timestamp with time zone,
    problem text NOT NULL,
    answer text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    created_by text NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT message_finished CHECK ((((finished_at IS NULL) AND (status = 'pending'::text)) OR ((finished_at IS NOT NULL) AND (lease IS NULL) AND (status = ANY (ARRAY['sent'::text, 'failed'::text]))))),
    CONSTRAINT message_headers_are_lines CHECK (((NOT (recipient ~ '[\r\n]'::text)) AND (NOT (sender_name ~ '[\r\n]'::text)) AND (NOT (reply_to ~ '[\r\n]'::text)) AND (NOT (subject ~ '[\r\n]'::text)))),
    CONSTRAINT message_status CHECK ((status = ANY (ARRAY['pending'::text, 'sent'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.mail_message FORCE ROW LEVEL SECURITY;

CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);

ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.overview_exposure (
    carrier_id integer NOT NULL,
    country character varying(2) NOT NULL,
    city character varying(3) NOT NULL,
    currency character varying(3) NOT NULL,
    accounts integer NOT NULL,
    total_to_pay numeric(30,0) NOT NULL,
    credit_limit numeric(30,0) NOT NULL,
    held numeric(30,0) NOT NULL,
    available numeric(30,0) NOT NULL,
    near_limit integer NOT NULL,
    over_limit integer NOT NULL,
    low integer NOT NULL,
    suspended integer NOT NULL,
    inhibited integer NOT NULL
);

ALTER TABLE ONLY public.overview_exposure FORCE ROW LEVEL SECURITY;

CREATE TABLE public.overview_madeat (
    carrier_id integer NOT NULL,
    what character varying(8) NOT NULL,
    at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.overview_madeat FORCE ROW LEVEL SECURITY;

CREATE TABLE public.overview_sales (
    carrier_id integer NOT NULL,
    issue_date date NOT NULL,
    country character varying(2) NOT NULL,
    city character varying(3) NOT NULL,
    currency character varying(3) NOT NULL,
    tickets integer NOT NULL,
    amount numeric(30,0) NOT NULL
);

ALTER TABLE ONLY public.overview_sales FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.parties_customer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.parties_customer (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.parties_customer_id_seq'::regclass) NOT NULL,
    code character varying(20) NOT NULL,
    kind character varying(7) NOT NULL,
    name character varying(200) NOT NULL,
    sort_name text NOT NULL,
    email character varying(254) NOT NULL,
    phone character varying(40) NOT NULL,
    language character varying(2) NOT NULL,
    currency character varying(3) NOT NULL,
    legal_name character varying(200) NOT NULL,
    address_lines character varying(200)[] NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(100) NOT NULL,
    country character varying(2) NOT NULL,
    tax_number character varying(40) NOT NULL,
    notes text NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    CONSTRAINT customer_code_shape CHECK (((code)::text ~ '^[A-Z0-9]{2,20}$'::text)),
    CONSTRAINT customer_country_shape CHECK (((country)::text ~ '^([A-Z]{2})?$'::text)),
    CONSTRAINT customer_currency_shape CHECK (((currency)::text ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT customer_kind CHECK ((((kind)::text = ANY ((ARRAY['company'::character varying, 'person'::character varying])::text[])) AND ((language)::text = ANY ((ARRAY['en'::character varying, 'es'::character varying])::text[]))))
);

ALTER TABLE ONLY public.parties_customer FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.parties_person_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.parties_person (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.parties_person_id_seq'::regclass) NOT NULL,
    customer_id bigint NOT NULL,
    name character varying(200) NOT NULL,
    email character varying(254) NOT NULL,
    phone character varying(40) NOT NULL,
    is_active boolean NOT NULL,
    added_at timestamp with time zone NOT NULL
);

ALTER TABLE ONLY public.parties_person FORCE ROW LEVEL SECURITY;

CREATE TABLE public.procrastinate_events (
    id bigint NOT NULL,
    job_id bigint NOT NULL,
    type public.procrastinate_job_event_type,
    at timestamp with time zone DEFAULT now()
);

CREATE SEQUENCE public.procrastinate_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_events_id_seq OWNED BY public.procrastinate_events.id;

CREATE SEQUENCE public.procrastinate_jobs_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_jobs_id_seq OWNED BY public.procrastinate_jobs.id;

CREATE TABLE public.procrastinate_periodic_defers (
    id bigint NOT NULL,
    task_name character varying(128) NOT NULL,
    defer_timestamp bigint,
    job_id bigint,
    periodic_id character varying(128) DEFAULT ''::character varying NOT NULL
);

CREATE SEQUENCE public.procrastinate_periodic_defers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.procrastinate_periodic_defers_id_seq OWNED BY public.procrastinate_periodic_defers.id;

CREATE TABLE public.procrastinate_workers (
    id bigint NOT NULL,
    last_heartbeat timestamp with time zone DEFAULT now() NOT NULL
);

ALTER TABLE public.procrastinate_workers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.procrastinate_workers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.statements_address (
    carrier_id integer NOT NULL,
    account_id bigint NOT NULL,
    email text NOT NULL,
    language character varying(2) NOT NULL,
    is_chosen boolean NOT NULL,
    CONSTRAINT statement_address_is_one CHECK ((NOT (email = ''::text))),
    CONSTRAINT statement_address_language CHECK (((language)::text = ANY ((ARRAY['en'::character varying, 'es'::character varying])::text[])))
);

ALTER TABLE ONLY public.statements_address FORCE ROW LEVEL SECURITY;

CREATE TABLE public.statements_part (
    carrier_id integer NOT NULL,
    job_id bigint NOT NULL,
    account_id bigint NOT NULL,
    code character varying(20) NOT NULL,
    city character varying(3) NOT NULL,
    currency character varying(3) NOT NULL,
    email text NOT NULL,
    language character varying(2) NOT NULL,
    outcome text NOT NULL,
    reason text NOT NULL,
    number integer,
    closing bigint,
    CONSTRAINT part_outcome CHECK ((((closing IS NULL) AND (number IS NULL) AND (outcome = 'waiting'::text) AND (reason = ''::text)) OR ((closing IS NOT NULL) AND (number IS NOT NULL) AND (outcome = 'made'::text) AND (reason = ''::text)) OR ((closing IS NULL) AND (number IS NULL) AND (outcome = ANY (ARRAY['refused'::text, 'left_out'::text])) AND (NOT (reason = ''::text)))))
);

ALTER TABLE ONLY public.statements_part FORCE ROW LEVEL SECURITY;

CREATE TABLE public.statements_statement (
    carrier_id integer NOT NULL,
    account_id bigint NOT NULL,
    number integer NOT NULL,
    previous integer,
    opened_after date,
    through date NOT NULL,
    currency character varying(3) NOT NULL,
    opening bigint NOT NULL,
    debits bigint NOT NULL,
    credits bigint NOT NULL,
    closing bigint NOT NULL,
    movements bigint NOT NULL,
    held bigint NOT NULL,
    credit_limit bigint NOT NULL,
    available bigint NOT NULL,
    as_of timestamp with time zone NOT NULL,
    entry_id bigint NOT NULL,
    item bigint NOT NULL,
    reference text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by text NOT NULL,
    language character varying(2) NOT NULL,
    content jsonb NOT NULL,
    content_hash bytea NOT NULL,
    CONSTRAINT statement_available CHECK ((available = ((closing + credit_limit) - held))),
    CONSTRAINT statement_follows CHECK ((((number = 1) AND (opened_after IS NULL) AND (opening = 0) AND (previous IS NULL)) OR ((number > 1) AND (opened_after IS NOT NULL) AND (opened_after < through) AND (previous = (number - 1)) AND (previous IS NOT NULL)))),
    CONSTRAINT statement_hash CHECK ((octet_length(content_hash) = 32)),
    CONSTRAINT statement_language CHECK (((language)::text = ANY ((ARRAY['en'::character varying, 'es'::character varying])::text[]))),
    CONSTRAINT statement_not_negative CHECK (((credit_limit >= 0) AND (credits >= 0) AND (debits >= 0) AND (held >= 0) AND (movements >= 0))),
    CONSTRAINT statement_sum CHECK ((closing = ((opening + credits) - debits)))
);

ALTER TABLE ONLY public.statements_statement FORCE ROW LEVEL SECURITY;

CREATE TABLE public.tickets_ticket (
    carrier_id integer NOT NULL,
    document_number public.tickets_document NOT NULL,
    account_id bigint NOT NULL,
    form_of_payment public.tickets_form_of_payment NOT NULL,
    scope public.tickets_scope NOT NULL,
    route text NOT NULL,
    fare bigint NOT NULL,
    taxes bigint NOT NULL,
    commission_mode text NOT NULL,
    commission_percent_bps smallint NOT NULL,
    commission_rate_bps smallint NOT NULL,
    commission bigint NOT NULL,
    settlement public.tickets_settlement NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issue_date date NOT NULL,
    passenger text NOT NULL,
    reference text NOT NULL,
    entry_id bigint,
    status public.tickets_status DEFAULT 'ISSUED'::text NOT NULL,
    refunds integer DEFAULT 0 NOT NULL,
    refunded_fare bigint DEFAULT 0 NOT NULL,
    refunded_taxes bigint DEFAULT 0 NOT NULL,
    recalled_commission bigint DEFAULT 0 NOT NULL,
    CONSTRAINT ticket_amounts CHECK ((LEAST(fare, taxes, commission, (fare - commission)) >= 0)),
    CONSTRAINT ticket_refunds_within_sale CHECK ((LEAST(refunded_fare, refunded_taxes, recalled_commission, (fare - refunded_fare), (taxes - refunded_taxes), (commission - recalled_commission)) >= 0))
);

ALTER TABLE ONLY public.tickets_ticket FORCE ROW LEVEL SECURITY;

CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id bigint NOT NULL
);

ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE SEQUENCE public.webhooks_attempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.webhooks_attempt (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.webhooks_attempt_id_seq'::regclass) NOT NULL,
    delivery_id bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    outcome text NOT NULL,
    response_code integer,
    duration_ms integer NOT NULL,
    answer text NOT NULL
);

ALTER TABLE ONLY public.webhooks_attempt FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.webhooks_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.webhooks_delivery (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.webhooks_delivery_id_seq'::regclass) NOT NULL,
    endpoint_id bigint NOT NULL,
    event_id bigint NOT NULL,
    lane bigint,
    status text NOT NULL,
    tries integer NOT NULL,
    next_attempt_at timestamp with time zone NOT NULL,
    lease uuid,
    leased_until timestamp with time zone,
    created_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    CONSTRAINT delivery_finished CHECK ((((finished_at IS NULL) AND (status = 'pending'::text)) OR ((finished_at IS NOT NULL) AND (lease IS NULL) AND (status = ANY (ARRAY['delivered'::text, 'failed'::text]))))),
    CONSTRAINT delivery_status CHECK ((status = ANY (ARRAY['pending'::text, 'delivered'::text, 'failed'::text])))
);

ALTER TABLE ONLY public.webhooks_delivery FORCE ROW LEVEL SECURITY;

CREATE SEQUENCE public.webhooks_endpoint_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

CREATE TABLE public.webhooks_endpoint (
    carrier_id integer NOT NULL,
    id bigint DEFAULT nextval('public.webhooks_endpoint_id_seq'::regclass) NOT NULL,
    url text NOT NULL,
    description text NOT NULL,
    event_types text[] NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_until timestamp with time zone,
    is_active boolean NOT NULL,
    deactivated_because text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT endpoint_previous_secret CHECK ((((previous_secret IS NULL) AND (previous_until IS NULL)) OR ((previous_secret IS NOT NULL) AND (previous_until IS NOT NULL)))),
    CONSTRAINT endpoint_secret_shape CHECK ((secret ~ '^whsec_'::text))
);

ALTER TABLE ONLY public.webhooks_endpoint FORCE ROW LEVEL SECURITY;

ALTER TABLE ONLY public.procrastinate_events ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_events_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_jobs ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_jobs_id_seq'::regclass);

ALTER TABLE ONLY public.procrastinate_periodic_defers ALTER COLUMN id SET DEFAULT nextval('public.procrastinate_periodic_defers_id_seq'::regclass);

ALTER TABLE ONLY public.access_apikey
    ADD CONSTRAINT access_apikey_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.access_approvalthreshold
    ADD CONSTRAINT access_approvalthreshold_pkey PRIMARY KEY (carrier_id, currency);

ALTER TABLE ONLY public.access_carrier
    ADD CONSTRAINT access_carrier_code_key UNIQUE (code);

ALTER TABLE ONLY public.access_carrier
    ADD CONSTRAINT access_carrier_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.access_invitation
    ADD CONSTRAINT access_invitation_pkey PRIMARY KEY (carrier_id, member_id);

ALTER TABLE ONLY public.access_member
    ADD CONSTRAINT access_member_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.access_role
    ADD CONSTRAINT access_role_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.access_savedview
    ADD CONSTRAINT access_savedview_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.alerts_notice
    ADD CONSTRAINT alerts_notice_pkey PRIMARY KEY (carrier_id, event_id, email);

ALTER TABLE ONLY public.alerts_recipient
    ADD CONSTRAINT alerts_recipient_pkey PRIMARY KEY (carrier_id, account_id, email);

ALTER TABLE ONLY public.access_apikey
    ADD CONSTRAINT apikey_hash_once UNIQUE (token_hash);

ALTER TABLE ONLY public.electronic_approval
    ADD CONSTRAINT approval_entry_once UNIQUE (carrier_id, entry_id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.backlog_job
    ADD CONSTRAINT backlog_job_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.backlog_result
    ADD CONSTRAINT backlog_result_pkey PRIMARY KEY (carrier_id, job_id);

ALTER TABLE ONLY public.charter_booking
    ADD CONSTRAINT booking_of_quote_once UNIQUE (carrier_id, quote_id);

ALTER TABLE ONLY public.charter_bookingstep
    ADD CONSTRAINT bookingstep_entry_once UNIQUE (carrier_id, entry_id);

ALTER TABLE ONLY public.briefings_briefed
    ADD CONSTRAINT briefings_briefed_pkey PRIMARY KEY (carrier_id, member_id, day);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_from_once UNIQUE (carrier_id, from_entry_id);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_to_once UNIQUE (carrier_id, to_entry_id);

ALTER TABLE ONLY public.charter_booking
    ADD CONSTRAINT charter_booking_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.charter_bookingstep
    ADD CONSTRAINT charter_bookingstep_pkey PRIMARY KEY (carrier_id, booking_id, version);

ALTER TABLE ONLY public.charter_cancellationtiers
    ADD CONSTRAINT charter_cancellationtiers_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.charter_numbering
    ADD CONSTRAINT charter_numbering_pkey PRIMARY KEY (carrier_id, series);

ALTER TABLE ONLY public.charter_quote
    ADD CONSTRAINT charter_quote_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.charter_quoteversion
    ADD CONSTRAINT charter_quoteversion_pkey PRIMARY KEY (carrier_id, quote_id, version);

ALTER TABLE ONLY public.parties_client
    ADD CONSTRAINT client_code_once_per_city UNIQUE (carrier_id, code, city);

ALTER TABLE ONLY public.parties_customer
    ADD CONSTRAINT customer_code_once UNIQUE (carrier_id, code);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT delivery_once UNIQUE (carrier_id, endpoint_id, event_id);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);

ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);

ALTER TABLE ONLY public.electronic_approval
    ADD CONSTRAINT electronic_approval_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.electronic_electronicaccount
    ADD CONSTRAINT electronic_electronicaccount_pkey PRIMARY KEY (carrier_id, account_id);

ALTER TABLE ONLY public.electronic_ratechange
    ADD CONSTRAINT electronic_ratechange_pkey PRIMARY KEY (carrier_id, job_id, account_id);

ALTER TABLE ONLY public.history_event
    ADD CONSTRAINT event_once_per_fact UNIQUE (carrier_id, source, source_id);

ALTER TABLE ONLY public.history_act
    ADD CONSTRAINT history_act_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.history_event
    ADD CONSTRAINT history_event_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.history_refusedattempt
    ADD CONSTRAINT history_refusedattempt_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.history_relay
    ADD CONSTRAINT history_relay_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.identity_cache
    ADD CONSTRAINT identity_cache_pkey PRIMARY KEY (cache_key);

ALTER TABLE ONLY public.identity_user
    ADD CONSTRAINT identity_user_email_key UNIQUE (email);

ALTER TABLE ONLY public.identity_user
    ADD CONSTRAINT identity_user_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.importing_upload
    ADD CONSTRAINT importing_upload_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.access_invitation
    ADD CONSTRAINT invitation_hash_once UNIQUE (token_hash);

ALTER TABLE ONLY public.invoices_invoice
    ADD CONSTRAINT invoice_number_once UNIQUE (carrier_id, series, year, number);

ALTER TABLE ONLY public.invoices_invoice
    ADD CONSTRAINT invoice_once_per_entry UNIQUE (carrier_id, entry_id);

ALTER TABLE ONLY public.invoices_einvoice
    ADD CONSTRAINT invoices_einvoice_pkey PRIMARY KEY (carrier_id, invoice_id);

ALTER TABLE ONLY public.invoices_invoice
    ADD CONSTRAINT invoices_invoice_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.invoices_invoiceline
    ADD CONSTRAINT invoices_invoiceline_pkey PRIMARY KEY (carrier_id, invoice_id, "position");

ALTER TABLE ONLY public.invoices_issuer
    ADD CONSTRAINT invoices_issuer_pkey PRIMARY KEY (carrier_id);

ALTER TABLE ONLY public.invoices_lastnumber
    ADD CONSTRAINT invoices_lastnumber_pkey PRIMARY KEY (carrier_id, series, year);

ALTER TABLE ONLY public.invoices_payment
    ADD CONSTRAINT invoices_payment_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.invoices_paymentlink
    ADD CONSTRAINT invoices_paymentlink_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.invoices_refund
    ADD CONSTRAINT invoices_refund_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.jetcards_cardperson
    ADD CONSTRAINT jetcards_cardperson_pkey PRIMARY KEY (carrier_id, account_id, person_id);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT jetcards_cardtransfer_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.jetcards_jetcard
    ADD CONSTRAINT jetcards_jetcard_pkey PRIMARY KEY (carrier_id, account_id);

ALTER TABLE ONLY public.ledger_account
    ADD CONSTRAINT ledger_account_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.ledger_controltotal
    ADD CONSTRAINT ledger_controltotal_pkey PRIMARY KEY (carrier_id, control, currency, id);

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT ledger_entry_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT ledger_hold_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.ledger_key
    ADD CONSTRAINT ledger_key_pkey PRIMARY KEY (carrier_id, key);

ALTER TABLE ONLY public.mail_attachment
    ADD CONSTRAINT mail_attachment_pkey PRIMARY KEY (carrier_id, message_id, "position");

ALTER TABLE ONLY public.mail_letterhead
    ADD CONSTRAINT mail_letterhead_pkey PRIMARY KEY (carrier_id);

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT mail_message_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.access_member
    ADD CONSTRAINT member_email_once_per_carrier UNIQUE (carrier_id, email);

ALTER TABLE ONLY public.access_member
    ADD CONSTRAINT member_user_once_per_carrier UNIQUE (user_id, carrier_id);

ALTER TABLE ONLY public.mail_message
    ADD CONSTRAINT message_cause_once UNIQUE (carrier_id, cause);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.parties_office
    ADD CONSTRAINT office_code_once UNIQUE (carrier_id, code);

ALTER TABLE ONLY public.overview_exposure
    ADD CONSTRAINT overview_exposure_pkey PRIMARY KEY (carrier_id, country, city, currency);

ALTER TABLE ONLY public.overview_madeat
    ADD CONSTRAINT overview_madeat_pkey PRIMARY KEY (carrier_id, what);

ALTER TABLE ONLY public.overview_sales
    ADD CONSTRAINT overview_sales_pkey PRIMARY KEY (carrier_id, country, city, currency, issue_date);

ALTER TABLE ONLY public.parties_client
    ADD CONSTRAINT parties_client_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.parties_customer
    ADD CONSTRAINT parties_customer_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.parties_office
    ADD CONSTRAINT parties_office_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.parties_person
    ADD CONSTRAINT parties_person_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.invoices_payment
    ADD CONSTRAINT payment_once_per_entry UNIQUE (carrier_id, entry_id);

ALTER TABLE ONLY public.invoices_paymentlink
    ADD CONSTRAINT paymentlink_once_per_entry UNIQUE (carrier_id, entry_id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_unique UNIQUE (task_name, periodic_id, defer_timestamp);

ALTER TABLE ONLY public.procrastinate_workers
    ADD CONSTRAINT procrastinate_workers_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.invoices_refund
    ADD CONSTRAINT refund_once_per_entry UNIQUE (carrier_id, entry_id, payment_id, kind);

ALTER TABLE ONLY public.access_savedview
    ADD CONSTRAINT savedview_name_once_per_page UNIQUE (carrier_id, member_id, page, name);

ALTER TABLE ONLY public.statements_statement
    ADD CONSTRAINT statement_ends_once UNIQUE (carrier_id, account_id, number, closing, through);

ALTER TABLE ONLY public.statements_statement
    ADD CONSTRAINT statement_marker_once UNIQUE (carrier_id, entry_id);

ALTER TABLE ONLY public.statements_address
    ADD CONSTRAINT statements_address_pkey PRIMARY KEY (carrier_id, account_id);

ALTER TABLE ONLY public.statements_part
    ADD CONSTRAINT statements_part_pkey PRIMARY KEY (carrier_id, job_id, account_id);

ALTER TABLE ONLY public.statements_statement
    ADD CONSTRAINT statements_statement_pkey PRIMARY KEY (carrier_id, account_id, number);

ALTER TABLE ONLY public.tickets_ticket
    ADD CONSTRAINT tickets_ticket_pkey PRIMARY KEY (carrier_id, document_number);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);

ALTER TABLE ONLY public.webhooks_attempt
    ADD CONSTRAINT webhooks_attempt_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.webhooks_delivery
    ADD CONSTRAINT webhooks_delivery_pkey PRIMARY KEY (carrier_id, id);

ALTER TABLE ONLY public.webhooks_endpoint
    ADD CONSTRAINT webhooks_endpoint_pkey PRIMARY KEY (carrier_id, id);

CREATE INDEX access_carrier_code_b6bd2f90_like ON public.access_carrier USING btree (code varchar_pattern_ops);

CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);

CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);

CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);

CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);

CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);

CREATE INDEX account_not_active ON public.ledger_account USING btree (status, carrier_id, id) WHERE ((status)::text <> 'ACTIVE'::text);

CREATE INDEX account_prepaid ON public.ledger_account USING btree (id, carrier_id) WHERE (credit_limit = 0);

CREATE INDEX account_watched ON public.ledger_account USING btree (id, carrier_id) WHERE ((low_since IS NOT NULL) OR (low_at IS NOT NULL));

CREATE INDEX act_by_account ON public.history_act USING btree (account_id, id);

CREATE INDEX act_by_customer ON public.history_act USING btree (customer_id, id) WHERE (customer_id IS NOT NULL);

CREATE INDEX act_by_tx ON public.history_act USING brin (tx) WITH (autosummarize='on', pages_per_range='32');

CREATE INDEX act_of_limit ON public.history_act USING btree (account_id, id) WHERE (action = 'account.limit_changed'::text);

CREATE INDEX approval_by_account ON public.electronic_approval USING btree (account_id, id);

CREATE INDEX approval_pending ON public.electronic_approval USING btree (id, carrier_id) WHERE ((status)::text = 'pending'::text);

CREATE UNIQUE INDEX approval_reversal_once ON public.electronic_approval USING btree (carrier_id, reverses) WHERE ((reverses IS NOT NULL) AND ((status)::text = 'pending'::text));

CREATE INDEX attempt_by_delivery ON public.webhooks_attempt USING btree (delivery_id, id);

CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);

CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);

CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);

CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);

CREATE INDEX booking_by_card ON public.charter_booking USING btree (card_id, arrives_at DESC, id, carrier_id) WHERE ((card_id IS NOT NULL) AND ((status)::text = 'booked'::text));

CREATE INDEX booking_by_customer ON public.charter_booking USING btree (customer_id, id, carrier_id);

CREATE INDEX card_by_customer ON public.jetcards_jetcard USING btree (customer_id, carrier_id, name, account_id);

CREATE INDEX card_in_order ON public.jetcards_jetcard USING btree (account_id, carrier_id);

CREATE UNIQUE INDEX card_name_once_per_customer ON public.jetcards_jetcard USING btree (carrier_id, customer_id, lower((name)::text)) WHERE (closed_at IS NULL);

CREATE INDEX client_containing ON public.parties_client USING gin (code public.gin_trgm_ops, name public.gin_trgm_ops);

CREATE INDEX customer_in_order ON public.parties_customer USING btree (sort_name, id, carrier_id);

CREATE INDEX delivery_by_endpoint ON public.webhooks_delivery USING btree (endpoint_id, id);

CREATE INDEX delivery_due ON public.webhooks_delivery USING btree (endpoint_id, next_attempt_at) WHERE (status = 'pending'::text);

CREATE INDEX delivery_finished_at ON public.webhooks_delivery USING btree (finished_at) WHERE (finished_at IS NOT NULL);

CREATE INDEX delivery_lane ON public.webhooks_delivery USING btree (lane, endpoint_id, event_id) WHERE ((lane IS NOT NULL) AND (status = 'pending'::text));

CREATE INDEX delivery_leased ON public.webhooks_delivery USING btree (endpoint_id, leased_until) WHERE (leased_until IS NOT NULL);

CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);

CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);

CREATE INDEX electronic_by_city ON public.electronic_electronicaccount USING btree (city, carrier_id, type, code, currency, account_id);

CREATE INDEX electronic_by_code ON public.electronic_electronicaccount USING btree (code, carrier_id);

CREATE INDEX electronic_by_country ON public.electronic_electronicaccount USING btree (country, carrier_id, city);

CREATE INDEX electronic_by_currency ON public.electronic_electronicaccount USING btree (currency, carrier_id);

CREATE INDEX electronic_in_order ON public.electronic_electronicaccount USING btree (type, carrier_id, code, currency, account_id);

CREATE INDEX entry_off_date ON public.ledger_entry USING btree (account_id, business_date, item) WHERE ((business_date < (((posted_at AT TIME ZONE 'UTC'::text))::date - 1)) OR (business_date > (((posted_at AT TIME ZONE 'UTC'::text))::date + 1)));

CREATE INDEX entry_reverses ON public.ledger_entry USING btree (reverses) WHERE (reverses IS NOT NULL);

CREATE INDEX entry_saying ON public.ledger_entry USING brin (id, reference text_bloom_ops (n_distinct_per_range='2400'), debit int8_bloom_ops (n_distinct_per_range='2400'), credit int8_bloom_ops (n_distinct_per_range='600')) WITH (pages_per_range='64', autosummarize='on');

CREATE INDEX event_by_account ON public.history_event USING btree (account_id, id);

CREATE INDEX hold_by_account ON public.ledger_hold USING btree (account_id, id);

CREATE UNIQUE INDEX hold_captured_once ON public.ledger_hold USING btree (entry_id, carrier_id) WHERE (entry_id IS NOT NULL);

CREATE INDEX hold_open ON public.ledger_hold USING btree (account_id, expires_at) WHERE (status = 'OPEN'::text);

CREATE INDEX hold_saying ON public.ledger_hold USING btree (reference, carrier_id);

CREATE INDEX identity_cache_expires ON public.identity_cache USING btree (expires);

CREATE INDEX identity_user_email_65af1202_like ON public.identity_user USING btree (email varchar_pattern_ops);

CREATE INDEX idx_procrastinate_jobs_worker_not_null ON public.procrastinate_jobs USING btree (worker_id) WHERE ((worker_id IS NOT NULL) AND (status = 'doing'::public.procrastinate_job_status));

CREATE INDEX idx_procrastinate_workers_last_heartbeat ON public.procrastinate_workers USING btree (last_heartbeat);

CREATE INDEX invoice_by_customer ON public.invoices_invoice USING btree (customer_id, id);

CREATE INDEX invoice_in_order ON public.invoices_invoice USING btree (id, carrier_id);

CREATE INDEX invoice_notes ON public.invoices_invoice USING btree (corrects, carrier_id) WHERE (corrects IS NOT NULL);

CREATE INDEX invoice_of ON public.invoices_invoice USING btree (document, carrier_id) WHERE (document IS NOT NULL);

CREATE INDEX job_by_key ON public.backlog_job USING btree (key_id, id) WHERE (key_id IS NOT NULL);

CREATE INDEX job_by_member ON public.backlog_job USING btree (member_id, id) WHERE (member_id IS NOT NULL);

CREATE INDEX job_unfinished ON public.backlog_job USING btree (carrier_id, id) WHERE (state = ANY (ARRAY['waiting'::text, 'running'::text]));

CREATE INDEX message_about ON public.mail_message USING btree (about, id);

CREATE INDEX message_due ON public.mail_message USING btree (next_attempt_at) WHERE (status = 'pending'::text);

CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);

CREATE UNIQUE INDEX movement_item_once ON public.ledger_entry USING btree (carrier_id, account_id, item) WHERE (account_id IS NOT NULL);

CREATE INDEX office_by_issue_id ON public.parties_office USING btree (issue_id, carrier_id, code);

CREATE INDEX office_containing ON public.parties_office USING gin (code public.gin_trgm_ops, name public.gin_trgm_ops);

CREATE UNIQUE INDEX one_account_per_client_and_currency ON public.electronic_electronicaccount USING btree (carrier_id, client_id, currency) WHERE (client_id IS NOT NULL);

CREATE UNIQUE INDEX one_account_per_office_and_currency ON public.electronic_electronicaccount USING btree (carrier_id, office_id, currency) WHERE (office_id IS NOT NULL);

CREATE INDEX part_waiting ON public.statements_part USING btree (job_id, account_id, carrier_id) WHERE (outcome = 'waiting'::text);

CREATE INDEX payment_by_customer ON public.invoices_payment USING btree (customer_id, id);

CREATE INDEX payment_of ON public.invoices_payment USING btree (document, carrier_id) WHERE (document IS NOT NULL);

CREATE INDEX paymentlink_by_invoice ON public.invoices_paymentlink USING btree (invoice_id, carrier_id);

CREATE INDEX paymentlink_by_payment ON public.invoices_paymentlink USING btree (payment_id, carrier_id);

CREATE INDEX person_by_customer ON public.parties_person USING btree (customer_id, id);

CREATE UNIQUE INDEX person_email_once_per_customer ON public.parties_person USING btree (carrier_id, customer_id, lower((email)::text)) WHERE (NOT ((email)::text = ''::text));

CREATE INDEX procrastinate_events_job_id_fkey_v1 ON public.procrastinate_events USING btree (job_id);

CREATE INDEX procrastinate_jobs_id_lock_idx_v1 ON public.procrastinate_jobs USING btree (id, lock) WHERE (status = ANY (ARRAY['todo'::public.procrastinate_job_status, 'doing'::public.procrastinate_job_status]));

CREATE UNIQUE INDEX procrastinate_jobs_lock_idx_v1 ON public.procrastinate_jobs USING btree (lock) WHERE (status = 'doing'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_priority_idx_v1 ON public.procrastinate_jobs USING btree (priority DESC, id) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_jobs_queue_name_idx_v1 ON public.procrastinate_jobs USING btree (queue_name);

CREATE UNIQUE INDEX procrastinate_jobs_queueing_lock_idx_v1 ON public.procrastinate_jobs USING btree (queueing_lock) WHERE (status = 'todo'::public.procrastinate_job_status);

CREATE INDEX procrastinate_periodic_defers_job_id_fkey_v1 ON public.procrastinate_periodic_defers USING btree (job_id);

CREATE INDEX quote_by_customer ON public.charter_quote USING btree (customer_id, id, carrier_id);

CREATE UNIQUE INDEX quote_hold_once ON public.charter_quote USING btree (hold_id, carrier_id) WHERE (hold_id IS NOT NULL);

CREATE INDEX refund_by_payment ON public.invoices_refund USING btree (payment_id, carrier_id);

CREATE UNIQUE INDEX refund_fee_once ON public.invoices_refund USING btree (carrier_id, payment_id) WHERE ((kind)::text = 'fee'::text);

CREATE INDEX refusedattempt_by_account ON public.history_refusedattempt USING btree (account_id, id);

CREATE INDEX refusedattempt_by_time ON public.history_refusedattempt USING brin (at) WITH (pages_per_range='32', autosummarize='on');

CREATE INDEX refusedattempt_by_tx ON public.history_refusedattempt USING brin (tx) WITH (autosummarize='on', pages_per_range='32');

CREATE INDEX result_by_expiry ON public.backlog_result USING btree (expires_at, carrier_id);

CREATE UNIQUE INDEX role_name_once_per_carrier ON public.access_role USING btree (carrier_id, lower((name)::text));

CREATE INDEX ticket_by_account ON public.tickets_ticket USING btree (account_id, issue_date, document_number);

CREATE INDEX ticket_by_date ON public.tickets_ticket USING btree (issue_date, carrier_id, document_number);

CREATE INDEX ticket_saying ON public.tickets_ticket USING brin (issue_date, reference text_bloom_ops (n_distinct_per_range='3000'), fare int8_bloom_ops (n_distinct_per_range='3000')) WITH (pages_per_range='64', autosummarize='on');

CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));

CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";

CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;

CREATE INDEX upload_by_expiry ON public.importing_upload USING btree (expires_at, carrier_id);

CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);

CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);

CREATE TRIGGER add_lines AFTER INSERT ON public.invoices_invoiceline FOR EACH ROW EXECUTE FUNCTION public.invoices_keep_lines();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.charter_bookingstep FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.charter_cancellationtiers FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.charter_quoteversion FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.electronic_ratechange FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.history_act FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.history_event FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.history_refusedattempt FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.invoices_einvoice FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.invoices_payment FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.invoices_paymentlink FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.invoices_refund FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.jetcards_cardtransfer FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.ledger_key FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.mail_attachment FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER append_only BEFORE DELETE OR UPDATE OR TRUNCATE ON public.statements_statement FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER begin_as_draft AFTER INSERT ON public.invoices_invoice FOR EACH ROW WHEN (((new.status)::text <> 'draft'::text)) EXECUTE FUNCTION public.invoices_begin_as_draft();

CREATE TRIGGER check_entries AFTER INSERT ON public.ledger_entry REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION public.ledger_check_entries();

CREATE TRIGGER check_link AFTER INSERT ON public.invoices_paymentlink FOR EACH ROW EXECUTE FUNCTION public.invoices_check_link();

CREATE TRIGGER check_mark AFTER INSERT ON public.statements_statement FOR EACH ROW EXECUTE FUNCTION public.statements_check_mark();

CREATE TRIGGER check_payment AFTER INSERT ON public.invoices_paymentlink FOR EACH ROW EXECUTE FUNCTION public.invoices_check_payment();

CREATE TRIGGER check_payment AFTER INSERT ON public.invoices_refund FOR EACH ROW EXECUTE FUNCTION public.invoices_check_payment();

CREATE TRIGGER decide_once BEFORE UPDATE ON public.electronic_approval FOR EACH ROW WHEN (((old.status)::text <> 'pending'::text)) EXECUTE FUNCTION public.electronic_decide_once();

CREATE TRIGGER keep_account_with_tickets BEFORE DELETE ON public.ledger_account FOR EACH ROW EXECUTE FUNCTION public.tickets_keep_account();

CREATE TRIGGER keep_awaited BEFORE DELETE ON public.electronic_electronicaccount FOR EACH ROW EXECUTE FUNCTION public.electronic_keep_awaited_account();

CREATE TRIGGER keep_ended BEFORE DELETE OR UPDATE ON public.backlog_job FOR EACH ROW WHEN ((old.state = ANY (ARRAY['done'::text, 'failed'::text, 'cancelled'::text]))) EXECUTE FUNCTION public.backlog_keep_ended();

CREATE TRIGGER keep_for_bookings AFTER UPDATE ON public.jetcards_jetcard FOR EACH ROW WHEN (((old.closed_at IS NULL) AND (new.closed_at IS NOT NULL))) EXECUTE FUNCTION public.charter_keep_card();

CREATE TRIGGER keep_issued BEFORE DELETE OR UPDATE ON public.invoices_invoice FOR EACH ROW EXECUTE FUNCTION public.invoices_keep_issued();

CREATE TRIGGER keep_lines BEFORE DELETE OR UPDATE ON public.invoices_invoiceline FOR EACH ROW EXECUTE FUNCTION public.invoices_keep_lines();

CREATE TRIGGER keep_used BEFORE DELETE ON public.ledger_account FOR EACH ROW EXECUTE FUNCTION public.ledger_keep_used_account();

CREATE TRIGGER keep_whole BEFORE TRUNCATE ON public.invoices_invoice FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER keep_whole BEFORE TRUNCATE ON public.invoices_invoiceline FOR EACH STATEMENT EXECUTE FUNCTION public.access_refuse_change();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_aborted_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN (((old.abort_requested = false) AND (new.abort_requested = true) AND (new.status = 'doing'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_notify_queue_abort_job_v1();

CREATE TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_notify_queue_job_inserted_v1();

CREATE TRIGGER procrastinate_trigger_abort_requested_events_v1 AFTER UPDATE OF abort_requested ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.abort_requested = true)) EXECUTE FUNCTION public.procrastinate_trigger_abort_requested_events_procedure_v1();

CREATE TRIGGER procrastinate_trigger_delete_jobs_v1 BEFORE DELETE ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_unlink_periodic_defers_v1();

CREATE TRIGGER procrastinate_trigger_scheduled_events_v1 AFTER INSERT OR UPDATE ON public.procrastinate_jobs FOR EACH ROW WHEN (((new.scheduled_at IS NOT NULL) AND (new.status = 'todo'::public.procrastinate_job_status))) EXECUTE FUNCTION public.procrastinate_trigger_function_scheduled_events_v1();

CREATE TRIGGER procrastinate_trigger_status_events_insert_v1 AFTER INSERT ON public.procrastinate_jobs FOR EACH ROW WHEN ((new.status = 'todo'::public.procrastinate_job_status)) EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_insert_v1();

CREATE TRIGGER procrastinate_trigger_status_events_update_v1 AFTER UPDATE OF status ON public.procrastinate_jobs FOR EACH ROW EXECUTE FUNCTION public.procrastinate_trigger_function_status_events_update_v1();

CREATE TRIGGER resolve_once BEFORE UPDATE ON public.ledger_hold FOR EACH ROW WHEN ((old.status <> 'OPEN'::text)) EXECUTE FUNCTION public.ledger_resolve_hold_once();

CREATE TRIGGER stay_closed BEFORE UPDATE ON public.jetcards_jetcard FOR EACH ROW WHEN ((old.closed_at IS NOT NULL)) EXECUTE FUNCTION public.jetcards_stay_closed();

CREATE TRIGGER stay_closed BEFORE UPDATE OF closed_through ON public.ledger_account FOR EACH ROW WHEN (((old.closed_through > new.closed_through) OR ((old.closed_through IS NOT NULL) AND (new.closed_through IS NULL)))) EXECUTE FUNCTION public.ledger_stay_closed();

CREATE TRIGGER stay_final BEFORE UPDATE ON public.charter_booking FOR EACH ROW WHEN (((old.status)::text = 'cancelled'::text)) EXECUTE FUNCTION public.charter_stay_final();

CREATE TRIGGER stay_final BEFORE UPDATE ON public.charter_quote FOR EACH ROW WHEN (((old.status)::text = ANY ((ARRAY['booked'::character varying, 'cancelled'::character varying])::text[]))) EXECUTE FUNCTION public.charter_stay_final();

CREATE TRIGGER stay_revoked BEFORE UPDATE OF revoked_at ON public.access_apikey FOR EACH ROW WHEN (((old.revoked_at IS NOT NULL) AND (new.revoked_at IS DISTINCT FROM old.revoked_at))) EXECUTE FUNCTION public.access_stay_revoked();

ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_identity_user_id FOREIGN KEY (user_id) REFERENCES public.identity_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.electronic_approval
    ADD CONSTRAINT approval_decided_by FOREIGN KEY (carrier_id, decided_by_id) REFERENCES public.access_member(carrier_id, id);

ALTER TABLE ONLY public.electronic_approval
    ADD CONSTRAINT approval_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.electronic_approval
    ADD CONSTRAINT approval_requested_by FOREIGN KEY (carrier_id, requested_by_id) REFERENCES public.access_member(carrier_id, id);

ALTER TABLE ONLY public.electronic_approval
    ADD CONSTRAINT approval_reverses FOREIGN KEY (carrier_id, reverses) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.mail_attachment
    ADD CONSTRAINT attachment_of_message FOREIGN KEY (carrier_id, message_id) REFERENCES public.mail_message(carrier_id, id);

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.charter_booking
    ADD CONSTRAINT booking_card FOREIGN KEY (carrier_id, card_id) REFERENCES public.jetcards_jetcard(carrier_id, account_id);

ALTER TABLE ONLY public.charter_booking
    ADD CONSTRAINT booking_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES public.parties_customer(carrier_id, id);

ALTER TABLE ONLY public.charter_booking
    ADD CONSTRAINT booking_person FOREIGN KEY (carrier_id, person_id) REFERENCES public.parties_person(carrier_id, id);

ALTER TABLE ONLY public.charter_booking
    ADD CONSTRAINT booking_quote FOREIGN KEY (carrier_id, quote_id) REFERENCES public.charter_quote(carrier_id, id);

ALTER TABLE ONLY public.charter_bookingstep
    ADD CONSTRAINT bookingstep_booking FOREIGN KEY (carrier_id, booking_id) REFERENCES public.charter_booking(carrier_id, id);

ALTER TABLE ONLY public.charter_bookingstep
    ADD CONSTRAINT bookingstep_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.briefings_briefed
    ADD CONSTRAINT briefed_member FOREIGN KEY (carrier_id, member_id) REFERENCES public.access_member(carrier_id, id);

ALTER TABLE ONLY public.jetcards_jetcard
    ADD CONSTRAINT card_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES public.parties_customer(carrier_id, id);

ALTER TABLE ONLY public.jetcards_jetcard
    ADD CONSTRAINT card_ledger_account FOREIGN KEY (carrier_id, account_id) REFERENCES public.ledger_account(carrier_id, id);

ALTER TABLE ONLY public.jetcards_cardperson
    ADD CONSTRAINT cardperson_card FOREIGN KEY (carrier_id, account_id) REFERENCES public.jetcards_jetcard(carrier_id, account_id);

ALTER TABLE ONLY public.jetcards_cardperson
    ADD CONSTRAINT cardperson_person FOREIGN KEY (carrier_id, person_id) REFERENCES public.parties_person(carrier_id, id);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_from_card FOREIGN KEY (carrier_id, from_account_id) REFERENCES public.jetcards_jetcard(carrier_id, account_id);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_from_entry FOREIGN KEY (carrier_id, from_entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_to_card FOREIGN KEY (carrier_id, to_account_id) REFERENCES public.jetcards_jetcard(carrier_id, account_id);

ALTER TABLE ONLY public.jetcards_cardtransfer
    ADD CONSTRAINT cardtransfer_to_entry FOREIGN KEY (carrier_id, to_entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.invoices_einvoice
    ADD CONSTRAINT einvoice_invoice FOREIGN KEY (carrier_id, invoice_id) REFERENCES public.invoices_invoice(carrier_id, id);

ALTER TABLE ONLY public.electronic_electronicaccount
    ADD CONSTRAINT electronic_client FOREIGN KEY (carrier_id, client_id) REFERENCES public.parties_client(carrier_id, id);

ALTER TABLE ONLY public.electronic_electronicaccount
    ADD CONSTRAINT electronic_ledger_account FOREIGN KEY (carrier_id, account_id) REFERENCES public.ledger_account(carrier_id, id);

ALTER TABLE ONLY public.electronic_electronicaccount
    ADD CONSTRAINT electronic_office FOREIGN KEY (carrier_id, office_id) REFERENCES public.parties_office(carrier_id, id);

ALTER TABLE ONLY public.ledger_hold
    ADD CONSTRAINT hold_of_account FOREIGN KEY (carrier_id, account_id) REFERENCES public.ledger_account(carrier_id, id);

ALTER TABLE ONLY public.access_invitation
    ADD CONSTRAINT invitation_of_a_member FOREIGN KEY (carrier_id, member_id) REFERENCES public.access_member(carrier_id, id);

ALTER TABLE ONLY public.invoices_invoice
    ADD CONSTRAINT invoice_corrected FOREIGN KEY (carrier_id, corrects) REFERENCES public.invoices_invoice(carrier_id, id);

ALTER TABLE ONLY public.invoices_invoice
    ADD CONSTRAINT invoice_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES public.parties_customer(carrier_id, id);

ALTER TABLE ONLY public.invoices_invoice
    ADD CONSTRAINT invoice_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.invoices_invoiceline
    ADD CONSTRAINT invoiceline_invoice FOREIGN KEY (carrier_id, invoice_id) REFERENCES public.invoices_invoice(carrier_id, id);

ALTER TABLE ONLY public.access_member
    ADD CONSTRAINT member_role FOREIGN KEY (carrier_id, role_id) REFERENCES public.access_role(carrier_id, id);

ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_identity_user_id FOREIGN KEY (user_id) REFERENCES public.identity_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE ONLY public.alerts_notice
    ADD CONSTRAINT notice_event FOREIGN KEY (carrier_id, event_id) REFERENCES public.history_event(carrier_id, id);

ALTER TABLE ONLY public.statements_part
    ADD CONSTRAINT part_job FOREIGN KEY (carrier_id, job_id) REFERENCES public.backlog_job(carrier_id, id);

ALTER TABLE ONLY public.statements_part
    ADD CONSTRAINT part_statement FOREIGN KEY (carrier_id, account_id, number) REFERENCES public.statements_statement(carrier_id, account_id, number);

ALTER TABLE ONLY public.invoices_payment
    ADD CONSTRAINT payment_card FOREIGN KEY (carrier_id, account_id) REFERENCES public.jetcards_jetcard(carrier_id, account_id);

ALTER TABLE ONLY public.invoices_payment
    ADD CONSTRAINT payment_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES public.parties_customer(carrier_id, id);

ALTER TABLE ONLY public.invoices_payment
    ADD CONSTRAINT payment_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.invoices_paymentlink
    ADD CONSTRAINT paymentlink_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.invoices_paymentlink
    ADD CONSTRAINT paymentlink_invoice FOREIGN KEY (carrier_id, invoice_id) REFERENCES public.invoices_invoice(carrier_id, id);

ALTER TABLE ONLY public.invoices_paymentlink
    ADD CONSTRAINT paymentlink_payment FOREIGN KEY (carrier_id, payment_id) REFERENCES public.invoices_payment(carrier_id, id);

ALTER TABLE ONLY public.parties_person
    ADD CONSTRAINT person_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES public.parties_customer(carrier_id, id);

ALTER TABLE ONLY public.procrastinate_events
    ADD CONSTRAINT procrastinate_events_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id) ON DELETE CASCADE;

ALTER TABLE ONLY public.procrastinate_jobs
    ADD CONSTRAINT procrastinate_jobs_worker_id_fkey FOREIGN KEY (worker_id) REFERENCES public.procrastinate_workers(id) ON DELETE SET NULL;

ALTER TABLE ONLY public.procrastinate_periodic_defers
    ADD CONSTRAINT procrastinate_periodic_defers_job_id_fkey FOREIGN KEY (job_id) REFERENCES public.procrastinate_jobs(id);

ALTER TABLE ONLY public.charter_quote
    ADD CONSTRAINT quote_card FOREIGN KEY (carrier_id, card_id) REFERENCES public.jetcards_jetcard(carrier_id, account_id);

ALTER TABLE ONLY public.charter_quote
    ADD CONSTRAINT quote_customer FOREIGN KEY (carrier_id, customer_id) REFERENCES public.parties_customer(carrier_id, id);

ALTER TABLE ONLY public.charter_quote
    ADD CONSTRAINT quote_hold FOREIGN KEY (carrier_id, hold_id) REFERENCES public.ledger_hold(carrier_id, id);

ALTER TABLE ONLY public.charter_quote
    ADD CONSTRAINT quote_person FOREIGN KEY (carrier_id, person_id) REFERENCES public.parties_person(carrier_id, id);

ALTER TABLE ONLY public.charter_quoteversion
    ADD CONSTRAINT quoteversion_quote FOREIGN KEY (carrier_id, quote_id) REFERENCES public.charter_quote(carrier_id, id);

ALTER TABLE ONLY public.electronic_ratechange
    ADD CONSTRAINT ratechange_by_job FOREIGN KEY (carrier_id, job_id) REFERENCES public.backlog_job(carrier_id, id);

ALTER TABLE ONLY public.alerts_recipient
    ADD CONSTRAINT recipient_account FOREIGN KEY (carrier_id, account_id) REFERENCES public.ledger_account(carrier_id, id) ON DELETE CASCADE;

ALTER TABLE ONLY public.invoices_refund
    ADD CONSTRAINT refund_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.invoices_refund
    ADD CONSTRAINT refund_payment FOREIGN KEY (carrier_id, payment_id) REFERENCES public.invoices_payment(carrier_id, id);

ALTER TABLE ONLY public.backlog_result
    ADD CONSTRAINT result_of_job FOREIGN KEY (carrier_id, job_id) REFERENCES public.backlog_job(carrier_id, id);

ALTER TABLE ONLY public.access_savedview
    ADD CONSTRAINT savedview_member FOREIGN KEY (carrier_id, member_id) REFERENCES public.access_member(carrier_id, id);

ALTER TABLE ONLY public.statements_statement
    ADD CONSTRAINT statement_account FOREIGN KEY (carrier_id, account_id) REFERENCES public.electronic_electronicaccount(carrier_id, account_id);

ALTER TABLE ONLY public.statements_address
    ADD CONSTRAINT statement_address_account FOREIGN KEY (carrier_id, account_id) REFERENCES public.electronic_electronicaccount(carrier_id, account_id) ON DELETE CASCADE;

ALTER TABLE ONLY public.statements_statement
    ADD CONSTRAINT statement_entry FOREIGN KEY (carrier_id, entry_id) REFERENCES public.ledger_entry(carrier_id, id);

ALTER TABLE ONLY public.statements_statement
    ADD CONSTRAINT statement_follows_statement FOREIGN KEY (carrier_id, account_id, previous, opening, opened_after) REFERENCES public.statements_statement(carrier_id, account_id, number, closing, through);

ALTER TABLE ONLY public.importing_upload
    ADD CONSTRAINT upload_of_job FOREIGN KEY (carrier_id, job_id) REFERENCES public.backlog_job(carrier_id, id);

ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_identity_user_id FOREIGN KEY (user_id) REFERENCES public.identity_user(id) DEFERRABLE INITIALLY DEFERRED;

ALTER TABLE public.access_apikey ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.access_approvalthreshold ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.access_carrier ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.access_invitation ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.access_member ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.access_role ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.access_savedview ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.alerts_notice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.alerts_recipient ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.backlog_job ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.backlog_result ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.briefings_briefed ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.charter_booking ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.charter_bookingstep ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.charter_cancellationtiers ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.charter_numbering ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.charter_quote ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.charter_quoteversion ENABLE ROW LEVEL SECURITY;

CREATE POLICY directory ON public.access_apikey FOR SELECT TO skypurser_owner USING (true);

CREATE POLICY directory ON public.access_carrier FOR SELECT TO skypurser_owner USING (true);

CREATE POLICY directory ON public.access_invitation FOR SELECT TO skypurser_owner USING (true);

CREATE POLICY directory ON public.access_member FOR SELECT TO skypurser_owner USING (true);

CREATE POLICY directory ON public.parties_client FOR SELECT TO skypurser_owner USING (true);

CREATE POLICY directory ON public.parties_office FOR SELECT TO skypurser_owner USING (true);

ALTER TABLE public.electronic_approval ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.electronic_electronicaccount ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.electronic_ratechange ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.history_act ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.history_event ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.history_refusedattempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.importing_upload ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_einvoice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_invoice ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_invoiceline ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_issuer ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_lastnumber ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_payment ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_paymentlink ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.invoices_refund ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jetcards_cardperson ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jetcards_cardtransfer ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.jetcards_jetcard ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_account ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_controltotal ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_entry ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_hold ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.ledger_key ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mail_attachment ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mail_letterhead ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.mail_message ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.overview_exposure ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.overview_madeat ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.overview_sales ENABLE ROW LEVEL SECURITY;

CREATE POLICY own_carriers ON public.access_apikey USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.access_approvalthreshold USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.access_carrier USING ((id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.access_invitation USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.access_member USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.access_role USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.access_savedview USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.alerts_notice USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.alerts_recipient USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.backlog_job USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.backlog_result USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.briefings_briefed USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.charter_booking USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.charter_bookingstep USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.charter_cancellationtiers USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.charter_numbering USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.charter_quote USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.charter_quoteversion USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.electronic_approval USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.electronic_electronicaccount USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.electronic_ratechange USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.history_act USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.history_event USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.history_refusedattempt USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.importing_upload USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_einvoice USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_invoice USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_invoiceline USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_issuer USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_lastnumber USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_payment USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_paymentlink USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.invoices_refund USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.jetcards_cardperson USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.jetcards_cardtransfer USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.jetcards_jetcard USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.ledger_account USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.ledger_controltotal USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.ledger_entry USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.ledger_hold USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.ledger_key USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.mail_attachment USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.mail_letterhead USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.mail_message USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.overview_exposure USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.overview_madeat USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.overview_sales USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.parties_client USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.parties_customer USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.parties_office USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.parties_person USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.statements_address USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.statements_part USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.statements_statement USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.tickets_ticket USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.webhooks_attempt USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.webhooks_delivery USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

CREATE POLICY own_carriers ON public.webhooks_endpoint USING ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[]))) WITH CHECK ((carrier_id = ANY (( SELECT public.access_carriers() AS access_carriers)::integer[])));

ALTER TABLE public.parties_client ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.parties_customer ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.parties_office ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.parties_person ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.statements_address ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.statements_part ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.statements_statement ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.tickets_ticket ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks_attempt ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks_delivery ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.webhooks_endpoint ENABLE ROW LEVEL SECURITY;

GRANT USAGE ON SCHEMA public TO skypurser_app;

GRANT USAGE ON SEQUENCE public.access_carrier_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.access_carrier TO skypurser_app;

GRANT UPDATE(name) ON TABLE public.access_carrier TO skypurser_app;

GRANT UPDATE(country) ON TABLE public.access_carrier TO skypurser_app;

GRANT UPDATE(time_zone) ON TABLE public.access_carrier TO skypurser_app;

GRANT UPDATE(has_jet_cards) ON TABLE public.access_carrier TO skypurser_app;

REVOKE ALL ON FUNCTION public.access_all_carrier_ids() FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_all_carrier_ids() TO skypurser_app;

GRANT USAGE ON SEQUENCE public.access_apikey_id_seq TO skypurser_app;

GRANT INSERT ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(carrier_id) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(id) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(name) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(prefix) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(scopes) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(rate_limit) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(concurrency_limit) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(created_at) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(created_by) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(expires_at) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(revoked_at),UPDATE(revoked_at) ON TABLE public.access_apikey TO skypurser_app;

GRANT SELECT(last_used_at),UPDATE(last_used_at) ON TABLE public.access_apikey TO skypurser_app;

REVOKE ALL ON FUNCTION public.access_find_api_key(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_find_api_key(wanted bytea) TO skypurser_app;

REVOKE ALL ON FUNCTION public.access_find_carrier(wanted text) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_find_carrier(wanted text) TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.access_invitation TO skypurser_app;

GRANT USAGE ON SEQUENCE public.access_member_id_seq TO skypurser_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.access_member TO skypurser_app;

REVOKE ALL ON FUNCTION public.access_find_invitation(wanted bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_find_invitation(wanted bytea) TO skypurser_app;

REVOKE ALL ON FUNCTION public.access_memberships(wanted bigint) FROM PUBLIC;
GRANT ALL ON FUNCTION public.access_memberships(wanted bigint) TO skypurser_app;

GRANT USAGE ON SEQUENCE public.invoices_invoice_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(document) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(language) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(notes) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(due_date) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(supply_date) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(net) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(tax) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(series) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(year) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(number) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(issue_date) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(buyer) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(seller) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(entry_id) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(content_hash) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(issued_at) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT UPDATE(issued_by) ON TABLE public.invoices_invoice TO skypurser_app;

GRANT USAGE ON SEQUENCE public.invoices_payment_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.invoices_paymentlink TO skypurser_app;

GRANT USAGE ON SEQUENCE public.parties_client_id_seq TO skypurser_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.parties_client TO skypurser_app;

GRANT USAGE ON SEQUENCE public.parties_office_id_seq TO skypurser_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.parties_office TO skypurser_app;

REVOKE ALL ON FUNCTION public.parties_containing(pattern text, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION public.parties_containing(pattern text, most integer) TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_jobs TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.access_approvalthreshold TO skypurser_app;

GRANT UPDATE(amount) ON TABLE public.access_approvalthreshold TO skypurser_app;

GRANT USAGE ON SEQUENCE public.access_role_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.access_role TO skypurser_app;

GRANT UPDATE(name) ON TABLE public.access_role TO skypurser_app;

GRANT UPDATE(permissions) ON TABLE public.access_role TO skypurser_app;

GRANT USAGE ON SEQUENCE public.access_savedview_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.access_savedview TO skypurser_app;

GRANT UPDATE(name) ON TABLE public.access_savedview TO skypurser_app;

GRANT UPDATE(query) ON TABLE public.access_savedview TO skypurser_app;

GRANT UPDATE("position") ON TABLE public.access_savedview TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailaddress TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.account_emailconfirmation TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.alerts_notice TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.alerts_recipient TO skypurser_app;

GRANT UPDATE(language) ON TABLE public.alerts_recipient TO skypurser_app;

GRANT UPDATE(occasions) ON TABLE public.alerts_recipient TO skypurser_app;

GRANT USAGE ON SEQUENCE public.backlog_job_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(state) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(done) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(total) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(attempts) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(next_try_at) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(lease) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(leased_until) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(started_at) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(finished_at) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(error_code) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(error_facts) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(facts) ON TABLE public.backlog_job TO skypurser_app;

GRANT UPDATE(ended_by) ON TABLE public.backlog_job TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.backlog_result TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.briefings_briefed TO skypurser_app;

GRANT UPDATE(has_letter) ON TABLE public.briefings_briefed TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(price) ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(paid) ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(fee) ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(content) ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(version) ON TABLE public.charter_booking TO skypurser_app;

GRANT UPDATE(cancelled_at) ON TABLE public.charter_booking TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.charter_bookingstep TO skypurser_app;

GRANT USAGE ON SEQUENCE public.charter_cancellationtiers_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.charter_cancellationtiers TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.charter_numbering TO skypurser_app;

GRANT UPDATE(last) ON TABLE public.charter_numbering TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(customer_id) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(person_id) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(method) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(card_id) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(currency) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(price) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(valid_until) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(hold_id) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(content) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(version) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(saved_at) ON TABLE public.charter_quote TO skypurser_app;

GRANT UPDATE(saved_by) ON TABLE public.charter_quote TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.charter_quoteversion TO skypurser_app;

GRANT SELECT ON TABLE public.django_migrations TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.django_session TO skypurser_app;

GRANT USAGE ON SEQUENCE public.electronic_approval_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(decided_by) ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(decided_by_id) ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(decided_at) ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(reason) ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(entry_id) ON TABLE public.electronic_approval TO skypurser_app;

GRANT UPDATE(item) ON TABLE public.electronic_approval TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.electronic_electronicaccount TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.electronic_ratechange TO skypurser_app;

GRANT USAGE ON SEQUENCE public.history_fact_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.history_act TO skypurser_app;

GRANT USAGE ON SEQUENCE public.history_event_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.history_event TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.history_refusedattempt TO skypurser_app;

GRANT SELECT ON TABLE public.history_relay TO skypurser_app;

GRANT UPDATE(cluster) ON TABLE public.history_relay TO skypurser_app;

GRANT UPDATE(seen) ON TABLE public.history_relay TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.identity_cache TO skypurser_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.identity_user TO skypurser_app;

GRANT USAGE ON SEQUENCE public.importing_upload_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.importing_upload TO skypurser_app;

GRANT UPDATE(job_id) ON TABLE public.importing_upload TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.invoices_einvoice TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.invoices_invoiceline TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(legal_name) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(address_lines) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(postal_code) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(city) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(country) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(tax_number) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(invoice_series) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(credit_note_series) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(payment_days) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT UPDATE(e_invoices) ON TABLE public.invoices_issuer TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.invoices_lastnumber TO skypurser_app;

GRANT UPDATE(number) ON TABLE public.invoices_lastnumber TO skypurser_app;

GRANT UPDATE(issue_date) ON TABLE public.invoices_lastnumber TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.invoices_payment TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.invoices_refund TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.jetcards_cardperson TO skypurser_app;

GRANT USAGE ON SEQUENCE public.jetcards_cardtransfer_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.jetcards_cardtransfer TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.jetcards_jetcard TO skypurser_app;

GRANT UPDATE(name) ON TABLE public.jetcards_jetcard TO skypurser_app;

GRANT UPDATE(closed_at) ON TABLE public.jetcards_jetcard TO skypurser_app;

GRANT USAGE ON SEQUENCE public.ledger_account_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(credit_limit) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(debits) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(credits) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(held) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(last_item) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(last_posted_at) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(digest) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(closed_through) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(low_at) ON TABLE public.ledger_account TO skypurser_app;

GRANT UPDATE(low_since) ON TABLE public.ledger_account TO skypurser_app;

GRANT USAGE ON SEQUENCE public.ledger_controltotal_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.ledger_controltotal TO skypurser_app;

GRANT USAGE ON SEQUENCE public.ledger_entry_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.ledger_entry TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.ledger_hold TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.ledger_hold TO skypurser_app;

GRANT UPDATE(captured) ON TABLE public.ledger_hold TO skypurser_app;

GRANT UPDATE(expires_at) ON TABLE public.ledger_hold TO skypurser_app;

GRANT UPDATE(resolved_at) ON TABLE public.ledger_hold TO skypurser_app;

GRANT UPDATE(entry_id) ON TABLE public.ledger_hold TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.ledger_key TO skypurser_app;

GRANT SELECT ON TABLE public.ledger_line TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.mail_attachment TO skypurser_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mail_letterhead TO skypurser_app;

GRANT USAGE ON SEQUENCE public.mail_message_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(tries) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(next_attempt_at) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(lease) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(leased_until) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(problem) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(answer) ON TABLE public.mail_message TO skypurser_app;

GRANT UPDATE(finished_at) ON TABLE public.mail_message TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.mfa_authenticator TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.overview_exposure TO skypurser_app;

GRANT SELECT,INSERT,UPDATE ON TABLE public.overview_madeat TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.overview_sales TO skypurser_app;

GRANT USAGE ON SEQUENCE public.parties_customer_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(kind) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(name) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(sort_name) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(email) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(phone) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(language) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(legal_name) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(address_lines) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(postal_code) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(city) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(country) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(tax_number) ON TABLE public.parties_customer TO skypurser_app;

GRANT UPDATE(notes) ON TABLE public.parties_customer TO skypurser_app;

GRANT USAGE ON SEQUENCE public.parties_person_id_seq TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.parties_person TO skypurser_app;

GRANT UPDATE(name) ON TABLE public.parties_person TO skypurser_app;

GRANT UPDATE(email) ON TABLE public.parties_person TO skypurser_app;

GRANT UPDATE(phone) ON TABLE public.parties_person TO skypurser_app;

GRANT UPDATE(is_active) ON TABLE public.parties_person TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_events TO skypurser_app;

GRANT USAGE ON SEQUENCE public.procrastinate_events_id_seq TO skypurser_app;

GRANT USAGE ON SEQUENCE public.procrastinate_jobs_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_periodic_defers TO skypurser_app;

GRANT USAGE ON SEQUENCE public.procrastinate_periodic_defers_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.procrastinate_workers TO skypurser_app;

GRANT USAGE ON SEQUENCE public.procrastinate_workers_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.statements_address TO skypurser_app;

GRANT UPDATE(email) ON TABLE public.statements_address TO skypurser_app;

GRANT UPDATE(language) ON TABLE public.statements_address TO skypurser_app;

GRANT UPDATE(is_chosen) ON TABLE public.statements_address TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.statements_part TO skypurser_app;

GRANT UPDATE(outcome) ON TABLE public.statements_part TO skypurser_app;

GRANT UPDATE(reason) ON TABLE public.statements_part TO skypurser_app;

GRANT UPDATE(number) ON TABLE public.statements_part TO skypurser_app;

GRANT UPDATE(closing) ON TABLE public.statements_part TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.statements_statement TO skypurser_app;

GRANT SELECT,INSERT ON TABLE public.tickets_ticket TO skypurser_app;

GRANT UPDATE(status) ON TABLE public.tickets_ticket TO skypurser_app;

GRANT UPDATE(refunds) ON TABLE public.tickets_ticket TO skypurser_app;

GRANT UPDATE(refunded_fare) ON TABLE public.tickets_ticket TO skypurser_app;

GRANT UPDATE(refunded_taxes) ON TABLE public.tickets_ticket TO skypurser_app;

GRANT UPDATE(recalled_commission) ON TABLE public.tickets_ticket TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.usersessions_usersession TO skypurser_app;

GRANT USAGE ON SEQUENCE public.webhooks_attempt_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE ON TABLE public.webhooks_attempt TO skypurser_app;

GRANT USAGE ON SEQUENCE public.webhooks_delivery_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks_delivery TO skypurser_app;

GRANT USAGE ON SEQUENCE public.webhooks_endpoint_id_seq TO skypurser_app;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.webhooks_endpoint TO skypurser_app;
