-- Holds: parts of a balance that are promised, until they are captured, released or too old.
--
-- The sum of an account's open holds is `balances.held`, which postings leave alone. A hold is resolved once.
--
-- Locks: the hold, then new wallets, then balances in ascending order of account id. Postings never lock holds, so
-- that both together keep to one order.

set local role nerdwork_owner;

create table ledger.holds (
    hold_id uuid constraint holds_pkey primary key,
    -- Null only where it was rejected because the payer had no wallet.
    account_id bigint,
    amount bigint not null,
    captured bigint,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    resolved_at timestamptz,
    transaction_id uuid,
    fingerprint uuid not null,
    status smallint not null default 0,
    reason smallint,
    beneficiary text collate "C" not null,
    constraint holds_amount check (amount > 0),
    constraint holds_lifetime check (expires_at > created_at),
    constraint holds_beneficiary check (beneficiary ~ '^wallet:[!-~]{1,128}$'),
    constraint holds_account check (account_id is not null or status = 4),
    constraint holds_outcome check (
        (status = 0 and resolved_at is null) or (status in (1, 2, 3) and resolved_at is not null)
        or (status = 4 and reason between 1 and 2 and reason is not null)),
    constraint holds_capture check (
        (status = 1) = (captured is not null) and (status = 1) = (transaction_id is not null)
        and captured between 1 and amount)
);
comment on table ledger.holds is 'Promises to pay: what the payer cannot spend until each is resolved, once.';
comment on column ledger.holds.status is '0 open, 1 captured, 2 released, 3 expired, 4 rejected.';
comment on column ledger.holds.reason is 'Why it was rejected: 1 insufficient balance, 2 account closed.';
comment on column ledger.holds.beneficiary is 'Reference of the wallet that may be paid, which opens when it is.';
comment on column ledger.holds.fingerprint is 'ledger.fingerprint() of the whole amount from payer to beneficiary.';

create index holds_open on ledger.holds (expires_at) where status = 0;
create index holds_account on ledger.holds (account_id) where status = 0;

create trigger no_truncate before truncate on ledger.holds
    for each statement execute function ledger.refuse_change();
alter table ledger.holds enable always trigger no_truncate;

-- Holds an amount of a wallet back for a beneficiary, or remembers for ever why not.
--
-- Returns status 0 open or 1 rejected with a reason as `ledger.post` does, and whether this is the answer to an earlier
-- call; which says nothing about what has become of the hold since.
create function ledger.open_hold(
    p_hold uuid, p_fingerprint uuid, p_account text, p_beneficiary text, p_amount bigint, p_lifetime interval,
    out status smallint, out reason smallint, out replayed boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_hold ledger.holds;
    v_account bigint;
    v_now timestamptz := clock_timestamp();
begin
    if p_hold is null or p_fingerprint is null or p_amount is null or p_amount <= 0
        or p_lifetime is null or p_lifetime not between interval '1 second' and interval '7 days'
        or p_account is null or p_account !~ '^wallet:' or p_beneficiary is null or p_account = p_beneficiary
        or p_beneficiary collate "C" !~ '^wallet:[!-~]{1,128}$'
    then
        raise exception 'malformed hold' using errcode = 'NW001';
    end if;
    perform pg_advisory_xact_lock(uuid_hash_extended(p_hold, 2));
    select * into v_hold from ledger.holds h where h.hold_id = p_hold;
    if found then
        if v_hold.fingerprint <> p_fingerprint then
            raise exception 'this id belongs to another hold' using errcode = 'NW002';
        end if;
        -- What was committed before this commit is on disk when this one is.
        perform pg_logical_emit_message(true, 'nerdwork', '');
        status := case v_hold.status when 4 then 1 else 0 end;
        reason := v_hold.reason;
        replayed := true;
        return;
    end if;
    replayed := false;
    status := 0;
    select a.account_id into v_account from ledger.accounts a where a.reference = p_account;
    update ledger.balances b set held = b.held + p_amount
     where b.account_id = v_account and b.stripe = 0 and b.closed_at is null
       and b.balance - b.held - b.minimum_balance >= p_amount;
    if not found then
        status := 1;
        reason := case when exists (
            select from ledger.balances b where b.account_id = v_account and b.closed_at is not null) then 2 else 1 end;
    end if;
    insert into ledger.holds (hold_id, account_id, amount, created_at, expires_at, fingerprint, status, reason,
            beneficiary)
        values (p_hold, v_account, p_amount, v_now, v_now + p_lifetime, p_fingerprint,
            case status when 1 then 4 else 0 end, reason, p_beneficiary);
end
$$;

-- The platform's share of a price, rounded down; the rest is the creator's.
create function ledger.platform_fee(p_price bigint, p_share_per_mille smallint) returns bigint
language sql immutable strict parallel safe
return div(p_price::numeric * p_share_per_mille, 1000)::bigint;

-- Posts what a reader pays to a creator, less the platform's share; a part that is zero has no leg.
-- The payer's balance comes first in `balances`.
create function ledger.post_purchase(
    p_transaction uuid, p_payer text, p_creator text, p_price bigint, p_share_per_mille smallint, p_metadata jsonb,
    out status smallint, out reason smallint, out replayed boolean, out balances bigint[], out fee bigint)
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_accounts text[] := array[p_payer];
    v_amounts bigint[] := array[-p_price];
begin
    fee := ledger.platform_fee(p_price, p_share_per_mille);
    if fee < p_price then
        v_accounts := v_accounts || p_creator;
        v_amounts := v_amounts || (p_price - fee);
    end if;
    if fee > 0 then
        v_accounts := v_accounts || 'fees'::text;
        v_amounts := v_amounts || fee;
    end if;
    select p.status, p.reason, p.replayed, p.balances into status, reason, replayed, balances
      from ledger.post(p_transaction, 3::smallint, ledger.fingerprint(3::smallint, v_accounts, v_amounts),
        v_accounts, v_amounts, p_metadata) p;
end
$$;

-- Locks the balances of these wallets in the order in which postings do; those that do not exist open first.
create function ledger.lock_wallets(p_references text[]) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_missing text[];
begin
    select array_agg(r.reference order by r.reference collate "C") into v_missing
      from unnest(p_references) r(reference)
     where not exists (select from ledger.accounts a where a.reference = r.reference);
    if v_missing is not null then
        perform ledger.open_wallets(v_missing);
    end if;
    perform b.account_id from ledger.balances b
      where b.stripe = 0 and b.account_id = any (array(
          select a.account_id from ledger.accounts a where a.reference = any (p_references)))
      order by b.account_id for no key update;
end
$$;

-- Gives back what a hold keeps from its payer, and enters how it ended. The caller has locked the hold.
create function ledger.end_hold(p_hold ledger.holds, p_status smallint) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
begin
    update ledger.balances b set held = b.held - p_hold.amount
     where b.account_id = p_hold.account_id and b.stripe = 0;
    update ledger.holds h set status = p_status, resolved_at = clock_timestamp() where h.hold_id = p_hold.hold_id;
end
$$;

-- Pays the beneficiary from a hold; what is not captured goes back to the payer.
--
--   p_amount  at most what is held; null for all of it
--   outcome   0 captured, or captured before with the same amount; 1 the beneficiary's or the payer's account is
--             closed, and the hold stays; 2 it is over: captured otherwise, released, expired, rejected; 3 it expired
--             just now; 4 more than is held; null where there is no such hold
create function ledger.capture_hold(
    p_hold uuid, p_transaction uuid, p_amount bigint, p_share_per_mille smallint, p_metadata jsonb,
    out outcome smallint, out transaction_id uuid, out captured bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_hold ledger.holds;
    v_payer text;
    v_amount bigint;
    v_posted record;
begin
    select * into v_hold from ledger.holds h where h.hold_id = p_hold for update;
    if not found then
        return;
    end if;
    v_amount := coalesce(p_amount, v_hold.amount);
    if v_hold.status <> 0 then
        perform pg_logical_emit_message(true, 'nerdwork', '');
        outcome := case when v_hold.status = 1 and v_hold.captured = v_amount then 0 else 2 end;
        transaction_id := v_hold.transaction_id;
        captured := v_hold.captured;
        return;
    end if;
    if v_hold.expires_at <= clock_timestamp() then
        perform ledger.end_hold(v_hold, 3::smallint);
        outcome := 3;
        return;
    end if;
    if v_amount not between 1 and v_hold.amount then
        outcome := 4;
        return;
    end if;
    select a.reference into strict v_payer from ledger.accounts a where a.account_id = v_hold.account_id;
    -- All wallets before anything moves: a capture and a tip the other way must not wait for each other.
    perform ledger.lock_wallets(array[v_payer, v_hold.beneficiary]);
    update ledger.balances b set held = b.held - v_hold.amount
     where b.account_id = v_hold.account_id and b.stripe = 0;
    select * into v_posted from ledger.post_purchase(
        p_transaction, v_payer, v_hold.beneficiary, v_amount, p_share_per_mille, p_metadata);
    if v_posted.status = 1 then
        update ledger.balances b set held = b.held + v_hold.amount
         where b.account_id = v_hold.account_id and b.stripe = 0;
        outcome := 1;
        return;
    end if;
    update ledger.holds h
       set status = 1, captured = v_amount, transaction_id = p_transaction, resolved_at = clock_timestamp()
     where h.hold_id = p_hold;
    outcome := 0;
    transaction_id := p_transaction;
    captured := v_amount;
end
$$;

-- Gives the payer back what is held. Outcomes as above; 0 also where it was released before.
create function ledger.release_hold(p_hold uuid) returns smallint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_hold ledger.holds;
begin
    select * into v_hold from ledger.holds h where h.hold_id = p_hold for update;
    if not found then
        return null;
    end if;
    if v_hold.status <> 0 then
        perform pg_logical_emit_message(true, 'nerdwork', '');
        return case when v_hold.status = 2 then 0 else 2 end;
    end if;
    if v_hold.expires_at <= clock_timestamp() then
        perform ledger.end_hold(v_hold, 3::smallint);
        return 3;
    end if;
    perform ledger.end_hold(v_hold, 2::smallint);
    return 0;
end
$$;

-- Gives back what at most p_limit holds keep whose time is over, and returns how many they were. Holds that somebody is
-- resolving at this moment are left to them.
create function ledger.expire_holds(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_holds uuid[];
begin
    v_holds := array(
        select h.hold_id from ledger.holds h
         where h.status = 0 and h.expires_at <= clock_timestamp()
         order by h.expires_at limit greatest(0, least(p_limit, 10000)) for update skip locked);
    perform b.account_id from ledger.balances b
      where b.stripe = 0 and b.account_id = any (array(
          select h.account_id from ledger.holds h where h.hold_id = any (v_holds)))
      order by b.account_id for no key update;
    update ledger.balances b set held = b.held - over.amount
      from (select h.account_id, sum(h.amount)::bigint as amount
              from ledger.holds h where h.hold_id = any (v_holds) group by h.account_id) over
     where b.account_id = over.account_id and b.stripe = 0;
    update ledger.holds h set status = 3, resolved_at = clock_timestamp() where h.hold_id = any (v_holds);
    return cardinality(v_holds);
end
$$;

revoke all on all functions in schema ledger from public;
-- The wallet calls what resolves holds from functions of its own (0018_wallet.sql), which know who may.
grant execute on function ledger.expire_holds(integer) to nerdwork_ledger_audit;
grant select on ledger.holds to nerdwork_ledger_audit, nerdwork_reader;

reset role;
