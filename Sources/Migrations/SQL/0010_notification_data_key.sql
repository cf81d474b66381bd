-- The key of notification's data, encrypted under its secret, so that the secret can be rotated.
--
-- Addresses are known by hashes for as long as somebody must not be written to; their key must stay the same. It is made
-- once, by the first invocation, and only its wrapping follows the secret.

set local role nerdwork_owner;

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

grant select, insert, update (sealed, sealed_at) on notification.data_key to nerdwork_notification;
grant select (sealed_at) on notification.data_key to nerdwork_reader;

reset role;
