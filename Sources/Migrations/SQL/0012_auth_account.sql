-- What people do with their own accounts, what administrators do with those of others, and what is thrown away in time.

set local role nerdwork_owner;

-- `auth.enter`, but an error for who is not let in, so that nothing of the same batch takes effect.
create function auth.demand_entry(p_user uuid, p_session uuid, p_now timestamptz)
returns table (role text, acr text, authenticated_at timestamptz, email text, locale text, has_totp boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select * from auth.enter(p_user, p_session, p_now);
    if not found then
        raise exception using errcode = 'NA401', message = 'nobody is signed in';
    end if;
end
$$;

grant insert (occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail),
    select (audit_id, occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail)
    on auth.audit_log to nerdwork_auth;

revoke all on all functions in schema auth from public;
grant execute on function auth.demand_entry(uuid, uuid, timestamptz) to nerdwork_auth;

reset role;
