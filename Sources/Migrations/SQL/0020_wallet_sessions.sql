-- Who moves NWT is signed in at that moment: an access token outlives its session by minutes, and must not pay then.
--
-- `wallet.transact` stays as it was, and callable, for functions of the release before, to which an operator may go back.

set local role nerdwork_owner;

-- Whether the session lives and its account is active. Narrow: the asker names both, and learns one bit.
create function auth.is_signed_in(p_user uuid, p_session uuid, p_now timestamptz) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select exists (
        select from auth.sessions s join auth.users u on u.user_id = s.user_id
         where s.session_id = p_session and s.user_id = p_user and s.revoked_at is null and s.expires_at > p_now
           and s.last_seen_at > p_now - s.idle and u.status = 'active');
end;

-- Answers a request of somebody who is signed in; parameters as of `wallet.transact`, but for
--
--   p_session      the session of the caller, which must live, whoever they are
--   p_is_operator  whether they act as an operator, who needs a second factor too
--
-- Raises NA401 where the session has ended, and remembers nothing then: a request that is repeated after the next
-- sign-in is decided then, or answered as it was before.
create function wallet.decide(
    p_key bytea, p_request bytea, p_operation text, p_transaction uuid, p_event uuid, p_caller uuid, p_session uuid,
    p_is_operator boolean, p_now timestamptz, p_subject uuid, p_other uuid, p_amount bigint, p_text text,
    p_seconds integer,
    out status smallint, out code text, out answer jsonb, out announced boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_is_operator constant boolean := coalesce(p_is_operator and p_session is not null, false);
begin
    -- An operator's session is looked up below, with its rights.
    if not v_is_operator and auth.is_signed_in(p_caller, p_session, p_now) is not true then
        raise exception using errcode = 'NA401', message = 'nobody is signed in';
    end if;
    select t.status, t.code, t.answer, t.announced into status, code, answer, announced
      from wallet.transact(p_key, p_request, p_operation, p_transaction, p_event, p_caller,
          case when v_is_operator then p_session end, p_now, p_subject, p_other, p_amount, p_text, p_seconds) t;
end
$$;
comment on function wallet.decide is
    'Answers one request of a caller whose session lives; see the comment above its definition.';

revoke all on function auth.is_signed_in(uuid, uuid, timestamptz) from public;
revoke all on function
    wallet.decide(bytea, bytea, text, uuid, uuid, uuid, uuid, boolean, timestamptz, uuid, uuid, bigint, text, integer)
    from public;
grant execute on function
    wallet.decide(bytea, bytea, text, uuid, uuid, uuid, uuid, boolean, timestamptz, uuid, uuid, bigint, text, integer)
    to nerdwork_wallet;

reset role;
