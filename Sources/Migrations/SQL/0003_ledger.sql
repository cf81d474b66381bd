-- The books: accounts, their balances, transactions and the entries that explain every balance.
--
-- Amounts are whole NWT. A positive amount credits the account, a negative one debits it; the entries of a
-- transaction sum to zero, so the balances of all accounts do.

create schema ledger authorization nerdwork_owner;
set local role nerdwork_owner;

create table ledger.accounts (
    account_id bigint constraint accounts_pkey primary key,
    opened_at timestamptz not null default clock_timestamp(),
    kind smallint not null,
    reference text collate "C" not null constraint accounts_reference_key unique,
    constraint accounts_kind check (
        (kind = 0 and account_id >= 9223372036854775000 and reference !~ ':')
        or (kind = 1 and account_id between 1 and 9223372036854774999
            and reference collate "C" ~ '^wallet:[!-~]{1,128}$'))
);
comment on table ledger.accounts is
    'Static facts of an account. Never updated by a posting, so nobody who reads it waits for one.';
comment on column ledger.accounts.kind is '0 system account, 1 wallet of a reader.';
comment on column ledger.accounts.reference is 'treasury, revenue, fees, suspense, or wallet:<owner>.';
comment on column ledger.accounts.account_id is
    'Postings lock in ascending order; system accounts have the highest ids, so the busiest rows are locked last and shortest.';

create sequence ledger.wallet_ids as bigint minvalue 1 maxvalue 9223372036854774999;

create table ledger.balances (
    account_id bigint not null,
    balance bigint not null default 0,
    held bigint not null default 0,
    minimum_balance bigint,
    seq bigint not null default 0,
    last_at timestamptz not null default '-infinity',
    closed_at timestamptz,
    stripe smallint not null default 0,
    constraint balances_pkey primary key (account_id, stripe),
    constraint balances_held check (held >= 0),
    constraint balances_seq check (seq >= 0),
    constraint balances_stripe check (stripe >= 0),
    constraint balances_minimum check (balance - held >= minimum_balance),
    constraint balances_issuer_holds_nothing check (minimum_balance is not null or held = 0)
) with (
    -- No index covers a column that postings change, so with free space on the page every update stays on it (HOT).
    fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_cost_delay = 0
);
comment on table ledger.balances is 'What each account holds now. The only rows that postings update.';
comment on column ledger.balances.held is 'Part of the balance that is reserved and cannot be spent.';
comment on column ledger.balances.minimum_balance is 'balance - held never falls below it; null may go negative (issuer).';
comment on column ledger.balances.seq is 'Number of entries of this row: without gaps, in commit order.';
comment on column ledger.balances.last_at is 'Time of the newest entry; never goes back.';
comment on column ledger.balances.closed_at is 'A closed account takes no entries. Here, because it is tested under the row lock.';
comment on column ledger.balances.stripe is 'A busy account may be spread over several rows; 0 is the only one so far.';

create table ledger.transactions (
    transaction_id uuid constraint transactions_pkey primary key,
    fingerprint uuid not null,
    created_at timestamptz not null,
    type smallint not null,
    status smallint not null,
    reason smallint,
    legs smallint not null,
    metadata jsonb,
    constraint transactions_type check (type between 1 and 5),
    constraint transactions_outcome check (
        (status = 0 and reason is null and legs between 2 and 32)
        or (status = 1 and reason between 1 and 2 and reason is not null and legs = 0)),
    constraint transactions_metadata check (
        jsonb_typeof(metadata) = 'object' and octet_length(metadata::text) <= 4096)
) with (autovacuum_vacuum_insert_scale_factor = 0.02);
comment on table ledger.transactions is
    'Journal header and idempotency record in one: an id is used once, its outcome is final, rejections included.';
comment on column ledger.transactions.fingerprint is 'First 16 bytes of SHA-256 of what was asked for: ledger.fingerprint().';
comment on column ledger.transactions.type is '1 REWARD, 2 TIP, 3 PURCHASE, 4 GRANT, 5 REVERSAL.';
comment on column ledger.transactions.status is '0 posted, 1 rejected.';
comment on column ledger.transactions.reason is '1 insufficient balance, 2 account closed.';
comment on column ledger.transactions.legs is 'Number of entries.';

-- The audit reads a day at a time; rows arrive in order of time, so block ranges are enough and cost an insert nothing.
create index transactions_created on ledger.transactions using brin (created_at) with (pages_per_range = 32);

create table ledger.entries (
    transaction_id uuid not null,
    account_id bigint not null,
    seq bigint not null,
    amount bigint not null,
    balance_after bigint not null,
    created_at timestamptz not null,
    stripe smallint not null,
    constraint entries_amount check (amount <> 0),
    constraint entries_seq check (seq >= 1)
) partition by range (created_at);
comment on table ledger.entries is
    'Every movement of every account, one partition a month. Append-only: by privilege and by trigger, for everybody.';
comment on column ledger.entries.seq is 'Position in the account''s history, 1, 2, 3 …, assigned under the lock of its balance.';
comment on column ledger.entries.balance_after is 'The account''s balance after this entry.';

create index entries_transaction on ledger.entries (transaction_id);
create index entries_created on ledger.entries using brin (created_at) with (pages_per_range = 32);

create table ledger.checkpoints (
    account_id bigint not null,
    seq bigint not null,
    balance bigint not null,
    last_at timestamptz not null,
    verified_at timestamptz not null default clock_timestamp(),
    stripe smallint not null,
    constraint checkpoints_pkey primary key (account_id, stripe)
);
comment on table ledger.checkpoints is 'Up to which entry the audit has verified an account, and the balance there.';

create table ledger.audits (
    audit_id bigint generated always as identity constraint audits_pkey primary key,
    started_at timestamptz not null,
    finished_at timestamptz not null,
    verified_until timestamptz,
    mode text not null,
    state text not null,
    finding_count bigint not null,
    report jsonb not null,
    constraint audits_mode check (mode in ('incremental', 'full')),
    constraint audits_state check (state in ('clean', 'failed', 'verification incomplete')),
    constraint audits_findings check (finding_count >= 0 and (state <> 'clean' or finding_count = 0)),
    -- A time still to come would keep later audits from looking.
    constraint audits_verified_until check (verified_until <= started_at),
    constraint audits_report check (jsonb_typeof(report) = 'object')
);
comment on table ledger.audits is 'Reports of the audit, oldest first.';
comment on column ledger.audits.verified_until is
    'Transactions created before this time have been verified; null when the run did not get that far.';

-- Guards -------------------------------------------------------------------------------------------------------------
-- Errors of the ledger: NW001 malformed posting, NW002 id used for another posting, NW003 unknown account,
-- NW004 unbalanced, NW005 account named twice, NW006 change of an append-only table, NW007 balance out of range,
-- NW008 transaction already complete, NW009 account is not empty.

create function ledger.refuse_change() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    raise exception '% on %.% refused: the books are append-only', tg_op, tg_table_schema, tg_table_name
        using errcode = 'NW006';
end
$$;

-- The header is written after its entries and seals them: a transaction that has one takes no more.
-- Sums of bigint are numeric and cannot overflow.
create function ledger.require_balanced() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_transaction record;
begin
    for v_transaction in
        select n.transaction_id, sum(n.amount) as total, count(*) as legs from new_entries n group by n.transaction_id
    loop
        if v_transaction.total <> 0 or v_transaction.legs < 2 then
            raise exception 'transaction %: % entries with sum %', v_transaction.transaction_id, v_transaction.legs,
                v_transaction.total using errcode = 'NW004';
        end if;
        if exists (select from ledger.transactions t where t.transaction_id = v_transaction.transaction_id) then
            raise exception 'transaction % is complete', v_transaction.transaction_id using errcode = 'NW008';
        end if;
    end loop;
    return null;
end
$$;

-- Triggers of a partitioned table do not see statements aimed at a partition, so each partition has its own.
-- ALWAYS: they fire in replica sessions too.
create function ledger.guard_entries(p_table regclass) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create trigger append_only before update or delete or truncate on %s
        for each statement execute function ledger.refuse_change()', p_table);
    execute format('create trigger balanced after insert on %s referencing new table as new_entries
        for each statement execute function ledger.require_balanced()', p_table);
    execute format('alter table %s enable always trigger append_only, enable always trigger balanced', p_table);
end
$$;

-- Within a month the index keeps (account, seq) unique; across months the row lock does, and the audit looks.
create function ledger.add_partition(p_name text, p_bounds text) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    execute format('create table ledger.%I (like ledger.entries including defaults including constraints)
        with (fillfactor = 100, autovacuum_vacuum_insert_scale_factor = 0.02)', p_name);
    execute format('create unique index %I on ledger.%I (account_id, stripe, seq)', p_name || '_position', p_name);
    perform ledger.guard_entries(format('ledger.%I', p_name)::regclass);
    -- Attaching locks the parent less than creating a partition in place: postings go on.
    execute format('alter table ledger.entries attach partition ledger.%I %s', p_name, p_bounds);
end
$$;

-- Makes the partitions of this month and the next ones; returns how many it made. A month whose entries already
-- stand in the default partition stays there: moving them would be a change.
--
-- Bounds travel as text, so the caller's time zone and date style must not matter.
create function ledger.prepare_partitions(p_months_ahead integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set datestyle = 'ISO'
as $$
declare
    v_first timestamp := date_trunc('month', now() at time zone 'UTC');
    v_from timestamp;
    v_made integer := 0;
    v_name text;
begin
    if p_months_ahead is null or p_months_ahead not between 0 and 24 then
        raise exception 'months ahead must be 0 to 24' using errcode = 'NW001';
    end if;
    for v_month in 0..p_months_ahead loop
        v_from := v_first + make_interval(months => v_month);
        v_name := to_char(v_from, '"entries_"YYYY"_"MM');
        continue when to_regclass(format('ledger.%I', v_name)) is not null;
        continue when exists (
            select from ledger.entries_default e
             where e.created_at >= v_from at time zone 'UTC'
               and e.created_at < (v_from + interval '1 month') at time zone 'UTC');
        perform ledger.add_partition(v_name, format('for values from (%L) to (%L)',
            v_from at time zone 'UTC', (v_from + interval '1 month') at time zone 'UTC'));
        v_made := v_made + 1;
    end loop;
    return v_made;
end
$$;

select ledger.guard_entries('ledger.entries');
select ledger.add_partition('entries_default', 'default');
select ledger.prepare_partitions(3);

create trigger append_only before update or delete or truncate on ledger.transactions
    for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.audits
    for each statement execute function ledger.refuse_change();
create trigger no_truncate before truncate on ledger.accounts
    for each statement execute function ledger.refuse_change();
create trigger no_truncate before truncate on ledger.balances
    for each statement execute function ledger.refuse_change();
alter table ledger.transactions enable always trigger append_only;
alter table ledger.audits enable always trigger append_only;
alter table ledger.accounts enable always trigger no_truncate;
alter table ledger.balances enable always trigger no_truncate;

insert into ledger.accounts (account_id, kind, reference) values
    (9223372036854775807, 0, 'treasury'),
    (9223372036854775806, 0, 'revenue'),
    (9223372036854775805, 0, 'fees'),
    (9223372036854775804, 0, 'suspense');
insert into ledger.balances (account_id, minimum_balance) values
    (9223372036854775807, null),
    (9223372036854775806, 0),
    (9223372036854775805, 0),
    (9223372036854775804, 0);

revoke all on all functions in schema ledger from public;
grant usage on schema ledger
    to nerdwork_loyalty, nerdwork_ledger_audit, nerdwork_wallet, nerdwork_reader;
grant select on ledger.accounts, ledger.balances, ledger.transactions, ledger.entries, ledger.checkpoints, ledger.audits
    to nerdwork_ledger_audit, nerdwork_reader;
grant execute on function ledger.prepare_partitions(integer) to nerdwork_ledger_audit;

reset role;
