-- The one way to change the books, and the ways to read a wallet. One call, one round trip.

set local role nerdwork_owner;

-- What a transaction asked for, as 16 bytes: SHA-256 of version 1, type, number of legs, and each leg as length of the
-- reference, reference, amount; integers big-endian (2, 2, 2, 8 bytes), legs in the order of their references' bytes.
-- Metadata describes a transaction and is no part of it.
create function ledger.fingerprint(p_type smallint, p_accounts text[], p_amounts bigint[]) returns uuid
language sql immutable strict parallel safe
-- Parsed when it is made, so that no caller's search_path matters and none has to be set.
begin atomic
    select encode(substr(sha256('\x01'::bytea || int2send(p_type) || int2send(cardinality(p_accounts)::smallint)
        || string_agg(int2send(octet_length(l.reference)::smallint) || convert_to(l.reference, 'UTF8')
            || int8send(l.amount), '' order by l.reference collate "C")), 1, 16), 'hex')::uuid
      from unnest(p_accounts, p_amounts) l(reference, amount);
end;

-- Opens wallets that do not exist yet and returns their ids in the order of p_references, which is ascending.
-- p_opened lists those that this call opened and not a concurrent one.
create function ledger.open_wallets(p_references text[], out ids bigint[], out opened bigint[])
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_reference text;
    v_id bigint;
begin
    ids := '{}';
    opened := '{}';
    foreach v_reference in array p_references loop
        if v_reference collate "C" !~ '^wallet:[!-~]{1,128}$' then
            raise exception 'unknown account' using errcode = 'NW003';
        end if;
        insert into ledger.accounts as a (account_id, kind, reference)
            values (nextval('ledger.wallet_ids'), 1, v_reference)
            on conflict on constraint accounts_reference_key do nothing
            returning a.account_id into v_id;
        if found then
            insert into ledger.balances (account_id, minimum_balance) values (v_id, 0);
            opened := opened || v_id;
        else
            select a.account_id into strict v_id from ledger.accounts a where a.reference = v_reference;
        end if;
        ids := ids || v_id;
    end loop;
end
$$;

-- Why a balance did not take an amount: 1 insufficient, 2 closed. Anything else is an error and undoes everything.
create function ledger.refusal(p_account bigint, p_amount bigint) returns smallint
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_balance ledger.balances;
begin
    select * into v_balance from ledger.balances b where b.account_id = p_account and b.stripe = 0;
    if not found then
        raise exception 'account % has no balance', p_account using errcode = 'NW003';
    end if;
    if v_balance.closed_at is not null then
        return 2;
    end if;
    if p_amount > 0 or v_balance.minimum_balance is null then
        raise exception 'the balance would leave the range of 64 bits' using errcode = 'NW007';
    end if;
    return 1;
end
$$;

-- Posts one transaction, or remembers for ever why it was rejected.
--
--   p_transaction  id derived from the cause; the same cause is the same transaction for ever
--   p_fingerprint  ledger.fingerprint(p_type, p_accounts, p_amounts), computed by the caller
--   p_accounts     2 to 32 different references: treasury, revenue, fees, suspense, wallet:<owner>; a wallet opens here
--   p_amounts      one for each account, not 0, sum 0
--
-- Returns status 0 posted or 1 rejected with a reason (1 insufficient balance, 2 account closed), whether this is the
-- answer to an earlier call, and the balances after the posting in the order of p_accounts (null when rejected).
--
-- For READ COMMITTED. Locks: the id, new wallets by reference, balances by account id. Every caller takes them in this
-- order, so postings never deadlock as long as a database transaction makes one posting only.
-- Rejections return instead of raising, and no EXCEPTION block is used: each would be a subtransaction.
create function ledger.post(
    p_transaction uuid, p_type smallint, p_fingerprint uuid, p_accounts text[], p_amounts bigint[],
    p_metadata jsonb default null,
    out status smallint, out reason smallint, out replayed boolean, out balances bigint[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_count integer := cardinality(p_accounts);
    v_earlier ledger.transactions;
    v_total numeric := 0;
    v_ids bigint[] := '{}';
    v_order integer[] := '{}';      -- legs in ascending order of account id
    v_missing text[];
    v_opened bigint[] := '{}';
    v_found bigint[];
    v_id bigint;
    v_amount bigint;
    v_balance bigint;
    v_seq bigint;
    v_at timestamptz;
    v_last timestamptz := '-infinity';
    v_seqs bigint[] := '{}';
    v_times timestamptz[] := '{}';
    v_moved integer := 0;
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
    -- A service posts what it is for: no reward takes from anybody but the treasury, whatever loyalty's code does.
    if session_user = 'nerdwork_loyalty' and (p_type <> 1 or exists (
        select from unnest(p_accounts, p_amounts) l(reference, amount)
         where l.amount < 0 and l.reference <> 'treasury'))
    then
        raise exception 'loyalty may only reward from the treasury' using errcode = '42501';
    end if;
    if p_metadata is not null and (jsonb_typeof(p_metadata) <> 'object' or octet_length(p_metadata::text) > 4096) then
        raise exception 'metadata must be an object of at most 4096 bytes' using errcode = 'NW001';
    end if;

    -- The gate: a concurrent copy waits here, and the next statement sees what the first one did.
    perform pg_advisory_xact_lock(uuid_hash_extended(p_transaction, 0));
    select * into v_earlier from ledger.transactions t where t.transaction_id = p_transaction;
    if found then
        if v_earlier.fingerprint <> p_fingerprint then
            raise exception 'this id belongs to another posting' using errcode = 'NW002';
        end if;
        status := v_earlier.status;
        reason := v_earlier.reason;
        replayed := true;
        if status = 0 then
            select array_agg(e.balance_after order by l.place) into balances
              from unnest(p_accounts) with ordinality l(reference, place)
              join ledger.accounts a on a.reference = l.reference
              join ledger.entries e on e.transaction_id = p_transaction and e.account_id = a.account_id;
        end if;
        return;
    end if;
    replayed := false;
    status := 0;

    -- Which accounts
    for v_leg in 1..v_count loop
        select a.account_id into v_id from ledger.accounts a where a.reference = p_accounts[v_leg];
        if not found then
            v_id := null;
            v_missing := v_missing || p_accounts[v_leg];
        end if;
        v_ids[v_leg] := v_id;
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

    -- Move. The conditions are evaluated on the locked version of the row; CASE keeps each sum behind its range test.
    foreach v_leg in array v_order loop
        v_id := v_ids[v_leg];
        v_amount := p_amounts[v_leg];
        update ledger.balances b
           set balance = b.balance + v_amount, seq = b.seq + 1, last_at = greatest(b.last_at, clock_timestamp())
         where b.account_id = v_id and b.stripe = 0 and b.closed_at is null
           and case when v_amount > 0 then b.balance <= 9223372036854775807 - v_amount
                    when b.balance < -9223372036854775807 - v_amount then false
                    else b.minimum_balance is null or b.balance + v_amount >= b.minimum_balance + b.held end
        returning b.balance, b.seq, b.last_at into v_balance, v_seq, v_at;
        if not found then
            reason := ledger.refusal(v_id, v_amount);
            status := 1;
            exit;
        end if;
        balances[v_leg] := v_balance;
        v_seqs[v_leg] := v_seq;
        v_times[v_leg] := v_at;
        v_last := greatest(v_last, v_at);
        v_moved := v_moved + 1;
    end loop;

    if status = 1 then
        -- Put back what the legs before the refused one changed, under our own locks: nobody sees it. The time of the
        -- newest entry is what last_at was.
        foreach v_leg in array v_order[1:v_moved] loop
            update ledger.balances b
               set balance = b.balance - p_amounts[v_leg], seq = b.seq - 1,
                   last_at = coalesce(
                       (select e.created_at from ledger.entries e
                         where e.account_id = v_ids[v_leg] and e.stripe = 0 and e.seq = v_seqs[v_leg] - 1), '-infinity')
             where b.account_id = v_ids[v_leg] and b.stripe = 0;
        end loop;
        if v_opened <> '{}' then
            delete from ledger.balances b where b.account_id = any (v_opened);
            delete from ledger.accounts a where a.account_id = any (v_opened);
        end if;
        balances := null;
        insert into ledger.transactions (transaction_id, fingerprint, created_at, type, status, reason, legs, metadata)
            values (p_transaction, p_fingerprint, clock_timestamp(), p_type, 1, reason, 0, p_metadata);
        return;
    end if;

    -- Explain: all entries in one statement, then the header that seals them.
    insert into ledger.entries (transaction_id, account_id, seq, amount, balance_after, created_at, stripe)
        select p_transaction, u.account_id, u.seq, u.amount, u.balance_after, u.created_at, 0
          from unnest(v_ids, v_seqs, p_amounts, balances, v_times) u(account_id, seq, amount, balance_after, created_at);
    insert into ledger.transactions (transaction_id, fingerprint, created_at, type, status, legs, metadata)
        values (p_transaction, p_fingerprint, v_last, p_type, 0, v_count, p_metadata);
end
$$;
comment on function ledger.post is 'Posts one balanced transaction once; see the comment above its definition.';

-- Closes an empty account for ever; for operators.
create function ledger.close_account(p_account text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update ledger.balances b set closed_at = clock_timestamp()
      from ledger.accounts a
     where a.reference = p_account and a.kind = 1 and b.account_id = a.account_id and b.closed_at is null
       and b.balance = 0 and b.held = 0;
    if not found then
        raise exception 'only an open and empty wallet can be closed' using errcode = 'NW009';
    end if;
end
$$;

-- The balance of one account; no row when it was never opened.
create function ledger.balance(p_account text)
returns table (balance bigint, held bigint, seq bigint, last_at timestamptz, closed_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select b.balance, b.held, b.seq, nullif(b.last_at, '-infinity'), b.closed_at
      from ledger.accounts a join ledger.balances b on b.account_id = a.account_id and b.stripe = 0
     where a.reference = p_account
$$;

-- A page of an account's entries, newest first, below p_before_seq (null: from the newest); at most 200 rows.
create function ledger.statement(p_account text, p_before_seq bigint default null, p_limit integer default 50)
returns table (seq bigint, transaction_id uuid, type smallint, amount bigint, balance_after bigint,
    created_at timestamptz, metadata jsonb)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.seq, e.transaction_id, t.type, e.amount, e.balance_after, e.created_at, t.metadata
      from ledger.entries e join ledger.transactions t on t.transaction_id = e.transaction_id
     where e.account_id = (select a.account_id from ledger.accounts a where a.reference = p_account)
       and e.stripe = 0 and e.seq < coalesce(p_before_seq, 9223372036854775807)
     order by e.seq desc
     limit greatest(1, least(p_limit, 200))
$$;

revoke all on all functions in schema ledger from public;
grant execute on function ledger.post(uuid, smallint, uuid, text[], bigint[], jsonb),
    ledger.balance(text), ledger.statement(text, bigint, integer)
    to nerdwork_loyalty, nerdwork_wallet;
grant execute on function ledger.fingerprint(smallint, text[], bigint[])
    to nerdwork_loyalty, nerdwork_wallet, nerdwork_ledger_audit, nerdwork_reader;
grant execute on function ledger.balance(text), ledger.statement(text, bigint, integer) to nerdwork_reader;

reset role;
