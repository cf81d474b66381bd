-- A password that was only long enough beside a second factor does not outlive the factor (NIST SP 800-63B-4, 3.1.1.2).
--
-- Whoever takes the factor away, its owner or an administrator: the password signs nobody in from then on, until another
-- one takes its place. Its owner changes it while still signed in, or resets it by mail.

set local role nerdwork_owner;

alter table auth.users add column password_needs_factor boolean not null default false;
comment on column auth.users.password_needs_factor is
    'The password is shorter than one that protects an account alone: it was chosen beside a second factor.';

-- For the transaction that sets a password, behind the function that does.
create function auth.note_password(p_user uuid, p_needs_factor boolean) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    -- The factor may have gone since the password was found long enough.
    update auth.users u
       set password_needs_factor = p_needs_factor,
           must_reset = u.must_reset or p_needs_factor and not exists (
               select from auth.totp_factors t where t.user_id = p_user and t.confirmed_at is not null)
     where u.user_id = p_user;
end;

create function auth.retire_short_password() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    if old.confirmed_at is not null then
        update auth.users u set must_reset = true where u.user_id = old.user_id and u.password_needs_factor;
    end if;
    return null;
end
$$;
create trigger short_password after delete on auth.totp_factors
    for each row execute function auth.retire_short_password();

revoke all on function auth.note_password(uuid, boolean), auth.retire_short_password() from public;
grant execute on function auth.note_password(uuid, boolean) to nerdwork_auth;

reset role;
