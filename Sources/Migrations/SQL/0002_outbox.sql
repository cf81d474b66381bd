-- Events leave through this table: written in the transaction that causes them, published after its commit.

create schema outbox authorization nerdwork_owner;
set local role nerdwork_owner;

create table outbox.events (
    event_id uuid constraint events_pkey primary key,
    position bigint generated always as identity,
    created_at timestamptz not null default clock_timestamp(),
    published_at timestamptz,
    next_attempt_at timestamptz not null default '-infinity',
    attempts integer not null default 0,
    aggregate text not null,
    source text not null,
    detail_type text not null,
    detail jsonb not null,
    last_error text,
    constraint events_aggregate_length check (length(aggregate) between 1 and 256),
    constraint events_source_length check (length(source) between 1 and 128),
    constraint events_detail_type_length check (length(detail_type) between 1 and 128),
    constraint events_detail_object check (jsonb_typeof(detail) = 'object'),
    -- EventBridge counts source, type and time too and takes 256 KB in all.
    constraint events_detail_size check (octet_length(detail::text) <= 255 * 1024),
    constraint events_attempts check (attempts >= 0),
    constraint events_last_error_length check (length(last_error) <= 1024)
) with (autovacuum_vacuum_scale_factor = 0.02);

comment on table outbox.events is 'Outgoing events, in the order of position; unpublished ones have no published_at.';
comment on column outbox.events.aggregate is 'What the event is about, e.g. reader:42; events of one aggregate stay in order.';
comment on column outbox.events.next_attempt_at is 'The relay leaves the event alone until then (back-off).';

create index events_unpublished on outbox.events (position) where published_at is null;

grant usage on schema outbox to nerdwork_loyalty, nerdwork_ledger_audit, nerdwork_wallet, nerdwork_relay, nerdwork_reader;
grant insert (event_id, aggregate, source, detail_type, detail, created_at), select (event_id)
    on outbox.events to nerdwork_loyalty, nerdwork_ledger_audit, nerdwork_wallet;
grant select, update (published_at, next_attempt_at, attempts, last_error) on outbox.events to nerdwork_relay;
grant select on outbox.events to nerdwork_reader;

reset role;
