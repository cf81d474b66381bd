-- What people do with their own accounts, what administrators do with those of others, and what is thrown away in time.
--
-- People's own statements are bound by row security (0009_auth.sql). Administrators see everybody, so their work is in
-- functions of the owner: each asks the tables, not the caller, whether it is an administrator with a second factor
-- who works here, and writes down what was done in the same transaction.
--
-- SQLSTATEs: NA401 nobody is signed in, NA403 no administrator, NA404 no such user, NA409 not possible as things are,
-- NA433 the session has no second factor.

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

-- The same for what must not be done by who has a second factor but did not use it for this session.
create function auth.demand_strong_entry(p_user uuid, p_session uuid, p_now timestamptz)
returns table (role text, acr text, authenticated_at timestamptz, email text, locale text, has_totp boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    select * into role, acr, authenticated_at, email, locale, has_totp
      from auth.demand_entry(p_user, p_session, p_now);
    if has_totp and acr <> 'aal2' then
        raise exception using errcode = 'NA433', message = 'this needs the second factor';
    end if;
    return next;
end
$$;

-- Own rows, by the policies of 0009_auth.sql; neither a password, an address nor a role can be written with these.
grant select (user_id, email_display, email_verified_at, display_name, locale, role, status, password_sealed,
        password_key, password_changed_at, must_reset, version, created_at, updated_at, purge_at),
    update (display_name, locale, status, purge_at, version, updated_at) on auth.users to nerdwork_auth;
grant select (session_id, user_id, acr, amr, authenticated_at, client, device_label, address_prefix, user_agent,
        idle, created_at, last_seen_at, expires_at, revoked_at, revoke_reason),
    update (acr, amr, authenticated_at, revoked_at, revoke_reason) on auth.sessions to nerdwork_auth;
grant select (device_id, user_id, created_at, last_used_at, expires_at) on auth.trusted_devices to nerdwork_auth;
grant select (user_id, purpose, bound_email_display, created_at, expires_at, used_at)
    on auth.mail_tokens to nerdwork_auth;
grant select, insert, update, delete on auth.totp_factors to nerdwork_auth;
grant select, insert, delete on auth.recovery_codes to nerdwork_auth;
grant insert (occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail),
    select (audit_id, occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail)
    on auth.audit_log to nerdwork_auth;

-- As answers write moments.
create function auth.rfc3339(p_time timestamptz) returns text
language sql stable set search_path = pg_catalog, pg_temp
return to_char(p_time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"');

create index users_created on auth.users (created_at, user_id);

-- Ends a user's live sessions; how many there were.
create function auth.end_sessions(p_user uuid, p_reason text, p_now timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    with ended as (
        update auth.sessions set revoked_at = p_now, revoke_reason = p_reason
         where user_id = p_user and revoked_at is null and expires_at > p_now
        returning 1
    )
    select count(*) from ended;
end;

-- Returns only for an active administrator whose living session has a second factor. The row lock makes two
-- administrators who change each other wait: the later one is no longer what this function asks for.
create function auth.demand_admin(p_actor uuid, p_session uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_role text;
    v_acr text;
begin
    select u.role, s.acr into v_role, v_acr
      from auth.users u join auth.sessions s on s.user_id = u.user_id
     where u.user_id = p_actor and u.user_id = auth.current_user_id() and u.status = 'active'
       and s.session_id = p_session and s.revoked_at is null and s.expires_at > p_now
       and s.last_seen_at > p_now - s.idle
       for no key update of u;
    if v_role is null then
        raise exception using errcode = 'NA401', message = 'nobody is signed in';
    elsif v_role <> 'admin' then
        raise exception using errcode = 'NA403', message = 'this is for administrators';
    elsif v_acr <> 'aal2' then
        raise exception using errcode = 'NA433', message = 'this needs a second factor';
    end if;
end
$$;

-- Enters what an administrator did; the context is the actor's address prefix and request id.
create function auth.note_admin(
    p_actor uuid, p_now timestamptz, p_context text[], p_event text, p_user uuid, p_detail jsonb) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.audit_log (occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id, detail)
    values (p_now, p_user, p_actor, p_event, 'success', p_context[1], p_context[2], p_detail);
end;

-- What administrators see of an account.
create type auth.account_overview as (
    user_id uuid, email text, display_name text, locale text, role text, status text, version integer,
    created_at timestamptz, updated_at timestamptz, purge_at timestamptz, must_reset boolean, has_totp boolean,
    live_sessions bigint);

create function auth.overview_of(p_user auth.users, p_now timestamptz) returns auth.account_overview
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select p_user.user_id, p_user.email_display, p_user.display_name, p_user.locale, p_user.role, p_user.status,
        p_user.version, p_user.created_at, p_user.updated_at, p_user.purge_at, p_user.must_reset,
        exists (select from auth.totp_factors t where t.user_id = p_user.user_id and t.confirmed_at is not null),
        (select count(*) from auth.sessions s
          where s.user_id = p_user.user_id and s.revoked_at is null and s.expires_at > p_now
            and s.last_seen_at > p_now - s.idle);
end;

create function auth.admin_users(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_before timestamptz, p_before_id uuid,
    p_limit integer, p_status text, p_role text, p_email_prefix text) returns setof auth.account_overview
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    perform auth.note_admin(p_actor, p_now, p_context, 'admin_users_listed', null, null);
    return query
        select o.* from (
            select u from auth.users u
             where (p_before is null or (u.created_at, u.user_id) < (p_before, p_before_id))
               and (p_status is null or u.status = p_status) and (p_role is null or u.role = p_role)
               and (p_email_prefix is null or starts_with(u.email_canonical, p_email_prefix))
             order by u.created_at desc, u.user_id desc limit p_limit) found
        cross join lateral auth.overview_of(found.u, p_now) o
        order by o.created_at desc, o.user_id desc;
end
$$;

create function auth.admin_user(p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_user uuid)
returns setof auth.account_overview
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    return query select o.* from auth.users u cross join lateral auth.overview_of(u, p_now) o where u.user_id = p_user;
    if not found then
        raise exception using errcode = 'NA404', message = 'there is no such user';
    end if;
    perform auth.note_admin(p_actor, p_now, p_context, 'admin_user_read', p_user, null);
end
$$;

-- The user that an administrator is about to change, locked; nobody changes their own account this way.
create function auth.lock_other_user(p_actor uuid, p_user uuid) returns auth.users
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user auth.users;
begin
    if p_user = p_actor then
        raise exception using errcode = 'NA409', message = 'administrators do not change their own account';
    end if;
    select * into v_user from auth.users where user_id = p_user for no key update;
    if not found then
        raise exception using errcode = 'NA404', message = 'there is no such user';
    end if;
    return v_user;
end
$$;

-- Changes role and status (null: as it is). What the user's tokens say must not outlive a change of it, so that
-- the sessions end. An account that waits for its end comes back with the status `active`, and with no other.
create function auth.admin_change_user(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_user uuid, p_role text, p_status text)
returns setof auth.account_overview
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user auth.users;
    v_role text;
    v_status text;
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    v_user := auth.lock_other_user(p_actor, p_user);
    v_role := coalesce(p_role, v_user.role);
    v_status := coalesce(p_status, v_user.status);
    if v_user.status = 'deleting' and v_status = 'suspended' then
        raise exception using errcode = 'NA409', message = 'the account is being deleted';
    end if;
    if (v_role, v_status) <> (v_user.role, v_user.status) then
        update auth.users set role = v_role, status = v_status, version = version + 1, updated_at = p_now,
               purge_at = case when v_status = 'deleting' then purge_at end
         where user_id = p_user;
        perform auth.end_sessions(p_user, 'admin', p_now);
        perform auth.note_admin(p_actor, p_now, p_context, 'admin_user_changed', p_user, jsonb_build_object(
            'role', jsonb_build_array(v_user.role, v_role), 'status', jsonb_build_array(v_user.status, v_status)));
    end if;
    return query select o.* from auth.users u cross join lateral auth.overview_of(u, p_now) o where u.user_id = p_user;
end
$$;

create function auth.admin_revoke_sessions(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_user uuid) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_count bigint;
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    perform auth.lock_other_user(p_actor, p_user);
    v_count := auth.end_sessions(p_user, 'admin', p_now);
    perform auth.note_admin(
        p_actor, p_now, p_context, 'admin_sessions_revoked', p_user, jsonb_build_object('sessions', v_count));
    return v_count;
end
$$;

-- The password is no longer good for signing in, until it is replaced with a token that went out by mail.
create function auth.admin_force_reset(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_user uuid)
returns table (email text, locale text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user auth.users;
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    v_user := auth.lock_other_user(p_actor, p_user);
    if v_user.status <> 'active' then
        raise exception using errcode = 'NA409', message = 'the account is not active';
    end if;
    update auth.users set must_reset = true, version = version + 1, updated_at = p_now where user_id = p_user;
    delete from auth.challenges where user_id = p_user;
    perform auth.end_sessions(p_user, 'admin', p_now);
    perform auth.note_admin(p_actor, p_now, p_context, 'admin_reset_forced', p_user, null);
    return query select v_user.email_display, v_user.locale;
end
$$;

-- Takes the second factor away from who has lost it; the sessions end, because some of them relied on it.
create function auth.admin_remove_factors(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_user uuid)
returns table (email text, locale text)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user auth.users;
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    v_user := auth.lock_other_user(p_actor, p_user);
    delete from auth.totp_factors where user_id = p_user;
    if not found then
        raise exception using errcode = 'NA404', message = 'there is no factor';
    end if;
    delete from auth.recovery_codes where user_id = p_user;
    delete from auth.challenges where user_id = p_user;
    perform auth.end_sessions(p_user, 'admin', p_now);
    perform auth.note_admin(p_actor, p_now, p_context, 'admin_factors_removed', p_user, null);
    return query select v_user.email_display, v_user.locale;
end
$$;

create function auth.admin_audit(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_before bigint, p_limit integer,
    p_user uuid, p_by uuid, p_event text)
returns table (audit_id bigint, occurred_at timestamptz, user_id uuid, actor_id uuid, event text, outcome text,
    address_prefix text, request_id text, detail jsonb)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform auth.demand_admin(p_actor, p_session, p_now);
    return query
        select a.audit_id, a.occurred_at, a.user_id, a.actor_id, a.event, a.outcome, a.address_prefix, a.request_id,
               a.detail
          from auth.audit_log a
         where (p_before is null or a.audit_id < p_before) and (p_user is null or a.user_id = p_user)
           and (p_by is null or a.actor_id = p_by) and (p_event is null or a.event = p_event)
         order by a.audit_id desc limit p_limit;
    perform auth.note_admin(p_actor, p_now, p_context, 'admin_audit_read', p_user, null);
end
$$;

-- Accounts whose time to come back has passed. What the log says of them stays, without where they came from.
create function auth.purge_users(p_now timestamptz, p_limit integer) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_users uuid[];
begin
    select array_agg(u.user_id) into v_users from (
        select user_id from auth.users where purge_at <= p_now order by purge_at limit p_limit for update skip locked) u;
    delete from auth.mail_tokens where user_id = any (v_users);
    update auth.audit_log set address_prefix = null where user_id = any (v_users) and address_prefix is not null;
    delete from auth.users where user_id = any (v_users);
    insert into auth.audit_log (occurred_at, user_id, event, outcome)
    select p_now, u, 'account_purged', 'success' from unnest(v_users) u;
    return coalesce(cardinality(v_users), 0);
end
$$;

-- Throws away at most `p_limit` rows of each kind that nobody needs any more.
--
-- What expired stays a day, so that whoever looks into a complaint of yesterday still finds it; ended sessions stay 30
-- days for their owner's list. Wrong passwords (kinds 3 and 4) are not forgotten before 30 days without another: to
-- forget is to give an attacker new attempts.
create function auth.purge(p_now timestamptz, p_limit integer) returns table (kind text, removed bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_rule text[];
begin
    foreach v_rule slice 1 in array array[
        ['pending_signups', 'expires_at < $1 - interval ''1 day'''],
        ['mail_tokens', 'expires_at < $1 - interval ''1 day'''],
        ['challenges', 'expires_at < $1 - interval ''1 day'''],
        ['idempotency', 'expires_at < $1'],
        ['trusted_devices', 'expires_at < $1'],
        ['sessions', 'expires_at < $1 - interval ''30 days'''],
        ['throttle', 'updated_at < $1 - interval ''1 day''
            and (kind not in (3, 4) or updated_at < $1 - interval ''30 days'')'],
        ['audit_log', 'occurred_at < $1 - interval ''400 days''']]
    loop
        kind := v_rule[1];
        execute format(
            'with gone as (
                 delete from auth.%1$I where ctid = any (array(
                     select ctid from auth.%1$I where %2$s limit $2 for update skip locked))
                 returning 1)
             select count(*) from gone', v_rule[1], v_rule[2])
            into removed using p_now, p_limit;
        return next;
    end loop;
    kind := 'users';
    removed := auth.purge_users(p_now, p_limit);
    return next;
end
$$;

revoke all on all functions in schema auth from public;
grant execute on function auth.demand_entry(uuid, uuid, timestamptz),
    auth.demand_strong_entry(uuid, uuid, timestamptz), auth.rfc3339(timestamptz),
    auth.admin_users(uuid, uuid, timestamptz, text[], timestamptz, uuid, integer, text, text, text),
    auth.admin_user(uuid, uuid, timestamptz, text[], uuid),
    auth.admin_change_user(uuid, uuid, timestamptz, text[], uuid, text, text),
    auth.admin_revoke_sessions(uuid, uuid, timestamptz, text[], uuid),
    auth.admin_force_reset(uuid, uuid, timestamptz, text[], uuid),
    auth.admin_remove_factors(uuid, uuid, timestamptz, text[], uuid),
    auth.admin_audit(uuid, uuid, timestamptz, text[], bigint, integer, uuid, uuid, text),
    auth.purge(timestamptz, integer) to nerdwork_auth;

reset role;
