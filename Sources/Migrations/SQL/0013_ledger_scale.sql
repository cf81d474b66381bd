-- Accounts that many post to at once, chains of hashes, batches, reversals.
--
-- Every account posts by its mode. strict: one balance row, exact. striped: several rows, one of which a posting takes,
-- each with its own entries and chain. lazy: a posting takes no lock; what it moves waits in `deferred_entries` until a
-- fold gives it its place.

set local role nerdwork_owner;

alter table ledger.accounts
    add column mode smallint not null default 0,
    add column stripes smallint not null default 1,
    add constraint accounts_mode check (mode between 0 and 2),
    add constraint accounts_stripes check (stripes between 1 and 64 and (stripes = 1 or mode = 1)),
    add constraint accounts_wallets_are_strict check (kind = 0 or mode = 0);
comment on column ledger.accounts.mode is '0 strict, 1 striped, 2 lazy.';
comment on column ledger.accounts.stripes is 'Balance rows that postings of a striped account choose from.';

-- Each entry's link: SHA-256 of the link before it (32 zero bytes for the first), transaction_id (16 bytes), account_id
-- (8), stripe (2), seq (8), amount (8) and created_at (8, microseconds since 2000), integers big-endian.
alter table ledger.balances
    add column head bytea not null default decode(repeat('00', 32), 'hex'),
    add constraint balances_head check (octet_length(head) = 32);
comment on column ledger.balances.head is 'The newest entry''s link: it depends on every entry of the row.';
alter table ledger.checkpoints
    add column head bytea not null default decode(repeat('00', 32), 'hex'),
    add constraint checkpoints_head check (octet_length(head) = 32);

create function ledger.link(p_head bytea, p_transaction uuid, p_account bigint, p_stripe smallint, p_seq bigint,
    p_amount bigint, p_created timestamptz) returns bytea
language sql immutable strict parallel safe
return sha256(p_head || uuid_send(p_transaction) || int8send(p_account) || int2send(p_stripe) || int8send(p_seq)
    || int8send(p_amount) || timestamptz_send(p_created));

-- What a lazy account is still to be given. Not a part of the books for long: a fold takes rows out and writes entries.
create table ledger.deferred_entries (
    transaction_id uuid not null,
    account_id bigint not null,
    amount bigint not null,
    created_at timestamptz not null,
    constraint deferred_entries_pkey primary key (transaction_id, account_id),
    constraint deferred_entries_amount check (amount <> 0)
);

-- A transaction is reversed once.
alter table ledger.transactions add column reverses uuid,
    add constraint transactions_reverses check (reverses is null or (type = 5 and reverses <> transaction_id));
create unique index transactions_reversed_once on ledger.transactions (reverses) where reverses is not null and status = 0;

reset role;
