-- Runs of the audit that go on where an earlier one stopped, and the months that it has sealed.

set local role nerdwork_owner;

create table ledger.audit_runs (
    run_id bigint generated always as identity constraint audit_runs_pkey primary key,
    mode text not null,
    started_at timestamptz not null,
    updated_at timestamptz not null,
    finished_at timestamptz,
    state text,
    progress jsonb not null default '{}',
    constraint audit_runs_mode check (mode in ('incremental', 'full')),
    constraint audit_runs_state check (state in ('clean', 'failed', 'verification incomplete', 'abandoned')),
    constraint audit_runs_finished check ((state is null) = (finished_at is null)),
    constraint audit_runs_progress check (jsonb_typeof(progress) = 'object')
) with (fillfactor = 50);
comment on table ledger.audit_runs is
    'One audit each, over as many invocations as it takes; progress says what is verified, and what was found.';
comment on column ledger.audit_runs.started_at is 'When the cut was made.';

create unique index audit_runs_unfinished on ledger.audit_runs (mode) where finished_at is null;

-- The balances of one moment, as far as they differ from what is verified. Entries up to these positions never change, so
-- they can be read later, in as many statements as it takes: no snapshot stays open.
create table ledger.audit_cut (
    run_id bigint not null,
    account_id bigint not null,
    seq bigint not null,
    balance bigint not null,
    last_at timestamptz not null,
    from_seq bigint not null,
    from_balance bigint not null,
    from_at timestamptz not null,
    stripe smallint not null,
    head bytea not null,
    from_head bytea not null,
    constraint audit_cut_pkey primary key (run_id, account_id, stripe)
) with (fillfactor = 80);
comment on table ledger.audit_cut is 'What a run verifies: each balance row from its verified position to that of the cut.';
comment on column ledger.audit_cut.from_seq is 'Verified so far; moves when a long history is read in several pieces.';

-- The audit reads holds by the time that they were opened.
create index holds_created on ledger.holds using brin (created_at) with (pages_per_range = 32);

alter table ledger.audits add column run_id bigint;
comment on column ledger.audits.run_id is 'The run that this reports on; several reports when it took several invocations.';

-- Sealed months ------------------------------------------------------------------------------------------------------

create table ledger.sealed_months (
    month date constraint sealed_months_pkey primary key,
    closed_at timestamptz not null default clock_timestamp(),
    entry_estimate bigint not null,
    constraint sealed_months_first_day check (extract(day from month) = 1)
);
comment on table ledger.sealed_months is 'Months that take no more entries; sealed once all of their slices are counted.';

-- A slice is a range of the position index (account, stripe, seq), so that one account with half of all entries is cut as
-- well. The first begins below every position, the last ends above every one.
create table ledger.sealed_slices (
    month date not null,
    slice smallint not null,
    first_account bigint not null,
    first_stripe smallint not null,
    first_seq bigint not null,
    last_account bigint not null,
    last_stripe smallint not null,
    last_seq bigint not null,
    entry_count bigint not null,
    amount_sum numeric not null,
    digest bytea not null,
    sealed_at timestamptz not null default clock_timestamp(),
    constraint sealed_slices_pkey primary key (month, slice),
    constraint sealed_slices_month foreign key (month) references ledger.sealed_months,
    constraint sealed_slices_slice check (slice between 0 and 29),
    constraint sealed_slices_digest check (octet_length(digest) = 32)
);
comment on column ledger.sealed_slices.first_seq is 'The position before the slice''s first one: the last of the slice before.';

create trigger append_only before update or delete or truncate on ledger.sealed_months
    for each statement execute function ledger.refuse_change();
create trigger append_only before update or delete or truncate on ledger.sealed_slices
    for each statement execute function ledger.refuse_change();
alter table ledger.sealed_months enable always trigger append_only;
alter table ledger.sealed_slices enable always trigger append_only;

-- Closes a month for ever: from now on its partition refuses every insert, of the owner and through the parent too.
-- Answers whether the month is closed; false while it has not been over for a day, where something deferred belongs to
-- it, or where it has no partition of its own.
--
-- The lock is one on a partition that nobody writes to any more: a posting of another month does not touch it.
create function ledger.close_month(p_month date) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC' set lock_timeout = '1s'
as $$
declare
    v_name text := to_char(p_month, '"entries_"YYYY"_"MM');
    v_partition regclass := to_regclass(format('ledger.%I', v_name));
    v_entries bigint;
    v_end timestamptz := (p_month + interval '1 month')::timestamp at time zone 'UTC';
begin
    if p_month is null or extract(day from p_month) <> 1 then
        raise exception 'a month is named by its first day' using errcode = 'NW001';
    end if;
    if exists (select from ledger.sealed_months m where m.month = p_month) then
        return true;
    end if;
    if v_partition is null or clock_timestamp() < v_end + interval '1 day' then
        return false;
    end if;
    execute format('create trigger sealed before insert on %s for each row execute function ledger.refuse_change()',
        v_partition);
    execute format('alter table %s enable always trigger sealed', v_partition);
    if exists (select from ledger.deferred_entries d where d.created_at < v_end) then
        execute format('drop trigger sealed on %s', v_partition);
        return false;
    end if;
    -- How the slices are cut need not be exact where there is much.
    select c.reltuples into v_entries from pg_class c where c.oid = v_partition;
    if v_entries < 100000 then
        execute format('select count(*) from %s', v_partition) into v_entries;
    end if;
    insert into ledger.sealed_months (month, entry_estimate) values (p_month, v_entries);
    return true;
end
$$;

revoke all on all functions in schema ledger from public;
grant select on ledger.audit_runs, ledger.audit_cut, ledger.sealed_months, ledger.sealed_slices
    to nerdwork_ledger_audit, nerdwork_reader;
grant select on ledger.deferred_entries to nerdwork_ledger_audit;
grant insert, update on ledger.audit_runs to nerdwork_ledger_audit;
grant insert, update, delete on ledger.audit_cut to nerdwork_ledger_audit;
grant insert on ledger.sealed_slices to nerdwork_ledger_audit;
grant execute on function ledger.close_month(date) to nerdwork_ledger_audit;

reset role;
