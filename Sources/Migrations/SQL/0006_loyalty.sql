-- What reading earns, what was read, and what was given for it.

create schema loyalty authorization nerdwork_owner;
set local role nerdwork_owner;

create table loyalty.rules (
    effective_from date not null,
    points_per_read bigint not null,
    daily_cap bigint not null,
    three_day_bonus bigint not null,
    seven_day_bonus bigint not null,
    constraint rules_pkey primary key (effective_from),
    constraint rules_amounts_sane check (
        points_per_read between 0 and 1000000 and daily_cap between 0 and 1000000
        and three_day_bonus between 0 and 1000000 and seven_day_bonus between 0 and 1000000),
    -- Else a late day that joins two short streaks would have to take something back.
    constraint rules_streaks_grow check (seven_day_bonus >= three_day_bonus)
);
comment on table loyalty.rules is
    'The rewards, in NWT, for reads from a UTC day on. A change is a new row, never an update: late events are '
    'rewarded by the rules of the day on which the comic was read.';

insert into loyalty.rules (effective_from, points_per_read, daily_cap, three_day_bonus, seven_day_bonus)
values ('2000-01-01', 5, 50, 15, 50);

create table loyalty.reads (
    read_id uuid not null,
    read_at timestamptz not null,
    recorded_at timestamptz not null default clock_timestamp(),
    points bigint not null,
    streak_bonus bigint not null,
    balance bigint,
    day date not null,
    streak_days integer not null,
    outcome smallint not null,
    reader text not null,
    comic text not null,
    constraint reads_pkey primary key (read_id),
    constraint reads_outcome_known check (outcome between 0 and 3),
    constraint reads_amounts_sane check (points between 0 and 1000000 and streak_bonus between 0 and 2000000),
    constraint reads_reward_has_balance check ((points + streak_bonus > 0) = (balance is not null)),
    constraint reads_reader_size check (octet_length(reader) between 1 and 128),
    constraint reads_comic_size check (octet_length(comic) between 1 and 128),
    constraint reads_day_of_read check (day = (read_at at time zone 'UTC')::date),
    constraint reads_streak_positive check (streak_days >= 1)
);
comment on table loyalty.reads is
    'One row for each ComicRead event, for ever: the proof that it was handled, and the answer that a repeated '
    'delivery gets. read_id derives from the event''s identity and is also the id of the ledger transaction.';
comment on column loyalty.reads.outcome is
    '0 rewarded, 1 daily cap reached, 2 the comic already counted that day, 3 the reader''s wallet is closed';

-- "Once per reader and comic per UTC day" holds even against code that forgets the reader's lock.
create unique index reads_count_once on loyalty.reads (reader, comic, day) where outcome in (0, 1);
create index reads_by_reader on loyalty.reads (reader, read_at desc, read_id desc);

create table loyalty.reading_days (
    day date not null,
    streak integer not null,
    points bigint not null,
    streak_bonus bigint not null,
    reads integer not null,
    reader text not null,
    constraint reading_days_pkey primary key (reader, day),
    constraint reading_days_streak_positive check (streak >= 1),
    constraint reading_days_reads_positive check (reads >= 1),
    constraint reading_days_amounts_sane check (points >= 0 and streak_bonus >= 0)
) with (fillfactor = 70);
comment on table loyalty.reading_days is
    'One row for each reader and UTC day with a read that counts: the daily total that the cap is held against, '
    'and the day''s place in its run of days.';
comment on column loyalty.reading_days.streak is 'Days in a row that end with this one.';

grant usage on schema loyalty to nerdwork_loyalty, nerdwork_reader;
grant select on loyalty.rules to nerdwork_loyalty;
grant select, insert on loyalty.reads to nerdwork_loyalty;
grant select, insert, update on loyalty.reading_days to nerdwork_loyalty;
grant select on all tables in schema loyalty to nerdwork_reader;

reset role;
