-- Accounts, their sessions and everything that proves who somebody is; the statements around them follow in the next
-- migrations.
--
-- A copy of this database signs nobody in: passwords are encrypted hashes, tokens stand here as digests or can only be
-- derived with a key that is kept elsewhere. Rows that belong to a person are seen by nobody but that person: the
-- service's role is bound by row security, and only `auth.enter` lets it in. Whatever happens before somebody is
-- signed in goes through functions of the owner.

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'nerdwork_auth') then
        begin
            create role nerdwork_auth nologin;
        exception when duplicate_object or unique_violation then
            null; -- another database's migration was faster
        end;
    end if;
end
$$;

-- The settings of every service role; 0001_roles.sql gives the reasons.
do $$
declare
    v_setting text[];
begin
    foreach v_setting slice 1 in array array[
        ['jit', 'off'], ['plan_cache_mode', 'force_generic_plan'], ['lock_timeout', '5s'],
        ['statement_timeout', '60s'], ['idle_in_transaction_session_timeout', '15s'], ['timezone', 'UTC']]
    loop
        continue when exists (
            select from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole
             where r.rolname = 'nerdwork_auth' and s.setdatabase = 0
               and exists (select from unnest(s.setconfig) c where split_part(c, '=', 1) ilike v_setting[1]));
        begin
            execute format('alter role nerdwork_auth set %I = %L', v_setting[1], v_setting[2]);
        exception when internal_error or unique_violation then
            null; -- another database's migration is setting the same value
        end;
    end loop;
end
$$;

create schema auth authorization nerdwork_owner;
set local role nerdwork_owner;

-- An account exists only once its address is verified, so that nobody can prepare one for somebody else.
create table auth.users (
    user_id uuid constraint users_pkey primary key,
    email_canonical text collate "C" not null constraint users_email_canonical_key unique,
    email_display text not null,
    email_verified_at timestamptz not null,
    display_name text not null default '',
    locale text not null default 'en',
    role text not null default 'reader',
    status text not null default 'active',
    password_sealed bytea,
    password_key smallint,
    password_changed_at timestamptz,
    must_reset boolean not null default false,
    version integer not null default 1,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    purge_at timestamptz,
    constraint users_email_length check (octet_length(email_canonical) <= 254 and octet_length(email_display) <= 320),
    constraint users_display_name_length check (char_length(display_name) <= 64 and octet_length(display_name) <= 256),
    constraint users_locale_form check (locale ~ '^[A-Za-z0-9-]{2,35}$'),
    constraint users_role_known check (role in ('reader', 'creator', 'moderator', 'admin')),
    constraint users_status_known check (status in ('active', 'suspended', 'deleting')),
    constraint users_password_whole check ((password_sealed is null) = (password_key is null)),
    constraint users_purge_only_deleting check ((status = 'deleting') = (purge_at is not null))
);
create index users_purge on auth.users (purge_at) where purge_at is not null;

-- Several at once for one address: only who has the mail and the password (or the browser) turns one into an account.
create table auth.pending_signups (
    -- Becomes the user's id, to which the sealed password is bound.
    signup_id uuid constraint pending_signups_pkey primary key,
    email_canonical text collate "C" not null,
    email_display text not null,
    display_name text not null,
    locale text not null,
    password_sealed bytea not null,
    password_key smallint not null,
    token_hash bytea not null constraint pending_signups_token_hash_key unique,
    browser_hash bytea,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index pending_signups_email on auth.pending_signups (email_canonical, created_at);
create index pending_signups_expiry on auth.pending_signups (expires_at);

create table auth.sessions (
    session_id uuid constraint sessions_pkey primary key,
    user_id uuid not null constraint sessions_user_id_fkey references auth.users on delete cascade,
    refresh_salt bytea not null,
    refresh_key smallint not null,
    refresh_counter bigint not null default 0,
    refresh_rotated_at timestamptz not null,
    refresh_replays smallint not null default 0,
    acr text not null,
    amr text[] not null,
    authenticated_at timestamptz not null,
    client text not null,
    device_label text,
    address_prefix text,
    user_agent text,
    idle interval not null,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    revoke_reason text,
    constraint sessions_counter_range check (refresh_counter between 0 and 4294967295),
    constraint sessions_acr_known check (acr in ('aal1', 'aal2')),
    constraint sessions_client_known check (client in ('web', 'native'))
);
create index sessions_live on auth.sessions (user_id, created_at) where revoked_at is null;
create index sessions_expiry on auth.sessions (expires_at);

-- Secrets that were sent by mail. A row may belong to nobody: an address without account causes one just the same, so
-- that neither time nor table tells which addresses have accounts.
create table auth.mail_tokens (
    token_hash bytea constraint mail_tokens_pkey primary key,
    purpose text not null,
    user_id uuid not null,
    bound_email text collate "C",
    bound_email_display text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint mail_tokens_purpose_known check (purpose in ('reset', 'email_confirm', 'email_cancel'))
);
create unique index mail_tokens_one_live on auth.mail_tokens (user_id, purpose) where used_at is null;
create index mail_tokens_expiry on auth.mail_tokens (expires_at);

-- A password that was right and waits for the second factor.
create table auth.challenges (
    challenge_hash bytea constraint challenges_pkey primary key,
    user_id uuid not null constraint challenges_user_id_fkey references auth.users on delete cascade,
    tries smallint not null default 0,
    client text not null,
    device_label text,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz
);
create index challenges_expiry on auth.challenges (expires_at);
create index challenges_user on auth.challenges (user_id);

create table auth.totp_factors (
    user_id uuid constraint totp_factors_pkey primary key
        constraint totp_factors_user_id_fkey references auth.users on delete cascade,
    -- The seed is bound to it as well as to the user.
    factor_id uuid not null,
    secret_sealed bytea not null,
    secret_key smallint not null,
    created_at timestamptz not null,
    confirmed_at timestamptz,
    last_step bigint not null default -1,
    failures smallint not null default 0,
    locked_until timestamptz
);

create table auth.recovery_codes (
    user_id uuid constraint recovery_codes_user_id_fkey references auth.users on delete cascade,
    code_mac bytea,
    code_key smallint not null,
    used_at timestamptz,
    constraint recovery_codes_pkey primary key (user_id, code_mac)
);

-- Devices that somebody signed in on: their attempts are counted apart from everybody else's.
create table auth.trusted_devices (
    device_id uuid constraint trusted_devices_pkey primary key,
    user_id uuid not null constraint trusted_devices_user_id_fkey references auth.users on delete cascade,
    failures smallint not null default 0,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    expires_at timestamptz not null
);
create index trusted_devices_user on auth.trusted_devices (user_id);
create index trusted_devices_expiry on auth.trusted_devices (expires_at);

-- Attempts and rates. A bucket is an HMAC of whom it is about, so that this table names nobody.
create table auth.throttle (
    kind smallint not null,
    bucket bytea not null,
    failures integer not null default 0,
    tokens double precision not null default 0,
    next_at timestamptz not null default '-infinity',
    told_at timestamptz not null default '-infinity',
    updated_at timestamptz not null,
    constraint throttle_pkey primary key (kind, bucket)
);
create index throttle_updated on auth.throttle (updated_at);

-- The public halves; the private ones are kept in Secrets Manager.
create table auth.signing_keys (
    kid text collate "C" constraint signing_keys_pkey primary key,
    modulus bytea not null,
    exponent bytea not null,
    state text not null,
    created_at timestamptz not null,
    published_at timestamptz,
    activated_at timestamptz,
    retired_at timestamptz,
    constraint signing_keys_state_known check (state in ('next', 'active', 'retired', 'revoked'))
);
create unique index signing_keys_one_active on auth.signing_keys ((true)) where state = 'active';

-- Answers that a repeated sign-up gets again.
create table auth.idempotency (
    key_hash bytea constraint idempotency_pkey primary key,
    request_hash bytea not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index idempotency_expiry on auth.idempotency (expires_at);

-- What happened to an account, for its owner's export and for operators; the service can only add to it.
create table auth.audit_log (
    audit_id bigint generated always as identity constraint audit_log_pkey primary key,
    occurred_at timestamptz not null,
    user_id uuid,
    actor_id uuid,
    event text not null,
    outcome text not null,
    address_prefix text,
    request_id text,
    detail jsonb,
    constraint audit_log_event_form check (event ~ '^[a-z_]{1,64}$'),
    constraint audit_log_outcome_known check (outcome in ('success', 'failure', 'refused'))
);
create index audit_log_user on auth.audit_log (user_id, audit_id);
create index audit_log_time on auth.audit_log (occurred_at);

-- Who is signed in for the rest of this transaction; null for nobody.
create function auth.current_user_id() returns uuid
language sql stable set search_path = pg_catalog, pg_temp
return nullif(current_setting('app.uid', true), '')::uuid;

-- Lets somebody in until the transaction ends: sets `app.uid`, on which every policy below relies, if the session lives
-- and the account is active. No row otherwise, and whatever follows in the same batch sees no rows either.
create function auth.enter(p_user uuid, p_session uuid, p_now timestamptz)
returns table (role text, acr text, authenticated_at timestamptz, email text, locale text, has_totp boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform set_config('app.uid', '', true);
    return query
        select u.role, s.acr, s.authenticated_at, u.email_display, u.locale,
               exists (select from auth.totp_factors t where t.user_id = u.user_id and t.confirmed_at is not null)
          from auth.sessions s join auth.users u on u.user_id = s.user_id
         where s.session_id = p_session and s.user_id = p_user and s.revoked_at is null and s.expires_at > p_now
           and s.last_seen_at > p_now - s.idle and u.status = 'active';
    if found then
        perform set_config('app.uid', p_user::text, true);
    end if;
end
$$;

alter table auth.users enable row level security;
alter table auth.sessions enable row level security;
alter table auth.totp_factors enable row level security;
alter table auth.recovery_codes enable row level security;
alter table auth.trusted_devices enable row level security;
alter table auth.mail_tokens enable row level security;
alter table auth.challenges enable row level security;
alter table auth.audit_log enable row level security;

create policy own_row on auth.users to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_rows on auth.sessions to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_row on auth.totp_factors to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_rows on auth.recovery_codes to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_rows on auth.trusted_devices to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_rows on auth.mail_tokens to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_rows on auth.challenges to nerdwork_auth using (user_id = auth.current_user_id());
create policy own_rows on auth.audit_log for select to nerdwork_auth using (user_id = auth.current_user_id());
create policy anyone_is_told_of on auth.audit_log for insert to nerdwork_auth with check (true);

-- What others need to verify a token, the active key first.
create function auth.published_keys() returns table (kid text, modulus bytea, exponent bytea)
language sql stable security definer set search_path = pg_catalog, pg_temp
begin atomic
    select k.kid, k.modulus, k.exponent from auth.signing_keys k
     where k.state in ('next', 'active', 'retired') order by k.state, k.created_at desc;
end;

revoke all on all functions in schema auth from public;
grant usage on schema auth to nerdwork_auth, nerdwork_loyalty, nerdwork_wallet, nerdwork_reader;
grant execute on function auth.published_keys() to nerdwork_auth, nerdwork_loyalty, nerdwork_wallet;
grant execute on function auth.current_user_id(), auth.enter(uuid, uuid, timestamptz) to nerdwork_auth;
grant select on auth.signing_keys to nerdwork_reader;

-- Events of its own source, and publishing what it wrote itself (0007_outbox_publishing.sql).
create policy auth_writes on outbox.events for insert to nerdwork_auth with check (source = 'nerdwork.auth');
create policy auth_reads on outbox.events for select to nerdwork_auth using (true);
grant usage on schema outbox to nerdwork_auth;
grant insert (event_id, aggregate, source, detail_type, detail, created_at), select (event_id)
    on outbox.events to nerdwork_auth;
grant execute on function outbox.claim_own(uuid[], interval),
    outbox.settle(uuid[], integer[], smallint[], text[], bigint[]) to nerdwork_auth;

reset role;
