-- Signing up, addresses and their proof, forgotten passwords.
--
-- Whatever is asked for an address, the same statements write the same number of rows: whether it has an account shows
-- in nothing that a caller can measure. Tokens stand here as SHA-256. Every function is told what time it is.
--
-- Errors of the class NA: NA400 a token from a mail is not good (any more).

set local role nerdwork_owner;

-- Whom an address belongs to: always one row; p_pseudonym, the address itself and 'en' where it has no account.
-- `is_active` is whether mail may be sent. Where there is no account the next one by address is read, and nothing of it
-- is used: so that it takes as long.
create function auth.find_address(p_email text, p_pseudonym uuid)
returns table (user_id uuid, email text, locale text, is_known boolean, is_active boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select case when n.is_known then n.user_id else p_pseudonym end,
           case when n.is_known then n.email_display else p_email end, case when n.is_known then n.locale else 'en' end,
           n.is_known, n.is_known and n.status = 'active'
      from (select p_email as address) a
      left join lateral (
            select u.user_id, u.email_display, u.locale, u.status, u.email_canonical
              from auth.users u where u.email_canonical >= a.address order by u.email_canonical limit 1) u on true
     cross join lateral (select coalesce(u.email_canonical = a.address, false) as is_known, u.*) n;
end;

-- Takes the tokens of a sign-up and looks up what it needs: one row. A repeated request (p_key: its idempotency key)
-- takes no tokens; known_request is what was recorded with it.
create function auth.begin_sign_up(p_email text, p_pseudonym uuid, p_key bytea, p_kinds smallint[], p_buckets bytea[],
    p_capacities double precision[], p_refills double precision[], p_now timestamptz)
returns table (wait_ms bigint, known_request bytea, user_id uuid, email text, locale text, is_known boolean,
    is_active boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_known bytea;
    v_wait bigint := 0;
begin
    select i.request_hash into v_known from auth.idempotency i where i.key_hash = p_key and i.expires_at > p_now;
    if v_known is null then
        v_wait := auth.take_tokens(p_kinds, p_buckets, p_capacities, p_refills, p_now);
    end if;
    return query select v_wait, v_known, a.* from auth.find_address(p_email, p_pseudonym) a;
end
$$;

-- Keeps a sign-up until somebody proves it. Returns null or, where another request with the same idempotency key was
-- faster, what was recorded with that one, and keeps nothing.
create function auth.record_sign_up(p_sign_up uuid, p_email text, p_display text, p_name text, p_locale text,
    p_sealed bytea, p_password_key smallint, p_token_hash bytea, p_browser_hash bytea, p_key bytea, p_request bytea,
    p_now timestamptz, p_expires timestamptz) returns bytea
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_known bytea;
begin
    if p_key is not null then
        insert into auth.idempotency as i (key_hash, request_hash, created_at, expires_at)
        values (p_key, p_request, p_now, p_now + interval '24 hours')
            on conflict (key_hash) do update
           set request_hash = case when i.expires_at <= p_now then excluded.request_hash else i.request_hash end,
               created_at = case when i.expires_at <= p_now then excluded.created_at else i.created_at end,
               expires_at = case when i.expires_at <= p_now then excluded.expires_at else i.expires_at end
        returning nullif(i.request_hash, p_request) into v_known;
        if v_known is not null then
            return v_known;
        end if;
    end if;
    insert into auth.pending_signups (signup_id, email_canonical, email_display, display_name, locale, password_sealed,
        password_key, token_hash, browser_hash, created_at, expires_at)
    values (p_sign_up, p_email, p_display, p_name, p_locale, p_sealed, p_password_key, p_token_hash, p_browser_hash,
        p_now, p_expires);
    return null;
end
$$;

-- The sign-up that a further mail is about: the one of the same browser, else the latest. Always one row, of nulls where
-- there is none or the address has an account.
create function auth.find_pending_sign_up(p_email text, p_browser_hash bytea, p_now timestamptz)
returns table (sign_up uuid, email text, locale text)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select p.signup_id, p.email_display, p.locale
      from (select 1) one left join lateral (
        select s.signup_id, s.email_display, s.locale
          from auth.pending_signups s
         where s.email_canonical = p_email and s.used_at is null and s.expires_at > p_now
           and not exists (select from auth.users u where u.email_canonical = p_email)
         order by (s.browser_hash = p_browser_hash) is true desc, s.created_at desc limit 1) p on true;
end;

-- Gives a sign-up another token; the one before is no good any more. Where there is none of that id, a row is written
-- all the same, with which nobody can do anything.
create function auth.renew_sign_up(p_sign_up uuid, p_email text, p_filling bytea, p_token_hash bytea,
    p_now timestamptz, p_expires timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.pending_signups as s (signup_id, email_canonical, email_display, display_name, locale,
        password_sealed, password_key, token_hash, browser_hash, created_at, expires_at, used_at)
    values (p_sign_up, p_email, p_email, '', 'en', p_filling, 0, p_token_hash, p_token_hash, p_now, p_expires, p_now)
        on conflict (signup_id) do update
       set token_hash = excluded.token_hash, expires_at = excluded.expires_at
     where s.used_at is null;
end;

-- What a token from a mail is about, and what proves that its holder chose the password; no row where it is not good.
create function auth.find_sign_up(p_token_hash bytea, p_now timestamptz)
returns table (sign_up uuid, email text, display_name text, locale text, password_sealed bytea, password_key smallint,
    browser_hash bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select s.signup_id, s.email_display, s.display_name, s.locale, s.password_sealed, s.password_key, s.browser_hash
      from auth.pending_signups s
     where s.token_hash = p_token_hash and s.used_at is null and s.expires_at > p_now
       and not exists (select from auth.users u where u.email_canonical = s.email_canonical);
end;

-- Makes the sign-up an account; every other one for the address is over. Raises NA400 where the token has been used, or
-- the address has become an account.
create function auth.complete_sign_up(p_token_hash bytea, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_sign_up auth.pending_signups;
begin
    update auth.pending_signups s set used_at = p_now
     where s.token_hash = p_token_hash and s.used_at is null and s.expires_at > p_now
    returning s.* into v_sign_up;
    if found then
        insert into auth.users (user_id, email_canonical, email_display, email_verified_at, display_name, locale,
            password_sealed, password_key, password_changed_at, created_at, updated_at)
        values (v_sign_up.signup_id, v_sign_up.email_canonical, v_sign_up.email_display, p_now, v_sign_up.display_name,
            v_sign_up.locale, v_sign_up.password_sealed, v_sign_up.password_key, v_sign_up.created_at, p_now, p_now)
            on conflict (email_canonical) do nothing;
    end if;
    if not found then
        raise exception 'the token is not good' using errcode = 'NA400';
    end if;
    -- What is not locked at the moment is refused by the address being taken.
    update auth.pending_signups s set used_at = p_now
     where s.signup_id in (
        select o.signup_id from auth.pending_signups o
         where o.email_canonical = v_sign_up.email_canonical and o.used_at is null for update skip locked);
end
$$;

-- Keeps the token of a mail; the one before for the same purpose is no good any more.
create function auth.put_mail_token(p_purpose text, p_user uuid, p_hash bytea, p_email text, p_display text,
    p_now timestamptz, p_expires timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    insert into auth.mail_tokens (token_hash, purpose, user_id, bound_email, bound_email_display, created_at, expires_at)
    values (p_hash, p_purpose, p_user, p_email, p_display, p_now, p_expires)
        on conflict (user_id, purpose) where used_at is null do update
       set token_hash = excluded.token_hash, bound_email = excluded.bound_email,
           bound_email_display = excluded.bound_email_display, created_at = excluded.created_at,
           expires_at = excluded.expires_at;
end;

-- Whose a token from a mail is; no row where it is not good, or the account is not active.
create function auth.find_mail_token(p_purpose text, p_hash bytea, p_now timestamptz)
returns table (user_id uuid, email_canonical text, email text, locale text, has_second_factor boolean,
    new_email text)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select u.user_id, u.email_canonical, u.email_display, u.locale,
           exists (select from auth.totp_factors t where t.user_id = u.user_id and t.confirmed_at is not null),
           m.bound_email_display
      from auth.mail_tokens m join auth.users u on u.user_id = m.user_id
     where m.token_hash = p_hash and m.purpose = p_purpose and m.used_at is null and m.expires_at > p_now
       and u.status = 'active';
end;

-- Uses a token up and returns what it was; raises NA400 where it was used or is not good.
create function auth.use_mail_token(p_purpose text, p_hash bytea, p_now timestamptz) returns auth.mail_tokens
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token auth.mail_tokens;
begin
    update auth.mail_tokens m set used_at = p_now
     where m.token_hash = p_hash and m.purpose = p_purpose and m.used_at is null and m.expires_at > p_now
    returning m.* into v_token;
    if not found then
        raise exception 'the token is not good' using errcode = 'NA400';
    end if;
    return v_token;
end
$$;

-- What must not outlive a password, sessions apart: tokens in mails and challenges.
create function auth.end_what_relied_on_password(p_user uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    delete from auth.mail_tokens where user_id = p_user and used_at is null;
    delete from auth.challenges where user_id = p_user;
end;

-- Sets a password for whoever has the token from the mail. Sessions and trusted devices end, the second factor stays,
-- and failures (p_kinds, p_buckets) count from zero. Raises NA400.
create function auth.reset_password(p_token_hash bytea, p_sealed bytea, p_password_key smallint, p_kinds smallint[],
    p_buckets bytea[], p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token auth.mail_tokens;
begin
    v_token := auth.use_mail_token('reset', p_token_hash, p_now);
    update auth.users u
       set password_sealed = p_sealed, password_key = p_password_key, password_changed_at = p_now, must_reset = false,
           version = u.version + 1, updated_at = p_now
     where u.user_id = v_token.user_id and u.status = 'active';
    if not found then
        raise exception 'the token is not good' using errcode = 'NA400';
    end if;
    update auth.sessions s set revoked_at = p_now, revoke_reason = 'password_reset'
     where s.user_id = v_token.user_id and s.revoked_at is null;
    perform auth.end_what_relied_on_password(v_token.user_id);
    delete from auth.trusted_devices d where d.user_id = v_token.user_id;
    update auth.throttle t set failures = 0, next_at = '-infinity', told_at = '-infinity'
      from unnest(p_kinds, p_buckets) as w (kind, bucket)
     where t.kind = w.kind and t.bucket = w.bucket;
end
$$;

-- Sets the caller's password. The session ends too, because a new one takes its place, and the others where p_others;
-- what else relied on the old password ends in any case. Raises NA401 where a reset has ended the session meanwhile: it
-- has the last word.
create function auth.change_password(p_sealed bytea, p_password_key smallint, p_session uuid, p_others boolean,
    p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_user constant uuid := auth.current_user_id();
begin
    perform from auth.users u where u.user_id = v_user for no key update;
    -- A statement of its own, so that it sees what was committed while this one waited for the row.
    perform from auth.sessions s where s.session_id = p_session and s.user_id = v_user and s.revoked_at is null;
    if not found then
        raise exception 'nobody is signed in' using errcode = 'NA401';
    end if;
    update auth.users u
       set password_sealed = p_sealed, password_key = p_password_key, password_changed_at = p_now, must_reset = false,
           version = u.version + 1, updated_at = p_now
     where u.user_id = v_user;
    update auth.sessions s set revoked_at = p_now, revoke_reason = 'password_changed'
     where s.user_id = v_user and s.revoked_at is null and (p_others or s.session_id = p_session);
    perform auth.end_what_relied_on_password(v_user);
end
$$;

-- Lets the caller's address be changed by whoever reads the new mailbox, and stopped by whoever reads the old one.
create function auth.request_email_change(p_confirm_hash bytea, p_cancel_hash bytea, p_email text, p_display text,
    p_now timestamptz, p_expires timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    select auth.put_mail_token('email_confirm', auth.current_user_id(), p_confirm_hash, p_email, p_display, p_now,
        p_expires);
    select auth.put_mail_token('email_cancel', auth.current_user_id(), p_cancel_hash, p_email, p_display, p_now,
        p_expires);
end;

-- Gives the caller the new address. Raises NA400, also where it has become somebody else's.
create function auth.confirm_email_change(p_token_hash bytea, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token auth.mail_tokens;
begin
    v_token := auth.use_mail_token('email_confirm', p_token_hash, p_now);
    begin
        update auth.users u
           set email_canonical = v_token.bound_email, email_display = v_token.bound_email_display,
               email_verified_at = p_now, version = u.version + 1, updated_at = p_now
         where u.user_id = v_token.user_id and u.user_id = auth.current_user_id();
    exception when unique_violation then
        raise exception 'the address is taken' using errcode = 'NA400';
    end;
    if not found then
        raise exception 'the token is not good' using errcode = 'NA400';
    end if;
    -- Those in the old mailbox.
    delete from auth.mail_tokens m where m.user_id = v_token.user_id and m.used_at is null;
    update auth.pending_signups s set used_at = p_now
     where s.email_canonical = v_token.bound_email and s.used_at is null;
end
$$;

-- Stops a change of address before it is confirmed. Raises NA400.
create function auth.cancel_email_change(p_token_hash bytea, p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token auth.mail_tokens;
begin
    v_token := auth.use_mail_token('email_cancel', p_token_hash, p_now);
    delete from auth.mail_tokens m
     where m.user_id = v_token.user_id and m.purpose = 'email_confirm' and m.used_at is null;
end
$$;

revoke all on all functions in schema auth from public;
grant execute on function auth.find_address(text, uuid),
    auth.begin_sign_up(text, uuid, bytea, smallint[], bytea[], double precision[], double precision[], timestamptz),
    auth.record_sign_up(uuid, text, text, text, text, bytea, smallint, bytea, bytea, bytea, bytea, timestamptz,
        timestamptz),
    auth.find_pending_sign_up(text, bytea, timestamptz),
    auth.renew_sign_up(uuid, text, bytea, bytea, timestamptz, timestamptz),
    auth.find_sign_up(bytea, timestamptz), auth.complete_sign_up(bytea, timestamptz),
    auth.put_mail_token(text, uuid, bytea, text, text, timestamptz, timestamptz),
    auth.find_mail_token(text, bytea, timestamptz),
    auth.reset_password(bytea, bytea, smallint, smallint[], bytea[], timestamptz),
    auth.change_password(bytea, smallint, uuid, boolean, timestamptz),
    auth.request_email_change(bytea, bytea, text, text, timestamptz, timestamptz),
    auth.confirm_email_change(bytea, timestamptz), auth.cancel_email_change(bytea, timestamptz)
    to nerdwork_auth;

reset role;
