-- Mail that can be accounted for: what is to be sent, what became of it, and who must not be written to.
--
-- No address, name, token or text stands here in clear. Content is encrypted by the service (AES-256-GCM, bound to its
-- row) and wiped once nobody needs it; an address is found by its HMAC-SHA-256.

do $$
begin
    if not exists (select from pg_catalog.pg_roles where rolname = 'nerdwork_notification') then
        begin
            create role nerdwork_notification nologin;
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
             where r.rolname = 'nerdwork_notification' and s.setdatabase = 0
               and exists (select from unnest(s.setconfig) c where split_part(c, '=', 1) ilike v_setting[1]));
        begin
            execute format('alter role nerdwork_notification set %I = %L', v_setting[1], v_setting[2]);
        exception when internal_error or unique_violation then
            null; -- another database's migration is setting the same value
        end;
    end loop;
end
$$;

create schema notification authorization nerdwork_owner;
set local role nerdwork_owner;

create table notification.messages (
    message_id uuid constraint messages_pkey primary key,
    lease_id uuid,
    due_at timestamptz not null,
    expires_at timestamptz not null,
    created_at timestamptz not null default clock_timestamp(),
    finished_at timestamptz,
    attempts integer not null default 0,
    purpose text not null,
    state text not null,
    template text not null,
    dedupe_key text not null,
    address_hash bytea not null,
    content bytea,
    ses_message_id text,
    last_error text,
    constraint messages_dedupe_key_key unique (dedupe_key),
    constraint messages_state_known check (state in (
        'queued', 'sending', 'sent', 'delivered', 'bounced', 'complained', 'suppressed', 'expired', 'failed')),
    -- What waits has its content; what is finished has none any more.
    constraint messages_content_while_open check ((state in ('queued', 'sending')) = (content is not null)),
    constraint messages_finish_when_closed check ((state in ('queued', 'sending')) = (finished_at is null)),
    constraint messages_lease_while_sending check ((state = 'sending') = (lease_id is not null)),
    constraint messages_attempts check (attempts >= 0),
    constraint messages_purpose_known check (purpose in ('security', 'transactional', 'optional')),
    constraint messages_template_form check (template ~ '^[A-Za-z0-9_-]{1,64}$'),
    constraint messages_dedupe_key_length check (octet_length(dedupe_key) between 1 and 256),
    constraint messages_address_hash_size check (octet_length(address_hash) = 32),
    constraint messages_content_size check (octet_length(content) <= 512 * 1024),
    constraint messages_ses_message_id_length check (octet_length(ses_message_id) between 1 and 256),
    -- A code, never a sentence of somebody else's, which might hold an address.
    constraint messages_last_error_form check (last_error ~ '^[A-Za-z0-9_.-]{1,64}$')
) with (autovacuum_vacuum_scale_factor = 0.02);
comment on table notification.messages is
    'One row for each mail. Its key derives from the event that causes it, so that a repeated delivery is no second mail.';
comment on column notification.messages.due_at is
    'When somebody may take the message: the next attempt of a queued one, the end of the lease of one that is being sent.';
comment on column notification.messages.lease_id is
    'Whose attempt it is; an outcome counts only while the lease is the one that it belongs to.';
-- Encrypted bytes do not compress.
alter table notification.messages alter column content set storage external;

create index messages_due on notification.messages (due_at) where state in ('queued', 'sending');
-- For the purge.
create index messages_finished on notification.messages (finished_at) where finished_at is not null;

create table notification.suppressions (
    address_hash bytea not null,
    reason text not null,
    created_at timestamptz not null default clock_timestamp(),
    ends_at timestamptz not null default 'infinity',
    constraint suppressions_pkey primary key (address_hash, reason),
    constraint suppressions_reason_known check (
        reason in ('bounce', 'soft_bounce', 'complaint', 'unsubscribed', 'manual')),
    constraint suppressions_address_hash_size check (octet_length(address_hash) = 32)
);
comment on table notification.suppressions is
    'Who must not be written to. bounce, soft_bounce: nothing at all; complaint: security mail only; '
    'unsubscribed, manual: everything but optional mail.';
create index suppressions_ended on notification.suppressions (ends_at) where ends_at < 'infinity';

create table notification.delivery_events (
    event_id text constraint delivery_events_pkey primary key,
    message_id uuid not null,
    occurred_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    kind text not null,
    address_hash bytea not null,
    constraint delivery_events_event_id_length check (octet_length(event_id) between 1 and 256),
    constraint delivery_events_kind_known check (kind in (
        'sent', 'delivered', 'delayed', 'bounced', 'soft_bounced', 'unclear_bounce', 'complained', 'rejected',
        'not_rendered')),
    constraint delivery_events_address_hash_size check (octet_length(address_hash) = 32)
);
comment on table notification.delivery_events is
    'What SES told about our messages, by the id of EventBridge''s event; nothing about messages that are not ours.';
create index delivery_events_soft_bounces on notification.delivery_events (address_hash, occurred_at)
    where kind = 'soft_bounced';
create index delivery_events_recorded on notification.delivery_events (recorded_at);

create table notification.recipients (
    event_at timestamptz not null,
    delete_at timestamptz not null default 'infinity',
    user_id text not null,
    locale text not null,
    address_hash bytea not null,
    address bytea not null,
    constraint recipients_pkey primary key (user_id),
    constraint recipients_user_id_size check (octet_length(user_id) between 1 and 128),
    constraint recipients_locale_form check (locale ~ '^[a-z]{2}$'),
    constraint recipients_address_hash_size check (octet_length(address_hash) = 32),
    constraint recipients_address_size check (octet_length(address) <= 512)
);
comment on table notification.recipients is
    'Where users get their mail, kept from auth''s events; addresses encrypted and bound to the user''s id.';
comment on column notification.recipients.event_at is 'When the newest event that the row comes from occurred.';
comment on column notification.recipients.delete_at is 'When the account''s deletion ends the need for the row.';
create index recipients_to_delete on notification.recipients (delete_at) where delete_at < 'infinity';

create table notification.sending (
    paused_at timestamptz,
    next_probe_at timestamptz,
    stream text not null,
    reason text,
    constraint sending_pkey primary key (stream),
    constraint sending_stream_known check (stream in ('security', 'product')),
    constraint sending_paused_whole check (
        (paused_at is null) = (reason is null) and (paused_at is null) = (next_probe_at is null)),
    constraint sending_reason_form check (reason ~ '^[A-Za-z0-9_.-]{1,64}$')
);
comment on table notification.sending is
    'Whether mail is sent: a row for each stream. While SES refuses a stream, its queue stands still but for a probe now '
    'and then.';
-- SES pauses configuration sets one by one; complaints about other mail must never hold up mail that guards accounts.
comment on column notification.sending.stream is
    'security: messages of the purpose security; product: all others. As their configuration sets.';
insert into notification.sending (stream) values ('security'), ('product');

-- Addresses are known by hashes for as long as somebody must not be written to; their key must stay the same. It is made
-- once, by the first invocation, and only its wrapping follows the secret, so that the secret can be rotated.
create table notification.data_key (
    only_row boolean not null default true,
    sealed bytea not null,
    sealed_at timestamptz not null default clock_timestamp(),
    constraint data_key_pkey primary key (only_row),
    constraint data_key_one_row check (only_row),
    constraint data_key_sealed_size check (octet_length(sealed) between 32 and 256)
);
comment on table notification.data_key is
    'One row: what the service encrypts and hashes with, encrypted under NotificationSecret (AES-256-GCM).';
comment on column notification.data_key.sealed_at is
    'When the version of the secret was taken into use that the key is encrypted under.';

-- Deletes at most p_limit old rows of each kind and returns how many they were.
--
-- Messages and delivery events go after 90 days, recipients and suppressions when their time has come.
create function notification.purge(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
    v_limit constant integer := greatest(0, least(p_limit, 10000));
    v_before constant timestamptz := clock_timestamp() - interval '90 days';
    v_count integer;
    v_total integer := 0;
begin
    delete from notification.messages where message_id = any (array(
        select m.message_id from notification.messages m where m.finished_at < v_before
         order by m.finished_at limit v_limit for update skip locked));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from notification.delivery_events where event_id = any (array(
        select d.event_id from notification.delivery_events d where d.recorded_at < v_before
         order by d.recorded_at limit v_limit for update skip locked));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from notification.recipients where user_id = any (array(
        select r.user_id from notification.recipients r
         where r.delete_at < 'infinity' and r.delete_at < clock_timestamp()
         order by r.delete_at limit v_limit for update skip locked));
    get diagnostics v_count = row_count;
    v_total := v_total + v_count;
    delete from notification.suppressions s using (
        select e.address_hash, e.reason from notification.suppressions e
         where e.ends_at < 'infinity' and e.ends_at < clock_timestamp()
         order by e.ends_at limit v_limit for update skip locked) ended
     where s.address_hash = ended.address_hash and s.reason = ended.reason;
    get diagnostics v_count = row_count;
    return v_total + v_count;
end
$$;
comment on function notification.purge is 'Takes away what is no longer needed, in small portions.';

revoke all on all functions in schema notification from public;
grant usage on schema notification to nerdwork_notification, nerdwork_reader;
grant execute on function notification.purge(integer) to nerdwork_notification;
grant select, insert, update (lease_id, due_at, finished_at, attempts, state, content, ses_message_id, last_error)
    on notification.messages to nerdwork_notification;
grant select, insert, update (ends_at) on notification.suppressions to nerdwork_notification;
grant select, insert on notification.delivery_events to nerdwork_notification;
grant select, insert, update (event_at, delete_at, locale, address_hash, address)
    on notification.recipients to nerdwork_notification;
grant select, update (paused_at, next_probe_at, reason) on notification.sending to nerdwork_notification;
grant select, insert, update (sealed, sealed_at) on notification.data_key to nerdwork_notification;

-- Operators see what happens to mail, but neither content nor recipients.
grant select (message_id, due_at, expires_at, created_at, finished_at, attempts, purpose, state, template,
    dedupe_key, ses_message_id, last_error) on notification.messages to nerdwork_reader;
grant select on notification.delivery_events, notification.sending to nerdwork_reader;
grant select (sealed_at) on notification.data_key to nerdwork_reader;

reset role;
