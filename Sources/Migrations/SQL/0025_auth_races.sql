-- Two things that happen at the same moment must not add up to what neither of them would allow.

set local role nerdwork_owner;

-- A short password and the removal of its second factor: whichever commits later has to see the other. The row of the user
-- is locked first, by a statement of its own, so that the next one sees what was committed while it waited.
create or replace function auth.retire_short_password() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if old.confirmed_at is not null then
        perform from auth.users u where u.user_id = old.user_id for no key update;
        update auth.users u set must_reset = true where u.user_id = old.user_id and u.password_needs_factor;
    end if;
    return null;
end
$$;

-- A mail and a change of address: whoever asked for the mail before the account got its address had it sent to the one
-- before, which may be somebody else's by now.
create or replace function auth.find_mail_token(p_purpose text, p_hash bytea, p_now timestamptz)
returns table (user_id uuid, email_canonical text, email text, locale text, has_second_factor boolean,
    new_email text)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select u.user_id, u.email_canonical, u.email_display, u.locale,
           exists (select from auth.totp_factors t where t.user_id = u.user_id and t.confirmed_at is not null),
           m.bound_email_display
      from auth.mail_tokens m join auth.users u on u.user_id = m.user_id
     where m.token_hash = p_hash and m.purpose = p_purpose and m.used_at is null and m.expires_at > p_now
       and m.created_at >= u.email_verified_at and u.status = 'active';
end;

create or replace function auth.reset_password(p_token_hash bytea, p_sealed bytea, p_password_key smallint,
    p_kinds smallint[], p_buckets bytea[], p_now timestamptz) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_token auth.mail_tokens;
begin
    v_token := auth.use_mail_token('reset', p_token_hash, p_now);
    update auth.users u
       set password_sealed = p_sealed, password_key = p_password_key, password_changed_at = p_now, must_reset = false,
           version = u.version + 1, updated_at = p_now
     where u.user_id = v_token.user_id and u.status = 'active' and v_token.created_at >= u.email_verified_at;
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

reset role;
