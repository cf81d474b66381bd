-- Signing in: attempts and rates, second factors, sessions and their refresh tokens.
--
-- Every function is told what time it is, so that a test can. Whoever needs several rows locks them in the order
-- user, device, second factor, account's bucket, address's buckets, so that nobody waits in a circle.
--
-- Errors of the class NA: NA401 nobody may be let in, NA409 somebody else was faster.

set local role nerdwork_owner;

-- Takes one token from each bucket, or none from any: returns the milliseconds to wait until all have one, 0 where they
-- were taken. Buckets that are new are full; refills are tokens per second. No bucket may be named twice.
create function auth.take_tokens(p_kinds smallint[], p_buckets bytea[], p_capacities double precision[],
    p_refills double precision[], p_now timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_wait bigint;
begin
    -- Locks them, in one order for everybody.
    insert into auth.throttle as t (kind, bucket, tokens, updated_at)
    select w.kind, w.bucket, w.capacity, p_now
      from unnest(p_kinds, p_buckets, p_capacities) as w (kind, bucket, capacity) order by w.kind, w.bucket
        on conflict (kind, bucket) do update set kind = excluded.kind;

    select max(ceil((1 - f.tokens) / f.refill * 1000)) into v_wait
      from (select w.refill, least(w.capacity, t.tokens
                + greatest(0, extract(epoch from p_now - t.updated_at)) * w.refill) as tokens
              from unnest(p_kinds, p_buckets, p_capacities, p_refills) as w (kind, bucket, capacity, refill)
              join auth.throttle t on t.kind = w.kind and t.bucket = w.bucket) f
     -- The sum of many parts of a token may miss the whole by a rounding error.
     where f.tokens < 1 - 1e-9;
    if v_wait > 0 then
        return v_wait;
    end if;

    update auth.throttle t
       set tokens = least(w.capacity, t.tokens
               + greatest(0, extract(epoch from p_now - t.updated_at)) * w.refill) - 1,
           updated_at = greatest(t.updated_at, p_now)
      from unnest(p_kinds, p_buckets, p_capacities, p_refills) as w (kind, bucket, capacity, refill)
     where t.kind = w.kind and t.bucket = w.bucket;
    return 0;
end
$$;

-- Milliseconds from p_now until p_until; 0 where that has passed.
create function auth.wait_until(p_until timestamptz, p_now timestamptz) returns bigint
language sql immutable set search_path = pg_catalog, pg_temp
return case when p_until > p_now then ceil(extract(epoch from p_until - p_now) * 1000)::bigint else 0 end;

-- How long nobody may try again after so many failures in a row: 1 s after the fifth, doubling up to 15 min. The same
-- is computed for every number, so that time does not tell which it is.
create function auth.pause_after(p_failures integer) returns interval
language sql immutable set search_path = pg_catalog, pg_temp
return (p_failures >= 5)::integer * least(power(2, least(p_failures - 5, 20)), 900) * interval '1 second';

-- Counts an attempt as failed before it is made, so that a thousand at once are not one: whoever succeeds takes it back
-- by auth.settle_attempt. An attempt that has to wait is not counted. `failures` are those before this one, `next_at` is
-- when the next one may be made; `is_told` where this is one that the owner should hear of, once a day at most.
create function auth.reserve_attempt(p_kind smallint, p_bucket bytea, p_now timestamptz)
returns table (wait_ms bigint, failures integer, next_at timestamptz, is_told boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_row auth.throttle;
    v_count integer;
    v_told boolean;
begin
    insert into auth.throttle as t (kind, bucket, updated_at) values (p_kind, p_bucket, p_now)
        on conflict (kind, bucket) do update set kind = excluded.kind
    returning t.* into v_row;
    if v_row.next_at > p_now then
        return query select auth.wait_until(v_row.next_at, p_now), v_row.failures, v_row.next_at, false;
        return;
    end if;
    v_count := least(v_row.failures, 1000000) + 1;
    v_told := v_row.told_at <= p_now - interval '24 hours' and v_count >= 10;
    v_row.next_at := p_now + auth.pause_after(v_count);
    update auth.throttle t
       set failures = v_count, next_at = v_row.next_at,
           told_at = case when v_told then p_now else t.told_at end, updated_at = p_now
     where t.kind = p_kind and t.bucket = p_bucket;
    return query select 0::bigint, v_row.failures, v_row.next_at, v_told;
end
$$;

-- The attempt was right: failures count from zero again. p_told: what auth.reserve_attempt said, because the owner has
-- not been told after all. No row is left that an address without account would not have.
create function auth.settle_attempt(p_kind smallint, p_bucket bytea, p_told boolean) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    delete from auth.throttle where kind = p_kind and bucket = p_bucket and (p_told or told_at = '-infinity');
    update auth.throttle set failures = 0, next_at = '-infinity' where kind = p_kind and bucket = p_bucket;
end;

-- Reserves an attempt to sign in with a password and returns what it is to be compared with.
--
-- For somebody without account, without password, suspended, or locked for good after a hundred failures `is_open` is
-- false, and everything else is the same: the same rows are locked and written, p_pseudonym stands for the user who does
-- not exist, p_decoy for a password that is not there (`password_owner`: whom the one that is returned belongs to). A
-- device that this user trusts (p_device) counts for itself, so that nobody can lock out an owner: ten failures end the
-- trust. `is_reachable` is whether mail may be sent, `next_at` when a right password is taken again, unless the account
-- `is_locked` for good.
create function auth.reserve_sign_in(p_email text, p_pseudonym uuid, p_decoy bytea, p_decoy_key smallint,
    p_account bytea, p_address bytea, p_device uuid, p_now timestamptz)
returns table (wait_ms bigint, user_id uuid, is_open boolean, password_sealed bytea, password_key smallint,
    password_owner uuid, email text, locale text, is_reachable boolean, has_second_factor boolean,
    is_device_trusted boolean, is_told boolean, next_at timestamptz, is_locked boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user record;
    v_trusted boolean;
    v_attempt record;
    v_failed auth.throttle;
    v_wait bigint;
begin
    -- Where there is no such account the next one by address is read, and nothing of it is used: so that it takes as long.
    -- What everybody is asked comes first in each condition.
    select n.is_known, case when n.is_known then n.user_id else p_pseudonym end as user_id,
           case when n.is_known then n.email_display else p_email end as email,
           case when n.is_known then n.locale else 'en' end as locale,
           n.status = 'active' and n.is_known as is_active,
           n.status = 'active' and not n.must_reset and n.password_sealed is not null and n.is_known as has_password,
           case when n.password_sealed is not null and n.is_known then n.password_sealed else p_decoy end
               as password_sealed,
           case when n.password_sealed is not null and n.is_known then n.password_key else p_decoy_key end
               as password_key,
           case when n.password_sealed is not null and n.is_known then n.user_id else p_pseudonym end as password_owner
      into v_user
      from (select p_email as address) a
      left join lateral (
            select u.user_id, u.email_display, u.locale, u.status, u.must_reset, u.password_sealed, u.password_key,
                   u.email_canonical
              from auth.users u where u.email_canonical >= a.address order by u.email_canonical limit 1) u on true
     cross join lateral (select coalesce(u.email_canonical = a.address, false) as is_known, u.*) n;
    perform from auth.trusted_devices d
      where d.device_id = p_device and d.user_id = v_user.user_id and d.failures < 10 and d.expires_at > p_now
        for update;
    v_trusted := found;

    -- Whoever must wait for one of the three is counted by none: the savepoint takes back what the others took.
    begin
        if v_trusted then
            update auth.trusted_devices d set failures = d.failures + 1 where d.device_id = p_device;
            select 0::bigint as wait_ms, 0 as failures, p_now as next_at, false as is_told into v_attempt;
        else
            select * into v_attempt from auth.reserve_attempt(3::smallint, p_account, p_now);
        end if;
        insert into auth.throttle as t (kind, bucket, updated_at) values (2, p_address, p_now)
            on conflict (kind, bucket) do update set kind = excluded.kind
        returning t.* into v_failed;
        v_wait := greatest(v_attempt.wait_ms, auth.wait_until(v_failed.next_at, p_now));
        if v_wait = 0 then
            v_wait := auth.take_tokens(array[1::smallint], array[p_address], array[10], array[0.5], p_now);
        end if;
        if v_wait > 0 then
            raise exception 'wait' using errcode = 'NA429';
        end if;
    exception when sqlstate 'NA429' then
        return query select v_wait, null::uuid, null::boolean, null::bytea, null::smallint, null::uuid, null::text,
            null::text, null::boolean, null::boolean, null::boolean, null::boolean, null::timestamptz, null::boolean;
        return;
    end;

    if v_failed.updated_at <= p_now - interval '10 minutes' then
        v_failed.failures := 0;
        v_failed.updated_at := p_now;
    end if;
    update auth.throttle t
       set failures = v_failed.failures + 1, updated_at = v_failed.updated_at,
           next_at = case when v_failed.failures + 1 >= 20 then p_now + interval '10 minutes' else '-infinity' end
     where t.kind = 2 and t.bucket = p_address;

    return query select 0::bigint, v_user.user_id, v_user.has_password and (v_trusted or v_attempt.failures < 100),
        v_user.password_sealed, v_user.password_key, v_user.password_owner, v_user.email, v_user.locale,
        v_user.is_active,
        exists (select from auth.totp_factors t where t.user_id = v_user.user_id and t.confirmed_at is not null),
        v_trusted, v_attempt.is_told, v_attempt.next_at, v_attempt.failures >= 99;
end
$$;

-- The password was right: takes back what auth.reserve_sign_in counted, and stores the password anew where its seal is
-- an old one. Locks the user's row until the transaction ends. Raises NA409 where the account or its password changed
-- meanwhile.
create function auth.accept_password(p_user uuid, p_sealed bytea, p_account bytea, p_address bytea, p_device uuid,
    p_told boolean, p_resealed bytea, p_resealed_key smallint, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform from auth.users u
      where u.user_id = p_user and u.status = 'active' and not u.must_reset and u.password_sealed = p_sealed
        for no key update;
    if not found then
        raise exception 'the account has changed' using errcode = 'NA409';
    end if;
    update auth.trusted_devices d set failures = 0 where d.device_id = p_device and d.user_id = p_user;
    perform auth.settle_attempt(3::smallint, p_account, p_told);
    update auth.throttle t
       set failures = greatest(t.failures - 1, 0),
           next_at = case when t.failures <= 20 then '-infinity' else t.next_at end
     where t.kind = 2 and t.bucket = p_address;
    if p_resealed is not null then
        update auth.users u set password_sealed = p_resealed, password_key = p_resealed_key, updated_at = p_now
         where u.user_id = p_user;
    end if;
end
$$;

-- A session: 30 days, 14 of them without use, 20 at once; for an administrator 12 hours, one of them without use, 3 at
-- once. The ones that were used longest ago make room. Raises NA401 where the account is not active or its password has
-- to be replaced first, and for a session of two factors where there is no second one.
create function auth.open_session(p_user uuid, p_session uuid, p_salt bytea, p_key smallint, p_acr text, p_amr text[],
    p_client text, p_device_label text, p_address_prefix text, p_user_agent text, p_now timestamptz)
returns table (role text, email text, display_name text, locale text, has_second_factor boolean,
    expires_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user auth.users;
    v_expires timestamptz;
begin
    select u.* into v_user from auth.users u
      where u.user_id = p_user and u.status = 'active' and not u.must_reset for no key update;
    if not found then
        raise exception 'the account is not active' using errcode = 'NA401';
    elsif p_acr <> 'aal1'
        and not exists (select from auth.totp_factors t where t.user_id = p_user and t.confirmed_at is not null) then
        raise exception 'there is no second factor' using errcode = 'NA401';
    end if;
    v_expires := p_now + case v_user.role when 'admin' then interval '12 hours' else interval '30 days' end;
    update auth.sessions s set revoked_at = p_now, revoke_reason = 'evicted'
     where s.session_id in (
        select o.session_id from auth.sessions o
         where o.user_id = p_user and o.revoked_at is null
         order by (o.expires_at > p_now and o.last_seen_at > p_now - o.idle) desc, o.last_seen_at desc,
            o.created_at desc, o.session_id desc
        offset case v_user.role when 'admin' then 2 else 19 end);
    insert into auth.sessions (session_id, user_id, refresh_salt, refresh_key, refresh_rotated_at, acr, amr,
        authenticated_at, client, device_label, address_prefix, user_agent, idle, created_at, last_seen_at, expires_at)
    values (p_session, p_user, p_salt, p_key, p_now, p_acr, p_amr, p_now, p_client, p_device_label, p_address_prefix,
        p_user_agent, case v_user.role when 'admin' then interval '1 hour' else interval '14 days' end, p_now, p_now,
        v_expires);
    return query select v_user.role, v_user.email_display, v_user.display_name, v_user.locale,
        exists (select from auth.totp_factors t where t.user_id = p_user and t.confirmed_at is not null), v_expires;
end
$$;

-- Attempts from this device count for themselves from now on, for 180 days; at most 20 devices of one user.
create function auth.trust_device(p_user uuid, p_device uuid, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into auth.trusted_devices as d (device_id, user_id, created_at, last_used_at, expires_at)
    values (p_device, p_user, p_now, p_now, p_now + interval '180 days')
        on conflict (device_id) do update
       set failures = 0, last_used_at = excluded.last_used_at, expires_at = excluded.expires_at
     where d.user_id = excluded.user_id;
    delete from auth.trusted_devices d
     where d.device_id in (
        select o.device_id from auth.trusted_devices o where o.user_id = p_user
         order by o.last_used_at desc, o.device_id desc offset 20);
end
$$;

-- Remembers for five minutes that a password was right.
create function auth.open_challenge(p_hash bytea, p_user uuid, p_client text, p_device_label text, p_now timestamptz)
returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.challenges (challenge_hash, user_id, client, device_label, created_at, expires_at)
    values (p_hash, p_user, p_client, p_device_label, p_now, p_now + interval '5 minutes');
end;

-- Reserves an attempt with a second factor of somebody who is known: after ten failures in a row 15 minutes pass before
-- each further one. No row where there is no confirmed factor.
create function auth.reserve_second_factor(p_user uuid, p_now timestamptz)
returns table (wait_ms bigint, user_id uuid, factor_id uuid, secret_sealed bytea, secret_key smallint, last_step bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_factor auth.totp_factors;
begin
    select t.* into v_factor from auth.totp_factors t where t.user_id = p_user and t.confirmed_at is not null
       for update;
    if not found then
        return;
    end if;
    if v_factor.locked_until > p_now then
        -- Whoever waits has to begin with the password again.
        update auth.challenges c set used_at = p_now where c.user_id = p_user and c.used_at is null;
        return query select auth.wait_until(v_factor.locked_until, p_now), p_user, null::uuid, null::bytea,
            null::smallint, null::bigint;
        return;
    end if;
    update auth.totp_factors t
       set failures = least(v_factor.failures, 30000) + 1,
           locked_until = case when v_factor.failures + 1 >= 10 then p_now + interval '15 minutes' end
     where t.user_id = p_user;
    return query select 0::bigint, p_user, v_factor.factor_id, v_factor.secret_sealed, v_factor.secret_key,
        v_factor.last_step;
end
$$;

-- The same for somebody who holds a challenge, which is good for five attempts. No row where it is not known, used, too
-- old or worn out.
create function auth.reserve_challenge(p_hash bytea, p_device uuid, p_address bytea, p_now timestamptz)
returns table (wait_ms bigint, user_id uuid, factor_id uuid, secret_sealed bytea, secret_key smallint,
    last_step bigint, email text, locale text, client text, device_label text, is_device_trusted boolean,
    codes_left bigint)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_challenge auth.challenges;
    v_factor record;
    v_wait bigint;
begin
    v_wait := auth.take_tokens(array[1::smallint], array[p_address], array[10], array[0.5], p_now);
    if v_wait > 0 then
        return query select v_wait, null::uuid, null::uuid, null::bytea, null::smallint, null::bigint, null::text,
            null::text, null::text, null::text, null::boolean, null::bigint;
        return;
    end if;
    select c.* into v_challenge from auth.challenges c where c.challenge_hash = p_hash;
    if not found then
        return;
    end if;
    select * into v_factor from auth.reserve_second_factor(v_challenge.user_id, p_now);
    if not found then
        return;
    end if;
    if v_factor.wait_ms = 0 then
        update auth.challenges c set tries = c.tries + 1
         where c.challenge_hash = p_hash and c.used_at is null and c.expires_at > p_now and c.tries < 5;
        if not found then
            -- It was no attempt, so that it is not counted as one.
            update auth.totp_factors t
               set failures = greatest(t.failures - 1, 0), locked_until = null where t.user_id = v_challenge.user_id;
            return;
        end if;
    end if;
    return query
        select v_factor.wait_ms, u.user_id, v_factor.factor_id, v_factor.secret_sealed, v_factor.secret_key,
            v_factor.last_step, u.email_display, u.locale, v_challenge.client, v_challenge.device_label,
            exists (select from auth.trusted_devices d
                     where d.device_id = p_device and d.user_id = u.user_id and d.failures < 10
                       and d.expires_at > p_now),
            (select count(*) from auth.recovery_codes r where r.user_id = u.user_id and r.used_at is null)
          from auth.users u where u.user_id = v_challenge.user_id and u.status = 'active';
end
$$;

-- A code of this step was right: no code of it or of an earlier one is right again. Raises NA409 where one has been used.
create function auth.accept_step(p_user uuid, p_factor uuid, p_step bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update auth.totp_factors t set last_step = p_step, failures = 0, locked_until = null
     where t.user_id = p_user and t.factor_id = p_factor and t.confirmed_at is not null and t.last_step < p_step;
    if not found then
        raise exception 'the step has been used' using errcode = 'NA409';
    end if;
end
$$;

-- Uses up a recovery code. Raises NA409 where it is none, or used.
create function auth.accept_recovery_code(p_user uuid, p_macs bytea[], p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update auth.totp_factors t set failures = 0, locked_until = null where t.user_id = p_user;
    update auth.recovery_codes r set used_at = p_now
     where r.user_id = p_user and r.code_mac = any (p_macs) and r.used_at is null;
    if not found then
        raise exception 'the code has been used' using errcode = 'NA409';
    end if;
end
$$;

-- The recovery codes that are left, and whether one of p_macs is among them.
create function auth.find_recovery_code(p_user uuid, p_macs bytea[])
returns table (has_code boolean, codes_left bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select coalesce(bool_or(r.code_mac = any (p_macs)), false), count(*)
      from auth.recovery_codes r where r.user_id = p_user and r.used_at is null;
end;

-- Uses up a challenge. Raises NA409 where it was used.
create function auth.accept_challenge(p_hash bytea, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update auth.challenges c set used_at = p_now where c.challenge_hash = p_hash and c.used_at is null;
    if not found then
        raise exception 'the challenge has been used' using errcode = 'NA409';
    end if;
end
$$;

-- When the last tokens were replaced, the newest first: the request that shows one may have been on its way for a while.
alter table auth.sessions add column refresh_replaced timestamptz[] not null default '{}';

-- One use of a refresh token, whose counter is that of the session for the current token and less for those before.
--
-- `rotated`: the token was the current one, and the next one takes its place. `replayed`: it was replaced less than 30
-- seconds ago (10 for an administrator), and its holder may not have got our answer: the current one again, five times;
-- what arrives within two seconds of the rotation was sent at the same time, and is not counted. `reused`: neither, so that somebody has
-- a copy; auth.revoke_reused must follow. `ahead`: a counter that nobody was given. `throttled`, `ended` and `unknown`
-- change nothing either.
create function auth.refresh_session(p_session uuid, p_counter bigint, p_bucket bytea, p_now timestamptz)
returns table (outcome text, wait_ms bigint, counter bigint, salt bytea, key smallint, user_id uuid, acr text,
    authenticated_at timestamptz, client text, role text, email text, display_name text, locale text,
    has_second_factor boolean, expires_at timestamptz, created_at timestamptz)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_session auth.sessions;
    v_user auth.users;
    v_outcome text;
    v_wait bigint := 0;
    v_grace interval;
begin
    select s.* into v_session from auth.sessions s where s.session_id = p_session for no key update;
    if found then
        select u.* into v_user from auth.users u where u.user_id = v_session.user_id;
    end if;
    v_grace := case v_user.role when 'admin' then interval '10 seconds' else interval '30 seconds' end;
    v_outcome := case
        when v_session.session_id is null then 'unknown'
        when v_session.revoked_at is not null and v_session.revoke_reason = 'refresh_reuse' then 'revoked'
        when v_session.revoked_at is not null or v_user.status <> 'active' or v_session.expires_at <= p_now
            or v_session.last_seen_at <= p_now - v_session.idle or p_counter >= 4294967295 then 'ended'
        when p_counter > v_session.refresh_counter then 'ahead'
        when p_counter = v_session.refresh_counter then 'rotated'
        when v_session.refresh_replaced[least(v_session.refresh_counter - p_counter, 9)::integer] > p_now - v_grace
            and (v_session.refresh_replays < 5 or v_session.refresh_rotated_at > p_now - interval '2 seconds')
            then 'replayed'
        else 'reused' end;

    if v_outcome in ('rotated', 'replayed') then
        v_wait := auth.take_tokens(array[5::smallint], array[p_bucket], array[60], array[1], p_now);
        if v_wait > 0 then
            v_outcome := 'throttled';
        end if;
    end if;
    if v_outcome = 'rotated' then
        -- Somebody who lost the administrator's rights, or got them, has the other limits from now on.
        update auth.sessions s
           set refresh_counter = s.refresh_counter + 1, refresh_rotated_at = p_now, refresh_replays = 0,
               refresh_replaced = (p_now || s.refresh_replaced)[1:8], last_seen_at = p_now,
               idle = case v_user.role when 'admin' then interval '1 hour' else s.idle end,
               expires_at = case v_user.role when 'admin'
                   then least(s.expires_at, s.created_at + interval '12 hours') else s.expires_at end
         where s.session_id = p_session
        returning s.* into v_session;
    elsif v_outcome = 'replayed' and v_session.refresh_rotated_at <= p_now - interval '2 seconds' then
        update auth.sessions s set refresh_replays = s.refresh_replays + 1 where s.session_id = p_session;
    end if;
    return query select v_outcome, v_wait, v_session.refresh_counter, v_session.refresh_salt, v_session.refresh_key,
        v_user.user_id, v_session.acr, v_session.authenticated_at, v_session.client, v_user.role, v_user.email_display,
        v_user.display_name, v_user.locale,
        exists (select from auth.totp_factors t where t.user_id = v_user.user_id and t.confirmed_at is not null),
        v_session.expires_at, v_session.created_at;
end
$$;

-- Ends the session of a token that was used again. Raises NA409 where somebody else has just done so.
create function auth.revoke_reused(p_session uuid, p_counter bigint, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update auth.sessions s set revoked_at = p_now, revoke_reason = 'refresh_reuse'
     where s.session_id = p_session and s.revoked_at is null and s.refresh_counter > p_counter;
    if not found then
        raise exception 'the session has ended' using errcode = 'NA409';
    end if;
end
$$;

-- Signs out: ends a session whose token was shown, and adds that to the audit log; nothing where it had ended.
create function auth.end_session(p_session uuid, p_address_prefix text, p_request_id text, p_now timestamptz)
returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    with ended as (
        update auth.sessions s set revoked_at = p_now, revoke_reason = 'signed_out'
         where s.session_id = p_session and s.revoked_at is null
        returning s.user_id)
    insert into auth.audit_log (occurred_at, user_id, actor_id, event, outcome, address_prefix, request_id)
    select p_now, e.user_id, e.user_id, 'sign_out', 'success', p_address_prefix, p_request_id from ended e;
end;

revoke all on all functions in schema auth from public;
grant execute on function auth.take_tokens(smallint[], bytea[], double precision[], double precision[], timestamptz),
    auth.reserve_attempt(smallint, bytea, timestamptz), auth.settle_attempt(smallint, bytea, boolean),
    auth.reserve_sign_in(text, uuid, bytea, smallint, bytea, bytea, uuid, timestamptz),
    auth.accept_password(uuid, bytea, bytea, bytea, uuid, boolean, bytea, smallint, timestamptz),
    auth.open_session(uuid, uuid, bytea, smallint, text, text[], text, text, text, text, timestamptz),
    auth.trust_device(uuid, uuid, timestamptz), auth.open_challenge(bytea, uuid, text, text, timestamptz),
    auth.reserve_second_factor(uuid, timestamptz),
    auth.reserve_challenge(bytea, uuid, bytea, timestamptz), auth.accept_step(uuid, uuid, bigint),
    auth.accept_recovery_code(uuid, bytea[], timestamptz), auth.find_recovery_code(uuid, bytea[]),
    auth.accept_challenge(bytea, timestamptz), auth.refresh_session(uuid, bigint, bytea, timestamptz),
    auth.revoke_reused(uuid, bigint, timestamptz), auth.end_session(uuid, text, text, timestamptz)
    to nerdwork_auth;

-- What its owner may see of a session and do to it; never what its tokens derive from.
grant select (session_id, user_id, acr, client, device_label, address_prefix, idle, created_at, last_seen_at,
    expires_at, revoked_at) on auth.sessions to nerdwork_auth;
grant update (revoked_at, revoke_reason) on auth.sessions to nerdwork_auth;

reset role;
