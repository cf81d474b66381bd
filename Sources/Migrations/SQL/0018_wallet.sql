-- The wallet's requests: asked once, answered the same for ever.
--
-- Each request that moves something is one call of `wallet.transact`: it knows the request by its key, or decides,
-- posts, remembers the answer and announces it, all in one transaction. Whoever repeats it, in whatever way it was cut
-- off, gets the same answer and changes nothing.

create schema wallet authorization nerdwork_owner;
set local role nerdwork_owner;

create table wallet.terms (
    effective_from timestamptz constraint terms_pkey primary key,
    platform_share_per_mille smallint not null,
    constraint terms_share check (platform_share_per_mille between 0 and 1000)
);
comment on table wallet.terms is 'What the platform keeps of what readers pay to creators, from a moment on; the newest counts.';
insert into wallet.terms (effective_from, platform_share_per_mille) values ('2026-01-01T00:00:00Z', 100);

create table wallet.requests (
    key_hash bytea constraint requests_pkey primary key,
    request_hash bytea not null,
    created_at timestamptz not null default clock_timestamp(),
    status smallint not null,
    code text not null,
    answer jsonb not null,
    constraint requests_hashes check (octet_length(key_hash) = 32 and octet_length(request_hash) = 32),
    constraint requests_status check (status between 200 and 499),
    constraint requests_code check (code ~ '^[a-z_]{0,64}$'),
    constraint requests_answer check (jsonb_typeof(answer) = 'object')
);
comment on table wallet.requests is 'Every decided request with its answer, refusals included. Kept for ever: the answer is.';
comment on column wallet.requests.key_hash is 'SHA-256 of caller and Idempotency-Key; the key itself is not kept.';
comment on column wallet.requests.code is 'The code of a problem; empty where the answer is none.';

create trigger append_only before update or delete or truncate on wallet.requests
    for each statement execute function ledger.refuse_change();
alter table wallet.requests enable always trigger append_only;

-- Who may be given something --------------------------------------------------------------------------------------

-- Whether there is such a user, and the account is neither suspended nor about to be deleted.
create function auth.is_active_user(p_user uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select exists (select from auth.users u where u.user_id = p_user and u.status = 'active');
end;

-- The same, for a user who publishes comics.
create function auth.is_creator(p_user uuid) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select exists (
        select from auth.users u where u.user_id = p_user and u.status = 'active' and u.role = 'creator');
end;

-- Answers -----------------------------------------------------------------------------------------------------------

-- What a request is answered: a status of HTTP with the members of the body, or of the problem with its code; and what
-- the bus is told, in the order of one aggregate, where something was posted.
create type wallet.answer as (status smallint, code text, body jsonb, event jsonb, aggregate text);

create function wallet.accepted(p_status integer, p_body jsonb, p_event jsonb, p_aggregate text) returns wallet.answer
language sql immutable set search_path = pg_catalog, pg_temp
return row(p_status::smallint, ''::text, p_body, p_event, p_aggregate)::wallet.answer;

create function wallet.refused(p_status integer, p_code text, p_body jsonb default '{}') returns wallet.answer
language sql immutable set search_path = pg_catalog, pg_temp
return row(p_status::smallint, p_code, p_body, null::jsonb, null::text)::wallet.answer;

-- Why nothing was posted: a rejection of the ledger with what the wallet holds now.
create function wallet.unpaid(p_wallet text, p_reason smallint) returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_balance bigint;
    v_held bigint;
begin
    if p_reason = 2 then
        return wallet.refused(409, 'account_closed');
    end if;
    select b.balance, b.held into v_balance, v_held from ledger.balance(p_wallet) b;
    return wallet.refused(409, 'insufficient_funds', jsonb_build_object(
        'balance', coalesce(v_balance, 0), 'held', coalesce(v_held, 0),
        'available', coalesce(v_balance, 0) - coalesce(v_held, 0)));
end
$$;

-- `TransferPosted`: wallets by their owners; the platform's accounts are nobody's business.
create function wallet.event(p_transaction uuid, p_type text, p_amount bigint, p_at timestamptz, p_accounts text[],
    p_amounts bigint[]) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
return jsonb_build_object('version', 1, 'transactionId', p_transaction, 'type', p_type, 'amount', p_amount,
    'occurredAt', floor(extract(epoch from p_at) * 1000)::bigint, 'parties', (
        select coalesce(jsonb_agg(jsonb_build_object('userId', substr(l.reference, 8), 'amount', l.amount)
                order by l.amount, l.reference), '[]')
          from unnest(p_accounts, p_amounts) l(reference, amount) where starts_with(l.reference, 'wallet:')));

create function wallet.time_of(p_transaction uuid) returns timestamptz
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
    select t.created_at from ledger.transactions t where t.transaction_id = p_transaction;
end;

create function wallet.current_share() returns smallint
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
    select t.platform_share_per_mille from wallet.terms t
     where t.effective_from <= now() order by t.effective_from desc limit 1;
end;

-- Requests ----------------------------------------------------------------------------------------------------------

create function wallet.tip(p_transaction uuid, p_caller uuid, p_recipient uuid, p_amount bigint, p_now timestamptz)
returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_accounts constant text[] := array['wallet:' || p_caller, 'wallet:' || p_recipient];
    v_amounts constant bigint[] := array[-p_amount, p_amount];
    v_posted record;
    v_at timestamptz;
begin
    if not auth.is_active_user(p_recipient) then
        return wallet.refused(422, 'unknown_recipient');
    end if;
    -- NWT that goes round in a circle: noted, and refused where the rule says so.
    if ledger.note_tip(p_transaction, p_caller::text, p_recipient::text, p_amount, p_now) then
        return wallet.refused(409, 'transfer_refused');
    end if;
    select * into v_posted from ledger.post(
        p_transaction, 2::smallint, ledger.fingerprint(2::smallint, v_accounts, v_amounts), v_accounts, v_amounts);
    if v_posted.status = 1 then
        return wallet.unpaid(v_accounts[1], v_posted.reason);
    end if;
    v_at := wallet.time_of(p_transaction);
    return wallet.accepted(201, jsonb_build_object(
            'transactionId', p_transaction, 'type', 'TIP', 'amount', p_amount, 'recipientId', p_recipient,
            'balance', v_posted.balances[1], 'createdAt', auth.rfc3339(v_at)),
        wallet.event(p_transaction, 'TIP', p_amount, v_at, v_accounts, v_amounts), v_accounts[1]);
end
$$;

create function wallet.purchase(p_transaction uuid, p_caller uuid, p_creator uuid, p_price bigint, p_comic text)
returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_payer constant text := 'wallet:' || p_caller;
    v_creator constant text := 'wallet:' || p_creator;
    v_posted record;
    v_at timestamptz;
begin
    if not auth.is_creator(p_creator) then
        return wallet.refused(422, 'unknown_creator');
    end if;
    select * into v_posted from ledger.post_purchase(p_transaction, v_payer, v_creator, p_price,
        wallet.current_share(), jsonb_build_object('comicId', p_comic));
    if v_posted.status = 1 then
        return wallet.unpaid(v_payer, v_posted.reason);
    end if;
    v_at := wallet.time_of(p_transaction);
    return wallet.accepted(201, jsonb_build_object(
            'transactionId', p_transaction, 'type', 'PURCHASE', 'amount', p_price, 'creatorId', p_creator,
            'comicId', p_comic, 'creatorAmount', p_price - v_posted.fee, 'fee', v_posted.fee,
            'balance', v_posted.balances[1], 'createdAt', auth.rfc3339(v_at)),
        wallet.purchase_event(p_transaction, v_payer, v_creator, p_price, v_posted.fee, v_at), v_payer);
end
$$;

-- A creator who was left nothing by the platform's share is no party.
create function wallet.purchase_event(p_transaction uuid, p_payer text, p_creator text, p_price bigint, p_fee bigint,
    p_at timestamptz) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
return wallet.event(p_transaction, 'PURCHASE', p_price, p_at,
    case when p_fee < p_price then array[p_payer, p_creator] else array[p_payer] end,
    case when p_fee < p_price then array[-p_price, p_price - p_fee] else array[-p_price] end);

-- Takes a posted transaction back by another one with the opposite amounts: once, and only where nobody falls below
-- zero by it.
create function wallet.reverse(p_transaction uuid, p_operator uuid, p_original uuid, p_reason text)
returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_accounts text[];
    v_amounts bigint[];
    v_total bigint;
    v_posted record;
    v_at timestamptz;
begin
    -- Two operators at the same time: the later one sees what the first one did. The lock is the ledger's own.
    perform pg_advisory_xact_lock(uuid_hash_extended(p_original, 1));
    if not exists (select from ledger.transactions t where t.transaction_id = p_original and t.status = 0) then
        return wallet.refused(404, 'not_found');
    end if;
    if exists (select from ledger.transactions t where t.reverses = p_original and t.status = 0) then
        return wallet.refused(409, 'already_reversed');
    end if;
    select array_agg(l.reference order by l.reference collate "C"),
           array_agg(-l.amount order by l.reference collate "C"),
           sum(l.amount) filter (where l.amount > 0)
      into v_accounts, v_amounts, v_total
      from (select a.reference, sum(m.amount)::bigint as amount
              from (select e.account_id, e.amount from ledger.entries e where e.transaction_id = p_original
                    union all
                    select d.account_id, d.amount from ledger.deferred_entries d
                     where d.transaction_id = p_original) m
              join ledger.accounts a on a.account_id = m.account_id
             group by a.reference) l;
    select * into v_posted from ledger.post(p_transaction, 5::smallint,
        ledger.fingerprint(5::smallint, v_accounts, v_amounts), v_accounts, v_amounts,
        jsonb_build_object('reason', p_reason, 'operator', p_operator), p_original);
    if v_posted.status = 1 then
        -- Whose balance is too low is for the operator to look up: it is nobody's answer.
        return wallet.refused(409, case v_posted.reason when 2 then 'account_closed' else 'insufficient_funds' end);
    end if;
    v_at := wallet.time_of(p_transaction);
    -- The last reference is a wallet's, whose balance is locked: its events are written one after the other.
    return wallet.accepted(201, jsonb_build_object(
            'transactionId', p_transaction, 'type', 'REVERSAL', 'amount', v_total, 'reverses', p_original,
            'createdAt', auth.rfc3339(v_at)),
        wallet.event(p_transaction, 'REVERSAL', v_total, v_at, v_accounts, v_amounts),
        v_accounts[cardinality(v_accounts)]);
end
$$;

-- Holds -------------------------------------------------------------------------------------------------------------

-- A hold as answers show it.
create function wallet.hold_body(p_hold uuid) returns jsonb
language sql stable set search_path = pg_catalog, pg_temp
begin atomic
    select jsonb_strip_nulls(jsonb_build_object(
            'holdId', h.hold_id, 'payerId', substr(a.reference, 8), 'creatorId', substr(h.beneficiary, 8),
            'amount', h.amount, 'captured', h.captured, 'transactionId', h.transaction_id,
            'state', (array['open', 'captured', 'released', 'expired'])[1 + case
                when h.status = 0 and h.expires_at <= clock_timestamp() then 3 else h.status end],
            'createdAt', auth.rfc3339(h.created_at), 'expiresAt', auth.rfc3339(h.expires_at),
            'resolvedAt', auth.rfc3339(h.resolved_at)))
      from ledger.holds h join ledger.accounts a on a.account_id = h.account_id
     where h.hold_id = p_hold and h.status <> 4;
end;

create function wallet.open_hold(p_hold uuid, p_caller uuid, p_creator uuid, p_amount bigint, p_seconds integer)
returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_payer constant text := 'wallet:' || p_caller;
    v_creator constant text := 'wallet:' || p_creator;
    v_opened record;
begin
    if not auth.is_creator(p_creator) then
        return wallet.refused(422, 'unknown_creator');
    end if;
    select * into v_opened from ledger.open_hold(
        p_hold, ledger.fingerprint(3::smallint, array[v_payer, v_creator], array[-p_amount, p_amount]),
        v_payer, v_creator, p_amount, make_interval(secs => p_seconds));
    if v_opened.status = 1 then
        return wallet.unpaid(v_payer, v_opened.reason);
    end if;
    return wallet.accepted(201, wallet.hold_body(p_hold), null, null);
end
$$;

-- Why a caller may not resolve a hold; null where they may: it was made for them, or they are an operator. Who is no
-- party to a hold is not told that there is one.
create function wallet.hold_refusal(p_hold uuid, p_caller uuid, p_is_operator boolean) returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_payer text;
    v_beneficiary text;
begin
    select a.reference, h.beneficiary into v_payer, v_beneficiary
      from ledger.holds h join ledger.accounts a on a.account_id = h.account_id
     where h.hold_id = p_hold and h.status <> 4;
    if not found then
        return wallet.refused(404, 'not_found');
    elsif p_is_operator or v_beneficiary = 'wallet:' || p_caller then
        return null;
    elsif v_payer = 'wallet:' || p_caller then
        return wallet.refused(403, 'forbidden');
    end if;
    return wallet.refused(404, 'not_found');
end
$$;

create function wallet.capture(
    p_transaction uuid, p_caller uuid, p_is_operator boolean, p_hold uuid, p_amount bigint) returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_answer wallet.answer := wallet.hold_refusal(p_hold, p_caller, p_is_operator);
    v_captured record;
    v_payer text;
    v_creator text;
    v_fee bigint;
begin
    if v_answer.status is not null then
        return v_answer;
    end if;
    select * into v_captured from ledger.capture_hold(p_hold, p_transaction, p_amount, wallet.current_share(),
        jsonb_build_object('holdId', p_hold));
    case v_captured.outcome
        when 1 then return wallet.refused(409, 'account_closed');
        when 2 then return wallet.refused(409, 'hold_resolved');
        when 3 then return wallet.refused(409, 'hold_expired');
        when 4 then return wallet.refused(422, 'amount_exceeds_hold');
        else null;
    end case;
    -- What stands in the books counts: the share may have been another one when an earlier capture was posted.
    select a.reference, h.beneficiary, v_captured.captured - coalesce((
               select sum(e.amount)::bigint from ledger.entries e join ledger.accounts c on c.account_id = e.account_id
                where e.transaction_id = v_captured.transaction_id and c.reference = h.beneficiary), 0)
      into strict v_payer, v_creator, v_fee
      from ledger.holds h join ledger.accounts a on a.account_id = h.account_id where h.hold_id = p_hold;
    return wallet.accepted(200,
        wallet.hold_body(p_hold) || jsonb_build_object('creatorAmount', v_captured.captured - v_fee, 'fee', v_fee),
        -- Captured before, by another request: it has been announced.
        case when v_captured.transaction_id = p_transaction then wallet.purchase_event(p_transaction, v_payer,
            v_creator, v_captured.captured, v_fee, wallet.time_of(p_transaction)) end,
        v_payer);
end
$$;

create function wallet.release(p_caller uuid, p_is_operator boolean, p_hold uuid) returns wallet.answer
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_answer wallet.answer := wallet.hold_refusal(p_hold, p_caller, p_is_operator);
begin
    if v_answer.status is not null then
        return v_answer;
    end if;
    case ledger.release_hold(p_hold)
        when 0 then return wallet.accepted(200, wallet.hold_body(p_hold), null, null);
        when 3 then return wallet.refused(409, 'hold_expired');
        else return wallet.refused(409, 'hold_resolved');
    end case;
end
$$;

-- The one way in ----------------------------------------------------------------------------------------------------

-- Answers a request that changes something, once for ever.
--
--   p_key          SHA-256 of caller and Idempotency-Key
--   p_request      SHA-256 of what is asked for
--   p_operation    tip, purchase, reversal, hold, capture or release
--   p_transaction  id of the transaction or hold that it makes, derived from the key
--   p_event        id of the event that announces it
--   p_caller       the token's subject
--   p_session      the session of an operator, which must live and have a second factor; null for everybody else
--   p_subject      the transaction or hold that it is about
--   p_other        recipient or creator
--   p_text         comic of a purchase, reason of a reversal
--   p_seconds      lifetime of a hold
--
-- Raises NA401, NA403 and NA433 for an operator who is none, and remembers nothing then.
--
-- For READ COMMITTED. Locks: the operator's account, the key, what it is about (a hold, or the reversed transaction),
-- then what `ledger.post` locks. A repeated key waits for the first, and sees its answer.
create function wallet.transact(
    p_key bytea, p_request bytea, p_operation text, p_transaction uuid, p_event uuid, p_caller uuid, p_session uuid,
    p_now timestamptz, p_subject uuid, p_other uuid, p_amount bigint, p_text text, p_seconds integer,
    out status smallint, out code text, out answer jsonb, out announced boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_request bytea;
    v_answer wallet.answer;
begin
    if p_session is not null then
        perform auth.demand_entry(p_caller, p_session, p_now);
        perform auth.demand_admin(p_caller, p_session, p_now);
    elsif p_operation = 'reversal' then
        raise exception using errcode = 'NA403', message = 'this is for operators';
    end if;
    announced := false;
    perform pg_advisory_xact_lock(hashtextextended(encode(p_key, 'hex'), 6027));
    select r.request_hash, r.status, r.code, r.answer into v_request, status, code, answer
      from wallet.requests r where r.key_hash = p_key;
    if found then
        -- What is answered again must be on disk: this commit waits for everything before it.
        perform pg_logical_emit_message(true, 'nerdwork', '');
        if v_request <> p_request then
            status := 422;
            code := 'idempotency_key_reused';
            answer := '{}';
        end if;
        return;
    end if;
    case p_operation
        when 'tip' then v_answer := wallet.tip(p_transaction, p_caller, p_other, p_amount, p_now);
        when 'purchase' then v_answer := wallet.purchase(p_transaction, p_caller, p_other, p_amount, p_text);
        when 'reversal' then v_answer := wallet.reverse(p_transaction, p_caller, p_subject, p_text);
        when 'hold' then v_answer := wallet.open_hold(p_transaction, p_caller, p_other, p_amount, p_seconds);
        when 'capture' then
            v_answer := wallet.capture(p_transaction, p_caller, p_session is not null, p_subject, p_amount);
        when 'release' then v_answer := wallet.release(p_caller, p_session is not null, p_subject);
    end case;
    status := v_answer.status;
    code := v_answer.code;
    answer := v_answer.body;
    announced := v_answer.event is not null;
    if announced then
        insert into outbox.events (event_id, aggregate, source, detail_type, detail)
            values (p_event, v_answer.aggregate, 'nerdwork.wallet', 'TransferPosted', v_answer.event);
    end if;
    insert into wallet.requests (key_hash, request_hash, status, code, answer)
        values (p_key, p_request, status, code, answer);
end
$$;
comment on function wallet.transact is 'Answers one request once; see the comment above its definition.';

-- Reading -----------------------------------------------------------------------------------------------------------

-- What a caller's wallet holds now, and its newest entry; always one row.
create function wallet.overview(p_caller uuid)
returns table (balance bigint, held bigint, seq bigint, transaction_id uuid, type smallint, amount bigint,
    created_at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select coalesce(b.balance, 0), coalesce(b.held, 0), coalesce(b.seq, 0), e.transaction_id, t.type, e.amount,
           e.created_at
      from (select 'wallet:' || p_caller as reference) w
      left join ledger.accounts a on a.reference = w.reference
      left join ledger.balances b on b.account_id = a.account_id and b.stripe = 0
      left join ledger.entries e
        on e.account_id = b.account_id and e.stripe = 0 and e.seq = b.seq and e.created_at = b.last_at
      left join ledger.transactions t on t.transaction_id = e.transaction_id
$$;

-- Entries of a caller's wallet in a period, newest first below p_before, with the balances at both ends of the period:
-- all from one snapshot. One row without an entry where there is none.
create function wallet.statement(
    p_caller uuid, p_from timestamptz, p_to timestamptz, p_before bigint, p_limit integer)
returns table (opening bigint, closing bigint, seq bigint, transaction_id uuid, type smallint, amount bigint,
    balance_after bigint, created_at timestamptz, comic text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with wallet as materialized (
        select (select a.account_id from ledger.accounts a where a.reference = 'wallet:' || p_caller) as account_id
    ), ends as materialized (
        select (select e.balance_after from ledger.entries e
                 where e.account_id = w.account_id and e.stripe = 0 and e.created_at < p_from
                 order by e.seq desc limit 1) as opening,
               (select e.balance_after from ledger.entries e
                 where e.account_id = w.account_id and e.stripe = 0 and e.created_at < p_to
                 order by e.seq desc limit 1) as closing
          from wallet w
    ), lines as (
        select e.seq, e.transaction_id, e.amount, e.balance_after, e.created_at
          from ledger.entries e
         where e.account_id = (select w.account_id from wallet w) and e.stripe = 0
           and e.created_at >= p_from and e.created_at < p_to and e.seq < p_before
         order by e.seq desc limit greatest(1, least(p_limit, 1001))
    )
    select coalesce(n.opening, 0), coalesce(n.closing, 0), l.seq, l.transaction_id, t.type, l.amount, l.balance_after,
           l.created_at, t.metadata ->> 'comicId'
      from ends n
      left join lines l on true
      left join ledger.transactions t on t.transaction_id = l.transaction_id
     order by l.seq desc
$$;

-- A hold that the caller is a party to, or any for an operator; no row otherwise.
create function wallet.hold(p_caller uuid, p_session uuid, p_now timestamptz, p_hold uuid) returns setof jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if p_session is not null then
        perform auth.demand_entry(p_caller, p_session, p_now);
        perform auth.demand_admin(p_caller, p_session, p_now);
    end if;
    return query
        select b from wallet.hold_body(p_hold) b
         where b is not null
           and (p_session is not null or b ->> 'payerId' = p_caller::text or b ->> 'creatorId' = p_caller::text);
end
$$;

revoke all on all functions in schema wallet from public;
revoke all on all functions in schema auth from public;
grant usage on schema wallet to nerdwork_wallet, nerdwork_reader;
grant execute on function auth.is_active_user(uuid), auth.is_creator(uuid) to nerdwork_wallet;
grant execute on function
    wallet.transact(bytea, bytea, text, uuid, uuid, uuid, uuid, timestamptz, uuid, uuid, bigint, text, integer),
    wallet.overview(uuid), wallet.statement(uuid, timestamptz, timestamptz, bigint, integer),
    wallet.hold(uuid, uuid, timestamptz, uuid) to nerdwork_wallet;
grant select on wallet.terms to nerdwork_reader;

reset role;
