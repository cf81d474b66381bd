-- Each role may do what the statements of its service do, and nothing beside it: whoever steals its login gets no more.
-- And what reads a wallet is planned once for each session, not once for each call.

-- Rights ------------------------------------------------------------------------------------------------------------
--
-- What is taken away here, functions call with the rights of their owner: they keep them. The wallet's role could post to
-- anybody's wallet with `ledger.post`, and decide for anybody without a session with `wallet.transact`; both remain as the
-- inside of `wallet.decide`, which is what releases have called since 0020. Who wants to go back further than that must
-- grant `wallet.transact` again. Nothing is dropped: no function is without a caller, and a call that is under way finds all
-- that it needs.

set local role nerdwork_owner;

revoke execute on function
    wallet.transact(bytea, bytea, text, uuid, uuid, uuid, uuid, timestamptz, uuid, uuid, bigint, text, integer),
    auth.is_active_user(uuid), auth.is_creator(uuid), ledger.note_tip(uuid, text, text, bigint, timestamptz),
    ledger.post(uuid, smallint, uuid, text[], bigint[], jsonb, uuid),
    ledger.post_batch(uuid[], smallint[], uuid[], integer[], text[], bigint[], jsonb[]), ledger.balance(text)
    from nerdwork_wallet;
revoke execute on function
    ledger.fingerprint(smallint, text[], bigint[]), ledger.statement(text, bigint, integer, smallint)
    from nerdwork_wallet, nerdwork_loyalty;
revoke execute on function auth.enter(uuid, uuid, timestamptz), auth.published_keys() from nerdwork_auth;
-- An aggregate's steps are its owner's to call.
revoke execute on function ledger.chain_step(bytea, bytea, uuid, bigint, smallint, bigint, bigint, timestamptz)
    from nerdwork_ledger_audit, nerdwork_reader;

-- The wallet's events are written inside `wallet.decide`: its role could announce payments that nobody made.
drop policy wallet_writes on outbox.events;
alter policy readable on outbox.events to nerdwork_reader, nerdwork_loyalty, nerdwork_ledger_audit;
revoke insert (event_id, aggregate, source, detail_type, detail, created_at), select (event_id)
    on outbox.events from nerdwork_wallet;
revoke select on ledger.tip_edges, ledger.signal_buckets from nerdwork_ledger_audit;

comment on function wallet.transact is
    'Answers one request once; called by wallet.decide, which knows that the caller is signed in.';

-- Plans -------------------------------------------------------------------------------------------------------------
--
-- A function in SQL that cannot become a part of its caller is planned in each call, and a plan for all months of
-- `ledger.entries` takes a millisecond for every few of them: with five years of months a statement took 21 ms. PL/pgSQL
-- keeps the plan for the session, and then it takes one. The texts are those of 0013, 0018 and 0020.

create or replace function wallet.overview(p_caller uuid)
returns table (balance bigint, held bigint, seq bigint, transaction_id uuid, type smallint, amount bigint,
    created_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
        select coalesce(b.balance, 0), coalesce(b.held, 0), coalesce(b.seq, 0), e.transaction_id, t.type, e.amount,
               e.created_at
          from (select 'wallet:' || p_caller as reference) w
          left join ledger.accounts a on a.reference = w.reference
          left join ledger.balances b on b.account_id = a.account_id and b.stripe = 0
          left join ledger.entries e
            on e.account_id = b.account_id and e.stripe = 0 and e.seq = b.seq and e.created_at = b.last_at
          left join ledger.transactions t on t.transaction_id = e.transaction_id;
end
$$;

create or replace function wallet.statement(
    p_caller uuid, p_from timestamptz, p_to timestamptz, p_before bigint, p_limit integer)
returns table (opening bigint, closing bigint, seq bigint, transaction_id uuid, type smallint, amount bigint,
    balance_after bigint, created_at timestamptz, comic text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    return query
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
         order by l.seq desc;
end
$$;

create or replace function ledger.answered_balances(p_transaction uuid, p_deferred smallint, p_accounts text[])
returns bigint[]
language plpgsql stable set search_path = pg_catalog, pg_temp as $$
begin
    return (
        select array_agg(
                   case when a.kind = 0 and p_deferred <> 0 and 9223372036854775807 - a.account_id < 15
                             and (p_deferred::integer >> (9223372036854775807 - a.account_id)::integer) & 1 = 1 then null
                        else e.balance_after end
                   order by l.place)
          from unnest(p_accounts) with ordinality l(reference, place)
          join ledger.accounts a on a.reference = l.reference
          left join ledger.entries e on e.transaction_id = p_transaction and e.account_id = a.account_id);
end
$$;

create or replace function auth.is_signed_in(p_user uuid, p_session uuid, p_now timestamptz) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return exists (
        select from auth.sessions s join auth.users u on u.user_id = s.user_id
         where s.session_id = p_session and s.user_id = p_user and s.revoked_at is null and s.expires_at > p_now
           and s.last_seen_at > p_now - s.idle and u.status = 'active');
end
$$;

-- Attaching a partition waits for whoever reads entries at that moment, and new readers wait behind it: so not for long.
-- It can be done in any of the next nights.
alter function ledger.prepare_partitions(integer) set lock_timeout = '1s';

-- Who decided -------------------------------------------------------------------------------------------------------

-- As in 0018; an operator who captures for a creator stands in the posting, as one who reverses does.
create or replace function wallet.capture(
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
        jsonb_build_object('holdId', p_hold)
            || case when p_is_operator then jsonb_build_object('operator', p_caller) else '{}' end);
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

reset role;
