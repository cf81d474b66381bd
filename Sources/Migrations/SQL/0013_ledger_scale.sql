-- Accounts that many post to at once, chains of hashes, batches, reversals.
--
-- Every account posts by its mode. strict: one balance row, exact. striped: several rows, one of which a posting takes,
-- each with its own entries and chain. lazy: a posting takes no lock; what it moves waits in `deferred_entries` until a
-- fold gives it its place.

set local role nerdwork_owner;

alter table ledger.accounts
    add column mode smallint not null default 0,
    add column stripes smallint not null default 1,
    add constraint accounts_mode check (mode between 0 and 2),
    add constraint accounts_stripes check (stripes between 1 and 64 and (stripes = 1 or mode = 1)),
    add constraint accounts_wallets_are_strict check (kind = 0 or mode = 0);
comment on column ledger.accounts.mode is '0 strict, 1 striped, 2 lazy.';
comment on column ledger.accounts.stripes is 'Balance rows that postings of a striped account choose from.';

-- Each entry's link: SHA-256 of the link before it (32 zero bytes for the first), transaction_id (16 bytes), account_id
-- (8), stripe (2), seq (8), amount (8) and created_at (8, microseconds since 2000), integers big-endian.
alter table ledger.balances
    add column head bytea not null default decode(repeat('00', 32), 'hex'),
    add constraint balances_head check (octet_length(head) = 32);
comment on column ledger.balances.head is 'The newest entry''s link: it depends on every entry of the row.';
alter table ledger.checkpoints
    add column head bytea not null default decode(repeat('00', 32), 'hex'),
    add constraint checkpoints_head check (octet_length(head) = 32);

create function ledger.link(p_head bytea, p_transaction uuid, p_account bigint, p_stripe smallint, p_seq bigint,
    p_amount bigint, p_created timestamptz) returns bytea
language sql immutable strict parallel safe
return sha256(p_head || uuid_send(p_transaction) || int8send(p_account) || int2send(p_stripe) || int8send(p_seq)
    || int8send(p_amount) || timestamptz_send(p_created));

-- What a lazy account is still to be given. Not a part of the books for long: a fold takes rows out and writes entries.
create table ledger.deferred_entries (
    transaction_id uuid not null,
    account_id bigint not null,
    amount bigint not null,
    created_at timestamptz not null,
    constraint deferred_entries_pkey primary key (transaction_id, account_id),
    constraint deferred_entries_amount check (amount <> 0)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0);
comment on table ledger.deferred_entries is 'Legs of lazy accounts that no fold has given their place yet.';
comment on column ledger.deferred_entries.created_at is 'The header''s; the entry''s is this or, if later, the time of the entry before it.';

-- A transaction is reversed once.
alter table ledger.transactions add column reverses uuid,
    add column deferred smallint not null default 0,
    add constraint transactions_reverses check (reverses is null or (type = 5 and reverses <> transaction_id));
create unique index transactions_reversed_once on ledger.transactions (reverses) where reverses is not null and status = 0;
comment on column ledger.transactions.reverses is 'The transaction that this one takes back.';
comment on column ledger.transactions.deferred is
    'Bit n is set when the leg of system account 9223372036854775807 - n was left to a fold: its balance was unknown '
    'when the transaction was answered, so every later answer leaves it unknown too.';

-- The head after some more entries, in the order of the aggregate: ledger.chain(head before them, … order by seq).
create function ledger.chain_step(p_state bytea, p_head bytea, p_transaction uuid, p_account bigint, p_stripe smallint,
    p_seq bigint, p_amount bigint, p_created timestamptz) returns bytea
language plpgsql immutable parallel safe as $$
begin
    return ledger.link(coalesce(p_state, p_head), p_transaction, p_account, p_stripe, p_seq, p_amount, p_created);
end
$$;
create aggregate ledger.chain(bytea, uuid, bigint, smallint, bigint, bigint, timestamptz) (
    sfunc = ledger.chain_step, stype = bytea, parallel = safe);

-- Entries that are there already get their links.
update ledger.balances b set head = c.head
  from (select e.account_id, e.stripe,
               ledger.chain(decode(repeat('00', 32), 'hex'), e.transaction_id, e.account_id, e.stripe, e.seq, e.amount,
                   e.created_at order by e.seq) as head
          from ledger.entries e group by e.account_id, e.stripe) c
 where c.account_id = b.account_id and c.stripe = b.stripe;
update ledger.checkpoints k set head = c.head
  from (select e.account_id, e.stripe,
               ledger.chain(decode(repeat('00', 32), 'hex'), e.transaction_id, e.account_id, e.stripe, e.seq, e.amount,
                   e.created_at order by e.seq) as head
          from ledger.entries e
          join ledger.checkpoints v on v.account_id = e.account_id and v.stripe = e.stripe and e.seq <= v.seq
         group by e.account_id, e.stripe) c
 where c.account_id = k.account_id and c.stripe = k.stripe;

-- Guards -------------------------------------------------------------------------------------------------------------
-- More errors: NW010 transaction already reversed, NW011 nothing that this posting could reverse.

-- The header is written after its entries and seals them: afterwards only a fold adds entries, and only those that
-- waited, so that legs and sum stay what they were. Sums of bigint are numeric and cannot overflow.
create or replace function ledger.require_balanced() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_new record;
    v_waiting record;
    v_written record;
    v_legs smallint;
begin
    for v_new in
        select n.transaction_id, sum(n.amount) as total, count(*) as legs from new_entries n group by n.transaction_id
    loop
        select coalesce(sum(d.amount), 0) as total, count(*) as legs into v_waiting
          from ledger.deferred_entries d where d.transaction_id = v_new.transaction_id;
        select t.legs into v_legs from ledger.transactions t where t.transaction_id = v_new.transaction_id;
        if found then
            -- One statement, one snapshot: another account's fold may move a leg from one table to the other meanwhile.
            select sum(l.amount) as total, count(*) as legs into v_written
              from (select e.amount from ledger.entries e where e.transaction_id = v_new.transaction_id
                    union all
                    select d.amount from ledger.deferred_entries d where d.transaction_id = v_new.transaction_id) l;
            if v_written.total <> 0 or v_written.legs <> v_legs then
                raise exception 'transaction % is complete', v_new.transaction_id using errcode = 'NW008';
            end if;
        elsif v_new.total + v_waiting.total <> 0 or v_new.legs + v_waiting.legs < 2 then
            raise exception 'transaction %: % entries with sum %', v_new.transaction_id,
                v_new.legs + v_waiting.legs, v_new.total + v_waiting.total using errcode = 'NW004';
        end if;
    end loop;
    return null;
end
$$;

-- A leg that waits belongs to a transaction that is being written, not to one that is complete.
create function ledger.require_open_transaction() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from new_entries n join ledger.transactions t on t.transaction_id = n.transaction_id)
    then
        raise exception 'the transaction is complete' using errcode = 'NW008';
    end if;
    return null;
end
$$;

-- What is taken out has become an entry in the same statement: so nothing but a fold can take it out.
create function ledger.require_folded() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if exists (
        select from old_entries o
         where not exists (
            select from ledger.entries e
             where e.transaction_id = o.transaction_id and e.account_id = o.account_id and e.amount = o.amount
               and e.created_at >= o.created_at))
    then
        raise exception 'delete on ledger.deferred_entries refused: the books are append-only' using errcode = 'NW006';
    end if;
    return null;
end
$$;

create trigger append_only before update or truncate on ledger.deferred_entries
    for each statement execute function ledger.refuse_change();
create trigger complete after insert on ledger.deferred_entries referencing new table as new_entries
    for each statement execute function ledger.require_open_transaction();
create trigger folded after delete on ledger.deferred_entries referencing old table as old_entries
    for each statement execute function ledger.require_folded();
alter table ledger.deferred_entries enable always trigger append_only, enable always trigger complete,
    enable always trigger folded;

-- Lazy accounts ------------------------------------------------------------------------------------------------------

-- Gives the oldest waiting legs of an account their place in its history; returns how many. The lock of the balance
-- makes folds of one account follow each other, and what a DELETE returns, no other DELETE does: each leg is folded
-- once. A posting that is not committed yet is not seen; a later fold finds it, because no watermark has passed it.
create function ledger.fold_account(p_account bigint, p_limit integer) returns integer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_balance ledger.balances;
    v_folded integer;
begin
    if not exists (select from ledger.deferred_entries d where d.account_id = p_account) then
        return 0;
    end if;
    select * into strict v_balance from ledger.balances b where b.account_id = p_account and b.stripe = 0
       for no key update;
    with due as materialized (
        select d.transaction_id, d.amount, d.created_at
          from ledger.deferred_entries d
         where d.account_id = p_account
         order by d.created_at, d.transaction_id
         limit p_limit
    ), gone as (
        delete from ledger.deferred_entries d using due
         where d.transaction_id = due.transaction_id and d.account_id = p_account
        returning d.transaction_id, d.amount, d.created_at
    ), placed as materialized (
        select g.transaction_id, g.amount, greatest(v_balance.last_at, g.created_at) as created_at,
               v_balance.seq + row_number() over (order by g.created_at, g.transaction_id) as seq,
               (v_balance.balance + sum(g.amount) over (
                   order by g.created_at, g.transaction_id rows unbounded preceding))::bigint as balance_after
          from gone g
    ), written as (
        insert into ledger.entries (transaction_id, account_id, seq, amount, balance_after, created_at, stripe)
        select p.transaction_id, p_account, p.seq, p.amount, p.balance_after, p.created_at, 0 from placed p
    ), moved as (
        select count(*) as legs, sum(p.amount)::bigint as amount, max(p.created_at) as last_at,
               ledger.chain(v_balance.head, p.transaction_id, p_account, 0::smallint, p.seq, p.amount, p.created_at
                   order by p.seq) as head
          from placed p
    )
    update ledger.balances b
       set balance = b.balance + m.amount, seq = b.seq + m.legs, last_at = m.last_at, head = m.head
      from moved m
     where b.account_id = p_account and b.stripe = 0 and m.legs > 0
    returning m.legs into v_folded;
    return coalesce(v_folded, 0);
end
$$;

-- The same for whoever runs on a schedule: at most p_limit legs (1 to 100,000); repeat until it returns less.
create function ledger.fold(p_account text, p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_id bigint;
begin
    if p_limit is null or p_limit not between 1 and 100000 then
        raise exception 'limit must be 1 to 100000' using errcode = 'NW001';
    end if;
    select a.account_id into v_id from ledger.accounts a where a.reference = p_account;
    if not found then
        raise exception 'unknown account' using errcode = 'NW003';
    end if;
    return ledger.fold_account(v_id, p_limit);
end
$$;

-- How an account is posted to from now on: 0 strict, 1 striped (2 to 64 rows), 2 lazy; for operators.
--
-- Nothing has to stop: what is posted in the old way at this moment is right in the new one too. Rows of stripes are
-- never taken away, because their entries are not.
create function ledger.set_mode(p_account text, p_mode smallint, p_stripes smallint default 1) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_id bigint;
begin
    if p_mode is null or p_mode not between 0 and 2 or p_stripes is null
        or (p_mode = 1 and p_stripes not between 2 and 64) or (p_mode <> 1 and p_stripes <> 1)
    then
        raise exception 'no such mode' using errcode = 'NW001';
    end if;
    -- Only the 15 highest ids have a bit in `transactions.deferred`.
    select a.account_id into v_id from ledger.accounts a
     where a.reference = p_account and a.kind = 0 and (p_mode <> 2 or a.account_id > 9223372036854775792);
    if not found then
        raise exception 'only the platform''s own accounts have a mode' using errcode = 'NW003';
    end if;
    -- The rows first: whoever sees the number of stripes finds them.
    insert into ledger.balances (account_id, stripe, minimum_balance)
        select v_id, s.stripe, b.minimum_balance
          from generate_series(1, p_stripes - 1) s(stripe), ledger.balances b
         where b.account_id = v_id and b.stripe = 0
            on conflict on constraint balances_pkey do nothing;
    update ledger.accounts a set mode = p_mode, stripes = p_stripes
     where a.account_id = v_id and (a.mode, a.stripes) is distinct from (p_mode, p_stripes);
end
$$;

-- Posting ------------------------------------------------------------------------------------------------------------

-- The balances that a posted transaction was answered with, in the order of p_accounts.
create function ledger.answered_balances(p_transaction uuid, p_deferred smallint, p_accounts text[]) returns bigint[]
language sql stable set search_path = pg_catalog, pg_temp as $$
    select array_agg(
               case when a.kind = 0 and p_deferred <> 0 and 9223372036854775807 - a.account_id < 15
                         and (p_deferred::integer >> (9223372036854775807 - a.account_id)::integer) & 1 = 1 then null
                    else e.balance_after end
               order by l.place)
      from unnest(p_accounts) with ordinality l(reference, place)
      join ledger.accounts a on a.reference = l.reference
      left join ledger.entries e on e.transaction_id = p_transaction and e.account_id = a.account_id
$$;

-- Another row of an account that can pay; null when there is none. It waits for nobody: whoever waited here while
-- holding the row that could not pay would do so against the order of locks.
create function ledger.other_stripe(p_account bigint, p_amount bigint, p_stripe smallint) returns smallint
language sql volatile set search_path = pg_catalog, pg_temp as $$
    select b.stripe from ledger.balances b
     where b.account_id = p_account and b.stripe <> p_stripe and b.balance - b.held + p_amount >= b.minimum_balance
     order by b.balance desc limit 1
       for no key update skip locked
$$;

drop function ledger.post(uuid, smallint, uuid, text[], bigint[], jsonb);

-- Posts one transaction, or remembers for ever why it was rejected.
--
--   p_transaction  id derived from the cause; the same cause is the same transaction for ever
--   p_fingerprint  ledger.fingerprint(p_type, p_accounts, p_amounts), computed by the caller
--   p_accounts     2 to 32 different references: treasury, revenue, fees, suspense, wallet:<owner>; a wallet opens here
--   p_amounts      one for each account, not 0, sum 0
--   p_reverses     the transaction that a REVERSAL takes back, all of it; once
--
-- Returns status 0 posted or 1 rejected with a reason (1 insufficient balance, 2 account closed), whether this is the
-- answer to an earlier call, and the balances after the posting in the order of p_accounts: null when rejected, and
-- null for a leg that waits for a fold.
--
-- For READ COMMITTED. Locks: the id, the transaction to reverse, new wallets by reference, balances by account id.
-- Every caller takes them in this order, so postings never deadlock as long as a database transaction makes one call
-- only. Rejections return instead of raising, and no EXCEPTION block is used: each would be a subtransaction.
create function ledger.post(
    p_transaction uuid, p_type smallint, p_fingerprint uuid, p_accounts text[], p_amounts bigint[],
    p_metadata jsonb default null, p_reverses uuid default null,
    out status smallint, out reason smallint, out replayed boolean, out balances bigint[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_count integer := cardinality(p_accounts);
    v_earlier ledger.transactions;
    v_total numeric := 0;
    v_ids bigint[] := '{}';
    v_modes smallint[] := '{}';
    v_widths smallint[] := '{}';
    v_refusable boolean[] := '{}';  -- legs that may find too little or a closed account
    v_order integer[] := '{}';      -- legs in ascending order of account id
    v_lazy boolean[];
    v_deferred integer := 0;
    v_missing text[];
    v_opened bigint[] := '{}';
    v_found bigint[];
    v_id bigint;
    v_amount bigint;
    v_mode smallint;
    v_width smallint;
    v_may_refuse boolean;
    v_now timestamptz;
    v_balance bigint;
    v_seq bigint;
    v_at timestamptz;
    v_last timestamptz := '-infinity';
    v_stripe smallint;
    v_next smallint;
    v_tries integer;
    v_done boolean;
    v_seqs bigint[];
    v_times timestamptz[];
    v_stripes smallint[];
    v_last_refusable integer := 0;
    v_earlier_times timestamptz[];
    v_earlier_heads bytea[];
    v_head bytea;
    v_leg integer;
    v_place integer;
begin
    -- A comparison with null is neither true nor false, so nulls are looked for by name.
    if p_transaction is null or p_fingerprint is null or p_type is null or p_type not between 1 and 5
        or v_count is null or v_count not between 2 and 32
        or cardinality(p_amounts) is distinct from v_count
        or array_ndims(p_accounts) <> 1 or array_ndims(p_amounts) <> 1
        or array_lower(p_accounts, 1) <> 1 or array_lower(p_amounts, 1) <> 1
        or array_position(p_accounts, null) is not null or array_position(p_amounts, null) is not null
        or (p_type = 5) <> (p_reverses is not null)
    then
        raise exception 'malformed posting' using errcode = 'NW001';
    end if;
    foreach v_amount in array p_amounts loop
        if v_amount = 0 or v_amount = -9223372036854775808 then
            raise exception 'amount out of range' using errcode = 'NW001';
        end if;
        v_total := v_total + v_amount;
    end loop;
    if v_total <> 0 then
        raise exception 'unbalanced posting' using errcode = 'NW004';
    end if;
    -- A service posts what it is for, whatever its code does.
    if session_user in ('nerdwork_loyalty', 'nerdwork_wallet') then
        perform ledger.require_allowed(p_type, p_accounts, p_amounts);
    end if;
    if p_metadata is not null and (jsonb_typeof(p_metadata) <> 'object' or octet_length(p_metadata::text) > 4096) then
        raise exception 'metadata must be an object of at most 4096 bytes' using errcode = 'NW001';
    end if;

    -- The gate: a concurrent copy waits here, and the next statement sees what the first one did.
    perform pg_advisory_xact_lock(uuid_hash_extended(p_transaction, 0));
    select * into v_earlier from ledger.transactions t where t.transaction_id = p_transaction;
    if found then
        if v_earlier.fingerprint <> p_fingerprint or v_earlier.reverses is distinct from p_reverses then
            raise exception 'this id belongs to another posting' using errcode = 'NW002';
        end if;
        status := v_earlier.status;
        reason := v_earlier.reason;
        replayed := true;
        if status = 0 then
            balances := ledger.answered_balances(p_transaction, v_earlier.deferred, p_accounts);
        end if;
        -- Gives the transaction an id, so that its commit waits until the earlier posting is on disk.
        perform pg_logical_emit_message(true, 'nerdwork', '');
        return;
    end if;
    replayed := false;
    status := 0;
    if p_reverses is not null then
        perform ledger.require_reversible(p_reverses, p_accounts, p_amounts);
    end if;

    -- Which accounts
    for v_leg in 1..v_count loop
        select a.account_id, a.mode, a.stripes,
               a.kind = 1 or (p_amounts[v_leg] < 0 and exists (
                   select from ledger.balances b
                    where b.account_id = a.account_id and b.stripe = 0 and b.minimum_balance is not null))
          into v_id, v_mode, v_width, v_may_refuse
          from ledger.accounts a where a.reference = p_accounts[v_leg];
        if not found then
            v_id := null;
            v_mode := 0;
            v_width := 1;
            v_may_refuse := true;
            v_missing := v_missing || p_accounts[v_leg];
        end if;
        v_ids[v_leg] := v_id;
        v_modes[v_leg] := v_mode;
        v_widths[v_leg] := v_width;
        v_refusable[v_leg] := v_may_refuse;
    end loop;
    if v_missing is not null then
        select array_agg(m.reference order by m.reference collate "C") into v_missing from unnest(v_missing) m(reference);
        select o.ids, o.opened into v_found, v_opened from ledger.open_wallets(v_missing) o;
        for v_leg in 1..v_count loop
            v_ids[v_leg] := coalesce(v_ids[v_leg], v_found[array_position(v_missing, p_accounts[v_leg])]);
        end loop;
    end if;

    -- In which order
    for v_leg in 1..v_count loop
        v_place := v_leg;
        while v_place > 1 and v_ids[v_order[v_place - 1]] >= v_ids[v_leg] loop
            if v_ids[v_order[v_place - 1]] = v_ids[v_leg] then
                raise exception 'account named twice' using errcode = 'NW005';
            end if;
            v_order[v_place] := v_order[v_place - 1];
            v_place := v_place - 1;
        end loop;
        v_order[v_place] := v_leg;
    end loop;

    -- Which legs wait for a fold: never one that may be refused, never one that could leave the range, never all.
    v_lazy := array_fill(false, array[v_count]);
    for v_leg in 1..v_count loop
        v_lazy[v_leg] := v_modes[v_leg] = 2 and not v_refusable[v_leg] and abs(p_amounts[v_leg]) < 1::bigint << 53;
    end loop;
    if not false = any (v_lazy) then
        v_lazy[1] := false;
    end if;
    for v_place in 1..v_count loop
        if v_refusable[v_order[v_place]] then
            v_last_refusable := v_place;
        end if;
    end loop;

    -- Move. The conditions are evaluated on the locked version of the row; CASE keeps each sum behind its range test.
    balances := array_fill(null::bigint, array[v_count]);
    v_seqs := balances;
    v_times := array_fill(null::timestamptz, array[v_count]);
    v_stripes := array_fill(null::smallint, array[v_count]);
    v_earlier_times := v_times;
    v_earlier_heads := array_fill(null::bytea, array[v_count]);
    v_now := clock_timestamp();
    for v_place in 1..v_count loop
        v_leg := v_order[v_place];
        v_id := v_ids[v_leg];
        v_amount := p_amounts[v_leg];
        if v_lazy[v_leg] then
            v_deferred := v_deferred | (1 << (9223372036854775807 - v_id)::integer);
            continue;
        end if;
        v_stripe := case v_modes[v_leg] when 1 then pg_backend_pid() % v_widths[v_leg] else 0 end;
        v_tries := 0;
        if v_modes[v_leg] = 2 and v_refusable[v_leg] then
            -- A minimum is held against all of the balance.
            perform ledger.fold_account(v_id, 100000);
        end if;
        loop
            -- A head cannot be computed backwards, so it is kept where a later leg may be refused.
            if v_place < v_last_refusable then
                select b.last_at, b.head into v_at, v_head from ledger.balances b
                 where b.account_id = v_id and b.stripe = v_stripe
                   for no key update;
                v_earlier_times[v_leg] := v_at;
                v_earlier_heads[v_leg] := v_head;
            end if;
            update ledger.balances b
               set balance = b.balance + v_amount, seq = b.seq + 1, last_at = greatest(b.last_at, v_now),
                   head = ledger.link(b.head, p_transaction, v_id, v_stripe, b.seq + 1, v_amount,
                       greatest(b.last_at, v_now))
             where b.account_id = v_id and b.stripe = v_stripe and b.closed_at is null
               and case when v_amount > 0 then b.balance <= 9223372036854775807 - v_amount
                        when b.balance < -9223372036854775807 - v_amount then false
                        else b.minimum_balance is null or b.balance + v_amount >= b.minimum_balance + b.held end
            returning b.balance, b.seq, b.last_at into v_balance, v_seq, v_at;
            v_done := found;
            exit when v_done or v_id < 9223372036854775000 or not v_refusable[v_leg] or v_tries = 2;
            -- What is missing may wait for a fold, or lie in another row.
            v_tries := v_tries + 1;
            if v_tries = 1 and v_stripe = 0 then
                continue when ledger.fold_account(v_id, 100000) > 0;
            end if;
            v_next := ledger.other_stripe(v_id, v_amount, v_stripe);
            exit when v_next is null;
            v_stripe := v_next;
        end loop;
        if not v_done then
            reason := ledger.refusal(v_id, v_amount);
            status := 1;
            exit;
        end if;
        balances[v_leg] := v_balance;
        v_seqs[v_leg] := v_seq;
        v_times[v_leg] := v_at;
        v_stripes[v_leg] := v_stripe;
        v_last := greatest(v_last, v_at);
    end loop;

    if status = 1 then
        -- Put back what the legs before the refused one changed, under our own locks: nobody sees it.
        for v_leg in 1..v_count loop
            continue when v_seqs[v_leg] is null;
            if v_earlier_heads[v_leg] is null then
                raise exception 'an account got a minimum meanwhile' using errcode = '40001';
            end if;
            update ledger.balances b
               set balance = b.balance - p_amounts[v_leg], seq = b.seq - 1, last_at = v_earlier_times[v_leg],
                   head = v_earlier_heads[v_leg]
             where b.account_id = v_ids[v_leg] and b.stripe = v_stripes[v_leg];
        end loop;
        if v_opened <> '{}' then
            delete from ledger.balances b where b.account_id = any (v_opened);
            delete from ledger.accounts a where a.account_id = any (v_opened);
        end if;
        balances := null;
        insert into ledger.transactions
                (transaction_id, fingerprint, created_at, type, status, reason, legs, metadata, reverses)
            values (p_transaction, p_fingerprint, clock_timestamp(), p_type, 1, reason, 0, p_metadata, p_reverses);
        return;
    end if;

    -- Explain: what waits, all entries in one statement, then the header that seals them.
    if v_deferred <> 0 then
        insert into ledger.deferred_entries (transaction_id, account_id, amount, created_at)
            select p_transaction, u.account_id, u.amount, v_last
              from unnest(v_ids, p_amounts, v_lazy) u(account_id, amount, lazy) where u.lazy;
    end if;
    insert into ledger.entries (transaction_id, account_id, seq, amount, balance_after, created_at, stripe)
        select p_transaction, u.account_id, u.seq, u.amount, u.balance_after, u.created_at, u.stripe
          from unnest(v_ids, v_seqs, p_amounts, balances, v_times, v_stripes)
               u(account_id, seq, amount, balance_after, created_at, stripe)
         where u.seq is not null;
    insert into ledger.transactions
            (transaction_id, fingerprint, created_at, type, status, legs, metadata, reverses, deferred)
        values (p_transaction, p_fingerprint, v_last, p_type, 0, v_count, p_metadata, p_reverses, v_deferred);
end
$$;
comment on function ledger.post is 'Posts one balanced transaction once; see the comment above its definition.';

-- Loyalty rewards from the treasury and does nothing else; the wallet takes nothing from the treasury except to give
-- back what the treasury took.
create function ledger.require_allowed(p_type smallint, p_accounts text[], p_amounts bigint[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    if session_user = 'nerdwork_loyalty' and (p_type <> 1 or exists (
        select from unnest(p_accounts, p_amounts) l(reference, amount)
         where l.amount < 0 and l.reference <> 'treasury'))
    then
        raise exception 'loyalty may only reward from the treasury' using errcode = '42501';
    end if;
    if session_user = 'nerdwork_wallet' and p_type <> 5 and exists (
        select from unnest(p_accounts, p_amounts) l(reference, amount)
         where l.amount < 0 and l.reference = 'treasury')
    then
        raise exception 'the wallet takes nothing from the treasury' using errcode = '42501';
    end if;
end
$$;

-- A reversal is the mirror of a transaction that stands and has not been reversed. Two at the same time meet at a lock
-- of their own (seed 1), which is taken after the ids' (seed 0).
create function ledger.require_reversible(p_reverses uuid, p_accounts text[], p_amounts bigint[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_reversed ledger.transactions;
    v_mirrored bigint[];
begin
    perform pg_advisory_xact_lock(uuid_hash_extended(p_reverses, 1));
    select array_agg(-l.amount order by l.place) into v_mirrored
      from unnest(p_amounts) with ordinality l(amount, place);
    select * into v_reversed from ledger.transactions t where t.transaction_id = p_reverses and t.status = 0;
    if not found or v_reversed.fingerprint <> ledger.fingerprint(v_reversed.type, p_accounts, v_mirrored) then
        raise exception 'there is no transaction of which this is the reversal' using errcode = 'NW011';
    end if;
    if exists (select from ledger.transactions t where t.reverses = p_reverses and t.status = 0) then
        raise exception 'the transaction has been reversed' using errcode = 'NW010';
    end if;
end
$$;

-- Batches ------------------------------------------------------------------------------------------------------------

-- Posts up to 100 transactions in one call, with the outcomes that as many calls of ledger.post would have, in the order
-- of the arrays; a rejected one moves nothing and the rest goes on. An error ends the whole call, as it would end one.
--
--   p_leg_posting  for each leg the place of its transaction in p_ids; ascending
--   p_metadata     one for each transaction, or null altogether
--
-- No reversals. Returns a row for each transaction; an id that stands twice is posted once and then replayed.
--
-- Locks are those of ledger.post in the same order: all ids, new wallets, balances; every row is locked once, changed in
-- memory and written once. So batches deadlock neither with each other nor with single postings.
create function ledger.post_batch(
    p_ids uuid[], p_types smallint[], p_fingerprints uuid[], p_leg_posting integer[], p_accounts text[],
    p_amounts bigint[], p_metadata jsonb[] default null)
returns table (place integer, status smallint, reason smallint, replayed boolean, balances bigint[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_count integer := cardinality(p_ids);
    v_legs integer := cardinality(p_accounts);
    v_first integer[] := '{}';      -- each transaction's first leg and number of legs
    v_sizes integer[] := '{}';
    v_total numeric := 0;
    v_key bigint;
    v_earlier ledger.transactions;
    v_known boolean[];              -- was there before this call
    v_original integer[];           -- place of the same id's first appearance
    v_missing text[];
    v_opened bigint[] := '{}';
    v_ids bigint[];                 -- for each leg
    v_modes smallint[];
    v_widths smallint[];
    v_bounded boolean[];            -- a debit of one of our accounts that has a minimum
    v_bounded_ids bigint[];         -- these accounts
    v_lazy boolean[] := '{}';
    v_accounts bigint[];            -- accounts to lock, ascending, and for each
    v_searched boolean[];           -- whether all its rows are needed
    v_stripes smallint[];           -- else which one
    v_begin integer[] := '{}';      -- its first and last row, and the one to use first
    v_end integer[] := '{}';
    v_preferred integer[] := '{}';
    v_row ledger.balances;
    v_rows integer := 0;
    r_account bigint[] := '{}';     -- the rows
    r_stripe smallint[] := '{}';
    r_balance bigint[] := '{}';
    r_held bigint[] := '{}';
    r_minimum bigint[] := '{}';
    r_seq bigint[] := '{}';
    r_last timestamptz[] := '{}';
    r_closed boolean[] := '{}';
    r_head bytea[] := '{}';
    r_moved boolean[] := '{}';
    e_posting integer[] := '{}';    -- the entries
    e_account bigint[] := '{}';
    e_stripe smallint[] := '{}';
    e_seq bigint[] := '{}';
    e_amount bigint[] := '{}';
    e_balance bigint[] := '{}';
    e_time timestamptz[] := '{}';
    v_entries integer := 0;
    t_posting integer[] := '{}';    -- the headers
    t_status smallint[] := '{}';
    t_reason smallint[] := '{}';
    t_time timestamptz[] := '{}';
    t_deferred smallint[] := '{}';
    v_headers integer := 0;
    v_header integer[] := '{}';     -- a transaction's header among these
    v_after bigint[];               -- balances after, for each leg
    v_order integer[];
    v_uses integer[];
    v_deferred integer;
    v_any_replayed boolean := false;
    v_now timestamptz;
    v_last timestamptz;
    v_amount bigint;
    v_id bigint;
    v_index integer;
    v_posting integer;
    v_leg integer;
    v_place integer;
    v_use integer;
begin
    if v_count is null or v_count not between 1 and 100 or v_legs is null or v_legs not between 2 * v_count and 32 * v_count
        or cardinality(p_types) is distinct from v_count or cardinality(p_fingerprints) is distinct from v_count
        or cardinality(p_leg_posting) is distinct from v_legs or cardinality(p_amounts) is distinct from v_legs
        or (p_metadata is not null and (cardinality(p_metadata) <> v_count or array_ndims(p_metadata) <> 1
            or array_lower(p_metadata, 1) <> 1))
        or array_ndims(p_ids) <> 1 or array_lower(p_ids, 1) <> 1 or array_position(p_ids, null) is not null
        or array_ndims(p_types) <> 1 or array_lower(p_types, 1) <> 1 or array_position(p_types, null) is not null
        or array_ndims(p_fingerprints) <> 1 or array_lower(p_fingerprints, 1) <> 1
        or array_position(p_fingerprints, null) is not null
        or array_ndims(p_leg_posting) <> 1 or array_lower(p_leg_posting, 1) <> 1
        or array_position(p_leg_posting, null) is not null
        or array_ndims(p_accounts) <> 1 or array_lower(p_accounts, 1) <> 1 or array_position(p_accounts, null) is not null
        or array_ndims(p_amounts) <> 1 or array_lower(p_amounts, 1) <> 1 or array_position(p_amounts, null) is not null
    then
        raise exception 'malformed batch' using errcode = 'NW001';
    end if;
    -- Ends of transactions are where the place changes; the one after the last is only an end.
    v_posting := 0;
    for v_leg in 1..v_legs + 1 loop
        if v_leg > v_legs or p_leg_posting[v_leg] <> v_posting then
            if v_posting > 0 then
                v_sizes[v_posting] := v_leg - v_first[v_posting];
                if v_sizes[v_posting] not between 2 and 32 then
                    raise exception 'malformed posting' using errcode = 'NW001';
                end if;
                if v_total <> 0 then
                    raise exception 'unbalanced posting' using errcode = 'NW004';
                end if;
            end if;
            if (v_leg > v_legs and v_posting <> v_count) or (v_leg <= v_legs and p_leg_posting[v_leg] <> v_posting + 1) then
                raise exception 'malformed batch' using errcode = 'NW001';
            end if;
            exit when v_leg > v_legs;
            v_posting := v_posting + 1;
            v_first[v_posting] := v_leg;
            v_total := 0;
        end if;
        v_amount := p_amounts[v_leg];
        if v_amount = 0 or v_amount = -9223372036854775808 then
            raise exception 'amount out of range' using errcode = 'NW001';
        end if;
        v_total := v_total + v_amount;
    end loop;
    for v_posting in 1..v_count loop
        if p_types[v_posting] not between 1 and 4 then
            raise exception 'malformed posting' using errcode = 'NW001';
        end if;
        if p_metadata[v_posting] is not null
            and (jsonb_typeof(p_metadata[v_posting]) <> 'object' or octet_length(p_metadata[v_posting]::text) > 4096)
        then
            raise exception 'metadata must be an object of at most 4096 bytes' using errcode = 'NW001';
        end if;
        if session_user in ('nerdwork_loyalty', 'nerdwork_wallet') then
            v_place := v_first[v_posting] + v_sizes[v_posting] - 1;
            perform ledger.require_allowed(p_types[v_posting], p_accounts[v_first[v_posting]:v_place],
                p_amounts[v_first[v_posting]:v_place]);
        end if;
    end loop;

    -- The gates, in the order of their keys; the next statement sees what concurrent copies did.
    for v_key in select distinct uuid_hash_extended(i.id, 0) as key from unnest(p_ids) i(id) order by key loop
        perform pg_advisory_xact_lock(v_key);
    end loop;
    v_known := array_fill(false, array[v_count]);
    v_original := array_fill(0, array[v_count]);
    for v_posting in 1..v_count loop
        v_original[v_posting] := array_position(p_ids, p_ids[v_posting]);
        if p_fingerprints[v_original[v_posting]] <> p_fingerprints[v_posting] then
            raise exception 'this id belongs to another posting' using errcode = 'NW002';
        end if;
        select * into v_earlier from ledger.transactions t where t.transaction_id = p_ids[v_posting];
        if found then
            if v_earlier.fingerprint <> p_fingerprints[v_posting] or v_earlier.reverses is not null then
                raise exception 'this id belongs to another posting' using errcode = 'NW002';
            end if;
            v_known[v_posting] := true;
            v_any_replayed := true;
        end if;
    end loop;

    -- Which accounts
    select array_agg(m.reference order by m.reference collate "C") into v_missing
      from (select distinct l.reference from unnest(p_accounts, p_leg_posting) l(reference, posting)
             where not v_known[l.posting]
               and not exists (select from ledger.accounts a where a.reference = l.reference)) m;
    if v_missing is not null then
        select o.opened into v_opened from ledger.open_wallets(v_missing) o;
    end if;
    select array_agg(a.account_id order by l.leg), array_agg(a.mode order by l.leg), array_agg(a.stripes order by l.leg),
           array_agg(a.kind = 0 and l.amount < 0 and exists (
               select from ledger.balances b
                where b.account_id = a.account_id and b.stripe = 0 and b.minimum_balance is not null) order by l.leg)
      into v_ids, v_modes, v_widths, v_bounded
      from unnest(p_accounts, p_amounts) with ordinality l(reference, amount, leg)
      left join ledger.accounts a on a.reference = l.reference;

    -- Which legs wait for a fold: the rule of ledger.post. Where one leg is held against a minimum, the account's other
    -- legs in this call must count, so they do not wait.
    select coalesce(array_agg(l.account_id), '{}') into v_bounded_ids
      from unnest(v_ids, v_bounded, p_leg_posting) l(account_id, bounded, posting)
     where l.bounded and not v_known[l.posting];
    v_lazy := array_fill(false, array[v_legs]);
    for v_posting in 1..v_count loop
        continue when v_known[v_posting] or v_original[v_posting] <> v_posting;
        v_place := v_first[v_posting] + v_sizes[v_posting] - 1;
        for v_leg in v_first[v_posting]..v_place loop
            v_lazy[v_leg] := v_modes[v_leg] = 2 and not v_ids[v_leg] = any (v_bounded_ids)
                and abs(p_amounts[v_leg]) < 1::bigint << 53;
        end loop;
        if not false = any (v_lazy[v_first[v_posting]:v_place]) then
            v_lazy[v_first[v_posting]] := false;
        end if;
    end loop;

    -- Lock, in the order of accounts and rows. An account of ours that is debited and has a minimum needs everything it
    -- has: what waits for a fold, and all of its rows.
    select array_agg(n.account_id order by n.account_id), array_agg(n.searched order by n.account_id),
           array_agg(n.stripe order by n.account_id)
      into v_accounts, v_searched, v_stripes
      from (select l.account_id, bool_or(l.bounded) as searched,
                   (case min(l.mode) when 1 then pg_backend_pid() % min(l.width) else 0 end)::smallint as stripe
              from unnest(v_ids, v_modes, v_widths, v_bounded, v_lazy, p_leg_posting)
                   l(account_id, mode, width, bounded, lazy, posting)
             where not l.lazy and not v_known[l.posting] and v_original[l.posting] = l.posting
             group by l.account_id) n;
    for v_index in 1..coalesce(cardinality(v_accounts), 0) loop
        v_begin[v_index] := v_rows + 1;
        if v_searched[v_index] then
            perform ledger.fold_account(v_accounts[v_index], 100000);
        end if;
        for v_row in
            select * from ledger.balances b
             where b.account_id = v_accounts[v_index] and (v_searched[v_index] or b.stripe = v_stripes[v_index])
             order by b.stripe
               for no key update
        loop
            v_rows := v_rows + 1;
            if v_row.stripe = v_stripes[v_index] then
                v_preferred[v_index] := v_rows;
            end if;
            r_account[v_rows] := v_row.account_id;
            r_stripe[v_rows] := v_row.stripe;
            r_balance[v_rows] := v_row.balance;
            r_held[v_rows] := v_row.held;
            r_minimum[v_rows] := v_row.minimum_balance;
            r_seq[v_rows] := v_row.seq;
            r_last[v_rows] := v_row.last_at;
            r_closed[v_rows] := v_row.closed_at is not null;
            r_head[v_rows] := v_row.head;
            r_moved[v_rows] := false;
        end loop;
        v_end[v_index] := v_rows;
        if v_preferred[v_index] is null then
            raise exception 'account % has no balance', v_accounts[v_index] using errcode = 'NW003';
        end if;
    end loop;

    -- Decide, one transaction after the other, as ledger.post would.
    v_now := clock_timestamp();
    v_after := array_fill(null::bigint, array[v_legs]);
    for v_posting in 1..v_count loop
        place := v_posting;
        balances := null;
        if v_known[v_posting] then
            select * into strict v_earlier from ledger.transactions t where t.transaction_id = p_ids[v_posting];
            status := v_earlier.status;
            reason := v_earlier.reason;
            replayed := true;
            if status = 0 then
                balances := ledger.answered_balances(p_ids[v_posting], v_earlier.deferred,
                    p_accounts[v_first[v_posting]:v_first[v_posting] + v_sizes[v_posting] - 1]);
            end if;
            return next;
            continue;
        end if;
        if v_original[v_posting] <> v_posting then
            -- The same legs, maybe in another order.
            v_header[v_posting] := v_header[v_original[v_posting]];
            status := t_status[v_header[v_posting]];
            reason := t_reason[v_header[v_posting]];
            replayed := true;
            if status = 0 then
                select array_agg(v_after[o.leg] order by s.leg) into balances
                  from generate_series(v_first[v_posting], v_first[v_posting] + v_sizes[v_posting] - 1) s(leg)
                  join generate_series(v_first[v_original[v_posting]],
                           v_first[v_original[v_posting]] + v_sizes[v_posting] - 1) o(leg)
                    on v_ids[o.leg] = v_ids[s.leg];
            end if;
            return next;
            continue;
        end if;

        v_order := '{}';
        for v_index in 1..v_sizes[v_posting] loop
            v_leg := v_first[v_posting] + v_index - 1;
            v_place := v_index;
            while v_place > 1 and v_ids[v_order[v_place - 1]] >= v_ids[v_leg] loop
                if v_ids[v_order[v_place - 1]] = v_ids[v_leg] then
                    raise exception 'account named twice' using errcode = 'NW005';
                end if;
                v_order[v_place] := v_order[v_place - 1];
                v_place := v_place - 1;
            end loop;
            v_order[v_place] := v_leg;
        end loop;

        -- Each leg's row, or why there is none
        status := 0;
        reason := null;
        replayed := false;
        v_uses := '{}';
        v_deferred := 0;
        for v_place in 1..v_sizes[v_posting] loop
            v_leg := v_order[v_place];
            v_id := v_ids[v_leg];
            v_amount := p_amounts[v_leg];
            if v_lazy[v_leg] then
                v_deferred := v_deferred | (1 << (9223372036854775807 - v_id)::integer);
                continue;
            end if;
            v_index := array_position(v_accounts, v_id);
            v_use := v_preferred[v_index];
            if r_closed[v_use] then
                reason := 2;
            elsif v_amount > 0 then
                if r_balance[v_use] > 9223372036854775807 - v_amount then
                    raise exception 'the balance would leave the range of 64 bits' using errcode = 'NW007';
                end if;
            elsif r_minimum[v_use] is null then
                if r_balance[v_use] < -9223372036854775807 - v_amount then
                    raise exception 'the balance would leave the range of 64 bits' using errcode = 'NW007';
                end if;
            elsif r_balance[v_use] < -9223372036854775807 - v_amount
                or r_balance[v_use] + v_amount < r_minimum[v_use] + r_held[v_use]
            then
                -- The richest other row, if it can pay
                v_use := null;
                for v_index in v_begin[v_index]..v_end[v_index] loop
                    if r_balance[v_index] - r_held[v_index] + v_amount >= r_minimum[v_index]
                        and (v_use is null or r_balance[v_index] > r_balance[v_use])
                    then
                        v_use := v_index;
                    end if;
                end loop;
                if v_use is null then
                    reason := 1;
                end if;
            end if;
            exit when reason is not null;
            v_uses[v_place] := v_use;
        end loop;

        v_headers := v_headers + 1;
        v_header[v_posting] := v_headers;
        t_posting[v_headers] := v_posting;
        t_deferred[v_headers] := 0;
        if reason is not null then
            status := 1;
            t_status[v_headers] := 1;
            t_reason[v_headers] := reason;
            t_time[v_headers] := v_now;
            return next;
            continue;
        end if;

        balances := array_fill(null::bigint, array[v_sizes[v_posting]]);
        v_last := '-infinity';
        for v_place in 1..v_sizes[v_posting] loop
            v_leg := v_order[v_place];
            continue when v_lazy[v_leg];
            v_use := v_uses[v_place];
            v_amount := p_amounts[v_leg];
            r_balance[v_use] := r_balance[v_use] + v_amount;
            r_seq[v_use] := r_seq[v_use] + 1;
            r_last[v_use] := greatest(r_last[v_use], v_now);
            r_head[v_use] := ledger.link(r_head[v_use], p_ids[v_posting], r_account[v_use], r_stripe[v_use],
                r_seq[v_use], v_amount, r_last[v_use]);
            r_moved[v_use] := true;
            v_entries := v_entries + 1;
            e_posting[v_entries] := v_posting;
            e_account[v_entries] := r_account[v_use];
            e_stripe[v_entries] := r_stripe[v_use];
            e_seq[v_entries] := r_seq[v_use];
            e_amount[v_entries] := v_amount;
            e_balance[v_entries] := r_balance[v_use];
            e_time[v_entries] := r_last[v_use];
            v_after[v_leg] := r_balance[v_use];
            balances[v_leg - v_first[v_posting] + 1] := r_balance[v_use];
            v_last := greatest(v_last, r_last[v_use]);
        end loop;
        t_status[v_headers] := 0;
        t_reason[v_headers] := null;
        t_time[v_headers] := v_last;
        t_deferred[v_headers] := v_deferred;
        return next;
    end loop;

    -- Write: each row once, then what waits, the entries, the headers.
    for v_use in 1..v_rows loop
        continue when not r_moved[v_use];
        update ledger.balances b
           set balance = r_balance[v_use], seq = r_seq[v_use], last_at = r_last[v_use], head = r_head[v_use]
         where b.account_id = r_account[v_use] and b.stripe = r_stripe[v_use];
    end loop;
    foreach v_id in array v_opened loop
        -- Opened for postings of which none was taken
        if not v_id = any (e_account) then
            delete from ledger.balances b where b.account_id = v_id;
            delete from ledger.accounts a where a.account_id = v_id;
        end if;
    end loop;
    if true = any (v_lazy) then
        insert into ledger.deferred_entries (transaction_id, account_id, amount, created_at)
            select p_ids[l.posting], l.account_id, l.amount, t_time[v_header[l.posting]]
              from unnest(v_ids, p_amounts, v_lazy, p_leg_posting) l(account_id, amount, lazy, posting)
             where l.lazy and t_status[v_header[l.posting]] = 0;
    end if;
    if v_entries > 0 then
        insert into ledger.entries (transaction_id, account_id, seq, amount, balance_after, created_at, stripe)
            select p_ids[u.posting], u.account_id, u.seq, u.amount, u.balance_after, u.created_at, u.stripe
              from unnest(e_posting, e_account, e_seq, e_amount, e_balance, e_time, e_stripe)
                   u(posting, account_id, seq, amount, balance_after, created_at, stripe);
    end if;
    if v_headers > 0 then
        insert into ledger.transactions
                (transaction_id, fingerprint, created_at, type, status, reason, legs, metadata, deferred)
            select p_ids[u.posting], p_fingerprints[u.posting], u.created_at, p_types[u.posting], u.status, u.reason,
                   case u.status when 0 then v_sizes[u.posting] else 0 end, p_metadata[u.posting], u.deferred
              from unnest(t_posting, t_status, t_reason, t_time, t_deferred)
                   u(posting, status, reason, created_at, deferred);
    end if;
    if v_any_replayed then
        -- As in ledger.post: the answer waits until the earlier posting is on disk.
        perform pg_logical_emit_message(true, 'nerdwork', '');
    end if;
end
$$;

-- Reading ------------------------------------------------------------------------------------------------------------

-- The balance of one account, over all its rows and what waits for a fold; no row when it was never opened. `seq` is
-- the number of its entries.
create or replace function ledger.balance(p_account text)
returns table (balance bigint, held bigint, seq bigint, last_at timestamptz, closed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select (b.balance + case a.kind when 0 then (
               select coalesce(sum(d.amount), 0) from ledger.deferred_entries d where d.account_id = a.account_id)
               else 0 end)::bigint,
           b.held::bigint, b.seq::bigint, nullif(b.last_at, '-infinity'), b.closed_at
      from ledger.accounts a
     cross join lateral (
        select sum(r.balance) as balance, sum(r.held) as held, sum(r.seq) as seq, max(r.last_at) as last_at,
               max(r.closed_at) as closed_at
          from ledger.balances r where r.account_id = a.account_id having count(*) > 0) b
     where a.reference = p_account
$$;

drop function ledger.statement(text, bigint, integer);

-- A page of an account's entries, newest first, below p_before_seq (null: from the newest); at most 200 rows. A striped
-- account has one history for each of its rows.
create function ledger.statement(p_account text, p_before_seq bigint default null, p_limit integer default 50,
    p_stripe smallint default 0)
returns table (seq bigint, transaction_id uuid, type smallint, amount bigint, balance_after bigint,
    created_at timestamptz, metadata jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.seq, e.transaction_id, t.type, e.amount, e.balance_after, e.created_at, t.metadata
      from ledger.entries e join ledger.transactions t on t.transaction_id = e.transaction_id
     where e.account_id = (select a.account_id from ledger.accounts a where a.reference = p_account)
       and e.stripe = p_stripe and e.seq < coalesce(p_before_seq, 9223372036854775807)
     order by e.seq desc
     limit greatest(1, least(p_limit, 200))
$$;

revoke all on all functions in schema ledger from public;
grant execute on function ledger.post(uuid, smallint, uuid, text[], bigint[], jsonb, uuid),
    ledger.post_batch(uuid[], smallint[], uuid[], integer[], text[], bigint[], jsonb[])
    to nerdwork_loyalty, nerdwork_wallet;
grant execute on function ledger.statement(text, bigint, integer, smallint)
    to nerdwork_loyalty, nerdwork_wallet, nerdwork_reader;
grant execute on function ledger.fold(text, integer) to nerdwork_ledger_audit;
grant execute on function ledger.chain(bytea, uuid, bigint, smallint, bigint, bigint, timestamptz),
    ledger.chain_step(bytea, bytea, uuid, bigint, smallint, bigint, bigint, timestamptz),
    ledger.link(bytea, uuid, bigint, smallint, bigint, bigint, timestamptz)
    to nerdwork_ledger_audit, nerdwork_reader;
grant select on ledger.deferred_entries to nerdwork_ledger_audit, nerdwork_reader;

reset role;
