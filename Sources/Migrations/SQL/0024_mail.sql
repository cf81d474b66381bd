-- Mail waits for an address that is not known yet, and mail about a second factor knows what it leaves of the password.
--
-- The bus promises no order: a tip may arrive before the sign-up of whom it goes to. Such mail failed until its event
-- was a dead letter. As in 0008_notification.sql nothing stands here in clear; the event is encrypted and bound to its row.

set local role nerdwork_owner;

create table notification.unaddressed (
    event_at timestamptz not null,
    expires_at timestamptz not null,
    kept_at timestamptz not null default clock_timestamp(),
    user_id text not null,
    template text not null,
    dedupe_key text not null,
    event bytea not null,
    constraint unaddressed_pkey primary key (dedupe_key),
    constraint unaddressed_user_id_size check (octet_length(user_id) between 1 and 128),
    constraint unaddressed_template_form check (template ~ '^[A-Za-z0-9_-]{1,64}$'),
    constraint unaddressed_dedupe_key_length check (octet_length(dedupe_key) between 1 and 256),
    constraint unaddressed_event_size check (octet_length(event) <= 512 * 1024)
);
comment on table notification.unaddressed is
    'Mail for users whose address is not known: one row for each mail, until the address comes or the time is over.';
comment on column notification.unaddressed.event_at is 'When the event occurred; a user''s mail is sent in this order.';
comment on column notification.unaddressed.expires_at is
    'When the mail is no longer worth sending; the purpose of the mail decides, counted from the event.';
comment on column notification.unaddressed.event is 'The event that asks for the mail: it is planned anew with the address.';
-- Encrypted bytes do not compress.
alter table notification.unaddressed alter column event set storage external;

create index unaddressed_of_user on notification.unaddressed (user_id, event_at, dedupe_key);
create index unaddressed_over on notification.unaddressed (expires_at);

-- Rows go when their mail is written down or given up, in the same transaction; nothing of them ever changes.
grant select, insert, delete on notification.unaddressed to nerdwork_notification;
grant select (event_at, expires_at, kept_at, template, dedupe_key) on notification.unaddressed to nerdwork_reader;

-- Whether a password has to be replaced since its factor has gone (0022_auth_short_passwords.sql): the mail says so.
grant select (password_needs_factor) on auth.users to nerdwork_auth;

-- As before, and tells what became of the password.
drop function auth.admin_remove_factors(uuid, uuid, timestamptz, text[], uuid);
create function auth.admin_remove_factors(
    p_actor uuid, p_session uuid, p_now timestamptz, p_context text[], p_user uuid)
returns table (email text, locale text, password_needs_factor boolean)
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
    return query select v_user.email_display, v_user.locale, v_user.password_needs_factor;
end
$$;
revoke all on function auth.admin_remove_factors(uuid, uuid, timestamptz, text[], uuid) from public;
grant execute on function auth.admin_remove_factors(uuid, uuid, timestamptz, text[], uuid) to nerdwork_auth;

reset role;
